//! Which assumptions of the contract hold at a server: asks, judges, reports. It only reads.
//!
//! `look` is what is asked, `examine` asks it through `watch`, which lets nothing but a GET pass; `assumption` lists
//! what is judged, and `judge` has one pure function for each.

mod answer;
mod assumption;
mod capture;
mod examine;
mod finding;
mod judge;
mod look;
mod mask;
mod report;
mod snippet;
#[cfg(test)]
mod tests;
mod watch;

pub(crate) use self::capture::Captures;
pub(crate) use self::examine::{Known, examine, reader};
pub(crate) use self::finding::Verdict;
pub(crate) use self::report::{Judgement, judge_all};
pub(crate) use self::snippet::snippet;
pub(crate) use self::watch::MOST_REQUESTS;
