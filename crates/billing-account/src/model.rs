//! What callers build and read.

use apex_mobility_core::domain::{
    Address, BillingAccountNumber, EmailAddress, FoundationAccountNumber, PersonName, PhoneNumber,
};
use apex_mobility_core::wire::{PrivateText, filled};
use apex_mobility_core::{open_enum, record};

/// Whom the carrier turns to about an account. Inferred.
#[derive(Debug, Clone, PartialEq)]
pub struct Contact {
    pub(crate) name: PersonName,
    pub(crate) address: Address,
    pub(crate) attention_to: Option<PrivateText>,
    pub(crate) phone_number: Option<PhoneNumber>,
    pub(crate) email: Option<EmailAddress>,
}

impl Contact {
    /// A person and where the bill goes.
    #[must_use]
    pub fn new(name: PersonName, address: Address) -> Self {
        Self { name, address, attention_to: None, phone_number: None, email: None }
    }

    /// The department or person that the envelope names. A blank one is none.
    #[must_use]
    pub fn attention_to(mut self, attention_to: impl AsRef<str>) -> Self {
        let attention_to = attention_to.as_ref().trim();
        self.attention_to = (!attention_to.is_empty()).then(|| PrivateText::from(attention_to));
        self
    }

    /// The number to call.
    #[must_use]
    pub fn phone_number(mut self, number: PhoneNumber) -> Self {
        self.phone_number = Some(number);
        self
    }

    /// The address to write to.
    #[must_use]
    pub fn email(mut self, address: EmailAddress) -> Self {
        self.email = Some(address);
        self
    }
}

open_enum! {
    /// Whether an account can be used. Inferred: AT&T's words are not known.
    pub enum AccountStatus {
        /// Lines can be billed to it.
        Active = "Active",
        /// No line can be added to it.
        Suspended = "Suspended",
        /// It is no more.
        Closed = "Closed",
    }
}

record! {
    /// A billing account as AT&T shows it. After an answer without detail to a write nothing is in it: the write
    /// was accepted.
    ///
    /// There is no passcode in it: what a reply echoes of one is kept among the unknown members as
    /// `[redacted]`.
    pub struct Account {
        /// Its number (BAN). Inferred as a member; lines name the account by it.
        pub id: BillingAccountNumber = "id",
        /// A path of AT&T's, not to be followed. Inferred.
        pub href: PrivateText = "href",
        /// What it is called. Inferred.
        pub name: PrivateText = "name",
        /// Whether it can be used. Confirmed, its words are not.
        pub status: AccountStatus = "status",
        /// The foundation account it belongs to. Confirmed.
        pub business_account: BusinessAccount = "businessAccount",
        /// Whom the carrier turns to. Inferred.
        pub contact: AccountContact = "contact",
    }
}

record! {
    /// The foundation account that a billing account belongs to.
    pub struct BusinessAccount {
        /// Its number (FAN). Confirmed.
        pub fan: FoundationAccountNumber = "fan",
        /// What it is called. Inferred.
        pub name: PrivateText = "name",
    }
}

record! {
    /// The contact of an account as AT&T shows it. Inferred.
    pub struct AccountContact {
        /// First name.
        pub first_name: PrivateText = "firstName",
        /// Last name.
        pub last_name: PrivateText = "lastName",
        /// The department or person that the envelope names.
        pub attention_to: PrivateText = "attentionTo",
        /// The number to call.
        pub phone_number: PhoneNumber = "phoneNumber",
        /// The address to write to.
        pub email: EmailAddress = "email",
        /// Where the bill goes.
        pub address: Address = "address",
    }
}

impl Account {
    /// Its number, for requests that name the account. `None` after a create that AT&T accepted without
    /// detail: the number cannot be looked up.
    #[must_use]
    pub fn ban(&self) -> Option<&BillingAccountNumber> {
        filled(self.id.as_ref())
    }

    /// The foundation account it belongs to.
    #[must_use]
    pub fn fan(&self) -> Option<&FoundationAccountNumber> {
        filled(self.business_account.as_ref()?.fan.as_ref())
    }
}
