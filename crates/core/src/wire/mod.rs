//! Shapes shared by requests and replies of several APIs (contract 3).
