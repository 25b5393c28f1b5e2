//! What the list holds.

use apex_mobility_core::domain::{BillingAccountNumber, FoundationAccountNumber, SubscriberNumber};
use apex_mobility_core::record;
use apex_mobility_core::wire::LineStatus;

record! {
    /// One line of the list. Names confirmed, their casing likely.
    pub struct SubscriberLine {
        /// The foundation account (FAN), 8 digits.
        pub foundation_account_number: FoundationAccountNumber = "foundationAccountNumber",
        /// The billing account (BAN), 12 digits.
        pub billing_account_number: BillingAccountNumber = "billingAccountNumber",
        /// The number, 10 digits.
        pub subscriber_number: SubscriberNumber = "subscriberNumber",
        /// Active or suspended.
        pub status: LineStatus = "subscriberNumberStatus" | "status",
    }
}
