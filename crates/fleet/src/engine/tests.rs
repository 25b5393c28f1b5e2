use std::collections::BTreeMap;

use apex_mobility_core::domain::Imei;
use apex_mobility_core::{AppCredentials, domain};
use apex_mobility_sandbox::{Fault, FaultRule, LedgerKind, Sandbox, When};

use super::*;
use crate::field::Field;
use crate::input::{Format, Input};
use crate::journal::{Event, JobSpec, Location};
use crate::operation::FleetOperation;
use crate::state::State;

mod hands;
mod poisoned;
mod unreadable;

struct Place {
    sandbox: Sandbox,
    client: Client,
    directory: tempfile::TempDir,
}

impl Place {
    fn new(lines: usize) -> Self {
        let sandbox = Sandbox::builder().lines(lines).build();
        let client = Client::builder()
            .base_url("http://localhost")
            .credentials(AppCredentials::new("sandbox", "sandbox"))
            .transport(sandbox.transport())
            .clock(sandbox.clock())
            .build()
            .unwrap();
        Self { sandbox, client, directory: tempfile::tempdir().unwrap() }
    }

    async fn journal(&self) -> Journal {
        let location = Location::File(self.directory.path().join("journal.db"));
        Journal::open(&location, std::sync::Arc::new(self.sandbox.clock())).await.unwrap()
    }

    async fn job(&self, journal: &Journal, operation: Option<FleetOperation>, text: &str) -> JobInfo {
        let input = Input::open(text.as_bytes(), Format::Csv(b','), operation, &[]).unwrap();
        let report = journal.preflight(JobSpec::default(), input, "sandbox", &|_| Vec::new()).await.unwrap();
        assert_eq!(report.bad, 0, "{:?}", report.first_bad);
        journal.let_in(&report.job).await.unwrap();
        report.job
    }

    async fn run(&self, journal: &Journal, job: &JobInfo, options: Options) -> Ended {
        Engine::new(&self.client, journal, "sandbox", options).run(job, &Stop::default()).await.unwrap()
    }

    fn fault(&self, operation: &str, fault: Fault, when: When) {
        self.sandbox.set_faults([FaultRule::new(fault, operation, when).unwrap()]);
    }

    /// Numbers of active lines that nothing is the matter with.
    fn active(&self, count: usize) -> Vec<String> {
        let lines = self.sandbox.lines().into_iter().filter(|line| line.status == "A");
        let numbers: Vec<_> = lines.take(count).map(|line| line.subscriber_number.to_string()).collect();
        assert_eq!(numbers.len(), count);
        numbers
    }

    fn suspends(&self, count: usize) -> String {
        let rows: String = self.active(count).iter().map(|number| format!("{number},CR\n")).collect();
        format!("number,reason\n{rows}")
    }

    /// How many effects of a kind each line has.
    fn effects(&self, kind: LedgerKind) -> BTreeMap<String, usize> {
        let mut effects = BTreeMap::new();
        for entry in self.sandbox.ledger().into_iter().filter(|entry| entry.kind == kind) {
            *effects.entry(entry.subscriber_number.unwrap().to_string()).or_default() += 1;
        }
        effects
    }
}

async fn states(journal: &Journal, job: &JobInfo) -> Vec<State> {
    journal.items(job.number, None, 10_000).await.unwrap().into_iter().map(|item| item.state).collect()
}

fn activations(count: u32) -> String {
    let header = "sim,imei,plan,ban,first name,last name,street number,street name,city,state,zip\n";
    let rows = (0..count).map(|n| {
        let sim = domain::Iccid::from_payload(format!("890199{:012}", 700_000 + n)).unwrap();
        let imei = Imei::from_payload(format!("00101000{:06}", 700_000 + n)).unwrap();
        format!("{sim},{imei},APXPLAN01,000000000001,Test,User,100,Example,Dallas,TX,75201\n")
    });
    header.to_owned() + &rows.collect::<String>()
}

#[tokio::test]
async fn every_row_of_a_job_is_carried_out_once() {
    let place = Place::new(200);
    let journal = place.journal().await;
    let job = place.job(&journal, Some(FleetOperation::Suspend), &place.suspends(80)).await;
    assert_eq!(place.run(&journal, &job, Options::default()).await, Ended::Finished);
    assert!(states(&journal, &job).await.iter().all(|state| *state == State::Done));
    let effects = place.effects(LedgerKind::Status);
    assert_eq!((effects.len(), effects.values().max()), (80, Some(&1)));
    assert_eq!(journal.job(&job.id).await.unwrap().state, JobState::Finished);
    // A job that is over sends nothing more.
    assert_eq!(place.run(&journal, &job, Options::default()).await, Ended::Finished);
    assert_eq!(place.sandbox.ledger().len(), 80);
}

#[tokio::test]
async fn activations_go_together_and_are_followed_to_their_numbers() {
    let place = Place::new(20);
    let journal = place.journal().await;
    let job = place.job(&journal, Some(FleetOperation::Activate), &activations(300)).await;
    assert_eq!(place.run(&journal, &job, Options::default()).await, Ended::Finished);
    let items = journal.items(job.number, None, 1000).await.unwrap();
    assert!(items.iter().all(|item| item.state == State::Done && !item.facts.gained.is_empty()));
    let requests: std::collections::BTreeSet<_> = items.iter().map(|item| &item.facts.request_id).collect();
    // 1, 5 and 50 rows at first, then 200 and the rest.
    assert_eq!(requests.len(), 5);
    assert_eq!(place.effects(LedgerKind::Activation).len(), 300);
}

#[tokio::test]
async fn lost_answers_are_settled_by_reading_and_nothing_is_done_twice() {
    for fault in [Fault::F1, Fault::F2, Fault::F3, Fault::F4, Fault::F7, Fault::F8, Fault::F9] {
        let place = Place::new(200);
        let journal = place.journal().await;
        let job = place.job(&journal, Some(FleetOperation::Suspend), &place.suspends(60)).await;
        place.fault("status.change", fault, When::Probability(0.2));
        assert_eq!(place.run(&journal, &job, Options::default()).await, Ended::Finished, "{fault}");
        let states = states(&journal, &job).await;
        let effects = place.effects(LedgerKind::Status);
        assert!(effects.values().all(|count| *count == 1), "{fault}: {effects:?}");
        assert!(states.iter().all(|state| *state == State::Done), "{fault}: {states:?}");
        assert_eq!(effects.len(), 60, "{fault}");
    }
}

#[tokio::test]
async fn a_batch_whose_answer_is_lost_is_settled_row_by_row_and_never_sent_again() {
    let place = Place::new(20);
    let journal = place.journal().await;
    let job = place.job(&journal, Some(FleetOperation::Activate), &activations(40)).await;
    place.fault("activation.submit", Fault::F7, When::Always);
    let options = Options { ramp: false, ..Options::default() };
    assert_eq!(place.run(&journal, &job, options).await, Ended::Finished);
    let items = journal.items(job.number, None, 100).await.unwrap();
    assert!(items.iter().all(|item| item.state == State::Done && !item.facts.gained.is_empty()));
    assert_eq!(place.effects(LedgerKind::Activation).len(), 40);
    assert_eq!(place.sandbox.arrivals("activation.submit"), Some(1));
}

#[tokio::test]
async fn a_run_that_was_cut_off_goes_on_by_itself_and_repeats_nothing() {
    let place = Place::new(200);
    let journal = place.journal().await;
    let job = place.job(&journal, Some(FleetOperation::Suspend), &place.suspends(100)).await;
    place.fault("status.change", Fault::F2, When::Probability(0.3));
    let mut runs = 0;
    loop {
        let (stop, engine) =
            (Stop::default(), Engine::new(&place.client, &journal, "sandbox", Options::default()));
        let leave = async {
            // In the middle of it: a little further each time.
            for _ in 0..40 + 30 * runs {
                tokio::task::yield_now().await;
            }
            stop.leave();
        };
        let (ended, ()) = tokio::join!(engine.run(&job, &stop), leave);
        runs += 1;
        if ended.unwrap() == Ended::Finished {
            break;
        }
        assert!(runs < 500);
    }
    assert!(runs > 2, "{runs}");
    let effects = place.effects(LedgerKind::Status);
    assert!(effects.values().all(|count| *count == 1), "{effects:?}");
    assert_eq!(effects.len(), 100);
    assert!(states(&journal, &job).await.iter().all(|state| *state == State::Done));
}

#[tokio::test]
async fn too_many_failures_end_the_sending() {
    let place = Place::new(200);
    let journal = place.journal().await;
    let suspended = place.sandbox.lines().into_iter().filter(|line| line.status == "C");
    let bad: String = suspended.take(3).map(|line| format!("{},CR\n", line.subscriber_number)).collect();
    let good: String = place.active(50).iter().map(|number| format!("{number},CR\n")).collect();
    let text = format!("number,reason\n{bad}{good}");
    let job = place.job(&journal, Some(FleetOperation::Suspend), &text).await;
    let options = Options { max_failures: Some(FailureLimit::Number(1)), ..Options::default() };
    let ended = place.run(&journal, &job, options).await;
    assert!(matches!(ended, Ended::TooManyFailures { failed: 2.., .. }), "{ended:?}");
    assert!(place.sandbox.ledger().len() <= 4);
    assert_eq!(journal.job(&job.id).await.unwrap().state, JobState::Stopped);
}

#[tokio::test]
async fn a_stop_sends_nothing_more_and_a_resume_sends_the_rest() {
    let place = Place::new(200);
    let journal = place.journal().await;
    let job = place.job(&journal, Some(FleetOperation::Suspend), &place.suspends(60)).await;
    let stop = Stop::default();
    stop.stop();
    let engine = Engine::new(&place.client, &journal, "sandbox", Options::default());
    assert_eq!(engine.run(&job, &stop).await.unwrap(), Ended::Stopped);
    assert_eq!(place.sandbox.ledger().len(), 0);
    assert_eq!(engine.run(&job, &Stop::default()).await.unwrap(), Ended::Finished);
    assert_eq!(place.sandbox.ledger().len(), 60);
}

#[tokio::test]
async fn refused_credentials_and_a_server_that_is_gone_end_a_run_and_lose_no_row() {
    let place = Place::new(50);
    let journal = place.journal().await;
    let job = place.job(&journal, Some(FleetOperation::Suspend), &place.suspends(10)).await;
    let wrong = Client::builder()
        .base_url("http://localhost")
        .credentials(AppCredentials::new("sandbox", "wrong"))
        .transport(place.sandbox.transport())
        .clock(place.sandbox.clock())
        .build()
        .unwrap();
    let engine = Engine::new(&wrong, &journal, "sandbox", Options::default());
    assert!(matches!(engine.run(&job, &Stop::default()).await.unwrap(), Ended::Refused(_)));
    place.fault("reads", Fault::F10, When::Always);
    let options = Options { patience: Duration::from_mins(2), ..Options::default() };
    assert!(matches!(place.run(&journal, &job, options).await, Ended::Unreachable(_)));
    assert!(states(&journal, &job).await.iter().all(|state| *state == State::Planned));
    place.sandbox.set_faults([]);
    assert_eq!(place.run(&journal, &job, Options::default()).await, Ended::Finished);
    assert_eq!(place.sandbox.ledger().len(), 10);
}

#[tokio::test]
async fn no_more_rows_are_sent_than_are_allowed() {
    let place = Place::new(100);
    let journal = place.journal().await;
    let job = place.job(&journal, Some(FleetOperation::Suspend), &place.suspends(30)).await;
    let options = Options { max_changes: Some(7), ..Options::default() };
    assert_eq!(place.run(&journal, &job, options).await, Ended::EnoughChanges);
    assert_eq!(place.sandbox.ledger().len(), 7);
}

#[tokio::test]
async fn a_mixed_file_is_carried_through() {
    let place = Place::new(200);
    let journal = place.journal().await;
    let free = |line: &apex_mobility_sandbox::LineView| line.status == "A" && line.offering_codes.is_empty();
    let lines: Vec<_> = place.sandbox.lines().into_iter().filter(free).take(4).collect();
    let own = |n: usize| lines[n].subscriber_number.to_string();
    let account = lines[3].billing_account_number.to_string();
    let text = format!(
        "operation,number,reason,service zip,ban,pdp,ip,apn\n\
         suspend,{},CR,,,,,\nchange-number,{},,{},,,,\nreset-voicemail,{},,,,,,\n\
         provision-ip,{},,,{account},PDP-EXAMPLE,10.20.0.11,apn.example\n",
        own(0),
        own(1),
        lines[1].service_zip_code,
        own(2),
        own(3),
    );
    let job = place.job(&journal, None, &text).await;
    assert_eq!(place.run(&journal, &job, Options::default()).await, Ended::Finished);
    let items = journal.items(job.number, None, 10).await.unwrap();
    let told: Vec<_> = items.iter().map(|item| (item.row.operation.as_str(), item.state)).collect();
    assert!(items.iter().all(|item| item.state == State::Done), "{told:?} {}", items[3].facts.reason);
    assert!(!items[1].facts.gained.is_empty());
    assert_eq!(items[0].row.get(Field::Reason), Some("CR"));
}

#[tokio::test]
async fn what_stayed_unknown_or_overdue_gets_another_look_by_a_resume() {
    let place = Place::new(60);
    let journal = place.journal().await;
    let mut text = activations(1);
    let suspend = place.suspends(1);
    let number = suspend.lines().nth(1).unwrap().split(',').next().unwrap();
    let header = format!("operation,number,reason,{}", text.lines().next().unwrap());
    let activate = format!("activate,,,{}", text.lines().nth(1).unwrap());
    text = format!("{header}\n{activate}\nsuspend,{number},CR{}\n", ",".repeat(11));
    let job = place.job(&journal, None, &text).await;
    // The activation is taken and never seen to end, and no read shows what came of the suspension.
    let silent = |operation: &str| FaultRule::new(Fault::F10, operation, When::Always).unwrap();
    let day = Duration::from_hours(24);
    place.sandbox.set_faults([
        silent("activation.status").lasting(day),
        silent("line.get").lasting(day),
        FaultRule::new(Fault::F2, "status.change", When::Always).unwrap(),
    ]);
    let options = Options { look_before: false, ramp: false, ..Options::default() };
    assert_eq!(place.run(&journal, &job, options.clone()).await, Ended::Finished);
    assert_eq!(states(&journal, &job).await, [State::Overdue, State::StillUnknown]);
    place.sandbox.set_faults([]);
    assert_eq!(place.run(&journal, &job, options).await, Ended::Finished);
    assert_eq!(states(&journal, &job).await, [State::Done, State::Done]);
    assert_eq!(place.sandbox.ledger().len(), 2);
}

#[tokio::test]
async fn a_resume_is_not_sent_to_a_cancelled_line() {
    let place = Place::new(100);
    place.sandbox.set_variant("restore_mode", "resume_too").unwrap();
    let journal = place.journal().await;
    let of = |letter: &str| place.sandbox.find_line(|line| line.status == letter).unwrap();
    let suspended =
        place.sandbox.find_line(|line| line.status == "S" && line.imei == line.network_imei).unwrap();
    let text =
        format!("number,reason\n{},CR\n{},CR\n", of("C").subscriber_number, suspended.subscriber_number);
    let job = place.job(&journal, Some(FleetOperation::Resume), &text).await;
    assert_eq!(place.run(&journal, &job, Options::default()).await, Ended::Finished);
    assert_eq!(states(&journal, &job).await, [State::Dropped, State::Done]);
    assert_eq!(place.sandbox.ledger().len(), 1);
}
