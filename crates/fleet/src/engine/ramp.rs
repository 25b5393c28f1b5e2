//! How much may be sent: first little, then more, and nothing more when too much fails.

use std::fmt;
use std::str::FromStr;

use super::Options;
use crate::state::State;

/// The first stages. What went wrong with one row is seen before it goes wrong with thousands.
const STAGES: [u64; 3] = [1, 5, 50];

/// The rows of the first stages together.
#[cfg(any(test, feature = "postgres"))]
pub(crate) const OPENING: u64 = 56;

/// A share of too few rows says nothing.
const LEAST_FOR_A_SHARE: u64 = 20;

/// How many rows may fail: a number, or a percentage of those that were sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureLimit {
    /// So many.
    Number(u64),
    /// So many in a hundred.
    Percent(u8),
}

impl FailureLimit {
    /// Whether so many failed of so many that were sent are too many.
    pub(crate) fn is_exceeded(self, failed: u64, sent: u64) -> bool {
        match self {
            Self::Number(most) => failed > most,
            Self::Percent(share) => sent >= LEAST_FOR_A_SHARE && failed * 100 > sent * u64::from(share),
        }
    }
}

impl FromStr for FailureLimit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is neither a number of rows nor a percentage such as 5%");
        match text.trim().strip_suffix('%') {
            None => text.trim().parse().map(Self::Number).map_err(|_| wrong()),
            Some(share) => match share.trim().parse::<u8>() {
                Ok(share) if share <= 100 => Ok(Self::Percent(share)),
                _ => Err(wrong()),
            },
        }
    }
}

impl fmt::Display for FailureLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Percent(share) => write!(f, "{share}%"),
        }
    }
}

/// What may be sent, by what was.
#[derive(Debug)]
pub(super) struct Ramp {
    limit: Option<FailureLimit>,
    most: Option<u64>,
    /// The stage that rows are sent in; behind the last there is no stage.
    stage: usize,
    in_stage: u64,
    under_way: u64,
    begun: u64,
    sent: u64,
    failed: u64,
}

impl Ramp {
    pub(super) const fn new(options: &Options) -> Self {
        Self {
            limit: options.max_failures,
            most: options.max_changes,
            stage: if options.ramp { 0 } else { STAGES.len() },
            in_stage: 0,
            under_way: 0,
            begun: 0,
            sent: 0,
            failed: 0,
        }
    }

    /// How many rows may be sent now.
    pub(super) fn quota(&mut self) -> usize {
        let of_stage = loop {
            match STAGES.get(self.stage) {
                None => break u64::MAX,
                Some(size) if self.in_stage < *size => break size - self.in_stage,
                // The next stage begins when every row of this one has its answer.
                Some(_) if self.under_way > 0 => break 0,
                Some(_) => {
                    self.stage += 1;
                    self.in_stage = 0;
                }
            }
        };
        let left = self.most.map_or(u64::MAX, |most| most.saturating_sub(self.begun));
        usize::try_from(of_stage.min(left)).unwrap_or(usize::MAX)
    }

    /// Whether as many rows were sent as are allowed.
    pub(super) fn is_used_up(&self) -> bool {
        self.most.is_some_and(|most| self.begun >= most) && self.under_way == 0
    }

    pub(super) const fn began(&mut self, rows: u64) {
        self.in_stage += rows;
        self.under_way += rows;
        self.begun += rows;
    }

    /// Rows that were not sent after all.
    pub(super) const fn gave_back(&mut self, rows: u64) {
        self.in_stage = self.in_stage.saturating_sub(rows);
        self.under_way = self.under_way.saturating_sub(rows);
        self.begun = self.begun.saturating_sub(rows);
    }

    /// A row has its answer, or has lost it.
    pub(super) const fn ended(&mut self, state: State) {
        self.under_way = self.under_way.saturating_sub(1);
        self.sent += 1;
        self.came_to(state);
    }

    /// A row that was sent before came to this.
    pub(super) const fn came_to(&mut self, state: State) {
        if matches!(state, State::Rejected | State::Failed) {
            self.failed += 1;
        }
    }

    /// How many failed and how many were sent, if those are too many.
    pub(super) fn too_many_failures(&self) -> Option<(u64, u64)> {
        let too_many = self.limit?.is_exceeded(self.failed, self.sent);
        too_many.then_some((self.failed, self.sent))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_are_1_then_5_then_50_then_all_each_after_the_answers_of_the_one_before() {
        let mut ramp = Ramp::new(&Options::default());
        for size in STAGES {
            assert_eq!(ramp.quota(), usize::try_from(size).unwrap());
            ramp.began(size);
            assert_eq!(ramp.quota(), 0);
            (0..size).for_each(|_| ramp.ended(State::Done));
        }
        assert_eq!(ramp.quota(), usize::MAX);
    }

    #[test]
    fn the_opening_is_the_first_stages_together() {
        assert_eq!(OPENING, STAGES.iter().sum::<u64>());
    }

    #[test]
    fn a_number_of_failures_is_a_limit_at_once_and_a_share_of_twenty_rows_on() {
        let mut ramp =
            Ramp::new(&Options { max_failures: Some(FailureLimit::Number(1)), ..Options::default() });
        ramp.ended(State::Rejected);
        assert_eq!(ramp.too_many_failures(), None);
        ramp.ended(State::Failed);
        assert_eq!(ramp.too_many_failures(), Some((2, 2)));

        let mut ramp =
            Ramp::new(&Options { max_failures: Some(FailureLimit::Percent(10)), ..Options::default() });
        (0..3).for_each(|_| ramp.ended(State::Rejected));
        assert_eq!(ramp.too_many_failures(), None);
        (0..17).for_each(|_| ramp.ended(State::Done));
        assert_eq!(ramp.too_many_failures(), Some((3, 20)));
    }

    #[test]
    fn no_more_rows_are_sent_than_are_allowed() {
        let mut ramp = Ramp::new(&Options { max_changes: Some(3), ramp: false, ..Options::default() });
        assert_eq!(ramp.quota(), 3);
        ramp.began(2);
        assert_eq!(ramp.quota(), 1);
        ramp.gave_back(1);
        assert_eq!(ramp.quota(), 2);
        ramp.began(2);
        assert!(!ramp.is_used_up());
        (0..3).for_each(|_| ramp.ended(State::Done));
        assert!(ramp.is_used_up());
    }

    #[test]
    fn limits_are_numbers_or_percentages() {
        assert_eq!("5".parse(), Ok(FailureLimit::Number(5)));
        assert_eq!("5%".parse(), Ok(FailureLimit::Percent(5)));
        for text in ["", "-1", "101%", "x", "%", "1.5%"] {
            assert!(text.parse::<FailureLimit>().is_err(), "{text}");
        }
    }
}
