//! The columns that rows have, and the many names that people give them.

use std::fmt;

/// Declares the fields: the word we use, then what else people write.
macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident = $word:literal $(, $other:literal)* ;)+) => {
        /// What a column can hold.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Field {
            $($(#[$doc])* $name,)+
        }

        impl Field {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The word for it in files and messages.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }

            /// All names that people give it, ours first.
            #[must_use]
            pub const fn names(self) -> &'static [&'static str] {
                match self { $(Self::$name => &[$word $(, $other)*]),+ }
            }
        }
    };
}

fields! {
    /// Which operation the row asks for, in a file of several.
    Operation = "operation", "op", "action";
    /// The line's number; in a port request the number to bring in.
    Number = "number", "subscriber number", "ctn", "msisdn", "phone number", "ported number";
    /// The SIM's ICCID.
    Sim = "sim", "iccid", "sim number", "sim card", "sim iccid", "sim card number", "sim id";
    /// The eSIM chip's EID.
    Eid = "eid", "esim", "esim id";
    /// The device's IMEI.
    Imei = "imei", "imei number", "device imei", "device id";
    /// The rate plan's single user code.
    Plan = "plan", "single user code", "rate plan", "plan code", "rate plan code", "suc";
    /// Feature codes (SOCs) of a new line, in one cell.
    Features = "features", "socs", "offerings", "feature codes", "offering codes";
    /// Feature codes to add.
    AddFeatures = "add features", "add", "add socs", "add offering code", "add feature";
    /// Feature codes to remove.
    RemoveFeatures = "remove features", "remove", "remove socs", "remove offering code", "remove feature";
    /// The billing account.
    BillingAccount = "ban", "billing account", "billing account number", "account", "account number";
    /// The billing account that a line goes to.
    NewBillingAccount = "new ban", "new billing account", "target ban", "to ban", "to billing account";
    /// The subscriber's first name.
    FirstName = "first name", "given name";
    /// The subscriber's last name.
    LastName = "last name", "surname", "family name";
    /// The house number.
    StreetNumber = "street number", "house number", "street no", "building number";
    /// The part of the street's name before it, for instance N.
    StreetDirection = "street direction", "direction";
    /// The street.
    StreetName = "street name", "street";
    /// The part of the street's name behind it, for instance Ave.
    StreetType = "street type";
    /// The city.
    City = "city", "town";
    /// The state, in two letters.
    State = "state", "st";
    /// The ZIP of the address.
    Zip = "zip", "zip code", "postal code", "post code", "address zip";
    /// The ZIP of the primary place of use.
    ServiceZip = "service zip", "service zip code", "ppu zip", "ppu zip code";
    /// What an eligibility check answered.
    ServiceArea = "service area";
    /// A reason code.
    Reason = "reason", "reason code";
    /// When it takes effect.
    EffectiveDate = "effective date", "date", "on";
    /// Area code and exchange of the new number.
    NpaNxx = "npa nxx", "area code and exchange";
    /// The last four digits of the new number.
    Line = "line", "line number", "last four";
    /// The device's technology.
    Technology = "technology", "technology type", "device technology";
    /// The voicemail's new PIN. Secret.
    VoicemailPin = "voicemail pin", "pin";
    /// The account at the losing carrier. Secret.
    LosingAccount = "losing account", "old account", "losing account number", "old account number";
    /// The PIN at the losing carrier. Secret.
    LosingPin = "losing pin", "old pin", "transfer pin", "port out pin";
    /// The first name on the losing carrier's bill.
    LosingFirstName = "losing first name", "old first name";
    /// The last name on the losing carrier's bill.
    LosingLastName = "losing last name", "old last name";
    /// The business that a ported number belongs to.
    BusinessName = "business name", "company";
    /// The packet data profile that an address is of.
    Pdp = "pdp", "pdp name";
    /// The static IP.
    Ip = "ip", "ip address", "static ip", "static ip address";
    /// The access point name.
    Apn = "apn", "access point", "access point name";
    /// Whether the address is for LTE: yes or no.
    Lte = "lte", "lte indicator";
    /// Whether the access point becomes the line's default: yes or no.
    DefaultApn = "default apn", "default apn indicator";
    /// The foundation account of a new billing account.
    Fan = "fan", "foundation account", "foundation account number";
    /// The billing account's name.
    AccountName = "account name";
    /// The department or person that the account's envelope names.
    Attention = "attention", "attention to";
    /// The account's phone number.
    Phone = "contact phone", "phone";
    /// The account's e-mail address.
    Email = "email", "email address";
    /// The status that a line is to have, or has by one's own records: active, suspended or cancelled.
    Status = "status", "line status", "subscriber status";
    /// The number that a line is to have.
    NewNumber = "new number", "new subscriber number", "new ctn";
    /// The account's passcode. Secret.
    Passcode = "passcode", "account passcode";
}

impl Field {
    /// The field that a column's title means. Case, blanks and marks do not count: `SIM #`, `Sim` and `sim` are
    /// one name.
    #[must_use]
    pub fn of_title(title: &str) -> Option<Self> {
        let plain = plain(title);
        Self::ALL.iter().copied().find(|field| field.names().iter().any(|name| self::plain(name) == plain))
    }

    /// The field with our word for it, as the journal keeps it.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.as_str() == word)
    }

    /// Whether it says how a line is to be, and is no part of any operation.
    #[must_use]
    pub const fn is_of_lines_alone(self) -> bool {
        matches!(self, Self::Status | Self::NewNumber)
    }

    /// Whether it says which line or account a row is about, and asks for nothing.
    #[must_use]
    pub const fn only_names(self) -> bool {
        matches!(self, Self::Number | Self::BillingAccount | Self::Fan | Self::Status)
    }

    /// The column that people mean who fill this one in where only the other is used.
    #[must_use]
    pub const fn taken_for(self) -> Option<Self> {
        match self {
            Self::Features => Some(Self::AddFeatures),
            Self::BillingAccount => Some(Self::NewBillingAccount),
            Self::Zip => Some(Self::ServiceZip),
            Self::NewNumber => Some(Self::NpaNxx),
            _ => None,
        }
    }

    /// The one of these fields that a title nearly names, as a slip of the keyboard does. A word of three letters is
    /// near to too many.
    #[must_use]
    pub fn nearly(title: &str, among: impl IntoIterator<Item = Self>) -> Option<Self> {
        let given = plain(title);
        let is_near = |name: &&str| {
            let name = plain(name);
            let slips = match given.chars().count().min(name.chars().count()) {
                0..=3 => return false,
                4..=7 => 1,
                _ => 2,
            };
            strsim::osa_distance(&given, &name) <= slips
        };
        among.into_iter().find(|field| field.names().iter().any(is_near))
    }

    /// Whether its value opens an account: it is in no output, and sealed in the journal.
    #[must_use]
    pub const fn is_secret(self) -> bool {
        matches!(self, Self::VoicemailPin | Self::LosingAccount | Self::LosingPin | Self::Passcode)
    }
}

fn plain(title: &str) -> String {
    title.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_known_by_many_names() {
        let table = [
            ("SIM #", Some(Field::Sim)),
            ("Iccid", Some(Field::Sim)),
            ("Single_User_Code", Some(Field::Plan)),
            ("singleUserCode", Some(Field::Plan)),
            ("ZIP-Code", Some(Field::Zip)),
            ("PPU ZIP", Some(Field::ServiceZip)),
            ("addOfferingCode", Some(Field::AddFeatures)),
            ("NPA-NXX", Some(Field::NpaNxx)),
            ("notes", None),
            ("", None),
        ];
        for (title, field) in table {
            assert_eq!(Field::of_title(title), field, "{title}");
        }
    }

    #[test]
    fn no_two_fields_share_a_name() {
        let mut seen = std::collections::HashMap::new();
        for field in Field::ALL {
            for name in field.names() {
                assert_eq!(seen.insert(plain(name), field), None, "{name}");
            }
            assert_eq!(Field::named(field.as_str()), Some(*field));
        }
    }
}
