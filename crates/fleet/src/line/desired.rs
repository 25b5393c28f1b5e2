//! How a line is to be, by a row of a file.

use std::collections::BTreeMap;

use apex_mobility_core::domain::{
    BillingAccountNumber, Eid, Iccid, Imei, InvalidValue, OfferingCode, SingleUserCode, StaticIp,
    SubscriberNumber, ZipCode,
};
use apex_mobility_core::wire::LineStatus;

use crate::field::Field;
use crate::row::{CellProblem, Row};

/// The word for having none, of features and addresses: an empty cell says nothing.
const NONE: &str = "none";

/// How a line is to be. Only what was given counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Desired {
    /// The row of the file.
    pub row: u64,
    /// The line.
    pub number: SubscriberNumber,
    /// The number that it is to have.
    pub new_number: Option<SubscriberNumber>,
    /// The status.
    pub status: Option<LineStatus>,
    /// The rate plan.
    pub plan: Option<SingleUserCode>,
    /// All its features, sorted; empty where it is to have none.
    pub features: Option<Vec<OfferingCode>>,
    /// The device.
    pub imei: Option<Imei>,
    /// The SIM.
    pub sim: Option<Iccid>,
    /// The eSIM chip.
    pub eid: Option<Eid>,
    /// The account that pays.
    pub billing_account: Option<BillingAccountNumber>,
    /// The static IP.
    pub ip: Option<WantedIp>,
    /// The ZIP of the primary place of use.
    pub service_zip: Option<ZipCode>,
    /// What steps need and no read shows: the address, the PDP, a reason.
    means: BTreeMap<Field, String>,
}

/// What is wanted of a line's static IP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WantedIp {
    /// That it has this one.
    Is(StaticIp),
    /// That it has none.
    None,
}

/// What steps need and no read shows.
const MEANS: [Field; 13] = [
    Field::Reason,
    Field::StreetNumber,
    Field::StreetDirection,
    Field::StreetName,
    Field::StreetType,
    Field::City,
    Field::State,
    Field::Zip,
    Field::Technology,
    Field::Pdp,
    Field::Apn,
    Field::Lte,
    Field::DefaultApn,
];

/// What a read shows.
const SHOWN: [Field; 11] = [
    Field::Number,
    Field::NewNumber,
    Field::Status,
    Field::Plan,
    Field::Features,
    Field::Imei,
    Field::Sim,
    Field::Eid,
    Field::BillingAccount,
    Field::Ip,
    Field::ServiceZip,
];

impl Desired {
    /// What a row wants, or what it says of one's own records. What no read shows and no step needs stays out of
    /// account.
    ///
    /// # Errors
    /// Every cell that cannot be used, with what was given and what is allowed.
    pub fn read(row: &Row) -> Result<Self, Vec<CellProblem>> {
        Taker { row, problems: Vec::new() }.all()
    }

    /// Whether a column says anything of how a line is to be, or of the way there.
    pub(crate) fn has(field: Field) -> bool {
        SHOWN.contains(&field) || MEANS.contains(&field)
    }

    /// What a step needs and no read shows.
    #[must_use]
    pub fn means(&self, field: Field) -> Option<&str> {
        self.means.get(&field).map(String::as_str)
    }

    /// The cells that say the same, for a file to plan from: the number, what of `fields` is wanted, and what steps
    /// to it need.
    #[must_use]
    pub fn cells(&self, fields: &[Field]) -> Vec<(Field, String)> {
        let codes = |codes: &Vec<OfferingCode>| match codes.as_slice() {
            [] => NONE.to_owned(),
            some => some.iter().map(OfferingCode::as_str).collect::<Vec<_>>().join(" "),
        };
        let ip = |ip: &WantedIp| match ip {
            WantedIp::Is(ip) => ip.to_string(),
            WantedIp::None => NONE.to_owned(),
        };
        let all = [
            (Field::NewNumber, self.new_number.as_ref().map(ToString::to_string)),
            (Field::Status, self.status.as_ref().map(ToString::to_string)),
            (Field::Plan, self.plan.as_ref().map(ToString::to_string)),
            (Field::Features, self.features.as_ref().map(codes)),
            (Field::Imei, self.imei.as_ref().map(ToString::to_string)),
            (Field::Sim, self.sim.as_ref().map(ToString::to_string)),
            (Field::Eid, self.eid.as_ref().map(ToString::to_string)),
            (Field::BillingAccount, self.billing_account.as_ref().map(ToString::to_string)),
            (Field::Ip, self.ip.as_ref().map(ip)),
            (Field::ServiceZip, self.service_zip.as_ref().map(ToString::to_string)),
        ];
        let wanted = all.into_iter().filter(|(field, _)| fields.contains(field));
        let wanted = wanted.filter_map(|(field, value)| Some((field, value?)));
        let means = self.means.iter().map(|(field, value)| (*field, value.clone()));
        std::iter::once((Field::Number, self.number.to_string())).chain(wanted).chain(means).collect()
    }
}

/// Takes values out of a row and keeps all that is wrong with them.
struct Taker<'a> {
    row: &'a Row,
    problems: Vec<CellProblem>,
}

impl Taker<'_> {
    fn all(mut self) -> Result<Desired, Vec<CellProblem>> {
        let number = self.take(Field::Number, SubscriberNumber::parse);
        if number.is_none() && self.row.get(Field::Number).is_none() {
            self.problems.push(CellProblem::of(Field::Number, "is empty"));
        }
        let service_zip = self.take(Field::ServiceZip, ZipCode::parse);
        let address_zip = self.take(Field::Zip, ZipCode::parse);
        if let (Some(service), Some(address)) = (&service_zip, &address_zip)
            && service != address
        {
            // contract 4.7: the address's ZIP becomes the service ZIP.
            self.problems.push(CellProblem::of(Field::ServiceZip, "is another than the address's zip"));
        }
        let desired = Desired {
            row: self.row.number,
            number: number.clone().unwrap_or_else(|| SubscriberNumber::unchecked("")),
            new_number: self
                .take(Field::NewNumber, SubscriberNumber::parse)
                .filter(|new| Some(new) != number.as_ref()),
            status: self.status(),
            plan: self.take(Field::Plan, SingleUserCode::parse),
            features: self.features(),
            imei: self.take(Field::Imei, Imei::parse),
            sim: self.take(Field::Sim, Iccid::parse),
            eid: self.take(Field::Eid, Eid::parse),
            billing_account: self.take(Field::BillingAccount, BillingAccountNumber::parse),
            ip: self.ip(),
            service_zip: service_zip.or(address_zip),
            means: MEANS
                .into_iter()
                .filter_map(|field| Some((field, self.row.get(field)?.to_owned())))
                .collect(),
        };
        if self.problems.is_empty() { Ok(desired) } else { Err(self.problems) }
    }

    fn take<T>(&mut self, field: Field, parse: impl FnOnce(String) -> Result<T, InvalidValue>) -> Option<T> {
        let text = self.row.get(field)?.to_owned();
        parse(text).map_err(|error| self.problems.push(CellProblem::of(field, error.to_string()))).ok()
    }

    fn status(&mut self) -> Option<LineStatus> {
        let word = self.row.get(Field::Status)?;
        match LineStatus::from(word) {
            LineStatus::Other(_) => {
                let what = format!("is {word:?}; it can be active, suspended or cancelled");
                self.problems.push(CellProblem::of(Field::Status, what));
                None
            }
            known => Some(known),
        }
    }

    fn features(&mut self) -> Option<Vec<OfferingCode>> {
        let cell = self.row.get(Field::Features)?;
        if cell.eq_ignore_ascii_case(NONE) {
            return Some(Vec::new());
        }
        let mut codes = Vec::new();
        for text in cell.split([' ', ';', ',', '|', '/']).filter(|text| !text.is_empty()) {
            match OfferingCode::parse(text) {
                Ok(code) => codes.push(code),
                Err(error) => self.problems.push(CellProblem::of(Field::Features, error.to_string())),
            }
        }
        codes.sort_unstable();
        codes.dedup();
        Some(codes)
    }

    fn ip(&mut self) -> Option<WantedIp> {
        if self.row.get(Field::Ip)?.eq_ignore_ascii_case(NONE) {
            return Some(WantedIp::None);
        }
        self.take(Field::Ip, StaticIp::parse).map(WantedIp::Is)
    }
}
