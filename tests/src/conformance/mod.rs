//! The rules of the contract, one file per API, one function per rule.

pub mod billing_account;
pub mod every_api;
pub mod line_configuration;
pub mod line_details;
pub mod number_change;
pub mod pdp_provisioning;
pub mod port_management;
pub mod rate_plan_change;
pub mod service_activation;
pub mod status_change;
pub mod subscriber_list;
