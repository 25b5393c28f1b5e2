//! From AT&T's words about a line to a verdict, and to what to do about it.

use apex_mobility::catalog::{self, Class};
use apex_mobility::service_activation::{ActivationLine, ActivationState, RequestId};

use super::results::{ResultRow, Verdict};

/// What AT&T says of a line, as its row of the results.
pub(crate) fn note_state(row: &mut ResultRow, seen: &ActivationLine, id: &RequestId) {
    let number = seen.subscriber_number().map(|number| number.as_str().to_owned());
    match seen.state() {
        Some(ActivationState::Active) => {
            row.subscriber_number = number;
            let missing = row.subscriber_number.is_none();
            let reason = missing.then(|| "active, and AT&T names no number".to_owned());
            row.settle(Verdict::Activated, reason, missing.then(|| look_by_sim(&row.sim)));
        }
        Some(ActivationState::Rejected) => {
            let reason = seen.error().unwrap_or("AT&T gives no reason");
            row.settle(Verdict::Rejected, Some(reason.to_owned()), Some(after_refusal(reason, &row.sim)));
        }
        Some(ActivationState::Other(word)) => {
            let reason = format!("AT&T says {:?}, a word that is not known", word.as_str());
            row.settle(Verdict::Unknown, Some(reason), Some(look_by_sim(&row.sim)));
        }
        // A reserved number is no proof of service, so it is not given out (contract 4.2).
        Some(state) => {
            row.settle(Verdict::Pending, Some(format!("AT&T says {}", state.as_str())), Some(go_on(id)));
        }
        None => {}
    }
}

/// What the catalog advises for a refusal in AT&T's words.
fn after_refusal(reason: &str, sim: &str) -> String {
    match catalog::explain(reason).first() {
        Some(row) if row.class == Class::Conflict => {
            format!("apex line get --sim {sim} shows the line that has this SIM; else use another SIM")
        }
        Some(row) => row.next_step.to_owned(),
        None => "see the reason; apex explain may know more".to_owned(),
    }
}

/// contract 2.5: what settles a line of which nothing is known.
pub(crate) fn look_by_sim(sim: &str) -> String {
    format!(
        "do not send it again; look with apex line get --sim {sim}; \
         if there is no line after 30 minutes, remove this row from the results and run again"
    )
}

/// How to go on with a request later.
pub(crate) fn go_on(id: &RequestId) -> String {
    format!("run the same command again, or: apex activation status {id} --wait")
}
