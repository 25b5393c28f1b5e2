//! What is there and says something.

/// The value, unless it is blank: AT&T may write a member and leave it empty.
///
/// ```
/// use apex_mobility_core::domain::SubscriberNumber;
/// use apex_mobility_core::wire::filled;
///
/// assert!(filled(Some(&SubscriberNumber::unchecked("2145550101"))).is_some());
/// assert_eq!(filled(Some(&SubscriberNumber::unchecked(" "))), None);
/// ```
#[must_use]
pub fn filled<T: AsRef<str>>(value: Option<&T>) -> Option<&T> {
    value.filter(|value| !value.as_ref().trim().is_empty())
}
