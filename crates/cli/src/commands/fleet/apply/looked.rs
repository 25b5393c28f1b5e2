//! What a look at all lines of a plan shows before any of them is changed.

use std::collections::BTreeMap;

use apex_mobility::fleet::FleetOperation;
use apex_mobility::fleet::plan::Refusal;
use apex_mobility::fleet::plan::apply::Checked;

use crate::commands::fleet::shown::{left_alone, lines, rows};
use crate::printer::Printer;

/// What a look at all lines came to.
#[derive(Default)]
pub(super) struct Looked {
    /// Lines that are as they were when they were planned.
    pub(super) ready: u64,
    /// The writes that they take, over all waves.
    pub(super) steps: BTreeMap<FleetOperation, u64>,
    left: Vec<Refusal>,
    left_count: u64,
}

impl Looked {
    pub(super) fn see(&mut self, checked: &Checked) {
        match checked {
            Checked::Ready(line) => {
                self.ready += 1;
                for step in &line.steps {
                    *self.steps.entry(step.row.operation).or_default() += 1;
                }
            }
            Checked::Left(line, why) => {
                let number = Some(line.now.number.to_string());
                self.leave(Refusal { row: line.row, number, why: why.clone() });
            }
            Checked::Refused(refusal) => self.leave(refusal.clone()),
        }
    }

    fn leave(&mut self, refusal: Refusal) {
        self.left_count += 1;
        if self.left.len() <= left_alone::TOLD {
            self.left.push(refusal);
        }
    }

    /// Says which rows are left alone.
    pub(super) fn tell_left(&self, printer: &Printer) {
        left_alone::tell(printer, self.left.iter(), self.left_count);
    }

    /// Says what is to be done.
    pub(super) fn tell(&self, printer: &Printer) {
        if self.left_count > 0 {
            printer.note(&format!("left alone: {}", rows(self.left_count)));
        }
        let steps = self.steps.iter().map(|(operation, count)| format!("{count} {operation}"));
        if self.ready > 0 {
            let steps: Vec<_> = steps.collect();
            printer.note(&format!("{} as they were planned: {}", lines(self.ready), steps.join(", ")));
        }
    }

    pub(super) const fn left_count(&self) -> u64 {
        self.left_count
    }

    /// Steps that take something away, by operation.
    pub(super) fn destructive(&self) -> Vec<(FleetOperation, u64)> {
        let taken = self.steps.iter().filter(|(operation, _)| operation.is_destructive());
        taken.map(|(operation, count)| (*operation, *count)).collect()
    }
}
