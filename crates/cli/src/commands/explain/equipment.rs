//! Errors about equipment: what the tables know of the device, plan and features that a text names.

use std::collections::BTreeSet;

use apex_mobility::domain::Imei;
use apex_mobility_equipment::Equipment;

/// Rows of the catalog where a device, a SIM, a plan or a feature does not fit (contract 6).
pub(super) const ROWS: [u8; 3] = [SIM, PLAN, DEVICE];

const SIM: u8 = 8;
const PLAN: u8 = 15;
const DEVICE: u8 = 40;

/// What a text names and the tables have, in alphabetical order.
#[derive(Debug, Default)]
pub(super) struct Named {
    imei: Option<Imei>,
    plans: BTreeSet<String>,
    features: BTreeSet<String>,
}

/// A text that names more than this is no error message.
const MOST: usize = 5;

impl Named {
    pub(super) fn in_text(text: &str, tables: &Equipment) -> Self {
        let mut named = Self::default();
        for word in text.split(|letter: char| !letter.is_ascii_alphanumeric()).map(str::to_ascii_uppercase) {
            if named.imei.is_none() && word.len() == 15 {
                named.imei = Imei::parse(&word).ok();
            }
            if tables.plan(&word).is_some() && named.plans.len() < MOST {
                named.plans.insert(word);
            } else if tables.feature(&word).is_some() && named.features.len() < MOST {
                named.features.insert(word);
            }
        }
        named
    }

    /// The command that asks the tables about a row of the catalog, with what is known filled in.
    pub(super) fn command(&self, row: u8) -> String {
        let mut command =
            format!("apex device check --imei {}", self.imei.as_ref().map_or("IMEI", Imei::as_str));
        if row == SIM {
            command.push_str(" --sim ICCID");
        }
        match self.plans.first() {
            Some(plan) => command.push_str(&format!(" --plan {plan}")),
            None if row == PLAN && self.features.is_empty() => command.push_str(" --plan PLAN"),
            None => {}
        }
        for feature in &self.features {
            command.push_str(&format!(" --feature {feature}"));
        }
        command
    }

    /// What the tables say about it; nothing if they have none of it.
    pub(super) fn facts(&self, tables: &Equipment) -> Option<String> {
        let only = |needs_5g| if needs_5g { "fits 5G devices only" } else { "fits every device" };
        let mut facts = Vec::new();
        if let Some(imei) = &self.imei {
            facts.push(match tables.device_for(imei) {
                Some(device) => format!("the IMEI is of a device {device}"),
                None => "the IMEI's device is not in the tables".to_owned(),
            });
        }
        let plans = self.plans.iter().filter_map(|code| tables.plan(code));
        facts.extend(plans.map(|plan| format!("plan {} {}", plan.code, only(plan.needs_5g))));
        let features = self.features.iter().filter_map(|code| tables.feature(code));
        facts.extend(features.map(|feature| format!("feature {} {}", feature.code, only(feature.needs_5g))));
        (!facts.is_empty()).then(|| format!("{}, by {}", facts.join("; "), tables.source()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> Named {
        Named::in_text(text, &Equipment::builtin())
    }

    #[test]
    fn what_a_text_names_is_filled_in() {
        for (row, text, command) in [
            (PLAN, "Plan is not compatible with equipment", "--imei IMEI --plan PLAN"),
            (PLAN, "plan apxplan02, not compatible", "--imei IMEI --plan APXPLAN02"),
            (PLAN, "Offering SOC4 is not compatible", "--imei IMEI --feature SOC4"),
            (DEVICE, "IMEI 001010000000016 not found", "--imei 001010000000016"),
            (DEVICE, "IMEI 001010000000017 not found", "--imei IMEI"),
            (SIM, "/service/", "--imei IMEI --sim ICCID"),
        ] {
            assert_eq!(named(text).command(row), format!("apex device check {command}"), "{text}");
        }
    }

    #[test]
    fn facts_come_with_the_tables_that_know_them() {
        let facts = |text: &str| named(text).facts(&Equipment::builtin());
        assert_eq!(facts("Plan is not compatible with equipment"), None);
        assert_eq!(
            facts("APXPLAN02, APXPLAN01 and SOC4 on 001010000000016").as_deref(),
            Some(
                "the IMEI is of a device Example Generic 5G (5G); plan APXPLAN01 fits every device; plan APXPLAN02 \
                 fits 5G devices only; feature SOC4 fits 5G devices only, by the built-in tables (invented devices \
                 and plans)"
            )
        );
        assert!(facts("001010990000018").unwrap().contains("not in the tables"));
    }
}
