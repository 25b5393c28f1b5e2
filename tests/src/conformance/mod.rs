//! The rules of the contract, one file per API, one function per rule.

pub mod every_api;
pub mod line_details;
pub mod port_management;
pub mod service_activation;
pub mod subscriber_list;
