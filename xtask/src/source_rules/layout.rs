//! Which files there are, what they are called, how long they get.

use super::Sources;
use crate::Findings;

/// An API crate is small and looks like its sisters. `src/model.rs` is not on the list: Line Details has no
/// types of its own, it reads core's `Service`.
const API_FILES: [&str; 6] =
    ["Cargo.toml", "README.md", "openapi.yaml", "src/lib.rs", "src/operations.rs", "tests/wire.rs"];

/// The crates that are no API.
const OTHER_CRATES: [&str; 8] =
    ["apex-mobility", "cli", "core", "equipment", "fleet", "resolve", "sandbox", "wire-snapshot"];

/// Past about 500 lines a file is two ideas; the slack is for tables.
const LINES: usize = 600;

/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 8] =
    ["util", "utils", "common", "helper", "helpers", "misc", "manager", "managers"];

pub(super) fn check(sources: &Sources) -> Findings {
    let mut findings = Findings::default();
    for name in sources.crates() {
        check_crate(sources, name, &mut findings);
    }
    for (path, text) in sources.rust() {
        let lines = text.lines().count();
        if lines > LINES {
            findings.add(path, format!("has {lines} lines; past {LINES} it is two ideas"));
        }
        let parts = path.split('/').map(|part| part.strip_suffix(".rs").unwrap_or(part));
        for part in parts.filter(|part| EMPTY_NAMES.contains(part)) {
            findings.add(path, format!("`{part}` does not say what is inside"));
        }
    }
    findings
}

fn check_crate(sources: &Sources, name: &str, findings: &mut Findings) {
    let place = format!("crates/{name}");
    let manifest = sources.text(&format!("{place}/Cargo.toml")).unwrap_or_default();
    if !manifest.replace(' ', "").contains("[lints]\nworkspace=true") {
        findings.add(&place, "Cargo.toml must take the workspace's lints");
    }
    if OTHER_CRATES.contains(&name) {
        return;
    }
    for file in API_FILES {
        let path = format!("{place}/{file}");
        match sources.text(&path) {
            None => findings.add(&path, "is missing: every API crate has the same files"),
            Some(text) if text.trim().is_empty() => findings.add(&path, "is empty"),
            Some(_) => {}
        }
    }
    // What a read means for a write whose answer was lost is said beside the write.
    let operations = sources.text(&format!("{place}/src/operations.rs")).unwrap_or_default();
    let finding = format!("{place}/src/finding.rs");
    if operations.contains("Safety::Write") && sources.text(&finding).is_none() {
        findings.add(&finding, "is missing: the crate has writes, and none says what a read means for them");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "[package]\n\n[lints]\nworkspace = true\n";

    /// An API crate, with one file replaced or, given no text, taken away.
    fn api_crate(changed: &str, text: Option<&str>) -> Findings {
        let mut files: Vec<(String, &str)> = API_FILES
            .iter()
            .filter(|file| **file != changed)
            .map(|file| {
                (format!("crates/line-details/{file}"), if *file == "Cargo.toml" { MANIFEST } else { "x" })
            })
            .collect();
        if let Some(text) = text {
            files.push((format!("crates/line-details/{changed}"), text));
        }
        check(&Sources::of(files.iter().map(|(path, text)| (path.as_str(), *text))))
    }

    #[test]
    fn a_whole_api_crate_passes() {
        let findings = api_crate("none", None);
        assert!(findings.is_empty(), "{findings}");
    }

    #[test]
    fn each_missing_file_is_found() {
        for file in API_FILES {
            let findings = api_crate(file, None).to_string();
            assert!(findings.contains(&format!("crates/line-details/{file}: is missing")), "{findings}");
        }
    }

    #[test]
    fn writes_without_a_word_on_what_reads_mean_for_them_are_found() {
        let writes = "const SAFETY: Safety = Safety::Write;";
        let findings = api_crate("src/operations.rs", Some(writes)).to_string();
        assert!(findings.contains("crates/line-details/src/finding.rs: is missing"), "{findings}");
        let reads = "const SAFETY: Safety = Safety::Read;";
        assert!(api_crate("src/operations.rs", Some(reads)).is_empty());
    }

    #[test]
    fn an_empty_file_is_found() {
        assert_eq!(api_crate("README.md", Some("\n")).to_string(), "crates/line-details/README.md: is empty");
    }

    #[test]
    fn a_crate_without_the_lints_is_found() {
        let findings = api_crate("Cargo.toml", Some("[package]\n")).to_string();
        assert_eq!(findings, "crates/line-details: Cargo.toml must take the workspace's lints");
    }

    #[test]
    fn a_long_file_is_found() {
        let findings = api_crate("src/model.rs", Some(&"x\n".repeat(LINES + 1))).to_string();
        assert_eq!(findings, "crates/line-details/src/model.rs: has 601 lines; past 600 it is two ideas");
    }

    #[test]
    fn a_file_at_the_limit_passes() {
        assert!(api_crate("src/model.rs", Some(&"x\n".repeat(LINES))).is_empty());
    }

    #[test]
    fn a_name_that_says_nothing_is_found() {
        for path in ["crates/core/src/utils.rs", "crates/core/src/helpers/date.rs", "tests/common/mod.rs"] {
            let findings =
                check(&Sources::of([(path, "x"), ("crates/core/Cargo.toml", MANIFEST)])).to_string();
            assert!(findings.contains("does not say what is inside"), "{path}: {findings}");
        }
    }
}
