//! What a person at the carrier's portal changes: lines altered outside the APIs (contract 7).

use std::fmt;

use serde::Deserialize;

use crate::day::Day;
use crate::digits::{Ban, DeviceId, Number, Sim};
use crate::ledger::LedgerKind;
use crate::state::{AccountId, Line, LineId, Reason, Status, World};

/// What to change on a line. What is absent stays.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct LineChange {
    /// `A`, `S` or `C`.
    pub status: Option<String>,
    /// The reason that goes with the status.
    pub status_reason_code: Option<String>,
    /// Days since the status took effect; today unless said.
    pub status_days_ago: Option<u16>,
    /// The device on the carrier's record.
    pub imei: Option<String>,
    /// The device the network sees.
    pub network_imei: Option<String>,
    /// The ICCID.
    pub sim: Option<String>,
    /// The rate plan. Not checked against the device.
    pub single_user_code: Option<String>,
    /// The ZIP of the primary place of use.
    pub service_zip_code: Option<String>,
    /// The user's name.
    pub contact_name: Option<String>,
    /// The account that pays.
    pub billing_account_number: Option<String>,
}

impl fmt::Debug for LineChange {
    /// Without the customer's values.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LineChange").field("status", &self.status).finish_non_exhaustive()
    }
}

/// A change that is not possible.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LineChangeError {
    /// No line has the number.
    #[error("no line has this number")]
    UnknownLine,
    /// A value cannot be.
    #[error("`{member}` is not possible: {problem}")]
    Impossible {
        /// Which member.
        member: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// Nothing to change.
    #[error("the change is empty")]
    Empty,
}

/// The change with its values read.
struct Read {
    status: Option<Status>,
    reason: Option<Reason>,
    since: Day,
    imei: Option<DeviceId>,
    network_imei: Option<DeviceId>,
    sim: Option<Sim>,
    plan: Option<u16>,
    zip: Option<u32>,
    account: Option<AccountId>,
}

pub(crate) fn change(world: &mut World, number: &str, change: &LineChange) -> Result<(), LineChangeError> {
    if *change == LineChange::default() {
        return Err(LineChangeError::Empty);
    }
    let found = Number::read(number).and_then(|number| world.lines.by_number(number));
    let id = found.map(|(id, _)| id).ok_or(LineChangeError::UnknownLine)?;
    let read = read(world, id, change)?;
    let contact = change.contact_name.as_deref().map(|name| world.lines.add_name(name));
    world.change_line(id, |line| {
        apply(line, &read);
        line.contact = contact.unwrap_or(line.contact);
    });
    log(world, id, change);
    Ok(())
}

fn read(world: &World, id: LineId, change: &LineChange) -> Result<Read, LineChangeError> {
    let imei = |text: &str| DeviceId::read(text);
    let free = |sim: Sim| world.lines.by_sim(sim).all(|(other, _)| other == id).then_some(sim);
    let account = |text: &str| world.accounts.find(Ban::read(text)?).map(|(id, _)| id);
    let zip = |text: &str| world.places.find(text)?.zip.parse().ok();
    Ok(Read {
        status: value("status", &change.status, "it is A, S or C", Status::read)?,
        reason: value(
            "statusReasonCode",
            &change.status_reason_code,
            "it is two to four letters",
            Reason::read,
        )?,
        since: world.today().plus(-i32::from(change.status_days_ago.unwrap_or(0))),
        imei: value("imei", &change.imei, "it is 15 digits with a valid check digit", imei)?,
        network_imei: value(
            "networkImei",
            &change.network_imei,
            "it is 15 digits with a valid check digit",
            imei,
        )?,
        sim: value("sim", &change.sim, "it is a free ICCID with a valid check digit", |text| {
            Sim::read(text).and_then(free)
        })?,
        plan: value("singleUserCode", &change.single_user_code, "there is no such plan", |code| {
            world.equipment.plan_index(code)
        })?,
        zip: value("serviceZipCode", &change.service_zip_code, "there is no such place", zip)?,
        account: value(
            "billingAccountNumber",
            &change.billing_account_number,
            "there is no such account",
            account,
        )?,
    })
}

fn value<T>(
    member: &'static str,
    text: &Option<String>,
    problem: &'static str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, LineChangeError> {
    let Some(text) = text else { return Ok(None) };
    read(text).map(Some).ok_or(LineChangeError::Impossible { member, problem })
}

fn apply(line: &mut Line, read: &Read) {
    if let Some(status) = read.status {
        line.status = status;
        line.status_since = read.since;
        line.reason = read.reason;
    } else if read.reason.is_some() {
        line.reason = read.reason;
    }
    line.imei = read.imei.unwrap_or(line.imei);
    line.network_imei = read.network_imei.unwrap_or(line.network_imei);
    line.sim = read.sim.unwrap_or(line.sim);
    line.plan = read.plan.unwrap_or(line.plan);
    line.zip = read.zip.unwrap_or(line.zip);
    line.account = read.account.unwrap_or(line.account);
}

/// Members of a change, by name.
type Members<'a> = &'a [(&'static str, &'a Option<String>)];

/// One entry per kind of effect.
fn log(world: &mut World, id: LineId, change: &LineChange) {
    let kinds: [(LedgerKind, Members<'_>); 5] = [
        (LedgerKind::Status, &[("status", &change.status), ("statusReasonCode", &change.status_reason_code)]),
        (
            LedgerKind::Device,
            &[("imei", &change.imei), ("networkImei", &change.network_imei), ("sim", &change.sim)],
        ),
        (LedgerKind::Plan, &[("singleUserCode", &change.single_user_code)]),
        (
            LedgerKind::Subscriber,
            &[("serviceZipCode", &change.service_zip_code), ("contactName", &change.contact_name)],
        ),
        (LedgerKind::Tobr, &[("billingAccountNumber", &change.billing_account_number)]),
    ];
    for (kind, members) in kinds {
        let changed: Vec<_> =
            members.iter().filter_map(|(name, text)| Some((*name, (*text).clone()?))).collect();
        if !changed.is_empty() {
            let origin = ("by", "portal".to_owned());
            world.record(kind, id, std::iter::once(origin).chain(changed).collect());
        }
    }
}
