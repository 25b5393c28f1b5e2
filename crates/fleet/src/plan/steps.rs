//! From how a line is to how it is wanted, in an order that AT&T takes.

use apex_mobility_core::domain::{Date, ReasonCode, ZipCode};
use apex_mobility_core::wire::LineStatus;
use serde::{Deserialize, Serialize};

use crate::field::Field;
use crate::line::{Change, Desired, LineState, WantedIp, changes};
use crate::operation::FleetOperation;
use crate::row::Row;
use crate::task::Task;

/// For how many days a cancelled line can be restored: calendar days (UTC), day 60 included (contract 4.5).
pub const RESTORE_DAYS: i64 = 60;

/// One write on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The write, as a job takes it.
    pub row: Row,
    /// What a person should know before it is made.
    pub marks: Vec<Mark>,
}

/// What a person should know before a step is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Mark {
    /// The number that the line has is given up, and may go to somebody else.
    NumberIsGivenUp,
    /// A cancelled line can be restored for 60 days, and only while its plan fits its device.
    LineIsGivenUp,
    /// Inside the contract term, which no read shows, AT&T charges an early-termination fee.
    MayCostFee,
    /// The line is resumed for the change and suspended again after it: it can be used meanwhile.
    ResumedForTheChange,
    /// Which PDP the old address is of, no read shows: it is taken to be the one of the row.
    OldAddressOfSamePdp,
}

impl Mark {
    /// Whether what the step does cannot simply be taken back.
    #[must_use]
    pub const fn cannot_be_undone(self) -> bool {
        matches!(self, Self::NumberIsGivenUp | Self::LineIsGivenUp)
    }

    /// Its word in files and on screens.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NumberIsGivenUp => "number_is_given_up",
            Self::LineIsGivenUp => "line_is_given_up",
            Self::MayCostFee => "may_cost_fee",
            Self::ResumedForTheChange => "resumed_for_the_change",
            Self::OldAddressOfSamePdp => "old_address_of_same_pdp",
        }
    }

    /// What it means, in a sentence.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::NumberIsGivenUp => "cannot be undone: the old number may go to somebody else",
            Self::LineIsGivenUp => {
                "cannot be undone after 60 days; before, only while the line's plan fits its device"
            }
            Self::MayCostFee => "may cost an early-termination fee: no read shows the contract term",
            Self::ResumedForTheChange => {
                "the line is in service during the change, and suspended again after it"
            }
            Self::OldAddressOfSamePdp => "takes the old address to be of the same PDP: no read shows it",
        }
    }
}

/// Why a line cannot be brought to how it is wanted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreachable(pub String);

/// The writes that bring a line to how it is wanted; none where it is. Pure: nothing is asked.
///
/// Order: restore or resume; address; billing account; device, then its SIM's profile; plan and features; static IP;
/// number; suspend or cancel.
///
/// # Errors
/// When no order of writes gets there, with what stands in the way.
pub fn steps(now: &LineState, wanted: &Desired, today: Date) -> Result<Vec<Step>, Unreachable> {
    let changes = changes(now, wanted);
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    let mut way = Way { now, wanted, today, changes, number: now.number.to_string(), steps: Vec::new() };
    way.bring_into_service()?;
    way.address()?;
    way.account();
    way.device()?;
    way.plan();
    way.ip()?;
    way.new_number()?;
    way.out_of_service();
    way.checked()
}

/// The steps so far.
struct Way<'a> {
    now: &'a LineState,
    wanted: &'a Desired,
    today: Date,
    changes: Vec<Change>,
    /// The line's number after the steps so far.
    number: String,
    steps: Vec<Step>,
}

impl Way<'_> {
    fn is_to_change(&self, field: Field) -> bool {
        self.changes.iter().any(|change| change.field() == Some(field))
    }

    /// contract 4.6, 4.7, 4.8, 4.10: these are for active lines only.
    fn needs_service(&self) -> bool {
        use Field as F;
        [F::Imei, F::Sim, F::Eid, F::Plan, F::Features, F::Ip, F::NewNumber]
            .iter()
            .any(|field| self.is_to_change(*field))
    }

    fn add(&mut self, operation: FleetOperation, cells: &[(Field, Option<String>)], marks: &[Mark]) {
        let row = Row::new(self.wanted.row, operation).with(Field::Number, self.number.clone());
        let row = cells.iter().fold(row, |row, (field, value)| match value {
            Some(value) => row.with(*field, value.clone()),
            None => row,
        });
        self.steps.push(Step { row, marks: marks.to_vec() });
    }

    fn mean(&self, field: Field) -> (Field, Option<String>) {
        (field, self.wanted.means(field).map(str::to_owned))
    }

    /// The reason of the row belongs to the status that the row wants.
    fn reason(&self, status: &LineStatus, otherwise: &str) -> (Field, Option<String>) {
        let own = self.wanted.means(Field::Reason).filter(|_| self.wanted.status.as_ref() == Some(status));
        (Field::Reason, Some(own.unwrap_or(otherwise).to_owned()))
    }

    fn bring_into_service(&mut self) -> Result<(), Unreachable> {
        match (&self.now.status, &self.wanted.status) {
            (None | Some(LineStatus::Other(_)), _) => {
                Err(refuse("AT&T shows no status that is known for it: look at it with `apex line get`"))
            }
            (Some(LineStatus::Cancelled), None | Some(LineStatus::Cancelled)) => Err(refuse(
                "it is cancelled, and cancelled lines cannot be changed: with status active it is restored first",
            )),
            (Some(LineStatus::Cancelled), Some(_)) => self.restore(),
            (Some(LineStatus::Suspended), Some(LineStatus::Active)) => self.resume(&[]),
            (Some(LineStatus::Suspended), wanted) if self.needs_service() => match wanted {
                None => Err(refuse(
                    "it is suspended and the change needs an active line: want status active, or status suspended \
                     to have it resumed for the change and suspended again",
                )),
                Some(_) => self.resume(&[Mark::ResumedForTheChange]),
            },
            _ => Ok(()),
        }
    }

    fn restore(&mut self) -> Result<(), Unreachable> {
        let days = self.now.status_date.map(|since| since.days_until(self.today));
        if let Some(days) = days.filter(|days| *days > RESTORE_DAYS) {
            // contract 4.5, 6 row 36.
            return Err(refuse(format!(
                "it was cancelled {days} days ago, and can be restored within {RESTORE_DAYS} days only: activate a new line"
            )));
        }
        let reason = self.reason(&LineStatus::Active, "BBL");
        self.add(FleetOperation::Restore, &[reason], &[]);
        Ok(())
    }

    fn resume(&mut self, marks: &[Mark]) -> Result<(), Unreachable> {
        // contract 7: a line suspended for its device comes back when record and network agree.
        let for_device = self.now.status_reason.as_ref().is_some_and(|reason| reason.as_str() == "DLC");
        if for_device && self.now.has_unlike_devices() {
            return Err(refuse(
                "the network suspended it because its SIM is in another device than the one on record: put the SIM \
                 back into that device first",
            ));
        }
        let reason = self.reason(&LineStatus::Active, "CR");
        self.add(FleetOperation::Resume, &[reason], marks);
        Ok(())
    }

    /// contract 4.6: before the number, which goes by the ZIP.
    fn address(&mut self) -> Result<(), Unreachable> {
        if !self.is_to_change(Field::ServiceZip) {
            return Ok(());
        }
        if self.wanted.means(Field::StreetNumber).is_none() {
            return Err(refuse(
                "its service ZIP changes with its address alone: give street number, street name, city, state and zip",
            ));
        }
        let mut cells = [
            Field::StreetNumber,
            Field::StreetDirection,
            Field::StreetName,
            Field::StreetType,
            Field::City,
            Field::State,
        ]
        .map(|field| self.mean(field))
        .to_vec();
        cells.push((Field::Zip, self.wanted.service_zip.as_ref().map(ToString::to_string)));
        self.add(FleetOperation::UpdateContact, &cells, &[]);
        Ok(())
    }

    /// Before the plan: what a contract term forbids may be free after it. Two calls, as a plan inside a transfer is
    /// not confirmed (contract 4.7).
    fn account(&mut self) {
        if self.is_to_change(Field::BillingAccount) {
            let to = self.wanted.billing_account.as_ref().map(ToString::to_string);
            self.add(FleetOperation::Transfer, &[(Field::NewBillingAccount, to)], &[Mark::MayCostFee]);
        }
    }

    /// contract 4.7: the device before the plan, as two calls; then the SIM's profile.
    fn device(&mut self) -> Result<(), Unreachable> {
        if ![Field::Imei, Field::Sim, Field::Eid].iter().any(|field| self.is_to_change(*field)) {
            return Ok(());
        }
        let imei = self.wanted.imei.as_ref().or(self.now.imei.as_ref()).map(ToString::to_string);
        if imei.is_none() {
            return Err(refuse(
                "AT&T shows no device for it, and a SIM is changed together with the device: give imei",
            ));
        }
        let sim = self.wanted.sim.as_ref().map(ToString::to_string);
        let eid = self.wanted.eid.as_ref().map(ToString::to_string);
        let zip = (Field::ServiceZip, Some(self.service_zip()?));
        let cells = [
            (Field::Imei, imei),
            zip,
            (Field::Sim, sim.clone()),
            (Field::Eid, eid),
            self.mean(Field::Technology),
        ];
        self.add(FleetOperation::SetDevice, &cells, &[]);
        if self.is_to_change(Field::Sim) {
            self.add(FleetOperation::ResendOta, &[(Field::Sim, sim)], &[]);
        }
        Ok(())
    }

    /// Plan and features in one call: as a whole or not at all.
    fn plan(&mut self) {
        let plan =
            self.wanted.plan.as_ref().filter(|_| self.is_to_change(Field::Plan)).map(ToString::to_string);
        let (mut add, mut remove) = (String::new(), String::new());
        if let Some(wanted) = &self.wanted.features {
            let held = &self.now.features;
            add = joined(wanted.iter().filter(|code| !held.contains(code)));
            remove = joined(held.iter().filter(|code| !wanted.contains(code)));
        }
        if plan.is_some() || !add.is_empty() || !remove.is_empty() {
            let cells =
                [(Field::Plan, plan), (Field::AddFeatures, Some(add)), (Field::RemoveFeatures, Some(remove))];
            self.add(FleetOperation::ChangePlan, &cells, &[]);
        }
    }

    fn ip(&mut self) -> Result<(), Unreachable> {
        if !self.is_to_change(Field::Ip) {
            return Ok(());
        }
        if self.wanted.means(Field::Pdp).is_none() {
            return Err(refuse("a static IP is given and taken by the name of its PDP: give pdp"));
        }
        let account = self.wanted.billing_account.as_ref().or(self.now.billing_account.as_ref());
        let account = (Field::BillingAccount, account.map(ToString::to_string));
        let pdp = self.mean(Field::Pdp);
        if let Some(old) = &self.now.ip {
            let cells = [account.clone(), pdp.clone(), (Field::Ip, Some(old.to_string()))];
            self.add(FleetOperation::RemoveIp, &cells, &[Mark::OldAddressOfSamePdp]);
        }
        if let Some(WantedIp::Is(new)) = &self.wanted.ip {
            let cells = [
                account,
                pdp,
                (Field::Ip, Some(new.to_string())),
                self.mean(Field::Apn),
                self.mean(Field::Lte),
                self.mean(Field::DefaultApn),
            ];
            self.add(FleetOperation::ProvisionIp, &cells, &[]);
        }
        Ok(())
    }

    /// After all that is known by the old number, and after the features that could bar it.
    fn new_number(&mut self) -> Result<(), Unreachable> {
        let Some(new) = self.wanted.new_number.as_ref().filter(|_| self.is_to_change(Field::NewNumber))
        else {
            return Ok(());
        };
        let zip = (Field::ServiceZip, Some(self.service_zip()?));
        let split = new.as_str().split_at_checked(6).ok_or_else(|| refuse("its new number is no number"))?;
        let cells = [zip, (Field::NpaNxx, Some(split.0.to_owned())), (Field::Line, Some(split.1.to_owned()))];
        self.add(FleetOperation::ChangeNumber, &cells, &[Mark::NumberIsGivenUp]);
        self.number = new.to_string();
        Ok(())
    }

    fn out_of_service(&mut self) {
        let is_in_service = match self.now.status {
            Some(LineStatus::Active) => true,
            _ => self
                .steps
                .iter()
                .any(|step| matches!(step.row.operation, FleetOperation::Restore | FleetOperation::Resume)),
        };
        match &self.wanted.status {
            Some(LineStatus::Suspended) if is_in_service => {
                // A line that is suspended again stays suspended for the reason it was.
                let before = self.now.status_reason.as_ref().map(ReasonCode::as_str);
                let before =
                    before.filter(|reason| ["CR", "NPG", "STLN", "EE"].contains(reason)).unwrap_or("CR");
                let reason = self.reason(&LineStatus::Suspended, before);
                self.add(FleetOperation::Suspend, &[reason], &[]);
            }
            Some(LineStatus::Cancelled) if self.now.status != Some(LineStatus::Cancelled) => {
                let reason = self.reason(&LineStatus::Cancelled, "CAN");
                self.add(FleetOperation::Cancel, &[reason], &[Mark::LineIsGivenUp]);
            }
            _ => {}
        }
    }

    fn service_zip(&self) -> Result<String, Unreachable> {
        let zip = self.wanted.service_zip.as_ref().or(self.now.service_zip.as_ref()).map(ZipCode::to_string);
        zip.ok_or_else(|| {
            refuse("AT&T shows no service ZIP for it, and the change needs it: give service zip")
        })
    }

    /// Every step held to the rules that can be checked offline.
    fn checked(self) -> Result<Vec<Step>, Unreachable> {
        for step in &self.steps {
            if let Err(problems) = Task::read(&step.row) {
                let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
                return Err(refuse(format!("{} is needed: {}", step.row.operation, problems.join("; "))));
            }
        }
        Ok(self.steps)
    }
}

fn refuse(why: impl Into<String>) -> Unreachable {
    Unreachable(why.into())
}

fn joined<'a>(codes: impl Iterator<Item = &'a apex_mobility_core::domain::OfferingCode>) -> String {
    codes.map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
