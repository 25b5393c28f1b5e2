//! One process of `apex`, from its start to its end, whichever that is.

use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, SystemTime};

use apex_mobility::clock::{Clock, SystemClock, within};
use apex_mobility_fleet::failpoint::{Place, VARIABLE};
use apex_mobility_sandbox::Sandbox;
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use xtask::postgres::Cluster;

use crate::wire::{Boundary, Trap, Wire};

const PROGRAM: &str = env!("CARGO_BIN_EXE_apex");
/// Seconds of the sandbox in one of this machine's. A request that is under way when its sender dies has to arrive
/// before the minutes are over after which it counts as lost.
pub(crate) const SPEED: u32 = 300;
/// Longer than any process takes that is not killed.
const LONGEST: Duration = Duration::from_secs(120);

/// How a process is to end.
#[derive(Debug, Clone, Copy)]
pub(crate) enum End {
    /// By itself, at the nth time that it comes to a place.
    At(Place, u64),
    /// When an exchange has come so far.
    OnWire(Trap),
    /// After so long.
    After(Duration),
    /// Stopped after so long, and woken when what it was about to send is too old; then killed.
    Woken { after: Duration, killed: Duration },
    /// Killed with its journal's server: the server first, and the process soon after, if it has not given up.
    WithServer { after: Duration, killed: Duration },
    /// By itself.
    Done,
}

impl End {
    /// Any of them but the last. `is_begun` when the job's rows are in, so that there are other places to come to.
    pub(crate) fn any(random: &mut fastrand::Rng, is_begun: bool, has_server: bool) -> Self {
        let moment = |random: &mut fastrand::Rng| Duration::from_millis(random.u64(40..900));
        match random.u8(..20) {
            0..3 => Self::After(moment(random)),
            3 => Self::Woken { after: moment(random), killed: moment(random) },
            4 | 5 | 14 if has_server => Self::WithServer { after: moment(random), killed: moment(random) },
            4..10 => Self::OnWire(Trap {
                boundary: Boundary::ALL[random.usize(..Boundary::ALL.len())],
                writes_only: random.u8(..3) > 0,
                nth: often(random, 3),
            }),
            10..14 if !is_begun => Self::At([Place::Preflight, Place::LetIn][random.usize(..2)], 1),
            _ => {
                let place = Place::ALL[random.usize(..Place::ALL.len())];
                // Some come once in a process, some with every row.
                let most = match place {
                    Place::Opened | Place::Preflight | Place::LetIn | Place::Finish | Place::ResultsWhole => {
                        0
                    }
                    Place::Follow | Place::Settle => 1,
                    _ => 4,
                };
                Self::At(place, often(random, most))
            }
        }
    }
}

/// A number that is often small, up to 2 to this power.
fn often(random: &mut fastrand::Rng, most: u32) -> u64 {
    let most = 1 << random.u32(..=most);
    random.u64(1..=most)
}

/// How it ended.
pub(crate) enum Ended {
    /// As it was told to, here.
    Killed(String),
    /// By itself.
    Exited { code: i32, stdout: String, stderr: String },
    /// Not at all, in a time that is longer than any takes. What it said.
    Endless(String),
}

/// What all processes of a round share.
pub(crate) struct Bench {
    pub(crate) directory: PathBuf,
    pub(crate) wire: Wire,
    pub(crate) sandbox: Sandbox,
    pub(crate) journal: String,
    pub(crate) server: Option<&'static Cluster>,
}

impl Bench {
    /// Runs `apex`, and sees to its end.
    pub(crate) async fn run(&self, arguments: &[String], end: End) -> Ended {
        let file = |name: &str| std::fs::File::create(self.directory.join(name)).unwrap();
        let mut command = Command::new(PROGRAM);
        command.args(arguments).current_dir(&self.directory).env_clear();
        command.stdin(Stdio::null()).stdout(file("stdout")).stderr(file("stderr")).kill_on_drop(true);
        command.env("APEX_BASE_URL", self.wire.url()).env("APEX_JOURNAL", &self.journal);
        command.env("APEX_APP_ID", "sandbox").env("APEX_APP_SECRET", "sandbox");
        let (there, here) = (nanos(self.sandbox.now()), nanos(SystemClock::new().wall()));
        command.env("APEX_FAILPOINT_CLOCK", format!("{there} {here} {SPEED}"));
        if let End::At(place, nth) = end {
            command.env(VARIABLE, format!("{}:{nth}", place.as_str()));
        }
        self.wire.set(if let End::OnWire(trap) = end { Some(trap) } else { None });
        let mut process = command.spawn().unwrap();
        let ended = within(LONGEST, async {
            let what = self.see_to(&mut process, end).await;
            (what, process.wait().await.unwrap())
        });
        let Ok((what, status)) = ended.await else {
            process.kill().await.unwrap();
            return Ended::Endless(format!("it did not end in {LONGEST:?}: {}", self.said("stderr")));
        };
        match (status.signal(), status.code()) {
            (Some(9), _) => Ended::Killed(what),
            (None, Some(code)) => {
                Ended::Exited { code, stdout: self.said("stdout"), stderr: self.said("stderr") }
            }
            _ => panic!("{status}: {}", self.said("stderr")),
        }
    }

    /// Kills it where it is to be killed from outside. Gives a word for the end.
    async fn see_to(&self, process: &mut Child, end: End) -> String {
        match end {
            End::Done => String::new(),
            End::At(place, _) => place.as_str().to_owned(),
            End::OnWire(trap) => {
                tokio::select! {
                    () = self.wire.sprung() => process.start_kill().unwrap(),
                    _ = process.wait() => {}
                }
                trap.boundary.as_str().to_owned()
            }
            End::After(moment) => {
                kill_after(process, moment).await;
                "a random moment".to_owned()
            }
            End::Woken { after, killed } => {
                if within(after, process.wait()).await.is_err() {
                    let number =
                        process.id().and_then(|id| Pid::from_raw(i32::try_from(id).unwrap())).unwrap();
                    kill_process(number, Signal::STOP).unwrap();
                    // Of the sandbox's time: longer than any intent lives.
                    SystemClock::new().sleep(Duration::from_secs(90) / SPEED).await;
                    kill_process(number, Signal::CONT).unwrap();
                    kill_after(process, killed).await;
                }
                "a moment after a long sleep".to_owned()
            }
            End::WithServer { after, killed } => {
                if let Some(server) = self.server
                    && within(after, process.wait()).await.is_err()
                {
                    tokio::task::spawn_blocking(|| server.crash()).await.unwrap();
                    kill_after(process, killed).await;
                }
                "a moment after its server".to_owned()
            }
        }
    }

    /// What the last process said.
    pub(crate) fn said(&self, name: &str) -> String {
        std::fs::read_to_string(self.directory.join(name)).unwrap_or_default()
    }
}

async fn kill_after(process: &mut Child, moment: Duration) {
    if within(moment, process.wait()).await.is_err() {
        process.start_kill().unwrap();
    }
}

fn nanos(time: SystemTime) -> u64 {
    u64::try_from(time.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos()).unwrap()
}
