//! Which assumptions hold at a server.

use crate::harness::{Served, Shell, Untouched, answering, answering_in_turn};

const FAST: [&str; 3] = ["doctor", "--max-rate", "1000"];

fn doctor<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&FAST[..], more].concat()
}

#[test]
fn at_a_sandbox_everything_holds() {
    let served = Served::with_lines(1000);
    let run = served.shell().run(&doctor(&["--output", "table"]));
    assert_eq!(run.code, 0);
    insta::assert_snapshot!(run.whole());
    assert_eq!(served.sandbox.ledger(), []);
    assert_eq!(served.sandbox.arrivals("writes"), Some(0));
}

#[test]
fn what_differs_is_told_with_what_it_means_and_a_wire_profile() {
    let served = Served::with_lines(1000);
    for (flag, value) in [("date_style", "day"), ("list_filters", "ignored"), ("line_search", "404")] {
        served.sandbox.set_variant(flag, value).unwrap();
    }
    let run = served.shell().run(&doctor(&["--output", "table"]));
    assert_eq!(run.code, 6);
    insta::assert_snapshot!(run.whole());
    assert_eq!(served.sandbox.ledger(), []);
}

#[test]
fn for_machines_every_assumption_is_an_object() {
    let served = Served::with_lines(1000);
    served.sandbox.set_variant("date_style", "day").unwrap();
    let run = served.shell().run(&doctor(&["--output", "json"]));
    assert_eq!(run.code, 6);
    let rows: Vec<serde_json::Value> = serde_json::from_str(&run.stdout).unwrap();
    let dates = rows.iter().find(|row| row["assumption"] == "line: dates").unwrap();
    assert_eq!(
        *dates,
        serde_json::json!({
            "assumption": "line: dates", "expected": "YYYY-MM-DDZ", "evidence": "confirmed",
            "verdict": "differs", "found": "written as 9999-99-99",
            "means": "read all the same; requests may have to be dated so too",
            "corrections": "dates.request = %Y-%m-%d",
        })
    );
    assert_eq!(rows.iter().filter(|row| row["verdict"] == "differs").count(), 1);
}

#[test]
fn captures_are_written_without_secrets_and_customers_values() {
    let served = Served::with_lines(1000);
    let shell = served.shell();
    let run = shell.run(&doctor(&["--captures", "captures", "-vvv"]));
    assert_eq!(run.code, 0, "{}", run.stderr);
    let mut page = run.stdout + &run.stderr;
    let mut count = 0;
    for entry in std::fs::read_dir(shell.path("captures")).unwrap() {
        page += &std::fs::read_to_string(entry.unwrap().path()).unwrap();
        count += 1;
    }
    assert_eq!(count, 24);
    for line in served.sandbox.lines() {
        for identifier in [line.subscriber_number.to_string(), line.sim.to_string(), line.imei.to_string()] {
            assert!(!page.contains(&identifier), "{identifier}");
        }
        assert!(line.contact_name.is_empty() || !page.contains(&line.contact_name));
    }
    let first = shell.read("captures/01-list-first-page.json");
    let is_steady = |line: &&str| !line.trim_start().starts_with("\"date\"");
    insta::assert_snapshot!(first.lines().filter(is_steady).collect::<Vec<_>>().join("\n"));
    let again = shell.run(&doctor(&["--captures", "captures"]));
    assert_eq!(again.code, 2);
    assert!(again.stderr.contains("not empty"), "{}", again.stderr);
}

#[test]
fn a_line_and_an_account_can_be_named() {
    let served = Served::with_lines(50);
    let line = served.sandbox.find_line(|line| line.status == "C").unwrap();
    let number = line.subscriber_number.to_string();
    let ban = line.billing_account_number.to_string();
    let run = served.shell().run(&doctor(&["--number", &number, "--ban", &ban, "-o", "csv"]));
    assert_eq!(run.code, 0, "{}", run.whole());
    assert!(!run.stdout.contains(&number) && !run.stderr.contains(&number));
}

#[test]
fn without_server_or_credentials_it_ends_at_once() {
    let served = Served::with_lines(8);
    let refused = served.shell().with("APEX_APP_SECRET", "wrong").run(&doctor(&[]));
    assert_eq!((refused.code, refused.stdout.as_str()), (4, ""));
    assert_eq!(served.sandbox.arrivals("*"), Some(1));
    let nobody = Shell::at("http://127.0.0.1:9").run(&doctor(&[]));
    assert_eq!((nobody.code, nobody.stdout.as_str()), (1, ""));
    assert_eq!(Shell::new().run(&doctor(&[])).code, 2);
    insta::assert_snapshot!(format!("{}\n{}", refused.stderr, nobody.stderr));
}

#[test]
fn a_directory_that_cannot_be_used_is_told_before_anything_is_sent() {
    let server = Untouched::new();
    let shell = server.shell();
    shell.write("file", "");
    let run = shell.run(&doctor(&["--captures", "file"]));
    assert_eq!(run.code, 2, "{}", run.stderr);
    server.check();
}

#[test]
fn a_server_that_is_none_of_att_is_no_crash() {
    const HTML: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 13\r\nconnection: close\r\n\r\n<html></html>";
    const DEEP: &str =
        "HTTP/1.1 200 OK\r\ncontent-length: 26\r\nconnection: close\r\n\r\n[[[[[1]]]],{\"name\":[null]}]";
    const EMPTY: &str = "HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n";
    for url in [answering(HTML), answering(EMPTY), answering_in_turn(&[DEEP, EMPTY, HTML, DEEP])] {
        let run = Shell::at(&url).run(&doctor(&["-o", "jsonl", "--captures", "captures"]));
        assert_eq!(run.code, 6, "{}", run.whole());
        assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    }
}
