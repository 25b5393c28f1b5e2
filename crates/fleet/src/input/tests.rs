use proptest::prelude::*;

use super::*;
use crate::field::Field;
use crate::task::Task;

fn read(text: &str, format: Format, operation: Option<FleetOperation>) -> Result<Vec<RowRead>, InputProblem> {
    Input::open(text.as_bytes(), format, operation, &[])?.collect()
}

fn suspends(text: &str) -> Result<Vec<RowRead>, InputProblem> {
    read(text, Format::Csv(b','), Some(FleetOperation::Suspend))
}

#[test]
fn rows_are_numbered_as_a_spreadsheet_shows_them_and_blank_ones_left_out() {
    let rows = suspends("Number,Reason Code\n2145550101,CR\n,\n2145550102,NPG\n").unwrap();
    let told: Vec<_> =
        rows.iter().map(|read| (read.row.number, read.row.get(Field::Number).unwrap())).collect();
    assert_eq!(told, [(2, "2145550101"), (4, "2145550102")]);
}

#[test]
fn wholly_blank_lines_and_cells_of_several_lines_leave_the_numbers_right() {
    for end in ["\n", "\r\n"] {
        let text = "number,reason,note\n\n2145550101,CR,\n\n\n2145550102,CR,\"two\nlines\"\n2145550103,CR,\n";
        let rows = suspends(&text.replace('\n', end)).unwrap();
        let numbers: Vec<_> = rows.iter().map(|read| read.row.number).collect();
        assert_eq!(numbers, [3, 6, 7], "{end:?}");
    }
}

#[test]
fn rows_that_a_quotation_mark_without_its_pair_has_swallowed_are_missed() {
    // The cell is of a column that nobody uses: without the check the rows behind it would be gone without a word.
    let swallowed = suspends("number,reason,note\n2145550101,CR,\"a\n2145550102,CR,b\n").unwrap_err();
    assert_eq!(swallowed.what, "has a quotation mark without its pair, in row 2");
    assert_eq!(suspends("number,reason,note\n2145550101,CR,5\" pipe\n2145550102,CR,b\n").unwrap().len(), 2);
}

#[test]
fn a_tab_separated_file_and_json_lines_say_the_same_as_csv() {
    let csv = suspends("number,reason\n2145550101,CR\n").unwrap();
    let tabs =
        read("number\treason\n2145550101\tCR\n", Format::Csv(b'\t'), Some(FleetOperation::Suspend)).unwrap();
    assert_eq!(csv, tabs);
    let json = "{\"number\": \"2145550101\", \"reasonCode\": \"CR\"}\n";
    let json = read(json, Format::JsonLines, Some(FleetOperation::Suspend)).unwrap();
    assert!(json[0].problems.is_empty());
    assert_eq!(json[0].row.fingerprint(), csv[0].row.fingerprint());
}

#[test]
fn a_file_of_several_operations_names_them_in_a_column() {
    let text = "operation,number,reason\nsuspend,2145550101,CR\nRESUME,2145550102,CR\nsuspnd,2145550103,CR\n";
    let rows = read(text, Format::Csv(b','), None).unwrap();
    let operations: Vec<_> = rows.iter().map(|read| read.row.operation).collect();
    assert_eq!(operations[..2], [FleetOperation::Suspend, FleetOperation::Resume]);
    assert!(rows[2].problems[0].what.contains("no operation \"suspnd\""));
    assert!(rows[..2].iter().all(|read| read.problems.is_empty() && Task::read(&read.row).is_ok()));
}

#[test]
fn a_row_of_another_operation_than_the_jobs_is_refused() {
    let rows = suspends("op,number,reason\ncancel,2145550101,CAN\n").unwrap();
    assert_eq!(rows[0].problems[0].what, "it asks for cancel, and the job is of suspend only");
}

#[test]
fn what_is_wrong_with_a_whole_file_is_told_with_the_way_out() {
    let table = [
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("PK\u{3}\u{4}xl/workbook", "workbook"),
        ("number;reason\n2145550101;CR\n", "separated by semicolons"),
        ("2145550101,CR\n", "no header"),
        ("number\n2145550101\n", "has no column reason"),
        ("colour,shape\nred,round\n", "no header"),
        ("number,CTN,reason\n1,1,CR\n", "two columns for number"),
        ("number,reason\n\"2145550101\0,CR\n", "zero bytes"),
    ];
    for (text, words) in table {
        let problem = suspends(text).unwrap_err();
        assert!(problem.what.contains(words), "{text:?}: {problem}");
        assert!(!problem.next.is_empty());
    }
    let problem = read("number,reason\n1,CR\n", Format::Csv(b','), None).unwrap_err();
    assert!(problem.what.contains("operation"), "{problem}");
    let utf16 = Input::open(&b"\xFF\xFEn\0"[..], Format::Csv(b','), None, &[]).unwrap_err();
    assert!(utf16.what.contains("UTF-16"));
}

#[test]
fn a_row_with_cells_missing_or_left_over_is_not_trusted() {
    let rows = suspends("number,reason\n2145550101\n2145550101,CR,more\n2145550101,CR,,\n").unwrap();
    let wrong: Vec<_> = rows.iter().map(|read| !read.problems.is_empty()).collect();
    assert_eq!(wrong, [true, true, false]);
}

#[test]
fn numbers_in_json_are_refused_as_they_lose_their_zeros() {
    let rows = read("{\"number\": 2145550101}\nnot json\n", Format::JsonLines, Some(FleetOperation::Suspend))
        .unwrap();
    assert!(rows[0].problems[0].what.contains("quotation marks"));
    assert!(rows[1].problems[0].what.contains("no JSON object"));
}

#[test]
fn a_quotation_mark_without_its_pair_does_not_swallow_the_file() {
    let mut text = "number,reason\n\"2145550101,CR\n".to_owned();
    text.push_str(&"2145550102,CR\n".repeat(20_000));
    let problem = suspends(&text).unwrap_err();
    assert!(problem.next.contains("quotation mark"), "{problem}");
}

#[test]
fn a_value_for_all_rows_fills_empty_cells_only() {
    let default: DefaultValue = "reason=NPG".parse().unwrap();
    let text = "number,reason\n2145550101,\n2145550102,CR\n";
    let rows =
        Input::open(text.as_bytes(), Format::Csv(b','), Some(FleetOperation::Suspend), &[default]).unwrap();
    let reasons: Vec<_> = rows.map(|read| read.unwrap().row.get(Field::Reason).unwrap().to_owned()).collect();
    assert_eq!(reasons, ["NPG", "CR"]);
    for text in ["sim=1", "number=1", "ban", "colour=red"] {
        assert!(text.parse::<DefaultValue>().is_err(), "{text}");
    }
}

#[test]
fn several_feature_columns_are_one_list() {
    let text = template(FleetOperation::Activate).replace("features", "SOC 1").replace("SOC1 SOC2", "SOC1");
    let text = text.replace("\n0010", ",SOC 2\n0010").trim_end().to_owned() + ",SOC2\n";
    let rows = read(&text, Format::Csv(b','), Some(FleetOperation::Activate)).unwrap();
    assert_eq!(rows[0].row.get(Field::Features), Some("SOC1 SOC2"));
}

#[test]
fn every_template_is_a_file_that_can_be_run() {
    for operation in FleetOperation::ALL {
        let rows = read(&template(operation), Format::Csv(b','), Some(operation)).unwrap();
        let [RowRead { row, problems, .. }] = rows.as_slice() else { panic!("{operation}") };
        assert!(problems.is_empty());
        let task = Task::read(row);
        assert!(task.is_ok(), "{operation}: {task:?}");
    }
}

#[test]
fn a_file_about_lines_needs_their_numbers_alone() {
    let lines = |text: &'static str| Input::open_lines(text.as_bytes(), Format::Csv(b','));
    let rows: Vec<_> =
        lines("CTN,Status,ban\n2145550101,active,000000000001\n").unwrap().map(Result::unwrap).collect();
    assert_eq!(rows[0].row.get(Field::Status), Some("active"));
    assert!(rows[0].problems.is_empty());
    let problem = lines("status\nactive\n").unwrap_err();
    assert!(problem.what.contains("no column number"), "{problem}");
}

#[test]
fn what_a_list_of_lines_or_a_spreadsheet_has_besides_is_named_and_makes_no_row_bad() {
    let csv = "foundation_account,billing_account,subscriber_number,status,first name,site\n\
        00000001,000000000001,2145550101,Active,Test,Dock 4\n";
    let json = "{\"foundation_account\":\"00000001\",\"billing_account\":\"000000000001\",\
        \"subscriber_number\":\"2145550101\",\"status\":\"Active\",\"first name\":null,\"site\":4,\
        \"features\":[{\"code\":\"SOC1\",\"description\":\"\"}]}\n";
    for (text, format) in [(csv, Format::Csv(b',')), (json, Format::JsonLines)] {
        let mut input = Input::open_lines(text.as_bytes(), format).unwrap();
        let mut ignored = input.ignored_columns().to_vec();
        let read = input.next().unwrap().unwrap();
        assert!(read.problems.is_empty(), "{:?}", read.problems);
        let wanted = Desired::read(&read.row).unwrap();
        assert_eq!(wanted.billing_account.unwrap().as_str(), "000000000001");
        let codes = wanted.features.map(|codes| codes[0].to_string());
        assert_eq!(codes, (text == json).then(|| "SOC1".to_owned()));
        ignored.extend(read.ignored);
        ignored.sort();
        assert_eq!(ignored, ["first name", "foundation_account", "site"]);
    }
    let slip = Input::open_lines(&b"number,statsu\n"[..], Format::Csv(b',')).unwrap_err();
    assert!(slip.what.ends_with("did you mean status?"), "{slip}");
}

#[test]
fn an_unknown_column_is_passed_over_unless_it_nearly_names_one_that_is_missing() {
    let ignored = |text: &'static str| {
        let input = Input::open(text.as_bytes(), Format::Csv(b','), Some(FleetOperation::Suspend), &[]);
        input.map(|input| input.ignored_columns().to_vec())
    };
    assert_eq!(ignored("number,reason,colour\n"), Ok(vec!["colour".to_owned()]));
    // It is there already, so that is not what is meant.
    assert_eq!(ignored("number,reason,reasn\n"), Ok(vec!["reasn".to_owned()]));
    // Near to what suspend does not use.
    assert_eq!(ignored("number,reason,rate plans\n"), Ok(vec!["rate plans".to_owned()]));
    let slip = ignored("number,reason,efective date\n").unwrap_err();
    assert_eq!(slip.what, "has a column \"efective date\", which is unknown: did you mean effective date?");
    let needed = ignored("number,raeson\n").unwrap_err();
    assert_eq!(needed.what, "has no column reason; \"raeson\" is unknown: did you mean reason?");
    let mixed = Input::open(&b"operaton,number\n"[..], Format::Csv(b','), None, &[]).unwrap_err();
    assert!(mixed.what.ends_with("did you mean operation?"), "{mixed}");
}

#[test]
fn json_lines_are_held_to_the_same() {
    let text = "{\"number\": \"2145550101\", \"reason\": \"CR\", \"page\": 3}\n\
                {\"number\": \"2145550101\", \"reason\": \"CR\", \"effective dat\": \"2026-02-01\"}\n";
    let rows = read(text, Format::JsonLines, Some(FleetOperation::Suspend)).unwrap();
    assert_eq!((rows[0].ignored.as_slice(), rows[0].problems.len()), (&["page".to_owned()][..], 0));
    assert!(rows[1].problems[0].what.ends_with("did you mean effective date?"), "{:?}", rows[1]);
}

#[test]
fn a_value_for_all_rows_goes_to_those_that_use_it() {
    let default = |text: &str| [text.parse::<DefaultValue>().unwrap()];
    let text = "operation,number,sim\nsuspend,2145550101,\nresend-ota,2145550101,89010000000000000011\n";
    let rows = Input::open(text.as_bytes(), Format::Csv(b','), None, &default("reason=CR")).unwrap();
    let reasons: Vec<_> = rows.map(|read| read.unwrap().row.get(Field::Reason).map(str::to_owned)).collect();
    assert_eq!(reasons, [Some("CR".to_owned()), None]);
    let text = &b"number,reason\n2145550101,CR\n"[..];
    let refused =
        Input::open(text, Format::Csv(b','), Some(FleetOperation::Suspend), &default("ban=000000000001"));
    assert!(refused.unwrap_err().next.contains("suspend does not use it"));
}

proptest! {
    #[test]
    fn no_file_makes_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        for format in [Format::Csv(b','), Format::JsonLines] {
            if let Ok(input) = Input::open(bytes.as_slice(), format, None, &[]) {
                let _ = input.take(50).count();
            }
        }
    }

    #[test]
    fn every_row_with_something_in_it_is_given_once(cells in proptest::collection::vec("[0-9]{1,10}", 1..50)) {
        let text = format!("number,reason\n{}", cells.iter().map(|cell| format!("{cell},CR\n")).collect::<String>());
        let read: Vec<_> = suspends(&text).unwrap().into_iter().map(|read| read.row.get(Field::Number).unwrap().to_owned()).collect();
        prop_assert_eq!(read, cells);
    }
}
