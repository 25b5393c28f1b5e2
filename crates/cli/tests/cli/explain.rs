//! The error catalog from the command line.

use crate::harness::Shell;

#[test]
fn a_text_a_status_and_a_reason_code_are_explained() {
    let mut page = String::new();
    for text in [
        "Plan is not compatible with equipment",
        "Rate plan APXPLAN02 is not compatible with equipment",
        "IMEI not eligible: the device is blocked",
        "504",
        "8A",
    ] {
        let run = Shell::new().run(&["explain", text, "--output", "table"]);
        assert_eq!(run.code, 0);
        page.push_str(&format!("# {text}\n{}\n", run.stdout));
    }
    insta::assert_snapshot!(page);
}

#[test]
fn refusals_of_equipment_point_to_the_check_and_others_do_not() {
    for (text, row, command) in [
        ("/service/", 8, "--imei IMEI --sim ICCID"),
        ("not compatible with equipment", 15, "--imei IMEI --plan PLAN"),
        ("406", 40, "--imei IMEI"),
    ] {
        let run = Shell::new().run(&["explain", text]);
        let entry = format!("{{\"number\":{row},");
        assert!(run.stdout.starts_with(&entry), "{}", run.stdout);
        assert!(run.stdout.contains(&format!("\"check\":\"apex device check {command}\"")), "{}", run.stdout);
    }
    let run = Shell::new().run(&["explain", "contract"]);
    assert!(run.stdout.contains("\"check\":null"), "{}", run.stdout);
}

#[test]
fn ones_own_tables_know_ones_own_plans() {
    let shell = Shell::new().with("APEX_EQUIPMENT", "own.toml");
    shell.write("own.toml", "[[plans]]\ncode = \"OWN5G\"\nneeds_5g = true\n");
    let run = shell.run(&["explain", "OWN5G is not compatible with equipment"]);
    assert!(
        run.stdout.contains("plan OWN5G fits 5G devices only, by the tables in own.toml"),
        "{}",
        run.stdout
    );
    // Tables that cannot be used are in nobody's way where they are not needed.
    shell.write("own.toml", "broken");
    assert_eq!(shell.run(&["explain", "504"]).code, 0);
}

#[test]
fn a_program_gets_one_entry_per_line() {
    let run = Shell::new().run(&["explain", "504"]);
    assert!(run.stdout.lines().all(|line| line.starts_with("{\"number\":")), "{}", run.stdout);
}

#[test]
fn words_need_no_quotes() {
    let shell = Shell::new();
    let quoted = shell.run(&["explain", "subscriber must be active"]);
    assert_eq!(shell.run(&["explain", "subscriber", "must", "be", "active"]).stdout, quoted.stdout);
}

#[test]
fn what_the_catalog_does_not_know_exits_with_3() {
    let run = Shell::new().run(&["explain", "zebra"]);
    assert_eq!((run.code, run.stdout.as_str()), (3, ""));
}
