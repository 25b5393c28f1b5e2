//! Contract 4.3.

use apex_mobility::catalog::Class;
use apex_mobility::domain::{
    BillingAccountNumber, LosingAccount, LosingPin, PersonName, SubscriberNumber, ZipCode,
};
use apex_mobility::port_management::{
    LosingCarrier, PortConflict, PortEnd, PortFix, PortJob, PortManagement, PortRequest, PortState,
    PortUpdate,
};
use apex_mobility::service_activation::{ActivationBatch, ActivationState, NewLine, Sim};
use apex_mobility::{Effect, Error, Poller, Settled};

use crate::Target;
use crate::target::{account, address, imei, person, plan, sim};

/// A number of another carrier's.
fn number() -> SubscriberNumber {
    SubscriberNumber::parse("9735550107").unwrap()
}

fn zip(text: &str) -> ZipCode {
    ZipCode::parse(text).unwrap()
}

/// An account at the losing carrier. In the sandbox its number tells how the port ends.
fn losing(account: &str) -> LosingCarrier {
    LosingCarrier::new(LosingAccount::parse(account).unwrap(), person())
        .pin(LosingPin::parse("000000").unwrap())
}

fn request(losing_account: &str) -> PortRequest {
    PortRequest::new(number(), account(), person(), address(), losing(losing_account))
}

async fn ask(target: &Target, losing_account: &str) {
    target.apex.port_management().request(request(losing_account)).send().await.unwrap();
}

async fn begin(target: &Target, losing_account: &str) -> Poller<PortJob> {
    target.apex.port_management().request(request(losing_account)).begin().await.unwrap()
}

async fn state(api: &PortManagement) -> PortState {
    api.status(number()).send().await.unwrap().state.unwrap()
}

async fn end_of(poller: Poller<PortJob>) -> PortEnd {
    match poller.await.unwrap() {
        Settled::Done(end) => end,
        other => panic!("not at its end: {other:?}"),
    }
}

async fn conflict_of(poller: Poller<PortJob>) -> PortConflict {
    match poller.await.unwrap() {
        Settled::ActionRequired(conflict) => conflict,
        other => panic!("not in conflict: {other:?}"),
    }
}

/// The states of the ports in the ledger.
fn moves(target: &Target) -> Vec<String> {
    let ledger = target.sandbox.ledger();
    let ports = ledger.iter().filter(|entry| entry.kind.to_string() == "port");
    ports.map(|entry| entry.detail["portRequestStatus"].clone()).collect()
}

fn told(error: &Error) -> (u16, Class, Effect) {
    (error.status().unwrap().as_u16(), error.class(), error.effect())
}

const REFUSED: (u16, Class, Effect) = (400, Class::InvalidInput, Effect::Rejected);

/// A number can be brought in where the carrier has numbers, and nowhere else.
pub async fn a_number_is_eligible_where_the_carrier_has_numbers(target: Target) {
    let api = target.apex.port_management();
    let yes = api.check_eligibility(number(), zip("75201")).send().await.unwrap();
    assert!(yes.is_eligible());
    let no = api.check_eligibility(number(), zip("00001")).send().await.unwrap();
    assert!(!no.is_eligible());
    // The answer is a word (contract 4.3).
    assert_eq!(no.eligibility_flag.unwrap().as_str(), "false");
}

/// The service area of the check is echoed in the request; another is refused.
pub async fn a_request_echoes_the_service_area(target: Target) {
    let api = target.apex.port_management();
    let error = api.request(request("OLD-1").service_area("999999999999")).send().await.unwrap_err();
    assert_eq!(told(&error), REFUSED);
    assert!(target.effects().is_empty());

    let checked = api.check_eligibility(number(), zip("75201")).send().await.unwrap();
    let echoed = request("OLD-1").service_area(checked.service_area().unwrap());
    assert_eq!(api.request(echoed).send().await.unwrap().state, Some(PortState::Open));
    assert_eq!(target.effects(), ["port"]);
}

/// A port is open, then confirmed, then completed.
pub async fn a_port_is_open_then_confirmed_then_completed(target: Target) {
    let api = target.apex.port_management();
    let poller = begin(&target, "OLD-1").await;
    assert_eq!(state(&api).await, PortState::Open);
    assert_eq!(end_of(poller).await, PortEnd::Confirmed);
    assert_eq!(state(&api).await, PortState::Confirmed);
    target.pass_minutes(24 * 60);
    assert_eq!(state(&api).await, PortState::Completed);
    assert_eq!(moves(&target), ["OP", "CF", "CO"]);
}

/// A port that the losing carrier denies, or that fails, ends so.
pub async fn a_port_may_be_denied_or_fail(target: Target) {
    assert!(matches!(end_of(begin(&target, "DN").await).await, PortEnd::Denied { reason: Some(_), .. }));
    // What has ended badly may be asked for again.
    assert!(matches!(end_of(begin(&target, "ER").await).await, PortEnd::Error { reason: Some(_), .. }));
    assert_eq!(moves(&target), ["OP", "DN", "OP", "ER"]);
}

/// Each known reason code names its fix, and so does one that is not known.
pub async fn each_conflict_names_its_fix(target: Target) {
    let table = [
        ("8A", PortFix::AccountNumber, Class::PortConflict),
        ("6B", PortFix::Pin, Class::PortConflict),
        ("8C", PortFix::Pin, Class::PortConflict),
        ("8D", PortFix::ZipCode, Class::PortConflict),
        ("9E", PortFix::ZipCode, Class::PortConflict),
        ("7C", PortFix::Name, Class::PortConflict),
        ("8E", PortFix::Name, Class::PortConflict),
        ("8F", PortFix::Name, Class::PortConflict),
        ("6P", PortFix::Release, Class::PortConflict),
        ("6A", PortFix::Release, Class::PortConflict),
        ("6D", PortFix::Release, Class::PortConflict),
        ("7T", PortFix::NotPortable, Class::NotEligible),
        ("1M", PortFix::DueDate, Class::Wait),
        ("1N", PortFix::DueDate, Class::Wait),
        ("6E", PortFix::DueDate, Class::Wait),
        ("6F", PortFix::DueDate, Class::Wait),
        ("1P", PortFix::ReadReason, Class::PortConflict),
        ("9Z", PortFix::ReadReason, Class::PortConflict),
    ];
    for (code, fix, class) in table {
        let conflict = conflict_of(begin(&target, &format!("CT-{code}")).await).await;
        assert_eq!((conflict.fix, conflict.row().class), (fix, class), "{code}");
        assert_eq!(conflict.code.as_deref(), Some(code));
        assert!(conflict.reason.is_some(), "{code}");
        target.apex.port_management().cancel(number(), zip("75201")).send().await.unwrap();
    }
}

/// The right correction puts a port in conflict on its way; a wrong one leads back to it.
pub async fn an_update_mends_a_conflict(target: Target) {
    let api = target.apex.port_management();
    let conflict = conflict_of(begin(&target, "CT-6B").await).await;
    assert_eq!(conflict.fix.fields(), ["oldServiceProvider.billingAccountPassword"]);

    let wrong = PortUpdate::new().service_zip(zip("77002"));
    assert_eq!(conflict_of(api.update(number(), wrong).begin().await.unwrap()).await, conflict);

    let right = losing("CT-6B").pin(LosingPin::parse("246810").unwrap());
    let update = api.update(number(), PortUpdate::new().losing_carrier(right)).begin().await.unwrap();
    assert_eq!(state(&api).await, PortState::Open);
    assert_eq!(end_of(update).await, PortEnd::Confirmed);
    assert_eq!(moves(&target), ["OP", "CT", "OP", "CT", "OP", "CF"]);
}

/// An open port can be updated, in each of its parts.
pub async fn an_open_port_can_be_updated(target: Target) {
    let api = target.apex.port_management();
    ask(&target, "OLD-1").await;
    let other = PersonName::new("Other", "User").unwrap();
    let updates = [
        PortUpdate::new().service_zip(zip("77002")),
        PortUpdate::new().billing_account(account()),
        PortUpdate::new().subscriber(other.clone(), address()),
        PortUpdate::new().parties((person(), address()), (other, address())),
        PortUpdate::new().losing_carrier(losing("OLD-2")),
    ];
    for update in updates {
        assert_eq!(api.update(number(), update).send().await.unwrap().state, Some(PortState::Open));
    }
    assert_eq!(moves(&target), ["OP"; 6]);
}

/// From its confirmation on, a port can no longer be updated.
pub async fn a_confirmed_port_cannot_be_updated(target: Target) {
    let api = target.apex.port_management();
    end_of(begin(&target, "OLD-1").await).await;
    for hours in [0, 24] {
        target.pass_minutes(hours * 60);
        let before = target.effects().len();
        let update = PortUpdate::new().service_zip(zip("77002"));
        let error = api.update(number(), update).send().await.unwrap_err();
        assert_eq!(told(&error), REFUSED);
        assert_eq!(target.effects().len(), before);
    }
}

/// An update that corrects nothing is not sent.
pub async fn an_empty_update_is_not_sent(target: Target) {
    ask(&target, "OLD-1").await;
    let error = target.apex.port_management().update(number(), PortUpdate::new()).send().await.unwrap_err();
    assert_eq!((error.effect(), error.status()), (Effect::NotSent, None));
}

/// A port can be cancelled while it is open, in conflict or confirmed, and then is no more.
pub async fn a_port_can_be_cancelled_until_it_is_completed(target: Target) {
    let api = target.apex.port_management();
    let cancel = async || {
        let port = api.cancel(number(), zip("75201")).send().await.unwrap();
        assert_eq!(port.state, Some(PortState::Cancelled));
    };
    let open = begin(&target, "OLD-1").await;
    cancel().await;
    assert_eq!(end_of(open).await, PortEnd::Cancelled);

    conflict_of(begin(&target, "CT-8A").await).await;
    cancel().await;

    end_of(begin(&target, "OLD-1").await).await;
    cancel().await;
    // The whole request is dropped: nothing is left to update.
    let update = PortUpdate::new().service_zip(zip("77002"));
    let error = api.update(number(), update).send().await.unwrap_err();
    assert_eq!(told(&error), (404, Class::NotFound, Effect::Rejected));
    target.pass_minutes(48 * 60);
    assert_eq!(moves(&target), ["OP", "CN", "OP", "CT", "CN", "OP", "CF", "CN"]);
}

/// A completed port cannot be cancelled.
pub async fn a_completed_port_cannot_be_cancelled(target: Target) {
    ask(&target, "OLD-1").await;
    target.pass_minutes(24 * 60);
    let error = target.apex.port_management().cancel(number(), zip("75201")).send().await.unwrap_err();
    assert_eq!(told(&error), REFUSED);
    assert_eq!(moves(&target), ["OP", "CF", "CO"]);
}

/// A cancel names the ZIP of the request.
pub async fn a_cancel_with_another_zip_is_refused(target: Target) {
    ask(&target, "OLD-1").await;
    let error = target.apex.port_management().cancel(number(), zip("77002")).send().await.unwrap_err();
    assert_eq!(told(&error), REFUSED);
    assert_eq!(moves(&target), ["OP"]);
}

/// A number with a port under way cannot be asked for a second time: row 18.
pub async fn a_number_is_asked_for_once(target: Target) {
    ask(&target, "OLD-1").await;
    let error = target.apex.port_management().request(request("OLD-1")).send().await.unwrap_err();
    assert_eq!(told(&error), (400, Class::Conflict, Effect::Rejected));
    assert_eq!(moves(&target), ["OP"]);
}

/// A number that is here already cannot be brought in: row 12.
pub async fn a_number_of_ones_own_cannot_be_brought_in(target: Target) {
    let ours = target.line(|line| line.status == "A").subscriber_number;
    let request = PortRequest::new(ours, account(), person(), address(), losing("OLD-1"));
    let error = target.apex.port_management().request(request).send().await.unwrap_err();
    assert_eq!(told(&error), (400, Class::Conflict, Effect::Rejected));
    assert!(target.effects().is_empty());
}

/// The account must exist: row 20.
pub async fn an_unknown_account_is_refused(target: Target) {
    let nobody = BillingAccountNumber::parse("999999999999").unwrap();
    let request = PortRequest::new(number(), nobody, person(), address(), losing("OLD-1"));
    let error = target.apex.port_management().request(request).send().await.unwrap_err();
    assert_eq!(told(&error), REFUSED);
    assert!(target.effects().is_empty());
}

/// A ZIP without numbers takes none in: row 21.
pub async fn a_zip_without_numbers_is_refused(target: Target) {
    let request = request("OLD-1").service_zip(zip("00001"));
    let error = target.apex.port_management().request(request).send().await.unwrap_err();
    assert_eq!(told(&error), (400, Class::NotEligible, Effect::Rejected));
    assert!(target.effects().is_empty());
}

/// A number that nobody asked for has no port request: row 26.
pub async fn a_number_that_was_never_asked_for_is_not_found(target: Target) {
    let error = target.apex.port_management().status(number()).send().await.unwrap_err();
    assert_eq!(told(&error), (404, Class::NotFound, Effect::None));
    assert!(error.message().contains("port request does not exist"));
}

/// The number stays with the old carrier until the port is confirmed; then the line gets it.
pub async fn a_line_gets_the_number_once_its_port_is_confirmed(target: Target) {
    let activated = async |serial: u32| {
        let line = NewLine::new(account(), person(), address(), plan(), imei(serial), Sim::Card(sim(serial)))
            .ported_number(number());
        let batch = ActivationBatch::try_from(vec![line]).unwrap();
        match target.apex.service_activation().submit(batch).begin().await.unwrap().await.unwrap() {
            Settled::Done(outcome) => {
                let line = outcome.lines()[0].clone();
                assert_eq!(line.state(), Some(ActivationState::Active));
                line.subscriber_number().unwrap().clone()
            }
            other => panic!("not settled: {other:?}"),
        }
    };
    let port = begin(&target, "OLD-1").await;
    assert_ne!(activated(1).await, number());
    assert!(end_of(port).await.is_ready_to_activate());
    assert_eq!(activated(2).await, number());
    assert_eq!(target.effects(), ["port", "activation", "port", "activation"]);
}
