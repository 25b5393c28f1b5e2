//! Contract 4.10.

use std::time::Duration;

use apex_mobility::catalog::Class;
use apex_mobility::domain::{
    AccessPointName, BatchError, BillingAccountNumber, Date, StaticIp, SubscriberNumber,
};
use apex_mobility::pdp_provisioning::{
    AddressCount, BatchId, BatchLine, HeldAddress, LineState, NewAddress, PdpJob, PdpName, PdpOutcome,
    PdpProvisioning, ProvisionBatch, RemovalBatch, StageName,
};
use apex_mobility::{Effect, Error, Poller, Settled};
use apex_mobility_sandbox::{Fault, FaultRule, LineView, When};

use crate::Target;
use crate::target::account;

fn pdp(name: &str) -> PdpName {
    PdpName::parse(name).unwrap()
}

fn example() -> PdpName {
    pdp("PDP-EXAMPLE")
}

fn address(text: &str) -> StaticIp {
    StaticIp::parse(text).unwrap()
}

fn line(number: &SubscriberNumber, ip: &str) -> NewAddress {
    NewAddress::new(number.clone(), address(ip), AccessPointName::parse("apn.example").unwrap())
}

fn batch(lines: impl IntoIterator<Item = NewAddress>) -> ProvisionBatch {
    ProvisionBatch::try_from(lines.into_iter().collect::<Vec<_>>()).unwrap()
}

fn removal(number: &SubscriberNumber, ip: &str) -> RemovalBatch {
    RemovalBatch::try_from(vec![HeldAddress::new(number.clone(), address(ip))]).unwrap()
}

/// Active lines of the account that every seed has.
fn numbers(target: &Target) -> Vec<SubscriberNumber> {
    let ours = |line: &LineView| line.status == "A" && line.billing_account_number == account();
    target.sandbox.lines().into_iter().filter(ours).map(|line| line.subscriber_number).collect()
}

fn api(target: &Target) -> PdpProvisioning {
    target.apex.pdp_provisioning()
}

async fn begin(target: &Target, lines: impl IntoIterator<Item = NewAddress>) -> Poller<PdpJob> {
    api(target).provision(example(), account(), batch(lines)).begin().await.unwrap()
}

async fn end_of(poller: Poller<PdpJob>) -> PdpOutcome {
    match poller.await.unwrap() {
        Settled::Done(outcome) => outcome,
        other => panic!("not at its end: {other:?}"),
    }
}

/// Gives one line an address, and waits for it.
async fn give(target: &Target, number: &SubscriberNumber, ip: &str) -> LineState {
    end_of(begin(target, [line(number, ip)]).await).await.find(number).unwrap().state()
}

fn failure(line: &BatchLine) -> (StageName, String) {
    let failure = line.failure().unwrap();
    (failure.stage, failure.reason.to_string())
}

/// The address that details show.
async fn shown(target: &Target, number: &SubscriberNumber) -> Option<String> {
    let line = target.apex.line_details().get(number.clone()).send().await.unwrap();
    line.ip_address().map(|address| address.to_string())
}

/// What happened to addresses, by the ledger.
fn moves(target: &Target) -> Vec<String> {
    let ledger = target.sandbox.ledger();
    let ips = ledger.iter().filter(|entry| entry.kind.to_string() == "ip");
    ips.map(|entry| format!("{} {}", entry.detail["change"], entry.detail["ipAddress"])).collect()
}

fn told(error: &Error) -> (u16, Class, Effect) {
    (error.status().unwrap().as_u16(), error.class(), error.effect())
}

const REFUSED: (u16, Class, Effect) = (400, Class::InvalidInput, Effect::Rejected);

/// A look-up names free addresses and sets none aside.
pub async fn a_look_up_names_free_addresses(target: Target) {
    for _ in 0..2 {
        let found = api(&target).available(example(), AddressCount::MAX).send().await.unwrap();
        assert_eq!((found.addresses().len(), found.shortfall()), (10, None));
        assert_eq!(found.addresses()[0], address("10.20.0.11"));
    }
    assert!(target.effects().is_empty());
}

/// A pool that runs short gives what is left, and says so: row 39. What is there can be used.
pub async fn a_pool_that_runs_short_gives_what_is_left(target: Target) {
    let look_up = async |count: u8| {
        api(&target).available(pdp("PDP-SMALL"), AddressCount::new(count).unwrap()).send().await.unwrap()
    };
    let found = look_up(6).await;
    let shortfall = found.shortfall().unwrap();
    assert_eq!((shortfall.asked, shortfall.found), (6, 4));
    assert_eq!((shortfall.row().number, shortfall.row().class), (39, Class::NotEligible));
    assert_eq!(found.message(), Some("4 of 6 IP addresses are available"));

    let lines = numbers(&target).into_iter().zip(found.addresses()).map(|(n, ip)| line(&n, ip.as_str()));
    let all = api(&target).provision(pdp("PDP-SMALL"), account(), batch(lines)).begin().await.unwrap();
    assert_eq!(end_of(all).await.done().count(), 4);
    let none = look_up(1).await;
    assert_eq!((none.addresses().len(), none.shortfall().unwrap().found), (0, 0));
}

/// A PDP that does not exist has no addresses and takes no lines.
pub async fn an_unknown_pdp_is_refused(target: Target) {
    let number = &numbers(&target)[0];
    let none = || pdp("PDP-NONE");
    let asked = api(&target).available(none(), AddressCount::MAX).send().await.unwrap_err();
    assert_eq!(told(&asked), REFUSED);
    assert_eq!(asked.message(), "PDP PDP-NONE does not exist");
    let given = api(&target).provision(none(), account(), batch([line(number, "10.20.0.11")]));
    assert_eq!(told(&given.send().await.unwrap_err()), REFUSED);
    let taken = api(&target).remove(none(), account(), removal(number, "10.20.0.11"));
    assert_eq!(told(&taken.send().await.unwrap_err()), REFUSED);
    assert!(target.effects().is_empty());
}

/// The account must exist: row 20.
pub async fn an_unknown_account_is_refused(target: Target) {
    let nobody = || BillingAccountNumber::parse("999999999999").unwrap();
    let number = &numbers(&target)[0];
    let given = api(&target).provision(example(), nobody(), batch([line(number, "10.20.0.11")]));
    let error = given.send().await.unwrap_err();
    assert_eq!((told(&error), error.row().unwrap().number), (REFUSED, 20));
    let taken = api(&target).remove(example(), nobody(), removal(number, "10.20.0.11"));
    assert_eq!(told(&taken.send().await.unwrap_err()), REFUSED);
    target.pass_minutes(5);
    assert!(target.effects().is_empty());
}

/// A line goes through its stages, one after the other, and then has its address.
pub async fn a_line_goes_through_its_stages(target: Target) {
    let number = &numbers(&target)[0];
    let mut poller =
        begin(&target, [line(number, "10.20.0.11")]).await.with_poll_every(Duration::from_secs(20));
    let mut seen = Vec::new();
    while let Some(status) = poller.next().await {
        let status = status.unwrap();
        let line = status.find(number).unwrap();
        seen.push(line.stages().map(|(_, stage)| stage.unwrap().to_string()).join("/"));
        assert_eq!(shown(&target, number).await.is_some(), line.state() == LineState::Provisioned);
    }
    assert_eq!(
        seen,
        [
            "In Progress/Pending/Pending",
            "Success/In Progress/Pending",
            "Success/Reserved/In Progress",
            "Success/Reserved/Complete",
        ]
    );
    assert_eq!(shown(&target, number).await.as_deref(), Some("10.20.0.11"));
    assert_eq!(moves(&target), ["given 10.20.0.11"]);
    let found = api(&target).available(example(), AddressCount::new(1).unwrap()).send().await.unwrap();
    assert_eq!(found.addresses(), [address("10.20.0.12")]);
}

/// Ten lines are one request, and each is found by its number.
pub async fn ten_lines_are_one_request(target: Target) {
    let ten: Vec<_> = numbers(&target).into_iter().take(10).collect();
    let lines = ten.iter().zip(11..).map(|(number, last)| line(number, &format!("10.20.0.{last}")));
    let outcome = end_of(begin(&target, lines).await).await;
    assert_eq!((outcome.done().count(), outcome.failed().count()), (10, 0));
    for (number, last) in ten.iter().zip(11..) {
        let line = outcome.find(number).unwrap();
        assert_eq!(line.address().unwrap().as_str(), format!("10.20.0.{last}"));
        assert_eq!(line.access_point_name.as_ref().unwrap().as_str(), "apn.example");
    }
    assert_eq!(moves(&target).len(), 10);
}

/// No batch holds an eleventh line, nor a number or an address twice.
pub async fn a_batch_that_breaks_a_limit_cannot_be_made(target: Target) {
    let numbers = numbers(&target);
    let lines = |count: usize| -> Vec<_> {
        numbers.iter().zip(11..).take(count).map(|(n, last)| line(n, &format!("10.20.0.{last}"))).collect()
    };
    let made = ProvisionBatch::try_from;
    assert_eq!(made(lines(11)).unwrap_err(), BatchError::TooMany { len: 11, max: 10 });
    assert_eq!(made(Vec::new()).unwrap_err(), BatchError::Empty);
    let twice = |what| BatchError::Duplicate { what, first: 0, second: 1 };
    let one = |n: usize, ip: &str| line(&numbers[n], ip);
    let same_number = vec![one(0, "10.20.0.11"), one(0, "10.20.0.12")];
    assert_eq!(made(same_number).unwrap_err(), twice("subscriber number"));
    let same_address = vec![one(0, "10.20.0.11"), one(1, "10.20.0.11")];
    assert_eq!(made(same_address).unwrap_err(), twice("static IP"));
    assert!(AddressCount::new(11).is_err() && AddressCount::new(0).is_err());
    assert!(target.effects().is_empty());
}

/// The line has to be active, and the account's own; a bad one fails alone.
pub async fn a_bad_line_fails_alone(target: Target) {
    let ours = |status: &'static str| {
        let found = target.line(|line| line.status == status && line.billing_account_number == account());
        found.subscriber_number
    };
    let (suspended, cancelled) = (ours("S"), ours("C"));
    let strangers = target.line(|line| line.status == "A" && line.billing_account_number != account());
    let (strangers, nobody) = (strangers.subscriber_number, SubscriberNumber::parse("9735550199").unwrap());
    let good = &numbers(&target)[0];
    let outcome = end_of(
        begin(
            &target,
            [
                line(&suspended, "10.20.0.11"),
                line(&cancelled, "10.20.0.12"),
                line(&strangers, "10.20.0.13"),
                line(&nobody, "10.20.0.14"),
                line(good, "10.20.0.15"),
            ],
        )
        .await,
    )
    .await;
    let inactive = (StageName::ProfileCheck, "Subscriber is inactive".to_owned());
    let failure = |number| failure(outcome.find(number).unwrap());
    assert_eq!((failure(&suspended), failure(&cancelled)), (inactive.clone(), inactive));
    assert_eq!(failure(&strangers).1, "Subscriber does not belong to the billing account");
    assert_eq!(failure(&nobody).1, "Unable to inquire subscriber");
    assert_eq!(outcome.find(good).unwrap().state(), LineState::Provisioned);
    assert_eq!((outcome.done().count(), outcome.failed().count()), (1, 4));
    assert_eq!(moves(&target), ["given 10.20.0.15"]);
}

/// An address goes to one line only, and is of the PDP's pool.
pub async fn an_address_that_cannot_be_had_fails_its_line_alone(target: Target) {
    let numbers = numbers(&target);
    assert_eq!(give(&target, &numbers[0], "10.20.0.11").await, LineState::Provisioned);
    let lines =
        [line(&numbers[1], "10.20.0.11"), line(&numbers[2], "10.21.0.11"), line(&numbers[3], "10.20.0.12")];
    let outcome = end_of(begin(&target, lines).await).await;
    let failure = |n: usize| failure(outcome.find(&numbers[n]).unwrap());
    let reservation = |why: &str| (StageName::IpReservation, why.to_owned());
    assert_eq!(failure(1), reservation("IP address 10.20.0.11 is not available"));
    assert_eq!(failure(2), reservation("IP address 10.21.0.11 is not in the pool of PDP-EXAMPLE"));
    assert_eq!(outcome.find(&numbers[3]).unwrap().state(), LineState::Provisioned);
    assert_eq!(moves(&target), ["given 10.20.0.11", "given 10.20.0.12"]);
}

/// A line that has an address gets no other.
pub async fn a_line_has_one_address(target: Target) {
    let number = &numbers(&target)[0];
    give(&target, number, "10.20.0.11").await;
    let again = give(&target, number, "10.20.0.12").await;
    assert!(matches!(again, LineState::Failed(_)), "{again:?}");
    assert_eq!(shown(&target, number).await.as_deref(), Some("10.20.0.11"));
    assert_eq!(moves(&target), ["given 10.20.0.11"]);
}

/// What was asked for a number can be read without its batch.
pub async fn a_number_shows_its_batches(target: Target) {
    let number = &numbers(&target)[0];
    give(&target, number, "10.20.0.11").await;
    let removed =
        api(&target).remove(example(), account(), removal(number, "10.20.0.11")).send().await.unwrap();
    let status = api(&target).status_of_number(number.clone()).send().await.unwrap();
    let states: Vec<_> = status.lines.iter().map(BatchLine::state).collect();
    assert_eq!(states, [LineState::Provisioned, LineState::Pending]);
    assert_eq!(status.lines[1].batch_id.as_deref(), Some(removed.batch.as_str()));
}

/// A batch or number that is not known: row 38.
pub async fn what_is_not_known_is_not_found(target: Target) {
    let batch = BatchId::parse("11111111-2222-11ee-8333-444444444444").unwrap();
    let number = numbers(&target)[0].clone();
    let answers = [
        api(&target).status(batch).send().await.unwrap_err(),
        api(&target).status_of_number(number).send().await.unwrap_err(),
    ];
    for error in answers {
        assert_eq!(told(&error), (200, Class::NotFound, Effect::None));
        assert_eq!(error.row().unwrap().number, 38);
        assert!(error.message().starts_with("No request"), "{}", error.message());
    }
}

/// An address is taken back and free again; only the line's own can be.
pub async fn an_address_is_removed_and_free_again(target: Target) {
    let number = &numbers(&target)[0];
    give(&target, number, "10.20.0.11").await;
    let remove = async |ip: &str| {
        let begun = api(&target).remove(example(), account(), removal(number, ip)).begin().await.unwrap();
        end_of(begun).await.find(number).unwrap().clone()
    };
    let wrong = remove("10.20.0.12").await;
    assert_eq!(failure(&wrong).1, "IP address 10.20.0.12 is not the subscriber's");
    assert_eq!(shown(&target, number).await.as_deref(), Some("10.20.0.11"));

    assert_eq!(remove("10.20.0.11").await.state(), LineState::Removed);
    assert_eq!(shown(&target, number).await, None);
    assert_eq!(moves(&target), ["given 10.20.0.11", "taken 10.20.0.11"]);
    assert_eq!(give(&target, &numbers(&target)[1], "10.20.0.11").await, LineState::Provisioned);
}

/// A cancelled line still holds its address, and it can be taken back.
pub async fn a_cancelled_lines_address_can_be_removed(target: Target) {
    let number = &numbers(&target)[0];
    give(&target, number, "10.20.0.11").await;
    let reason = apex_mobility::status_change::CancelReason::Unspecified;
    target.apex.status_change().cancel(number.clone(), reason).send().await.unwrap();
    let begun =
        api(&target).remove(example(), account(), removal(number, "10.20.0.11")).begin().await.unwrap();
    assert_eq!(end_of(begun).await.done().count(), 1);
    assert_eq!(moves(&target), ["given 10.20.0.11", "taken 10.20.0.11"]);
}

/// An address is given on the day that is asked for, and not in the past.
pub async fn an_address_is_given_on_its_day(target: Target) {
    let number = &numbers(&target)[0];
    let on = |day: i8| line(number, "10.20.0.11").effective_date(Date::new(2026, 1, day).unwrap());
    let past = api(&target).provision(example(), account(), batch([on(18)])).send().await.unwrap_err();
    assert_eq!(told(&past), REFUSED);

    let accepted = api(&target).provision(example(), account(), batch([on(21)])).begin().await.unwrap();
    let Settled::StillPending(rest) = accepted.await.unwrap() else { panic!("settled before its day") };
    assert_eq!(rest.last.unwrap().find(number).unwrap().state(), LineState::Pending);
    assert!(moves(&target).is_empty());
    target.pass_minutes(36 * 60);
    let again = Poller::resume(target.apex.client(), rest.handle);
    assert_eq!(end_of(again).await.done().count(), 1);
    assert_eq!(moves(&target), ["given 10.20.0.11"]);
}

/// A submission that was carried out and whose answer is lost is not sent again; its number tells.
pub async fn a_lost_answer_is_settled_by_the_number(target: Target) {
    let numbers = numbers(&target);
    for (fault, number, ip) in
        [(Fault::F2, &numbers[0], "10.20.0.11"), (Fault::F7, &numbers[1], "10.20.0.12")]
    {
        target.sandbox.set_faults([FaultRule::new(fault, "pdp.provision", When::Nth(1)).unwrap()]);
        let sent =
            target.unjudged.pdp_provisioning().provision(example(), account(), batch([line(number, ip)]));
        let error = sent.send().await.unwrap_err();
        assert_eq!((error.effect(), error.attempts()), (Effect::Unknown, 1));
        assert!(error.next_step().contains("status of each number"), "{}", error.next_step());
        let status = api(&target).status_of_number(number.clone()).send().await.unwrap();
        assert_eq!(status.find(number).unwrap().address(), Some(&address(ip)));
        target.pass_minutes(5);
        assert_eq!(shown(&target, number).await.as_deref(), Some(ip));
    }
    assert_eq!(moves(&target).len(), 2);
}

/// An accepted submission without a batch id is an unknown outcome: row 37.
pub async fn an_answer_without_a_batch_id_is_an_unknown_outcome(target: Target) {
    target.sandbox.set_variant("success_code", "204").unwrap();
    let number = &numbers(&target)[0];
    let sent = target.unjudged.pdp_provisioning().provision(
        example(),
        account(),
        batch([line(number, "10.20.0.11")]),
    );
    let error = sent.send().await.unwrap_err();
    assert_eq!(told(&error), (204, Class::Ambiguous, Effect::Unknown));
    assert_eq!(error.row().unwrap().number, 37);
    let status = api(&target).status_of_number(number.clone()).send().await.unwrap();
    assert_eq!(status.lines.len(), 1);
}

/// A look-up may hold what it finds, so a lost one is not sent again by itself.
pub async fn a_look_up_may_hold_what_it_finds(target: Target) {
    target.sandbox.set_variant("pdp_lookup", "hold_15_min").unwrap();
    let look_up =
        async || api(&target).available(pdp("PDP-SMALL"), AddressCount::new(3).unwrap()).send().await;
    target.sandbox.set_faults([FaultRule::new(Fault::F2, "pdp.addresses", When::Nth(1)).unwrap()]);
    let error = target
        .unjudged
        .pdp_provisioning()
        .available(pdp("PDP-SMALL"), AddressCount::new(3).unwrap())
        .send()
        .await
        .unwrap_err();
    assert_eq!((error.effect(), error.attempts()), (Effect::Unknown, 1));
    assert_eq!(look_up().await.unwrap().shortfall().unwrap().found, 1);
    target.pass_minutes(15);
    assert_eq!(look_up().await.unwrap().shortfall(), None);
}

/// Names in PascalCase and indicators as bools are read all the same.
pub async fn replies_are_read_in_every_style(target: Target) {
    // The contract has the names in camelCase.
    let api = target.unjudged.pdp_provisioning();
    let numbers = numbers(&target);
    let table = [("camel_case", "10.20.0.11"), ("pascal_case", "10.20.0.12"), ("bool", "10.20.0.13")];
    for ((style, ip), number) in table.into_iter().zip(&numbers) {
        target.sandbox.set_variant("pdp_style", style).unwrap();
        let found = api.available(example(), AddressCount::new(1).unwrap()).send().await.unwrap();
        assert_eq!(found.addresses(), [address(ip)], "{style}");
        let lines = batch([line(number, ip).lte(false)]);
        let outcome = end_of(api.provision(example(), account(), lines).begin().await.unwrap()).await;
        let line = outcome.find(number).unwrap();
        assert_eq!(line.state(), LineState::Provisioned, "{style}");
        assert_eq!(line.lte_indicator.as_ref().unwrap().as_bool(), Some(false), "{style}");
        assert_eq!(line.default_apn_indicator.as_ref().unwrap().as_bool(), Some(true), "{style}");
        let refused = api.available(pdp("PDP-NONE"), AddressCount::MAX).send().await.unwrap_err();
        assert_eq!(refused.message(), "PDP PDP-NONE does not exist", "{style}");
    }
}

/// A bad line may fail its whole batch: then each line says so, and none has an address.
pub async fn a_bad_line_may_fail_its_batch(target: Target) {
    target.sandbox.set_variant("pdp_bad_line", "batch_fails").unwrap();
    let numbers = numbers(&target);
    let lines = [line(&numbers[0], "10.20.0.11"), line(&numbers[1], "10.99.0.1")];
    let outcome = end_of(begin(&target, lines).await).await;
    assert_eq!((outcome.done().count(), outcome.failed().count()), (0, 2));
    assert!(target.effects().is_empty());
}
