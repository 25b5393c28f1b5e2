//! The numbers the carrier can give out.
//!
//! Invented numbers only. NPA by NPA, exchange 555 is used first, from line 0100 on (0100..0199 is the
//! block reserved for fiction) round to 0099; then the further exchanges of the places table. All are valid
//! by contract 5.

use std::collections::HashSet;

use super::lines::Lines;
use crate::digits::Number;
use crate::places::{Place, Places, three_digits};

/// Lines per exchange.
const EXCHANGE: u32 = 10_000;
/// The line the first number of an exchange has.
const FIRST: u32 = 100;

/// How far each NPA has been used.
#[derive(Default)]
pub(crate) struct NumberPool {
    /// By NPA.
    used: Vec<u32>,
    /// Numbers of other carriers.
    withheld: HashSet<Number>,
}

impl NumberPool {
    /// Keeps a number of another carrier's from being given out.
    pub(crate) fn withhold(&mut self, number: Number) {
        self.withheld.insert(number);
    }

    pub(crate) fn is_withheld(&self, number: Number) -> bool {
        self.withheld.contains(&number)
    }

    /// The next free number of a place; `None` when it hosts none or all are taken.
    pub(crate) fn assign(&mut self, places: &Places, lines: &Lines, place: &Place) -> Option<Number> {
        place.npas.iter().find_map(|npa| self.assign_in(places, lines, three_digits(npa)?))
    }

    /// The next free number of an NPA.
    pub(crate) fn assign_in(&mut self, places: &Places, lines: &Lines, npa: u16) -> Option<Number> {
        loop {
            let number = self.next_in(places, npa)?;
            if lines.by_number(number).is_none() && !self.withheld.contains(&number) {
                return Some(number);
            }
        }
    }

    /// The next number of an NPA, in a world where nobody else gives out numbers.
    pub(crate) fn next_in(&mut self, places: &Places, npa: u16) -> Option<Number> {
        let place = usize::from(npa);
        if place >= self.used.len() {
            self.used.resize(place + 1, 0);
        }
        let used = self.used.get_mut(place)?;
        let number = number_at(places.exchanges(), npa, *used)?;
        *used += 1;
        Some(number)
    }
}

fn number_at(exchanges: &[u16], npa: u16, at: u32) -> Option<Number> {
    let exchange = exchanges.get((at / EXCHANGE) as usize)?;
    let line = (at % EXCHANGE + FIRST) % EXCHANGE;
    Some(Number(u64::from(npa) * 10_000_000 + u64::from(*exchange) * 10_000 + u64::from(line)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_fiction_come_first_and_other_exchanges_last() {
        let exchanges = [555, 556];
        let text = |at| number_at(&exchanges, 214, at).map(|n| n.to_string());
        assert_eq!(text(0).as_deref(), Some("2145550100"));
        assert_eq!(text(9_899).as_deref(), Some("2145559999"));
        assert_eq!(text(9_900).as_deref(), Some("2145550000"));
        assert_eq!(text(10_000).as_deref(), Some("2145560100"));
        assert_eq!(text(20_000), None);
    }
}
