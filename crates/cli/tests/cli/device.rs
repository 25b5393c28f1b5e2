//! Which plan works on which device, asked offline.

use apex_mobility::domain::Imei;
use apex_mobility_equipment::Equipment;

use crate::harness::{Served, Shell};

const OWN: &str = "[[devices]]\ntac = \"00101099\"\nbrand = \"Own\"\nmodel = \"Tracker\"\ntechnology = \"LTE\"\n\
                   plastic_sim = true\nembedded_sim = false\n\n[[plans]]\ncode = \"OWN5G\"\nneeds_5g = true\n\n\
                   [[plans]]\ncode = \"OWNLTE\"\n";
const OWN_IMEI: &str = "001010990000018";
const CARD: &str = "89010000000000000011";
const CHIP: &str = "89001000000000000000000000000177";

fn of(tac: &str) -> String {
    Imei::from_payload(format!("{tac}000001")).unwrap().to_string()
}

#[test]
fn yes_no_and_not_in_the_tables_are_three_answers() {
    let (generic, old, air) = (of("00101000"), of("00101003"), of("00101006"));
    let mut page = String::new();
    let table: [(&str, i32, &[&str]); 8] = [
        (
            "all of it fits",
            0,
            &[
                "--imei",
                &generic,
                "--plan",
                "APXPLAN02",
                "--feature",
                "SOC1",
                "--feature",
                "SOC4",
                "--eid",
                CHIP,
            ],
        ),
        ("a device alone", 0, &["--imei", &generic]),
        ("a plan that does not fit", 1, &["--imei", &old, "--plan", "APXPLAN02", "--sim", CARD]),
        ("a feature that does not fit", 1, &["--imei", &old, "--feature", "SOC4"]),
        ("a plastic SIM where there is no tray", 1, &["--imei", &air, "--plan", "APXPLAN01", "--sim", CARD]),
        ("a blocked device", 1, &["--imei", &of("00101008")]),
        ("a device that is not in the tables", 3, &["--imei", OWN_IMEI, "--plan", "APXPLAN01"]),
        ("a plan that is not in the tables", 3, &["--imei", &generic, "--plan", "NOSUCH"]),
    ];
    for (name, code, arguments) in table {
        let whole = [&["device", "check"], arguments, &["--output", "table"]].concat();
        let run = Shell::new().run(&whole);
        assert_eq!((run.code, run.stderr.as_str()), (code, ""), "{name}");
        assert!(run.stdout.contains("  the built-in tables (invented"), "{name}: {}", run.stdout);
        page.push_str(&format!("# {name}: exit {code}\n{}\n", run.stdout));
    }
    insta::assert_snapshot!(page);
}

#[test]
fn an_answer_in_every_format() {
    let mut page = String::new();
    for format in ["json", "jsonl", "csv"] {
        let run = Shell::new().run(&[
            "device",
            "check",
            "--imei",
            &of("00101003"),
            "--plan",
            "APXPLAN02",
            "-o",
            format,
        ]);
        page.push_str(&format!("# {format}\n{}\n", run.stdout));
    }
    insta::assert_snapshot!(page);
}

#[test]
fn tables_that_were_printed_and_named_give_the_same_answers() {
    let shell = Shell::new();
    let printed = shell.run(&["device", "table"]);
    assert_eq!(
        (printed.code, printed.stdout.as_str(), printed.stderr.as_str()),
        (0, Equipment::BUILTIN_TOML, "")
    );
    shell.write("equipment.toml", &printed.stdout);
    for tac in ["00101000", "00101003", "00101006", "00101099"] {
        let imei = of(tac);
        let check = ["device", "check", "--imei", &imei, "--plan", "APXPLAN02", "--sim", CARD, "-o", "json"];
        let builtin = shell.run(&check);
        let own = shell.run(&[&check[..], &["--equipment", "equipment.toml"]].concat());
        assert!(own.stdout.contains("the tables in equipment.toml"), "{}", own.stdout);
        let answer = |run: &crate::harness::Run| {
            let told: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
            (run.code, told["verdict"].clone(), told["reasons"].clone())
        };
        assert_eq!(answer(&own), answer(&builtin), "{tac}");
    }
}

#[test]
fn ones_own_tables_replace_the_built_in_ones_as_a_whole() {
    let shell = Shell::new().with("APEX_EQUIPMENT", "own.toml");
    shell.write("own.toml", OWN);
    let check = |imei: &str, plan: &str| shell.run(&["device", "check", "--imei", imei, "--plan", plan]).code;
    assert_eq!((check(OWN_IMEI, "OWNLTE"), check(OWN_IMEI, "OWN5G")), (0, 1));
    assert_eq!((check(OWN_IMEI, "APXPLAN01"), check(&of("00101000"), "OWNLTE")), (3, 3));
    // A directory too.
    std::fs::create_dir(shell.path("tables")).unwrap();
    shell.write("tables/own.toml", OWN);
    let run = shell.run(&["device", "check", "--imei", OWN_IMEI, "--equipment", "tables"]);
    assert!(run.code == 0 && run.stdout.contains("the tables in tables"), "{}", run.stdout);
}

#[test]
fn tables_that_cannot_be_used_are_told_with_file_line_and_what_is_allowed() {
    let shell = Shell::new();
    let mut page = String::new();
    let table: [(&str, Vec<u8>); 7] = [
        ("no table", b"sim,imei\n1,2\n".to_vec()),
        ("empty", vec![]),
        ("a word of another kind", OWN.replace("\"LTE\"", "\"4G\"").into_bytes()),
        ("a key that is misspelt", OWN.replace("needs_5g", "need5g").into_bytes()),
        ("a TAC as a number", OWN.replace("\"00101099\"", "101099").into_bytes()),
        ("a workbook", b"PK\x03\x04\xff".to_vec()),
        ("many faults", b"[[plans]]\n".repeat(9)),
    ];
    for (name, bytes) in table {
        shell.write("own.toml", bytes);
        let run = shell.run(&["device", "check", "--imei", OWN_IMEI, "--equipment", "own.toml"]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{name}");
        page.push_str(&format!("# {name}\n{}\n", run.stderr));
    }
    insta::assert_snapshot!(page);
}

#[test]
fn every_command_that_takes_tables_refuses_bad_ones() {
    let shell = Shell::at("http://127.0.0.1:9");
    shell.write("bad.toml", "[[plans]]\n");
    shell.write("lines.csv", crate::harness::sheet(1));
    for arguments in [
        &["device", "check", "--imei", OWN_IMEI][..],
        &["activate", "--file", "lines.csv", "--results", "r.csv"],
        &["explain", "not compatible with equipment"],
        &["sandbox", "serve", "--listen", "127.0.0.1:0"],
    ] {
        for path in ["bad.toml", "missing.toml"] {
            let run = shell.run(&[arguments, &["--equipment", path]].concat());
            assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}: {}", run.stderr);
            assert!(run.stderr.contains(path) && run.stderr.contains("nothing was sent"), "{}", run.stderr);
        }
    }
    assert_eq!(shell.files(), ["bad.toml", "lines.csv"]);
}

#[test]
fn rows_that_do_not_fit_ones_own_tables_are_not_sent_unless_told_so() {
    let shell = Shell::new();
    shell.write("own.toml", OWN);
    let sheet = crate::harness::sheet(3);
    let second = sheet.lines().nth(2).unwrap().split(',').nth(1).unwrap().to_owned();
    let sheet = sheet.replace(&second, OWN_IMEI).replace("APXPLAN01", "OWN5G");
    let run = shell.activate(&sheet, &["--dry-run", "--equipment", "own.toml", "-o", "csv"]);
    assert_eq!(run.code, 6);
    assert!(run.stderr.contains("plan OWN5G is for 5G devices only"), "{}", run.stderr);
    assert!(
        run.stderr.contains("not checked for a fit, for want of an entry in your tables: 2 rows"),
        "{}",
        run.stderr
    );
    assert_eq!(run.stdout.matches("would be sent").count(), 2, "{}", run.stdout);

    let run =
        shell.activate(&sheet, &["--dry-run", "--equipment", "own.toml", "--no-preflight", "-o", "csv"]);
    assert_eq!((run.code, run.stdout.matches("would be sent").count()), (0, 3), "{}", run.stderr);
    assert!(!run.stderr.contains("5G devices only"), "{}", run.stderr);
}

#[test]
fn features_are_looked_at_too() {
    let shell = Shell::new();
    shell.write("own.toml", format!("{OWN}\n[[features]]\ncode = \"FAST\"\nneeds_5g = true\n"));
    let sheet = crate::harness::sheet(1);
    let imei = sheet.lines().nth(1).unwrap().split(',').nth(1).unwrap();
    let rows = sheet.replace(imei, OWN_IMEI).replace("APXPLAN01", "OWNLTE");
    let mut lines = rows.lines();
    let with_feature = format!("{},features\n{},FAST\n", lines.next().unwrap(), lines.next().unwrap());
    let run = shell.activate(&with_feature, &["--dry-run", "--equipment", "own.toml", "-o", "csv"]);
    assert!(run.code == 1 && run.stderr.contains("feature FAST is for 5G devices only"), "{}", run.stderr);
}

#[test]
fn in_a_job_every_row_that_names_a_device_is_looked_at_and_rows_of_one_line_together() {
    let shell = Shell::new();
    shell.write("own.toml", OWN);
    shell.write(
        "lines.csv",
        format!(
            "operation,number,imei,service zip,plan\n\
             set-device,2145550101,{OWN_IMEI},75201,OWN5G\n\
             set-device,2145550102,{OWN_IMEI},75201,\n\
             change-plan,2145550102,,,OWN5G\n\
             change-plan,2145550103,,,OWN5G\n\
             set-device,2145550104,{OWN_IMEI},75201,OWNLTE\n"
        ),
    );
    let run = |more: &[&str]| shell.run(&[&["fleet", "run", "lines.csv", "--dry-run"], more].concat());
    let own = run(&["--equipment", "own.toml"]);
    assert_eq!(own.code, 2, "{}", own.stderr);
    for row in [2, 4] {
        let words = format!("row {row}, plan OWN5G is for 5G devices only");
        assert!(own.stderr.contains(&words), "{}", own.stderr);
    }
    assert!(own.stderr.contains("lines.csv: 5 rows, 3 good, 2 to correct"), "{}", own.stderr);
    assert!(own.stderr.contains("as no row names the line's device: 1 row"), "{}", own.stderr);
    for more in [&["--equipment", "own.toml", "--no-preflight"][..], &[]] {
        let run = run(more);
        assert_eq!(run.code, 0, "{more:?}: {}", run.stderr);
        assert!(!run.stderr.contains("not checked"), "{}", run.stderr);
    }
}

#[test]
fn a_sandbox_of_ones_own_tables_agrees_with_them() {
    let served = Served::of(
        apex_mobility_sandbox::Sandbox::builder()
            .lines(20)
            .equipment(Equipment::from_toml(OWN).unwrap())
            .build(),
    );
    let list = served.shell().run(&["line", "list"]);
    let number =
        list.stdout.split('"').find(|text| text.len() == 10 && text.starts_with(char::is_numeric)).unwrap();
    let line = served.shell().run(&["line", "get", number]);
    assert!(line.stdout.contains("OWNLTE") && line.stdout.contains("Tracker"), "{}", line.stdout);
}
