//! What callers choose besides codes.

use apex_mobility_core::domain::Date;

/// When a change takes effect. A date is always sent (contract 4.8, confirmed).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Effective {
    /// On the day it is sent, in UTC by the client's clock.
    #[default]
    Today,
    /// On this day.
    On(Date),
    /// Now: the date is sent empty (likely).
    Immediately,
}
