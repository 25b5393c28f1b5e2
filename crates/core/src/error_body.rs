//! What an error body says (contract 2.3).
