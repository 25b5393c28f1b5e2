use std::sync::Arc;

use apex_mobility_core::clock::SystemClock;

use super::*;
use crate::field::Field;
use crate::input::{Format, template};
use crate::journal::{JobState, Location};

async fn journal() -> (tempfile::TempDir, Journal) {
    let directory = tempfile::tempdir().unwrap();
    let location = Location::File(directory.path().join("journal.db"));
    let journal = Journal::open(&location, Arc::new(SystemClock::new())).await.unwrap();
    (directory, journal)
}

async fn look(journal: &Journal, operation: FleetOperation, text: &str) -> Result<Report, PreflightError> {
    let input = Input::open(text.as_bytes(), Format::Csv(b','), Some(operation), &[]).unwrap();
    journal.preflight(JobSpec::default(), input, "app secret", &|_| Vec::new()).await
}

#[tokio::test]
async fn good_rows_become_a_draft_of_planned_items() {
    let (_directory, journal) = journal().await;
    let report = look(&journal, FleetOperation::Cancel, &template(FleetOperation::Cancel)).await.unwrap();
    assert_eq!((report.rows, report.bad, report.good(), report.destructive()), (1, 0, 1, 1));
    assert_eq!(report.job.state, JobState::Draft);
    assert_eq!(journal.let_in(&report.job).await.unwrap(), 0);
    assert_eq!(journal.job(&report.job.id).await.unwrap().state, JobState::Running);
}

#[tokio::test]
async fn every_bad_row_is_kept_with_all_that_is_wrong_with_it() {
    let (_directory, journal) = journal().await;
    let text = "number,reason\n2145550101,CR\n214555010,\n8.9E+9,CR\n";
    let report = look(&journal, FleetOperation::Suspend, text).await.unwrap();
    assert_eq!((report.rows, report.bad), (3, 2));
    let [(3, short), (4, exponent)] = report.first_bad.as_slice() else { panic!("{:?}", report.first_bad) };
    assert!(short.contains("column number") && short.contains("column reason: is empty"), "{short}");
    assert!(exponent.contains("exponent"), "{exponent}");
}

#[tokio::test]
async fn where_cells_have_moved_what_each_says_is_not_judged() {
    let (_directory, journal) = journal().await;
    let report = look(&journal, FleetOperation::Suspend, "number,reason\nCR,2145550101,x\n").await.unwrap();
    let [(2, moved)] = report.first_bad.as_slice() else { panic!("{:?}", report.first_bad) };
    assert_eq!(moved, "the row has 3 cells and the header has 2");
}

#[tokio::test]
async fn rows_that_ask_otherwise_for_one_sim_are_all_refused() {
    let (_directory, journal) = journal().await;
    let one = template(FleetOperation::Activate);
    let (header, row) = one.split_once('\n').unwrap();
    let text = format!("{header}\n{row}{}{row}", row.replace("APXPLAN01", "APXPLAN02"));
    let report = look(&journal, FleetOperation::Activate, &text).await.unwrap();
    assert_eq!((report.rows, report.bad), (3, 3));
    assert!(report.first_bad[0].1.contains("rows 2 and 4"), "{:?}", report.first_bad);
}

#[tokio::test]
async fn lines_that_share_a_device_are_all_refused_and_the_same_line_twice_is_one() {
    let (_directory, journal) = journal().await;
    let text = "sim,imei,plan,ban,first name,last name,street number,street name,city,state,zip\n\
        89010000000000000011,001010000000016,P\n\
        89010000000000000029,00101000 000001-6,P\n\
        89010000000000000037,001010000000024,P\n\
        89010000000000000037,001010000000024,P\n";
    let text = text.replace(",P\n", ",APXPLAN01,000000000001,Test,User,100,Example,Dallas,TX,75201\n");
    let report = look(&journal, FleetOperation::Activate, &text).await.unwrap();
    let what = "column imei: rows 2 and 3 name the same device".to_owned();
    assert_eq!(report.first_bad, [(2, what.clone()), (3, what)]);
    assert_eq!(journal.let_in(&report.job).await.unwrap(), 1);
}

#[tokio::test]
async fn rows_that_say_the_same_are_sent_once() {
    let (_directory, journal) = journal().await;
    let text = "number,reason\n2145550101,CR\n(214) 555-0101,cr\n";
    let report = look(&journal, FleetOperation::Suspend, text).await.unwrap();
    assert_eq!(report.bad, 0);
    assert_eq!(journal.let_in(&report.job).await.unwrap(), 1);
}

#[tokio::test]
async fn columns_that_no_row_uses_are_named_once_and_passed_over() {
    let (_directory, journal) = journal().await;
    let text = "foundation_account,billing_account,subscriber_number,status,colour,losing pin,reason\n\
                00000001,000000000001,2145550101,active,red,867530,CR\n\
                ,,2145550102,active,red,,CR\n";
    let report = look(&journal, FleetOperation::Suspend, text).await.unwrap();
    assert_eq!((report.rows, report.bad), (2, 0));
    assert_eq!(report.ignored_columns, ["colour", "ban", "losing pin", "fan", "status"]);
    let items = journal.items(report.job.number, None, 10).await.unwrap();
    assert_eq!(items[0].row.get(Field::BillingAccount), Some("000000000001"));
    assert_eq!(items[0].sealed, "", "a secret that nobody uses is not kept");
    // What is passed over makes no other write of it.
    assert_eq!(journal.let_in(&report.job).await.unwrap(), 0);
    let again = look(&journal, FleetOperation::Suspend, "number,reason\n2145550101,CR\n").await.unwrap();
    assert_eq!(journal.let_in(&again.job).await.unwrap(), 1);
}

async fn look_at_mixed(journal: &Journal, text: &str) -> Report {
    let input = Input::open(text.as_bytes(), Format::Csv(b','), None, &[]).unwrap();
    journal.preflight(JobSpec::default(), input, "app secret", &|_| Vec::new()).await.unwrap()
}

#[tokio::test]
async fn a_cell_that_other_rows_use_is_not_passed_over() {
    let (_directory, journal) = journal().await;
    // The first comes before anybody knows that another row will use its column.
    let text = "operation,number,reason,imei,service zip,ban,note\n\
                suspend,2145550101,CR,001010000000016,,000000000001,a\n\
                suspend,2145550102,CR,,,000000000001,b\n\
                set-device,2145550103,,001010000000024,75201,000000000001,c\n\
                resume,2145550104,CR,\"x \"\"imei\"\": y\",,,d\n";
    let report = look_at_mixed(&journal, text).await;
    let what =
        |operation| format!("column imei: {operation} does not use it, and other rows do: empty the cell");
    assert_eq!(report.first_bad, [(2, what("suspend")), (5, what("resume"))]);
    assert_eq!(report.ignored_columns, ["note", "ban"]);
}

#[tokio::test]
async fn in_a_file_of_several_operations_too_a_column_that_nobody_uses_is_passed_over() {
    let (_directory, journal) = journal().await;
    let text =
        "operation,number,reason,imei\nsuspend,2145550101,CR,001010000000016\ncancel,2145550102,CAN,1\n";
    let report = look_at_mixed(&journal, text).await;
    assert_eq!((report.bad, report.ignored_columns), (0, vec!["imei".to_owned()]));
}

#[tokio::test]
async fn a_secret_in_a_row_that_does_not_use_it_is_refused_and_not_kept() {
    let (_directory, journal) = journal().await;
    let text =
        "operation,number,reason,pin\nsuspend,2145550101,CR,867530\nreset-voicemail,2145550102,,867530\n";
    let report = look_at_mixed(&journal, text).await;
    assert_eq!(report.first_bad.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [2]);
    let items = journal.items(report.job.number, None, 10).await.unwrap();
    assert_eq!(items.iter().map(|item| item.sealed.is_empty()).collect::<Vec<_>>(), [true, false]);
}

#[tokio::test]
async fn a_check_from_outside_refuses_rows_too() {
    let (_directory, journal) = journal().await;
    let text = template(FleetOperation::Activate);
    let input = Input::open(text.as_bytes(), Format::Csv(b','), Some(FleetOperation::Activate), &[]).unwrap();
    let misfit = |_: &Task| vec![CellProblem::of(Field::Plan, "does not fit the device")];
    let report = journal.preflight(JobSpec::default(), input, "app secret", &misfit).await.unwrap();
    assert_eq!(report.first_bad, [(2, "column plan: does not fit the device".to_owned())]);
}

#[tokio::test]
async fn a_file_that_breaks_off_leaves_no_draft() {
    let (_directory, journal) = journal().await;
    let text = "number,reason\n2145550101,CR\n2145550102,\u{fffd}\n".replace('\u{fffd}', "x");
    let mut bytes = text.into_bytes();
    let last = bytes.len() - 2;
    bytes[last] = 0xFF;
    let input = Input::open(bytes.as_slice(), Format::Csv(b','), Some(FleetOperation::Suspend), &[]).unwrap();
    let read = journal.preflight(JobSpec::default(), input, "app secret", &|_| Vec::new()).await;
    assert!(matches!(read, Err(PreflightError::Input(_))), "{read:?}");
    assert_eq!(journal.jobs().await.unwrap(), []);
    let none = look(&journal, FleetOperation::Suspend, "number,reason\n").await;
    assert!(matches!(none, Err(PreflightError::Input(_))), "{none:?}");
}
