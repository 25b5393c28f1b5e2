//! From a known operation to its rule and back to a body.

use crate::operation::Operation;
use crate::parse::list::ListQuery;
use crate::parse::number_change::NumberChange;
use crate::parse::pdp::{self, StatusQuery};
use crate::parse::{
    Arrival, activation, billing_account as account, line, line_configuration as configuration, plan, port,
    status,
};
use crate::reply::{Answer, Done, Refusal};
use crate::rules::{
    billing_account, line_configuration, line_details, number_change, pdp_provisioning, port_management,
    rate_plan_change, service_activation, status_change, subscriber_list,
};
use crate::state::{PdpChange, World};

/// Reads the request, applies the rule, writes the reply.
pub(crate) fn carry_out(world: &mut World, operation: Operation, arrival: &Arrival<'_>) -> Answer {
    match operation {
        Operation::ListAccounts => {
            let page = subscriber_list::list(world, &ListQuery::read(arrival)?)?;
            Ok(Done::json(&page.rows)
                .with_header("page_total", page.pages)
                .with_header("refresh_timestamp", page.refreshed))
        }
        Operation::ActivationSubmit => {
            let states = service_activation::submit(world, activation::elements(arrival)?)?;
            Ok(activation_states(states, arrival))
        }
        Operation::ActivationStatus => {
            Ok(activation_states(service_activation::status(world, arrival.value)?, arrival))
        }
        Operation::LineGet => {
            let service = line_details::get(world, line::number(arrival)?)?;
            Ok(Done::json(&service.renamed(arrival.profile)))
        }
        Operation::LineSearch => {
            let found = line_details::search(world, &line::Search::read(arrival)?)?;
            let done = Done::json(&found.lines.renamed(arrival.profile));
            Ok(match found.pages {
                Some(pages) => done.with_header("page_total", pages),
                None => done,
            })
        }
        Operation::PortEligibility => {
            Ok(Done::json(&port_management::check_eligibility(world, &port::question(arrival)?)))
        }
        Operation::PortRequest => Ok(Done::json(&port_management::request(world, port::request(arrival)?)?)),
        Operation::PortStatus => Ok(Done::json(&port_management::status(world, line::number(arrival)?)?)),
        Operation::PortUpdate => {
            let number = line::number(arrival)?;
            Ok(Done::json(&port_management::update(world, number, port::update(arrival)?)?))
        }
        Operation::PortCancel => {
            let number = line::number(arrival)?;
            Ok(Done::json(&port_management::cancel(world, number, &port::cancel_zip(arrival)?)?))
        }
        Operation::StatusChange => {
            let service = status_change::change(world, line::number(arrival)?, &status::request(arrival)?)?;
            Ok(Done::json(&service.renamed(arrival.profile)))
        }
        Operation::PlanChange => {
            let service = rate_plan_change::change(world, line::number(arrival)?, &plan::request(arrival)?)?;
            Ok(Done::json(&service.renamed(arrival.profile)))
        }
        Operation::NumberChange => {
            let number = line::number(arrival)?;
            Ok(Done::json(&number_change::change(world, number, &NumberChange::read(arrival)?)?))
        }
        Operation::LineConfigure => {
            let (number, change) = (line::number(arrival)?, configuration::change(arrival)?);
            let service = line_configuration::configure(world, number, &change)?;
            Ok(Done::json(&service.renamed(arrival.profile)))
        }
        Operation::BillingCreate => {
            Ok(Done::json(&billing_account::create(world, account::new_account(arrival)?)?))
        }
        Operation::BillingUpdate => {
            let (ban, update) = (account::ban(arrival), account::update(arrival)?);
            Ok(Done::json(&billing_account::update(world, ban, update)?))
        }
        Operation::BillingRead => Ok(Done::json(&billing_account::read(world, account::ban(arrival))?)),
        Operation::PdpAddresses | Operation::PdpProvision | Operation::PdpStatus | Operation::PdpRemove => {
            provision(world, operation, arrival).map_err(Refusal::of_pdp)
        }
    }
}

/// contract 4.10: PDP replies have a spelling and an error of their own.
fn provision(world: &mut World, operation: Operation, arrival: &Arrival<'_>) -> Answer {
    let style = world.variants.pdp_style;
    Ok(match operation {
        Operation::PdpAddresses => {
            style.done(&pdp_provisioning::available(world, &pdp::addresses(arrival)?)?)
        }
        Operation::PdpRemove => {
            style.done(&pdp_provisioning::submit(world, PdpChange::Remove, pdp::removal(arrival)?)?)
        }
        Operation::PdpStatus => style.done(&pdp_provisioning::status(world, &StatusQuery::read(arrival)?)),
        _ => style.done(&pdp_provisioning::submit(world, PdpChange::Provision, pdp::provision(arrival)?)?),
    })
}

fn activation_states(states: Vec<service_activation::ItemState>, arrival: &Arrival<'_>) -> Done {
    let states: Vec<_> = states.into_iter().map(|state| state.renamed(arrival.profile)).collect();
    Done::json(&states)
}
