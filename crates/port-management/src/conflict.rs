//! A port that the losing carrier refuses, and what mends it.

use std::fmt;

use apex_mobility_core::catalog::{self, Row};
use apex_mobility_core::wire::Text;

/// Why the losing carrier refuses a port, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PortConflict {
    /// The reason code, such as `8A`. Its list is open.
    pub code: Option<Text>,
    /// The reason in words.
    pub reason: Option<Text>,
    /// What mends it.
    pub fix: PortFix,
}

impl PortConflict {
    pub(crate) fn new(code: Option<Text>, reason: Option<Text>) -> Self {
        let fix = PortFix::of(code.as_deref().unwrap_or_default());
        Self { code, reason, fix }
    }

    /// The row of the error catalog, with its next step in words.
    #[must_use]
    pub fn row(&self) -> &'static Row {
        catalog::look_up_port_reason(self.code.as_deref().unwrap_or_default())
    }
}

/// What mends a port in conflict (contract 6, rows 27 to 34).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PortFix {
    /// Correct the account number at the losing carrier (code `8A`).
    AccountNumber,
    /// Give another PIN: a new transfer PIN of the losing carrier's (codes `6B`, `8C`).
    Pin,
    /// Correct the ZIP: the one on the losing carrier's bill (codes `8D`, `9E`).
    ZipCode,
    /// Correct the name: the one on the losing carrier's bill (codes `7C`, `8E`, `8F`).
    Name,
    /// The customer calls the losing carrier and has the number released (codes `6P`, `6A`, `6D`). `6P` is
    /// port protection: it never means completed.
    Release,
    /// Nothing: the number cannot be ported, activate a new one (code `7T`).
    NotPortable,
    /// Wait for the due date, or update the request (codes `1M`, `1N`, `6E`, `6F`).
    DueDate,
    /// A person reads [`PortConflict::reason`] (code `1P` and all that are not known).
    ReadReason,
}

impl PortFix {
    /// The fix for a reason code.
    #[must_use]
    pub fn of(code: &str) -> Self {
        match catalog::look_up_port_reason(code).number {
            27 => Self::AccountNumber,
            28 => Self::Pin,
            29 => Self::ZipCode,
            30 => Self::Name,
            31 => Self::Release,
            32 => Self::NotPortable,
            33 => Self::DueDate,
            _ => Self::ReadReason,
        }
    }

    /// The members of the port request to correct, as paths; none where an update alone mends nothing.
    #[must_use]
    pub fn fields(self) -> &'static [&'static str] {
        match self {
            Self::AccountNumber => &["oldServiceProvider.billingAccountNumber"],
            Self::Pin => &["oldServiceProvider.billingAccountPassword"],
            Self::ZipCode => &["serviceZipCode"],
            // contract 4.3: of all names, only this one is compared.
            Self::Name => &["oldServiceProvider.firstName", "oldServiceProvider.lastName"],
            Self::Release | Self::NotPortable | Self::DueDate | Self::ReadReason => &[],
        }
    }
}

/// In plain words.
impl fmt::Display for PortFix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::AccountNumber => "correct the account number at the losing carrier",
            Self::Pin => "give a new transfer PIN of the losing carrier's",
            Self::ZipCode => "correct the ZIP: the one on the losing carrier's bill",
            Self::Name => "correct the name: the one on the losing carrier's bill",
            Self::Release => "the customer has the number released by the losing carrier",
            Self::NotPortable => "the number cannot be ported: activate a new one",
            Self::DueDate => "wait for the due date, or update the request",
            Self::ReadReason => "read the reason",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Port;

    /// Contract 4.3 and rows 27 to 34 of contract 6.
    const FIXES: [(&str, u8, PortFix, &[&str]); 19] = [
        ("8A", 27, PortFix::AccountNumber, &["oldServiceProvider.billingAccountNumber"]),
        ("6B", 28, PortFix::Pin, &["oldServiceProvider.billingAccountPassword"]),
        ("8C", 28, PortFix::Pin, &["oldServiceProvider.billingAccountPassword"]),
        ("8D", 29, PortFix::ZipCode, &["serviceZipCode"]),
        ("9E", 29, PortFix::ZipCode, &["serviceZipCode"]),
        ("7C", 30, PortFix::Name, &["oldServiceProvider.firstName", "oldServiceProvider.lastName"]),
        ("8E", 30, PortFix::Name, &["oldServiceProvider.firstName", "oldServiceProvider.lastName"]),
        ("8F", 30, PortFix::Name, &["oldServiceProvider.firstName", "oldServiceProvider.lastName"]),
        ("6P", 31, PortFix::Release, &[]),
        ("6A", 31, PortFix::Release, &[]),
        ("6D", 31, PortFix::Release, &[]),
        ("7T", 32, PortFix::NotPortable, &[]),
        ("1M", 33, PortFix::DueDate, &[]),
        ("1N", 33, PortFix::DueDate, &[]),
        ("6E", 33, PortFix::DueDate, &[]),
        ("6F", 33, PortFix::DueDate, &[]),
        ("1P", 34, PortFix::ReadReason, &[]),
        ("9Z", 34, PortFix::ReadReason, &[]),
        ("", 34, PortFix::ReadReason, &[]),
    ];

    fn port(state: &str, code: &str) -> Port {
        let body = format!(
            r#"{{"portRequestStatus": "{state}", "statusReasonCode": "{code}", "statusReasonDescription": "why"}}"#
        );
        serde_json::from_str(&body).unwrap()
    }

    #[test]
    fn each_reason_code_has_its_row_and_its_fix() {
        for (code, row, fix, fields) in FIXES {
            let conflict = port("CT", code).conflict().unwrap();
            assert_eq!(
                (conflict.row().number, conflict.fix, conflict.fix.fields()),
                (row, fix, fields),
                "{code}"
            );
            assert_eq!(conflict.code.as_deref().unwrap_or_default(), code);
            assert_eq!(conflict.reason.as_deref(), Some("why"));
        }
    }

    #[test]
    fn a_code_may_come_with_its_state() {
        assert_eq!(PortFix::of("CT-8A"), PortFix::AccountNumber);
        assert_eq!(PortFix::of(" ct 6b "), PortFix::Pin);
    }

    #[test]
    fn a_code_without_the_state_of_conflict_is_no_conflict() {
        for state in ["OP", "CF", "CO", "CN", "DN", "ER"] {
            assert_eq!(port(state, "6P").conflict(), None, "{state}");
        }
    }
}
