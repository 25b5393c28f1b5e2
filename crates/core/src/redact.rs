//! Hides secrets in what is kept of a reply.

/// Keeps nothing yet.
#[must_use]
pub fn json(_: &[u8]) -> String {
    String::new()
}
