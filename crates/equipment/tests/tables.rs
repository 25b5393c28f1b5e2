//! Tables as people have them: their own, split over files, broken, hostile.

#![expect(clippy::unwrap_used, reason = "a test ends where it finds something wrong")]

use std::fs;

use apex_mobility_core::domain::Imei;
use apex_mobility_equipment::{Combination, Equipment, Source, Verdict};
use proptest::prelude::*;

const DEVICE: &str = "[[devices]]\ntac = \"00101000\"\nbrand = \"Example\"\nmodel = \"One\"\ntechnology = \"5G\"\n\
                      plastic_sim = true\nembedded_sim = false\n";

fn problems(text: &str) -> String {
    Equipment::from_toml(text).unwrap_err().to_string()
}

#[test]
fn the_built_in_tables_can_be_printed_replaced_and_are_the_same() {
    let own = Equipment::from_toml(Equipment::BUILTIN_TOML).unwrap();
    let builtin = Equipment::builtin();
    assert_eq!(own.devices(), builtin.devices());
    assert_eq!((own.plans(), own.features()), (builtin.plans(), builtin.features()));
    assert_eq!((builtin.source(), own.source()), (&Source::Builtin, &Source::Text));
    assert!(builtin.devices().len() >= 8);
}

#[test]
fn a_range_and_a_list_of_tacs_are_one_device() {
    let text = DEVICE.replace("\"00101000\"", "[\"00101000\", \"00101010-00101019\"]");
    let tables = Equipment::from_toml(&text).unwrap();
    for (tac, known) in [
        (101_000, true),
        (101_001, false),
        (101_009, false),
        (101_010, true),
        (101_019, true),
        (101_020, false),
        (0, false),
    ] {
        assert_eq!(tables.device_of_tac(tac).is_some(), known, "{tac}");
    }
}

#[test]
fn small_letters_in_a_code_match() {
    let tables =
        Equipment::from_toml("[[plans]]\ncode = \"apxplan01\"\n[[features]]\ncode = \"soc1\"\n").unwrap();
    assert!(tables.plan("APXPLAN01").is_some() && tables.feature("SOC1").is_some());
}

#[test]
fn each_problem_has_its_line_and_says_what_is_allowed() {
    let table = [
        ("x", "line 1: ", ""),
        ("[[devises]]\n", "line 1: unknown key `devises`", "[[devices]], [[plans]] and [[features]]"),
        ("\ndevices = 3\n", "line 2: devices is not a list", "[[devices]]"),
        ("devices = [3]\n", "line 1: invalid type", "a device has tac, brand"),
        ("[[plans]]\n", "line 1: missing field `code`", "a plan has code"),
        ("[[plans]]\ncode = \"P1\"\nneeds5g = true\n", "line 3: unknown field `needs5g`", "needs_5g"),
        (
            "[[plans]]\ncode = \"P 1\"\n",
            "line 2: plan code \"P 1\" contains ' '",
            "2 to 50 letters and digits",
        ),
        ("[[features]]\ncode = 7\n", "line 2: invalid type: integer", "a feature has code"),
        ("# one\n[[features]]\ncode = \"S\"\n", "line 3: feature code \"S\" has 1 characters", "2 to 50"),
    ];
    for (text, place, allowed) in table {
        let told = problems(text);
        assert!(told.contains(place) && told.contains(allowed), "{text:?}: {told}");
    }
    let device = [
        ("\"00101000\"", "101000", "line 2: invalid type: integer `101000`", "eight digits in quotes"),
        ("\"00101000\"", "\"101000\"", "line 2: \"101000\" is no TAC", "eight digits in quotes"),
        ("\"00101000\"", "[]", "line 2: the list of TACs is empty", "eight digits in quotes"),
        (
            "\"00101000\"",
            "[\"00101001\", \"00101005-00101001\"]",
            "line 2: \"00101005-00101001\" is no TAC",
            "a range is two",
        ),
        ("\"5G\"", "\"5g\"", "line 5: unknown variant `5g`", "`LTE` or `5G`"),
        (
            "true",
            "\"yes\"",
            "line 6: invalid type: string \"yes\"",
            "plastic_sim and embedded_sim (true or false)",
        ),
        ("true", "false", "line 1: the device takes no SIM at all", "plastic_sim or embedded_sim"),
    ];
    for (from, to, place, allowed) in device {
        let told = problems(&DEVICE.replace(from, to));
        assert!(told.contains(place) && told.contains(allowed), "{to}: {told}");
    }
}

#[test]
fn all_problems_are_told_at_once() {
    let text = format!("{}\n[[plans]]\ncode = \"?\"\n[[plans]]\n", DEVICE.replace("5G", "6G"));
    let error = Equipment::from_toml(&text).unwrap_err();
    let lines: Vec<_> = error.problems().iter().map(|problem| problem.line().unwrap()).collect();
    assert_eq!(lines, [5, 10, 11]);
}

#[test]
fn nothing_may_stand_twice() {
    let twice = format!("{DEVICE}{}", DEVICE.replace("\"00101000\"", "\"00100999-00101001\""));
    assert_eq!(
        problems(&twice),
        "line 1: TAC 00101000 overlaps with TAC 00100999-00101001 of line 8; each TAC belongs to one device"
    );
    let codes = "[[plans]]\ncode = \"P1\"\n[[plans]]\ncode = \"p1\"\n";
    assert_eq!(problems(codes), "line 3: plan P1 was there before, on line 1; each code stands once");
    // A plan and a feature may share a code.
    assert!(Equipment::from_toml("[[plans]]\ncode = \"P1\"\n[[features]]\ncode = \"P1\"\n").is_ok());
}

#[test]
fn a_range_inside_a_wider_one_is_found_behind_others() {
    let device = |tac: &str| DEVICE.replace("00101000", tac);
    let text = [device("00000001-00000009"), device("00000002"), device("00000005")].concat();
    assert_eq!(Equipment::from_toml(&text).unwrap_err().problems().len(), 2);
}

#[test]
fn tables_may_have_devices_only_or_plans_only_but_not_nothing() {
    assert!(Equipment::from_toml(DEVICE).is_ok());
    assert!(Equipment::from_toml("[[plans]]\ncode = \"P1\"\n").is_ok());
    for nothing in ["", "# only a remark\n", "devices = []\n", "\u{feff}"] {
        assert!(problems(nothing).contains("there is no device, plan or feature in it"), "{nothing:?}");
    }
}

#[test]
fn a_directory_is_all_its_toml_files_together() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    assert!(Equipment::from_path(directory.path()).unwrap_err().to_string().contains("no file *.toml in it"));
    fs::write(path("phones.toml"), DEVICE).unwrap();
    fs::write(path("plans.toml"), "[[plans]]\ncode = \"P1\"\n").unwrap();
    fs::write(path("notes.txt"), "not a table").unwrap();
    let tables = Equipment::from_path(directory.path()).unwrap();
    assert_eq!((tables.devices().len(), tables.plans().len()), (1, 1));
    assert_eq!(tables.source(), &Source::Path(directory.path().to_owned()));

    fs::write(path("trackers.toml"), format!("\n{DEVICE}")).unwrap();
    let told = Equipment::from_path(directory.path()).unwrap_err().to_string();
    let expected = format!(
        "{}, line 2: TAC 00101000 overlaps with TAC 00101000 of {}, line 1; each TAC belongs to one device",
        path("trackers.toml").display(),
        path("phones.toml").display()
    );
    assert_eq!(told, expected);
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("equipment.toml");
    let told = |expected: &str| {
        let error = Equipment::from_path(&file).unwrap_err();
        assert_eq!(error.problems()[0].file(), Some(file.as_path()));
        assert!(error.to_string().contains(expected), "{error}");
    };
    told("cannot be read");
    fs::write(&file, b"\xff\xfe").unwrap();
    told("not text in UTF-8");
    fs::write(&file, "").unwrap();
    told("there is no device, plan or feature in it");
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_without_an_end_is_not_read_to_its_end() {
    let error = Equipment::from_path("/dev/zero").unwrap_err();
    assert!(error.to_string().contains("too large"), "{error}");
}

#[test]
fn deep_nesting_is_refused_and_does_no_harm() {
    let deep = format!("devices = {}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(Equipment::from_toml(&deep).is_err());
}

#[test]
fn a_file_of_another_kind_has_a_bounded_report() {
    let text = "[[devices]]\n".repeat(5000);
    assert_eq!(Equipment::from_toml(&text).unwrap_err().problems().len(), 20);
}

/// Bits of tables, whole and broken, in any order.
fn soup() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "[[devices]]\n",
        "[[plans]]\n",
        "[[features]]\n",
        "[devices]\n",
        "devices = [",
        "]",
        "{",
        "}",
        "\n",
        ",",
        "tac = \"00101000\"\n",
        "tac = [\"00000000-99999999\"]\n",
        "tac = 5\n",
        "brand = \"B\"\n",
        "model = \"M\"\n",
        "technology = \"LTE\"\n",
        "technology = \"5G\"\n",
        "plastic_sim = true\n",
        "embedded_sim = true\n",
        "code = \"P1\"\n",
        "code = \"\"\n",
        "share = -1\n",
        "share = 4294967295\n",
        "share = 1e400\n",
        "\u{feff}",
        "\0",
        "é",
        "\"\"\"",
        "#",
    ]);
    prop::collection::vec(words, 0..40).prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_text_makes_the_tables_panic(text in prop_oneof![soup(), "\\PC*", any::<String>()], imei in "\\PC{0,20}|[0-9]{15}") {
        match Equipment::from_toml(&text) {
            Ok(tables) => {
                let answer = tables.check(&Combination::new(Imei::unchecked(imei)));
                prop_assert!(answer.verdict() != Verdict::NotInTables || !answer.unknown().is_empty());
            }
            Err(error) => prop_assert!(!error.problems().is_empty() && !error.to_string().is_empty()),
        }
    }

    #[test]
    fn no_file_makes_the_tables_panic(bytes in any::<Vec<u8>>()) {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), &bytes).unwrap();
        if let Err(error) = Equipment::from_path(file.path()) {
            prop_assert!(error.problems().iter().all(|problem| problem.file().is_some()));
        }
    }

    #[test]
    fn a_tac_is_found_where_its_range_is_and_nowhere_else(
        starts in prop::collection::btree_set(0_u32..1000, 1..20), length in 0_u32..3, asked in 0_u32..4100,
    ) {
        let ranges: Vec<_> = starts.iter().map(|start| (start * 4, start * 4 + length)).collect();
        let text: String =
            ranges.iter().map(|(from, to)| DEVICE.replace("00101000", &format!("{from:08}-{to:08}"))).collect();
        let tables = Equipment::from_toml(&text).unwrap();
        let expected = ranges.iter().position(|(from, to)| (*from..=*to).contains(&asked));
        let found = tables.device_of_tac(asked);
        prop_assert_eq!(found, expected.map(|at| &tables.devices()[at]));
    }
}
