//! How far the lines of a batch have come.

use std::fmt;

use apex_mobility_core::domain::{AccessPointName, StaticIp, SubscriberNumber};
use apex_mobility_core::record;
use apex_mobility_core::wire::{Flag, PrivateText, Text, filled};
use serde::{Deserialize, Serialize};

/// The lines of a batch, or all that was asked for a number, as AT&T shows them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BatchStatus {
    /// The lines, in AT&T's order, which need not be the order of the request.
    pub lines: Vec<BatchLine>,
}

impl BatchStatus {
    /// The line with the number; the first, where there are several. Never by position.
    #[must_use]
    pub fn find(&self, number: &SubscriberNumber) -> Option<&BatchLine> {
        self.lines.iter().find(|line| line.is_of(number))
    }
}

record! {
    /// A line of a batch. Without a batch id AT&T knows nothing of it, and `message` may say why.
    pub struct BatchLine {
        /// The id of the batch.
        pub batch_id: Text = "batchId",
        /// The line's number.
        pub subscriber_number: SubscriberNumber = "subscriberNumber",
        /// First stage: whether the line can have it.
        pub profile_check: Stage = "profileCheck",
        /// Second stage: whether it has the address.
        pub ip_reservation: Stage = "ipReservation",
        /// Third stage: whether the network knows.
        pub profile_update: Stage = "profileUpdate",
        /// The address.
        pub ip_address_record: IpAddressRecord = "ipAddressRecord",
        /// Whether it is for LTE. Inferred in a reply.
        pub lte_indicator: Flag = "lteIndicator",
        /// Whether the access point is the line's default. Inferred in a reply.
        pub default_apn_indicator: Flag = "defaultAPNIndicator",
        /// The access point. Inferred in a reply.
        pub access_point_name: AccessPointName = "accessPointName",
        /// What AT&T says to it.
        pub message: PrivateText = "message",
    }
}

record! {
    /// An address.
    pub struct IpAddressRecord {
        /// The address.
        pub ip_address: StaticIp = "ipAddress",
    }
}

impl BatchLine {
    /// How far it has come.
    #[must_use]
    pub fn state(&self) -> LineState {
        if let Some(failure) = self.failure() {
            return LineState::Failed(failure);
        }
        if !self.is_known() {
            return LineState::Unknown;
        }
        let says = |stage: &Option<Stage>, word| stage.as_ref().is_some_and(|stage| stage.says(word));
        // contract 4.10, confirmed for a provisioning, inferred for a removal.
        let complete = says(&self.profile_update, "Complete");
        if complete && says(&self.ip_reservation, "Released") {
            LineState::Removed
        } else if complete && says(&self.ip_reservation, "Reserved") && says(&self.profile_check, "Success") {
            LineState::Provisioned
        } else {
            LineState::Pending
        }
    }

    /// The stage at which it failed, and why.
    #[must_use]
    pub fn failure(&self) -> Option<LineFailure> {
        self.stages().into_iter().find_map(|(stage, text)| {
            let reason = PrivateText::from(text?.failure()?);
            Some(LineFailure { stage, reason })
        })
    }

    /// The three stages in their order.
    #[must_use]
    pub fn stages(&self) -> [(StageName, Option<&Stage>); 3] {
        [
            (StageName::ProfileCheck, self.profile_check.as_ref()),
            (StageName::IpReservation, self.ip_reservation.as_ref()),
            (StageName::ProfileUpdate, self.profile_update.as_ref()),
        ]
    }

    /// The address.
    #[must_use]
    pub fn address(&self) -> Option<&StaticIp> {
        filled(self.ip_address_record.as_ref()?.ip_address.as_ref())
    }

    /// Whether AT&T knows of it: an element without a batch id is of no known batch or number (contract 4.10,
    /// confirmed).
    #[must_use]
    pub fn is_known(&self) -> bool {
        filled(self.batch_id.as_ref()).is_some()
    }

    /// However the number is written.
    pub(crate) fn is_of(&self, number: &SubscriberNumber) -> bool {
        let Some(own) = &self.subscriber_number else { return false };
        own == number || SubscriberNumber::parse(own).is_ok_and(|own| own == *number)
    }
}

/// How far a line has come.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LineState {
    /// AT&T is still at it, or says what nobody knows: a word that is not known is no end.
    Pending,
    /// It has its address: the three stages say `Success`, `Reserved` and `Complete`.
    Provisioned,
    /// Its address is free again: the last two stages say `Released` and `Complete`.
    Removed,
    /// A stage failed.
    Failed(LineFailure),
    /// AT&T knows nothing of it.
    Unknown,
}

/// Why a line failed. Inferred.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LineFailure {
    /// At which stage.
    pub stage: StageName,
    /// In AT&T's words, without the word `Failed`; may be empty. [`explain`](apex_mobility_core::catalog::explain)
    /// may know them.
    pub reason: PrivateText,
}

/// The stages of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StageName {
    /// Whether the line can have the address.
    ProfileCheck,
    /// The address.
    IpReservation,
    /// The network's own record.
    ProfileUpdate,
}

impl StageName {
    /// The name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ProfileCheck => "profileCheck",
            Self::IpReservation => "ipReservation",
            Self::ProfileUpdate => "profileUpdate",
        }
    }
}

impl fmt::Display for StageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What AT&T says of a stage. Its words are not all known; it is done when they contain a certain one.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Stage(PrivateText);

impl Stage {
    /// The text as it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.trim()
    }

    /// Why it failed, if it did: what follows the word `Failed`. May be empty.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        const FAILED: &str = "Failed";
        let (word, reason) = self.as_str().split_at_checked(FAILED.len())?;
        let ends = reason.chars().next().is_none_or(|next| !next.is_alphanumeric());
        let reason = reason.trim_start_matches([' ', ':', '-', ',', '.']).trim_end();
        (word.eq_ignore_ascii_case(FAILED) && ends).then_some(reason)
    }

    /// Whether the text contains the word, and does not deny it: "Completed" says `Complete`, and neither
    /// "Incomplete" nor "Not Complete" does.
    fn says(&self, word: &str) -> bool {
        let text = self.as_str();
        let denied = ["not", "fail", "failed", "failure"];
        let mut words = text.split(|letter: char| !letter.is_alphanumeric());
        if words.any(|other| denied.iter().any(|denial| other.eq_ignore_ascii_case(denial))) {
            return false;
        }
        let (text, word) = (text.to_ascii_lowercase(), word.to_ascii_lowercase());
        let mut found = text.match_indices(&word);
        found.any(|(at, _)| {
            let before = text.get(..at).unwrap_or_default();
            !DENYING_PREFIXES.iter().any(|prefix| before.ends_with(prefix))
        })
    }
}

/// What turns a word into its opposite: "unsuccessful", "incomplete", "unreserved".
const DENYING_PREFIXES: [&str; 2] = ["un", "in"];

impl From<&str> for Stage {
    fn from(text: &str) -> Self {
        Self(PrivateText::from(text))
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Plain words are shown; what has a digit in it, or is a reason, can name a customer.
impl fmt::Debug for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |text: &str| text.chars().all(|letter| letter.is_ascii_alphabetic() || letter == ' ');
        match self.failure() {
            Some(_) => f.write_str("Stage(Failed)"),
            None if plain(self.as_str()) => write!(f, "Stage({})", self.as_str()),
            None => f.write_str("Stage([redacted])"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(check: &str, reservation: &str, update: &str) -> BatchLine {
        BatchLine {
            batch_id: Some("11111111-2222-11ee-8333-444444444444".into()),
            profile_check: Some(check.into()),
            ip_reservation: Some(reservation.into()),
            profile_update: Some(update.into()),
            ..BatchLine::default()
        }
    }

    #[test]
    fn a_line_is_done_when_each_stage_contains_its_word() {
        let table = [
            ("Success", "Reserved", "Complete", LineState::Provisioned),
            ("SUCCESSFUL", "ip reserved", "Completed at last", LineState::Provisioned),
            ("ProfileCheckSuccess", "IPReserved", "UpdateComplete", LineState::Provisioned),
            ("Success", "Released", "Complete", LineState::Removed),
            ("", "IP Released", "Completed", LineState::Removed),
            ("Success", "Reserved", "In Progress", LineState::Pending),
            ("Success", "Pending", "Complete", LineState::Pending),
            ("Pending", "Reserved", "Complete", LineState::Pending),
            ("Success", "Released", "Pending", LineState::Pending),
            ("Unsuccessful", "Reserved", "Complete", LineState::Pending),
            ("Success", "Reserved", "Incomplete", LineState::Pending),
            ("Success", "Not Reserved", "Complete", LineState::Pending),
            ("Success", "Reserved", "Update failed, not Complete", LineState::Pending),
            ("", "", "", LineState::Pending),
            ("7", "true", "é", LineState::Pending),
        ];
        for (check, reservation, update, state) in table {
            let line = line(check, reservation, update);
            assert_eq!(line.state(), state, "{check}, {reservation}, {update}");
        }
    }

    #[test]
    fn a_failed_stage_fails_its_line_and_says_why() {
        let failed = |stage, reason: &str| LineState::Failed(LineFailure { stage, reason: reason.into() });
        let table = [
            (("Failed: Subscriber is inactive", "", ""), StageName::ProfileCheck, "Subscriber is inactive"),
            (("Success", "FAILED - taken", "Pending"), StageName::IpReservation, "taken"),
            (("Success", "Reserved", "failed"), StageName::ProfileUpdate, ""),
            (("Success", "Reserved", "Failed to Complete"), StageName::ProfileUpdate, "to Complete"),
            (("Failed: a", "Failed: b", "Failed: c"), StageName::ProfileCheck, "a"),
        ];
        for ((check, reservation, update), stage, reason) in table {
            assert_eq!(line(check, reservation, update).state(), failed(stage, reason), "{check}");
        }
        assert_eq!(line("Failedness", "", "").state(), LineState::Pending);
    }

    #[test]
    fn a_line_without_a_batch_id_is_not_known() {
        for batch_id in [None, Some(Text::from(" "))] {
            let line = BatchLine { batch_id, ..line("Success", "Reserved", "Complete") };
            assert_eq!(line.state(), LineState::Unknown);
        }
    }

    #[test]
    fn a_line_is_found_by_its_number_however_it_is_written() {
        let of = |text: &str| BatchLine {
            subscriber_number: Some(SubscriberNumber::unchecked(text)),
            ..BatchLine::default()
        };
        let status = BatchStatus { lines: vec![BatchLine::default(), of("214-555-0101"), of("2145550102")] };
        let found = |text: &str| status.find(&SubscriberNumber::parse(text).unwrap()).is_some();
        assert_eq!((found("2145550101"), found("2145550102"), found("2145550103")), (true, true, false));
    }

    #[test]
    fn debug_shows_words_and_no_customer() {
        let line = line("Failed: 2145550101 is inactive", "Held for 10.20.0.11", "In Progress");
        let shown = format!("{line:?} {:?}", line.state());
        assert!(!shown.contains("2145550101") && !shown.contains("10.20.0.11"), "{shown}");
        assert!(shown.contains("In Progress"), "{shown}");
    }
}
