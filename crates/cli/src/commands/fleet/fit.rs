//! Which device, SIM, plan and features a row brings together, with what other rows of the file say of the same line.

use std::collections::HashMap;

use apex_mobility::domain::{OfferingCode, SingleUserCode, SubscriberNumber};
use apex_mobility::fleet::Task;
use apex_mobility::line_configuration::DeviceUpdate;
use apex_mobility::service_activation::NewLine;
use apex_mobility_equipment::{Combination, SimKind};

/// What a row asks for, as far as it can be asked of the tables.
pub(super) enum Asked {
    /// Nothing that has to fit.
    Nothing,
    /// A plan or features, for a device that no row names.
    WithoutDevice,
    /// All of this together.
    Together(Combination),
}

/// What the rows so far say of lines that are there already.
#[derive(Default)]
pub(super) struct Lines(HashMap<u64, OfLine>);

#[derive(Default)]
struct OfLine {
    device: Option<Combination>,
    plan: Option<SingleUserCode>,
    features: Vec<OfferingCode>,
}

/// Lines that are remembered; a longer file is still looked at row by row.
const REMEMBERED: usize = 20_000;

impl Lines {
    /// What a row brings together. Rows of one line are seen as one, in whichever order they come.
    pub(super) fn asked(&mut self, task: &Task) -> Asked {
        match task {
            Task::Activate(line) => Asked::Together(of_new_line(line)),
            Task::SetDevice(update) => {
                let device = of_device(&update.device);
                let plan = update.device.given_plan();
                let Some(line) = self.line(&update.number) else {
                    return Asked::Together(plan.cloned().into_iter().fold(device, Combination::plan));
                };
                line.device = Some(device);
                line.plan = plan.cloned().or(line.plan.take());
                line.asked()
            }
            Task::ChangePlan(change) => self.change(&change.number, change.plan.as_ref(), &change.add),
            Task::Transfer(transfer) => self.change(&transfer.number, transfer.plan.as_ref(), &[]),
            _ => Asked::Nothing,
        }
    }

    fn change(
        &mut self,
        number: &SubscriberNumber,
        plan: Option<&SingleUserCode>,
        add: &[OfferingCode],
    ) -> Asked {
        if plan.is_none() && add.is_empty() {
            return Asked::Nothing;
        }
        let Some(line) = self.line(number) else { return Asked::WithoutDevice };
        line.plan = plan.cloned().or(line.plan.take());
        line.features.extend_from_slice(add);
        line.asked()
    }

    fn line(&mut self, number: &SubscriberNumber) -> Option<&mut OfLine> {
        let number = number.as_str().parse().ok()?;
        if self.0.len() >= REMEMBERED && !self.0.contains_key(&number) {
            return None;
        }
        Some(self.0.entry(number).or_default())
    }
}

impl OfLine {
    fn asked(&self) -> Asked {
        let Some(device) = &self.device else { return Asked::WithoutDevice };
        let whole = self.plan.iter().cloned().fold(device.clone(), Combination::plan);
        Asked::Together(self.features.iter().cloned().fold(whole, Combination::feature))
    }
}

fn of_new_line(line: &NewLine) -> Combination {
    let kind = if line.sim().eid().is_some() { SimKind::Embedded } else { SimKind::Plastic };
    let whole = Combination::new(line.imei().clone()).sim(kind).plan(line.plan().clone());
    line.features().iter().cloned().fold(whole, Combination::feature)
}

/// A row that names neither SIM nor chip leaves the line the one that it has, and does not say which.
fn of_device(update: &DeviceUpdate) -> Combination {
    let kind = match (update.given_eid(), update.given_sim()) {
        (Some(_), _) => Some(SimKind::Embedded),
        (None, Some(_)) => Some(SimKind::Plastic),
        (None, None) => None,
    };
    kind.into_iter().fold(Combination::new(update.imei().clone()), Combination::sim)
}

#[cfg(test)]
mod tests {
    use apex_mobility::fleet::{Field, FleetOperation, Row};

    use super::*;

    const NUMBER: &str = "2145550101";
    const LTE: &str = "001010030000010";

    fn task(operation: FleetOperation, number: &str, cells: &[(Field, &str)]) -> Task {
        let row = Row::new(2, operation).with(Field::Number, number);
        Task::read(&cells.iter().fold(row, |row, (field, value)| row.with(*field, *value))).unwrap()
    }

    fn device(number: &str, more: &[(Field, &str)]) -> Task {
        let cells = [&[(Field::Imei, LTE), (Field::ServiceZip, "75201")][..], more].concat();
        task(FleetOperation::SetDevice, number, &cells)
    }

    fn plan(number: &str) -> Task {
        task(FleetOperation::ChangePlan, number, &[(Field::Plan, "APXPLAN02"), (Field::AddFeatures, "SOC4")])
    }

    fn whole() -> Combination {
        let device = of_device(&DeviceUpdate::new(LTE.parse().unwrap(), "75201".parse().unwrap()));
        device.plan(SingleUserCode::parse("APXPLAN02").unwrap()).feature(OfferingCode::parse("SOC4").unwrap())
    }

    #[test]
    fn two_rows_of_one_line_are_seen_together_in_either_order() {
        for rows in [[device(NUMBER, &[]), plan(NUMBER)], [plan(NUMBER), device(NUMBER, &[])]] {
            let mut lines = Lines::default();
            lines.asked(&rows[0]);
            let Asked::Together(asked) = lines.asked(&rows[1]) else { panic!("{rows:?}") };
            assert_eq!(asked, whole());
        }
    }

    #[test]
    fn rows_of_two_lines_are_not() {
        let mut lines = Lines::default();
        lines.asked(&device(NUMBER, &[]));
        assert!(matches!(lines.asked(&plan("2145550102")), Asked::WithoutDevice));
    }

    #[test]
    fn a_row_alone_is_asked_for_what_it_says() {
        let mut lines = Lines::default();
        let chip = [(Field::Eid, "89001000000000000000000000000177")];
        let Asked::Together(asked) = lines.asked(&device(NUMBER, &chip)) else { panic!() };
        assert_eq!(asked, Combination::new(LTE.parse().unwrap()).sim(SimKind::Embedded));
        let suspend = task(FleetOperation::Suspend, NUMBER, &[(Field::Reason, "CR")]);
        assert!(matches!(lines.asked(&suspend), Asked::Nothing));
        let remove = task(FleetOperation::ChangePlan, NUMBER, &[(Field::RemoveFeatures, "SOC4")]);
        assert!(matches!(lines.asked(&remove), Asked::Nothing));
    }
}
