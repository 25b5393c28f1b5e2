use super::*;

/// What a read shows beside the usual, what is wanted, and what comes of it.
type Case<'a, T> = (&'a str, &'a [(Field, &'a str)], T);

const TODAY: &str = "2026-03-20";

/// An active line; `set` changes what a read shows.
fn now(set: &str) -> LineState {
    let mut text = serde_json::json!({
        "number": "2145550101", "status": "Active", "status_date": "2026-01-19", "status_reason": "CR",
        "plan": "APXPLAN01", "features": ["SOC1", "SOC9"], "imei": "001010000000016",
        "network_imei": "001010000000016", "sim": "89010000000000000011", "eid": null,
        "billing_account": "000000000001", "ip": null, "service_zip": "75201",
    });
    for (name, value) in serde_json::from_str::<serde_json::Map<_, _>>(set).unwrap() {
        text[name] = value;
    }
    serde_json::from_value(text).unwrap()
}

fn wanted(cells: &[(Field, &str)]) -> Desired {
    let row = Row::new(2, FleetOperation::ALL[0]).with(Field::Number, "2145550101");
    Desired::read(&cells.iter().fold(row, |row, (field, value)| row.with(*field, *value))).unwrap()
}

fn way(set: &str, cells: &[(Field, &str)]) -> Result<Vec<Step>, Unreachable> {
    steps(&now(set), &wanted(cells), TODAY.parse().unwrap())
}

fn words(steps: &[Step]) -> String {
    steps.iter().map(|step| step.row.operation.as_str()).collect::<Vec<_>>().join(" ")
}

const ADDRESS: [(Field, &str); 5] = [
    (Field::StreetNumber, "100"),
    (Field::StreetName, "Example"),
    (Field::City, "Plano"),
    (Field::State, "TX"),
    (Field::Zip, "75023"),
];
const SUSPENDED: &str = r#"{"status": "Suspended", "status_reason": "STLN"}"#;
const CANCELLED: &str = r#"{"status": "Cancelled", "status_reason": "CAN"}"#;

#[test]
fn steps_come_in_the_order_that_the_carrier_takes() {
    use Field as F;
    let sim = (F::Sim, "89010000000000000029");
    let device = [(F::Imei, "001010000000024")];
    let network = [(F::Ip, "10.20.0.11"), (F::Pdp, "PDP-EXAMPLE"), (F::Apn, "apn.example")];
    let all = [
        &ADDRESS[..],
        &device,
        &network,
        &[(F::BillingAccount, "000000000002"), (F::Plan, "APXPLAN02")],
        &[(F::NewNumber, "9725550102"), (F::Status, "suspended")],
    ]
    .concat();
    let table: &[Case<'_, &str>] = &[
        ("{}", &[], ""),
        ("{}", &[(F::Status, "active"), (F::Plan, "APXPLAN01"), (F::Features, "soc9 SOC1")], ""),
        ("{}", &[(F::BillingAccount, "000000000001"), (F::Imei, "001010000000016")], ""),
        ("{}", &[(F::Plan, "APXPLAN02")], "change-plan"),
        ("{}", &[(F::Features, "SOC1 SOC2")], "change-plan"),
        ("{}", &[device[0], (F::Plan, "APXPLAN02")], "set-device change-plan"),
        ("{}", &[(F::BillingAccount, "000000000002"), (F::Plan, "APXPLAN02")], "transfer change-plan"),
        ("{}", &all, "update-contact transfer set-device change-plan provision-ip change-number suspend"),
        ("{}", &[sim], "set-device resend-ota"),
        ("{}", &[(F::Status, "S")], "suspend"),
        ("{}", &[(F::Status, "cancelled")], "cancel"),
        (SUSPENDED, &[(F::Status, "active")], "resume"),
        (SUSPENDED, &[(F::Status, "suspended")], ""),
        (SUSPENDED, &[(F::Status, "suspended"), (F::Plan, "APXPLAN02")], "resume change-plan suspend"),
        (SUSPENDED, &[(F::Status, "cancelled")], "cancel"),
        (SUSPENDED, &[(F::BillingAccount, "000000000002")], "transfer"),
        (CANCELLED, &[(F::Status, "cancelled")], ""),
        (CANCELLED, &[(F::Status, "active"), (F::Plan, "APXPLAN02")], "restore change-plan"),
        (CANCELLED, &[(F::Status, "suspended")], "restore suspend"),
        (r#"{"ip": "10.20.0.12"}"#, &network, "remove-ip provision-ip"),
        (r#"{"ip": "10.20.0.12"}"#, &[(F::Ip, "none"), network[1]], "remove-ip"),
        (r#"{"ip": "10.20.0.11"}"#, &network, ""),
    ];
    for (set, cells, expected) in table {
        assert_eq!(words(&way(set, cells).unwrap()), *expected, "{set} {cells:?}");
    }
}

#[test]
fn what_cannot_be_reached_is_refused_with_what_stands_in_the_way() {
    use Field as F;
    let unlike = r#"{"status": "Suspended", "status_reason": "DLC", "network_imei": "001010000000024"}"#;
    let table: &[Case<'_, &str>] = &[
        (CANCELLED, &[(F::Plan, "APXPLAN02")], "cancelled lines cannot be changed"),
        (CANCELLED, &[(F::Status, "cancelled"), (F::Plan, "APXPLAN02")], "cancelled lines cannot be changed"),
        (SUSPENDED, &[(F::Plan, "APXPLAN02")], "needs an active line"),
        (unlike, &[(F::Status, "active")], "another device"),
        (r#"{"status": "Dormant"}"#, &[(F::Plan, "APXPLAN02")], "no status that is known"),
        ("{}", &[(F::ServiceZip, "75023")], "give street number"),
        ("{}", &[(F::StreetNumber, "100"), (F::Zip, "75023")], "update-contact is needed"),
        ("{}", &[(F::Ip, "10.20.0.11")], "give pdp"),
        ("{}", &[(F::Ip, "10.20.0.11"), (F::Pdp, "PDP-EXAMPLE")], "apn"),
        (r#"{"service_zip": null}"#, &[(F::Imei, "001010000000024")], "give service zip"),
        (r#"{"imei": null}"#, &[(F::Sim, "89010000000000000029")], "give imei"),
        ("{}", &[(F::Status, "suspended"), (F::Reason, "1")], "suspend is needed"),
    ];
    for (set, cells, words) in table {
        let why = way(set, cells).unwrap_err().to_string();
        assert!(why.contains(words), "{set} {cells:?}: {why}");
    }
}

#[test]
fn a_line_can_be_restored_on_day_60_and_not_on_day_61() {
    let want = [(Field::Status, "active")];
    let day_60 = r#"{"status": "Cancelled", "status_date": "2026-01-19"}"#;
    assert_eq!(words(&way(day_60, &want).unwrap()), "restore");
    let day_61 = r#"{"status": "Cancelled", "status_date": "2026-01-18"}"#;
    assert!(way(day_61, &want).unwrap_err().to_string().contains("61 days ago"));
}

#[test]
fn what_cannot_be_undone_or_may_cost_a_fee_is_marked() {
    use Field as F;
    let table: &[Case<'_, &[Mark]>] = &[
        ("{}", &[(F::Status, "cancelled")], &[Mark::LineIsGivenUp]),
        ("{}", &[(F::NewNumber, "2145550102")], &[Mark::NumberIsGivenUp]),
        ("{}", &[(F::BillingAccount, "000000000002")], &[Mark::MayCostFee]),
        (SUSPENDED, &[(F::Status, "suspended"), (F::Plan, "APXPLAN02")], &[Mark::ResumedForTheChange]),
        ("{}", &[(F::Plan, "APXPLAN02")], &[]),
    ];
    for (set, cells, marks) in table {
        let steps = way(set, cells).unwrap();
        let found: Vec<_> = steps.iter().flat_map(|step| step.marks.clone()).collect();
        assert_eq!(found, *marks, "{cells:?}");
    }
}

#[test]
fn a_line_is_suspended_again_for_the_reason_it_was() {
    let steps = way(SUSPENDED, &[(Field::Status, "suspended"), (Field::Plan, "APXPLAN02")]).unwrap();
    assert_eq!(steps.last().unwrap().row.get(Field::Reason), Some("STLN"));
}

#[test]
fn steps_after_a_new_number_go_to_it_with_the_new_zip() {
    let cells = [&ADDRESS[..], &[(Field::NewNumber, "9725550102"), (Field::Status, "suspended")]].concat();
    let steps = way("{}", &cells).unwrap();
    assert_eq!(words(&steps), "update-contact change-number suspend");
    assert_eq!(steps[1].row.get(Field::Number), Some("2145550101"));
    assert_eq!(steps[1].row.get(Field::ServiceZip), Some("75023"));
    assert_eq!(steps[2].row.get(Field::Number), Some("9725550102"));
}

#[test]
fn what_the_network_saw_last_changes_no_fingerprint_and_all_else_does() {
    let before = now("{}").fingerprint();
    assert_eq!(now(r#"{"network_imei": "001010000000024"}"#).fingerprint(), before);
    for set in [SUSPENDED, r#"{"plan": "APXPLAN02"}"#, r#"{"ip": "10.20.0.11"}"#, r#"{"features": []}"#] {
        assert_ne!(now(set).fingerprint(), before, "{set}");
    }
}
