//! The error catalog (contract 6).
