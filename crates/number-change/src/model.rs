//! What callers choose and read.

use apex_mobility_core::domain::{LineNumber, NpaNxx, SubscriberNumber};
use apex_mobility_core::wire::filled;
use apex_mobility_core::{open_enum, record};

/// Who chooses how much of the new number. Confirmed: there are these three.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NumberChoice {
    /// AT&T, all of it.
    SystemAssigned,
    /// The caller area code and exchange, AT&T the rest.
    InNpaNxx(NpaNxx),
    /// The caller, all of it.
    Vanity(NpaNxx, LineNumber),
}

open_enum! {
    /// How a change ended. Likely. Any other word is a failure, and `send` gives it as an error.
    pub enum ChangeStatus {
        /// The line has its new number.
        Success = "SUCCESS",
    }
}

record! {
    /// A change that was made. Likely. After an answer without detail nothing is in it: the change was
    /// accepted, and a search by SIM finds the new number.
    pub struct ChangedNumber {
        /// The number before.
        pub subscriber_number: SubscriberNumber = "subscriberNumber",
        /// The number now.
        pub new_subscriber_number: SubscriberNumber = "newSubscriberNumber",
        /// How it ended.
        pub change_status: ChangeStatus = "changeStatus",
    }
}

impl ChangedNumber {
    /// The number that the line had.
    #[must_use]
    pub fn old_number(&self) -> Option<&SubscriberNumber> {
        filled(self.subscriber_number.as_ref())
    }

    /// The number that the line has now.
    #[must_use]
    pub fn new_number(&self) -> Option<&SubscriberNumber> {
        filled(self.new_subscriber_number.as_ref())
    }
}
