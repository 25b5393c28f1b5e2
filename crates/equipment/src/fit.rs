//! Whether device, SIM, plan and features go together: a pure look at the tables.

use std::fmt;

use apex_mobility_core::domain::{Imei, OfferingCode, SingleUserCode};

use crate::device::Device;
use crate::offering::{Feature, Plan};
use crate::tables::Equipment;

/// How a line holds its subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SimKind {
    /// A card: an ICCID alone.
    Plastic,
    /// An eSIM: an EID, with or without an ICCID.
    Embedded,
}

impl fmt::Display for SimKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plastic => "plastic SIM",
            Self::Embedded => "eSIM",
        })
    }
}

/// What is to be used together. Only the device is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Combination {
    imei: Imei,
    sim: Option<SimKind>,
    plan: Option<SingleUserCode>,
    features: Vec<OfferingCode>,
}

impl Combination {
    /// A device.
    #[must_use]
    pub const fn new(imei: Imei) -> Self {
        Self { imei, sim: None, plan: None, features: Vec::new() }
    }

    /// With this kind of SIM.
    #[must_use]
    pub const fn sim(mut self, kind: SimKind) -> Self {
        self.sim = Some(kind);
        self
    }

    /// On this plan.
    #[must_use]
    pub fn plan(mut self, code: SingleUserCode) -> Self {
        self.plan = Some(code);
        self
    }

    /// With this feature; may be called for each.
    #[must_use]
    pub fn feature(mut self, code: OfferingCode) -> Self {
        self.features.push(code);
        self
    }
}

/// Why something does not fit.
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
    /// The feature is for 5G devices only.
    FeatureNeeds5g {
        /// The feature's offering code.
        feature: String,
    },
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Blocked => f.write_str("the device is blocked"),
            Self::NeedsEmbeddedSim => f.write_str("the device takes an eSIM only: give its EID"),
            Self::NeedsPlasticSim => f.write_str("the device has no eSIM: give the ICCID of a plastic SIM"),
            Self::PlanNeeds5g { plan } => write!(f, "plan {plan} is for 5G devices only"),
            Self::FeatureNeeds5g { feature } => write!(f, "feature {feature} is for 5G devices only"),
        }
    }
}

impl std::error::Error for Misfit {}

/// What was asked about and the tables do not have.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotInTables {
    /// No entry has the device's TAC.
    Device {
        /// The TAC; `None` for an IMEI that was taken unchecked and is none.
        tac: Option<String>,
    },
    /// The plan of this code.
    Plan(SingleUserCode),
    /// The feature of this code.
    Feature(OfferingCode),
}

impl fmt::Display for NotInTables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Device { tac: Some(tac) } => write!(f, "no device with TAC {tac} is in the tables"),
            Self::Device { tac: None } => {
                f.write_str("the IMEI is not valid, so its device cannot be looked up")
            }
            Self::Plan(code) => write!(f, "plan {code} is not in the tables"),
            Self::Feature(code) => write!(f, "feature {code} is not in the tables"),
        }
    }
}

impl fmt::Debug for NotInTables {
    /// As `Display`: a TAC names a model, not a customer's device.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NotInTables({self})")
    }
}

/// The answer in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// All that was asked about is in the tables and goes together.
    Fits,
    /// Something does not go together, whatever else is unknown.
    DoesNotFit,
    /// Neither yes nor no: something is not in the tables.
    NotInTables,
}

impl Verdict {
    /// `fits`, `does_not_fit` or `not_in_tables`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fits => "fits",
            Self::DoesNotFit => "does_not_fit",
            Self::NotInTables => "not_in_tables",
        }
    }
}

/// What the tables say about a combination: every reason, not just the first.
#[derive(Debug, Clone)]
pub struct Answer<'t> {
    device: Option<&'t Device>,
    plan: Option<&'t Plan>,
    features: Vec<&'t Feature>,
    misfits: Vec<Misfit>,
    unknown: Vec<NotInTables>,
}

impl<'t> Answer<'t> {
    /// The answer in one word.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match (self.misfits.is_empty(), self.unknown.is_empty()) {
            (false, _) => Verdict::DoesNotFit,
            (true, false) => Verdict::NotInTables,
            (true, true) => Verdict::Fits,
        }
    }

    /// What does not go together: block list and SIM first, then the plan, then the features.
    #[must_use]
    pub fn misfits(&self) -> &[Misfit] {
        &self.misfits
    }

    /// What the tables do not have.
    #[must_use]
    pub fn unknown(&self) -> &[NotInTables] {
        &self.unknown
    }

    /// All reasons against a plain yes, as text.
    #[must_use]
    pub fn reasons(&self) -> Vec<String> {
        let misfits = self.misfits.iter().map(ToString::to_string);
        misfits.chain(self.unknown.iter().map(ToString::to_string)).collect()
    }

    /// The device, if the tables have it.
    #[must_use]
    pub const fn device(&self) -> Option<&'t Device> {
        self.device
    }

    /// The plan that was asked about, if the tables have it.
    #[must_use]
    pub const fn plan(&self) -> Option<&'t Plan> {
        self.plan
    }

    /// Those features that were asked about and are in the tables.
    #[must_use]
    pub fn features(&self) -> &[&'t Feature] {
        &self.features
    }
}

impl Device {
    /// Whether it may be used at all, with a kind of SIM (contract 4.7, device restrictions).
    ///
    /// # Errors
    /// The first reason why not; the block list comes before the SIM.
    pub fn takes_sim(&self, sim: SimKind) -> Result<(), Misfit> {
        match sim {
            _ if self.blocked => Err(Misfit::Blocked),
            SimKind::Plastic if !self.plastic_sim => Err(Misfit::NeedsEmbeddedSim),
            SimKind::Embedded if !self.embedded_sim => Err(Misfit::NeedsPlasticSim),
            _ => Ok(()),
        }
    }

    /// Whether a plan works on it (contract 4.8).
    ///
    /// # Errors
    /// Why not.
    pub fn takes_plan(&self, plan: &Plan) -> Result<(), Misfit> {
        if plan.needs_5g && !self.is_5g() {
            return Err(Misfit::PlanNeeds5g { plan: plan.code.clone() });
        }
        Ok(())
    }

    /// Whether a feature works on it (contract 4.8).
    ///
    /// # Errors
    /// Why not.
    pub fn takes_feature(&self, feature: &Feature) -> Result<(), Misfit> {
        if feature.needs_5g && !self.is_5g() {
            return Err(Misfit::FeatureNeeds5g { feature: feature.code.clone() });
        }
        Ok(())
    }
}

impl Equipment {
    /// Whether a combination works, as far as these tables can tell.
    #[must_use]
    pub fn check(&self, asked: &Combination) -> Answer<'_> {
        let mut answer = Answer {
            device: self.device_for(&asked.imei),
            plan: None,
            features: Vec::new(),
            misfits: Vec::new(),
            unknown: Vec::new(),
        };
        match (answer.device, asked.sim) {
            (None, _) => {
                let tac = asked.imei.type_allocation_code().map(str::to_owned);
                answer.unknown.push(NotInTables::Device { tac });
            }
            (Some(device), Some(sim)) => answer.misfits.extend(device.takes_sim(sim).err()),
            (Some(device), None) if device.blocked => answer.misfits.push(Misfit::Blocked),
            (Some(_), None) => {}
        }
        let device = answer.device;
        if let Some(code) = &asked.plan {
            answer.plan = self.plan(code.as_str());
            match answer.plan {
                None => answer.unknown.push(NotInTables::Plan(code.clone())),
                Some(plan) => answer.misfits.extend(device.and_then(|device| device.takes_plan(plan).err())),
            }
        }
        for code in &asked.features {
            match self.feature(code.as_str()) {
                None => answer.unknown.push(NotInTables::Feature(code.clone())),
                Some(feature) => {
                    answer.features.push(feature);
                    answer.misfits.extend(device.and_then(|device| device.takes_feature(feature).err()));
                }
            }
        }
        answer
    }

    /// The plans that work on a device, in the order of the tables.
    pub fn plans_for(&self, device: &Device) -> impl Iterator<Item = &Plan> {
        self.plans().iter().filter(|plan| device.takes_plan(plan).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(imei: &str) -> Combination {
        Combination::new(Imei::parse(imei).unwrap())
    }

    fn plan(code: &str) -> SingleUserCode {
        SingleUserCode::parse(code).unwrap()
    }

    fn feature(code: &str) -> OfferingCode {
        OfferingCode::parse(code).unwrap()
    }

    fn of_model(model: &str) -> Combination {
        let tables = Equipment::builtin();
        let device = tables.devices().iter().find(|device| device.model == model).unwrap();
        Combination::new(Imei::from_payload(format!("{:08}000001", device.tacs[0].first())).unwrap())
    }

    #[test]
    fn the_generic_device_fits_every_plan_and_feature_with_either_sim() {
        let tables = Equipment::builtin();
        for sold in tables.plans() {
            for sim in [SimKind::Plastic, SimKind::Embedded] {
                let mut whole = asked("001010000000016").plan(plan(&sold.code)).sim(sim);
                for sold in tables.features() {
                    whole = whole.feature(feature(&sold.code));
                }
                let answer = tables.check(&whole);
                assert_eq!(answer.verdict(), Verdict::Fits, "{} {sim}: {:?}", sold.code, answer.reasons());
                assert_eq!(answer.features().len(), tables.features().len());
            }
        }
    }

    #[test]
    fn each_misfit_is_named_and_its_counterpart_fits() {
        let fast = || of_model("Classic LTE").plan(plan("APXPLAN02"));
        let cases = [
            (fast(), "plan APXPLAN02 is for 5G devices only", of_model("One 5G").plan(plan("APXPLAN02"))),
            (
                of_model("Classic LTE").feature(feature("SOC4")),
                "feature SOC4 is for 5G devices only",
                of_model("Classic LTE").feature(feature("SOC1")),
            ),
            (
                of_model("Classic LTE").sim(SimKind::Embedded),
                "the device has no eSIM: give the ICCID of a plastic SIM",
                of_model("Classic LTE").sim(SimKind::Plastic),
            ),
            (
                of_model("Air 5G").sim(SimKind::Plastic),
                "the device takes an eSIM only: give its EID",
                of_model("Air 5G").sim(SimKind::Embedded),
            ),
            (of_model("Blocked 5G"), "the device is blocked", of_model("One 5G")),
            (of_model("Blocked 5G").sim(SimKind::Plastic), "the device is blocked", of_model("One 5G")),
        ];
        let tables = Equipment::builtin();
        for (misfit, words, fit) in cases {
            let answer = tables.check(&misfit);
            assert_eq!(answer.verdict(), Verdict::DoesNotFit, "{words}");
            assert_eq!(answer.reasons(), [words]);
            assert_eq!(tables.check(&fit).verdict(), Verdict::Fits, "{words}");
        }
    }

    #[test]
    fn all_reasons_are_given_not_just_the_first() {
        let tables = Equipment::builtin();
        let all =
            of_model("Watch LTE").sim(SimKind::Plastic).plan(plan("APXPLAN04")).feature(feature("SOC4"));
        assert_eq!(tables.check(&all).misfits().len(), 3);
    }

    #[test]
    fn what_is_not_in_the_tables_is_neither_yes_nor_no() {
        let tables = Equipment::builtin();
        for (unknown, words) in [
            (asked("001010990000018"), "no device with TAC 00101099 is in the tables"),
            (asked("001010990000018").plan(plan("APXPLAN02")).sim(SimKind::Plastic), "TAC 00101099"),
            (asked("001010000000016").plan(plan("NOSUCH")), "plan NOSUCH is not in the tables"),
            (asked("001010000000016").feature(feature("NOSUCH")), "feature NOSUCH is not in the tables"),
            (Combination::new(Imei::unchecked("é")), "the IMEI is not valid"),
        ] {
            let answer = tables.check(&unknown);
            assert_eq!(answer.verdict(), Verdict::NotInTables, "{words}");
            assert!(answer.reasons()[0].contains(words), "{:?}", answer.reasons());
        }
    }

    #[test]
    fn a_misfit_outweighs_what_is_unknown() {
        let tables = Equipment::builtin();
        let both = of_model("Classic LTE").plan(plan("NOSUCH")).sim(SimKind::Embedded);
        let answer = tables.check(&both);
        assert_eq!(answer.verdict(), Verdict::DoesNotFit);
        assert_eq!(answer.reasons().len(), 2);
    }

    #[test]
    fn plans_for_a_device_are_those_that_fit() {
        let tables = Equipment::builtin();
        let device = tables.devices().iter().find(|device| !device.is_5g()).unwrap();
        let codes: Vec<_> = tables.plans_for(device).map(|plan| plan.code.as_str()).collect();
        assert_eq!(codes, ["APXPLAN01", "APXPLAN03", "APXPLAN05"]);
    }

    #[test]
    fn no_imei_is_in_debug_output() {
        let text = format!("{:?}", asked("001010990000018"));
        assert!(!text.contains("001010990000018"), "{text}");
    }
}
