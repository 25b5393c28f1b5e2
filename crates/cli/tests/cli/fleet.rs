//! Jobs of many rows: what a shell sees of them, against real sandboxes. The ledger is the judge.

use std::collections::BTreeMap;

use apex_mobility::fleet::FleetOperation;
use apex_mobility_sandbox::LedgerKind;

#[cfg(target_os = "linux")]
use crate::asking::on_a_terminal;
use crate::harness::{Run, Served, Shell, Untouched, sheet};

/// A shell with a journal of its own.
pub(crate) fn shell_at(served: &Served) -> Shell {
    served
        .shell()
        .with("APEX_JOURNAL", "journal.db")
        .with("APEX_POLL_EVERY", "50ms")
        .with("APEX_OPERATOR", "kim")
}

/// Numbers of active lines without features.
pub(crate) fn active(served: &Served, count: usize) -> Vec<String> {
    let lines = served.sandbox.lines().into_iter();
    let plain = lines.filter(|line| line.status == "A" && line.offering_codes.is_empty());
    let numbers: Vec<_> = plain.take(count).map(|line| line.subscriber_number.to_string()).collect();
    assert_eq!(numbers.len(), count);
    numbers
}

/// A file that suspends lines.
pub(crate) fn suspends(numbers: &[String]) -> String {
    let rows: String = numbers.iter().map(|number| format!("{number},CR\n")).collect();
    format!("number,reason\n{rows}")
}

/// How many effects of a kind each line has.
pub(crate) fn effects(served: &Served, kind: LedgerKind) -> BTreeMap<String, usize> {
    let mut effects = BTreeMap::new();
    for entry in served.sandbox.ledger().into_iter().filter(|entry| entry.kind == kind) {
        *effects.entry(entry.subscriber_number.unwrap().to_string()).or_default() += 1;
    }
    effects
}

/// A column of a CSV file without quotes.
pub(crate) fn column(text: &str, title: &str) -> Vec<String> {
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let place = lines.next().unwrap().iter().position(|known| known == title).unwrap();
    lines.map(|cells| cells[place].clone()).collect()
}

/// A member of the one JSON object on stdout.
pub(crate) fn told(run: &Run, member: &str) -> serde_json::Value {
    serde_json::from_str::<serde_json::Value>(&run.stdout).unwrap()[member].clone()
}

/// Text without ids and times.
pub(crate) fn steady(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | ':');
    let mut steady = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let hex = word.len() >= 32 && word.chars().all(|c| c.is_ascii_hexdigit() || matches!(c, '-' | ':'));
        let time = word.len() == 20 && word.ends_with('Z') && word.contains('T');
        steady.push_str(if hex {
            "[id]"
        } else if time {
            "[time]"
        } else {
            word
        });
        let next = after.chars().next().map_or(0, char::len_utf8);
        steady.push_str(&after[..next]);
        rest = &after[next..];
    }
    steady
}

#[test]
fn a_file_of_several_operations_is_carried_out_and_each_row_has_its_result() {
    let served = Served::in_a_hurry(200);
    let shell = shell_at(&served);
    let mut lines = active(&served, 20);
    // A line that has the plan already would not change.
    let has_plan = |number: &String| {
        let line = served.sandbox.find_line(|line| line.subscriber_number.as_str() == number).unwrap();
        line.single_user_code.as_str() == "APXPLAN03"
    };
    lines.retain(|number| !has_plan(number));
    lines.truncate(4);
    let activation = sheet(1).lines().nth(1).unwrap().to_owned();
    let rest = ",".repeat(10);
    shell.write(
        "mixed.csv",
        format!(
            "operation,number,reason,service zip,sim,imei,plan,ban,first name,last name,street number,street name,city,\
             state,zip\n\
             activate,,,,{activation}\n\
             suspend,{},CR,,{rest}\n\
             change-plan,{},,,,,APXPLAN03,,,,,,,,\n\
             change-number,{},,{},{rest}\n\
             suspend,{},CR,,{rest}\n",
            lines[0],
            lines[1],
            lines[2],
            served.sandbox.find_line(|line| line.subscriber_number.as_str() == lines[2]).unwrap().service_zip_code,
            lines[3]
        ),
    );
    let run = shell.run(&["fleet", "run", "mixed.csv", "--yes", "--reason", "=SUM(1)"]);
    assert_eq!((run.code, told(&run, "done")), (0, 5.into()), "{}", run.whole());
    let results = shell.read("mixed.results.csv");
    assert_eq!(column(&results, "row"), ["2", "3", "4", "5", "6"]);
    assert_eq!(column(&results, "verdict"), ["done"; 5], "{results}");
    assert_eq!(column(&results, "number")[1..], lines[..]);
    assert_ne!(column(&results, "new_number")[0], "", "{results}");
    let count = |kind| effects(&served, kind).values().sum::<usize>();
    let kinds = [LedgerKind::Activation, LedgerKind::Status, LedgerKind::Plan, LedgerKind::Number];
    assert_eq!(kinds.map(count), [1, 2, 1, 1]);
    // What the job says of itself is no formula either.
    let list = shell.run(&["fleet", "list", "-o", "csv"]).stdout;
    assert!(list.contains("'=SUM(1)"), "{list}");
}

#[test]
fn nothing_is_sent_while_a_row_is_bad_unless_bad_ones_are_to_be_left_out() {
    let served = Served::in_a_hurry(50);
    let shell = shell_at(&served);
    let line = active(&served, 1).remove(0);
    shell.write(
        "lines.csv",
        format!("number,reason,colour\n{line},CR,red\n2.15E+09,CR,\n2145550101,ZZ9,\n,CR,\n{line},NP,\n"),
    );
    let refused = shell.run(&["fleet", "run", "lines.csv", "--op", "suspend"]);
    assert_eq!((refused.code, served.sandbox.ledger()), (2, Vec::new()));
    insta::assert_snapshot!(steady(&refused.whole()).replace(&line, "[number]"));
    assert_eq!(shell.read("lines.results.csv").lines().count(), 6);
    assert_eq!(shell.run(&["fleet", "list"]).stdout, "");

    shell.write("lines.csv", format!("number,reason\n{line},CR\n2.15E+09,CR\n"));
    let run = shell.run(&["fleet", "run", "lines.csv", "--op", "suspend", "--skip-bad"]);
    assert_eq!((run.code, served.sandbox.ledger().len()), (6, 1), "{}", run.whole());
    assert_eq!((told(&run, "done"), told(&run, "bad")), (1.into(), 1.into()));
}

#[test]
fn the_list_of_lines_can_be_run_as_it_is() {
    let served = Served::in_a_hurry(20);
    let shell = shell_at(&served);
    let list = shell.run(&["line", "list", "--all", "--status", "active", "-o", "csv"]).stdout;
    let first_two: String = list.lines().take(3).map(|line| format!("{line}\n")).collect();
    let words = ["fleet", "run", "-", "--op", "suspend", "--default", "reason=CR"];
    let run = shell.run_with_input(&words, &first_two);
    assert_eq!((run.code, told(&run, "done")), (0, 2.into()), "{}", run.whole());
    assert!(
        run.stderr.contains("columns that no row uses, passed over: ban, fan, status\n"),
        "{}",
        run.stderr
    );
    let numbers = column(&first_two, "subscriber_number");
    let run = shell.run_with_input(&["fleet", "run", "-", "--op", "resume"], &suspends(&numbers));
    assert_eq!((run.code, told(&run, "done")), (0, 2.into()), "{}", run.whole());

    let slip = first_two.replacen("status", "efective date", 1);
    let refused = shell.run_with_input(&words, &slip);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("did you mean effective date?"), "{}", refused.stderr);
    let unused = shell.run_with_input(&[&words[..], &["--default", "plan=APXPLAN01"]].concat(), &first_two);
    assert_eq!(unused.code, 2);
    assert!(unused.stderr.contains("suspend does not use it"), "{}", unused.stderr);
    assert_eq!(served.sandbox.ledger().len(), 4);
}

#[test]
fn one_sim_in_two_rows_and_two_files_is_one_activation_and_every_row_says_so() {
    let served = Served::in_a_hurry(50);
    let shell = shell_at(&served);
    let both = sheet(2);
    let first = both.lines().nth(1).unwrap();
    shell.write("monday.csv", format!("{both}{first}\n"));
    let run = shell.run(&["fleet", "run", "monday.csv", "--op", "activate"]);
    assert_eq!(
        (run.code, served.activations(), told(&run, "duplicate")),
        (0, 2, 1.into()),
        "{}",
        run.whole()
    );
    let monday = shell.read("monday.results.csv");
    assert_eq!(column(&monday, "verdict"), ["done"; 3]);
    assert_eq!(column(&monday, "reason")[2], "the same as row 2");
    let job = told(&run, "job").as_str().unwrap().to_owned();

    shell.write("tuesday.csv", sheet(3));
    let run = shell.run(&["fleet", "run", "tuesday.csv", "--op", "activate", "--results", "t.jsonl"]);
    assert_eq!(
        (run.code, served.activations(), told(&run, "duplicate")),
        (0, 3, 2.into()),
        "{}",
        run.whole()
    );
    let tuesday = shell.read("t.jsonl");
    let rows: Vec<serde_json::Value> =
        tuesday.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[1]["reason"], format!("the same as row 3 of job {job}"));
    assert_eq!(rows[1]["new_number"], column(&monday, "new_number")[1]);
}

#[test]
fn rows_that_were_refused_can_be_run_again_from_their_own_file() {
    let served = Served::in_a_hurry(50);
    let shell = shell_at(&served);
    let lines = active(&served, 3);
    shell.write("suspend.csv", suspends(&lines[..1]));
    assert_eq!(shell.run(&["fleet", "run", "suspend.csv", "--op", "suspend"]).code, 0);
    shell.write("all.csv", suspends(&lines));
    let run = shell.run(&["fleet", "run", "all.csv", "--op", "suspend", "--failed", "again.csv"]);
    assert_eq!(run.code, 6, "{}", run.whole());
    assert!(run.stderr.contains("row 2, suspend: rejected: Subscriber must be active"), "{}", run.stderr);
    assert_eq!(shell.read("again.csv"), format!("operation,number,reason\nsuspend,{},CR\n", lines[0]));
    shell.write("resume.csv", shell.read("again.csv").replace("suspend", "resume"));
    assert_eq!(shell.run(&["fleet", "run", "resume.csv"]).code, 0);
    let run = shell.run(&["fleet", "run", "again.csv", "--failed", "none.csv"]);
    assert_eq!(run.code, 0, "{}", run.whole());
    assert!(!shell.files().contains(&"none.csv".to_owned()));
    assert_eq!(effects(&served, LedgerKind::Status).len(), 3);
}

#[test]
fn rows_come_from_stdin_and_json_lines_too() {
    let served = Served::in_a_hurry(50);
    let shell = shell_at(&served);
    let lines = active(&served, 3);
    let run = shell.run_with_input(&["fleet", "run", "-", "--op", "suspend"], &suspends(&lines[..1]));
    assert_eq!((run.code, told(&run, "label")), (0, "stdin".into()), "{}", run.whole());
    shell.write(
        "lines.jsonl",
        format!("{{\"operation\":\"suspend\",\"number\":\"{}\",\"reason\":\"CR\"}}\n", lines[1]),
    );
    assert_eq!(shell.run(&["fleet", "run", "lines.jsonl"]).code, 0);
    let marked = format!("number;reason\n{};CR\n", lines[2]);
    shell.write("lines.txt", marked);
    let run = shell.run(&["fleet", "run", "lines.txt", "--op", "suspend", "--delimiter", ";"]);
    assert_eq!(run.code, 0, "{}", run.whole());
    assert_eq!(effects(&served, LedgerKind::Status).len(), 3);
}

#[test]
fn the_template_of_every_operation_passes_a_dry_run_without_server_and_journal() {
    let shell = Shell::new();
    for operation in FleetOperation::ALL {
        let template = shell.run(&["fleet", "template", operation.as_str()]);
        assert_eq!((template.code, template.stderr.as_str()), (0, ""), "{operation}");
        shell.write("lines.csv", &template.stdout);
        let run = shell.run(&["fleet", "run", "lines.csv", "--op", operation.as_str(), "--dry-run"]);
        assert_eq!(run.code, 0, "{operation}: {}", run.stderr);
        assert!(run.stderr.contains("dry run: 1 row would be sent; nothing was sent"), "{}", run.stderr);
    }
    assert_eq!(shell.files(), ["lines.csv"]);
}

#[test]
#[cfg(target_os = "linux")]
fn what_takes_something_away_wants_a_yes_or_the_number_typed() {
    let served = Served::in_a_hurry(50);
    let shell = shell_at(&served).with("NO_COLOR", "1");
    let lines = active(&served, 2);
    shell.write("cancel.csv", format!("number,reason\n{},CAN\n{},CAN\n", lines[0], lines[1]));
    let command = "fleet run cancel.csv --op cancel";
    let words: Vec<_> = command.split(' ').collect();
    let run = shell.run_with_input(&words, "2\n");
    assert_eq!((run.code, served.sandbox.ledger().len()), (2, 0), "{}", run.stderr);
    assert!(run.stderr.contains("--yes"), "{}", run.stderr);
    for typed in ["y\n", "1\n", "\n"] {
        let (code, shown) = on_a_terminal(&shell, command, typed);
        assert_eq!((code, served.sandbox.ledger().len()), (Some(1), 0), "{shown}");
        assert!(shown.contains("2 cancel") && shown.contains("type the number"), "{shown}");
    }
    assert_eq!(shell.run(&["fleet", "list"]).stdout, "");
    let (code, shown) = on_a_terminal(&shell, command, "2\n");
    assert_eq!((code, effects(&served, LedgerKind::Status).len()), (Some(0), 2), "{shown}");
}

#[test]
fn the_history_of_a_line_goes_over_all_jobs() {
    let served = Served::in_a_hurry(50);
    let shell = shell_at(&served);
    let line = active(&served, 1);
    shell.write("suspend.csv", suspends(&line));
    shell.write("resume.csv", suspends(&line));
    shell.run(&["fleet", "run", "suspend.csv", "--op", "suspend", "--reason", "stolen"]);
    shell.run(&["fleet", "run", "suspend.csv", "--op", "suspend", "--reason", "again"]);
    shell.run(&["fleet", "run", "resume.csv", "--op", "resume", "--operator", "ann", "--reason", "found"]);
    let mut page = String::new();
    for format in ["table", "json", "jsonl", "csv"] {
        page += &shell.page(&[format!("fleet history {} -o {format}", line[0])]);
    }
    insta::assert_snapshot!(steady(&page).replace(&line[0], "[number]  "));
    let dashed = format!("{}-{}-{}", &line[0][..3], &line[0][3..6], &line[0][6..]);
    assert_eq!(shell.run(&["fleet", "history", &dashed]).stdout.lines().count(), 9);
    assert_eq!(shell.run(&["fleet", "history", "2145550199"]).code, 3);

    shell.write("lines.csv", sheet(1));
    shell.run(&["fleet", "run", "lines.csv", "--op", "activate"]);
    let sim = sheet(1).lines().nth(1).unwrap().split(',').next().unwrap().to_owned();
    let number = column(&shell.read("lines.results.csv"), "new_number").remove(0);
    let by_sim = shell.run(&["fleet", "history", &sim]).stdout;
    assert!(by_sim.contains(&number), "{by_sim}");
    assert_eq!(shell.run(&["fleet", "history", &number]).stdout, by_sim);
}

#[test]
fn jobs_are_listed_and_their_results_shown_in_every_format() {
    let served = Served::in_a_hurry(50);
    let shell = shell_at(&served);
    let lines = active(&served, 2);
    shell.write("suspend.csv", suspends(&lines));
    shell.run(&["fleet", "run", "suspend.csv", "--op", "suspend", "--reason", "CASE-17"]);
    let mut page = String::new();
    for command in ["list", "status --last", "results --last"] {
        for format in ["table", "json", "jsonl", "csv"] {
            page += &shell.page(&[format!("fleet {command} -o {format}")]);
        }
    }
    let page = lines.iter().fold(steady(&page), |page, line| page.replace(line, "[number]  "));
    insta::assert_snapshot!(page);
    let files = ["fleet", "results", "--last", "--results", "r.jsonl", "--failed", "f.csv"];
    assert_eq!(shell.run(&files).code, 0);
    assert_eq!(shell.read("r.jsonl").lines().count(), 2);
}

#[test]
fn what_cannot_be_used_is_told_and_nothing_is_sent() {
    let server = Untouched::new();
    let shell = server.shell().with("APEX_JOURNAL", "journal.db").with("COLUMNS", "100");
    let table = [
        ("fleet run none.csv --op suspend", 2),
        ("fleet run . --op suspend", 2),
        ("fleet run lines.csv", 2),
        ("fleet run lines.csv --op dance", 2),
        ("fleet run lines.csv --op suspend --results lines.csv", 2),
        ("fleet run lines.csv --op suspend --results no/where.csv", 2),
        ("fleet run lines.csv --op suspend --failed .", 2),
        ("fleet run lines.csv --op suspend --default pin=1234", 2),
        ("fleet run lines.csv --op suspend --default number=2145550101", 2),
        ("fleet run lines.csv --op suspend --max-failures some", 2),
        ("fleet run lines.csv --op suspend --timeout 30", 2),
        ("fleet run lines.csv --op suspend --read-only", 2),
        ("fleet run lines.csv --op suspend --journal no://where", 2),
        ("fleet run lines.csv --op suspend --journal lines.csv", 2),
        ("fleet run header.csv --op suspend", 2),
        ("fleet resume", 2),
        ("fleet resume --last", 3),
        ("fleet resume 0123", 3),
        ("fleet status --last", 3),
        ("fleet results nosuch", 3),
        ("fleet history 2145550101", 3),
        ("fleet template dance", 2),
    ];
    shell.write("lines.csv", "number,reason\n2145550101,CR\n");
    shell.write("header.csv", "number,reason\n");
    let mut page = String::new();
    for (command, code) in table {
        let run = shell.run(&command.split(' ').collect::<Vec<_>>());
        assert_eq!((run.code, run.stdout.as_str()), (code, ""), "{command}: {}", run.stderr);
        page.push_str(&format!("$ apex {command}\n{}\n", run.stderr));
    }
    insta::assert_snapshot!(page);
    let homeless = server.shell().without("APEX_JOURNAL").run(&["fleet", "list"]);
    assert_eq!(homeless.code, 2);
    assert!(homeless.stderr.contains("--journal or APEX_JOURNAL"), "{}", homeless.stderr);
    server.check();
}

#[test]
fn the_journal_has_a_place_of_its_own_below_the_home() {
    let shell = Shell::new().without("APEX_JOURNAL");
    for (variable, at) in [("HOME", ".local/state/apex/journal.db"), ("XDG_STATE_HOME", "apex/journal.db")] {
        let home = tempfile::tempdir().unwrap();
        let mut command = shell.command(&["fleet", "list"]);
        assert!(command.env(variable, home.path()).status().unwrap().success());
        assert!(home.path().join(at).is_file(), "{variable}");
    }
}

#[test]
fn refused_credentials_and_an_unreachable_server_leave_a_job_that_can_go_on() {
    let served = Served::in_a_hurry(50);
    let shell = shell_at(&served).with("APEX_APP_SECRET", "wrong");
    let lines = active(&served, 2);
    shell.write("suspend.csv", suspends(&lines));
    let run = shell.run(&["fleet", "run", "suspend.csv", "--op", "suspend"]);
    assert_eq!((run.code, told(&run, "not_sent")), (4, 2.into()), "{}", run.whole());
    let shell = shell.with("APEX_APP_SECRET", "sandbox");
    let elsewhere = shell.run(&["fleet", "resume", "--last", "--base-url", "http://127.0.0.1:9"]);
    assert_eq!(elsewhere.code, 2);
    assert!(elsewhere.stderr.contains("--other-server"), "{}", elsewhere.stderr);
    let run = shell.run(&["fleet", "resume", "--last"]);
    assert_eq!((run.code, told(&run, "done")), (0, 2.into()), "{}", run.whole());
    assert_eq!(effects(&served, LedgerKind::Status).len(), 2);
}

#[test]
fn an_unreachable_server_is_told_and_the_job_goes_on_when_it_is_there() {
    let served = Served::in_a_hurry(50);
    let shell = shell_at(&served).with("APEX_BASE_URL", "http://127.0.0.1:9");
    let lines = active(&served, 2);
    shell.write("suspend.csv", suspends(&lines));
    let run = shell.run(&["fleet", "run", "suspend.csv", "--op", "suspend", "--patience", "1ms"]);
    let stopped = (1, 2.into(), "stopped".into());
    assert_eq!((run.code, told(&run, "not_sent"), told(&run, "state")), stopped, "{}", run.stderr);
    let job = told(&run, "job").as_str().unwrap().to_owned();
    for words in ["no request gets through:", "2 not sent", &format!("go on: apex fleet resume {job}")] {
        assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
    }
    assert_eq!(column(&shell.read("suspend.results.csv"), "verdict"), ["not_sent"; 2]);
    // Still away, then there under another name.
    assert_eq!(shell.run(&["fleet", "resume", &job]).code, 1);
    let shell = shell.with("APEX_BASE_URL", served.url());
    let run = shell.run(&["fleet", "resume", &job, "--other-server"]);
    assert_eq!((run.code, told(&run, "done")), (0, 2.into()), "{}", run.whole());
    assert_eq!(effects(&served, LedgerKind::Status).len(), 2);
}

#[test]
fn a_run_stops_where_it_is_told_to_and_a_resume_goes_on() {
    let served = Served::in_a_hurry(50);
    let shell = shell_at(&served);
    let lines = active(&served, 5);
    shell.write("suspend.csv", suspends(&lines));
    let run = shell.run(&["fleet", "run", "suspend.csv", "--op", "suspend", "--max-changes", "3"]);
    assert_eq!((run.code, effects(&served, LedgerKind::Status).len()), (6, 3), "{}", run.whole());
    assert_eq!(column(&shell.read("suspend.results.csv"), "verdict").len(), 5);
    let run = shell.run(&["fleet", "resume", "--last"]);
    assert_eq!((run.code, effects(&served, LedgerKind::Status).len()), (0, 5), "{}", run.whole());

    // They are suspended already: the first refusals are enough.
    let run = shell.run(&["fleet", "run", "suspend.csv", "--op", "suspend", "--max-failures", "0"]);
    assert_eq!(run.code, 1, "{}", run.whole());
    assert!(run.stderr.contains("too much fails: 1 of 1 row"), "{}", run.stderr);
    assert_eq!((told(&run, "rejected"), told(&run, "not_sent")), (1.into(), 4.into()));
}

#[test]
fn secrets_of_rows_are_in_no_output_and_no_journal() {
    const PIN: &str = "735091";
    let served = Served::in_a_hurry(50);
    let shell = shell_at(&served);
    let line = active(&served, 1).remove(0);
    shell.write("pins.csv", format!("number,pin\n{line},{PIN}\n"));
    let op = ["--op", "reset-voicemail", "--failed", "again.csv", "-vvv"];
    let run = shell.run(&[&["fleet", "run", "pins.csv"][..], &op].concat());
    assert_eq!((run.code, told(&run, "done")), (0, 1.into()), "{}", run.whole());
    let history = shell.run(&["fleet", "history", &line]);
    for text in [&run.stdout, &run.stderr, &history.stdout] {
        assert!(!text.contains(PIN), "{text}");
    }
    for name in shell.files().into_iter().filter(|name| name != "pins.csv") {
        let bytes = std::fs::read(shell.path(&name)).unwrap();
        assert!(!bytes.windows(PIN.len()).any(|window| window == PIN.as_bytes()), "{name}");
    }
}
