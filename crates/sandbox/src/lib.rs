//! The AT&T APEX Mobility APIs as a state machine on your laptop.
//!
//! A [`Sandbox`] is a carrier of one's own: a seeded population of lines, a virtual clock, the carrier's
//! rules, and a ledger of every real effect. It has three faces: a [`tower::Service`] in the same process
//! ([`Sandbox::transport`]), an HTTP server ([`Server`]), and the command `apex sandbox serve`. It needs no
//! account, no network and no container.
//!
//! What it sells on which device stands in tables that can be replaced ([`Equipment`], shared with whoever wants
//! to look before sending), and so do the places it serves ([`Places`]).
//!
//! It speaks by the same wire contract as the clients, and reads requests with code of its own, so that a
//! wrong client shows.
//!
//! ```
//! use std::time::Duration;
//! use apex_mobility_sandbox::Sandbox;
//! use tower::ServiceExt;
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
//! let sandbox = Sandbox::builder().seed(1).lines(100).build();
//! let request = http::Request::get("/sp/mobility/api/v1/account")
//!     .header("app-id", "sandbox")
//!     .header("app-secret", "sandbox")
//!     .header("page-size", "10")
//!     .body(bytes::Bytes::new())?;
//! let page = sandbox.transport().oneshot(request).await?;
//! assert_eq!(page.status(), 200);
//! assert_eq!(page.headers()["page-total"], "10");
//!
//! sandbox.advance(Duration::from_secs(15 * 60));
//! assert!(sandbox.ledger().is_empty());
//! # Ok(())
//! # }
//! ```

mod arrivals;
mod clock;
mod control;
mod day;
mod digits;
mod dispatch;
mod faults;
mod gateway;
mod inspect;
mod ledger;
mod operation;
mod parse;
mod pdp_style;
mod places;
mod population;
mod reply;
mod router;
mod rules;
mod server;
mod service;
mod shape;
mod state;
mod throttle;
mod transport;
mod variants;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use apex_mobility_core::WireProfile;
use apex_mobility_core::domain::SubscriberNumber;
use bytes::Bytes;
use http::HeaderMap;

pub use apex_mobility_equipment::{Device, Equipment, Feature, Misfit, Plan, SimKind};
pub use clock::{ClockMode, SandboxClock};
pub use faults::{Fault, FaultError, FaultRule, FaultTally, Garbled, When};
pub use inspect::LineView;
pub use ledger::{LedgerEntry, LedgerKind};
pub use places::{Place, Places, PlacesError};
pub use rules::portal::{LineChange, LineChangeError};
pub use server::{Server, ServerHandle};
pub use throttle::Throttle;
pub use transport::{ConnectionLost, SandboxTransport};
pub use variants::*;

use gateway::Engine;
use operation::Operation;
use router::Router;

/// The contract's description that the control call `openapi.json` answers with, unless told otherwise.
const OPENAPI: &[u8] = include_bytes!("../openapi.json");

/// A carrier of one's own. Cheap to clone: clones are the same carrier.
#[derive(Clone)]
pub struct Sandbox(Arc<Shared>);

struct Shared {
    clock: SandboxClock,
    profile: WireProfile,
    router: Router,
    credentials: Credentials,
    equipment: Equipment,
    places: Places,
    openapi: Bytes,
    engine: Mutex<Engine>,
}

struct Credentials {
    id: String,
    secret: String,
}

impl Credentials {
    fn are_in(&self, headers: &HeaderMap, profile: &WireProfile) -> bool {
        let given =
            |key| profile.header(key).and_then(|name| headers.get(name)).map(http::HeaderValue::as_bytes);
        given("app_id") == Some(self.id.as_bytes()) && given("app_secret") == Some(self.secret.as_bytes())
    }
}

impl Sandbox {
    /// A sandbox to be set up.
    #[must_use]
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }

    /// The sandbox as a service in this process: all APIs and the control calls.
    #[must_use]
    pub fn transport(&self) -> SandboxTransport {
        SandboxTransport::new(self.clone())
    }

    /// The virtual clock, for clients that are to wait on it.
    #[must_use]
    pub fn clock(&self) -> SandboxClock {
        self.0.clock.clone()
    }

    /// The virtual time.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        self.0.clock.now()
    }

    /// Moves the virtual time forward; what is due on the way happens.
    pub fn advance(&self, by: Duration) {
        self.0.clock.advance(by);
        self.with_engine(|_| ());
    }

    /// Every real effect so far, oldest first.
    #[must_use]
    pub fn ledger(&self) -> Vec<LedgerEntry> {
        self.ledger_after(0)
    }

    /// The effects after the entry `seq`.
    #[must_use]
    pub fn ledger_after(&self, seq: u64) -> Vec<LedgerEntry> {
        self.with_engine(|engine| engine.world.ledger.after(seq))
    }

    /// What the carrier knows about a line.
    #[must_use]
    pub fn line(&self, number: &SubscriberNumber) -> Option<LineView> {
        self.with_engine(|engine| inspect::numbered(&engine.world, number.as_str()))
    }

    /// The first line, in the order they came to be, for which `wanted` holds.
    #[must_use]
    pub fn find_line(&self, wanted: impl FnMut(&LineView) -> bool) -> Option<LineView> {
        self.with_engine(|engine| inspect::lines(&engine.world).find(wanted))
    }

    /// All lines, in the order they came to be.
    #[must_use]
    pub fn lines(&self) -> Vec<LineView> {
        self.with_engine(|engine| inspect::lines(&engine.world).collect())
    }

    /// Changes a line outside the APIs, as a person at the carrier's portal does.
    ///
    /// # Errors
    /// When there is no such line, or a value is not possible. Nothing changed then.
    pub fn change_line(&self, number: &SubscriberNumber, change: &LineChange) -> Result<(), LineChangeError> {
        self.with_engine(|engine| rules::portal::change(&mut engine.world, number.as_str(), change))
    }

    /// Starts over with another population. Ledger and requests are gone; the time, the variants, the
    /// faults and the limit stay.
    pub fn reseed(&self, seed: u64, lines: usize) {
        let mut world = population::populate(seed, lines, self.0.clock.timestamp(), self.tables());
        self.with_engine(|engine| {
            world.variants = engine.world.variants;
            engine.world = world;
        });
    }

    /// Starts over as at the start, with another population: ledger, requests, counts, variants, faults and
    /// limit are gone. Only the time stays: it never goes back.
    pub fn reset(&self, seed: u64, lines: usize) {
        self.reseed(seed, lines);
        self.with_engine(|engine| {
            engine.world.variants = Variants::default();
            engine.arrivals = arrivals::Arrivals::default();
            engine.faults = faults::Faults::new(seed);
            engine.gate = throttle::Gate::default();
        });
    }

    /// The seed and the number of lines the present population was made from.
    fn population(&self) -> (u64, usize) {
        self.with_engine(|engine| (engine.world.seed, engine.world.seeded_lines))
    }

    /// The variants in force.
    #[must_use]
    pub fn variants(&self) -> Variants {
        self.with_engine(|engine| engine.world.variants)
    }

    /// Sets a variant by its name, for example `list_filters` to `ignored`.
    ///
    /// # Errors
    /// When the flag or the value does not exist.
    pub fn set_variant(&self, flag: &str, value: &str) -> Result<(), VariantError> {
        self.with_engine(|engine| engine.world.variants.set(flag, value))
    }

    /// Sets the faults, in place of those that were set. None takes them all away.
    pub fn set_faults(&self, rules: impl IntoIterator<Item = FaultRule>) {
        let rules: Vec<_> = rules.into_iter().collect();
        self.with_engine(|engine| {
            engine.faults.clear();
            engine.add_faults(rules);
        });
    }

    /// Sets further faults. What was counted for those that were set is kept.
    pub fn add_faults(&self, rules: impl IntoIterator<Item = FaultRule>) {
        let rules: Vec<_> = rules.into_iter().collect();
        self.with_engine(|engine| engine.add_faults(rules));
    }

    /// The faults that are set, with the calls each could have struck and has struck.
    #[must_use]
    pub fn faults(&self) -> Vec<FaultTally> {
        self.with_engine(|engine| engine.faults.tallies().collect())
    }

    /// The names of the operations that change something: what a fault of `writes` strikes.
    pub fn writes() -> impl Iterator<Item = &'static str> {
        Operation::ALL.into_iter().filter(|operation| operation.is_write()).map(Operation::name)
    }

    /// The names of the operations that only read: what a fault of `reads` strikes.
    pub fn reads() -> impl Iterator<Item = &'static str> {
        Operation::ALL.into_iter().filter(|operation| !operation.is_write()).map(Operation::name)
    }

    /// How many calls of an operation have arrived since the start, whatever came of them: also of all
    /// `writes`, of all `reads`, or of both (`*`). Control calls do not count. Nothing when there is no such
    /// operation.
    #[must_use]
    pub fn arrivals(&self, operation: &str) -> Option<u64> {
        let scope = faults::Scope::named(operation)?;
        Some(self.with_engine(|engine| engine.arrivals.of(scope)))
    }

    /// Sets the hidden rate limit, or takes it away.
    pub fn set_throttle(&self, limit: Option<Throttle>) {
        self.with_engine(|engine| engine.gate.set(limit, engine.world.now));
    }

    /// The tables of devices, plans and features in use.
    #[must_use]
    pub fn equipment(&self) -> Equipment {
        self.0.equipment.clone()
    }

    /// The places in use.
    #[must_use]
    pub fn places(&self) -> Places {
        self.0.places.clone()
    }

    fn tables(&self) -> (Equipment, Places) {
        (self.equipment(), self.places())
    }

    /// Does something with the state as of now. The lock is never held across an await.
    fn with_engine<T>(&self, act: impl FnOnce(&mut Engine) -> T) -> T {
        // A panic cannot leave a half-changed world worth protecting: go on with what is there.
        let mut engine = self.0.engine.lock().unwrap_or_else(PoisonError::into_inner);
        rules::pass_time(&mut engine.world, self.0.clock.timestamp());
        act(&mut engine)
    }

    fn router(&self) -> &Router {
        &self.0.router
    }

    fn profile(&self) -> &WireProfile {
        &self.0.profile
    }

    fn credentials(&self) -> &Credentials {
        &self.0.credentials
    }

    fn openapi(&self) -> Bytes {
        self.0.openapi.clone()
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("clock", &self.0.clock).finish_non_exhaustive()
    }
}

/// How a sandbox is to be.
#[derive(Clone)]
pub struct SandboxBuilder {
    seed: u64,
    lines: usize,
    clock: ClockMode,
    start: Option<SystemTime>,
    id: String,
    secret: String,
    profile: WireProfile,
    equipment: Equipment,
    places: Places,
    openapi: Bytes,
}

impl Default for SandboxBuilder {
    fn default() -> Self {
        Self {
            seed: 1,
            lines: 1000,
            clock: ClockMode::Manual,
            start: None,
            id: "sandbox".to_owned(),
            secret: "sandbox".to_owned(),
            profile: WireProfile::default(),
            equipment: Equipment::builtin(),
            places: Places::builtin(),
            openapi: Bytes::from_static(OPENAPI),
        }
    }
}

impl SandboxBuilder {
    /// The seed of the population; 1 unless said. The same seed gives the same carrier.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// How many lines there are at the start; 1000 unless said, at most two million.
    #[must_use]
    pub fn lines(mut self, lines: usize) -> Self {
        self.lines = lines;
        self
    }

    /// How the time moves; by hand unless said.
    #[must_use]
    pub fn clock(mut self, mode: ClockMode) -> Self {
        self.clock = mode;
        self
    }

    /// The virtual time at the start, from 2000 to 2096. Unless said, a manual clock starts at
    /// 2026-01-19T12:00:00Z and a real one at the machine's time.
    #[must_use]
    pub fn start(mut self, start: SystemTime) -> Self {
        self.start = Some(start);
        self
    }

    /// The pair that is let in; `sandbox` and `sandbox` unless said.
    #[must_use]
    pub fn credentials(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.id = id.into();
        self.secret = secret.into();
        self
    }

    /// The wire profile it speaks.
    #[must_use]
    pub fn wire_profile(mut self, profile: WireProfile) -> Self {
        self.profile = profile;
        self
    }

    /// Other devices, plans and features. Where no device has a plan that fits, there are no lines.
    #[must_use]
    pub fn equipment(mut self, equipment: Equipment) -> Self {
        self.equipment = equipment;
        self
    }

    /// Other places.
    #[must_use]
    pub fn places(mut self, places: Places) -> Self {
        self.places = places;
        self
    }

    /// What the control call `openapi.json` answers.
    #[must_use]
    pub fn openapi(mut self, bundle: impl Into<Bytes>) -> Self {
        self.openapi = bundle.into();
        self
    }

    /// The sandbox.
    #[must_use]
    pub fn build(self) -> Sandbox {
        let clock = SandboxClock::new(self.clock, self.start);
        let tables = (self.equipment.clone(), self.places.clone());
        let world = population::populate(self.seed, self.lines, clock.timestamp(), tables);
        Sandbox(Arc::new(Shared {
            clock,
            router: Router::new(&self.profile),
            profile: self.profile,
            credentials: Credentials { id: self.id, secret: self.secret },
            equipment: self.equipment,
            places: self.places,
            openapi: self.openapi,
            engine: Mutex::new(Engine {
                world,
                arrivals: arrivals::Arrivals::default(),
                faults: faults::Faults::new(self.seed),
                gate: throttle::Gate::default(),
            }),
        }))
    }
}

impl fmt::Debug for SandboxBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("SandboxBuilder");
        shown.field("seed", &self.seed).field("lines", &self.lines).field("clock", &self.clock);
        shown.finish_non_exhaustive()
    }
}
