//! The seeded population, and that a seed means the same every time.

use std::collections::HashSet;
use std::time::Duration;

use apex_mobility_core::domain::{Eid, Iccid, Imei};
use apex_mobility_sandbox::{Equipment, LineView, Places, Sandbox, SimKind};
use serde_json::json;

use crate::caller::{ACTIVATION, element, get, post, sandbox};

fn share(lines: &[LineView], of: impl Fn(&&LineView) -> bool) -> f64 {
    lines.iter().filter(of).count() as f64 / lines.len() as f64
}

#[test]
fn it_has_the_proportions_of_a_real_one() {
    let lines = sandbox(50_000).lines();
    assert_eq!(lines.len(), 50_000);
    for (status, expected) in [("A", 0.85), ("S", 0.10), ("C", 0.05)] {
        let found = share(&lines, |line| line.status == status);
        assert!((found - expected).abs() < 0.01, "{status}: {found}");
    }
    assert!((0.1..0.4).contains(&share(&lines, |line| line.eid.is_some())));
    assert!((0.3..0.9).contains(&share(&lines, |line| !line.offering_codes.is_empty())));
    assert!((0.4..0.8).contains(&share(&lines, |line| line.contract_end.is_some())));
}

#[test]
fn it_has_several_accounts_and_the_first_is_always_there() {
    for lines in [0, 1, 1000] {
        let sandbox = sandbox(lines);
        let health = sandbox.lines();
        let bans: HashSet<_> = health.iter().map(|line| line.billing_account_number.clone()).collect();
        let fans: HashSet<_> = health.iter().map(|line| line.foundation_account_number.clone()).collect();
        assert!(lines < 1000 || (bans.len() > 5 && fans.len() > 2));
    }
    let first =
        sandbox(1000).find_line(|line| line.billing_account_number.as_str() == "000000000001").unwrap();
    assert_eq!(first.foundation_account_number.as_str(), "00000001");
}

#[test]
fn identifiers_are_invented_valid_and_unique() {
    let lines = sandbox(20_000).lines();
    for line in &lines {
        assert!(line.subscriber_number.is_valid());
        assert_eq!(&line.subscriber_number.as_str()[3..6], "555");
        assert!(line.sim.is_valid() && line.sim.as_str().starts_with("890141"));
        assert!(line.imei.is_valid() && line.imei.as_str().starts_with("00101"));
        assert!(line.eid.as_ref().is_none_or(Eid::is_valid));
    }
    let numbers: HashSet<_> = lines.iter().map(|line| &line.subscriber_number).collect();
    let sims: HashSet<_> = lines.iter().map(|line| &line.sim).collect();
    let imeis: HashSet<_> = lines.iter().map(|line| &line.imei).collect();
    assert_eq!((numbers.len(), sims.len(), imeis.len()), (lines.len(), lines.len(), lines.len()));
}

#[test]
fn places_fit_numbers_and_plans_fit_devices() {
    let (equipment, places) = (Equipment::builtin(), Places::builtin());
    for line in sandbox(20_000).lines() {
        let place = places.find(line.service_zip_code.as_str()).unwrap();
        assert!(place.npas.iter().any(|npa| line.subscriber_number.as_str().starts_with(npa)));
        let device = equipment.device_for(&line.imei).unwrap();
        let plan = equipment.plan(line.single_user_code.as_str()).unwrap();
        let kind = if line.eid.is_some() { SimKind::Embedded } else { SimKind::Plastic };
        assert_eq!(device.takes_sim(kind).and_then(|()| device.takes_plan(plan)), Ok(()));
    }
}

#[test]
fn dates_are_in_order() {
    let sandbox = sandbox(5000);
    let today = apex_mobility_core::domain::Date::from_system_time(sandbox.now());
    for line in sandbox.lines() {
        let (activated, since) = (line.activation_date.unwrap(), line.status_effective_date.unwrap());
        assert!(activated <= since && since <= today);
        assert!(line.contract_end.is_none_or(|end| end > activated));
    }
}

#[test]
fn network_suspensions_come_from_another_device() {
    let lines = sandbox(5000).lines();
    let is_dlc = |line: &&LineView| line.status_reason_code.as_deref() == Some("DLC");
    assert!(share(&lines, is_dlc) > 0.0);
    assert!(lines.iter().all(|line| is_dlc(&line) == (line.imei != line.network_imei)));
}

#[test]
fn another_seed_is_another_carrier() {
    let lines = |seed| Sandbox::builder().seed(seed).lines(100).build().lines();
    assert!(lines(1) == lines(1));
    assert!(lines(1) != lines(2));
}

#[test]
fn what_people_try_out_is_free() {
    let lines = sandbox(20_000).lines();
    let sim = Iccid::parse("89010000000000000011").unwrap();
    let imei = Imei::parse("001010000000016").unwrap();
    assert!(lines.iter().all(|line| line.sim != sim && line.imei != imei));
}

#[tokio::test]
async fn the_same_calls_get_the_same_answers_and_leave_the_same_ledger() {
    let run = async || {
        let sandbox = sandbox(500);
        let elements: Vec<_> = (1..=50).map(element).collect();
        let mut bodies = vec![post(&sandbox, ACTIVATION, &json!(elements)).await.body];
        for _ in 0..5 {
            sandbox.advance(Duration::from_secs(60));
            bodies.push(get(&sandbox, &format!("{ACTIVATION}/req-0001"), &[]).await.body);
        }
        (bodies, sandbox.ledger())
    };
    assert!(run().await == run().await);
}

#[test]
fn tables_without_a_device_and_a_plan_that_fit_give_no_lines() {
    const OLD: &str = "[[devices]]\ntac = \"00101003\"\nbrand = \"Example\"\nmodel = \"Old\"\ntechnology = \"LTE\"\n\
                       plastic_sim = true\nembedded_sim = false\n";
    let lines = |tables: String| {
        let equipment = Equipment::from_toml(&tables).unwrap();
        Sandbox::builder().lines(100).equipment(equipment).build().lines()
    };
    let plan = "[[plans]]\ncode = \"OWN1\"\n";
    assert_eq!(lines(format!("{OLD}{plan}")).len(), 100);
    for tables in [
        OLD.to_owned(),
        plan.to_owned(),
        format!("{OLD}{plan}needs_5g = true\n"),
        format!("{OLD}{plan}share = 0\n"),
        format!("{OLD}blocked = true\n{plan}"),
    ] {
        assert!(lines(tables.clone()).is_empty(), "{tables}");
    }
}
