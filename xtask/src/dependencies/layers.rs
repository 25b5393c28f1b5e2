//! Who may know whom (`ARCHITECTURE.md`): the arrows between our own crates, and who may name the HTTP stack.
//!
//! Tests and examples are free: an API crate's documentation runs against the sandbox.

use super::{Graph, Package};
use crate::Findings;

const CORE: &str = "core";
const UMBRELLA: &str = "apex-mobility";

/// What only core's transport may name.
const HTTP_STACK: [&str; 6] =
    ["hyper", "hyper-rustls", "reqwest", "rustls", "rustls-platform-verifier", "native-tls"];

/// A role in the architecture, by directory under `crates/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layer {
    Core,
    /// Tables of devices and plans: data below clients and sandbox alike.
    Equipment,
    Api,
    Umbrella,
    Resolve,
    Fleet,
    Sandbox,
    Cli,
    /// What serves tests and the workspace: may know everyone, and nothing that ships may know it.
    Outside,
}

impl Layer {
    fn of(package: &Package) -> Self {
        match package.directory_in_crates() {
            None | Some("wire-snapshot") => Self::Outside,
            Some(CORE) => Self::Core,
            Some("equipment") => Self::Equipment,
            Some(UMBRELLA) => Self::Umbrella,
            Some("resolve") => Self::Resolve,
            Some("fleet") => Self::Fleet,
            Some("sandbox") => Self::Sandbox,
            Some("cli") => Self::Cli,
            // All other crates are APIs.
            Some(_) => Self::Api,
        }
    }

    fn may_know(self, other: Self) -> bool {
        match self {
            Self::Core => false,
            // An API crate puts on the wire what it is given: it holds no opinion on what fits.
            Self::Api | Self::Equipment => other == Self::Core,
            Self::Sandbox => matches!(other, Self::Core | Self::Equipment),
            Self::Resolve => matches!(other, Self::Core | Self::Api),
            Self::Fleet => matches!(other, Self::Core | Self::Equipment | Self::Api | Self::Resolve),
            Self::Umbrella => {
                matches!(other, Self::Core | Self::Equipment | Self::Api | Self::Resolve | Self::Fleet)
            }
            Self::Cli => !matches!(other, Self::Outside | Self::Cli),
            Self::Outside => true,
        }
    }
}

/// Whether it is the crate of one API.
pub(crate) fn is_api(package: &Package) -> bool {
    Layer::of(package) == Layer::Api
}

pub(super) fn check(graph: &Graph) -> Findings {
    let mut findings = Findings::default();
    for package in graph.members() {
        let layer = Layer::of(package);
        for name in package.shipped_dependencies() {
            if let Some(other) = graph.members().find(|member| member.name == name)
                && !layer.may_know(Layer::of(other))
            {
                findings.add(&package.name, format!("must not depend on {name}"));
            }
            if HTTP_STACK.contains(&name) && !matches!(layer, Layer::Core | Layer::Outside) {
                findings.add(&package.name, format!("must not name {name}: only core's transport does"));
            }
            if layer == Layer::Umbrella && !graph.members().any(|member| member.name == name) {
                findings.add(&package.name, format!("must not depend on {name}: the umbrella adds no logic"));
            }
        }
        let expected = match package.directory_in_crates() {
            Some(UMBRELLA) | None => continue,
            Some(directory) => format!("apex-mobility-{directory}"),
        };
        if package.name != expected {
            findings.add(&package.name, format!("must be named {expected}, after its directory"));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dependencies::Dependency;
    use crate::dependencies::graph::fake::{foreign, graph, member};

    /// A sound workspace, with one crate's normal dependencies replaced.
    fn workspace(changed: &str, dependencies: &[&str]) -> Graph {
        const CORE: &str = "apex-mobility-core";
        const API: &str = "apex-mobility-line-details";
        const EQUIPMENT: &str = "apex-mobility-equipment";
        const RESOLVE: &str = "apex-mobility-resolve";
        let crates: [(&str, &str, &[&str]); 10] = [
            (CORE, "core", &["reqwest", "serde"]),
            (EQUIPMENT, "equipment", &[CORE, "serde"]),
            (API, "line-details", &[CORE, "serde"]),
            ("apex-mobility-number-change", "number-change", &[CORE]),
            (RESOLVE, "resolve", &[CORE, API, "serde"]),
            ("apex-mobility", "apex-mobility", &[CORE, API, EQUIPMENT, RESOLVE]),
            ("apex-mobility-wire-snapshot", "wire-snapshot", &[CORE]),
            ("apex-mobility-sandbox", "sandbox", &[CORE, EQUIPMENT, "serde"]),
            ("apex-mobility-fleet", "fleet", &[CORE, API, EQUIPMENT, RESOLVE]),
            ("apex-mobility-cli", "cli", &["apex-mobility", "apex-mobility-sandbox"]),
        ];
        let members = crates.map(|(name, directory, usual)| {
            member(name, directory, if directory == changed { dependencies } else { usual })
        });
        graph(members.into_iter().chain([foreign("serde", "MIT"), foreign("reqwest", "MIT")]))
    }

    #[test]
    fn the_arrows_of_the_architecture_pass() {
        let findings = check(&workspace("none", &[]));
        assert!(findings.is_empty(), "{findings}");
    }

    #[test]
    fn arrows_that_the_architecture_lacks_are_found() {
        for (directory, dependency) in [
            ("core", "apex-mobility-line-details"),
            ("core", "apex-mobility-equipment"),
            ("equipment", "apex-mobility-line-details"),
            ("equipment", "apex-mobility-sandbox"),
            ("equipment", "reqwest"),
            ("line-details", "apex-mobility-equipment"),
            ("line-details", "apex-mobility-number-change"),
            ("line-details", "apex-mobility-sandbox"),
            ("line-details", "reqwest"),
            ("sandbox", "apex-mobility-line-details"),
            ("line-details", "apex-mobility-wire-snapshot"),
            ("sandbox", "reqwest"),
            ("apex-mobility", "apex-mobility-sandbox"),
            ("apex-mobility", "serde"),
            ("line-details", "apex-mobility-resolve"),
            ("resolve", "apex-mobility-sandbox"),
            ("resolve", "apex-mobility-fleet"),
            ("resolve", "reqwest"),
            ("sandbox", "apex-mobility-resolve"),
            ("fleet", "apex-mobility-sandbox"),
            ("cli", "reqwest"),
        ] {
            let findings = check(&workspace(directory, &[dependency]));
            assert!(findings.to_string().contains(dependency), "{directory} -> {dependency}: {findings}");
        }
    }

    #[test]
    fn tests_may_know_what_their_crate_may_not() {
        let mut api = member("apex-mobility-line-details", "line-details", &[]);
        let sandbox = member("apex-mobility-sandbox", "sandbox", &[]);
        let of_tests = |name: &str| Dependency {
            name: name.to_owned(),
            kind: Some("dev".to_owned()),
            features: Vec::new(),
        };
        api.dependencies = vec![of_tests(&sandbox.name)];
        assert!(check(&graph([api, sandbox])).is_empty());
    }

    #[test]
    fn a_crate_that_is_not_named_after_its_directory_is_found() {
        let findings = check(&graph([member("line-details", "line-details", &[])]));
        assert_eq!(
            findings.to_string(),
            "line-details: must be named apex-mobility-line-details, after its directory"
        );
    }
}
