//! The workspace as it stands keeps its own rules.

use apex_mobility_core::WireProfile;
use xtask::contract::Contract;
use xtask::{dependencies, source_rules, workspace_root};

#[test]
fn the_openapi_files_are_sound_and_agree_with_the_wire_profile() {
    let contract = Contract::load().expect("the files can be read");
    let findings = contract.check(&WireProfile::default());
    assert!(findings.is_empty(), "{findings}");
}

#[test]
fn the_bundle_is_up_to_date() {
    let bundle = Contract::load().expect("the files can be read").bundle().expect("the files agree");
    let kept = std::fs::read_to_string(Contract::bundle_path()).unwrap_or_default();
    assert!(bundle == kept, "run `cargo xtask contract`");
}

#[test]
fn the_dependencies_keep_the_rules() {
    let report = dependencies::check(&workspace_root()).expect("cargo answers");
    assert!(report.findings.is_empty(), "{}", report.findings);
}

#[test]
fn the_sources_keep_the_rules() {
    let sources = source_rules::Sources::read(&workspace_root()).expect("the workspace can be read");
    let findings = source_rules::check(&sources);
    assert!(findings.is_empty(), "{findings}");
}
