//! One job and its workers on a PostgreSQL server: one is killed in the middle, one is put to sleep for a minute and
//! woken. Nothing is done twice, nothing is lost, and what they held is in other hands within half a minute.
//!
//! The workers go by the machine's time. What only hours can tell is told to a last resume, on a faster clock.

use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use apex_mobility::clock::{Clock, SystemClock, within};
use apex_mobility_sandbox::{ClockMode, Fault, FaultRule, Sandbox, Server, When};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use xtask::postgres::Cluster;

use crate::judge::judge;
use crate::rows::Rows;

const PROGRAM: &str = env!("CARGO_BIN_EXE_apex");
/// Seconds of the sandbox in one of this machine's.
const SPEED: u32 = 20;
const SUSPENDS: usize = 560;
const ACTIVATIONS: u32 = 120;
/// Requests per second of each worker: slow enough that everything happens in the middle.
const RATE: &str = "12";
const ASLEEP: Duration = Duration::from_secs(60);
/// A dead worker's chunks are in other hands by then.
const TAKEN_OVER: Duration = Duration::from_secs(30);
/// Longer than all of it takes.
const LONGEST: Duration = Duration::from_secs(300);

/// Plays it once, and says what was measured; or what is wrong.
pub(crate) async fn play(seed: u64) -> Result<String, String> {
    let Some(cluster) = Cluster::get() else { return Ok("not played".to_owned()) };
    let clock = ClockMode::Real { speed: f64::from(SPEED) };
    let sandbox = Sandbox::builder().seed(seed).lines(10_000).clock(clock).build();
    sandbox.set_faults(faults(seed));
    let rows = Rows::many(&sandbox, &mut fastrand::Rng::with_seed(seed), SUSPENDS, ACTIVATIONS);
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("rows.csv"), &rows.csv).unwrap();
    let server = Server::bind(("127.0.0.1", 0), sandbox.clone()).await.unwrap().spawn();
    let scene = Scene {
        directory: directory.path().to_owned(),
        server: server.url().to_owned(),
        journal: cluster.database(),
        clock: SystemClock::new(),
    };
    scene.submit().await?;
    let measured = within(LONGEST, scene.through_death_and_sleep(&sandbox));
    let measured = measured.await.map_err(|_| "it takes too long".to_owned())??;
    scene.settle_the_rest(&sandbox).await?;
    let results = scene.apex(&["fleet", "results", "--last", "-o", "jsonl"], None).await?;
    let verdicts = judge(&rows, &results, &sandbox)?;
    Ok(format!("{measured}\n{} rows, {} effects, {verdicts:?}", rows.asked.len(), sandbox.ledger().len()))
}

fn faults(seed: u64) -> Vec<FaultRule> {
    let rule = |fault, calls: &str, rate| {
        FaultRule::new(fault, calls, When::Probability(rate)).unwrap().seeded(seed)
    };
    let lost = [Fault::F1, Fault::F2, Fault::F3, Fault::F7, Fault::F8, Fault::F9];
    let writes = lost.map(|fault| rule(fault, "writes", 0.01));
    writes.into_iter().chain([rule(Fault::F9, "reads", 0.02)]).collect()
}

/// What all processes share.
struct Scene {
    directory: std::path::PathBuf,
    server: String,
    journal: String,
    clock: SystemClock,
}

/// A worker, and what it said when.
struct Hand {
    process: Child,
    said: Arc<Mutex<Vec<(Duration, String)>>>,
}

impl Scene {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(arguments).current_dir(&self.directory).env_clear().kill_on_drop(true);
        command.env("APEX_BASE_URL", &self.server).env("APEX_JOURNAL", &self.journal);
        command.env("APEX_APP_ID", "sandbox").env("APEX_APP_SECRET", "sandbox");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs `apex` to its end, on a clock that goes with the sandbox's where it is given. Gives its output.
    async fn apex(&self, arguments: &[&str], fast: Option<&Sandbox>) -> Result<String, String> {
        let mut command = self.command(arguments);
        if let Some(sandbox) = fast {
            let (there, here) = (nanos(sandbox.now()), nanos(self.clock.wall()));
            command.env("APEX_FAILPOINT_CLOCK", format!("{there} {here} {SPEED}"));
        }
        let output = command.output().await.map_err(|error| error.to_string())?;
        let (said, problems) = (text(&output.stdout), text(&output.stderr));
        match output.status.code() {
            // Some rows are refused, or nobody can know: the judge says whether that is true.
            Some(0 | 6 | 8) => Ok(said),
            _ => Err(format!("{arguments:?}: {}: {problems}", output.status)),
        }
    }

    async fn submit(&self) -> Result<(), String> {
        let submit = ["fleet", "submit", "rows.csv", "--poll-every", "1s", "--resolve-wait", "20s"];
        self.apex(&submit, None).await.map(|_| ())
    }

    fn hand(&self) -> Hand {
        let mut command = self.command(&["fleet", "worker", "--until-done", "--max-rate", RATE]);
        let mut process = command.stdout(Stdio::null()).spawn().unwrap();
        let said = Arc::new(Mutex::new(Vec::new()));
        let (lines, clock, kept) = (process.stderr.take().unwrap(), self.clock.clone(), Arc::clone(&said));
        tokio::spawn(async move {
            let mut lines = BufReader::new(lines).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                kept.lock().unwrap().push((clock.monotonic(), line));
            }
        });
        Hand { process, said }
    }

    /// The job's rows that are at an end.
    async fn ended(&self) -> Result<u64, String> {
        let said = self.apex(&["fleet", "status", "--last", "-o", "jsonl"], None).await?;
        let job: Value = serde_json::from_str(&said).map_err(|error| format!("{error}: {said}"))?;
        Ok(["done", "rejected", "failed"].iter().filter_map(|state| job[*state].as_u64()).sum())
    }

    async fn until_ended(&self, rows: u64) -> Result<(), String> {
        while self.ended().await? < rows {
            self.clock.sleep(Duration::from_millis(300)).await;
        }
        Ok(())
    }

    /// Two workers; one is killed, a third comes, the second is put to sleep and woken.
    async fn through_death_and_sleep(&self, sandbox: &Sandbox) -> Result<String, String> {
        let (mut killed, mut sleeper) = (self.hand(), self.hand());
        self.until_ended(100).await?;
        killed.until_it_has_a_chunk(&self.clock).await;
        let died = self.clock.monotonic();
        killed.process.kill().await.unwrap();
        let after_death = sleeper.taken_over_since(died, &self.clock).await?;
        let mut third = self.hand();
        sleeper.until_it_has_a_chunk(&self.clock).await;
        let stopped = self.clock.monotonic();
        sleeper.signal(Signal::STOP);
        let after_sleep = third.taken_over_since(stopped, &self.clock).await?;
        let asleep = self.clock.monotonic().saturating_sub(stopped);
        self.clock.sleep(ASLEEP.saturating_sub(asleep)).await;
        let (woken, open) = (self.clock.monotonic(), self.ended().await?);
        sleeper.signal(Signal::CONT);
        for hand in [&mut sleeper, &mut third] {
            let status = hand.process.wait().await.unwrap();
            if !status.success() {
                return Err(format!("{status}: {}", hand.all()));
            }
        }
        if !sleeper.all().contains("in other hands now") {
            return Err(format!("the one that slept still took its chunks for its own: {}", sleeper.all()));
        }
        let whole = self.clock.monotonic();
        let faults: u64 = sandbox.faults().iter().map(|struck| struck.strikes).sum();
        Ok(format!(
            "taken over {:.1} s after a death and {:.1} s after one fell asleep (limit {} s); {open} rows were at an \
             end when it woke after {:.1} s; over after {:.1} s; {faults} faults",
            after_death.as_secs_f64(),
            after_sleep.as_secs_f64(),
            TAKEN_OVER.as_secs(),
            (woken - stopped).as_secs_f64(),
            whole.as_secs_f64(),
        ))
    }

    /// What nobody could tell in so short a time is looked at once more, and what had no effect is sent.
    async fn settle_the_rest(&self, sandbox: &Sandbox) -> Result<(), String> {
        let resume = ["fleet", "resume", "--last", "--no-ramp", "--resolve-wait", "30m"];
        within(LONGEST, self.apex(&resume, Some(sandbox)))
            .await
            .map_err(|_| "the resume takes too long".to_owned())?
            .map(|_| ())
    }
}

impl Hand {
    fn all(&self) -> String {
        self.said.lock().unwrap().iter().map(|(_, line)| line.as_str()).collect::<Vec<_>>().join("\n")
    }

    fn signal(&self, signal: Signal) {
        let number = self.process.id().and_then(|id| Pid::from_raw(i32::try_from(id).unwrap())).unwrap();
        kill_process(number, signal).unwrap();
    }

    /// Until it holds rows that are to be sent.
    async fn until_it_has_a_chunk(&self, clock: &SystemClock) {
        loop {
            let is_of = |line: &str| line.contains(": sending rows ");
            let said = self.all();
            let (done, has): (Vec<_>, Vec<_>) = said
                .lines()
                .filter(|line| is_of(line))
                .partition(|line| line.contains(" s: ") || line.contains("given back"));
            if has.len() > done.len() {
                return;
            }
            clock.sleep(Duration::from_millis(50)).await;
        }
    }

    /// How long after a moment it took rows over.
    async fn taken_over_since(&self, moment: Duration, clock: &SystemClock) -> Result<Duration, String> {
        while clock.monotonic() < moment + TAKEN_OVER {
            let first = self.said.lock().unwrap().iter().find_map(|(at, line)| {
                (*at > moment && line.contains("taken over from a worker that is gone")).then_some(*at)
            });
            if let Some(at) = first {
                return Ok(at - moment);
            }
            clock.sleep(Duration::from_millis(100)).await;
        }
        Err(format!("nothing was taken over within {} s: {}", TAKEN_OVER.as_secs(), self.all()))
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn nanos(time: SystemTime) -> u64 {
    u64::try_from(time.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos()).unwrap()
}
