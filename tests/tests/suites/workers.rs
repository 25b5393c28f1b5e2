//! Workers that share a job, in one process: what is quick to show. `cargo xtask workers` does it with processes that
//! are killed and put to sleep.

#![expect(clippy::unwrap_used, reason = "a test ends where it finds something wrong")]

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use apex_mobility::clock::{Clock, SystemClock};
use apex_mobility::{AppCredentials, Client, SharedPace};
use apex_mobility_fleet::input::{Format, Input};
use apex_mobility_fleet::journal::{JobInfo, JobSpec, JobState, Location};
use apex_mobility_fleet::worker::{
    self, News, PostgresPace, Queue, QueueError, Work, Worker, WorkerEnded, WorkerError, WorkerOptions,
};
use apex_mobility_fleet::{Ended, Engine, FleetOperation, Journal, Options, Orders, State, Stop};
use apex_mobility_sandbox::{ClockMode, LedgerKind, Sandbox};
use tower::Service;
use xtask::postgres::Cluster;

const SERVER: &str = "http://localhost";
const BEAT: Duration = Duration::from_secs(1);

/// A sandbox, and a journal on PostgreSQL.
struct Place {
    sandbox: Sandbox,
    location: Location,
    journal: Journal,
    queue: Queue,
    /// How long its answers are under way.
    latency: Duration,
}

impl Place {
    /// None where no PostgreSQL is installed; that was said.
    async fn new(lines: usize) -> Option<Self> {
        Some(Self::at(&Cluster::get()?.database(), lines).await)
    }

    async fn at(url: &str, lines: usize) -> Self {
        let location = Location::parse(url).unwrap();
        let clock = ClockMode::Real { speed: 1.0 };
        let sandbox = Sandbox::builder().lines(lines).clock(clock).build();
        let journal = Journal::open(&location, Arc::new(SystemClock::new())).await.unwrap();
        let queue = Queue::with_beat(&location, SERVER, BEAT).await.unwrap();
        Self { sandbox, location, journal, queue, latency: Duration::ZERO }
    }

    fn client(&self, secret: &str) -> Client {
        let (sandbox, latency) = (self.sandbox.transport(), self.latency);
        let clock = SystemClock::new();
        let distant = tower::service_fn(move |request| {
            let (mut sandbox, clock) = (sandbox.clone(), clock.clone());
            async move {
                let answer = sandbox.call(request).await;
                clock.sleep(latency).await;
                answer
            }
        });
        let client = Client::builder().base_url(SERVER).transport(distant);
        client.credentials(AppCredentials::new("sandbox", secret)).build().unwrap()
    }

    /// Rows that suspend lines.
    fn suspends(&self, count: usize) -> String {
        let lines = self.sandbox.lines().into_iter().filter(|line| line.status == "A");
        let rows: Vec<_> = lines.take(count).map(|line| format!("{},CR\n", line.subscriber_number)).collect();
        assert_eq!(rows.len(), count);
        format!("number,reason\n{}", rows.concat())
    }

    /// Lets a job in, without a word to the workers.
    async fn let_in(&self, operation: FleetOperation, text: &str, orders: Orders) -> JobInfo {
        self.begin(operation, text, Orders { for_workers: true, ..orders }).await
    }

    /// Lets a job in that is this process's own, unless it is for workers.
    async fn begin(&self, operation: FleetOperation, text: &str, orders: Orders) -> JobInfo {
        let options = serde_json::to_string(&orders).unwrap();
        let input = Input::open(text.as_bytes(), Format::Csv(b','), Some(operation), &[]).unwrap();
        let spec = JobSpec { server: SERVER.to_owned(), options, ..JobSpec::default() };
        let report = self.journal.preflight(spec, input, "sandbox", &|_| Vec::new()).await.unwrap();
        assert_eq!(report.bad, 0, "{:?}", report.first_bad);
        self.journal.let_in(&report.job).await.unwrap();
        self.journal.job(&report.job.id).await.unwrap()
    }

    async fn submit(&self, operation: FleetOperation, text: &str, orders: Orders) -> JobInfo {
        let job = self.let_in(operation, text, orders).await;
        worker::submit(&self.journal, &self.queue, &job).await.unwrap();
        job
    }

    /// A worker until nothing is left, with connections of its own. What it told is kept.
    async fn work(&self, secret: &str) -> (Result<WorkerEnded, WorkerError>, Vec<News>) {
        self.work_as(secret, secret).await
    }

    /// The same, where the rows' secrets are opened under another secret than the client has.
    async fn work_as(&self, client: &str, secret: &str) -> (Result<WorkerEnded, WorkerError>, Vec<News>) {
        let journal = Journal::open(&self.location, Arc::new(SystemClock::new())).await.unwrap();
        let queue = Queue::with_beat(&self.location, SERVER, BEAT).await.unwrap();
        let engine = Engine::new(&self.client(client), &journal, secret, Options::default());
        let options = WorkerOptions { until_done: true, ..WorkerOptions::default() };
        let told = Mutex::new(Vec::new());
        let worker = Worker::new(&engine, &queue, SERVER, options);
        let ended = worker.run("test", &Stop::default(), &|news| told.lock().unwrap().push(news)).await;
        (ended, told.into_inner().unwrap())
    }

    async fn state(&self, job: &JobInfo) -> JobState {
        self.journal.job(&job.id).await.unwrap().state
    }

    async fn count(&self, job: &JobInfo, state: State) -> u64 {
        self.journal.tally(job.number).await.unwrap().of(state)
    }

    /// How many lines were changed, and how often the one that was changed most.
    fn effects(&self, kind: LedgerKind) -> (usize, usize) {
        let mut effects = BTreeMap::new();
        for entry in self.sandbox.ledger().into_iter().filter(|entry| entry.kind == kind) {
            *effects.entry(entry.iccid.map(|iccid| iccid.to_string())).or_insert(0) += 1;
        }
        (effects.len(), effects.into_values().max().unwrap_or(0))
    }
}

fn quick() -> Orders {
    Orders { poll_every: Some(Duration::from_millis(100)), ..Orders::default() }
}

fn took(told: &[News], work: Work) -> usize {
    told.iter().filter(|news| matches!(news, News::Took { chunk, .. } if chunk.work == work)).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_share_a_job_and_each_row_is_carried_out_once() {
    let Some(place) = Place::new(2000).await else { return };
    let job = place.submit(FleetOperation::Suspend, &place.suspends(400), quick()).await;
    let ((one, told_one), (other, told_other)) = tokio::join!(place.work("sandbox"), place.work("sandbox"));
    assert_eq!((one.unwrap(), other.unwrap()), (WorkerEnded::NothingLeft, WorkerEnded::NothingLeft));
    assert_eq!(place.effects(LedgerKind::Status), (400, 1));
    assert_eq!(place.count(&job, State::Done).await, 400);
    assert_eq!(place.state(&job).await, JobState::Finished);
    // One opens it, and the rest is shared out.
    assert_eq!(took(&told_one, Work::Open) + took(&told_other, Work::Open), 1);
    assert!(took(&told_one, Work::Send) > 0 && took(&told_other, Work::Send) > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_carrier_works_on_is_followed_to_its_end_apart_from_the_sending() {
    let Some(place) = Place::new(20).await else { return };
    let header = "sim,imei,plan,ban,first name,last name,street number,street name,city,state,zip\n";
    let rows = (0..60).map(|n| {
        let sim = apex_mobility::domain::Iccid::from_payload(format!("890199{:012}", 700_000 + n)).unwrap();
        let imei = apex_mobility::domain::Imei::from_payload(format!("00101000{:06}", 700_000 + n)).unwrap();
        format!("{sim},{imei},APXPLAN01,000000000001,Test,User,100,Example,Dallas,TX,75201\n")
    });
    let text = header.to_owned() + &rows.collect::<String>();
    // An activation takes the sandbox some seconds.
    let fast = ClockMode::Real { speed: 50.0 };
    let place = Place { sandbox: Sandbox::builder().lines(20).clock(fast).build(), ..place };
    let job = place.submit(FleetOperation::Activate, &text, quick()).await;
    let (ended, told) = place.work("sandbox").await;
    assert_eq!(ended.unwrap(), WorkerEnded::NothingLeft);
    assert_eq!(place.count(&job, State::Done).await, 60);
    assert_eq!(place.effects(LedgerKind::Activation), (60, 1));
    assert!(took(&told, Work::Follow) > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_chunks_of_a_worker_that_is_gone_are_taken_over_and_its_rows_settled_by_reading() {
    let Some(mut place) = Place::new(2000).await else { return };
    // Requests are under way when the worker goes.
    place.latency = Duration::from_millis(150);
    // That a row had no effect is told after minutes only: here it stays unknown.
    let orders = Orders { no_ramp: true, resolve_wait: Some(Duration::from_secs(5)), ..quick() };
    let job = place.submit(FleetOperation::Suspend, &place.suspends(120), orders).await;
    let clock = SystemClock::new();
    let in_the_middle = async || {
        let tally = place.journal.tally(job.number).await.unwrap();
        tally.count(State::is_open_question) > 0 && tally.of(State::Done) > 0 && tally.of(State::Planned) > 0
    };
    let comes_into_the_middle = async {
        while !in_the_middle().await {
            clock.sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::select! {
        _ = place.work("sandbox") => {}
        () = comes_into_the_middle => {}
    }
    assert!(in_the_middle().await);
    let gone = clock.monotonic();
    let (ended, told) = place.work("sandbox").await;
    assert_eq!(ended.unwrap(), WorkerEnded::NothingLeft);
    assert!(told.iter().any(|news| matches!(news, News::Took { taken_over: true, .. })));
    let (effects, most) = place.effects(LedgerKind::Status);
    let (done, unknown) =
        (place.count(&job, State::Done).await, place.count(&job, State::StillUnknown).await);
    assert_eq!((done, done + unknown, most), (effects as u64, 120, 1));
    // Three beats until it is missed, and what is read shows at once what was done.
    let took = clock.monotonic() - gone;
    assert!(took < Duration::from_secs(60), "{took:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_was_let_in_and_forgotten_is_found_by_the_next_worker() {
    let Some(place) = Place::new(200).await else { return };
    let job = place.let_in(FleetOperation::Suspend, &place.suspends(10), quick()).await;
    let (ended, _) = place.work("sandbox").await;
    assert_eq!(ended.unwrap(), WorkerEnded::NothingLeft);
    assert_eq!((place.count(&job, State::Done).await, place.state(&job).await), (10, JobState::Finished));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_more_rows_are_sent_than_are_allowed_by_all_workers_together() {
    let Some(place) = Place::new(2000).await else { return };
    let orders = Orders { max_changes: Some(130), ..quick() };
    let job = place.submit(FleetOperation::Suspend, &place.suspends(300), orders).await;
    let ((one, _), (other, _)) = tokio::join!(place.work("sandbox"), place.work("sandbox"));
    assert!(one.is_ok() && other.is_ok());
    assert_eq!(place.effects(LedgerKind::Status), (130, 1));
    assert_eq!((place.count(&job, State::Planned).await, place.state(&job).await), (170, JobState::Stopped));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_many_failures_end_a_job_for_all_workers() {
    let Some(place) = Place::new(2000).await else { return };
    let cancelled = place.sandbox.lines().into_iter().filter(|line| line.status == "C");
    let bad: String = cancelled.take(5).map(|line| format!("{},CR\n", line.subscriber_number)).collect();
    // The bad ones come last, after the opening.
    let text = place.suspends(200) + &bad;
    let orders = Orders { max_failures: Some("2".to_owned()), ..quick() };
    let job = place.submit(FleetOperation::Suspend, &text, orders).await;
    let (ended, told) = place.work("sandbox").await;
    assert_eq!(ended.unwrap(), WorkerEnded::NothingLeft);
    assert_eq!(place.state(&job).await, JobState::Stopped);
    assert!(told.iter().any(|news| matches!(news, News::Job { state: JobState::Stopped, .. })), "{told:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refused_credentials_end_the_worker_and_leave_the_job_to_others() {
    let Some(place) = Place::new(200).await else { return };
    let job = place.submit(FleetOperation::Suspend, &place.suspends(10), quick()).await;
    let (ended, _) = place.work("wrong").await;
    assert!(matches!(ended.unwrap(), WorkerEnded::Refused(_)));
    assert_eq!((place.count(&job, State::Planned).await, place.state(&job).await), (10, JobState::Running));
    let (ended, _) = place.work("sandbox").await;
    assert_eq!(ended.unwrap(), WorkerEnded::NothingLeft);
    assert_eq!(place.effects(LedgerKind::Status), (10, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_with_another_app_secret_ends_before_it_sends_and_leaves_the_job_to_others() {
    let Some(place) = Place::new(200).await else { return };
    let rows = place.suspends(10).replace(",CR\n", ",867530\n").replace("reason", "voicemail pin");
    let job = place.submit(FleetOperation::ResetVoicemail, &rows, quick()).await;
    let (ended, told) = place.work_as("sandbox", "another").await;
    let error = ended.unwrap_err();
    assert!(matches!(&error, WorkerError::Secret { job: of, .. } if *of == job.id), "{error}");
    assert!(error.to_string().contains("was submitted under another app secret"), "{error}");
    assert!(!format!("{error}{told:?}").contains("867530"));
    assert_eq!((place.count(&job, State::Planned).await, place.state(&job).await), (10, JobState::Running));
    assert_eq!(place.sandbox.arrivals("writes"), Some(0));
    // What it had is back in the queue at once.
    let (ended, _) = place.work("sandbox").await;
    assert_eq!(ended.unwrap(), WorkerEnded::NothingLeft);
    assert_eq!((place.count(&job, State::Done).await, place.state(&job).await), (10, JobState::Finished));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_resume_beside_workers_is_a_further_hand() {
    let Some(place) = Place::new(2000).await else { return };
    let orders = Orders { no_ramp: true, ..quick() };
    let job = place.submit(FleetOperation::Suspend, &place.suspends(300), orders).await;
    let journal = Journal::open(&place.location, Arc::new(SystemClock::new())).await.unwrap();
    let options = Options { ramp: false, ..Options::default() };
    let engine = Engine::new(&place.client("sandbox"), &journal, "sandbox", options);
    let stop = Stop::default();
    let (hand, (worker, _)) = tokio::join!(engine.run(&job, &stop), place.work("sandbox"));
    assert!(hand.is_ok() && worker.is_ok());
    assert_eq!(place.effects(LedgerKind::Status), (300, 1));
    assert_eq!((place.count(&job, State::Done).await, place.state(&job).await), (300, JobState::Finished));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_is_stopped_is_sent_no_more_and_goes_on_when_it_is_resumed() {
    let Some(mut place) = Place::new(2000).await else { return };
    place.latency = Duration::from_millis(150);
    let orders = Orders { no_ramp: true, ..quick() };
    let job = place.submit(FleetOperation::Suspend, &place.suspends(300), orders).await;
    let clock = SystemClock::new();
    let stops = async {
        while place.count(&job, State::Done).await == 0 {
            clock.sleep(Duration::from_millis(20)).await;
        }
        place.journal.move_job(job.number, JobState::Running, JobState::Stopped).await.unwrap()
    };
    let ((ended, _), stopped) = tokio::join!(place.work("sandbox"), stops);
    assert_eq!((ended.unwrap(), stopped), (WorkerEnded::NothingLeft, true));
    let tally = place.journal.tally(job.number).await.unwrap();
    let (done, left) = (tally.of(State::Done), tally.of(State::Planned));
    assert!(done > 0 && left > 0 && done + left == 300, "{tally:?}");
    assert_eq!(
        (place.effects(LedgerKind::Status), place.state(&job).await),
        ((usize::try_from(done).unwrap(), 1), JobState::Stopped)
    );
    // A resume is a further hand, and the workers are there again.
    let journal = Journal::open(&place.location, Arc::new(SystemClock::new())).await.unwrap();
    let engine = Engine::new(&place.client("sandbox"), &journal, "sandbox", Options::default());
    let stop = Stop::default();
    let (hand, (worker, told)) = tokio::join!(engine.run(&job, &stop), place.work("sandbox"));
    assert!(hand.is_ok() && worker.is_ok());
    assert!(took(&told, Work::Send) > 0, "{told:?}");
    assert_eq!((place.effects(LedgerKind::Status), place.state(&job).await), ((300, 1), JobState::Finished));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_was_stopped_from_elsewhere_does_not_stop_who_goes_on_with_the_job() {
    let Some(mut place) = Place::new(200).await else { return };
    place.latency = Duration::from_secs(8);
    let job = place.begin(FleetOperation::Suspend, &place.suspends(30), quick()).await;
    let options = Options { look_before: false, ..Options::default() };
    let engine = Engine::new(&place.client("sandbox"), &place.journal, "sandbox", options);
    let (stop, clock) = (Stop::default(), SystemClock::new());
    let other = async {
        while place.count(&job, State::Intent).await == 0 {
            clock.sleep(Duration::from_millis(20)).await;
        }
        place.journal.move_job(job.number, JobState::Running, JobState::Stopped).await.unwrap();
        while !stop.is_asked() {
            clock.sleep(Duration::from_millis(20)).await;
        }
        // A resume, while the answers are still under way.
        place.journal.set_job_state(job.number, JobState::Running).await.unwrap();
    };
    let (ended, ()) = tokio::join!(engine.run(&job, &stop), other);
    assert_eq!((ended.unwrap(), place.state(&job).await), (Ended::Stopped, JobState::Running));
    assert_eq!((place.count(&job, State::Done).await, place.count(&job, State::Planned).await), (1, 29));
}

/// A way to the database that can fall silent: nothing comes through any more, and neither side is told.
struct Wire {
    location: Location,
    is_cut: Arc<AtomicBool>,
}

impl Wire {
    fn to(url: &str) -> Self {
        let (server, database) = url.rsplit_once('/').unwrap();
        let (user, server) = server.split_once('@').unwrap();
        let (server, here) = (server.to_owned(), TcpListener::bind(("127.0.0.1", 0)).unwrap());
        let url = format!("{user}@{}/{database}", here.local_addr().unwrap());
        let is_cut = Arc::new(AtomicBool::new(false));
        let cut = Arc::clone(&is_cut);
        std::thread::spawn(move || {
            for near in here.incoming().map_while(Result::ok) {
                let far = TcpStream::connect(&server).unwrap();
                for (from, to) in [(&near, &far), (&far, &near)] {
                    let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    let cut = Arc::clone(&cut);
                    std::thread::spawn(move || Self::carry(from, to, &cut));
                }
            }
        });
        Self { location: Location::parse(&url).unwrap(), is_cut }
    }

    fn carry(mut from: TcpStream, mut to: TcpStream, is_cut: &AtomicBool) {
        let mut bytes = [0; 4096];
        loop {
            let count = from.read(&mut bytes).unwrap_or(0);
            while is_cut.load(Ordering::SeqCst) {
                std::thread::park();
            }
            if count == 0 || to.write_all(&bytes[..count]).is_err() {
                to.shutdown(std::net::Shutdown::Both).ok();
                return;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_leaves_when_it_is_told_to_though_its_database_has_fallen_silent() {
    let Some(cluster) = Cluster::get() else { return };
    let url = cluster.database();
    let mut place = Place::at(&url, 2000).await;
    place.latency = Duration::from_millis(150);
    let orders = Orders { no_ramp: true, ..quick() };
    let job = place.submit(FleetOperation::Suspend, &place.suspends(300), orders).await;
    let wire = Wire::to(&url);
    let journal = Journal::open(&wire.location, Arc::new(SystemClock::new())).await.unwrap();
    let queue = Queue::with_beat(&wire.location, SERVER, BEAT).await.unwrap();
    let engine = Engine::new(&place.client("sandbox"), &journal, "sandbox", Options::default());
    let worker = Worker::new(&engine, &queue, SERVER, WorkerOptions::default());
    let (stop, clock) = (Stop::default(), SystemClock::new());
    let leaves = async {
        while place.count(&job, State::Done).await == 0 {
            clock.sleep(Duration::from_millis(20)).await;
        }
        wire.is_cut.store(true, Ordering::SeqCst);
        clock.sleep(Duration::from_secs(3)).await;
        stop.leave();
        clock.monotonic()
    };
    let (ended, told) = tokio::join!(worker.run("test", &stop, &|_| ()), leaves);
    let took = clock.monotonic() - told;
    assert_eq!(ended.unwrap(), WorkerEnded::Stopped);
    assert!(took < Duration::from_secs(20), "{took:?}");
}

#[tokio::test]
async fn a_journal_in_a_file_has_no_queue() {
    let directory = tempfile::tempdir().unwrap();
    let file = Location::File(directory.path().join("journal.db"));
    assert_eq!(Queue::open(&file, SERVER).await.unwrap_err(), QueueError::NotShared);
    let pace = PostgresPace::new(&file, SERVER, "tenant", None, Arc::new(SystemClock::new()));
    assert_eq!(pace.unwrap_err(), QueueError::NotShared);
}

/// Two paces beside one journal, as two machines have them.
async fn paces(place: &Place, most: Option<f64>) -> (PostgresPace, PostgresPace) {
    let pace =
        || PostgresPace::new(&place.location, SERVER, "tenant", most, Arc::new(SystemClock::new())).unwrap();
    let paces = (pace(), pace());
    // Both have heard of the rate.
    tokio::join!(paces.0.turn(), paces.1.turn());
    paces
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rate_that_was_set_is_that_of_all_workers_together() {
    let Some(place) = Place::new(10).await else { return };
    let (one, other) = paces(&place, Some(40.0)).await;
    let clock = SystemClock::new();
    let turns = |pace: PostgresPace| async move {
        for _ in 0..30 {
            pace.turn().await;
        }
    };
    tokio::join!(turns(one), turns(other));
    let took = clock.monotonic();
    assert!((1300..3500).contains(&took.as_millis()), "{took:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_worker_hears_of_the_limit_holds_the_others() {
    let Some(place) = Place::new(10).await else { return };
    let (one, other) = paces(&place, None).await;
    let clock = SystemClock::new();
    let turn = one.turn().await;
    one.answered(turn);
    assert!(clock.monotonic() < Duration::from_millis(900));
    one.throttled(turn, Some(Duration::from_secs(2)));
    // It is told in the background.
    clock.sleep(Duration::from_millis(300)).await;
    other.turn().await;
    let held = clock.monotonic();
    assert!((1900..5000).contains(&held.as_millis()), "{held:?}");
    // Another application id has its own limit.
    let third =
        PostgresPace::new(&place.location, SERVER, "other", None, Arc::new(SystemClock::new())).unwrap();
    let begin = clock.monotonic();
    one.throttled(turn, Some(Duration::from_secs(60)));
    clock.sleep(Duration::from_millis(300)).await;
    third.turn().await;
    assert!(clock.monotonic() - begin < Duration::from_secs(5));
}
