//! One bad row changes nothing for the others of its request, whatever AT&T makes of it.

use apex_mobility_sandbox::LineView;

use super::*;

/// 200 activations, of which one asks for a SIM that another line has.
fn poisoned(place: &Place) -> (String, usize) {
    let bad = 137;
    let taken = place.sandbox.lines()[0].sim.to_string();
    let rows = activations(200);
    let rows = rows.lines().enumerate().map(|(line, row)| match row.split_once(',') {
        // The first is the header.
        Some((_, rest)) if line == bad + 1 => format!("{taken},{rest}\n"),
        _ => format!("{row}\n"),
    });
    (rows.collect(), bad)
}

async fn one_of_200_changes_nothing_for_the_others(place: &Place, most_requests: u64) {
    let journal = place.journal().await;
    let (text, bad) = poisoned(place);
    let job = place.job(&journal, Some(FleetOperation::Activate), &text).await;
    let options = Options { ramp: false, ..Options::default() };
    assert_eq!(place.run(&journal, &job, options).await, Ended::Finished);
    let items = journal.items(job.number, None, 1000).await.unwrap();
    for (at, item) in items.iter().enumerate() {
        let expected = if at == bad { State::Rejected } else { State::Done };
        assert_eq!(item.state, expected, "row {at}");
        let said = if at == bad { "ICCID is already in use" } else { "" };
        assert!(item.facts.reason.starts_with(said) && (at == bad || item.facts.reason.is_empty()));
    }
    let effects = place.effects(LedgerKind::Activation);
    assert_eq!((effects.len(), effects.values().max()), (199, Some(&1)));
    assert!(place.sandbox.arrivals("activation.submit").unwrap() <= most_requests);
}

#[tokio::test]
async fn one_row_that_is_refused_by_itself_changes_nothing_for_199_others() {
    one_of_200_changes_nothing_for_the_others(&Place::new(20), 1).await;
}

#[tokio::test]
async fn one_row_for_which_the_whole_request_is_refused_changes_nothing_for_199_others() {
    let place = Place::new(20);
    place.sandbox.set_variant("duplicate_activation", "whole_post_400").unwrap();
    // Halves, as long as one is refused.
    one_of_200_changes_nothing_for_the_others(&place, 17).await;
}

/// Ten addresses for lines of one account, of which one is not to be had.
fn addresses(place: &Place) -> String {
    let own = |line: &LineView| line.status == "A" && line.billing_account_number.as_str() == "000000000001";
    let lines = place.sandbox.lines().into_iter().filter(own).take(10).zip(11..);
    let row = |(line, n): (LineView, u32)| {
        let ip = if n == 14 { "10.99.0.11".to_owned() } else { format!("10.20.0.{n}") };
        format!("{},000000000001,PDP-EXAMPLE,{ip},apn.example\n", line.subscriber_number)
    };
    format!("number,ban,pdp,ip,apn\n{}", lines.map(row).collect::<String>())
}

async fn one_of_10_changes_nothing_for_the_others(place: &Place, what: &str) {
    let journal = place.journal().await;
    let job = place.job(&journal, Some(FleetOperation::ProvisionIp), &addresses(place)).await;
    let options = Options { ramp: false, ..Options::default() };
    assert_eq!(place.run(&journal, &job, options).await, Ended::Finished);
    let mut expected = [State::Done; 10];
    expected[3] = State::Rejected;
    assert_eq!(states(&journal, &job).await, expected, "{what}");
    let effects = place.effects(LedgerKind::Ip);
    assert_eq!((effects.len(), effects.values().max()), (9, Some(&1)), "{what}");
    let bad = &journal.items(job.number, None, 10).await.unwrap()[3];
    assert!(bad.facts.reason.contains("not in the pool"), "{what}: {}", bad.facts.reason);
}

#[tokio::test]
async fn an_address_that_is_refused_changes_nothing_for_nine_others_though_their_batch_fails() {
    for variant in ["element_fails", "batch_fails"] {
        let place = Place::new(400);
        place.sandbox.set_variant("pdp_bad_line", variant).unwrap();
        one_of_10_changes_nothing_for_the_others(&place, variant).await;
    }
}

#[tokio::test]
async fn of_a_lost_batch_of_addresses_each_row_is_told_the_refused_one_too() {
    let place = Place::new(400);
    place.fault("pdp.provision", Fault::F2, When::Nth(1));
    one_of_10_changes_nothing_for_the_others(&place, "lost").await;
}

#[tokio::test]
async fn rows_of_a_batch_that_came_to_nothing_are_sent_one_by_one() {
    let place = Place::new(400);
    let journal = place.journal().await;
    let text = addresses(&place).replace("10.99.0.11", "10.20.0.31");
    let job = place.job(&journal, Some(FleetOperation::ProvisionIp), &text).await;
    place.fault("pdp.provision", Fault::F9, When::Nth(1));
    let options = Options { ramp: false, ..Options::default() };
    assert_eq!(place.run(&journal, &job, options).await, Ended::Finished);
    assert_eq!(states(&journal, &job).await, [State::Done; 10]);
    assert_eq!(place.sandbox.arrivals("pdp.provision"), Some(1 + 10));
}
