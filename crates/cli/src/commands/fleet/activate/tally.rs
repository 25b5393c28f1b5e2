//! How a run went, in numbers.

use super::row::{Row, Verdict};
use crate::commands::fleet::outcome::Count;

/// How many rows came to what, those of earlier jobs with them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) activated: u64,
    /// Of the activated: those whose details differ from what was asked for.
    pub(crate) differing: u64,
    pub(crate) rejected: u64,
    pub(crate) not_sent: u64,
    /// Of those that were not sent: the job ended before their turn came.
    waiting: u64,
    not_applied: u64,
    pending: u64,
    unknown: u64,
}

impl Tally {
    pub(crate) fn of(rows: &[Row]) -> Self {
        let mut tally = Self::default();
        for row in rows {
            match row.verdict {
                Verdict::Activated => {
                    tally.activated += 1;
                    tally.differing += u64::from(row.differs);
                }
                Verdict::Rejected => tally.rejected += 1,
                Verdict::NotSent => {
                    tally.not_sent += 1;
                    tally.waiting += u64::from(row.waits());
                }
                Verdict::NotApplied => tally.not_applied += 1,
                Verdict::Pending => tally.pending += 1,
                Verdict::Unknown => tally.unknown += 1,
            }
        }
        tally
    }

    /// As far as the exit code goes. A line that is not what was asked for is not done.
    pub(super) const fn count(&self) -> Count {
        Count {
            done: self.activated - self.differing,
            pending: self.pending,
            unknown: self.unknown,
            not_sent: self.waiting,
            refused: self.rejected + self.not_applied + self.not_sent - self.waiting + self.differing,
        }
    }

    /// `22 activated, 1 rejected, 2 not sent`.
    pub(crate) fn sentence(&self) -> String {
        let parts = [
            (self.activated, "activated"),
            (self.rejected, "rejected"),
            (self.not_sent, "not sent"),
            (self.not_applied, "without effect"),
            (self.pending, "still pending"),
            (self.unknown, "unknown"),
        ];
        let said: Vec<_> = parts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        said.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use apex_mobility::fleet::Ended;

    use super::*;
    use crate::commands::fleet::outcome::Outcome;
    use crate::exit::Exit;

    /// Activated, rejected, not sent and bad, not sent and waiting, pending, unknown.
    fn tally([activated, rejected, bad, waiting, pending, unknown]: [u64; 6]) -> Tally {
        let not_sent = bad + waiting;
        Tally { activated, rejected, not_sent, waiting, pending, unknown, ..Tally::default() }
    }

    fn exit(tally: Tally, ended: &Ended, waited: bool) -> Exit {
        Outcome { ended, count: tally.count(), waited, killed: false }.exit()
    }

    #[test]
    fn the_exit_code_tells_the_worst_that_is_still_open() {
        let refused = Ended::Refused(String::new());
        let table = [
            (tally([3, 0, 0, 0, 0, 0]), &Ended::Finished, true, Exit::Ok),
            (tally([3, 1, 0, 0, 0, 0]), &Ended::Finished, true, Exit::Partial),
            (tally([3, 0, 1, 0, 0, 0]), &Ended::Finished, true, Exit::Partial),
            (tally([0, 3, 0, 0, 0, 0]), &Ended::Finished, true, Exit::Failed),
            (tally([0, 0, 3, 0, 0, 0]), &Ended::Finished, true, Exit::Failed),
            (tally([1, 0, 0, 3, 0, 0]), &refused, true, Exit::Auth),
            (tally([1, 0, 0, 3, 0, 0]), &Ended::Stopped, true, Exit::Pending),
            (tally([1, 0, 3, 0, 0, 0]), &Ended::Stopped, true, Exit::Partial),
            (tally([1, 0, 0, 3, 0, 0]), &Ended::EnoughChanges, true, Exit::Partial),
            (tally([3, 1, 0, 0, 1, 0]), &Ended::Finished, true, Exit::Pending),
            (tally([0, 0, 0, 0, 3, 0]), &Ended::Finished, false, Exit::Ok),
            (tally([0, 0, 1, 0, 3, 0]), &Ended::Finished, false, Exit::Partial),
            (tally([3, 1, 1, 0, 1, 1]), &Ended::Finished, true, Exit::Unknown),
            (tally([0, 0, 0, 1, 0, 1]), &refused, false, Exit::Unknown),
            (Tally { differing: 1, ..tally([2, 0, 0, 0, 0, 0]) }, &Ended::Finished, true, Exit::Partial),
            (Tally { not_applied: 1, ..tally([0; 6]) }, &Ended::Finished, true, Exit::Failed),
        ];
        for (tally, ended, waited, code) in table {
            assert_eq!(exit(tally, ended, waited), code, "{tally:?} {ended:?} {waited}");
        }
    }

    #[test]
    fn the_sentence_leaves_out_what_did_not_happen() {
        assert_eq!(tally([22, 1, 2, 0, 0, 0]).sentence(), "22 activated, 1 rejected, 2 not sent");
    }
}
