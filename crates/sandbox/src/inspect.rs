//! A look at the carrier's own records, for tests and for people.

use std::fmt;

use apex_mobility_core::domain::{
    BillingAccountNumber, Date, Eid, FoundationAccountNumber, Iccid, Imei, OfferingCode, SingleUserCode,
    StaticIp, SubscriberNumber, ZipCode,
};
use serde::Serialize;

use crate::day::Day;
use crate::digits::Number;
use crate::state::{Line, World};

/// A line as the carrier knows it, also what no API shows.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LineView {
    /// Its number.
    pub subscriber_number: SubscriberNumber,
    /// `A`, `S` or `C`.
    pub status: &'static str,
    /// Why it is in this status.
    pub status_reason_code: Option<String>,
    /// Since when.
    pub status_effective_date: Option<Date>,
    /// The foundation account it belongs to.
    pub foundation_account_number: FoundationAccountNumber,
    /// The account that pays for it.
    pub billing_account_number: BillingAccountNumber,
    /// Its ICCID.
    pub sim: Iccid,
    /// The EID of its eSIM.
    pub eid: Option<Eid>,
    /// The device on the carrier's record.
    pub imei: Imei,
    /// The device the network sees.
    pub network_imei: Imei,
    /// The ZIP of its primary place of use.
    pub service_zip_code: ZipCode,
    /// The user's name.
    pub contact_name: String,
    /// Its rate plan.
    pub single_user_code: SingleUserCode,
    /// Its features.
    pub offering_codes: Vec<OfferingCode>,
    /// Its static address.
    pub ip_address: Option<StaticIp>,
    /// When it was activated.
    pub activation_date: Option<Date>,
    /// The last day of its contract term.
    pub contract_end: Option<Date>,
}

impl fmt::Debug for LineView {
    /// Without the customer: only what kind of line it is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LineView")
            .field("status", &self.status)
            .field("single_user_code", &self.single_user_code)
            .field("offering_codes", &self.offering_codes)
            .finish_non_exhaustive()
    }
}

/// The line with the number.
pub(crate) fn numbered(world: &World, number: &str) -> Option<LineView> {
    let (_, line) = world.lines.by_number(Number::read(number)?)?;
    Some(view(world, line))
}

pub(crate) fn lines(world: &World) -> impl Iterator<Item = LineView> {
    world.lines.iter().map(|(_, line)| view(world, line))
}

fn view(world: &World, line: &Line) -> LineView {
    let equipment = &world.equipment;
    let fan = world.accounts.get(line.account).map_or_else(String::new, |account| account.fan.to_string());
    let codes = line.features.iter().filter_map(|held| equipment.feature_at(held.code));
    LineView {
        subscriber_number: SubscriberNumber::unchecked(line.number.to_string()),
        status: line.status.letter(),
        status_reason_code: line.reason.map(|reason| reason.as_str().to_owned()),
        status_effective_date: date(line.status_since),
        foundation_account_number: FoundationAccountNumber::unchecked(fan),
        billing_account_number: BillingAccountNumber::unchecked(line.account.ban().to_string()),
        sim: Iccid::unchecked(line.sim.to_string()),
        eid: line.eid.and_then(|eid| world.lines.eid(eid)).map(|eid| Eid::unchecked(eid.to_string())),
        imei: Imei::unchecked(line.imei.to_string()),
        network_imei: Imei::unchecked(line.network_imei.to_string()),
        service_zip_code: ZipCode::unchecked(format!("{:05}", line.zip)),
        contact_name: world.lines.name(line.contact).to_owned(),
        single_user_code: SingleUserCode::unchecked(
            equipment.plan_at(line.plan).map_or_else(String::new, |plan| plan.code.clone()),
        ),
        offering_codes: codes.map(|feature| OfferingCode::unchecked(feature.code.clone())).collect(),
        ip_address: line.ip.map(|address| StaticIp::unchecked(address.to_string())),
        activation_date: date(line.activated),
        contract_end: line.contract_end.and_then(date),
    }
}

fn date(day: Day) -> Option<Date> {
    let date = day.date();
    Date::new(date.year(), date.month(), date.day()).ok()
}
