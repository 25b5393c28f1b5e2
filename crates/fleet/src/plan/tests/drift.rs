//! Whatever is wanted of lines, and whatever goes wrong on the way: what an apply says of a line is true.

use std::collections::HashMap;
use std::fmt::Write;

use apex_mobility_core::domain::{Iccid, Imei};
use apex_mobility_sandbox::{Fault, FaultRule, LedgerKind, LineView, When};
use proptest::prelude::*;

use super::*;
use crate::operation::FleetOperation;
use crate::results::Verdict;

const LINES: usize = 30;

const HEADER: &str = "number,status,ban,features,plan,imei,sim,ip,pdp,apn,street number,street name,city,state,zip,\
    new number";

/// One row: of every kind of difference, as the choice has it. What is new is the line's own, by its place.
fn row(place: usize, line: &LineView, accounts: &[String], choice: u32) -> String {
    let wants = |bit: u32| choice >> bit & 1 == 1;
    let pick = |bit: u32, of: [&'static str; 4]| of[usize::try_from(choice >> bit & 3).unwrap()];
    let some = |bit: u32, value: String| if wants(bit) { value } else { String::new() };
    let zip = line.service_zip_code.as_str();
    let (address, area) = match (wants(8), zip) {
        (true, "77002") => ("100,Example,Dallas,TX,75201", "214"),
        (true, _) => ("100,Example,Houston,TX,77002", "713"),
        (false, _) => (",,,,", line.subscriber_number.as_str().get(..3).unwrap()),
    };
    let ip =
        if wants(9) { format!("10.20.0.{},PDP-EXAMPLE,apn.example", place + 20) } else { ",,".to_owned() };
    let cells = [
        line.subscriber_number.to_string(),
        pick(0, ["", "active", "suspended", "cancelled"]).to_owned(),
        some(2, accounts[usize::try_from(choice >> 16).unwrap() % accounts.len()].clone()),
        pick(3, ["", "", "none", "SOC1 SOC2"]).to_owned(),
        pick(5, ["", "APXPLAN01", "APXPLAN02", "APXPLAN03"]).to_owned(),
        some(7, Imei::from_payload(format!("001010009990{place:02}")).unwrap().to_string()),
        some(10, Iccid::from_payload(format!("89010000000000990{place:02}")).unwrap().to_string()),
        ip,
        address.to_owned(),
        some(11, format!("{area}55501{:02}", place + 55)),
    ];
    cells.join(",") + "\n"
}

fn desired(lines: &[LineView], choices: &[u32]) -> String {
    let accounts: std::collections::BTreeSet<_> =
        lines.iter().map(|line| line.billing_account_number.to_string()).collect();
    let accounts: Vec<_> = accounts.into_iter().collect();
    let mut text = format!("{HEADER}\n");
    for (place, (line, choice)) in lines.iter().zip(choices).enumerate() {
        write!(text, "{}", row(place, line, &accounts, *choice)).unwrap();
    }
    text
}

/// What a step leaves in the ledger; sending a profile again leaves nothing.
fn effect(operation: FleetOperation) -> Option<LedgerKind> {
    use FleetOperation as F;
    match operation {
        F::Suspend | F::Resume | F::Cancel | F::Restore => Some(LedgerKind::Status),
        F::ChangeNumber => Some(LedgerKind::Number),
        F::SetDevice => Some(LedgerKind::Device),
        F::Transfer => Some(LedgerKind::Tobr),
        F::UpdateContact => Some(LedgerKind::Subscriber),
        F::ChangePlan => Some(LedgerKind::Plan),
        F::ProvisionIp | F::RemoveIp => Some(LedgerKind::Ip),
        _ => None,
    }
}

/// Plans, applies under faults, and plans again: a line is as it was wanted exactly where the apply says that it is
/// done, and the ledger has every step that is done once. Gives what came of the lines.
async fn holds(seed: u64, choices: &[u32], faults: &[Fault]) -> Vec<LineResult> {
    let place = Place::new(seed, LINES);
    let text = desired(&place.sandbox.lines(), choices);
    let first = place.draft(&text).await;
    assert!(place.sandbox.ledger().is_empty(), "a plan writes nothing");
    let (file, summary) = file_of(&first);
    let lines = planned(&first);
    assert_eq!(lines.len() as u64, summary.changing);
    let rules = faults.iter().enumerate().map(|(number, fault)| {
        let when = When::Probability(0.15);
        FaultRule::new(*fault, "writes", when).unwrap().seeded(seed.wrapping_add(number as u64))
    });
    place.sandbox.set_faults(rules);
    let results = place.apply(&file).await;
    place.sandbox.set_faults([]);
    let mut expected: HashMap<LedgerKind, usize> = HashMap::new();
    let mut possible = 0;
    for line in &lines {
        let result = results.iter().find(|result| result.row == line.row).unwrap();
        for step in &line.steps[..usize::try_from(result.done).unwrap()] {
            if let Some(kind) = effect(step.row.operation) {
                *expected.entry(kind).or_default() += 1;
            }
        }
        let is_open = matches!(result.verdict, Verdict::Unknown | Verdict::Pending);
        possible += usize::from(is_open);
    }
    let mut real: HashMap<LedgerKind, usize> = HashMap::new();
    for entry in place.sandbox.ledger().into_iter().filter(|entry| entry.kind != LedgerKind::Etf) {
        *real.entry(entry.kind).or_default() += 1;
    }
    let surplus = real.iter().map(|(kind, real)| {
        let expected = expected.get(kind).copied().unwrap_or(0);
        assert!(*real >= expected, "seed {seed}: {kind:?}: {real} of {expected}");
        real - expected
    });
    assert!(surplus.sum::<usize>() <= possible, "seed {seed}: {real:?} for {expected:?}, {possible} unknown");

    let second = place.draft(&text).await;
    let left: Vec<_> = planned(&second).into_iter().map(|line| line.row).collect();
    for result in results.iter().filter(|result| result.verdict == Verdict::Done) {
        assert!(!left.contains(&result.row), "seed {seed}, row {}: done, and planned again", result.row);
    }
    for row in left {
        let result = results.iter().find(|result| result.row == row).unwrap();
        assert_ne!(result.verdict, Verdict::Done, "seed {seed}, row {row}");
        assert!(
            !result.next_step.is_empty() || !result.reason.is_empty(),
            "seed {seed}, row {row}: {result:?}"
        );
    }
    results
}

/// The choices, without what AT&T may refuse for the device or the features that a line has.
fn easy(choices: &[u32]) -> Vec<u32> {
    choices
        .iter()
        // Any plan goes with the generic device; no feature bars a new number where there is none.
        .map(|choice| choice | 1 << 7)
        .map(|choice| if choice >> 11 & 1 == 1 { choice & !(3 << 3) | 2 << 3 } else { choice })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(8) })]

    #[test]
    fn after_an_apply_nothing_is_left_to_plan(
        seed in 0_u64..1000,
        choices in proptest::collection::vec(any::<u32>(), LINES),
    ) {
        let results = block_on(holds(seed, &easy(&choices), &[]));
        // contract 4.7: a contract term, which no read shows, may bind a plan.
        let is_bound = |result: &&LineResult| result.reason.contains("until the end of the contract");
        let open: Vec<_> = results
            .iter()
            .filter(|result| result.steps > 0 && result.verdict != Verdict::Done && !is_bound(result))
            .map(|result| (result.operation, result.reason.as_str()))
            .collect();
        prop_assert_eq!(open, [], "seed {}", seed);
    }

    #[test]
    fn whatever_goes_wrong_a_line_that_is_done_is_as_it_was_wanted(
        seed in 0_u64..1000,
        choices in proptest::collection::vec(any::<u32>(), LINES),
        fault in 0_usize..7,
    ) {
        let faults = [Fault::F1, Fault::F2, Fault::F3, Fault::F5, Fault::F7, Fault::F8, Fault::F9];
        let results = block_on(holds(seed, &choices, &[faults[fault], Fault::F2]));
        prop_assert!(results.iter().any(|result| result.verdict == Verdict::Done));
    }
}
