//! The values that callers pass and AT&T answers, as types (contract 5).
