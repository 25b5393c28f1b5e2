//! What the carrier sells and where: devices, rate plans, features, places.
//!
//! The tables are data files of the crate (`equipment/*.toml`) and can be replaced by
//! [`Equipment::from_toml`]. They are invented: AT&T's overview speaks of an equipment catalog and lists no
//! API for it.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, LazyLock};

use apex_mobility_core::domain::Imei;
use serde::Deserialize;

use crate::digits::DeviceId;

const DEVICES: &str = include_str!("../equipment/devices.toml");
const PLANS: &str = include_str!("../equipment/plans.toml");
const PLACES: &str = include_str!("../equipment/places.toml");

/// A kind of device, known by its TAC.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Device {
    /// The first eight digits of the device's IMEIs.
    pub tac: String,
    /// Who makes it.
    pub brand: String,
    /// What it is called.
    pub model: String,
    /// `5G` or `LTE`.
    pub technology: String,
    /// Takes a plastic SIM.
    pub plastic_sim: bool,
    /// Has an eSIM.
    pub embedded_sim: bool,
    /// Operating system.
    pub os: String,
    /// Its version.
    pub os_version: String,
    /// On the carrier's block list.
    #[serde(default)]
    pub blocked: bool,
    #[serde(default)]
    pub(crate) share: u32,
}

impl Device {
    /// Whether it reaches the 5G network.
    #[must_use]
    pub fn is_5g(&self) -> bool {
        self.technology == "5G"
    }
}

/// A rate plan, known by its single user code.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Plan {
    /// The single user code.
    pub code: String,
    /// What the bill calls it.
    pub description: String,
    /// Fits 5G devices only.
    #[serde(default)]
    pub needs_5g: bool,
    /// Cannot be left before the line's contract ends.
    #[serde(default)]
    pub binds_in_term: bool,
    #[serde(default)]
    pub(crate) share: u32,
}

/// A feature, known by its offering code (SOC).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Feature {
    /// The offering code.
    pub code: String,
    /// What the bill calls it.
    pub description: String,
    /// Fits 5G devices only.
    #[serde(default)]
    pub needs_5g: bool,
    /// A line that has it cannot change its number (contract 4.6).
    #[serde(default)]
    pub bars_number_change: bool,
    #[serde(default)]
    pub(crate) share: u32,
}

/// A ZIP in which addresses verify.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Place {
    /// Five digits.
    pub zip: String,
    /// Its city; empty for any.
    pub city: String,
    /// Two letters; empty for any.
    pub state: String,
    /// Area codes that serve it; none when the carrier has no numbers there.
    pub npas: Vec<String>,
}

impl Place {
    /// Whether an address with this city and state verifies here.
    #[must_use]
    pub fn verifies(&self, city: &str, state: &str) -> bool {
        let same = |own: &str, given: &str| own.is_empty() || own.eq_ignore_ascii_case(given.trim());
        same(&self.city, city) && same(&self.state, state)
    }
}

/// How a line holds its subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SimKind {
    /// A card: an ICCID alone.
    Plastic,
    /// An eSIM: an EID, with or without an ICCID.
    Embedded,
}

/// Why a device does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Misfit {
    /// The device is on the block list.
    Blocked,
    /// The device has no tray for a plastic SIM.
    NeedsEmbeddedSim,
    /// The device has no eSIM.
    NeedsPlasticSim,
    /// The plan is for 5G devices only.
    PlanNeeds5g {
        /// The plan's single user code.
        plan: String,
    },
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Blocked => f.write_str("the device is blocked"),
            Self::NeedsEmbeddedSim => f.write_str("the device takes an eSIM only: give its EID"),
            Self::NeedsPlasticSim => f.write_str("the device has no eSIM: give the ICCID of a plastic SIM"),
            Self::PlanNeeds5g { plan } => write!(f, "plan {plan} is for 5G devices only"),
        }
    }
}

impl std::error::Error for Misfit {}

/// A table of equipment that does not hold together.
#[derive(Debug, thiserror::Error)]
#[error("{table}: {problem}")]
pub struct EquipmentError {
    table: &'static str,
    problem: String,
}

/// The tables, indexed. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Equipment(Arc<Tables>);

#[derive(Debug)]
struct Tables {
    devices: Vec<Device>,
    plans: Vec<Plan>,
    features: Vec<Feature>,
    places: Vec<Place>,
    exchanges: Vec<u16>,
    device_by_tac: HashMap<u32, u16>,
    plan_by_code: HashMap<String, u16>,
    feature_by_code: HashMap<String, u16>,
    place_by_zip: HashMap<u32, u16>,
}

static BUILTIN: LazyLock<Equipment> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the files are part of the crate, and a test reads them")]
    Equipment::from_toml(DEVICES, PLANS, PLACES).expect("the built-in equipment tables are sound")
});

impl Equipment {
    /// The tables that come with the crate.
    #[must_use]
    pub fn builtin() -> Self {
        BUILTIN.clone()
    }

    /// Tables of one's own, in the form of the crate's `equipment/devices.toml`, `plans.toml` and
    /// `places.toml`.
    ///
    /// # Errors
    /// When a file does not parse, is empty, or holds a key twice or a value out of shape.
    pub fn from_toml(devices: &str, plans: &str, places: &str) -> Result<Self, EquipmentError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Devices {
            devices: Vec<Device>,
        }
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Plans {
            plans: Vec<Plan>,
            features: Vec<Feature>,
        }
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Places {
            exchanges: Vec<String>,
            places: Vec<Place>,
        }
        fn read<'a, T: Deserialize<'a>>(table: &'static str, text: &'a str) -> Result<T, EquipmentError> {
            toml::from_str(text).map_err(|e| EquipmentError { table, problem: e.to_string() })
        }
        let Devices { devices } = read("devices", devices)?;
        let Plans { plans, features } = read("plans", plans)?;
        let Places { exchanges, places } = read("places", places)?;

        let wrong = |table, what: &str| EquipmentError { table, problem: what.to_owned() };
        let exchanges = exchanges
            .iter()
            .map(|nxx| three_digits(nxx).ok_or_else(|| wrong("places", "an exchange is three digits")))
            .collect::<Result<Vec<_>, _>>()?;
        if places.iter().any(|p| p.npas.iter().any(|npa| three_digits(npa).is_none())) {
            return Err(wrong("places", "an NPA is three digits"));
        }
        if exchanges.is_empty() || !places.iter().any(|p| !p.npas.is_empty()) {
            return Err(wrong("places", "no place hosts numbers"));
        }
        if devices.iter().all(|d| d.share == 0) || plans.iter().all(|p| p.share == 0 || p.needs_5g) {
            return Err(wrong("devices", "a population needs devices and a plan that fits all of them"));
        }
        let tables = Tables {
            device_by_tac: index("devices", &devices, |d| digits(&d.tac, 8))?,
            plan_by_code: index("plans", &plans, |p| Some(p.code.clone()))?,
            feature_by_code: index("features", &features, |f| Some(f.code.clone()))?,
            place_by_zip: index("places", &places, |p| digits(&p.zip, 5))?,
            devices,
            plans,
            features,
            places,
            exchanges,
        };
        Ok(Self(Arc::new(tables)))
    }

    /// The device an IMEI belongs to, if its TAC is known.
    #[must_use]
    pub fn device_for(&self, imei: &Imei) -> Option<&Device> {
        self.device_of(DeviceId::read(imei.as_str())?)
    }

    /// The plan of a single user code.
    #[must_use]
    pub fn plan(&self, code: &str) -> Option<&Plan> {
        self.plan_at(self.plan_index(code)?)
    }

    /// The feature of an offering code.
    #[must_use]
    pub fn feature(&self, code: &str) -> Option<&Feature> {
        self.feature_at(self.feature_index(code)?)
    }

    /// The place of a ZIP (five digits).
    #[must_use]
    pub fn place(&self, zip: &str) -> Option<&Place> {
        self.place_of(digits(zip, 5)?)
    }

    /// Whether a device may be used with a plan and a kind of SIM: the carrier's device restrictions and
    /// its compatibility table.
    ///
    /// # Errors
    /// The first reason why not; SIM and block list come before the plan.
    pub fn fits(device: &Device, plan: &Plan, sim: SimKind) -> Result<(), Misfit> {
        Self::takes(device, sim)?;
        if plan.needs_5g && !device.is_5g() {
            return Err(Misfit::PlanNeeds5g { plan: plan.code.clone() });
        }
        Ok(())
    }

    /// Whether a device may be used at all, with a kind of SIM.
    ///
    /// # Errors
    /// The first reason why not.
    pub fn takes(device: &Device, sim: SimKind) -> Result<(), Misfit> {
        match sim {
            _ if device.blocked => Err(Misfit::Blocked),
            SimKind::Plastic if !device.plastic_sim => Err(Misfit::NeedsEmbeddedSim),
            SimKind::Embedded if !device.embedded_sim => Err(Misfit::NeedsPlasticSim),
            _ => Ok(()),
        }
    }

    /// All devices.
    #[must_use]
    pub fn devices(&self) -> &[Device] {
        &self.0.devices
    }

    /// All plans.
    #[must_use]
    pub fn plans(&self) -> &[Plan] {
        &self.0.plans
    }

    /// All features.
    #[must_use]
    pub fn features(&self) -> &[Feature] {
        &self.0.features
    }

    /// All places.
    #[must_use]
    pub fn places(&self) -> &[Place] {
        &self.0.places
    }

    pub(crate) fn exchanges(&self) -> &[u16] {
        &self.0.exchanges
    }

    pub(crate) fn device_of(&self, imei: DeviceId) -> Option<&Device> {
        self.0.devices.get(usize::from(*self.0.device_by_tac.get(&imei.tac())?))
    }

    pub(crate) fn plan_index(&self, code: &str) -> Option<u16> {
        self.0.plan_by_code.get(code).copied()
    }

    pub(crate) fn plan_at(&self, index: u16) -> Option<&Plan> {
        self.0.plans.get(usize::from(index))
    }

    pub(crate) fn feature_index(&self, code: &str) -> Option<u16> {
        self.0.feature_by_code.get(code).copied()
    }

    pub(crate) fn feature_at(&self, index: u16) -> Option<&Feature> {
        self.0.features.get(usize::from(index))
    }

    pub(crate) fn place_of(&self, zip: u32) -> Option<&Place> {
        self.0.places.get(usize::from(*self.0.place_by_zip.get(&zip)?))
    }
}

fn index<T, K: std::hash::Hash + Eq>(
    table: &'static str,
    items: &[T],
    key: impl Fn(&T) -> Option<K>,
) -> Result<HashMap<K, u16>, EquipmentError> {
    let mut found = HashMap::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        let problem = |what: &str| EquipmentError { table, problem: format!("entry {}: {what}", at + 1) };
        let key = key(item).ok_or_else(|| problem("its key is out of shape"))?;
        let at = u16::try_from(at).map_err(|_| problem("the table is too long"))?;
        if found.insert(key, at).is_some() {
            return Err(problem("its key was there before"));
        }
    }
    if found.is_empty() {
        return Err(EquipmentError { table, problem: "is empty".to_owned() });
    }
    Ok(found)
}

pub(crate) fn three_digits(text: &str) -> Option<u16> {
    u16::try_from(crate::digits::fixed(text, 3)?).ok()
}

fn digits(text: &str, len: usize) -> Option<u32> {
    u32::try_from(crate::digits::fixed(text, len)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_tables_are_sound() {
        let equipment = Equipment::builtin();
        assert!(equipment.devices().len() >= 8);
        assert!(
            equipment.place("75201").is_some_and(|p| p.city == "Dallas" && p.npas.contains(&"214".into()))
        );
        assert!(equipment.place("00001").is_some_and(|p| p.npas.is_empty()));
    }

    #[test]
    fn the_generic_device_fits_every_plan_with_either_sim() {
        let equipment = Equipment::builtin();
        let imei = Imei::parse("001010000000016").unwrap();
        let generic = equipment.device_for(&imei).unwrap();
        for plan in equipment.plans() {
            assert_eq!(Equipment::fits(generic, plan, SimKind::Plastic), Ok(()));
            assert_eq!(Equipment::fits(generic, plan, SimKind::Embedded), Ok(()));
        }
    }

    #[test]
    fn misfits_are_named() {
        let equipment = Equipment::builtin();
        let by_model = |model: &str| equipment.devices().iter().find(|d| d.model == model).unwrap();
        let plan = |code: &str| equipment.plan(code).unwrap();
        let cases = [
            ("Classic LTE", "APXPLAN02", SimKind::Plastic, "plan APXPLAN02 is for 5G devices only"),
            ("Classic LTE", "APXPLAN01", SimKind::Embedded, "no eSIM"),
            ("Air 5G", "APXPLAN01", SimKind::Plastic, "eSIM only"),
            ("Blocked 5G", "APXPLAN01", SimKind::Plastic, "blocked"),
        ];
        for (model, code, sim, words) in cases {
            let misfit = Equipment::fits(by_model(model), plan(code), sim).unwrap_err();
            assert!(misfit.to_string().contains(words), "{model} {code}: {misfit}");
        }
    }

    #[test]
    fn tables_that_do_not_hold_together_are_refused() {
        let twice = DEVICES.replace("00101001", "00101000");
        assert!(Equipment::from_toml(&twice, PLANS, PLACES).is_err());
        assert!(Equipment::from_toml("", PLANS, PLACES).is_err());
        let nowhere =
            "exchanges = [\"555\"]\n[[places]]\nzip = \"00001\"\ncity = \"\"\nstate = \"\"\nnpas = []\n";
        assert!(Equipment::from_toml(DEVICES, PLANS, nowhere).is_err());
    }
}
