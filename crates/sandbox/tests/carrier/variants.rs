//! Every alternative of contract 7 shows: a caller sees each value of a flag differ from all others.

use std::time::Duration;

use apex_mobility_sandbox::{LineView, Sandbox, Throttle, Variants};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::caller::*;

const HOUR: Duration = Duration::from_secs(3600);

/// What a caller sees of a flag.
async fn seen(flag: &str, sandbox: &Sandbox) -> String {
    match flag {
        "list_filters" => listed(sandbox, &[("subscriber-number-status", "S")]).await.len().to_string(),
        "list_gaps" => {
            let all = listed(sandbox, &[]).await;
            let count = |letter: &str| all.iter().filter(|row| row.1 == letter).count();
            format!("{} suspended, {} cancelled", count("S"), count("C"))
        }
        "list_duplicates" => listed(sandbox, &[("page-size", "100")]).await.len().to_string(),
        "success_code" => told_whole(&patch(sandbox, &numbered(sandbox, "A"), &suspend()).await),
        "business_error" => told_whole(&patch(sandbox, &numbered(sandbox, "S"), &suspend()).await),
        "status_spelling" => {
            let details = details(sandbox, "C").await.json();
            format!("{} {:?}", details["status"], characteristic(&details, "subscriberStatus"))
        }
        "restore_mode" => {
            let line = sandbox.find_line(restorable).unwrap();
            let resume = json!({"mode": "R", "reasonCode": "CR"});
            told_whole(&patch(sandbox, line.subscriber_number.as_str(), &resume).await)
        }
        "duplicate_activation" => {
            let filed = post(sandbox, ACTIVATION, &json!([element(1), element(1)])).await;
            sandbox.advance(HOUR);
            format!("{} and {} lines", filed.status, sandbox.ledger().len())
        }
        "reserved_number" => {
            post(sandbox, ACTIVATION, &json!([element(1)])).await;
            sandbox.advance(Duration::from_secs(60));
            let state = get(sandbox, &format!("{ACTIVATION}/req-0001"), &[]).await.json();
            state[0]["service"]["subscriberNumber"].is_string().to_string()
        }
        "activation_port_number" => {
            let mut element = element(1);
            element["service"]["subscriberNumber"] = json!(FOREIGN);
            post(sandbox, ACTIVATION, &json!([element])).await;
            sandbox.advance(HOUR);
            let state = get(sandbox, &format!("{ACTIVATION}/req-0001"), &[]).await.json();
            state[0]["service"]["status"].to_string()
        }
        "port_cancel_after_cf" => {
            post(sandbox, PORT, &port("OLD-1")).await;
            sandbox.advance(3 * HOUR);
            let path = format!("{PORT}/{FOREIGN}");
            let zip = [("service-zip-code", "75201")];
            call(sandbox, Method::DELETE, &path, &zip, b"").await.status.to_string()
        }
        "port_dn" => {
            post(sandbox, PORT, &port("DN")).await;
            sandbox.advance(72 * HOUR);
            let state = get(sandbox, &format!("{PORT}/{FOREIGN}"), &[]).await.json();
            state["portRequestStatus"].to_string()
        }
        "line_search" => {
            let line = sandbox.find_line(|line| line.status == "A").unwrap();
            let one = get(sandbox, LINE, &[("sim", line.sim.as_str())]).await;
            let none = get(sandbox, LINE, &[("sim", &iccid(1))]).await;
            format!("{} {}", one.json().is_array(), none.status)
        }
        "cancelled_details" => details(sandbox, "C").await.status.to_string(),
        "tobr_in_term" => {
            let body = json!({"billingAccount": {"id": "000000000002"}});
            let line = sandbox.find_line(|line| {
                line.status == "A"
                    && line.billing_account_number.as_str() != "000000000002"
                    && line.contract_end.is_some_and(|end| end.to_string().as_str() > "2026-02-01")
            });
            let number = line.unwrap().subscriber_number;
            patch(sandbox, number.as_str(), &body).await.status.to_string()
        }
        "device_with_plan" => {
            let line = sandbox.find_line(|line| line.status == "A" && line.eid.is_none()).unwrap();
            let bag = json!([
                {"name": "reasonCode", "value": "CUST_OWN_EQU"},
                {"name": "serviceZipCode", "value": line.service_zip_code.as_str()},
                {"name": "technologyType", "value": "LTE"},
                {"name": "IMEI", "value": imei("00101001", 1)},
                {"name": "singleUserCode", "value": "APXPLAN01"},
            ]);
            let body = json!({"serviceCharacteristic": bag});
            patch(sandbox, line.subscriber_number.as_str(), &body).await.status.to_string()
        }
        "pdp_style" => {
            provision(sandbox, &["10.20.0.11"]).await;
            batch(sandbox).await.to_string()
        }
        "pdp_lookup" => {
            let ask = json!({"pdpName": "PDP-SMALL", "ipQuantity": 3});
            post(sandbox, ADDRESSES, &ask).await;
            String::from_utf8_lossy(&post(sandbox, ADDRESSES, &ask).await.body).into_owned()
        }
        "pdp_bad_line" => {
            // The second address is of no pool.
            provision(sandbox, &["10.20.0.11", "10.99.0.1"]).await;
            sandbox.advance(HOUR);
            batch(sandbox).await.to_string()
        }
        "future_dates" => {
            let mut body = suspend();
            body["effectiveDate"] = json!("2026-01-29Z");
            let asked = patch(sandbox, &numbered(sandbox, "A"), &body).await;
            format!("{} {}", asked.status, sandbox.ledger().len())
        }
        "date_style" => {
            let details = details(sandbox, "A").await.json();
            characteristic(&details, "statusEffectiveDate").unwrap().to_owned()
        }
        "throttle_style" => {
            sandbox.set_throttle(Some(Throttle { calls: 0, per: Duration::from_secs(10) }));
            get(sandbox, LIST, &[]).await.status.to_string()
        }
        "trace_headers" => {
            let answer = get(sandbox, LIST, &[("x-trace-id", "a")]).await;
            format!("{} {:?}", answer.status, answer.headers.get("x-trace-id"))
        }
        other => panic!("nothing shows what `{other}` does"),
    }
}

/// A number of no line here.
const FOREIGN: &str = "9735550107";

const FIRST_BAN: &str = "000000000001";

/// Numbers and letters of all pages.
async fn listed(sandbox: &Sandbox, headers: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    for page in 1..100 {
        let page = page.to_string();
        let headers = [&[("current-page", page.as_str())], headers].concat();
        let answer = get(sandbox, LIST, &headers).await;
        let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
        rows.extend(
            answer
                .json()
                .as_array()
                .unwrap()
                .iter()
                .map(|row| (text(row, "subscriberNumber"), text(row, "subscriberNumberStatus"))),
        );
        if page == answer.header("page-total") {
            break;
        }
    }
    rows
}

fn told_whole(answer: &Answer) -> String {
    format!("{} {}", answer.status, String::from_utf8_lossy(&answer.body))
}

fn numbered(sandbox: &Sandbox, status: &str) -> String {
    sandbox.find_line(|line| line.status == status).unwrap().subscriber_number.to_string()
}

async fn details(sandbox: &Sandbox, status: &str) -> Answer {
    get(sandbox, &format!("{LINE}/{}", numbered(sandbox, status)), &[]).await
}

fn suspend() -> Value {
    json!({"mode": "S", "reasonCode": "CR"})
}

/// Cancelled not long ago, with a plan that fits any device.
fn restorable(line: &LineView) -> bool {
    line.status == "C"
        && line.single_user_code.as_str() == "APXPLAN01"
        && line.status_effective_date.is_some_and(|day| day.to_string().as_str() > "2025-12-01")
}

fn port(losing_account: &str) -> Value {
    let party = |role: &str| {
        let mut party = element(1)["relatedParty"][0].clone();
        party["role"] = json!(role);
        party
    };
    json!({
        "billingAccount": {"id": "000000000001"},
        "relatedParty": [party("subscriber"), party("authorizer")],
        "fromService": {"npaNxx": "973555", "fromLine": "0107", "serviceArea": "000000000012"},
        "oldServiceProvider": {"localId": "", "networkId": "", "billingAccountNumber": losing_account,
            "billingAccountPassword": "000000", "firstName": "Test", "lastName": "User",
            "authorizationName": ""},
        "subscriberNumber": FOREIGN, "serviceZipCode": "75201", "businessName": "",
        "portDirection": "B", "portRequestLineId": FOREIGN
    })
}

/// The numbers that are put on a PDP: active lines of the first account.
fn pdp_numbers(sandbox: &Sandbox) -> Vec<String> {
    let lines = sandbox.lines().into_iter();
    let mine = lines.filter(|line| line.status == "A" && line.billing_account_number.as_str() == FIRST_BAN);
    mine.map(|line| line.subscriber_number.to_string()).collect()
}

async fn provision(sandbox: &Sandbox, addresses: &[&str]) {
    let numbers = pdp_numbers(sandbox);
    let lines = numbers.iter().zip(addresses).map(|(number, address)| {
        json!({"subscriberNumber": number, "ipAddressRecord": {"ipAddress": address}, "lteIndicator": "Y",
            "defaultAPNIndicator": "Y", "accessPointName": "apn.example", "effectiveDate": "2026-01-19Z"})
    });
    let lines: Vec<_> = lines.collect();
    let body = json!({"pdpName": "PDP-EXAMPLE", "billingAccountNumber": FIRST_BAN, "subscriber": lines});
    assert_eq!(post(sandbox, PROVISIONING, &body).await.status, StatusCode::OK);
}

/// Where the batch of the first of those numbers is.
async fn batch(sandbox: &Sandbox) -> Value {
    let number = pdp_numbers(sandbox).remove(0);
    get(sandbox, PROVISIONING, &[("subscriber-number", &number)]).await.json()
}

#[tokio::test]
async fn every_value_of_a_flag_is_seen_and_differs_from_the_others() {
    for (flag, values) in Variants::choices() {
        let mut known: Vec<(String, &str)> = Vec::new();
        for value in values {
            let sandbox = sandbox(1000);
            sandbox.set_variant(flag, value).unwrap();
            let now = seen(flag, &sandbox).await;
            if let Some((_, same)) = known.iter().find(|(before, _)| *before == now) {
                panic!("{flag}={value} cannot be told from {flag}={same}: {now}");
            }
            known.push((now, value));
        }
    }
}

#[test]
fn every_flag_and_value_says_what_it_means() {
    let meanings = Variants::meanings();
    let choices: Vec<_> = meanings
        .iter()
        .map(|one| (one.flag, one.values.iter().map(|(value, _)| *value).collect::<Vec<_>>()))
        .collect();
    let known: Vec<_> =
        Variants::choices().into_iter().map(|(flag, values)| (flag, values.to_vec())).collect();
    assert_eq!(choices, known);
    for one in &meanings {
        for text in [one.meaning].into_iter().chain(one.values.iter().map(|(_, text)| *text)) {
            assert!(text.len() > 3 && text.trim() == text && text.ends_with('.'), "{}: {text:?}", one.flag);
        }
    }
}
