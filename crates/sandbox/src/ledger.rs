//! The ledger: every real effect, in order. What a client believes is judged by it.

use std::collections::BTreeMap;
use std::fmt;
use std::time::SystemTime;

use apex_mobility_core::domain::{Iccid, SubscriberNumber};
use jiff::Timestamp;
use serde::{Serialize, Serializer};

use crate::digits::{Number, Sim};

/// One real effect on the carrier's side.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LedgerEntry {
    /// Place in the ledger, from 1, without gaps.
    pub seq: u64,
    /// When it took effect, in virtual time.
    #[serde(serialize_with = "rfc3339")]
    pub at: SystemTime,
    /// What kind of effect.
    pub kind: LedgerKind,
    /// The line it happened to; absent for effects on accounts.
    pub subscriber_number: Option<SubscriberNumber>,
    /// The line's ICCID afterwards.
    pub iccid: Option<Iccid>,
    /// What changed, by name.
    pub detail: BTreeMap<&'static str, String>,
}

impl fmt::Debug for LedgerEntry {
    /// Without the customer: which effect, and when.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LedgerEntry")
            .field("seq", &self.seq)
            .field("at", &self.at)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// The kinds of effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum LedgerKind {
    /// A line came to be.
    Activation,
    /// A billing account was created or changed.
    Account,
    /// A port-in moved on.
    Port,
    /// A line was suspended, resumed, cancelled or restored.
    Status,
    /// A line changed its number.
    Number,
    /// A line changed its device or SIM.
    Device,
    /// A subscriber's name or address changed.
    Subscriber,
    /// A line changed its plan or features.
    Plan,
    /// A line moved to another billing account.
    Tobr,
    /// An early-termination fee was charged.
    Etf,
    /// A static IP was given or taken.
    Ip,
}

impl fmt::Display for LedgerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Activation => "activation",
            Self::Account => "account",
            Self::Port => "port",
            Self::Status => "status",
            Self::Number => "number",
            Self::Device => "device",
            Self::Subscriber => "subscriber",
            Self::Plan => "plan",
            Self::Tobr => "tobr",
            Self::Etf => "etf",
            Self::Ip => "ip",
        })
    }
}

/// The entries as the world keeps them.
#[derive(Default)]
pub(crate) struct Ledger(Vec<Effect>);

pub(crate) struct Effect {
    pub(crate) at: Timestamp,
    pub(crate) kind: LedgerKind,
    pub(crate) number: Option<Number>,
    pub(crate) sim: Option<Sim>,
    pub(crate) detail: Vec<(&'static str, String)>,
}

impl Ledger {
    pub(crate) fn record(&mut self, effect: Effect) {
        self.0.push(effect);
    }

    pub(crate) fn last_seq(&self) -> u64 {
        self.0.len() as u64
    }

    /// The entries after `seq`, oldest first.
    pub(crate) fn after(&self, seq: u64) -> Vec<LedgerEntry> {
        let skip = usize::try_from(seq).unwrap_or(usize::MAX);
        let kept = self.0.iter().zip(1_u64..).skip(skip);
        kept.map(|(effect, seq)| LedgerEntry {
            seq,
            at: effect.at.into(),
            kind: effect.kind,
            subscriber_number: effect.number.map(|n| SubscriberNumber::unchecked(n.to_string())),
            iccid: effect.sim.map(|s| Iccid::unchecked(s.to_string())),
            detail: effect.detail.iter().cloned().collect(),
        })
        .collect()
    }
}

fn rfc3339<S: Serializer>(at: &SystemTime, serializer: S) -> Result<S::Ok, S::Error> {
    let at = Timestamp::try_from(*at).map_err(serde::ser::Error::custom)?;
    serializer.collect_str(&at)
}
