//! What callers build.

use apex_mobility_core::domain::{DeviceReasonCode, Eid, Iccid, Imei, InvalidValue, SingleUserCode, ZipCode};
use apex_mobility_core::open_enum;

/// A device to put on a line's record, and what goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceUpdate {
    pub(crate) imei: Imei,
    pub(crate) service_zip: ZipCode,
    pub(crate) sim: Option<Iccid>,
    pub(crate) eid: Option<Eid>,
    pub(crate) technology: DeviceTechnology,
    pub(crate) reason: DeviceReason,
    pub(crate) plan: Option<SingleUserCode>,
}

impl DeviceUpdate {
    /// A device for a line with this ZIP as its primary place of use. To swap the SIM alone, give the IMEI
    /// that the line has.
    ///
    /// Technology and reason are what production sends, for any device: `LTE` and `CUST_OWN_EQU`.
    #[must_use]
    pub fn new(imei: Imei, service_zip: ZipCode) -> Self {
        Self {
            imei,
            service_zip,
            sim: None,
            eid: None,
            technology: DeviceTechnology::Lte,
            reason: DeviceReason::CustomerOwnedEquipment,
            plan: None,
        }
    }

    /// The SIM: a new one, or the line's own again. The line keeps its number and account, and its old SIM is
    /// free.
    #[must_use]
    pub fn sim(mut self, iccid: Iccid) -> Self {
        self.sim = Some(iccid);
        self
    }

    /// The eSIM chip to upgrade to (inferred), with the SIM that is its profile or without.
    #[must_use]
    pub fn eid(mut self, eid: Eid) -> Self {
        self.eid = Some(eid);
        self
    }

    /// Another technology than `LTE`.
    #[must_use]
    pub fn technology(mut self, technology: DeviceTechnology) -> Self {
        self.technology = technology;
        self
    }

    /// Another reason than `CUST_OWN_EQU`.
    #[must_use]
    pub fn reason(mut self, reason: DeviceReason) -> Self {
        self.reason = reason;
        self
    }

    /// Switches the plan with it. Production does it in a call of its own, once the device is there.
    #[must_use]
    pub fn plan(mut self, code: SingleUserCode) -> Self {
        self.plan = Some(code);
        self
    }

    /// The device.
    #[must_use]
    pub fn imei(&self) -> &Imei {
        &self.imei
    }

    /// The SIM that goes with it, if one was given.
    #[must_use]
    pub const fn given_sim(&self) -> Option<&Iccid> {
        self.sim.as_ref()
    }

    /// The eSIM chip that goes with it, if one was given.
    #[must_use]
    pub const fn given_eid(&self) -> Option<&Eid> {
        self.eid.as_ref()
    }

    /// The plan that goes with it, if one was given.
    #[must_use]
    pub const fn given_plan(&self) -> Option<&SingleUserCode> {
        self.plan.as_ref()
    }
}

open_enum! {
    /// Why a device changes. Confirmed: the one that is named was seen.
    pub enum DeviceReason {
        /// The customer brings the device.
        CustomerOwnedEquipment = "CUST_OWN_EQU",
    }
}

impl DeviceReason {
    /// The reason that a code names, in any case. A code that is not named here is sent as it is.
    ///
    /// # Errors
    /// [`InvalidValue`] for text that is no device reason code: letters and underscores.
    pub fn parse(text: impl AsRef<str>) -> Result<Self, InvalidValue> {
        DeviceReasonCode::parse(text).map(Self::from)
    }
}

impl From<DeviceReasonCode> for DeviceReason {
    fn from(code: DeviceReasonCode) -> Self {
        Self::from(code.as_str())
    }
}

open_enum! {
    /// What network a device is for. Confirmed: the one that is named was seen, also for 5G devices.
    pub enum DeviceTechnology {
        /// LTE.
        Lte = "LTE",
    }
}

impl DeviceTechnology {
    /// The technology that a word names, in any case. A word that is not named here is sent as it is.
    ///
    /// # Errors
    /// [`InvalidValue`] for an empty one.
    pub fn parse(text: impl AsRef<str>) -> Result<Self, InvalidValue> {
        match text.as_ref().trim() {
            "" => Err(InvalidValue::empty("technology", "a technology is a word such as LTE", "LTE")),
            word => Ok(Self::from(word)),
        }
    }
}
