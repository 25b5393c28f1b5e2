//! The wire profile: every replaceable decision about the wire (contract 1).

/// Replaceable decisions about the wire.
#[derive(Debug, Clone, Default)]
pub struct WireProfile {}
