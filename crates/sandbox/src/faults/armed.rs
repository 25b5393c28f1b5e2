//! The faults that are set, and what has been counted since.

use std::time::{Duration, SystemTime};

use super::{Fault, FaultRule, Garbled, When};
use crate::operation::Operation;
use crate::population::Dice;

/// A fault that is set, and what came of it so far.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FaultTally {
    /// The fault, with the end of its span and its seed filled in.
    pub rule: FaultRule,
    /// Calls it could have struck.
    pub calls: u64,
    /// Calls it has struck.
    pub strikes: u64,
}

/// What strikes a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stroke {
    pub(crate) fault: Fault,
    /// For F6.
    pub(crate) stale: Duration,
    /// For F4.
    pub(crate) delay: Duration,
    /// For F8.
    pub(crate) garbled: Garbled,
}

#[derive(Debug)]
pub(crate) struct Faults {
    seed: u64,
    armed: Vec<Armed>,
}

#[derive(Debug)]
struct Armed {
    tally: FaultTally,
    dice: Dice,
    /// The end of F10's present or last outage.
    outage: Option<SystemTime>,
}

impl Faults {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, armed: Vec::new() }
    }

    pub(crate) fn clear(&mut self) {
        self.armed.clear();
    }

    /// Sets one more.
    pub(crate) fn add(&mut self, mut rule: FaultRule, now: SystemTime) {
        // Rules that are not told apart by a seed of their own are by their place.
        let seed = *rule.seed.get_or_insert(self.seed.wrapping_add(self.armed.len() as u64));
        if let (None, Some(span)) = (rule.until, rule.span) {
            rule.until = rule.from.unwrap_or(now).checked_add(span);
        }
        let tally = FaultTally { rule, calls: 0, strikes: 0 };
        self.armed.push(Armed { tally, dice: Dice::new(seed), outage: None });
    }

    pub(crate) fn tallies(&self) -> impl Iterator<Item = FaultTally> {
        self.armed.iter().map(|armed| armed.tally.clone())
    }

    /// The fault that strikes this call: the first of those that do. All of them count the call.
    pub(crate) fn strike(&mut self, operation: Operation, now: SystemTime) -> Option<Stroke> {
        let mut stroke = None;
        for armed in self.armed.iter_mut().filter(|armed| armed.tally.rule.scope.holds(operation)) {
            if armed.strikes(now) && stroke.is_none() {
                armed.tally.strikes += 1;
                stroke = Some(armed.stroke());
            }
        }
        stroke
    }
}

impl Armed {
    fn strikes(&mut self, now: SystemTime) -> bool {
        let rule = &self.tally.rule;
        let begun = rule.from.is_none_or(|from| from <= now);
        let over = rule.until.is_some_and(|until| until <= now);
        if !begun || over {
            return false;
        }
        self.tally.calls += 1;
        let due = match rule.when {
            When::Always => true,
            When::Nth(nth) => self.tally.calls == nth,
            When::Probability(p) => self.dice.chance(p),
        };
        if rule.fault == Fault::F10 { self.is_out(due, now) } else { due }
    }

    /// F10 goes on from its call. By chance it may come again; else there is one outage.
    fn is_out(&mut self, due: bool, now: SystemTime) -> bool {
        let again = matches!(self.tally.rule.when, When::Probability(_));
        match self.outage {
            Some(end) if now < end => true,
            Some(_) if !again => false,
            _ => {
                if due {
                    let end = self.tally.rule.lasts().and_then(|lasts| now.checked_add(lasts));
                    self.outage = end.or(self.tally.rule.until);
                }
                due
            }
        }
    }

    fn stroke(&self) -> Stroke {
        let rule = &self.tally.rule;
        Stroke {
            fault: rule.fault,
            stale: rule.lasts().unwrap_or_default(),
            delay: rule.delay(),
            garbled: rule.garbles(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const READ: Operation = Operation::LineGet;
    const WRITE: Operation = Operation::NumberChange;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn armed(rules: impl IntoIterator<Item = FaultRule>) -> Faults {
        let mut faults = Faults::new(1);
        for rule in rules {
            faults.add(rule, at(0));
        }
        faults
    }

    fn rule(fault: Fault, operation: &str, when: When) -> FaultRule {
        FaultRule::new(fault, operation, when).unwrap()
    }

    fn strikes(rule: FaultRule, calls: usize) -> Vec<bool> {
        let mut faults = armed([rule]);
        (0..calls).map(|_| faults.strike(READ, at(0)).is_some()).collect()
    }

    /// Whether a call is struck at each of these seconds.
    fn over_time(rule: FaultRule, seconds: &[u64]) -> Vec<bool> {
        let mut faults = armed([rule]);
        seconds.iter().map(|second| faults.strike(READ, at(*second)).is_some()).collect()
    }

    #[test]
    fn a_fault_strikes_when_it_was_told_to() {
        let of = |when| rule(Fault::F3, "line.get", when);
        assert_eq!(strikes(of(When::Always), 3), [true, true, true]);
        assert_eq!(strikes(of(When::Nth(2)), 3), [false, true, false]);
        let half = strikes(of(When::Probability(0.5)), 1000).into_iter().filter(|struck| *struck).count();
        assert!((400..600).contains(&half), "{half} of 1000");
        assert!(!strikes(of(When::Probability(0.0)), 1000).contains(&true));
        assert!(!strikes(of(When::Probability(1.0)), 1000).contains(&false));
    }

    #[test]
    fn the_same_seed_strikes_the_same_calls_whatever_else_is_set() {
        let chance = |seed| rule(Fault::F3, "line.get", When::Probability(0.5)).seeded(seed);
        assert_eq!(strikes(chance(7), 100), strikes(chance(7), 100));
        assert_ne!(strikes(chance(7), 100), strikes(chance(8), 100));
        let mut beside = armed([rule(Fault::F9, "line.get", When::Probability(0.0)), chance(7)]);
        let seen: Vec<_> = (0..100).map(|_| beside.strike(READ, at(0)).is_some()).collect();
        assert_eq!(seen, strikes(chance(7), 100));
    }

    #[test]
    fn a_fault_strikes_the_calls_it_is_set_for() {
        for (name, read, write) in [
            ("*", true, true),
            ("reads", true, false),
            ("writes", false, true),
            ("line.get", true, false),
            ("number.change", false, true),
            ("plan.change", false, false),
        ] {
            let mut faults = armed([rule(Fault::F3, name, When::Always)]);
            let struck = [READ, WRITE].map(|operation| faults.strike(operation, at(0)).is_some());
            assert_eq!(struck, [read, write], "{name}");
        }
    }

    #[test]
    fn a_fault_for_many_operations_counts_their_calls_together() {
        let mut faults = armed([rule(Fault::F3, "*", When::Nth(2))]);
        assert_eq!(faults.strike(READ, at(0)), None);
        assert!(faults.strike(WRITE, at(0)).is_some());
    }

    #[test]
    fn the_first_of_two_faults_strikes_and_both_count_the_call() {
        let mut faults =
            armed([rule(Fault::F1, "line.get", When::Nth(1)), rule(Fault::F9, "*", When::Always)]);
        let struck: Vec<_> = (0..2).filter_map(|_| Some(faults.strike(READ, at(0))?.fault)).collect();
        assert_eq!(struck, [Fault::F1, Fault::F9]);
        let counted: Vec<_> = faults.tallies().map(|tally| (tally.calls, tally.strikes)).collect();
        assert_eq!(counted, [(2, 1), (2, 1)]);
    }

    #[test]
    fn a_fault_keeps_to_its_span_and_counts_inside_it() {
        let between = |when| rule(Fault::F9, "line.get", when).from(at(10)).until(at(20));
        assert_eq!(
            over_time(between(When::Always), &[0, 9, 10, 19, 20, 30]),
            [false, false, true, true, false, false],
        );
        assert_eq!(over_time(between(When::Nth(2)), &[0, 5, 10, 15]), [false, false, false, true]);
        let span = Duration::from_secs(5);
        let soon = rule(Fault::F9, "line.get", When::Always).for_span(span);
        assert_eq!(over_time(soon.clone(), &[0, 4, 5]), [true, true, false]);
        assert_eq!(over_time(soon.from(at(10)), &[0, 10, 14, 15]), [false, true, true, false]);
    }

    #[test]
    fn minutes_of_504_begin_at_their_call_and_end() {
        let outage = |when| rule(Fault::F10, "line.get", when).lasting(Duration::from_secs(120));
        assert_eq!(
            over_time(outage(When::Nth(2)), &[0, 10, 60, 129, 130, 400]),
            [false, true, true, true, false, false],
        );
        assert_eq!(over_time(outage(When::Always), &[0, 119, 120, 400]), [true, true, false, false]);
        assert_eq!(over_time(outage(When::Probability(1.0)), &[0, 119, 120, 400]), [true; 4]);
        assert_eq!(over_time(rule(Fault::F10, "*", When::Always), &[0, 299, 300]), [true, true, false]);
    }

    #[test]
    fn minutes_of_504_fill_their_span() {
        let outage = rule(Fault::F10, "*", When::Nth(2)).for_span(Duration::from_secs(600));
        assert_eq!(over_time(outage, &[0, 1, 500, 599, 600]), [false, true, true, true, false]);
    }

    #[test]
    fn what_does_not_exist_or_is_out_of_range_is_refused() {
        for (operation, when) in [
            ("line.gett", When::Always),
            ("", When::Always),
            ("line.get", When::Nth(0)),
            ("line.get", When::Probability(1.5)),
            ("line.get", When::Probability(f64::NAN)),
        ] {
            assert!(FaultRule::new(Fault::F1, operation, when).is_err(), "{operation} {when:?}");
        }
    }
}
