//! Batches that AT&T refuses as a whole are asked for in halves, while other rows are sent and followed. Wherever a stop
//! or an end comes between, the next run comes to the same end, and nothing is done twice.

#![expect(clippy::unwrap_used, reason = "a test ends where it finds something wrong")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use apex_mobility::transport::BoxError;
use apex_mobility::{AppCredentials, Client};
use apex_mobility_fleet::input::{Format, Input};
use apex_mobility_fleet::journal::{Item, JobInfo, JobSpec, Location};
use apex_mobility_fleet::{Ended, Engine, FleetOperation, Journal, Options, State, Stop};
use apex_mobility_sandbox::{LedgerKind, LineView, Sandbox};
use bytes::Bytes;
use http::{Method, Request, Response};
use tower::Service;

/// What comes when the nth request of a kind is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comes {
    /// The end, before AT&T hears of the request.
    EndBefore,
    /// The end, when AT&T has answered and the answer is still under way.
    EndAfter,
    /// A stop, while AT&T answers.
    Stop,
}

/// The halves of one kind of request.
#[derive(Debug, Clone, Copy)]
struct Cut {
    /// How the path of the request ends.
    path: &'static str,
    nth: u32,
    comes: Comes,
}

const ACTIVATIONS: &str = "/serviceactivation";
const ADDRESSES: &str = "/ipprovisioning";

struct Place {
    sandbox: Sandbox,
    journal: Journal,
    job: JobInfo,
    _directory: tempfile::TempDir,
}

impl Place {
    /// A job of 40 activations, 20 suspensions and 10 addresses. One activation and one address are bad, and AT&T refuses
    /// all that go with them.
    async fn new() -> Self {
        let sandbox = Sandbox::builder().lines(400).build();
        sandbox.set_variant("duplicate_activation", "whole_post_400").unwrap();
        sandbox.set_variant("pdp_bad_line", "batch_fails").unwrap();
        let directory = tempfile::tempdir().unwrap();
        let location = Location::File(directory.path().join("journal.db"));
        let journal = Journal::open(&location, Arc::new(sandbox.clock())).await.unwrap();
        let text = rows(&sandbox);
        let input = Input::open(text.as_bytes(), Format::Csv(b','), None, &[]).unwrap();
        let report = journal.preflight(JobSpec::default(), input, "sandbox", &|_| Vec::new()).await.unwrap();
        assert_eq!((report.bad, report.rows), (0, 70), "{:?}", report.first_bad);
        journal.let_in(&report.job).await.unwrap();
        Self { sandbox, journal, job: report.job, _directory: directory }
    }

    /// A run that the cut comes to. Gives how it ended, and whether it came.
    async fn run(&self, cut: Option<Cut>) -> (Ended, bool) {
        let (stop, seen) = (Stop::default(), Arc::new(AtomicU32::new(0)));
        let (transport, by_wire, counter) = (self.sandbox.transport(), stop.clone(), Arc::clone(&seen));
        let wire = tower::service_fn(move |request: Request<Bytes>| {
            let (transport, stop, seen) = (transport.clone(), by_wire.clone(), Arc::clone(&counter));
            async move { carry(transport, request, cut, &stop, &seen).await }
        });
        let client = Client::builder()
            .base_url("http://localhost")
            .credentials(AppCredentials::new("sandbox", "sandbox"))
            .transport(wire)
            .clock(self.sandbox.clock())
            .build()
            .unwrap();
        let options = Options { ramp: false, ..Options::default() };
        let ended =
            Engine::new(&client, &self.journal, "sandbox", options).run(&self.job, &stop).await.unwrap();
        (ended, cut.is_some_and(|cut| seen.load(Ordering::SeqCst) >= cut.nth))
    }

    async fn items(&self, operation: FleetOperation) -> Vec<Item> {
        let mut items = self.journal.items(self.job.number, None, 100).await.unwrap();
        items.retain(|item| item.row.operation == operation);
        items
    }

    /// How many lines have an effect of a kind, and how many the one has that has most.
    fn effects(&self, kind: LedgerKind) -> (usize, usize) {
        let mut effects = BTreeMap::new();
        for entry in self.sandbox.ledger().into_iter().filter(|entry| entry.kind == kind) {
            *effects.entry(entry.iccid.map(|iccid| iccid.to_string())).or_insert(0) += 1;
        }
        (effects.len(), effects.into_values().max().unwrap_or(0))
    }
}

/// The wire, with what comes between.
async fn carry(
    mut transport: apex_mobility_sandbox::SandboxTransport,
    request: Request<Bytes>,
    cut: Option<Cut>,
    stop: &Stop,
    seen: &AtomicU32,
) -> Result<Response<Bytes>, BoxError> {
    let is_of = |cut: &Cut| request.method() == Method::POST && request.uri().path().ends_with(cut.path);
    let Some(cut) = cut.filter(is_of).filter(|cut| seen.fetch_add(1, Ordering::SeqCst) + 1 == cut.nth) else {
        return transport.call(request).await;
    };
    if cut.comes == Comes::EndBefore {
        stop.leave();
        return std::future::pending().await;
    }
    let answer = transport.call(request).await;
    if cut.comes == Comes::EndAfter {
        stop.leave();
        return std::future::pending().await;
    }
    stop.stop();
    answer
}

const BAD_ACTIVATION: usize = 27;
const BAD_ADDRESS: usize = 3;

fn rows(sandbox: &Sandbox) -> String {
    use apex_mobility::domain::{Iccid, Imei};
    let taken = sandbox.lines()[0].sim.to_string();
    let activations = (0..40).map(|n| {
        let sim = Iccid::from_payload(format!("890199{:012}", 700_000 + n)).unwrap().to_string();
        let sim = if n == BAD_ACTIVATION { &taken } else { &sim };
        let imei = Imei::from_payload(format!("00101000{:06}", 700_000 + n)).unwrap();
        format!("activate,{sim},{imei},APXPLAN01,000000000001,Test,User,100,Example,Dallas,TX,75201,,,,,\n")
    });
    let of_account = |line: &LineView| line.billing_account_number.as_str() == "000000000001";
    let active: Vec<_> = sandbox.lines().into_iter().filter(|line| line.status == "A").collect();
    let (own, others): (Vec<_>, Vec<_>) = active.into_iter().partition(of_account);
    assert!(own.len() >= 10 && others.len() >= 20);
    let suspends = others
        .iter()
        .take(20)
        .map(|line| format!("suspend{}{},CR,,,\n", ",".repeat(12), line.subscriber_number));
    let addresses = own.iter().take(10).enumerate().map(|(n, line)| {
        let ip = if n == BAD_ADDRESS { "10.99.0.11".to_owned() } else { format!("10.20.0.{}", n + 11) };
        let number = &line.subscriber_number;
        format!("provision-ip,,,,000000000001{}{number},,PDP-EXAMPLE,{ip},apn.example\n", ",".repeat(8))
    });
    let header = "operation,sim,imei,plan,ban,first name,last name,street number,street name,city,state,zip,number,reason,\
        pdp,ip,apn\n";
    header.to_owned() + &activations.chain(suspends).chain(addresses).collect::<String>()
}

/// Cuts one run at each of its requests of a kind in turn, until one is not cut any more. Gives how many were.
async fn cut_at_each(path: &'static str, comes: Comes) -> u32 {
    let mut cuts = 0;
    loop {
        let cut = Cut { path, nth: cuts + 1, comes };
        let place = Place::new().await;
        let (ended, came) = place.run(Some(cut)).await;
        assert_eq!(ended, if came { Ended::Stopped } else { Ended::Finished }, "{cut:?}");
        if came {
            assert_eq!(place.run(None).await.0, Ended::Finished, "{cut:?}");
        }
        judge(&place, cut).await;
        if !came {
            return cuts;
        }
        cuts += 1;
    }
}

async fn judge(place: &Place, cut: Cut) {
    let activations = place.items(FleetOperation::Activate).await;
    // What an end leaves without an answer is settled by reading. That a line is not there tells only after days, and an
    // activation is not repeated by itself.
    let may_be_lost = |item: &Item| {
        cut.comes != Comes::Stop && matches!(item.state, State::NotApplied | State::StillUnknown)
    };
    for (place, item) in activations.iter().enumerate() {
        let expected = if place == BAD_ACTIVATION { State::Rejected } else { State::Done };
        let (row, state, why) = (item.row.number, item.state, &item.facts.reason);
        assert!(state == expected || may_be_lost(item), "{cut:?}: row {row}: {state}, {why}");
    }
    let done = activations.iter().filter(|item| item.state == State::Done).count();
    let (effects, most) = place.effects(LedgerKind::Activation);
    assert!(effects == done && most <= 1, "{cut:?}: {effects} {done} {most}");
    let suspends = place.items(FleetOperation::Suspend).await;
    assert!(suspends.iter().all(|item| item.state == State::Done), "{cut:?}");
    assert_eq!(place.effects(LedgerKind::Status), (20, 1), "{cut:?}");
    let mut expected = [State::Done; 10];
    expected[BAD_ADDRESS] = State::Rejected;
    let addresses: Vec<_> =
        place.items(FleetOperation::ProvisionIp).await.into_iter().map(|item| item.state).collect();
    assert_eq!((addresses, place.effects(LedgerKind::Ip)), (expected.to_vec(), (9, 1)), "{cut:?}");
}

/// Halves, as long as one is refused: 40 rows, 20 and 20, and so on down to the bad one.
const MOST_HALVES: std::ops::RangeInclusive<u32> = 6..=14;

#[tokio::test]
async fn a_stop_between_the_halves_of_a_refused_batch_loses_no_row() {
    assert!(MOST_HALVES.contains(&cut_at_each(ACTIVATIONS, Comes::Stop).await));
}

#[tokio::test]
async fn an_end_before_a_half_leaves_is_settled_and_nothing_is_activated_twice() {
    assert!(MOST_HALVES.contains(&cut_at_each(ACTIVATIONS, Comes::EndBefore).await));
}

#[tokio::test]
async fn an_end_before_the_answer_to_a_half_is_settled_and_nothing_is_activated_twice() {
    assert!(MOST_HALVES.contains(&cut_at_each(ACTIVATIONS, Comes::EndAfter).await));
}

#[tokio::test]
async fn addresses_of_a_batch_that_failed_as_a_whole_are_asked_for_apart_wherever_a_run_is_cut() {
    for comes in [Comes::Stop, Comes::EndBefore, Comes::EndAfter] {
        // One batch, then each of the ten by itself.
        assert_eq!(cut_at_each(ADDRESSES, comes).await, 11, "{comes:?}");
    }
}
