//! Why a status changes, and how long a cancelled line can be restored.

use apex_mobility_core::domain::{Date, InvalidValue, ReasonCode};
use apex_mobility_core::open_enum;

open_enum! {
    /// Why a line is suspended. Codes likely.
    pub enum SuspendReason {
        /// The customer asked for it.
        CustomerRequest = "CR",
        /// Usage is too high.
        HighUse = "NPG",
        /// The device was stolen.
        Stolen = "STLN",
        /// Seen once; what it stands for is not known.
        Ee = "EE",
    }
}

open_enum! {
    /// Why a line is resumed. Codes likely.
    pub enum ResumeReason {
        /// The customer asked for it.
        CustomerRequest = "CR",
        /// A matter of procedure.
        Procedural = "PR",
    }
}

open_enum! {
    /// Why a line is cancelled. Codes likely.
    pub enum CancelReason {
        /// No reason is given.
        Unspecified = "CAN",
        /// The device was lost or stolen.
        LostOrStolen = "LOS",
        /// Seen once; what it stands for is not known.
        Dd = "DD",
    }
}

open_enum! {
    /// Why a cancelled line is restored. Codes likely.
    pub enum RestoreReason {
        /// The line is brought back live.
        BringBackLive = "BBL",
        /// The customer asked for it.
        CustomerRequest = "CR",
        /// A matter of procedure.
        Procedural = "PR",
    }
}

/// Reasons come from codes: named ones by their name, any other as long as it has the form of a code.
macro_rules! from_codes {
    ($($reason:ident),*) => {$(
        impl $reason {
            /// The reason that a code names, in any case. A code that is not named here is sent as it is:
            /// AT&T decides whether it fits the transition.
            ///
            /// # Errors
            /// [`InvalidValue`] for text that is no reason code: 2 to 4 letters.
            pub fn parse(text: impl AsRef<str>) -> Result<Self, InvalidValue> {
                ReasonCode::parse(text).map(Self::from)
            }
        }

        impl From<ReasonCode> for $reason {
            fn from(code: ReasonCode) -> Self {
                Self::from(code.as_str())
            }
        }
    )*};
}

from_codes!(SuspendReason, ResumeReason, CancelReason, RestoreReason);

/// For so many days after its cancel a line can be restored (contract 4.5, confirmed).
pub const RESTORE_WINDOW_DAYS: i32 = 60;

/// The last day on which a line that was cancelled on that day can be restored.
///
/// Both are calendar days in UTC; the day of the cancel is the line's
/// [`status_date`](apex_mobility_core::wire::Service::status_date).
///
/// ```
/// use apex_mobility_core::domain::Date;
/// use apex_mobility_status_change::{is_restorable, restorable_until};
///
/// let cancelled_on = Date::new(2026, 1, 19)?;
/// let last = restorable_until(cancelled_on);
/// assert_eq!(last, Date::new(2026, 3, 20)?);
/// assert!(is_restorable(cancelled_on, last));
/// assert!(!is_restorable(cancelled_on, Date::new(2026, 3, 21)?));
/// # Ok::<(), apex_mobility_core::domain::InvalidValue>(())
/// ```
#[must_use]
pub fn restorable_until(cancelled_on: Date) -> Date {
    // contract 4.5: day 60 is still inside. Where the calendar ends before it, its last day is the last.
    (0..=RESTORE_WINDOW_DAYS)
        .rev()
        .find_map(|days| cancelled_on.checked_add_days(days))
        .unwrap_or(cancelled_on)
}

/// Whether a line that was cancelled on that day can be restored today, as far as days go: AT&T also checks
/// whether its plan fits its device.
#[must_use]
pub fn is_restorable(cancelled_on: Date, today: Date) -> bool {
    (cancelled_on..=restorable_until(cancelled_on)).contains(&today)
}
