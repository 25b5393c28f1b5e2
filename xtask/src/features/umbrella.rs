//! The umbrella has one feature per API, all of them in `full`, and forwards the features of core.

use std::collections::BTreeSet;
use std::path::Path;

use crate::Findings;
use crate::dependencies::{Graph, Package, cargo, is_api};

pub(super) const DIRECTORY: &str = "apex-mobility";
const CORE: &str = "apex-mobility-core";

/// What comes with the HTTP client alone.
const HTTP_STACK: [&str; 3] = ["reqwest", "hyper", "rustls"];

/// What its `Cargo.toml` says.
pub(super) fn declarations(graph: &Graph) -> Findings {
    let mut findings = Findings::default();
    let (Some(umbrella), Some(core)) = (member(graph, DIRECTORY), member(graph, "core")) else {
        findings.add(DIRECTORY, "the umbrella and core must be there");
        return findings;
    };
    let mut needs = |feature: &str, of: &str| {
        if !umbrella.features.get(feature).is_some_and(|all| all.iter().any(|one| one == of)) {
            findings.add(DIRECTORY, format!("the feature {feature} must turn on {of}"));
        }
    };
    for api in graph.members().filter(|package| is_api(package)) {
        let feature = api.directory_in_crates().unwrap_or_default();
        needs(feature, &format!("dep:{}", api.name));
        needs("full", feature);
    }
    for feature in core.features.keys().filter(|name| *name != "default") {
        needs(feature, &format!("{CORE}/{feature}"));
    }
    needs("default", "full");
    needs("default", "http-client");
    findings
}

/// What its features bring.
pub(super) fn trees(root: &Path, graph: &Graph) -> Result<Findings, String> {
    let mut findings = Findings::default();
    let mut wanted: Vec<(Option<&str>, Vec<&str>)> = vec![(None, Vec::new())];
    for api in graph.members().filter(|package| is_api(package)) {
        wanted.push((api.directory_in_crates(), vec![&api.name]));
    }
    for (feature, apis) in wanted {
        let mut arguments =
            vec!["tree", "--locked", "--edges=normal", "--prefix=none", "--no-default-features"];
        arguments.extend(["--package", DIRECTORY]);
        arguments.extend(feature.iter().flat_map(|feature| ["--features", feature]));
        findings.extend(judge(feature, &apis, &cargo(root, &arguments)?));
    }
    Ok(findings)
}

/// Nothing of ours but the umbrella, core and the API asked for; no HTTP client that was not asked for.
fn judge(feature: Option<&str>, apis: &[&str], tree: &str) -> Findings {
    let mut findings = Findings::default();
    let names: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    let ours: BTreeSet<&str> = names.iter().copied().filter(|name| name.starts_with(DIRECTORY)).collect();
    let expected: BTreeSet<&str> = [DIRECTORY, CORE].into_iter().chain(apis.iter().copied()).collect();
    let place = format!("{DIRECTORY} with {}", feature.unwrap_or("no feature"));
    for name in ours.symmetric_difference(&expected) {
        let problem = if ours.contains(name) { "brings" } else { "does not bring" };
        findings.add(&place, format!("{problem} {name}"));
    }
    for name in HTTP_STACK.iter().filter(|name| names.contains(*name)) {
        findings.add(&place, format!("brings {name}, which belongs to http-client"));
    }
    findings
}

fn member<'a>(graph: &'a Graph, directory: &str) -> Option<&'a Package> {
    graph.members().find(|package| package.directory_in_crates() == Some(directory))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dependencies::fake;

    type Features<'a> = &'a [(&'a str, &'a [&'a str])];

    const SOUND: Features<'_> = &[
        ("default", &["full", "http-client"]),
        ("full", &["line-details"]),
        ("line-details", &["dep:apex-mobility-line-details"]),
        ("http-client", &["apex-mobility-core/http-client"]),
    ];

    fn found(umbrella: Features<'_>) -> String {
        let with = |mut package: Package, features: Features<'_>| {
            let owned = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect();
            package.features = features.iter().map(|(name, on)| ((*name).to_owned(), owned(on))).collect();
            package
        };
        let core =
            with(fake::member(CORE, "core", &[]), &[("default", &["http-client"]), ("http-client", &[])]);
        let api = fake::member("apex-mobility-line-details", "line-details", &[CORE]);
        let umbrella = with(fake::member(DIRECTORY, DIRECTORY, &[CORE]), umbrella);
        declarations(&fake::graph([core, api, umbrella])).to_string()
    }

    #[test]
    fn a_sound_umbrella_passes() {
        assert_eq!(found(SOUND), "");
    }

    #[test]
    fn each_feature_that_is_missing_or_turns_on_too_little_is_found() {
        for (name, on) in SOUND {
            for one in *on {
                let less: Vec<&str> = on.iter().copied().filter(|other| other != one).collect();
                let rest = SOUND.iter().copied().filter(|(other, _)| other != name);
                let changed: Vec<_> = rest.chain([(*name, less.as_slice())]).collect();
                assert_eq!(found(&changed), format!("apex-mobility: the feature {name} must turn on {one}"));
            }
        }
    }

    #[test]
    fn what_a_feature_brings_is_what_it_is_for() {
        let api = "apex-mobility-line-details";
        let tree =
            |names: &[&str]| names.iter().map(|name| format!("{name} v0.1.0 (/x)\n")).collect::<String>();
        let judged = |names: &[&str]| judge(Some("line-details"), &[api], &tree(names)).to_string();
        assert_eq!(judged(&[DIRECTORY, CORE, api, "serde"]), "");
        assert!(judged(&[DIRECTORY, CORE]).contains("does not bring apex-mobility-line-details"));
        let more = [DIRECTORY, CORE, api, "apex-mobility-number-change", "reqwest"];
        assert!(judged(&more).contains("with line-details: brings apex-mobility-number-change"));
        assert!(judged(&more).contains("brings reqwest"));
    }
}
