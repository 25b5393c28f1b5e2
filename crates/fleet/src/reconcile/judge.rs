//! What a direct read says of a line of the inventory, and what the list has to do with it.

use apex_mobility_core::domain::Date;
use apex_mobility_core::finding::{Shown, same_account};
use apex_mobility_core::wire::LineStatus;
use serde::Serialize;

use super::list::Listed;
use crate::field::Field;
use crate::line::{Desired, LineState, changes};
use crate::plan::RESTORE_DAYS;

/// Where a line belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Bucket {
    /// Nothing that the inventory says is otherwise.
    Agree,
    /// The status is another.
    Status,
    /// Plan or features are others.
    Plan,
    /// The device on record is another, or the network sees another than the one on record; or SIM or eSIM are others.
    Device,
    /// Another account pays.
    BillingAccount,
    /// The static IP is another.
    Ip,
    /// The place of use is another.
    ServiceZip,
    /// AT&T has the line and the inventory does not.
    UnknownToUs,
    /// The inventory has the line and AT&T does not.
    UnknownToAtt,
    /// Cancelled at AT&T alone, and still restorable.
    Restorable,
    /// It changed inside the list's interval: look again when the list has been made anew.
    TooFresh,
    /// The row or the line could not be read.
    Unread,
}

impl Bucket {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Agree,
        Self::Status,
        Self::Plan,
        Self::Device,
        Self::BillingAccount,
        Self::Ip,
        Self::ServiceZip,
        Self::UnknownToUs,
        Self::UnknownToAtt,
        Self::Restorable,
        Self::TooFresh,
        Self::Unread,
    ];

    /// Its word in files and on screens.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Agree => "agree",
            Self::Status => "status",
            Self::Plan => "plan",
            Self::Device => "device",
            Self::BillingAccount => "billing_account",
            Self::Ip => "ip",
            Self::ServiceZip => "service_zip",
            Self::UnknownToUs => "unknown_to_us",
            Self::UnknownToAtt => "unknown_to_att",
            Self::Restorable => "restorable",
            Self::TooFresh => "too_fresh",
            Self::Unread => "unread",
        }
    }

    /// Whether a line in it is otherwise at AT&T than in the inventory, for all that can be known.
    #[must_use]
    pub const fn is_difference(self) -> bool {
        !matches!(self, Self::Agree | Self::TooFresh | Self::Unread)
    }
}

/// One thing that is otherwise.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Where it belongs.
    pub bucket: Bucket,
    /// What it is, as columns are named; `network imei` for what the network sees.
    pub what: String,
    /// What the inventory says.
    pub ours: Option<String>,
    /// What AT&T says.
    pub theirs: Option<String>,
    /// Of a line that is still restorable: for how many days after today.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_left: Option<i64>,
}

/// Which thing, not what is said of it.
impl std::fmt::Debug for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Difference").field("bucket", &self.bucket).field("what", &self.what).finish()
    }
}

impl Difference {
    pub(super) fn of(bucket: Bucket, what: impl Into<String>) -> Self {
        Self { bucket, what: what.into(), ours: None, theirs: None, days_left: None }
    }
}

/// Whether what the list shows is enough: it agrees, and nothing is claimed that it does not show.
pub(super) fn list_is_enough(ours: &Desired, listed: Listed) -> bool {
    let shown_alone = ours.plan.is_none()
        && ours.features.is_none()
        && ours.imei.is_none()
        && ours.sim.is_none()
        && ours.eid.is_none()
        && ours.ip.is_none()
        && ours.service_zip.is_none();
    let status = ours.status.is_none() || ours.status == listed.status();
    let account = match (&ours.billing_account, listed.account()) {
        (None, _) => true,
        (Some(ours), Some(theirs)) => same_account(ours, &theirs),
        (Some(_), None) => false,
    };
    shown_alone && status && account
}

/// All that is otherwise; empty where nothing is. Pure.
pub(super) fn judge(
    ours: &Desired,
    listed: Option<Listed>,
    live: &Shown<LineState>,
    today: Date,
) -> Vec<Difference> {
    let Shown::There(live) = live else {
        let is_in_service = listed.is_some_and(|listed| listed.status() != Some(LineStatus::Cancelled));
        return match &ours.status {
            // contract 8, Q10: for how long a cancelled line can be read is not known.
            Some(LineStatus::Cancelled) => Vec::new(),
            _ if is_in_service => {
                vec![Difference::of(Bucket::TooFresh, "the list shows it and a direct read does not")]
            }
            _ => vec![Difference::of(Bucket::UnknownToAtt, Field::Number.as_str())],
        };
    };
    if live.status == Some(LineStatus::Cancelled) && ours.status != Some(LineStatus::Cancelled) {
        return vec![cancelled(ours, listed, live, today)];
    }
    let mut found: Vec<_> = changes(live, ours)
        .into_iter()
        .filter_map(|change| {
            let field = change.field()?;
            let bucket = bucket(field, listed, live)?;
            Some(Difference {
                bucket,
                what: change.field,
                ours: change.then,
                theirs: change.now,
                days_left: None,
            })
        })
        .collect();
    if ours.imei.is_some() && live.has_unlike_devices() {
        found.push(Difference {
            bucket: Bucket::Device,
            what: "network imei".to_owned(),
            ours: live.imei.as_ref().map(ToString::to_string),
            theirs: live.network_imei.as_ref().map(ToString::to_string),
            days_left: None,
        });
    }
    found
}

fn cancelled(ours: &Desired, listed: Option<Listed>, live: &LineState, today: Date) -> Difference {
    let left = live.status_date.map(|since| RESTORE_DAYS - since.days_until(today));
    let bucket = match left {
        // contract 4.1: the list leaves cancelled lines out; one that it shows in service was cancelled since.
        _ if listed.is_some_and(|listed| listed.status() != Some(LineStatus::Cancelled)) => Bucket::TooFresh,
        // contract 4.5: day 60 is still inside the window.
        Some(left) if left >= 0 => Bucket::Restorable,
        _ => Bucket::Status,
    };
    Difference {
        bucket,
        what: Field::Status.to_string(),
        ours: ours.status.as_ref().map(ToString::to_string),
        theirs: live.status.as_ref().map(ToString::to_string),
        days_left: left.filter(|_| bucket == Bucket::Restorable),
    }
}

/// Where a difference belongs. What the list shows otherwise than the direct read changed inside its interval.
fn bucket(field: Field, listed: Option<Listed>, live: &LineState) -> Option<Bucket> {
    let moved = |differs: bool, bucket| if differs { Bucket::TooFresh } else { bucket };
    Some(match field {
        Field::Status => {
            let differs = listed.and_then(Listed::status).is_some_and(|status| Some(status) != live.status);
            moved(differs, Bucket::Status)
        }
        Field::BillingAccount => {
            let theirs = live.billing_account.as_ref();
            let shown = listed.and_then(Listed::account);
            let differs = shown.zip(theirs).is_some_and(|(shown, live)| !same_account(&shown, live));
            moved(differs, Bucket::BillingAccount)
        }
        Field::Plan | Field::Features => Bucket::Plan,
        Field::Imei | Field::Sim | Field::Eid => Bucket::Device,
        Field::Ip => Bucket::Ip,
        Field::ServiceZip => Bucket::ServiceZip,
        _ => return None,
    })
}
