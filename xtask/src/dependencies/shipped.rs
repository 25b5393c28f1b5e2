//! What is for a crash test alone is in no build that ships: nothing but a test turns it on.

use super::Graph;
use crate::Findings;

/// Places at which a process ends itself, and a clock that goes too fast.
const FAILPOINTS: &str = "failpoints";

pub(super) fn check(graph: &Graph) -> Findings {
    let mut findings = Findings::default();
    for package in graph.members() {
        for dependency in package.shipped() {
            if dependency.features.iter().any(|feature| feature == FAILPOINTS) {
                findings.add(
                    &package.name,
                    format!("must not turn on {FAILPOINTS} of {}: that is for its tests", dependency.name),
                );
            }
        }
        for (feature, on) in package.features.iter().filter(|(feature, _)| *feature != FAILPOINTS) {
            let turned_on = on.iter().find(|one| one.rsplit('/').next() == Some(FAILPOINTS));
            if let Some(one) = turned_on {
                findings.add(&package.name, format!("the feature {feature} must not turn on {one}"));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dependencies::Dependency;
    use crate::dependencies::graph::fake::{graph, member};

    fn found(kind: Option<&str>, feature: &str) -> String {
        let mut cli = member("apex-mobility-cli", "cli", &[]);
        let features = vec!["failpoints".to_owned()];
        let fleet = "apex-mobility-fleet".to_owned();
        cli.dependencies = vec![Dependency { name: fleet, kind: kind.map(str::to_owned), features }];
        cli.features.insert(feature.to_owned(), vec!["apex-mobility-fleet/failpoints".to_owned()]);
        check(&graph([cli])).to_string()
    }

    #[test]
    fn tests_and_the_feature_of_that_name_may_turn_failpoints_on() {
        assert_eq!(found(Some("dev"), "failpoints"), "");
    }

    #[test]
    fn a_build_that_ships_with_failpoints_is_found() {
        let by_dependency = "must not turn on failpoints of apex-mobility-fleet";
        assert!(found(None, "failpoints").contains(by_dependency));
        let by_feature = "the feature default must not turn on apex-mobility-fleet/failpoints";
        assert!(found(Some("dev"), "default").contains(by_feature));
    }
}
