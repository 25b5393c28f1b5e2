//! Each fault over a real connection, against the SDK's own HTTP client, and in process: what the caller is told,
//! how often the request arrived, and what the ledger says.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends where it finds something wrong")]

use std::error::Error as _;
use std::time::Duration;

use apex_mobility::status_change::SuspendReason;
use apex_mobility::{
    AppCredentials, Client, ClientBuilder, Deadlines, Effect, Error, ErrorKind, Mobility, Timeouts,
};
use apex_mobility_sandbox::{Fault, FaultRule, Garbled, LineView, Sandbox, Server, ServerHandle, When};

/// A sandbox and a client with the default retries.
struct Carrier {
    sandbox: Sandbox,
    apex: Mobility,
    server: Option<ServerHandle>,
}

/// Two writes: one by PATCH, one by POST.
#[derive(Debug, Clone, Copy)]
enum Write {
    Suspend,
    NumberChange,
}

const WRITES: [Write; 2] = [Write::Suspend, Write::NumberChange];

impl Carrier {
    /// Behind a socket, with the default transport.
    async fn over_tcp(fault: Fault) -> Self {
        let sandbox = Sandbox::builder().lines(300).build();
        let server = Server::bind(("127.0.0.1", 0), sandbox.clone()).await.unwrap().spawn();
        let apex = client(&sandbox, fault, |client| client.base_url(server.url()));
        Self { sandbox, apex, server: Some(server) }
    }

    fn in_process(fault: Fault) -> Self {
        let sandbox = Sandbox::builder().lines(300).build();
        let transport = sandbox.transport();
        let apex = client(&sandbox, fault, |client| client.base_url("http://localhost").transport(transport));
        Self { sandbox, apex, server: None }
    }

    /// An active line in Dallas that nothing keeps from changing its number.
    fn line(&self) -> LineView {
        let equipment = self.sandbox.equipment();
        let bars = |code: &str| equipment.feature(code).is_some_and(|feature| feature.bars_number_change);
        let fits = |line: &LineView| {
            let barred = line.offering_codes.iter().any(|code| bars(code.as_str()));
            line.status == "A" && line.service_zip_code.as_str() == "75201" && !barred
        };
        self.sandbox.find_line(fits).unwrap()
    }

    async fn read(&self) -> Result<(), Error> {
        self.apex.line_details().get(self.line().subscriber_number).send().await.map(drop)
    }

    async fn write(&self, write: Write) -> Result<(), Error> {
        let line = self.line();
        let number = line.subscriber_number;
        match write {
            Write::Suspend => {
                let reason = SuspendReason::CustomerRequest;
                self.apex.status_change().suspend(number, reason).send().await.map(drop)
            }
            Write::NumberChange => {
                let zip = line.service_zip_code;
                self.apex.number_change().system_assigned(number, zip).send().await.map(drop)
            }
        }
    }

    /// A write that a fault disturbs: what the caller is told, arrivals, effects.
    async fn disturbed(&self, rule: FaultRule, write: Write) -> (Result<(), Error>, u64, usize) {
        self.sandbox.set_faults([rule]);
        let told = self.write(write).await;
        // A client that gave up may be ahead of what it sent.
        while self.sandbox.arrivals("writes") == Some(0) {
            tokio::task::yield_now().await;
        }
        let tally = self.sandbox.faults().remove(0);
        assert_eq!((tally.calls, tally.strikes), (1, 1));
        (told, self.sandbox.arrivals("writes").unwrap(), self.sandbox.ledger().len())
    }
}

/// Waits shortly for what comes too late, as the connection is real and its time too.
fn client(sandbox: &Sandbox, fault: Fault, with: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Mobility {
    let patience = if fault == Fault::F4 { Duration::from_millis(300) } else { Duration::from_secs(30) };
    let deadlines = Deadlines { attempt: patience, total: Duration::from_mins(5) };
    let mut timeouts = Timeouts::default();
    (timeouts.read, timeouts.write) = (deadlines, deadlines);
    let client = Client::builder()
        .credentials(AppCredentials::new("sandbox", "sandbox"))
        .clock(sandbox.clock())
        .timeouts(timeouts);
    Mobility::new(&with(client).build().unwrap())
}

fn first(fault: Fault, operation: &str) -> FaultRule {
    FaultRule::new(fault, operation, When::Nth(1)).unwrap()
}

/// The faults, with what the caller of a write is told and whether the write was carried out.
const TABLE: [(Fault, Garbled, Option<ErrorKind>, bool); 12] = [
    (Fault::F1, Garbled::CutJson, Some(ErrorKind::Broken), false),
    (Fault::F2, Garbled::CutJson, Some(ErrorKind::Broken), true),
    (Fault::F3, Garbled::CutJson, Some(ErrorKind::Answered), true),
    (Fault::F4, Garbled::CutJson, Some(ErrorKind::Timeout), true),
    (Fault::F5, Garbled::CutJson, Some(ErrorKind::FailureInSuccess), false),
    (Fault::F6, Garbled::CutJson, None, true),
    (Fault::F7, Garbled::CutJson, Some(ErrorKind::Answered), true),
    (Fault::F8, Garbled::CutJson, Some(ErrorKind::Unreadable), true),
    (Fault::F8, Garbled::Html, Some(ErrorKind::Unreadable), true),
    (Fault::F8, Garbled::CutConnection, Some(ErrorKind::Broken), true),
    (Fault::F9, Garbled::CutJson, Some(ErrorKind::Answered), false),
    (Fault::F10, Garbled::CutJson, Some(ErrorKind::Answered), false),
];

#[test]
fn every_fault_is_in_the_table() {
    for fault in Fault::ALL {
        assert!(TABLE.iter().any(|row| row.0 == fault), "{fault}");
    }
    for garbled in Garbled::ALL {
        assert!(TABLE.iter().any(|row| (row.0, row.1) == (Fault::F8, garbled)), "{garbled:?}");
    }
}

/// What contract 2.5 asks of every write.
fn assert_honest(
    case: &str,
    (told, arrivals, effects): (Result<(), Error>, u64, usize),
    kind: Option<ErrorKind>,
    commits: bool,
) {
    match (told, kind) {
        (Ok(()), None) => {}
        (Err(error), Some(kind)) => {
            assert_eq!((error.kind(), error.effect()), (kind, Effect::Unknown), "{case}: {error}");
            assert_eq!(error.attempts(), 1, "{case}");
        }
        (told, _) => panic!("{case}: {told:?}"),
    }
    assert_eq!((arrivals, effects), (1, usize::from(commits)), "{case}");
}

#[tokio::test]
async fn a_write_over_tcp_arrives_once_and_a_lost_answer_is_an_unknown_outcome() {
    for write in WRITES {
        for pooled in [false, true] {
            for (fault, garbled, kind, commits) in TABLE {
                let case = format!("{fault} {garbled:?} of {write:?}, pooled: {pooled}");
                let carrier = Carrier::over_tcp(fault).await;
                if pooled {
                    carrier.read().await.unwrap();
                }
                let rule = first(fault, "writes").garbled(garbled);
                assert_honest(&case, carrier.disturbed(rule, write).await, kind, commits);
            }
        }
    }
}

#[tokio::test]
async fn a_write_in_process_is_told_the_same() {
    for write in WRITES {
        for (fault, garbled, kind, commits) in TABLE {
            let rule = first(fault, "writes").garbled(garbled);
            let outcome = Carrier::in_process(fault).disturbed(rule, write).await;
            assert_honest(&format!("{fault} {garbled:?} of {write:?}"), outcome, kind, commits);
        }
    }
}

/// All that a caller can see of an error, but for how long it took and its trace id.
fn visible(error: &Error) -> (ErrorKind, Effect, Vec<String>) {
    let mut words = vec![error.to_string(), error.next_step().to_owned()];
    let mut cause = error.source();
    while let Some(deeper) = cause {
        words.push(deeper.to_string());
        cause = deeper.source();
    }
    (error.kind(), error.effect(), words)
}

#[tokio::test]
async fn a_reset_before_the_commit_looks_like_one_after_it() {
    let mut seen = Vec::new();
    for fault in [Fault::F1, Fault::F2] {
        for carrier in [Carrier::over_tcp(fault).await, Carrier::in_process(fault)] {
            let (told, ..) = carrier.disturbed(first(fault, "*"), Write::NumberChange).await;
            seen.push(visible(&told.unwrap_err()));
        }
    }
    assert_eq!((&seen[0], &seen[1]), (&seen[2], &seen[3]));
}

#[tokio::test]
async fn a_read_is_sent_again_unless_it_seems_answered() {
    for (fault, garbled, kind, _) in TABLE {
        let carrier = Carrier::over_tcp(fault).await;
        // The minutes of 504 are over before the second attempt.
        let rule = first(fault, "line.get").garbled(garbled).lasting(Duration::from_millis(1));
        carrier.sandbox.set_faults([rule]);
        let (ends_well, arrivals) = match kind {
            None => (true, 1),
            Some(ErrorKind::FailureInSuccess | ErrorKind::Unreadable) => (false, 1),
            Some(_) => (true, 2),
        };
        let told = carrier.read().await;
        assert_eq!(told.is_ok(), ends_well, "{fault} {garbled:?}: {told:?}");
        assert_eq!(carrier.sandbox.arrivals("line.get"), Some(arrivals), "{fault} {garbled:?}");
        assert!(carrier.sandbox.ledger().is_empty());
    }
}

#[tokio::test]
async fn a_write_over_a_connection_that_died_in_the_pool_arrives_once() {
    let mut carrier = Carrier::over_tcp(Fault::F1).await;
    carrier.read().await.unwrap();
    let server = carrier.server.take().unwrap();
    let address = server.url().trim_start_matches("http://").to_owned();
    server.shutdown().await.unwrap();
    let again = Server::bind(address.as_str(), carrier.sandbox.clone()).await.unwrap();
    carrier.server = Some(again.spawn());
    carrier.write(Write::NumberChange).await.unwrap();
    assert_eq!((carrier.sandbox.arrivals("writes"), carrier.sandbox.ledger().len()), (Some(1), 1));
}

#[tokio::test]
async fn an_answer_that_is_still_owed_holds_up_neither_calls_nor_the_end() {
    let mut carrier = Carrier::over_tcp(Fault::F4).await;
    let (told, ..) = carrier.disturbed(first(Fault::F4, "*"), Write::Suspend).await;
    assert_eq!(told.unwrap_err().effect(), Effect::Unknown);
    carrier.read().await.unwrap();
    carrier.server.take().unwrap().shutdown().await.unwrap();
}
