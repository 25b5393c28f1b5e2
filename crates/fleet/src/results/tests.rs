use std::sync::Arc;
use std::time::SystemTime;

use apex_mobility_core::clock::SystemClock;

use super::*;
use crate::input::{Format, Input};
use crate::journal::{Event, Facts, ItemId, JobSpec, Location};
use crate::operation::FleetOperation;

const ROWS: &str = "number,reason\n2145550101,CR\n2145550101,CR\n2145550102,CR\n2145550103,\n";

fn unseen(items: impl IntoIterator<Item = ItemId>) -> Vec<(ItemId, String)> {
    items.into_iter().map(|item| (item, String::new())).collect()
}

/// A job whose first row is done, whose second is its twin, whose third was refused, and whose fourth is bad.
async fn job() -> (tempfile::TempDir, Journal, JobInfo) {
    let directory = tempfile::tempdir().unwrap();
    let location = Location::File(directory.path().join("journal.db"));
    let journal = Journal::open(&location, Arc::new(SystemClock::new())).await.unwrap();
    let input = Input::open(ROWS.as_bytes(), Format::Csv(b','), Some(FleetOperation::Suspend), &[]).unwrap();
    let report = journal.preflight(JobSpec::default(), input, "app secret", &|_| Vec::new()).await.unwrap();
    journal.let_in(&report.job).await.unwrap();
    let planned = journal.items_in(report.job.number, &[State::Planned], None, 10).await.unwrap();
    let ids: Vec<_> = planned.iter().map(|item| item.id).collect();
    journal.intend(unseen(ids.clone()), "a".to_owned(), SystemTime::UNIX_EPOCH).await.unwrap();
    let facts = Facts {
        reason: "=cmd|' /C calc'!A0".to_owned(),
        class: "wrong_order".to_owned(),
        ..Facts::default()
    };
    let refused = Event { facts, ..Event::new(ids[1], State::Rejected) };
    journal.record(vec![Event::new(ids[0], State::Done), refused]).await.unwrap();
    (directory, journal, report.job)
}

#[tokio::test]
async fn each_row_has_one_result_in_the_order_of_the_input() {
    let (directory, journal, job) = job().await;
    let path = directory.path().join("results.csv");
    assert_eq!(journal.write_results(&job, &path, ResultFormat::Csv).await.unwrap(), 4);
    let text = std::fs::read_to_string(&path).unwrap();
    let told: Vec<_> = text.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>()).collect();
    let told: Vec<_> = told.iter().map(|cells| (cells[0], cells[6])).collect();
    assert_eq!(told, [("2", "done"), ("3", "done"), ("4", "rejected"), ("5", "not_sent")]);
    assert!(text.contains("the same as row 2"));
    assert!(text.contains(",'=cmd|' /C calc'!A0,"), "a server's words cannot become a formula: {text}");
}

/// A job at a server with one row, and what is said of it.
async fn asked_again(journal: &Journal, server: &str, number: &str) -> ResultRow {
    let text = format!("number,reason\n{number},CR\n");
    let input = Input::open(text.as_bytes(), Format::Csv(b','), Some(FleetOperation::Suspend), &[]).unwrap();
    let spec = JobSpec { server: server.to_owned(), ..JobSpec::default() };
    let report = journal.preflight(spec, input, "app secret", &|_| Vec::new()).await.unwrap();
    journal.let_in(&report.job).await.unwrap();
    let mut said = Vec::new();
    let see = |_: &Item, row| {
        said.push(row);
        Ok(())
    };
    journal.results(&report.job, see).await.unwrap();
    said.remove(0)
}

#[tokio::test]
async fn a_row_of_an_earlier_job_says_so_and_nothing_of_another_server() {
    const NUMBER: &str = "2145550104";
    let (_directory, journal, _) = job().await;
    let first = asked_again(&journal, "http://127.0.0.1:1", NUMBER).await;
    assert_eq!((first.verdict, first.reason.as_str()), (Verdict::NotSent, ""));
    let job = journal.jobs().await.unwrap().remove(0);
    let same = asked_again(&journal, "http://127.0.0.1:1", NUMBER).await;
    assert_eq!(same.reason, format!("the same as row 2 of job {}", job.id));
    assert_eq!(same.next_step, format!("it is sent there: apex fleet resume {}", job.id));
    let id = journal.items(job.number, None, 1).await.unwrap()[0].id;
    journal.intend(unseen([id]), "b".to_owned(), SystemTime::UNIX_EPOCH).await.unwrap();
    let there = asked_again(&journal, "http://127.0.0.1:1", NUMBER).await;
    let elsewhere = asked_again(&journal, "http://127.0.0.1:2", NUMBER).await;
    assert_eq!((there.verdict, elsewhere.verdict), (Verdict::Unknown, Verdict::NotSent));
    let nowhere = "at http://127.0.0.1:1; nothing of it was sent to http://127.0.0.1:2";
    assert!(elsewhere.reason.ends_with(nowhere) && elsewhere.next_step.contains("--journal"));
}

#[tokio::test]
async fn json_lines_say_the_same() {
    let (directory, journal, job) = job().await;
    let path = directory.path().join("results.jsonl");
    journal.write_results(&job, &path, ResultFormat::JsonLines).await.unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let rows: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.len(), 4);
    assert_eq!(rows[2]["verdict"], "rejected");
    assert_eq!(rows[2]["class"], "wrong_order");
    assert_eq!(rows[2]["number"], "2145550102");
}

#[tokio::test]
async fn failed_rows_can_be_fed_in_again() {
    let (directory, journal, job) = job().await;
    let path = directory.path().join("failed.csv");
    assert_eq!(journal.write_failed(&job, &path).await.unwrap(), 2);
    let file = std::fs::read(&path).unwrap();
    let again: Vec<_> = Input::open(file.as_slice(), Format::Csv(b','), None, &[])
        .unwrap()
        .map(|row| row.unwrap().row)
        .collect();
    let told: Vec<_> = again.iter().map(|row| (row.operation, row.get(Field::Number).unwrap())).collect();
    assert_eq!(told, [(FleetOperation::Suspend, "2145550102"), (FleetOperation::Suspend, "2145550103")]);
}

#[tokio::test]
async fn results_take_their_place_whole_or_not_at_all() {
    let (directory, journal, job) = job().await;
    let path = directory.path().join("no such directory").join("results.csv");
    assert!(journal.write_results(&job, &path, ResultFormat::Csv).await.is_err());
    let path = directory.path().join("results.csv");
    journal.write_results(&job, &path, ResultFormat::Csv).await.unwrap();
    let parts = std::fs::read_dir(directory.path())
        .unwrap()
        .filter(|file| file.as_ref().unwrap().file_name().to_string_lossy().ends_with(".part"));
    assert_eq!(parts.count(), 0);
}

#[test]
fn what_may_have_been_carried_out_is_never_to_be_run_again() {
    for state in State::ALL {
        let verdict = Verdict::of(state);
        if state.is_open_question()
            || state.is_under_way()
            || matches!(state, State::StillUnknown | State::Done)
        {
            assert!(!verdict.may_be_run_again(), "{state}");
        }
    }
}

#[test]
fn what_was_made_inert_is_read_as_it_was() {
    let texts = ["+12145550101", "@Home Wireless", "=1+1", "'=1", "''-", "O'Hara", "'tis", "plain"];
    let rows: String = texts.iter().map(|text| format!("{},CR\n", inert(text))).collect();
    let text = format!("number,reason\n{rows}");
    let input = Input::open(text.as_bytes(), Format::Csv(b','), Some(FleetOperation::Suspend), &[]);
    let read: Vec<_> = input.unwrap().map(|row| row.unwrap().row).collect();
    let told: Vec<_> = read.iter().map(|row| row.get(Field::Number).unwrap()).collect();
    assert_eq!(told, texts);
}

proptest::proptest! {
    #[test]
    fn a_text_comes_back_from_an_inert_cell(text in "['=+@ a-]{0,5}") {
        let cell = inert(&text);
        proptest::prop_assert!(!cell.starts_with(['=', '+', '-', '@']));
        proptest::prop_assert_eq!(said(&cell), text);
    }
}
