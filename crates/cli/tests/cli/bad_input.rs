//! Files as people have them. Nothing is ever sent of what is wrong.

use crate::harness::{EXAMPLE, HEADER, REST, Served, Shell, sheet};

const SIM: &str = "89010000000000000011";
const IMEI: &str = "001010000000016";

/// A shell whose server cannot be reached: what exits with 2 did not try.
fn offline() -> Shell {
    Shell::at("http://127.0.0.1:9")
}

#[test]
fn files_that_cannot_be_used_as_a_whole() {
    let good = format!("{HEADER}\n{SIM},{IMEI},{REST}\n");
    let mut page = String::new();
    let table: [(&str, Vec<u8>); 15] = [
        ("an empty file", vec![]),
        ("only a byte order mark", b"\xEF\xBB\xBF".to_vec()),
        ("only a header", format!("{HEADER}\r\n").into_bytes()),
        ("no header", format!("{SIM},{IMEI},{REST}\n").into_bytes()),
        ("missing columns", b"sim,imei,comment\n1,2,3\n".to_vec()),
        ("one missing column", good.replace("plan", "notes").into_bytes()),
        ("two columns for one thing", good.replace("plan", "ICCID").into_bytes()),
        ("semicolons", good.replace(',', ";").into_bytes()),
        ("tabs", good.replace(',', "\t").into_bytes()),
        ("bars", good.replace(',', "|").into_bytes()),
        ("UTF-16", format!("\u{feff}{good}").encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("Latin-1", good.replace("User", "M\u{fc}ller").chars().map(|c| c as u8).collect()),
        ("a workbook", b"PK\x03\x04\x14\x00".to_vec()),
        ("a quote without its pair", format!("{HEADER}\n\"{SIM},{IMEI},{REST}\n").into_bytes()),
        ("zero bytes", format!("{HEADER}\n{SIM},\0,{REST}\n").into_bytes()),
    ];
    for (name, bytes) in table {
        let shell = offline();
        shell.write("lines.csv", bytes);
        let run = shell.run(&["activate", "--file", "lines.csv", "--results", "r.csv"]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{name}");
        assert_eq!(shell.files(), ["lines.csv"], "{name}");
        page.push_str(&format!("# {name}\n{}\n", run.stderr));
    }
    insta::assert_snapshot!(page);
}

#[test]
fn paths_that_cannot_be_used() {
    let mut page = String::new();
    let table = [
        ("no such file", "missing.csv", "r.csv"),
        ("a directory", ".", "r.csv"),
        ("results in no directory", "lines.csv", "missing/r.csv"),
        ("results are a directory", "lines.csv", "."),
        ("results are the input", "lines.csv", "./lines.csv"),
        ("results on stdout", "lines.csv", "-"),
    ];
    for (name, file, results) in table {
        let shell = offline();
        shell.write("lines.csv", sheet(1));
        let run = shell.run(&["activate", "--file", file, "--results", results]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{name}");
        page.push_str(&format!("# {name}\n{}\n", run.stderr.replace("(os error 2)", "")));
    }
    insta::assert_snapshot!(page);
}

#[test]
fn rows_that_cannot_be_used() {
    let (other_sim, other_imei) = ("89010000000000000029", "001010000000024");
    let lines = [
        format!("{SIM},8.9E+18,{REST},,"),
        format!("8.9E+19,{IMEI},{REST},,"),
        format!("{SIM},1010000000016,{REST},,"),
        format!("{SIM},001010000000017,{REST},,"),
        format!("{SIM},0010100000000161,{REST},,"),
        format!("{SIM},{IMEI},{},,", REST.replace("000000000001", "1")),
        format!("{SIM},{IMEI},{},,", REST.replace("75201", "501")),
        format!("{SIM},{IMEI},{},,", REST.replace("Dallas", "")),
        format!("{SIM},{IMEI}"),
        format!("{SIM},{IMEI},{REST},,,surplus"),
        format!("{SIM},{IMEI},{REST},22145550101,"),
        format!("{other_sim},{other_imei},{REST},,"),
        format!("{other_sim},{other_imei},{REST},,"),
        format!("89010000000000000037,001010000000032,{REST},,"),
        format!("89010000000000000037,001010000000040,{REST},,"),
    ];
    let shell = offline();
    let run = shell.activate(&format!("{HEADER},number,notes\n{}\n", lines.join("\n")), &["--dry-run"]);
    insta::assert_snapshot!(run.whole());
    assert_eq!(shell.files(), ["lines.csv"]);
}

#[test]
fn a_bad_row_does_not_hold_up_the_good_ones() {
    let served = Served::in_a_hurry(50);
    let shell = served.shell();
    let whole = sheet(3);
    let second = whole.lines().nth(2).unwrap().split(',').nth(1).unwrap();
    let text = whole.replace(second, "8.9E+18");
    let run = shell.activate(&text, &["--poll-every", "50ms"]);
    assert_eq!(
        (run.code, shell.verdicts()),
        (6, ["activated", "not_sent", "activated"].map(str::to_owned).to_vec())
    );
    assert_eq!(served.activations(), 2);
}

#[test]
fn nothing_goes_out_when_every_row_is_bad() {
    let shell = offline();
    let run = shell.activate(&format!("{HEADER}\n{SIM},1,{REST}\n"), &[]);
    assert_eq!((run.code, shell.verdicts()), (1, vec!["not_sent".to_owned()]), "{}", run.stderr);
}

#[test]
fn a_spreadsheets_ways_do_no_harm() {
    let text = format!("\u{feff}{}", EXAMPLE.replace('\n', "\r\n") + ",,,,,,,,,,,,\r\n");
    let run = offline().activate(&text, &["--dry-run", "--output", "csv"]);
    assert_eq!(run.stdout.lines().count(), 26, "{}", run.stderr);
}

#[test]
fn other_marks_between_columns_can_be_named() {
    for (mark, option) in [(";", ";"), ("\t", "tab"), ("|", "|")] {
        let run = offline().activate(&sheet(2).replace(',', mark), &["--dry-run", "--delimiter", option]);
        assert_eq!(run.code, 0, "{}", run.stderr);
    }
}

#[test]
fn a_sheet_of_sims_and_devices_takes_the_rest_from_the_command_line() {
    let shell = offline();
    let defaults = [
        "plan=APXPLAN01",
        "ban=000000000001",
        "first-name=Test",
        "last-name=User",
        "street-number=100",
        "street=Example",
        "city=Dallas",
        "state=TX",
        "zip=75201",
    ];
    let mut more = vec!["--dry-run", "-o", "csv"];
    defaults.iter().for_each(|default| more.extend(["--default", default]));
    let run = shell.activate(&format!("iccid,imei\n{SIM},{IMEI}\n"), &more);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("would be sent"));
}

#[test]
fn a_sheet_can_come_from_stdin() {
    let shell = offline();
    let arguments = ["activate", "--file", "-", "--results", "r.csv", "--dry-run", "--quiet"];
    let run = shell.run_with_input(&arguments, &sheet(2));
    assert_eq!((run.code, run.stdout.lines().count(), run.stderr.as_str()), (0, 2, ""));
}
