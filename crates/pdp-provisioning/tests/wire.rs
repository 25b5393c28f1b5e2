//! What goes over the wire, and what is made of what comes back.
#![expect(clippy::unwrap_used, reason = "a test ends where it finds something wrong")]

use apex_mobility_core::catalog::Class;
use apex_mobility_core::domain::{
    AccessPointName, BatchError, BillingAccountNumber, Date, StaticIp, SubscriberNumber,
};
use apex_mobility_core::wire::Flag;
use apex_mobility_core::{Effect, Error, ErrorKind};
use apex_mobility_pdp_provisioning::{
    AcceptedBatch, AddressCount, AvailableAddresses, BatchId, BatchLine, BatchStatus, HeldAddress, LineState,
    NewAddress, PdpName, PdpProvisioning, ProvisionBatch, RemovalBatch, operations,
};
use apex_mobility_wire_snapshot::{Answer, body, exchange, read, unreadable, write};
use proptest::prelude::*;

const BATCH: &str = "11111111-2222-11ee-8333-444444444444";

/// The replies of contract 4.10.
const ACCEPTED: &str = r#"{"message": "Accepted. batch-id: 11111111-2222-11ee-8333-444444444444"}"#;
const DONE: &str = r#"[{"batchId": "11111111-2222-11ee-8333-444444444444", "subscriberNumber": "2145550101",
  "profileCheck": "Success", "ipReservation": "Reserved", "profileUpdate": "Complete",
  "ipAddressRecord": {"ipAddress": "10.20.0.11"}}]"#;

fn pdp() -> PdpName {
    PdpName::parse("PDP-EXAMPLE").unwrap()
}

fn account() -> BillingAccountNumber {
    BillingAccountNumber::parse("000000000001").unwrap()
}

fn number(last: u32) -> SubscriberNumber {
    SubscriberNumber::parse(format!("214555{last:04}")).unwrap()
}

fn address(last: u8) -> StaticIp {
    StaticIp::parse(format!("10.20.0.{last}")).unwrap()
}

fn line(n: u8) -> NewAddress {
    NewAddress::new(
        number(100 + u32::from(n)),
        address(10 + n),
        AccessPointName::parse("apn.example").unwrap(),
    )
}

fn held(n: u8) -> HeldAddress {
    HeldAddress::new(number(100 + u32::from(n)), address(10 + n))
}

fn batch_id() -> BatchId {
    BatchId::parse(BATCH).unwrap()
}

#[tokio::test]
async fn look_up_free_addresses() {
    let body =
        r#"{"ipAddressRecords": [{"ipAddress": "10.20.0.11"}, {"ipAddress": "10.20.0.12"}], "message": ""}"#;
    let (request, found) = exchange(Answer::new(200, body), async |client| {
        PdpProvisioning::new(&client).available(pdp(), AddressCount::new(2).unwrap()).send().await
    })
    .await;
    insta::assert_snapshot!(request);
    let found = found.unwrap();
    assert_eq!(found.addresses(), [address(11), address(12)]);
    assert_eq!((found.shortfall(), found.message()), (None, None));
}

#[tokio::test]
async fn provision_a_line() {
    let (request, accepted) = provision(Answer::new(200, ACCEPTED), vec![line(1)]).await;
    insta::assert_snapshot!(request);
    assert_eq!(accepted.unwrap().batch, batch_id());
}

#[tokio::test]
async fn provision_lines_with_all_there_is_to_say() {
    let later = line(2).lte(false).default_access_point(false).effective_date(Date::new(2026, 2, 1).unwrap());
    let (request, _) = provision(Answer::new(200, ACCEPTED), vec![line(1), later]).await;
    insta::assert_snapshot!(request);
}

#[tokio::test]
async fn read_the_status_of_a_batch() {
    let (request, status) = exchange(Answer::new(200, DONE), async |client| {
        PdpProvisioning::new(&client).status(batch_id()).send().await
    })
    .await;
    insta::assert_snapshot!(request);
    let status = status.unwrap();
    let line = status.find(&number(101)).unwrap();
    assert_eq!((line.state(), line.address()), (LineState::Provisioned, Some(&address(11))));
}

#[tokio::test]
async fn read_the_status_of_a_number() {
    let (request, status) = exchange(Answer::new(200, DONE), async |client| {
        PdpProvisioning::new(&client).status_of_number(number(101)).send().await
    })
    .await;
    insta::assert_snapshot!(request);
    assert_eq!(status.unwrap().lines.len(), 1);
}

#[tokio::test]
async fn remove_addresses() {
    let later = held(2).effective_date(Date::new(2026, 2, 1).unwrap());
    let (request, accepted) = exchange(Answer::new(200, ACCEPTED), async |client| {
        let lines = RemovalBatch::try_from(vec![held(1), later]).unwrap();
        PdpProvisioning::new(&client).remove(pdp(), account(), lines).send().await
    })
    .await;
    insta::assert_snapshot!(request);
    assert_eq!(accepted.unwrap().batch, batch_id());
}

async fn provision(answer: Answer, lines: Vec<NewAddress>) -> (String, Result<AcceptedBatch, Error>) {
    exchange(answer, async |client| {
        let lines = ProvisionBatch::try_from(lines).unwrap();
        PdpProvisioning::new(&client).provision(pdp(), account(), lines).send().await
    })
    .await
}

#[tokio::test]
async fn a_submission_that_names_no_batch_is_of_unknown_outcome() {
    for (status, body) in [
        (200, r#"{"message": "Accepted."}"#),
        (200, r#"{"message": ""}"#),
        (200, r#"{"message": null}"#),
        (200, "{}"),
        (200, "[]"),
        (202, ""),
        (204, ""),
    ] {
        let (_, accepted) = provision(Answer::new(status, body), vec![line(1)]).await;
        let error = accepted.unwrap_err();
        assert_eq!((error.row().unwrap().number, error.effect()), (37, Effect::Unknown), "{body}");
        assert!(error.next_step().contains("status of each number"), "{}", error.next_step());
    }
    let (_, accepted) = provision(Answer::new(200, r#"{"message": "Accepted."}"#), vec![line(1)]).await;
    assert!(accepted.unwrap_err().to_string().contains("names no batch id: Accepted."));
}

#[tokio::test]
async fn a_submission_that_is_answered_with_something_unreadable_is_of_unknown_outcome() {
    let (_, accepted) = provision(Answer::new(200, "<html></html>"), vec![line(1)]).await;
    let error = accepted.unwrap_err();
    assert_eq!((error.row().unwrap().number, error.effect()), (46, Effect::Unknown));
}

#[tokio::test]
async fn a_refused_submission_is_rejected_in_the_servers_words() {
    let body = r#"{"message": "A request holds a maximum of 10 subscribers"}"#;
    let (_, accepted) = provision(Answer::new(400, body), vec![line(1)]).await;
    let error = accepted.unwrap_err();
    assert_eq!((error.class(), error.effect()), (Class::InvalidInput, Effect::Rejected));
    assert_eq!(error.message(), "A request holds a maximum of 10 subscribers");
}

#[tokio::test]
async fn each_refusal_has_its_class() {
    let table = [
        (400, "The account does not belong to you", Class::InvalidInput, Effect::Rejected),
        (400, "A request holds a maximum of 10 subscribers", Class::InvalidInput, Effect::Rejected),
        (429, "slow down", Class::Throttle, Effect::Rejected),
        (504, "", Class::Ambiguous, Effect::Unknown),
    ];
    for (status, text, class, effect) in table {
        let answer = Answer::new(status, format!(r#"{{"message": "{text}"}}"#));
        let error = provision(answer, vec![line(1)]).await.1.unwrap_err();
        assert_eq!((error.class(), error.effect()), (class, effect), "{text}");
    }
}

#[tokio::test]
async fn a_batch_that_is_not_known_is_not_found_in_the_servers_words() {
    for body in [
        r#"[{"message": "no such batch"}]"#,
        r#"{"message": "no such batch"}"#,
        r#"[{"batchId": null, "Message": "no such batch"}]"#,
        r#"[{"batchId": " ", "subscriberNumber": "2145550101", "message": "no such batch"}]"#,
    ] {
        let (_, status) = exchange(Answer::new(200, body), async |client| {
            PdpProvisioning::new(&client).status(batch_id()).send().await
        })
        .await;
        let error = status.unwrap_err();
        assert_eq!((error.row().unwrap().number, error.class()), (38, Class::NotFound), "{body}");
        assert_eq!((error.effect(), error.kind()), (Effect::None, ErrorKind::FailureInSuccess), "{body}");
        assert_eq!(error.message(), "no such batch", "{body}");
    }
}

#[tokio::test]
async fn a_lost_look_up_is_not_sent_again_and_says_what_that_means() {
    let (_, found) = exchange(Answer::new(504, ""), async |client| {
        PdpProvisioning::new(&client).available(pdp(), AddressCount::MAX).send().await
    })
    .await;
    let error = found.unwrap_err();
    assert_eq!((error.effect(), error.attempts()), (Effect::Unknown, 1));
    assert!(error.next_step().contains("no line has changed"), "{}", error.next_step());
}

#[test]
fn a_batch_cannot_hold_eleven_lines_nor_one_twice() {
    let lines = |count: u8| (1..=count).map(line).collect::<Vec<_>>();
    assert_eq!(ProvisionBatch::try_from(lines(10)).unwrap().len(), 10);
    assert_eq!(ProvisionBatch::try_from(lines(11)).unwrap_err(), BatchError::TooMany { len: 11, max: 10 });
    assert_eq!(ProvisionBatch::try_from(lines(0)).unwrap_err(), BatchError::Empty);

    let duplicate = |what| BatchError::Duplicate { what, first: 0, second: 1 };
    let apn = || AccessPointName::parse("apn.example").unwrap();
    let same_number = vec![line(1), NewAddress::new(number(101), address(12), apn())];
    assert_eq!(ProvisionBatch::try_from(same_number).unwrap_err(), duplicate("subscriber number"));
    let same_address = vec![held(1), HeldAddress::new(number(102), address(11))];
    assert_eq!(RemovalBatch::try_from(same_address).unwrap_err(), duplicate("static IP"));
}

#[test]
fn a_pdp_has_a_name_in_one_line() {
    assert_eq!(PdpName::parse(" PDP Example/1 ").unwrap().as_str(), "PDP Example/1");
    for text in ["", "  ", "a\nb", "a\0"] {
        assert!(PdpName::parse(text).is_err(), "{text:?}");
    }
}

fn look_up() -> operations::FindAddresses {
    operations::FindAddresses { pdp: pdp(), count: AddressCount::new(2).unwrap() }
}

fn provisioning() -> operations::ProvisionAddresses {
    let lines = ProvisionBatch::try_from(vec![line(1)]).unwrap();
    operations::ProvisionAddresses { pdp: pdp(), account: account(), lines }
}

fn removal() -> operations::RemoveAddresses {
    let lines = RemovalBatch::try_from(vec![held(1)]).unwrap();
    operations::RemoveAddresses { pdp: pdp(), account: account(), lines }
}

#[test]
fn replies_are_read_however_they_are_written() {
    let found = r#"{"ipAddressRecords": [{"ipAddress": "10.20.0.11"}], "message": "short"}"#;
    assert_eq!(unreadable(&look_up(), found), ["null for the whole"]);
    // contract 4.10: a line without a batch id is not known.
    let of_batch = unreadable(&operations::ProvisioningStatus::OfBatch(batch_id()), DONE);
    let without_id = [
        "null for the whole",
        "no element for the whole",
        "null at /0",
        "null at /0/batchId",
        "absent at /0/batchId",
        "an empty text at /0/batchId",
    ];
    assert_eq!(of_batch, without_id);
    // contract 2.3: without the sentence there is no batch to follow.
    let without_sentence = [
        "null for the whole",
        "null at /message",
        "absent at /message",
        "a word nobody knows at /message",
        "an empty text at /message",
        "a bool at /message",
        "a number at /message",
        "a fraction at /message",
    ];
    assert_eq!(unreadable(&provisioning(), ACCEPTED), without_sentence);
    assert_eq!(unreadable(&removal(), ACCEPTED), without_sentence);
}

fn found(body: &str) -> AvailableAddresses {
    read(&look_up(), body).unwrap()
}

fn status(body: &str) -> BatchStatus {
    read(&operations::ProvisioningStatus::OfBatch(batch_id()), body).unwrap()
}

#[test]
fn addresses_are_read_however_they_are_written() {
    let table = [
        (r#"{"IPAddressRecords": [{"IPAddress": "10.20.0.11"}], "Message": ""}"#, 1),
        (r#"{"IpAddressRecords": {"IpAddress": "10.20.0.11"}}"#, 1),
        (r#"{"ipaddressrecords": [{"ipaddress": "10.20.0.11"}, null, {}, {"ipAddress": ""}]}"#, 1),
        (r#"{"ipAddressRecords": [], "message": "none left"}"#, 0),
        (r#"{"ipAddressRecords": null}"#, 0),
        (r#"{"message": "none left"}"#, 0),
        (r#"{"x": {"y": [1]}}"#, 0),
    ];
    for (body, count) in table {
        let found = found(body);
        assert_eq!(found.addresses(), &[address(11)][..count], "{body}");
        assert_eq!(found.shortfall().unwrap().found, count, "{body}");
    }
    assert_eq!(found(r#"{"message": "none left"}"#).message(), Some("none left"));
}

#[test]
fn a_status_is_read_however_it_is_written() {
    let id = r#""BatchId": "11111111-2222-11ee-8333-444444444444", "SubscriberNumber": 2145550101"#;
    let table = [
        (r#", "ProfileCheck": "SUCCESS", "IPReservation": "reserved", "ProfileUpdate": "Completed""#, true),
        (
            r#", "profilecheck": "Success", "ipreservation": "Reserved", "profileupdate": "Complete", "x": [1]"#,
            true,
        ),
        (r#", "profileCheck": null, "ipReservation": "Reserved", "profileUpdate": "Complete""#, false),
        (r#", "profileCheck": true, "ipReservation": 7, "profileUpdate": """#, false),
        ("", false),
    ];
    for (stages, done) in table {
        for body in [format!("[null, {{{id}{stages}}}]"), format!("{{{id}{stages}}}")] {
            let status = status(&body);
            let line = status.find(&number(101)).unwrap();
            assert_eq!(line.state() == LineState::Provisioned, done, "{body}");
        }
    }
}

#[test]
fn indicators_are_letters_or_bools() {
    for (value, yes) in
        [(r#""Y""#, true), (r#""n""#, false), ("true", true), ("false", false), ("null", false)]
    {
        let body =
            format!(r#"[{{"batchId": "{BATCH}", "LteIndicator": {value}, "defaultapnindicator": {value}}}]"#);
        let line = &status(&body).lines[0];
        let is_yes = |flag: &Option<Flag>| flag.as_ref().is_some_and(Flag::is_yes);
        assert_eq!((is_yes(&line.lte_indicator), is_yes(&line.default_apn_indicator)), (yes, yes), "{value}");
    }
}

#[test]
fn a_status_shows_known_lines_beside_one_that_is_not() {
    let status = status(&format!(
        r#"[{{"batchId": "{BATCH}", "subscriberNumber": "2145550101"}}, {{"subscriberNumber": "2145550102", "message": "?"}}]"#
    ));
    let states: Vec<_> = status.lines.iter().map(BatchLine::state).collect();
    assert_eq!(states, [LineState::Pending, LineState::Unknown]);
}

#[test]
fn no_customer_is_in_debug_output() {
    let (find, give, take) = (look_up(), provisioning(), removal());
    let shown = format!("{find:?} {give:?} {take:?} {:?} {:?}", found(ACCEPTED), status(DONE));
    for secret in ["2145550101", "10.20.0.11", "000000000001"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

proptest! {
    #[test]
    fn any_number_stays_one_header_or_is_refused(text in "[\\x00-\\xff]*") {
        let operation = operations::ProvisioningStatus::OfNumber(SubscriberNumber::unchecked(&text));
        if let Ok(request) = write(&operation) {
            prop_assert_eq!(request.headers()["subscriber-number"].as_bytes(), text.as_bytes());
            prop_assert!(!request.headers().contains_key("batch-id"));
        }
    }

    #[test]
    fn no_body_makes_the_readers_panic(body in any::<Vec<u8>>()) {
        let _ = read(&look_up(), &body);
        let _ = read(&provisioning(), &body);
        let _ = read(&removal(), &body);
        let _ = read(&operations::ProvisioningStatus::OfNumber(number(101)), &body);
    }

    #[test]
    fn the_batch_is_found_in_any_sentence(before in "[^-]{0,40}", after in "\\PC{0,40}", id in any::<u128>()) {
        let hex = format!("{id:032x}");
        let parts = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
        let id = parts.join("-");
        let sentence = format!("{before} batch-id: {id} {after}");
        prop_assert_eq!(BatchId::find_in(&sentence), Some(BatchId::parse(&id).unwrap()));
    }

    #[test]
    fn no_sentence_makes_the_search_panic(sentence in "\\PC*|[0-9a-f-]{30,80}") {
        if let Some(id) = BatchId::find_in(&sentence) {
            prop_assert!(sentence.contains(id.as_str()));
            prop_assert!(BatchId::parse(id.as_str()).is_ok());
        }
    }

    #[test]
    fn every_line_of_a_batch_is_written(count in 1_u8..=10) {
        let lines: Vec<_> = (1..=count).map(line).collect();
        let operation = operations::ProvisionAddresses {
            pdp: pdp(), account: account(), lines: ProvisionBatch::try_from(lines.clone()).unwrap(),
        };
        let body = body(&write(&operation).unwrap());
        let written = body["subscriber"].as_array().unwrap();
        prop_assert_eq!(written.len(), lines.len());
        for (written, line) in written.iter().zip(&lines) {
            prop_assert_eq!(written["subscriberNumber"].as_str().unwrap(), line.number().as_str());
            prop_assert_eq!(written["ipAddressRecord"]["ipAddress"].as_str().unwrap(), line.address().as_str());
        }
    }
}
