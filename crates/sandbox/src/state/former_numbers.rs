//! Numbers that lines have had.

use std::collections::HashSet;

use crate::digits::Number;

/// Numbers that were changed to others. One that is given out again is not former any more: look for a line
/// first.
#[derive(Default)]
pub(crate) struct FormerNumbers(HashSet<Number>);

impl FormerNumbers {
    pub(crate) fn add(&mut self, number: Number) {
        self.0.insert(number);
    }

    pub(crate) fn contain(&self, number: Number) -> bool {
        self.0.contains(&number)
    }
}
