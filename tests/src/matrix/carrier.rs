//! One sandbox, and one client of it that is to be judged.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use apex_mobility::domain::SubscriberNumber;
use apex_mobility::resolve::{Outcome, Resolver, Write as Sendable};
use apex_mobility::{AppCredentials, Client, Effect, IntoCall, Mobility, Operation};
use apex_mobility_sandbox::{LedgerEntry, LineView, Sandbox};

use super::case::{Case, mix};
use super::disturbance::Disturbance;
use super::intent::{Belief, Intent, Told};
use super::standins::StandIn;
use super::tap::Tap;

/// Who sends the writes.
#[derive(Debug, Clone)]
pub(super) enum Sender {
    /// This SDK, with the resolver.
    Sdk(Resolver),
    /// Another client.
    StandIn(StandIn),
}

/// A sandbox, a client, and what is to go wrong.
#[derive(Debug)]
pub(super) struct Carrier {
    pub(super) sandbox: Sandbox,
    /// All APIs. What is sent with them directly is not disturbed: it prepares, and it follows.
    pub(super) apex: Mobility,
    pub(super) tap: Tap,
    sender: Sender,
    seed: u64,
    /// What goes wrong with the next write.
    next: Cell<Option<Disturbance>>,
    differs: Cell<Option<Case>>,
    /// Lines that no write has had yet.
    lines: RefCell<Vec<LineView>>,
    drawn: Cell<u64>,
    serial: Cell<u32>,
    foreign: Cell<u32>,
    /// Where the ledger and the count of writes stood when the write that is judged began.
    begun: Cell<(u64, u64)>,
    /// How far the ledger was read.
    known: Cell<u64>,
}

impl Carrier {
    pub(super) fn new(
        sandbox: Sandbox,
        seed: u64,
        sender: impl FnOnce(&Client, &Tap, &Sandbox) -> Sender,
    ) -> Self {
        let tap = Tap::new(&sandbox);
        let client = Client::builder()
            .base_url("http://localhost")
            .credentials(AppCredentials::new("sandbox", "sandbox"))
            .transport(tap.clone())
            .clock(sandbox.clock())
            .build()
            .unwrap();
        Self {
            sender: sender(&client, &tap, &sandbox),
            apex: Mobility::new(&client),
            tap,
            seed,
            next: Cell::new(None),
            differs: Cell::new(None),
            lines: RefCell::new(sandbox.lines()),
            drawn: Cell::new(seed),
            serial: Cell::new(0),
            foreign: Cell::new(0),
            begun: Cell::new((0, 0)),
            known: Cell::new(0),
            sandbox,
        }
    }

    /// What is to go wrong with the next write that is sent to be judged.
    pub(super) fn disturb(&self, disturbance: Disturbance) {
        self.next.set(Some(disturbance));
    }

    /// How the carrier differs from the usual, from the next write on that is sent to be judged, looks
    /// included. What prepares it goes the usual way.
    pub(super) fn differ(&self, case: Case) {
        self.differs.set(Some(case));
    }

    /// One of the lines that fit, by the seed; no other write gets it.
    pub(super) fn line(&self, fits: impl Fn(&LineView) -> bool) -> LineView {
        let mut lines = self.lines.borrow_mut();
        self.drawn.set(mix(self.drawn.get()));
        let start = usize::try_from(self.drawn.get() >> 32).unwrap_or(0) % lines.len();
        let mut places = (start..lines.len()).chain(0..start);
        let place = places.find(|place| lines.get(*place).is_some_and(&fits));
        lines.swap_remove(place.expect("every seed has a line that fits"))
    }

    /// A number that nothing else of this carrier has: for devices, SIMs, numbers elsewhere.
    pub(super) fn serial(&self) -> u32 {
        self.serial.set(self.serial.get() + 1);
        self.serial.get()
    }

    /// Another carrier's number, in an NPA where the sandbox has none: enough for 1,300 ports.
    pub(super) fn foreign_number(&self) -> SubscriberNumber {
        const NPAS: [u32; 13] = [220, 221, 222, 223, 224, 226, 227, 228, 229, 230, 231, 232, 233];
        let place = self.foreign.replace(self.foreign.get() + 1);
        let npa = NPAS[place as usize / 100 % NPAS.len()];
        SubscriberNumber::parse(format!("{npa}55501{:02}", place % 100)).unwrap()
    }

    /// Sends a write with one intent; an answer is the end of it.
    pub(super) async fn send<C>(&self, call: C, intent: Intent) -> Vec<Told>
    where
        C: IntoCall,
        C::Operation: Sendable,
    {
        self.send_and_follow(call, vec![intent], async |_| vec![Belief::Accepted]).await
    }

    /// Sends a write whose answer is followed to what it leads to: one belief for each intent.
    pub(super) async fn send_and_follow<C, F>(&self, call: C, intents: Vec<Intent>, follow: F) -> Vec<Told>
    where
        C: IntoCall,
        C::Operation: Sendable,
        F: AsyncFnOnce(<C::Operation as Operation>::Output) -> Vec<Belief>,
    {
        self.begin(<C::Operation as Operation>::NAME);
        let beliefs = match &self.sender {
            Sender::Sdk(resolver) => match resolver.send(call).await {
                Outcome::Accepted { answer, .. } => follow(answer).await,
                Outcome::Rejected(error) if error.effect() == Effect::NotSent => {
                    vec![Belief::NotSent; intents.len()]
                }
                Outcome::Rejected(_) => vec![Belief::Rejected; intents.len()],
                Outcome::Settled(lost) => lost.verdicts.iter().map(Belief::of).collect(),
            },
            Sender::StandIn(other) => match other.send(call.into_call()).await {
                Ok(answer) => follow(answer).await,
                Err(_) => vec![Belief::Rejected; intents.len()],
            },
        };
        assert_eq!(beliefs.len(), intents.len(), "one belief for each intent");
        intents.into_iter().zip(beliefs).map(|(intent, belief)| Told { intent, belief }).collect()
    }

    /// Where the ledger stands.
    pub(super) fn seq(&self) -> u64 {
        self.sandbox.ledger_after(self.known.get()).last().map_or(self.known.get(), |entry| {
            self.known.set(entry.seq);
            entry.seq
        })
    }

    fn begin(&self, name: &str) {
        let seq = self.seq();
        self.begun.set((seq, self.tap.writes()));
        if let Some(case) = self.differs.take() {
            case.variant.set(&self.sandbox, &case);
        }
        if let Some(disturbance) = self.next.take() {
            disturbance.begin(name, self.seed, &self.sandbox, &self.tap);
        }
    }

    /// Lets pass what may still come, and answers with the effects since the write began.
    pub(super) async fn effects(&self, within: Duration) -> Vec<LedgerEntry> {
        self.sandbox.advance(Duration::from_mins(3));
        self.tap.release().await;
        self.sandbox.advance(within);
        self.sandbox.ledger_after(self.began_after())
    }

    /// Where the ledger stood when the write began.
    pub(super) fn began_after(&self) -> u64 {
        self.begun.get().0
    }

    /// How often the write that is judged may have arrived.
    pub(super) fn writes_sent(&self) -> u64 {
        self.tap.writes() - self.begun.get().1
    }
}
