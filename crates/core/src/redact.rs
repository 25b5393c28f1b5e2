//! Hides secrets in what is kept of a reply.
