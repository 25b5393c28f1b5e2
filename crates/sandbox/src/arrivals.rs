//! How many calls of each operation have arrived, whatever came of them.

use crate::faults::Scope;
use crate::operation::Operation;

#[derive(Debug, Default)]
pub(crate) struct Arrivals([u64; Operation::ALL.len()]);

impl Arrivals {
    pub(crate) fn count(&mut self, operation: Operation) {
        let place = Operation::ALL.iter().position(|one| *one == operation);
        if let Some(count) = place.and_then(|place| self.0.get_mut(place)) {
            *count += 1;
        }
    }

    pub(crate) fn by_operation(&self) -> impl Iterator<Item = (Operation, u64)> {
        Operation::ALL.into_iter().zip(self.0)
    }

    pub(crate) fn of(&self, scope: Scope) -> u64 {
        self.by_operation().filter(|(operation, _)| scope.holds(*operation)).map(|(_, count)| count).sum()
    }
}
