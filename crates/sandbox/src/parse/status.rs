//! The body of a status change (contract 4.5).

use apex_mobility_core::WireProfile;
use serde::Deserialize;

use super::Arrival;
use super::effective::EffectiveDate;
use super::party::filled;
use crate::reply::Refusal;
use crate::state::Transition;

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct StatusRequest {
    /// What the mode can mean: one transition, or two where the wire profile gives them the same letters.
    pub(crate) transitions: Vec<Transition>,
    pub(crate) reason: Option<String>,
    pub(crate) effective: EffectiveDate,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Body {
    mode: Option<String>,
    reason_code: Option<String>,
    effective_date: Option<String>,
}

pub(crate) fn request(arrival: &Arrival<'_>) -> Result<StatusRequest, Refusal> {
    let body: Body = serde_json::from_slice(arrival.body)
        .map_err(|error| Refusal::invalid(format!("The body is not a status change: {error}")))?;
    let mode = filled(body.mode.as_deref()).ok_or_else(|| Refusal::invalid("mode is missing"))?;
    let transitions = meant(mode, arrival.profile);
    if transitions.is_empty() {
        return Err(Refusal::invalid(format!("mode {mode} is not known")));
    }
    Ok(StatusRequest {
        transitions,
        reason: filled(body.reason_code.as_deref()).map(str::to_owned),
        effective: EffectiveDate::read(body.effective_date.as_deref(), arrival.profile)?,
    })
}

fn meant(mode: &str, profile: &WireProfile) -> Vec<Transition> {
    let all = [
        ("suspend", Transition::Suspend),
        ("resume", Transition::Resume),
        ("cancel", Transition::Cancel),
        ("restore_cancelled", Transition::Restore),
    ];
    let named = all.into_iter().filter(|(key, _)| profile.mode(key) == Some(mode));
    named.map(|(_, transition)| transition).collect()
}
