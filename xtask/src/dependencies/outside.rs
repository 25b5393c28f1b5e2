//! Crates from outside: none that is known to hurt, none twice where twice hurts, all from one registry.

use super::{Graph, Policy};
use crate::Findings;

pub(super) fn check(graph: &Graph, policy: &Policy) -> Findings {
    let mut findings = Findings::default();
    for package in graph.packages() {
        let place = format!("{} {}", package.name, package.version);
        if let Some(reason) = policy.ban(&package.name) {
            findings.add(&place, format!("is banned: {reason}"));
        }
        let known_source = match package.source.as_deref() {
            Some(source) => policy.allows_source(source),
            None => package.member,
        };
        if !known_source {
            findings.add(&place, "comes neither from crates.io nor from this workspace");
        }
    }
    for name in policy.single() {
        let versions: Vec<_> = graph
            .packages()
            .iter()
            .filter(|package| package.name == name)
            .map(|package| package.version.as_str())
            .collect();
        if versions.len() > 1 {
            findings.add(name, format!("is in the graph more than once: {}", versions.join(", ")));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dependencies::graph::fake::{foreign, graph, member};
    use crate::dependencies::policy::shipped;

    #[test]
    fn a_banned_crate_is_found() {
        let findings = check(&graph([foreign("openssl-sys", "MIT")]), &shipped());
        assert_eq!(findings.to_string(), "openssl-sys 1.0.0: is banned: rustls is the TLS stack");
    }

    #[test]
    fn a_crate_from_a_repository_is_found() {
        let mut forked = foreign("forked", "MIT");
        forked.source = Some("git+https://example.com/forked".to_owned());
        assert!(check(&graph([forked]), &shipped()).to_string().contains("neither from crates.io"));
    }

    #[test]
    fn a_path_outside_the_workspace_is_found() {
        let mut stray = member("stray", "stray", &[]);
        stray.member = false;
        assert!(check(&graph([stray]), &shipped()).to_string().contains("neither from crates.io"));
    }

    #[test]
    fn two_versions_of_tower_http_are_found() {
        let mut newer = foreign("tower-http", "MIT");
        newer.version = "2.0.0".to_owned();
        let findings = check(&graph([foreign("tower-http", "MIT"), newer]), &shipped());
        assert_eq!(findings.to_string(), "tower-http: is in the graph more than once: 1.0.0, 2.0.0");
    }

    #[test]
    fn ordinary_crates_pass() {
        let findings = check(
            &graph([foreign("serde", "MIT"), member("apex-mobility-core", "core", &["serde"])]),
            &shipped(),
        );
        assert!(findings.is_empty(), "{findings}");
    }
}
