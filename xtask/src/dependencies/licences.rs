//! Every crate may be used under a licence on the list.

use std::path::Path;

use twox_hash::XxHash32;

use super::policy::LicenceFile;
use super::{Graph, Package, Policy};
use crate::Findings;

pub(super) fn check(graph: &Graph, policy: &Policy) -> Findings {
    let mut findings = Findings::default();
    for package in graph.packages() {
        let place = format!("{} {}", package.name, package.version);
        let clarified = policy.clarification(&package.name, &package.version);
        match (package.license.as_deref(), clarified) {
            (None, None) => findings.add(place, "names no licence"),
            (None, Some(clarified)) => {
                if let Some(file) = clarified.license_files.iter().find(|file| !is_as_seen(package, file)) {
                    findings.add(place, format!("`{}` is not the text that was seen", file.path));
                } else if clarified.license_files.is_empty() || !permits(policy, &clarified.expression) {
                    findings.add(place, format!("licence `{}` is not on the list", clarified.expression));
                }
            }
            (Some(licence), _) if !permits(policy, licence) => {
                findings.add(place, format!("licence `{licence}` is not on the list"));
            }
            (Some(_), _) => {}
        }
    }
    findings
}

/// Whether the text in the crate is the one that somebody has read.
fn is_as_seen(package: &Package, file: &LicenceFile) -> bool {
    let directory = Path::new(&package.manifest_path).parent().unwrap_or(Path::new(""));
    let text = std::fs::read(directory.join(&file.path));
    text.is_ok_and(|text| XxHash32::oneshot(0, &text) == file.hash)
}

/// Whether an SPDX expression can be satisfied with licences on the list.
fn permits(policy: &Policy, expression: &str) -> bool {
    // Old manifests write a slash for OR.
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut tokens = spaced.split_whitespace().peekable();
    let permitted = any(policy, &mut tokens);
    permitted && tokens.next().is_none()
}

type Tokens<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn any(policy: &Policy, tokens: &mut Tokens<'_>) -> bool {
    let mut permitted = all(policy, tokens);
    while tokens.next_if_eq(&"OR").is_some() {
        // Both sides must be read, so no short circuit.
        permitted |= all(policy, tokens);
    }
    permitted
}

fn all(policy: &Policy, tokens: &mut Tokens<'_>) -> bool {
    let mut permitted = one(policy, tokens);
    while tokens.next_if_eq(&"AND").is_some() {
        permitted &= one(policy, tokens);
    }
    permitted
}

fn one(policy: &Policy, tokens: &mut Tokens<'_>) -> bool {
    match tokens.next() {
        Some("(") => any(policy, tokens) && tokens.next() == Some(")"),
        Some(licence) if tokens.next_if_eq(&"WITH").is_some() => {
            let exception = tokens.next().unwrap_or_default();
            policy.allows_licence(&format!("{licence} WITH {exception}"))
        }
        Some(licence) => policy.allows_licence(licence),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dependencies::graph::fake::{foreign, graph};
    use crate::dependencies::policy::shipped;

    #[test]
    fn an_expression_is_permitted_when_a_choice_of_listed_licences_satisfies_it() {
        for (expression, expected) in [
            ("MIT", true),
            ("MIT OR Apache-2.0", true),
            ("MIT/Apache-2.0", true),
            ("GPL-3.0 OR MIT", true),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
            ("Apache-2.0 WITH LLVM-exception OR GPL-2.0", true),
            ("GPL-3.0-only", false),
            ("MIT AND GPL-3.0", false),
            ("(MIT OR Apache-2.0) AND MPL-2.0", false),
            ("GPL-2.0 WITH LLVM-exception", false),
            ("(MIT", false),
            ("", false),
        ] {
            assert_eq!(permits(&shipped(), expression), expected, "{expression}");
        }
    }

    #[test]
    fn a_crate_under_another_licence_is_found() {
        let findings = check(&graph([foreign("good", "MIT"), foreign("viral", "AGPL-3.0")]), &shipped());
        assert_eq!(findings.to_string(), "viral 1.0.0: licence `AGPL-3.0` is not on the list");
    }

    #[test]
    fn a_crate_without_a_licence_is_found() {
        let mut nameless = foreign("nameless", "MIT");
        nameless.license = None;
        assert_eq!(check(&graph([nameless]), &shipped()).to_string(), "nameless 1.0.0: names no licence");
    }

    /// A crate that names no licence, with a text beside it.
    fn with_text(name: &str, version: &str, text: &str) -> (tempfile::TempDir, Package) {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("LICENSE"), text).unwrap();
        let mut package = foreign(name, "MIT");
        package.license = None;
        version.clone_into(&mut package.version);
        package.manifest_path = directory.path().join("Cargo.toml").to_str().unwrap().to_owned();
        (directory, package)
    }

    fn clarifying(expression: &str) -> Policy {
        let hash = XxHash32::oneshot(0, b"as seen");
        let clarify = format!(
            "[[licenses.clarify]]\ncrate = \"quiet@1.0.0\"\nexpression = \"{expression}\"\n\
             license-files = [{{ path = \"LICENSE\", hash = {hash} }}]\n"
        );
        Policy::from_toml(&format!("{}\n{clarify}", include_str!("../../../deny.toml"))).unwrap()
    }

    #[test]
    fn a_crate_whose_licence_somebody_has_read_is_permitted_in_that_version_with_that_text() {
        for (name, version, text, expression, expected) in [
            ("quiet", "1.0.0", "as seen", "MIT", ""),
            ("quiet", "1.0.0", "changed", "MIT", "quiet 1.0.0: `LICENSE` is not the text that was seen"),
            ("quiet", "1.0.1", "as seen", "MIT", "quiet 1.0.1: names no licence"),
            ("other", "1.0.0", "as seen", "MIT", "other 1.0.0: names no licence"),
            ("quiet", "1.0.0", "as seen", "GPL-3.0", "quiet 1.0.0: licence `GPL-3.0` is not on the list"),
        ] {
            let (_directory, package) = with_text(name, version, text);
            let findings = check(&graph([package]), &clarifying(expression));
            assert_eq!(findings.to_string(), expected, "{name} {version} {text} {expression}");
        }
    }
}
