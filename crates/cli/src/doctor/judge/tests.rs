//! What no variant of the sandbox plays: answers as they might come, and what is said of them.

use apex_mobility::WireProfile;
use apex_mobility::bytes::Bytes;
use apex_mobility::http::Response;
use serde_json::json;

use super::{account, error, page, path};
use crate::doctor::answer::{Answer, Answers, Reply};
use crate::doctor::finding::{Judged, Verdict};
use crate::doctor::look::Asked;

type Given = (Asked, u16, Option<(&'static str, &'static str)>, serde_json::Value);

fn answers(given: Vec<Given>) -> Answers {
    let mut answers = Answers::new(WireProfile::default());
    for (asked, status, header, body) in given {
        let mut answer = Response::builder().status(status);
        if let Some((name, value)) = header {
            answer = answer.header(name, value);
        }
        let answer = answer.body(Bytes::from(body.to_string())).unwrap();
        answers.put(asked, Answer::Came(Reply::of(answer)));
    }
    answers
}

fn rows(count: u32) -> serde_json::Value {
    (0..count).map(|n| json!({"subscriberNumber": format!("21455501{n:02}")})).collect()
}

fn verdict(judged: Judged) -> Verdict {
    judged.map_or(Verdict::Untold, |found| found.verdict)
}

#[test]
fn a_total_that_counts_lines_is_told_from_one_that_counts_pages() {
    let table = [
        ("4", "1", 20, Verdict::Holds),
        ("20", "20", 20, Verdict::Differs),
        ("20", "1", 20, Verdict::Differs),
        ("200", "2", 500, Verdict::Holds),
        ("1000", "1000", 500, Verdict::Differs),
        ("1", "1", 3, Verdict::Untold),
        ("many", "many", 20, Verdict::Differs),
    ];
    for (small, large, lines, expected) in table {
        let answers = answers(vec![
            (Asked::FirstPage, 200, Some(("page-total", small)), rows(lines.min(5))),
            (Asked::LargestPage, 200, Some(("page-total", large)), rows(lines)),
        ]);
        assert_eq!(verdict(page::total(&answers)), expected, "{small} and {large} for {lines}");
    }
}

#[test]
fn the_largest_page_is_found_by_what_is_refused_and_what_is_cut() {
    let full = Some(("page-total", "3"));
    let table = [
        (200, 500, 400, 0, Verdict::Holds),
        (400, 0, 400, 0, Verdict::Differs),
        (200, 250, 400, 0, Verdict::Differs),
        (200, 500, 200, 501, Verdict::Differs),
        (200, 500, 503, 0, Verdict::Untold),
    ];
    for (allowed, shown, above, more, expected) in table {
        let answers = answers(vec![
            (Asked::LargestPage, allowed, full, rows(shown)),
            (Asked::TooLargePage, above, full, rows(more)),
        ]);
        assert_eq!(verdict(page::largest(&answers)), expected, "{allowed} {shown} {above} {more}");
    }
}

#[test]
fn an_account_is_known_by_its_fan() {
    let with = json!({"businessAccount": {"fan": "00000001"}});
    for (body, known, unknown) in
        [(with, Verdict::Holds, Verdict::Differs), (json!({}), Verdict::Differs, Verdict::Holds)]
    {
        let answers = answers(vec![
            (Asked::Account, 200, None, body.clone()),
            (Asked::UnknownAccount, 200, None, body.clone()),
        ]);
        assert_eq!(verdict(account::fan(&answers)), known, "{body}");
        assert_eq!(verdict(account::unknown(&answers)), unknown, "{body}");
    }
}

#[test]
fn an_unknown_port_is_known_by_its_text() {
    let text = |text: &str| json!({ "errorDescription": text });
    for (status, body, expected) in [
        (404, text("The port request does not exist"), Verdict::Holds),
        (404, text("Not found"), Verdict::Differs),
        (200, text("The port request does not exist"), Verdict::Differs),
    ] {
        let answers = answers(vec![(Asked::UnknownPort, status, None, body.clone())]);
        assert_eq!(verdict(error::unknown_port(&answers)), expected, "{status} {body}");
    }
}

#[test]
fn a_wrong_path_is_known_by_the_answer_to_one_that_nobody_has() {
    let nothing = json!({"errorDescription": "no route"});
    for (status, body, expected) in [
        (404, nothing.clone(), Verdict::Differs),
        (404, json!({"errorDescription": "no such request"}), Verdict::Holds),
        (400, nothing.clone(), Verdict::Holds),
        (403, nothing.clone(), Verdict::Untold),
    ] {
        let answers = answers(vec![
            (Asked::UnknownActivation, status, None, body.clone()),
            (Asked::NoSuchPath, 404, None, nothing.clone()),
        ]);
        assert_eq!(verdict(path::known(&answers, &[Asked::UnknownActivation])), expected, "{status} {body}");
    }
}

#[test]
fn another_method_is_offered_where_the_server_names_one() {
    for (allowed, offered) in [("POST", Some("POST")), ("POST, OPTIONS", Some("POST")), ("POST, PUT", None)] {
        let given = vec![(Asked::UnknownBatch, 405, Some(("allow", allowed)), json!({}))];
        let found = path::known(&answers(given), &[Asked::UnknownBatch]).unwrap();
        assert_eq!(found.verdict, Verdict::Differs);
        let correction = found.corrections.first().map(|it| (it.key.as_str(), it.value.as_str()));
        assert_eq!(correction, offered.map(|method| ("pdp.status", method)), "{allowed}");
    }
}
