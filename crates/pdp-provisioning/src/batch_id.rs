//! The id of a batch, which AT&T gives inside a sentence (contract 4.10).

use std::fmt;

use apex_mobility_core::domain::InvalidValue;
use serde::{Deserialize, Serialize};

/// The id that AT&T gave a batch: a UUID, as AT&T spelled it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BatchId(String);

impl BatchId {
    /// An id as it was noted.
    ///
    /// # Errors
    /// When it is not a UUID.
    pub fn parse(text: impl AsRef<str>) -> Result<Self, InvalidValue> {
        const WHAT: &str = "batch id";
        const ALLOWED: &str = "a batch id is the UUID in AT&T's answer to a submission";
        const EXAMPLE: &str = "11111111-2222-11ee-8333-444444444444";
        let text = text.as_ref().trim();
        if text.is_empty() {
            return Err(InvalidValue::empty(WHAT, ALLOWED, EXAMPLE));
        }
        if !is_uuid(text) {
            return Err(InvalidValue::broken_rule(WHAT, text, "is not a UUID", ALLOWED, EXAMPLE));
        }
        Ok(Self(text.to_owned()))
    }

    /// The id that a sentence of AT&T's names: the UUID after `batch-id:`, else the last one (contract 4.10,
    /// confirmed).
    ///
    /// ```
    /// use apex_mobility_pdp_provisioning::BatchId;
    ///
    /// let sentence = "Accepted. batch-id: 11111111-2222-11ee-8333-444444444444";
    /// assert_eq!(BatchId::find_in(sentence), Some(BatchId::parse("11111111-2222-11ee-8333-444444444444")?));
    /// assert_eq!(BatchId::find_in("Accepted."), None);
    /// # Ok::<(), apex_mobility_core::domain::InvalidValue>(())
    /// ```
    #[must_use]
    pub fn find_in(sentence: &str) -> Option<Self> {
        const MARK: &str = "batch-id:";
        // Letters keep their places: only ASCII changes its case.
        let lower = sentence.to_ascii_lowercase();
        let mut marked = lower.match_indices(MARK).filter_map(|(at, _)| sentence.get(at + MARK.len()..));
        let after_mark = marked.find_map(|rest| uuids(rest).next());
        after_mark.or_else(|| uuids(sentence).last()).map(|id| Self(id.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BatchId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A batch id names no customer.
impl fmt::Debug for BatchId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BatchId({})", self.0)
    }
}

/// `8-4-4-4-12` hexadecimal digits.
const UUID_LENGTH: usize = 36;

fn is_uuid(text: &str) -> bool {
    text.len() == UUID_LENGTH
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// The UUIDs in a text that stand by themselves, in order.
fn uuids(text: &str) -> impl Iterator<Item = &str> {
    (0..text.len()).filter_map(move |at| {
        let (before, rest) = text.split_at_checked(at)?;
        let (id, after) = rest.split_at_checked(UUID_LENGTH)?;
        let apart = |next: Option<char>| next.is_none_or(|letter| !letter.is_alphanumeric());
        (is_uuid(id) && apart(before.chars().next_back()) && apart(after.chars().next())).then_some(id)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "11111111-2222-11ee-8333-444444444444";
    const TWO: &str = "AAAAAAAA-bbbb-11EE-8ccc-dddddddddddd";

    #[test]
    fn the_id_is_found_wherever_the_sentence_has_it() {
        let table = [
            (format!("Accepted. batch-id: {ONE}"), Some(ONE)),
            (format!("Accepted. batch-id:{ONE}."), Some(ONE)),
            (format!("ACCEPTED BATCH-ID: {TWO} TRACE {ONE}"), Some(TWO)),
            (format!("trace {ONE}; batch-id: ({TWO})"), Some(TWO)),
            (format!("trace {ONE}, see {TWO}"), Some(TWO)),
            (format!("batch-id: none yet. Your batch-id: {ONE}, trace {TWO}"), Some(ONE)),
            (format!("{ONE} batch-id: to follow"), Some(ONE)),
            (ONE.to_owned(), Some(ONE)),
            (format!("é batch-id: é{ONE} {TWO}é"), None),
            (format!("x{ONE}"), None),
            (format!("{ONE}0"), None),
            (ONE[1..].to_owned(), None),
            ("Accepted.".to_owned(), None),
            ("batch-id:".to_owned(), None),
            (String::new(), None),
        ];
        for (sentence, id) in table {
            let found = BatchId::find_in(&sentence);
            assert_eq!(found.as_ref().map(BatchId::as_str), id, "{sentence}");
        }
    }

    #[test]
    fn only_a_uuid_is_a_batch_id() {
        assert_eq!(BatchId::parse(format!(" {TWO} ")).unwrap().as_str(), TWO);
        for text in ["", " ", "req-0001", &ONE[1..], "11111111-2222-11ee-8333-44444444444g"] {
            assert!(BatchId::parse(text).is_err(), "{text}");
        }
        let error = BatchId::parse("req-0001").unwrap_err();
        assert_eq!(
            error.to_string(),
            "batch id \"req-0001\" is not a UUID; a batch id is the UUID in AT&T's answer to a submission, for \
             example 11111111-2222-11ee-8333-444444444444"
        );
    }
}
