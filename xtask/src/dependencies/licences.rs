//! Every crate may be used under a licence on the list.

use super::{Graph, Policy};
use crate::Findings;

pub(super) fn check(graph: &Graph, policy: &Policy) -> Findings {
    let mut findings = Findings::default();
    for package in graph.packages() {
        let place = format!("{} {}", package.name, package.version);
        match package.license.as_deref() {
            None => findings.add(place, "names no licence"),
            Some(licence) if !permits(policy, licence) => {
                findings.add(place, format!("licence `{licence}` is not on the list"));
            }
            Some(_) => {}
        }
    }
    findings
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
}
