//! What goes wrong around one write: each fault of contract 7, and what longer troubles do to the reads that
//! settle it.

use std::fmt;
use std::time::Duration;

use apex_mobility_sandbox::{Fault, FaultRule, Garbled, Sandbox, Throttle, When};

use super::tap::{Ambush, Tap};

/// What goes wrong with a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disturbance {
    /// Nothing.
    None,
    /// A fault of the contract strikes the write.
    Fault(Fault, Garbled),
    /// Ten minutes of 504 on everything begin with the write, which does not commit.
    Outage,
    /// It commits, its answer is lost, and then come ten minutes of 504 on everything.
    LostBeforeOutage,
    /// Three hours of 504, longer than anyone waits, begin with the write, which does not commit.
    LongOutage,
    /// It commits, its answer is lost, and then come three hours of 504 on everything.
    LostBeforeLongOutage,
    /// All reads before the write fail, and it is lost before the commit.
    BlindBeforeReset,
    /// All reads before the write fail, and it is lost after the commit.
    BlindBeforeLost,
    /// The client gives up, and the write commits only later, up to two minutes after that.
    CommitsLate,
    /// It is lost before the commit, and every third read fails.
    ResetAmongFlakyReads,
    /// It is lost after the commit, and every third read fails.
    LostAmongFlakyReads,
    /// The hidden limit turns calls away; the write is lost after the commit.
    LostUnderLimit,
    /// The hidden limit turns calls away, and nothing else goes wrong.
    Limit,
}

impl Disturbance {
    /// All of them.
    pub const ALL: [Self; 24] = [
        Self::None,
        Self::Fault(Fault::F1, Garbled::CutJson),
        Self::Fault(Fault::F2, Garbled::CutJson),
        Self::Fault(Fault::F3, Garbled::CutJson),
        Self::Fault(Fault::F4, Garbled::CutJson),
        Self::Fault(Fault::F5, Garbled::CutJson),
        Self::Fault(Fault::F6, Garbled::CutJson),
        Self::Fault(Fault::F7, Garbled::CutJson),
        Self::Fault(Fault::F8, Garbled::CutJson),
        Self::Fault(Fault::F8, Garbled::Html),
        Self::Fault(Fault::F8, Garbled::CutConnection),
        Self::Fault(Fault::F9, Garbled::CutJson),
        Self::Fault(Fault::F10, Garbled::CutJson),
        Self::Outage,
        Self::LostBeforeOutage,
        Self::LongOutage,
        Self::LostBeforeLongOutage,
        Self::BlindBeforeReset,
        Self::BlindBeforeLost,
        Self::CommitsLate,
        Self::ResetAmongFlakyReads,
        Self::LostAmongFlakyReads,
        Self::LostUnderLimit,
        Self::Limit,
    ];

    /// Whether the write reaches the carrier's rules.
    pub(super) fn commits(self) -> bool {
        match self {
            Self::None | Self::CommitsLate | Self::Limit => true,
            Self::Fault(fault, _) => fault.commits(),
            Self::LostBeforeOutage
            | Self::LostBeforeLongOutage
            | Self::BlindBeforeLost
            | Self::LostAmongFlakyReads
            | Self::LostUnderLimit => true,
            Self::Outage | Self::LongOutage | Self::BlindBeforeReset | Self::ResetAmongFlakyReads => false,
        }
    }

    /// Whether no read comes through in the time to wait.
    pub(super) fn outlasts_the_wait(self) -> bool {
        matches!(self, Self::LongOutage | Self::LostBeforeLongOutage)
    }

    /// Whether the client cannot know how things were before.
    pub(super) fn blinds_before(self) -> bool {
        matches!(
            self,
            Self::BlindBeforeReset
                | Self::BlindBeforeLost
                | Self::ResetAmongFlakyReads
                | Self::LostAmongFlakyReads
        )
    }

    /// Whether the hidden limit plays a part.
    pub(super) fn limits(self) -> bool {
        matches!(self, Self::LostUnderLimit | Self::Limit)
    }

    /// Sets it up for the next write of the operation, before the client looks.
    pub(super) fn begin(self, operation: &str, seed: u64, sandbox: &Sandbox, tap: &Tap) {
        let write = |fault| FaultRule::new(fault, contract_name(operation), When::Nth(1)).unwrap();
        let outage = |minutes| {
            let rule = FaultRule::new(Fault::F10, "*", When::Always).unwrap();
            Some(vec![rule.for_span(Duration::from_mins(minutes))])
        };
        let flaky = || {
            let one = |fault, shift| {
                FaultRule::new(fault, "reads", When::Probability(0.12)).unwrap().seeded(seed ^ shift)
            };
            vec![one(Fault::F2, 1), one(Fault::F3, 2), one(Fault::F8, 3)]
        };
        let mut ambush = Ambush::default();
        match self {
            Self::None => {}
            Self::Fault(fault, garbled) => ambush.with_the_write = Some(vec![write(fault).garbled(garbled)]),
            Self::Outage => ambush.with_the_write = outage(10),
            Self::LongOutage => ambush.with_the_write = outage(180),
            Self::LostBeforeOutage => {
                (ambush.with_the_write, ambush.after_the_write) = (Some(vec![write(Fault::F2)]), outage(10));
            }
            Self::LostBeforeLongOutage => {
                (ambush.with_the_write, ambush.after_the_write) = (Some(vec![write(Fault::F2)]), outage(180));
            }
            Self::BlindBeforeReset | Self::BlindBeforeLost => {
                sandbox.set_faults([FaultRule::new(Fault::F9, "reads", When::Always).unwrap()]);
                let fault = if self == Self::BlindBeforeLost { Fault::F2 } else { Fault::F1 };
                ambush.with_the_write = Some(vec![write(fault)]);
            }
            Self::CommitsLate => ambush.held_up = Some(Duration::from_secs(1 + seed.wrapping_mul(37) % 118)),
            Self::ResetAmongFlakyReads | Self::LostAmongFlakyReads => {
                sandbox.set_faults(flaky());
                let fault = if self == Self::LostAmongFlakyReads { Fault::F2 } else { Fault::F1 };
                ambush.with_the_write = Some([vec![write(fault)], flaky()].concat());
            }
            Self::LostUnderLimit | Self::Limit => {
                sandbox.set_throttle(Some(Throttle { calls: 2, per: Duration::from_secs(30) }));
                if self == Self::LostUnderLimit {
                    sandbox.set_faults([write(Fault::F2)]);
                }
            }
        }
        tap.lie_in_wait(ambush);
    }
}

/// The contract's name of an operation of the SDK: `line.configure` for `line.configure/device`, but
/// `port.item/update` for itself.
fn contract_name(operation: &str) -> &str {
    match operation.split_once('/') {
        Some((key, _)) if FaultRule::new(Fault::F1, operation, When::Always).is_err() => key,
        _ => operation,
    }
}

impl fmt::Display for Disturbance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::Fault(Fault::F8, Garbled::Html) => f.write_str("F8-html"),
            Self::Fault(Fault::F8, Garbled::CutConnection) => f.write_str("F8-cut"),
            Self::Fault(fault, _) => fault.fmt(f),
            Self::Outage => f.write_str("outage"),
            Self::LostBeforeOutage => f.write_str("lost-before-outage"),
            Self::LongOutage => f.write_str("long-outage"),
            Self::LostBeforeLongOutage => f.write_str("lost-before-long-outage"),
            Self::BlindBeforeReset => f.write_str("blind-before-reset"),
            Self::BlindBeforeLost => f.write_str("blind-before-lost"),
            Self::CommitsLate => f.write_str("commits-late"),
            Self::ResetAmongFlakyReads => f.write_str("reset-among-flaky-reads"),
            Self::LostAmongFlakyReads => f.write_str("lost-among-flaky-reads"),
            Self::LostUnderLimit => f.write_str("lost-under-limit"),
            Self::Limit => f.write_str("limit"),
        }
    }
}
