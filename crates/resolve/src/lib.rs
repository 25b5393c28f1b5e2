//! Settle writes whose answer was lost, by reading.
//!
//! AT&T's gateway takes no idempotency key, and an answer can be lost after the work was done. The SDK never
//! sends such a write again: it ends as [`Effect::Unknown`](apex_mobility_core::Effect). This crate finds out
//! what came of it.
//!
//! ```
//! # async fn run(client: apex_mobility_core::Client, number: apex_mobility_core::domain::SubscriberNumber, zip: apex_mobility_core::domain::ZipCode) {
//! use apex_mobility_number_change::NumberChange;
//! use apex_mobility_resolve::{Outcome, Resolver};
//!
//! let change = NumberChange::new(&client).system_assigned(number, zip);
//! // The gateway answers 504, after the carrier has changed the number.
//! let Outcome::Settled(lost) = Resolver::new(&client).send(change).await else { panic!() };
//! assert_eq!(lost.error.status().unwrap(), 504);
//! assert!(lost.is_applied());
//! println!("the line is now {:?}", lost.verdicts[0].number());
//! # assert!(lost.verdicts[0].number().is_some());
//! # }
//! # use apex_mobility_sandbox::{Fault, FaultRule, Sandbox, When};
//! # let sandbox = Sandbox::builder().lines(50).build();
//! # let line = sandbox.find_line(|line| line.status == "A" && line.offering_codes.is_empty()).unwrap();
//! # sandbox.set_faults([FaultRule::new(Fault::F7, "number.change", When::Nth(1)).unwrap()]);
//! # let client = apex_mobility_core::Client::builder()
//! #     .base_url("http://localhost").credentials(apex_mobility_core::AppCredentials::new("sandbox", "sandbox"))
//! #     .transport(sandbox.transport()).clock(sandbox.clock()).build().unwrap();
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
//! #     .block_on(run(client, line.subscriber_number, line.service_zip_code));
//! # assert_eq!(sandbox.ledger().len(), 1);
//! ```
//!
//! [`Resolver::send`] looks, sends once, and settles; [`Resolver::settle`] settles what was sent before,
//! perhaps by another process.
//!
//! # What is read, and when it tells
//!
//! A write that took effect is seen at the first look. One that did not is given time: a back end can commit
//! after the client has given up. What is *missing* counts only when it is missing twice, five minutes apart.
//!
//! | write | read | took effect | had no effect |
//! |---|---|---|---|
//! | suspend, resume, cancel, restore | line | status, with its reason and day | status as before after 2 min |
//! | number change | old number; search by SIM | the SIM has another number, which is adopted | old number live after 5 min |
//! | device, transfer, subscriber, plan | line | the values asked for | values as before after 2 min |
//! | activation, each line | search by SIM | a new line, which is adopted | never said: look for 30 min, then a person |
//! | port request | port status | it exists | "does not exist" twice, 5 min apart |
//! | port update, cancel | port status | open again; cancelled | state as before after 2 min |
//! | account update | account | the name and contact asked for | both as before after 2 min |
//! | static IP given, taken, each line | PDP status by number; line | its batch is done, or the line says so | its batch failed, or no trace twice, 5 min apart |
//! | new account, IP look-up, voicemail, OTA | nothing | never said | never said |
//!
//! # What a verdict is worth
//!
//! - It never writes: reads are all that compiles, through a client in read-only mode. They go through the
//!   caller's limiter, in gaps that grow to two minutes, so that an outage is waited out and not hammered.
//! - "Applied" means that the write took effect, if it is known how things were before. [`Resolver::send`]
//!   looks before; to [`Resolver::settle`] hand it in ([`Settle::before`]). Without it the day since when a
//!   status, plan or feature holds tells old states from new ones, and what has no day may have been so all
//!   along.
//! - "Not applied" means that the write had no effect when it could no longer be under way. How long that is has
//!   no evidence but the times above: a back end that commits later than that is not foreseen.
//! - A change dated in the future that is not seen is no failure: it is unknown until its day has come.
//! - It cannot tell this write from the same one by someone else: a colleague in AT&T's portal, or a second
//!   program, at the same minute. And reads are as old as AT&T's data.
//!
//! What a read means for a write is pure, in the file `finding.rs` of each API's crate
//! ([`Traceable`](apex_mobility_core::Traceable)).

mod look;
mod outcome;
mod reads;
mod resolver;
mod verdict;
mod watch;

pub use look::{Look, Pace, Write};
pub use outcome::{Outcome, Settlement};
pub use reads::Reads;
pub use resolver::{Resolver, Settle, Step};
pub use verdict::{Evidence, LookAgain, Sight, Sighting, Verdict, Why};

/// The README's examples are compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadMe;
