//! Who uses a line.

use super::invalid::InvalidValue;
use crate::wire::PrivateText;

/// A person's first and last name, both needed (contract 4.2, 4.3, 4.7: confirmed practice).
///
/// ```
/// use apex_mobility_core::domain::PersonName;
///
/// let name = PersonName::new(" Test ", "User")?;
/// assert_eq!((name.first(), name.last()), ("Test", "User"));
/// assert_eq!(format!("{name:?}"), "PersonName { first: [redacted], last: [redacted] }");
/// # Ok::<(), apex_mobility_core::domain::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonName {
    first: PrivateText,
    last: PrivateText,
}

impl PersonName {
    /// A name; blanks around its parts are cut off.
    ///
    /// # Errors
    /// [`InvalidValue`] for an empty part.
    pub fn new(first: impl AsRef<str>, last: impl AsRef<str>) -> Result<Self, InvalidValue> {
        let part = |what, example, text: &str| match text.trim() {
            "" => Err(InvalidValue::empty(what, "a person has a first and a last name", example)),
            text => Ok(PrivateText::from(text)),
        };
        Ok(Self {
            first: part("first name", "Test", first.as_ref())?,
            last: part("last name", "User", last.as_ref())?,
        })
    }

    /// The first name.
    #[must_use]
    pub fn first(&self) -> &str {
        &self.first
    }

    /// The last name.
    #[must_use]
    pub fn last(&self) -> &str {
        &self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_needs_both_parts() {
        for (first, last, what) in [("", "User", "first name"), ("Test", "  ", "last name")] {
            assert_eq!(PersonName::new(first, last).unwrap_err().what(), what);
        }
        assert!(PersonName::new("Test", "User").is_ok());
    }
}
