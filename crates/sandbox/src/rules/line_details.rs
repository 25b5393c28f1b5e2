//! Line Details (contract 4.9): live, in AT&T's order, absent values left out.

use apex_mobility_core::WireProfile;
use apex_mobility_equipment::Device;
use serde::Serialize;

use crate::digits::Number;
use crate::parse::line::Search;
use crate::parse::list::Paging;
use crate::reply::Refusal;
use crate::rules::line_change;
use crate::service::{Bag, Service};
use crate::state::{Line, LineId, Status, World};
use crate::variants::{CancelledDetails, LineSearch};

/// What a search answers.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) lines: Lines,
    /// For a search by status, which is paged.
    pub(crate) pages: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Lines {
    Many(Vec<Service>),
    /// Variant `line_search`: one match as a bare object.
    One(Box<Service>),
}

impl Lines {
    /// Spells the names of the bags as the wire profile wants them.
    pub(crate) fn renamed(self, profile: &WireProfile) -> Self {
        match self {
            Self::Many(lines) => Self::Many(lines.into_iter().map(|line| line.renamed(profile)).collect()),
            Self::One(line) => Self::One(Box::new(line.renamed(profile))),
        }
    }
}

pub(crate) fn get(world: &World, number: Number) -> Result<Service, Refusal> {
    let line = world.lines.by_number(number).map(|(_, line)| line).filter(|line| is_readable(world, line));
    line.map(|line| describe(world, line)).ok_or_else(|| line_change::unknown(world, number))
}

pub(crate) fn search(world: &World, search: &Search) -> Result<Found, Refusal> {
    let (ids, pages): (Vec<LineId>, _) = match search {
        Search::Sim(sim) => {
            (sim.iter().flat_map(|sim| world.lines.by_sim(*sim)).map(|(id, _)| id).collect(), None)
        }
        Search::Imei(imei) => {
            (imei.iter().flat_map(|imei| world.lines.by_imei(*imei)).map(|(id, _)| id).collect(), None)
        }
        Search::Status(status, paging) => {
            let (ids, pages) = page(world, *status, *paging);
            (ids, Some(pages))
        }
    };
    let mut ids = ids;
    ids.sort_unstable();
    let found = ids.into_iter().filter_map(|id| world.lines.get(id)).filter(|line| is_readable(world, line));
    let mut found: Vec<_> = found.map(|line| describe(world, line)).collect();
    let lines = match world.variants.line_search {
        LineSearch::NotFound if found.is_empty() => return Err(unknown()),
        LineSearch::SingleObject if found.len() == 1 => {
            found.pop().map_or(Lines::Many(Vec::new()), |line| Lines::One(Box::new(line)))
        }
        _ => Lines::Many(found),
    };
    Ok(Found { lines, pages })
}

fn page(world: &World, status: Status, paging: Paging) -> (Vec<LineId>, usize) {
    let lines = world.lines.in_status(status);
    (lines.from(paging.first()).take(paging.size as usize).collect(), paging.pages(lines.len()))
}

fn is_readable(world: &World, line: &Line) -> bool {
    // contract 7: not ready just after Active.
    let ready = i64::from(line.ready_at) <= world.now.as_second();
    let hidden =
        line.status == Status::Cancelled && world.variants.cancelled_details == CancelledDetails::NotFound;
    ready && !hidden
}

/// contract 6, row 9.
pub(crate) fn unknown() -> Refusal {
    Refusal::not_found("Unable to inquire subscriber")
}

/// The line as a Service, with the names of contract 3 in their order.
pub(crate) fn describe(world: &World, line: &Line) -> Service {
    let variants = &world.variants;
    let day = |day| variants.date_style.write(day);
    let equipment = &world.equipment;
    let mut bag = Bag::default();
    bag.put("subscriberStatus", variants.status_spelling.in_bag(line.status));
    bag.put("statusEffectiveDate", day(line.status_since));
    bag.put_some("statusReasonCode", line.reason.map(|reason| reason.as_str().to_owned()));
    bag.put("subscriberActivationDate", day(line.activated));
    if let Some(plan) = equipment.plan_at(line.plan) {
        bag.put("singleUserCode", &plan.code);
        bag.put_some("singleUserCodeDescription", told(&plan.description));
    }
    bag.put("serviceZipCode", format!("{:05}", line.zip));
    bag.put("effectiveDate", day(line.plan_from));
    bag.put_some("expirationDate", line.plan_until.map(day));
    bag.put("billingAccountNumber", line.account.ban());
    let account = world.accounts.get(line.account).filter(|_| line.status != Status::Cancelled);
    bag.put_some("nextBillCycleDate", account.map(|a| day(world.today().next_on(a.bill_day))));
    let contact = Some(world.lines.name(line.contact)).filter(|name| !name.is_empty());
    bag.put_some("contactName", contact);
    bag.put("sim", line.sim);
    let on_record = equipment.device_of_tac(line.imei.tac());
    bag.put("BLIMEI", line.imei);
    bag.put_some("BLIMEIType", on_record.map(kind));
    bag.put_some("BLDeviceBrand", on_record.map(|d| &d.brand));
    bag.put_some("BLDeviceModel", on_record.map(|d| &d.model));
    bag.put_some("BLDeviceTechnologyType", on_record.map(|d| d.technology));
    let seen = equipment.device_of_tac(line.network_imei.tac());
    bag.put("NWIMEI", line.network_imei);
    bag.put_some("NWIMEIType", seen.map(kind));
    bag.put_some("NWDeviceBrand", seen.map(|d| &d.brand));
    bag.put_some("NWDeviceModel", seen.map(|d| &d.model));
    bag.put_some("osVersion", seen.and_then(|d| told(&d.os_version)));
    bag.put_some("osType", seen.and_then(|d| told(&d.os)));
    bag.put_some("imeiVersion", seen.map(|_| "00"));
    for (n, held) in (1..).zip(&line.features) {
        let Some(feature) = equipment.feature_at(held.code) else { continue };
        bag.put(format!("offeringCode{n}"), &feature.code);
        bag.put_some(format!("offeringDescription{n}"), told(&feature.description));
        bag.put(format!("offeringEffectiveDate{n}"), day(held.from));
        bag.put_some(format!("offeringExpirationDate{n}"), held.until.map(day));
    }
    bag.put_some("ipAddress", line.ip);
    bag.put_some("eid", line.eid.and_then(|eid| world.lines.eid(eid)));
    Service::new(line.number, line.status, variants, bag)
}

/// What a table of one's own may leave out.
fn told(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// The kind of IMEI; AT&T's words are unknown.
fn kind(device: &Device) -> &'static str {
    if device.plastic_sim { "IMEI" } else { "ESIM" }
}
