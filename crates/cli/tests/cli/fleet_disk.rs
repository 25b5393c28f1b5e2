//! A disk that is full, a journal that cannot be written or has lost its end: nothing is sent that is not noted, what is
//! wrong is said, and with a sound disk the job goes on.

#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use apex_mobility::clock::{Clock, SystemClock};
use apex_mobility_sandbox::{ClockMode, LedgerKind, Sandbox};
use xtask::postgres::Unprivileged;

use crate::fleet::{active, effects, shell_at, suspends, told};
use crate::harness::{Run, Served, Shell};

const ROWS: usize = 120;
/// Seconds of the sandbox and of the program in one of this machine's.
const SPEED: u32 = 300;
const RUN: [&str; 7] = ["fleet", "run", "suspend.csv", "--op", "suspend", "--results", "results.jsonl"];
const RESUME: [&str; 3] = ["fleet", "resume", "--last"];

/// A sandbox, and a shell in which the program goes by its clock.
fn fast() -> (Served, Shell) {
    let clock = ClockMode::Real { speed: f64::from(SPEED) };
    let served = Served::of(Sandbox::builder().lines(700).clock(clock).build());
    let nanos = |time: std::time::SystemTime| time.duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos();
    let (there, here) = (nanos(served.sandbox.now()), nanos(SystemClock::new().wall()));
    let shell = shell_at(&served).with("APEX_FAILPOINT_CLOCK", &format!("{there} {here} {SPEED}"));
    shell.write("suspend.csv", suspends(&active(&served, ROWS)));
    (served, shell)
}

/// What the program says when files grow to so many half KiB and no further.
fn run_on_a_small_disk(shell: &Shell, blocks: u32, arguments: &[&str]) -> Run {
    let program = shell.command(arguments);
    let mut limited = Command::new("sh");
    limited.args(["-c", &format!(r#"trap '' XFSZ; ulimit -f {blocks}; exec "$@""#), "sh"]);
    limited.arg(program.get_program()).args(program.get_args()).env_clear();
    limited.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    limited.env("PATH", "/usr/bin:/bin").current_dir(program.get_current_dir().unwrap());
    let output = limited.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { code: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// The verdict on each line, by its number.
fn verdicts(shell: &Shell) -> BTreeMap<String, String> {
    let run = shell.run(&["fleet", "results", "--last", "-o", "jsonl"]);
    let rows = run.stdout.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    rows.map(|row| (row["number"].as_str().unwrap().into(), row["verdict"].as_str().unwrap().into()))
        .collect()
}

/// The job comes to its end, each line changed once; where its rows were not in, it is run again.
fn goes_on(served: &Served, shell: &Shell) {
    let mut run = shell.run(&RESUME);
    if run.code != 0 {
        let why = ["was never let in", "there is no job"];
        assert!(why.iter().any(|why| run.stderr.contains(why)), "{}", run.whole());
        run = shell.run(&RUN);
    }
    assert_eq!((run.code, told(&run, "done")), (0, ROWS.into()), "{}", run.whole());
    let effects = effects(served, LedgerKind::Status);
    assert_eq!((effects.len(), effects.values().max()), (ROWS, Some(&1)));
    assert_eq!(shell.read("results.jsonl").lines().count(), ROWS);
}

#[test]
fn on_a_full_disk_no_line_is_changed_without_a_note_and_with_room_the_job_goes_on() {
    let (mut before, mut amid) = (0, 0);
    for blocks in [8, 120, 500, 800, 1100] {
        let (served, shell) = fast();
        let full = run_on_a_small_disk(&shell, blocks, &RUN);
        let changed = effects(&served, LedgerKind::Status);
        if full.code == 0 {
            // There was room enough.
            assert_eq!(changed.len(), ROWS);
            continue;
        }
        assert!(full.stderr.contains("the journal"), "{blocks}: {}", full.whole());
        if changed.is_empty() {
            before += 1;
        } else {
            amid += 1;
            assert!(full.stderr.contains("go on: apex fleet resume"), "{blocks}: {}", full.whole());
            let verdicts = verdicts(&shell);
            for number in changed.keys() {
                let verdict = verdicts[number].as_str();
                assert!(["done", "unknown"].contains(&verdict), "{blocks}: changed, and {verdict}");
            }
        }
        goes_on(&served, &shell);
    }
    assert!(before > 0 && amid > 0, "{before} before anything was sent, {amid} amid it");
}

#[test]
fn with_a_journal_that_cannot_be_written_nothing_is_sent() {
    let (served, shell) = fast();
    let directory = shell.path("journal.db").parent().unwrap().to_owned();
    shell.write("one.csv", suspends(&active(&served, 1)));
    let first = shell.run(&["fleet", "run", "one.csv", "--op", "suspend"]);
    assert_eq!(first.code, 0, "{}", first.whole());
    let user = Unprivileged::here(&directory);
    let set = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    let read_only = |is_read_only: bool| {
        let (file, folder) = if is_read_only { (0o444, 0o555) } else { (0o666, 0o777) };
        for entry in fs::read_dir(&directory).unwrap() {
            set(&entry.unwrap().path(), file);
        }
        set(&directory, folder);
    };
    // Results beside the journal could not be written either, which is told first.
    let elsewhere = [&RUN[..5], &["--results", "/dev/null"]].concat();
    for arguments in [&elsewhere[..], &RESUME[..]] {
        read_only(true);
        let program = shell.command(arguments);
        let mut command = user.command(Path::new(program.get_program()));
        command.args(program.get_args()).current_dir(&directory);
        command.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let output = command.output().unwrap();
        read_only(false);
        let said = String::from_utf8(output.stderr).unwrap().to_lowercase();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("permission denied") || said.contains("readonly"), "{said}");
        assert!(said.contains("give another --journal"), "{said}");
        assert_eq!(effects(&served, LedgerKind::Status).len(), 1);
    }
}

#[test]
fn a_journal_whose_end_is_torn_off_goes_on_truly_or_sends_nothing() {
    let seed = fastrand::u64(..);
    let mut random = fastrand::Rng::with_seed(seed);
    let (mut refused, mut gone_on) = (0, 0);
    for round in 0..8 {
        let (served, shell) = fast();
        let place = ["after_commit", "before_send", "after_send", "confirmed"][random.usize(..4)];
        let point = format!("{place}:{}", random.u32(6..12));
        let mut killed = shell.command(&RUN);
        let killed = killed.env("APEX_FAILPOINT", &point).output().unwrap();
        assert_eq!(killed.status.code(), None, "seed {seed}, {point}");
        let log = shell.path("journal.db-wal");
        let mut bytes = fs::read(&log).unwrap();
        // Torn in its last write, in the ones before, or spoilt there.
        let near = if round % 2 == 0 { 4_000 } else { 60_000 };
        let at = bytes.len().saturating_sub(random.usize(1..near));
        if round % 4 < 3 {
            bytes.truncate(at);
        } else {
            bytes[at] ^= 0x55;
        }
        fs::write(&log, bytes).unwrap();
        let changed = effects(&served, LedgerKind::Status);
        let resumed = shell.run(&RESUME);
        if resumed.stderr.contains("the journal is damaged") {
            refused += 1;
            assert_eq!(resumed.code, 2);
            assert!(resumed.stderr.contains("nothing is sent from it"), "{}", resumed.stderr);
            assert_eq!(effects(&served, LedgerKind::Status), changed, "seed {seed}, {point}");
        } else {
            gone_on += 1;
            goes_on(&served, &shell);
        }
    }
    assert!(refused > 0, "seed {seed}: {refused} refused, {gone_on} went on");
}
