//! The unit of work that machines take: some rows of a job, to be sent or to be followed.

use serde::{Deserialize, Serialize};

use crate::engine::Span;
use crate::journal::{JobNumber, Standing, Stretch};
use crate::orders::Orders;

/// Rows of a job that one worker takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Chunk {
    /// The job.
    pub job: JobNumber,
    /// What to do with the rows.
    pub work: Work,
    /// The place of the first row in the input, from 1.
    pub first: u32,
    /// The place of the last.
    pub last: u32,
}

/// What to do with the rows of a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// Send the first few of a job, and see whether they go well. Nothing else of the job is sent meanwhile.
    Open,
    /// Send what may be sent, and settle what is open.
    Send,
    /// Look at what AT&T works on.
    Follow,
}

/// The fewest and the most rows of a chunk. A chunk that is taken over costs a read for each row that was in the air, and
/// a small one is queued and taken more often than it is worth.
const FEWEST: u32 = 50;
const MOST: u32 = 400;
/// So many chunks at least, where there are rows enough: several machines find work, and none has long to do at the end.
const SHARES: u32 = 20;

/// Rows per chunk. It depends on what never changes of a job alone, so that all machines cut it the same way.
pub(super) fn size(rows: u32, together: usize) -> u32 {
    let together = u32::try_from(together).unwrap_or(MOST).clamp(1, MOST);
    let size = (rows / SHARES).clamp(FEWEST, MOST);
    // What goes together in one request is not cut apart.
    size.div_ceil(together).saturating_mul(together).min(MOST.max(together))
}

/// How a job is cut into chunks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cut {
    /// Rows per chunk.
    pub(super) size: u32,
    /// The last place that may be sent.
    pub(super) until: u32,
    /// How many rows the opening has.
    pub(super) opening: u64,
}

/// What a job needs next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Next {
    /// These chunks are to be done: the job as it stands has nothing else.
    Chunks(Vec<Chunk>),
    /// Nothing more is to be done by itself.
    Over,
    /// As many rows were sent as are allowed.
    EnoughChanges,
    /// Too many rows failed.
    TooManyFailures,
}

/// What a job needs next, by how it stands.
pub(super) fn next(
    job: JobNumber,
    standing: Standing,
    stretches: &[Stretch],
    Cut { size, until, opening }: Cut,
    orders: &Orders,
) -> Next {
    let limit = orders.options().max_failures;
    if limit.is_some_and(|limit| limit.is_exceeded(standing.failed, standing.begun)) {
        return Next::TooManyFailures;
    }
    let is_to_do = |stretch: &&Stretch| stretch.sends || (stretch.follows && !orders.no_wait);
    if !stretches.iter().any(|stretch| is_to_do(&stretch)) {
        let left_out = until < standing.rows && standing.planned > 0;
        return if left_out { Next::EnoughChanges } else { Next::Over };
    }
    // Rows whose answer was lost have had their turn: they are settled while others are sent.
    let answered = standing.begun.saturating_sub(standing.in_the_air);
    let is_opened = orders.no_ramp || answered >= opening || standing.planned == 0;
    if !is_opened {
        return Next::Chunks(vec![Chunk { job, work: Work::Open, first: 1, last: until }]);
    }
    let chunk = |stretch: &Stretch, work| {
        let first = stretch.index.saturating_mul(size).saturating_add(1);
        Chunk { job, work, first, last: first.saturating_add(size - 1).min(until.max(1)) }
    };
    let mut chunks = Vec::new();
    for stretch in stretches {
        if stretch.sends {
            chunks.push(chunk(stretch, Work::Send));
        }
        if stretch.follows && !orders.no_wait {
            chunks.push(chunk(stretch, Work::Follow));
        }
    }
    Next::Chunks(chunks)
}

impl Chunk {
    /// Its rows.
    pub(super) const fn span(&self) -> Span {
        Span::places(self.job, self.first, self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JOB: JobNumber = JobNumber(3);
    const CUT: Cut = Cut { size: 400, until: 1000, opening: 56 };

    fn stretch(index: u32, sends: bool, follows: bool) -> Stretch {
        Stretch { index, sends, follows }
    }

    fn standing(begun: u64, planned: u64) -> Standing {
        Standing { rows: 1000, begun, in_the_air: 0, failed: 0, planned }
    }

    fn of(next: Next) -> Vec<(Work, u32, u32)> {
        match next {
            Next::Chunks(chunks) => chunks.iter().map(|one| (one.work, one.first, one.last)).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn chunks_are_neither_small_nor_large_and_keep_together_what_goes_together() {
        let table = [
            (1, 1, 50),
            (1000, 1, 50),
            (4000, 1, 200),
            (100_000, 1, 400),
            (u32::MAX, 1, 400),
            (1, 200, 200),
            (1000, 200, 200),
            (100_000, 200, 400),
            (100, 10, 50),
            (1300, 10, 70),
        ];
        for (rows, together, expected) in table {
            assert_eq!(size(rows, together), expected, "{rows} {together}");
        }
    }

    #[test]
    fn a_job_is_opened_by_one_hand_and_shared_out_when_that_went_well() {
        let all: Vec<_> = (0..3).map(|index| stretch(index, true, false)).collect();
        let orders = Orders::default();
        let cut = CUT;
        assert_eq!(of(next(JOB, standing(0, 1000), &all, cut, &orders)), [(Work::Open, 1, 1000)]);
        assert_eq!(of(next(JOB, standing(55, 945), &all, cut, &orders)), [(Work::Open, 1, 1000)]);
        let in_the_air = Standing { in_the_air: 1, ..standing(56, 944) };
        assert_eq!(of(next(JOB, in_the_air, &all, cut, &orders)), [(Work::Open, 1, 1000)]);
        let sent = [(Work::Send, 1, 400), (Work::Send, 401, 800), (Work::Send, 801, 1000)];
        assert_eq!(of(next(JOB, standing(56, 944), &all, cut, &orders)), sent);
        let at_once = Orders { no_ramp: true, ..Orders::default() };
        assert_eq!(of(next(JOB, standing(0, 1000), &all, cut, &at_once)), sent);
    }

    #[test]
    fn what_is_in_the_air_when_everything_was_sent_is_no_opening() {
        let open = [stretch(0, true, false)];
        let next = next(JOB, standing(20, 0), &open, CUT, &Orders::default());
        assert_eq!(of(next), [(Work::Send, 1, 400)]);
    }

    #[test]
    fn what_the_carrier_works_on_is_followed_apart_unless_nobody_waits_for_it() {
        let stretches = [stretch(0, false, true), stretch(2, true, true)];
        let cut = CUT;
        let waits = of(next(JOB, standing(900, 100), &stretches, cut, &Orders::default()));
        assert_eq!(waits, [(Work::Follow, 1, 400), (Work::Send, 801, 1000), (Work::Follow, 801, 1000)]);
        let no_wait = Orders { no_wait: true, ..Orders::default() };
        assert_eq!(of(next(JOB, standing(900, 100), &stretches, cut, &no_wait)), [(Work::Send, 801, 1000)]);
        let accepted = [stretch(0, false, true)];
        assert_eq!(next(JOB, standing(1000, 0), &accepted, cut, &no_wait), Next::Over);
    }

    #[test]
    fn a_job_ends_when_nothing_is_to_be_done_or_no_more_is_allowed_or_too_much_fails() {
        let cut = CUT;
        let orders = Orders::default();
        assert_eq!(next(JOB, standing(1000, 0), &[], cut, &orders), Next::Over);
        let cut_short = Cut { until: 300, ..CUT };
        assert_eq!(next(JOB, standing(300, 700), &[], cut_short, &orders), Next::EnoughChanges);
        let limited = Orders { max_failures: Some("2".to_owned()), ..Orders::default() };
        let failed = |failed| Standing { failed, ..standing(60, 940) };
        let all = [stretch(0, true, false)];
        assert_eq!(next(JOB, failed(3), &all, cut, &limited), Next::TooManyFailures);
        assert!(matches!(next(JOB, failed(2), &all, cut, &limited), Next::Chunks(_)));
    }
}
