//! One case from its beginning to its verdict.

use std::cell::RefCell;
use std::time::Duration;

use apex_mobility::Client;
use apex_mobility::resolve::Resolver;
use apex_mobility_sandbox::{LedgerEntry, Sandbox, SandboxBuilder};

use super::carrier::{Carrier, Sender};
use super::case::{Case, Variant};
use super::disturbance::Disturbance;
use super::intent::{Belief, Intent, Reason, Told};
use super::tap::Tap;
use super::writes::Readable;

/// What came of a case.
#[derive(Debug)]
pub(super) struct Judged {
    /// For each intent: the belief and how many effects there were.
    pub(super) intents: Vec<(Belief, u64)>,
    /// What does not hold.
    pub(super) wrong: Vec<String>,
}

/// Enough lines for one of each kind.
const LINES: usize = 500;

thread_local! {
    /// Reading the built-in tables takes longer than a case.
    static BUILDER: RefCell<SandboxBuilder> = RefCell::new(Sandbox::builder().lines(LINES));
}

/// Runs a case through this SDK and judges it.
pub(super) async fn judge(case: &Case) -> Judged {
    judge_client(case, |client, _, _| Sender::Sdk(Resolver::new(client))).await
}

/// Runs a case through any client and judges it.
async fn judge_client(case: &Case, sender: impl FnOnce(&Client, &Tap, &Sandbox) -> Sender) -> Judged {
    let sandbox = BUILDER.with_borrow(|builder| builder.clone().seed(case.seed).build());
    let carrier = Carrier::new(sandbox, case.seed, sender);
    carrier.disturb(case.disturbance);
    carrier.differ(*case);
    let told = (case.write.run)(&carrier).await;
    let days = if case.write.is_dated { 6 } else { 0 };
    let effects = carrier.effects(Duration::from_hours(24 * days + 1)).await;
    let writes = carrier.writes_sent();
    let arrived = case.disturbance.commits() && !case.variant.refuses_all();
    hold(case, &told, &effects, writes, u64::from(arrived))
}

/// Holds what the client believes against the ledger.
fn hold(case: &Case, told: &[Told], effects: &[LedgerEntry], writes: u64, arrived: u64) -> Judged {
    let mut wrong = Vec::new();
    let mut intents = Vec::new();
    for Told { intent, belief } in told {
        let recorded = effects.iter().filter(|entry| intent.is_met_by(entry)).count() as u64;
        let count = if matches!(intent, Intent::Unrecorded) { arrived } else { recorded };
        if recorded > 1 {
            wrong.push(format!("one intent had {recorded} effects"));
        }
        match belief.effects() {
            Some(believed) if believed != count => {
                wrong.push(format!("the client says {}, the ledger says {count} effects", belief.word()));
            }
            Some(_) => {}
            None => {
                if let Belief::Unknown(reason) = belief
                    && !is_honest(case, *reason, count)
                {
                    wrong.push(format!("unknown, {reason}: reads could have told ({count} effects)"));
                }
            }
        }
        intents.push((*belief, count));
    }
    if told.is_empty() {
        wrong.push("nothing was told".to_owned());
    }
    if writes > 1 {
        wrong.push(format!("the write was sent {writes} times"));
    }
    // Contract 2.3 takes some answers of other carriers for lost: a 2xx without the id of what was accepted, or
    // with a failure that is in no catalog.
    let is_usual = case.variant == Variant::Usual && case.disturbance == Disturbance::None;
    if is_usual && intents.iter().any(|(belief, _)| is_lost(*belief)) {
        wrong.push("the answer came, and was taken for lost".to_owned());
    }
    Judged { intents, wrong }
}

fn is_lost(belief: Belief) -> bool {
    matches!(belief, Belief::Applied | Belief::NotApplied | Belief::Unknown(_))
}

/// Whether "unknown" is right: nothing can be read, or the time to wait is over.
fn is_honest(case: &Case, reason: Reason, effects: u64) -> bool {
    let (write, disturbance) = (case.write, case.disturbance);
    match reason {
        Reason::Unreadable => write.readable == Readable::Never,
        // A read cannot show a plan, and nobody waits for days.
        Reason::DayAhead => write.is_dated,
        // It adds nothing to what was so before.
        Reason::AlreadySo => write.is_already,
        Reason::ReadsFailed => disturbance.outlasts_the_wait() || case.variant.refuses_all(),
        // Contract 2.5: never said to have had no effect, looked for for 30 minutes.
        Reason::NotShown if write.readable == Readable::WhenApplied => effects == 0,
        Reason::UnderWay if write.is_dated => true,
        // A limit keeps the client from looking before as well, where it is told no for good.
        Reason::NeedsBefore => disturbance.blinds_before() || disturbance.limits(),
        // Who does not know how it was before cannot read as much from how it is.
        Reason::NotShown | Reason::Otherwise | Reason::Partly => disturbance.blinds_before(),
        Reason::TooEarly | Reason::UnderWay | Reason::Conflict => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::run::block_on;
    use crate::matrix::standins::{Habit, StandIn};

    /// What is found wrong with another client.
    fn wrong(case: &str, habit: Habit) -> String {
        let case: Case = case.parse().unwrap();
        let sender = |_: &Client, tap: &Tap, sandbox: &Sandbox| {
            Sender::StandIn(StandIn::new(habit, tap, sandbox.clock()))
        };
        block_on(judge_client(&case, sender)).wrong.join("; ")
    }

    #[test]
    fn a_client_that_sends_again_blindly_is_found_out() {
        let found = wrong("create-account/F2/usual/1", Habit::Retry);
        assert!(found.contains("one intent had 2 effects"), "{found}");
        assert!(found.contains("the write was sent 2 times"), "{found}");
        let found = wrong("activate/F7/duplicate_activation=accepted_twice/1", Habit::Retry);
        assert!(found.contains("one intent had 2 effects"), "{found}");
    }

    #[test]
    fn a_client_that_takes_every_error_for_a_failure_is_found_out() {
        let found = wrong("suspend/F4/usual/1", Habit::GiveUp);
        assert_eq!(found, "the client says rejected, the ledger says 1 effects");
        assert_eq!(wrong("suspend/F1/usual/1", Habit::GiveUp), "");
    }

    #[test]
    fn a_client_that_gives_up_looking_too_early_is_found_out() {
        let case: Case = "suspend/F1/usual/1".parse().unwrap();
        let hasty = |client: &Client, _: &Tap, _: &Sandbox| {
            Sender::Sdk(Resolver::new(client).wait(Duration::from_secs(60)))
        };
        let found = block_on(judge_client(&case, hasty)).wrong.join("; ");
        assert!(found.contains("reads could have told"), "{found}");
    }
}
