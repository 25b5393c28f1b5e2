//! What goes over the wire, and what is made of what comes back.
#![expect(clippy::unwrap_used, reason = "a test ends where it finds something wrong")]

use apex_mobility_billing_account::{Account, AccountStatus, BillingAccount, Contact, operations};
use apex_mobility_core::catalog::Class;
use apex_mobility_core::domain::{
    AccountName, Address, BillingAccountNumber, EmailAddress, FoundationAccountNumber, Passcode, PersonName,
    PhoneNumber, State, ZipCode,
};
use apex_mobility_core::{Effect, Error, ErrorKind};
use apex_mobility_wire_snapshot::{Answer, body, exchange, is_one_segment, read, unreadable, write};
use proptest::prelude::*;

/// The example of contract 4.4, as a reply: without passcode.
const ACCOUNT: &str = r#"{ "id": "000000000001", "href": "/mobility/billingaccount/000000000001",
  "name": "Example Co", "status": "Active", "businessAccount": {"fan": "00000001", "name": "Example Group"},
  "contact": {"firstName": "Test", "lastName": "User", "attentionTo": "", "phoneNumber": "2145550100",
    "email": "test@example.com", "address": {"streetNumber": "100", "streetDirection": "", "streetName": "Example",
      "streetType": "", "city": "Dallas", "state": "TX", "zipCode": "75201"}} }"#;

fn fan() -> FoundationAccountNumber {
    FoundationAccountNumber::parse("00000001").unwrap()
}

fn ban() -> BillingAccountNumber {
    BillingAccountNumber::parse("000000000001").unwrap()
}

fn name() -> AccountName {
    AccountName::parse("Example Co").unwrap()
}

fn passcode() -> Passcode {
    Passcode::parse("847215").unwrap()
}

fn contact() -> Contact {
    let (state, zip) = (State::parse("TX").unwrap(), ZipCode::parse("75201").unwrap());
    let address = Address::new("100", "Example", "Dallas", state, zip).unwrap();
    Contact::new(PersonName::new("Test", "User").unwrap(), address)
}

fn full_contact() -> Contact {
    contact()
        .attention_to("Accounts Payable")
        .phone_number(PhoneNumber::parse("214-555-0100").unwrap())
        .email(EmailAddress::parse("test@example.com").unwrap())
}

#[tokio::test]
async fn create_an_account() {
    let (request, account) = exchange(Answer::new(200, ACCOUNT), async |client| {
        BillingAccount::new(&client).create(fan(), name(), contact()).send().await
    })
    .await;
    insta::assert_snapshot!(request);
    let account = account.unwrap();
    assert_eq!((account.ban(), account.fan()), (Some(&ban()), Some(&fan())));
    assert_eq!(account.status, Some(AccountStatus::Active));
}

#[tokio::test]
async fn create_an_account_with_all_there_is_to_say() {
    let (request, _) = exchange(Answer::new(200, ACCOUNT), async |client| {
        BillingAccount::new(&client).create(fan(), name(), full_contact()).passcode(passcode()).send().await
    })
    .await;
    insta::assert_snapshot!(request);
}

#[tokio::test]
async fn update_the_name_alone() {
    let (request, account) = exchange(Answer::new(200, ACCOUNT), async |client| {
        BillingAccount::new(&client).update(ban()).name(name()).send().await
    })
    .await;
    insta::assert_snapshot!(request);
    assert_eq!(account.unwrap().name.as_deref(), Some("Example Co"));
}

#[tokio::test]
async fn update_the_contact_alone() {
    let (request, _) = exchange(Answer::new(200, ACCOUNT), async |client| {
        BillingAccount::new(&client).update(ban()).contact(contact()).send().await
    })
    .await;
    insta::assert_snapshot!(request);
}

#[tokio::test]
async fn update_the_passcode_alone() {
    let (request, _) = exchange(Answer::new(200, ACCOUNT), async |client| {
        BillingAccount::new(&client).update(ban()).passcode(passcode()).send().await
    })
    .await;
    insta::assert_snapshot!(request);
}

#[tokio::test]
async fn update_all_there_is() {
    let (request, _) = exchange(Answer::new(200, ACCOUNT), async |client| {
        let update = BillingAccount::new(&client).update(ban()).name(name()).contact(full_contact());
        update.passcode(passcode()).send().await
    })
    .await;
    insta::assert_snapshot!(request);
}

#[tokio::test]
async fn read_an_account() {
    let (request, account) = exchange(Answer::new(200, ACCOUNT), async |client| {
        BillingAccount::new(&client).get(ban()).send().await
    })
    .await;
    insta::assert_snapshot!(request);
    insta::assert_json_snapshot!(account.unwrap());
}

async fn read_answered(status: u16, body: &str) -> Result<Account, Error> {
    let (_, account) = exchange(Answer::new(status, body), async |client| {
        BillingAccount::new(&client).get(ban()).send().await
    })
    .await;
    account
}

async fn create_answered(status: u16, body: &str) -> Result<Account, Error> {
    let (_, account) = exchange(Answer::new(status, body), async |client| {
        BillingAccount::new(&client).create(fan(), name(), contact()).passcode(passcode()).send().await
    })
    .await;
    account
}

#[tokio::test]
async fn an_account_without_fan_does_not_exist() {
    // contract 4.4, confirmed.
    let table = [
        (200, "{}"),
        (200, ""),
        (204, ""),
        (200, r#"{"id": "000000000001", "status": "Active"}"#),
        (200, r#"{"id": "000000000001", "businessAccount": null}"#),
        (200, r#"{"businessAccount": {}}"#),
        (200, r#"{"businessAccount": {"fan": null, "name": "Example Group"}}"#),
        (200, r#"{"businessAccount": {"fan": " "}}"#),
        (200, r#"{"message": "Account not found"}"#),
        (404, r#"{"errorDescription": "Billing account not found"}"#),
        (404, ""),
    ];
    for (status, body) in table {
        let error = read_answered(status, body).await.unwrap_err();
        assert_eq!((error.class(), error.effect()), (Class::NotFound, Effect::None), "{status} {body}");
        assert_eq!(error.row().unwrap().number, 44, "{status} {body}");
    }
    let error = read_answered(200, r#"{"message": "Account not found"}"#).await.unwrap_err();
    assert_eq!(error.message(), "Account not found");
    assert!(error.to_string().contains("there is no such account"), "{error}");
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_does_not_say_that_there_is_no_account() {
    for body in ["<html></html>", r#"{"businessAccount": {"fan": "0000"#, "[]", r#"{"businessAccount": 7}"#] {
        let error = read_answered(200, body).await.unwrap_err();
        assert_eq!((error.kind(), error.class()), (ErrorKind::Unreadable, Class::Ambiguous), "{body}");
    }
}

#[tokio::test]
async fn a_lost_create_is_sent_once_and_nothing_can_be_read() {
    for status in [408, 500, 502, 503, 504] {
        let error = create_answered(status, "").await.unwrap_err();
        assert_eq!((error.effect(), error.attempts()), (Effect::Unknown, 1), "{status}");
        assert!(error.next_step().contains("nothing can be read"), "{}", error.next_step());
        assert!(error.next_step().contains("a person asks AT&T"), "{}", error.next_step());
    }
}

#[tokio::test]
async fn a_lost_update_is_settled_by_reading_the_account() {
    let (_, account) = exchange(Answer::new(504, ""), async |client| {
        BillingAccount::new(&client).update(ban()).name(name()).send().await
    })
    .await;
    let error = account.unwrap_err();
    assert_eq!((error.effect(), error.attempts()), (Effect::Unknown, 1));
    assert!(error.next_step().contains("read the account"), "{}", error.next_step());
}

#[tokio::test]
async fn a_create_that_is_answered_with_nothing_is_accepted_without_a_number() {
    for (status, body) in [(200, ""), (202, ""), (204, ""), (201, "{}")] {
        let account = create_answered(status, body).await.unwrap();
        assert_eq!(account.ban(), None, "{status}");
        assert_eq!(account, Account::default(), "{status}");
    }
}

#[tokio::test]
async fn a_create_that_is_answered_with_something_unreadable_is_an_unknown_outcome() {
    let error = create_answered(200, "<html></html>").await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Unreadable, Effect::Unknown));
}

#[tokio::test]
async fn each_refusal_has_its_class() {
    let table = [
        ("Foundation account 00000099 does not belong to you", Class::InvalidInput),
        ("City is blank", Class::InvalidInput),
        ("Address could not be verified", Class::InvalidInput),
        ("name is missing", Class::InvalidInput),
    ];
    for (text, class) in table {
        let error = create_answered(400, &format!(r#"{{"errorDescription": "{text}"}}"#)).await.unwrap_err();
        assert_eq!((error.class(), error.effect()), (class, Effect::Rejected), "{text}");
        assert_eq!(error.message(), text);
    }
}

#[tokio::test]
async fn a_refusal_that_echoes_the_request_does_not_show_the_passcode() {
    let body = r#"{"errorDescription": "refused", "request": {"name": "Example Co", "passcode": "847215"}}"#;
    let error = create_answered(400, body).await.unwrap_err();
    let shown = format!("{error} {error:?} {}", error.body().unwrap());
    assert!(!shown.contains("847215"), "{shown}");
    assert!(error.body().unwrap().contains(r#""passcode": "[redacted]""#));
}

fn written(body: &str) -> Account {
    let operation = operations::UpdateAccount { ban: ban(), name: None, contact: None, passcode: None };
    read(&operation, body).unwrap()
}

#[test]
fn an_update_of_nothing_is_not_written() {
    let empty = operations::UpdateAccount { ban: ban(), name: None, contact: None, passcode: None };
    let error = write(&empty).unwrap_err();
    assert_eq!(error.to_string(), "nothing to change: set a name, a contact or a passcode");
}

#[test]
fn a_passcode_that_a_reply_echoes_is_not_kept() {
    for echoed in [r#""passcode": "847215""#, r#""PassCode": 847215"#, r#""x": {"passcode": "847215"}"#] {
        let account = written(&format!(r#"{{"id": "000000000001", {echoed}}}"#));
        let json = serde_json::to_string(&account).unwrap();
        assert!(json.contains("[redacted]") && !json.contains("847215"), "{json}");
        assert!(!format!("{account:?}").contains("847215"));
    }
}

fn creation() -> operations::CreateAccount {
    operations::CreateAccount {
        fan: fan(),
        name: name(),
        contact: full_contact(),
        passcode: Some(passcode()),
    }
}

#[test]
fn no_customer_is_in_debug_output() {
    let create = creation();
    let update = operations::UpdateAccount {
        ban: ban(),
        name: Some(name()),
        contact: Some(full_contact()),
        passcode: Some(passcode()),
    };
    let shown = format!("{create:?} {update:?} {:?}", written(ACCOUNT));
    for secret in
        ["00000001", "Example", "Test", "User", "Payable", "2145550100", "example.com", "Dallas", "847215"]
    {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[test]
fn replies_are_read_however_they_are_written() {
    // contract 4.4: an account without its FAN is none.
    let whole = unreadable(&operations::GetAccount { ban: ban() }, ACCOUNT);
    let fan = [
        "null for the whole",
        "null at /businessAccount",
        "absent at /businessAccount",
        "null at /businessAccount/fan",
        "absent at /businessAccount/fan",
        "an empty text at /businessAccount/fan",
    ];
    assert_eq!(whole, fan);
    assert_eq!(unreadable(&creation(), ACCOUNT), [""; 0]);
    // Numbers for text, other letter case, unknown members, unknown words.
    let odd = r#"{"ID": 100000001, "NAME": 7, "Status": "dormant", "businessaccount": {"FAN": 12345678, "x": [1]},
        "Contact": {"FIRSTNAME": 1, "phoneNumber": 2145550100, "email": true, "address": {"zipcode": 75201}},
        "since": {"y": null}}"#;
    let account = read(&operations::GetAccount { ban: ban() }, odd).unwrap();
    assert_eq!(account.ban().unwrap().as_str(), "100000001");
    assert_eq!(account.fan().unwrap().as_str(), "12345678");
    assert_eq!(account.status, Some(AccountStatus::Other("dormant".into())));
    assert_eq!(account.unknown.get("since"), Some(r#"{"y": null}"#));
    let contact = account.contact.unwrap();
    assert_eq!(contact.phone_number.unwrap().as_str(), "2145550100");
    assert_eq!(contact.address.unwrap().zip_code().as_str(), "75201");
}

#[test]
fn every_status_is_read_in_any_case_and_other_words_are_kept() {
    let table = [
        ("Active", AccountStatus::Active),
        ("SUSPENDED", AccountStatus::Suspended),
        ("closed", AccountStatus::Closed),
        ("In Review", AccountStatus::Other("In Review".into())),
    ];
    for (word, status) in table {
        assert_eq!(written(&format!(r#"{{"STATUS": "{word}"}}"#)).status, Some(status), "{word}");
    }
}

#[test]
fn an_account_without_a_number_has_none() {
    for body in ["{}", r#"{"id": null}"#, r#"{"id": ""}"#, r#"{"id": " "}"#, " \n"] {
        assert_eq!(written(body).ban(), None, "{body}");
    }
}

proptest! {
    #[test]
    fn any_number_stays_one_segment_of_the_path(text in any::<String>()) {
        let operation = operations::GetAccount { ban: BillingAccountNumber::unchecked(text.clone()) };
        if let Ok(request) = write(&operation) {
            prop_assert!(is_one_segment(&request, "/sp/mobility/billingmgmt/api/v1/billingaccount/"));
        } else {
            prop_assert!(text.is_empty());
        }
    }

    #[test]
    fn no_body_makes_the_readers_panic(body in any::<Vec<u8>>()) {
        let update = operations::UpdateAccount { ban: ban(), name: None, contact: None, passcode: None };
        let _ = read(&creation(), &body);
        let _ = read(&update, &body);
        let _ = read(&operations::GetAccount { ban: ban() }, &body);
    }

    #[test]
    fn the_body_of_an_update_has_what_was_set_and_nothing_else(
        new_name in proptest::option::of("[A-Za-z&]{1,20}"),
        new_passcode in proptest::option::of("[0-9]{1,12}"),
        with_contact in any::<bool>(),
    ) {
        let operation = operations::UpdateAccount {
            ban: ban(),
            name: new_name.as_ref().map(|name| AccountName::parse(name).unwrap()),
            contact: with_contact.then(contact),
            passcode: new_passcode.as_ref().map(|passcode| Passcode::parse(passcode).unwrap()),
        };
        let mut expected = serde_json::Map::new();
        if let Some(name) = &new_name {
            expected.insert("name".to_owned(), name.as_str().into());
        }
        if let Some(passcode) = &new_passcode {
            expected.insert("passcode".to_owned(), passcode.as_str().into());
        }
        match write(&operation) {
            Err(_) => prop_assert!(expected.is_empty() && !with_contact),
            Ok(request) => {
                let mut body = body(&request).as_object().unwrap().clone();
                prop_assert_eq!(body.remove("contact").is_some(), with_contact);
                prop_assert_eq!(body, expected);
            }
        }
    }

    #[test]
    fn what_was_read_is_written_again(fan in "[0-9]{8}", ban in "[0-9]{9,12}", word in "[A-Za-z ]{1,12}") {
        let body = format!(r#"{{"id":"{ban}","status":"{word}","businessAccount":{{"fan":"{fan}"}},"x":[1]}}"#);
        let account = read(&operations::GetAccount { ban: self::ban() }, &body).unwrap();
        let again = serde_json::to_string(&account).unwrap();
        prop_assert_eq!(read(&operations::GetAccount { ban: self::ban() }, &again).unwrap(), account);
    }
}
