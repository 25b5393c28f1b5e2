//! How a run went, in numbers and as an exit code.

use super::results::{ResultRow, Verdict};
use crate::exit::Exit;

/// How many rows came to what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) activated: usize,
    /// Of the activated: those whose details differ from what was asked for.
    pub(crate) differing: usize,
    pub(crate) rejected: usize,
    pub(crate) not_sent: usize,
    pub(crate) pending: usize,
    pub(crate) unknown: usize,
}

impl Tally {
    pub(crate) fn of(rows: &[ResultRow]) -> Self {
        let mut tally = Self::default();
        for row in rows {
            match row.verdict {
                Verdict::Activated => {
                    tally.activated += 1;
                    tally.differing += usize::from(row.differs);
                }
                Verdict::Rejected => tally.rejected += 1,
                Verdict::NotSent => tally.not_sent += 1,
                Verdict::Pending => tally.pending += 1,
                Verdict::Unknown => tally.unknown += 1,
            }
        }
        tally
    }

    /// The exit code. What is not known comes first, then what is not finished.
    ///
    /// `refusal` is why requests as a whole were refused, if any were; `waited` is false when nobody asked
    /// to wait for the end.
    pub(crate) fn exit(&self, refusal: Option<Exit>, waited: bool) -> Exit {
        let bad = self.rejected + self.not_sent + self.differing;
        let good = self.activated - self.differing + if waited { 0 } else { self.pending };
        match (self.unknown, self.pending) {
            (1.., _) => Exit::Unknown,
            (_, 1..) if waited => Exit::Pending,
            _ if bad == 0 => Exit::Ok,
            _ if good > 0 => Exit::Partial,
            _ => refusal.unwrap_or(Exit::Failed),
        }
    }

    /// `22 activated, 1 rejected, 2 not sent`.
    pub(crate) fn sentence(&self) -> String {
        let parts = [
            (self.activated, "activated"),
            (self.rejected, "rejected"),
            (self.not_sent, "not sent"),
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
    use super::*;

    fn tally(activated: usize, rejected: usize, not_sent: usize, pending: usize, unknown: usize) -> Tally {
        Tally { activated, differing: 0, rejected, not_sent, pending, unknown }
    }

    #[test]
    fn the_exit_code_tells_the_worst_that_is_still_open() {
        let table = [
            (tally(3, 0, 0, 0, 0), None, true, Exit::Ok),
            (tally(3, 1, 0, 0, 0), None, true, Exit::Partial),
            (tally(3, 0, 1, 0, 0), None, true, Exit::Partial),
            (tally(0, 3, 0, 0, 0), None, true, Exit::Failed),
            (tally(0, 0, 3, 0, 0), None, true, Exit::Failed),
            (tally(0, 0, 3, 0, 0), Some(Exit::Auth), true, Exit::Auth),
            (tally(1, 0, 3, 0, 0), Some(Exit::Auth), true, Exit::Partial),
            (tally(3, 1, 0, 1, 0), None, true, Exit::Pending),
            (tally(0, 0, 0, 3, 0), None, false, Exit::Ok),
            (tally(0, 0, 1, 3, 0), None, false, Exit::Partial),
            (tally(3, 1, 1, 1, 1), None, true, Exit::Unknown),
            (tally(0, 0, 0, 0, 1), Some(Exit::Auth), false, Exit::Unknown),
            (Tally { differing: 1, ..tally(2, 0, 0, 0, 0) }, None, true, Exit::Partial),
        ];
        for (tally, refusal, waited, exit) in table {
            assert_eq!(tally.exit(refusal, waited), exit, "{tally:?} {refusal:?} {waited}");
        }
    }

    #[test]
    fn the_sentence_leaves_out_what_did_not_happen() {
        assert_eq!(tally(22, 1, 2, 0, 0).sentence(), "22 activated, 1 rejected, 2 not sent");
    }
}
