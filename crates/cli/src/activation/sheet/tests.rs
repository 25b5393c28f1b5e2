use apex_mobility::domain::Imei;
use proptest::prelude::*;

use super::*;

const HEADER: &str = "sim,imei,plan,ban,first name,last name,street number,street name,city,state,zip";
const REST: &str = "APXPLAN01,000000000001,Test,User,100,Example,Dallas,TX,75201";
const SIM: &str = "89010000000000000011";
const IMEI: &str = "001010000000016";

fn read(text: &str) -> Result<Sheet, InputProblem> {
    Sheet::read(text.as_bytes(), b',', &[])
}

fn rows(lines: &[&str]) -> Vec<Row> {
    read(&format!("{HEADER}\n{}", lines.join("\n"))).unwrap().rows
}

fn problems(line: &str) -> Vec<String> {
    let rows = rows(&[line]);
    let problems = rows.first().unwrap().line.as_ref().unwrap_err();
    problems.iter().map(ToString::to_string).collect()
}

fn sims(count: u32) -> Vec<String> {
    (0..count).map(|n| Iccid::from_payload(format!("8901000000000000{n:03}")).unwrap().to_string()).collect()
}

fn imeis(count: u32) -> Vec<String> {
    (0..count).map(|n| Imei::from_payload(format!("00101000{n:06}")).unwrap().to_string()).collect()
}

#[test]
fn a_good_row_becomes_a_line() {
    let rows = rows(&[&format!("{SIM},{IMEI},{REST}")]);
    let row = rows.first().unwrap();
    assert_eq!((row.number, row.given_sim.as_str(), row.given_imei.as_str()), (2, SIM, IMEI));
    assert_eq!(row.line.as_ref().unwrap().billing_account().as_str(), "000000000001");
}

#[test]
fn windows_line_ends_and_blank_rows_do_no_harm() {
    let sheet = read(&format!("{HEADER}\r\n{SIM},{IMEI},{REST}\r\n,,,,,,,,,,\r\n\r\n")).unwrap();
    assert_eq!(sheet.rows.len(), 1);
    assert!(sheet.rows.iter().all(|row| row.line.is_ok()));
}

#[test]
fn what_spreadsheets_do_to_identifiers_is_named() {
    let table = [
        (format!("{SIM},8.9E+18,{REST}"), "column imei", "exponent form"),
        (format!("8.901E+19,{IMEI},{REST}"), "column sim", "exponent form"),
        (format!("{SIM},1010000000016,{REST}"), "column imei", "leading zeros"),
        (format!("{SIM},001010000000017,{REST}"), "column imei", "check digit"),
        (format!("{SIM},{IMEI},{}", REST.replace("000000000001", "1")), "column ban", "leading zeros"),
        (format!("{SIM},{IMEI},{}", REST.replace("75201", "501")), "column zip", "leading zeros"),
    ];
    for (line, column, words) in table {
        let problems = problems(&line);
        let [problem] = problems.as_slice() else { panic!("{problems:?}") };
        assert!(problem.starts_with(column) && problem.contains(words), "{problem}");
    }
}

#[test]
fn an_eleven_digit_number_is_refused() {
    let text = format!("{HEADER},number\n{SIM},{IMEI},{REST},22145550101");
    let sheet = read(&text).unwrap();
    let problems = sheet.rows.first().unwrap().line.as_ref().unwrap_err();
    assert!(problems.iter().any(|problem| problem.what.contains("11 digits")), "{problems:?}");
}

#[test]
fn everything_wrong_with_a_row_is_told_at_once() {
    let problems = problems("1,2,APXPLAN01,,Test,User,100,Example,,Texas,75201");
    assert_eq!(problems.len(), 5, "{problems:?}");
}

#[test]
fn ragged_rows_are_refused() {
    assert!(
        problems(&format!("{SIM},{IMEI}")).iter().any(|text| text.contains("2 cells and the header has 11"))
    );
    assert!(problems(&format!("{SIM},{IMEI},{REST},more")).iter().any(|text| text.contains("12 cells")));
}

#[test]
fn empty_cells_past_the_header_do_no_harm() {
    assert!(rows(&[&format!("{SIM},{IMEI},{REST},,")]).iter().all(|row| row.line.is_ok()));
}

#[test]
fn of_rows_that_are_alike_the_first_goes() {
    let line = format!("{SIM},{IMEI},{REST}");
    let rows = rows(&[&line, &line]);
    assert!(rows.first().unwrap().line.is_ok());
    let problems = rows.get(1).unwrap().line.as_ref().unwrap_err();
    assert!(problems.iter().all(|problem| problem.what == "it says the same as row 2"));
}

#[test]
fn of_rows_that_share_a_sim_or_device_none_goes() {
    let (sims, imeis) = (sims(3), imeis(3));
    let lines = [
        format!("{},{},{REST}", sims[0], imeis[0]),
        format!("{},{},{REST}", sims[0], imeis[1]),
        format!("{},{},{REST}", sims[1], imeis[1]),
        format!("{},{},{REST}", sims[2], imeis[2]),
    ];
    let rows = rows(&lines.iter().map(String::as_str).collect::<Vec<_>>());
    let good: Vec<_> = rows.iter().filter(|row| row.line.is_ok()).map(|row| row.number).collect();
    assert_eq!(good, [5]);
    let middle = rows[1].line.as_ref().unwrap_err();
    assert_eq!(
        middle.iter().map(|problem| problem.what.as_str()).collect::<Vec<_>>(),
        ["the same IMEI stands in row 4", "the same SIM stands in row 2"]
    );
}

#[test]
fn a_sim_in_very_many_rows_is_told_in_few_words() {
    let (sims, imeis) = (sims(1), imeis(900));
    let lines: Vec<_> = imeis.iter().map(|imei| format!("{},{imei},{REST}", sims[0])).collect();
    let rows = rows(&lines.iter().map(String::as_str).collect::<Vec<_>>());
    let problems = rows[0].line.as_ref().unwrap_err();
    assert_eq!(problems.first().unwrap().what, "the same SIM stands in row 3, 4, 5 and 896 more");
}

#[test]
fn an_esim_needs_no_iccid() {
    let text = format!("eid,{HEADER}\n89001000000000000000000000000177,,{IMEI},{REST}");
    let sheet = read(&text).unwrap();
    let row = sheet.rows.first().unwrap();
    assert_eq!(row.given_sim, "89001000000000000000000000000177");
    assert!(row.line.as_ref().unwrap().sim().eid().is_some());
}

#[test]
fn features_stand_in_one_cell_or_in_several() {
    let good = format!("{HEADER},features,SOC 1\n{SIM},{IMEI},{REST},SOC1 SOC2,SOC3");
    assert!(read(&good).unwrap().rows.first().unwrap().line.is_ok());
    let twice = format!("{HEADER},features,SOC 1\n{SIM},{IMEI},{REST},SOC1 SOC2,SOC2");
    let sheet = read(&twice).unwrap();
    assert!(sheet.rows.first().unwrap().line.is_err());
}

#[test]
fn a_file_of_only_a_header_is_refused() {
    assert_eq!(read(HEADER).unwrap_err().what, "has a header and no rows");
    assert_eq!(read(&format!("{HEADER}\n,,,\n")).unwrap_err().what, "has a header and no rows");
}

#[test]
fn a_quote_without_its_pair_is_found() {
    let problem = read(&format!("{HEADER}\n{SIM},{IMEI},{REST}\n\"{SIM},{IMEI},{REST}\n")).unwrap_err();
    assert!(problem.what.contains("row 3"), "{problem:?}");
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC*") {
        drop(read(&text));
    }

    #[test]
    fn no_rows_under_a_good_header_make_it_panic(text in "[\\x00-\\x7f\u{80}-\u{ff}]{0,200}") {
        if let Ok(sheet) = read(&format!("{HEADER}\n{text}")) {
            prop_assert!(sheet.rows.iter().all(|row| row.number >= 2));
        }
    }

    #[test]
    fn every_row_that_is_not_blank_is_accounted_for(sims in prop::collection::vec("[0-9A-Z.+]{1,22}", 1..20)) {
        let lines: Vec<_> = sims.iter().map(|sim| format!("{sim},{IMEI},{REST}")).collect();
        let sheet = read(&format!("{HEADER}\n{}", lines.join("\n"))).unwrap();
        prop_assert_eq!(sheet.rows.len(), sims.len());
    }
}
