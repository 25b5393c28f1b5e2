//! From a row to the value that is sent: what each operation makes of its cells.

mod cells;

use apex_mobility_billing_account::operations::{CreateAccount, UpdateAccount};
use apex_mobility_core::domain::{
    AccessPointName, AccountName, BillingAccountNumber, Date, Eid, FoundationAccountNumber, Iccid, Imei,
    InvalidValue, LineNumber, LosingAccount, LosingPin, NpaNxx, Passcode, PersonName, SingleUserCode,
    StaticIp, SubscriberNumber, VoicemailPin, ZipCode,
};
use apex_mobility_line_configuration::{DeviceReason, DeviceTechnology, DeviceUpdate};
use apex_mobility_number_change::NumberChoice;
use apex_mobility_pdp_provisioning::{HeldAddress, NewAddress, PdpName};
use apex_mobility_port_management::{LosingCarrier, PortRequest, PortUpdate};
use apex_mobility_rate_plan_change::Effective;
use apex_mobility_service_activation::NewLine;
use apex_mobility_status_change::{CancelReason, RestoreReason, ResumeReason, SuspendReason};

use self::cells::Taker;
use super::{
    CancelLine, CancelPort, ChangeNumber, ChangePlan, RequestPort, ResendOta, ResetVoicemail, RestoreLine,
    ResumeLine, SuspendLine, Task, TransferLine, UpdateDevice, UpdatePort, UpdateSubscriber,
};
use crate::field::Field;
use crate::operation::FleetOperation;
use crate::row::{CellProblem, Row};

pub(super) fn task(row: &Row) -> Result<Task, Vec<CellProblem>> {
    let mut take = Taker::of(row);
    let task = take.task();
    match task {
        Some(task) if take.problems.is_empty() => Ok(task),
        _ => {
            if take.problems.is_empty() {
                take.problems.push(CellProblem::of_row("it asks for nothing"));
            }
            Err(take.problems)
        }
    }
}

impl Taker<'_> {
    fn task(&mut self) -> Option<Task> {
        self.refuse_strangers();
        match self.row.operation {
            FleetOperation::Activate => self.activate(),
            FleetOperation::PortRequest => self.port_request(),
            FleetOperation::PortUpdate => self.port_update(),
            FleetOperation::PortCancel => {
                let (number, service_zip) = (self.number(), self.needed::<ZipCode>(Field::ServiceZip));
                Some(Task::PortCancel(CancelPort { number: number?, service_zip: service_zip? }))
            }
            FleetOperation::Suspend => {
                let (number, reason, effective_date) = self.status(SuspendReason::parse)?;
                Some(Task::Suspend(SuspendLine { number, reason, effective_date }))
            }
            FleetOperation::Resume => {
                let (number, reason, effective_date) = self.status(ResumeReason::parse)?;
                Some(Task::Resume(ResumeLine { number, reason, effective_date }))
            }
            FleetOperation::Cancel => {
                let (number, reason, effective_date) = self.status(CancelReason::parse)?;
                Some(Task::Cancel(CancelLine { number, reason, effective_date }))
            }
            FleetOperation::Restore => {
                let (number, reason, effective_date) = self.status(RestoreReason::parse)?;
                Some(Task::Restore(RestoreLine { number, reason, effective_date }))
            }
            FleetOperation::ChangeNumber => self.change_number(),
            FleetOperation::SetDevice => self.set_device(),
            FleetOperation::Transfer => {
                let (number, to) =
                    (self.number(), self.needed::<BillingAccountNumber>(Field::NewBillingAccount));
                let plan = self.optional(Field::Plan);
                let effective_date = self.optional::<Date>(Field::EffectiveDate);
                Some(Task::Transfer(TransferLine { number: number?, to: to?, plan, effective_date }))
            }
            FleetOperation::UpdateContact => self.update_contact(),
            FleetOperation::ResetVoicemail => {
                let number = self.number();
                let pin = self.optional_with(Field::VoicemailPin, VoicemailPin::parse);
                Some(Task::ResetVoicemail(ResetVoicemail { number: number?, pin }))
            }
            FleetOperation::ResendOta => {
                let (number, sim) = (self.number(), self.needed::<Iccid>(Field::Sim));
                Some(Task::ResendOta(ResendOta { number: number?, sim: sim? }))
            }
            FleetOperation::ChangePlan => self.change_plan(),
            FleetOperation::ProvisionIp => self.provision_ip(),
            FleetOperation::RemoveIp => {
                let (number, pdp, account, ip) = self.static_ip();
                let date = self.optional::<Date>(Field::EffectiveDate);
                let line = HeldAddress::new(number?, ip?);
                let line = date.into_iter().fold(line, HeldAddress::effective_date);
                Some(Task::RemoveIp(pdp?, account?, Box::new(line)))
            }
            FleetOperation::CreateAccount => {
                let fan = self.needed::<FoundationAccountNumber>(Field::Fan);
                let name = self.needed::<AccountName>(Field::AccountName);
                let contact = self.contact();
                let passcode = self.optional_with(Field::Passcode, Passcode::parse);
                let (fan, name, contact) = (fan?, name?, contact?);
                Some(Task::CreateAccount(Box::new(CreateAccount { fan, name, contact, passcode })))
            }
            FleetOperation::UpdateAccount => {
                let ban = self.needed::<BillingAccountNumber>(Field::BillingAccount);
                let name = self.optional::<AccountName>(Field::AccountName);
                let contact =
                    if self.row.get(Field::FirstName).is_some() { Some(self.contact()?) } else { None };
                let passcode = self.optional_with(Field::Passcode, Passcode::parse);
                Some(Task::UpdateAccount(Box::new(UpdateAccount { ban: ban?, name, contact, passcode })))
            }
        }
    }

    /// What the operation does not use asks for nothing, but for a day on which it would not happen, and for what looks
    /// like a column that it does use.
    fn refuse_strangers(&mut self) {
        let operation = self.row.operation;
        for (field, _) in self.row.cells().filter(|(field, _)| !operation.uses(*field)) {
            let meant = field.taken_for().filter(|meant| operation.uses(*meant));
            let what = match meant.filter(|meant| self.row.get(*meant).is_none()) {
                Some(meant) => format!("{operation} does not use it: did you mean {meant}?"),
                None if field == Field::EffectiveDate => {
                    format!("{operation} happens when it is sent and waits for no day: empty the cell")
                }
                None => continue,
            };
            self.problems.push(CellProblem::of(field, what));
        }
        let columns = operation.columns();
        if !columns.one_of.is_empty() && columns.one_of.iter().all(|field| self.row.get(*field).is_none()) {
            let names: Vec<_> = columns.one_of.iter().map(|field| field.as_str()).collect();
            self.problems.push(CellProblem::of_row(format!("it needs one of: {}", names.join(", "))));
        }
    }

    fn activate(&mut self) -> Option<Task> {
        let sim = self.sim();
        let imei = self.needed::<Imei>(Field::Imei);
        let plan = self.needed::<SingleUserCode>(Field::Plan);
        let account = self.needed::<BillingAccountNumber>(Field::BillingAccount);
        let name = self.name();
        let address = self.address();
        let service_zip = self.optional::<ZipCode>(Field::ServiceZip);
        let number = self.optional::<SubscriberNumber>(Field::Number);
        let features = self.codes(Field::Features);
        let mut line = NewLine::new(account?, name?, address?, plan?, imei?, sim?);
        if let Some(zip) = service_zip {
            line = line.service_zip(zip);
        }
        if let Some(number) = number {
            line = line.ported_number(number);
        }
        Some(Task::Activate(Box::new(features.into_iter().fold(line, NewLine::feature))))
    }

    fn port_request(&mut self) -> Option<Task> {
        let number = self.number();
        let account = self.needed::<BillingAccountNumber>(Field::BillingAccount);
        let (name, address) = (self.name(), self.address());
        let losing = self.losing_carrier(name.as_ref());
        let service_zip = self.optional::<ZipCode>(Field::ServiceZip);
        let mut request = PortRequest::new(number?, account?, name?, address?, losing?);
        if let Some(zip) = service_zip {
            request = request.service_zip(zip);
        }
        if let Some(area) = self.row.get(Field::ServiceArea) {
            request = request.service_area(area);
        }
        if let Some(business) = self.row.get(Field::BusinessName) {
            request = request.business_name(business);
        }
        Some(Task::PortRequest(Box::new(RequestPort { request })))
    }

    fn port_update(&mut self) -> Option<Task> {
        let number = self.number();
        let mut update = PortUpdate::new();
        if let Some(zip) = self.optional::<ZipCode>(Field::ServiceZip) {
            update = update.service_zip(zip);
        }
        if let Some(account) = self.optional::<BillingAccountNumber>(Field::BillingAccount) {
            update = update.billing_account(account);
        }
        let mut name = None;
        if self.row.get(Field::FirstName).is_some() {
            name = self.name();
            if let (Some(name), Some(address)) = (&name, self.address()) {
                update = update.subscriber(name.clone(), address);
            }
        }
        if self.row.get(Field::LosingAccount).is_some()
            && let Some(losing) = self.losing_carrier(name.as_ref())
        {
            update = update.losing_carrier(losing);
        }
        Some(Task::PortUpdate(Box::new(UpdatePort { number: number?, update })))
    }

    /// The account at the losing carrier; the name on its bill is the subscriber's where the row gives no other.
    fn losing_carrier(&mut self, subscriber: Option<&PersonName>) -> Option<LosingCarrier> {
        let account = self.needed_with(Field::LosingAccount, LosingAccount::parse);
        let pin = self.optional_with(Field::LosingPin, LosingPin::parse);
        let own = [Field::LosingFirstName, Field::LosingLastName]
            .iter()
            .any(|field| self.row.get(*field).is_some());
        let name = if own {
            let (first, last) = (self.text(Field::LosingFirstName), self.text(Field::LosingLastName));
            PersonName::new(first?, last?)
                .map_err(|error| self.refuse(Field::LosingFirstName, error.to_string()))
                .ok()
        } else if let Some(name) = subscriber {
            Some(name.clone())
        } else {
            self.refuse(Field::LosingFirstName, "is empty, and so is the subscriber's name");
            None
        };
        let losing = LosingCarrier::new(account?, name?);
        Some(match pin {
            Some(pin) => losing.pin(pin),
            None => losing,
        })
    }

    fn status<R>(
        &mut self,
        parse: impl FnOnce(String) -> Result<R, InvalidValue>,
    ) -> Option<(SubscriberNumber, R, Option<Date>)> {
        let number = self.number();
        let reason = self.needed_with(Field::Reason, parse);
        let date = self.optional::<Date>(Field::EffectiveDate);
        Some((number?, reason?, date))
    }

    fn change_number(&mut self) -> Option<Task> {
        let number = self.number();
        let service_zip = self.needed::<ZipCode>(Field::ServiceZip);
        let npa_nxx = self.optional::<NpaNxx>(Field::NpaNxx);
        let line = self.optional::<LineNumber>(Field::Line);
        let sim = self.optional::<Iccid>(Field::Sim);
        let choice = match (npa_nxx, line) {
            (None, None) => NumberChoice::SystemAssigned,
            (Some(npa_nxx), None) => NumberChoice::InNpaNxx(npa_nxx),
            (Some(npa_nxx), Some(line)) => NumberChoice::Vanity(npa_nxx, line),
            (None, Some(_)) => {
                self.refuse(Field::Line, "is the end of a number: it needs npa nxx before it");
                return None;
            }
        };
        let change = ChangeNumber { number: number?, service_zip: service_zip?, choice };
        Some(Task::ChangeNumber(change, sim))
    }

    fn set_device(&mut self) -> Option<Task> {
        let number = self.number();
        let (imei, zip) = (self.needed::<Imei>(Field::Imei), self.needed::<ZipCode>(Field::ServiceZip));
        let sim = self.optional::<Iccid>(Field::Sim);
        let eid = self.optional::<Eid>(Field::Eid);
        let technology = self.optional_with(Field::Technology, DeviceTechnology::parse);
        let reason = self.optional_with(Field::Reason, DeviceReason::parse);
        let plan = self.optional::<SingleUserCode>(Field::Plan);
        let mut device = DeviceUpdate::new(imei?, zip?);
        if let Some(sim) = sim {
            device = device.sim(sim);
        }
        if let Some(eid) = eid {
            device = device.eid(eid);
        }
        if let Some(technology) = technology {
            device = device.technology(technology);
        }
        if let Some(reason) = reason {
            device = device.reason(reason);
        }
        if let Some(plan) = plan {
            device = device.plan(plan);
        }
        Some(Task::SetDevice(Box::new(UpdateDevice { number: number?, device })))
    }

    fn update_contact(&mut self) -> Option<Task> {
        let number = self.number();
        let has = |field: Field| self.row.get(field).is_some();
        let (has_name, has_address) =
            (has(Field::FirstName) || has(Field::LastName), has(Field::StreetNumber));
        let name = if has_name { Some(self.name()?) } else { None };
        let address = if has_address { Some(self.address()?) } else { None };
        Some(Task::UpdateContact(Box::new(UpdateSubscriber { number: number?, name, address })))
    }

    fn change_plan(&mut self) -> Option<Task> {
        let number = self.number();
        let plan = self.optional::<SingleUserCode>(Field::Plan);
        let add = self.codes(Field::AddFeatures);
        let remove = self.codes(Field::RemoveFeatures);
        for code in &add {
            if remove.contains(code) {
                self.refuse(Field::RemoveFeatures, format!("{code} is to be added and removed at once"));
            }
        }
        let effective = match self.row.get(Field::EffectiveDate) {
            Some(word) if word.eq_ignore_ascii_case("now") => Effective::Immediately,
            Some(_) => self.needed::<Date>(Field::EffectiveDate).map_or(Effective::Today, Effective::On),
            None => Effective::Today,
        };
        Some(Task::ChangePlan(ChangePlan { plan, add, remove, effective, ..ChangePlan::new(number?) }))
    }

    fn provision_ip(&mut self) -> Option<Task> {
        let (number, pdp, account, ip) = self.static_ip();
        let apn = self.needed::<AccessPointName>(Field::Apn);
        let (lte, default_apn) = (self.yes(Field::Lte), self.yes(Field::DefaultApn));
        let date = self.optional::<Date>(Field::EffectiveDate);
        let line = NewAddress::new(number?, ip?, apn?);
        let line = lte.into_iter().fold(line, NewAddress::lte);
        let line = default_apn.into_iter().fold(line, NewAddress::default_access_point);
        let line = date.into_iter().fold(line, NewAddress::effective_date);
        Some(Task::ProvisionIp(pdp?, account?, Box::new(line)))
    }

    fn static_ip(
        &mut self,
    ) -> (Option<SubscriberNumber>, Option<PdpName>, Option<BillingAccountNumber>, Option<StaticIp>) {
        let number = self.number();
        let pdp = self.needed_with(Field::Pdp, PdpName::parse);
        (number, pdp, self.needed(Field::BillingAccount), self.needed(Field::Ip))
    }
}
