//! Number Change (contract 4.6): another number for a line, by the ZIP of its primary place of use.

use serde::Serialize;

use crate::digits::Number;
use crate::ledger::LedgerKind;
use crate::parse::number_change::{Choice, Exchange, NumberChange};
use crate::places::{Place, three_digits};
use crate::reply::Refusal;
use crate::rules::line_change;
use crate::state::{Line, LineId, Status, World};

/// The reply.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Changed {
    subscriber_number: String,
    new_subscriber_number: String,
    change_status: &'static str,
}

/// Gives the line another number. SIM, device, account and plan stay.
pub(crate) fn change(world: &mut World, number: Number, asked: &NumberChange) -> Result<Changed, Refusal> {
    let (id, line) = line_change::find(world, number)?;
    in_order(world, line)?;
    let place = served_place(world, line, &asked.service_zip)?.clone();
    let new = choose(world, &place, &asked.choice)?;
    make(world, id, number, new);
    Ok(Changed {
        subscriber_number: number.to_string(),
        new_subscriber_number: new.to_string(),
        change_status: "SUCCESS",
    })
}

fn in_order(world: &World, line: &Line) -> Result<(), Refusal> {
    match line.status {
        Status::Active => {}
        // contract 6, row 14.
        Status::Suspended => return Err(Refusal::business("Subscriber must be active")),
        Status::Cancelled => return Err(line_change::inactive()),
    }
    // contract 4.6: features that bar data or calls make it fail.
    let held = line.features.iter().filter_map(|held| world.equipment.feature_at(held.code));
    match held.into_iter().find(|feature| feature.bars_number_change) {
        Some(feature) => {
            Err(Refusal::business(format!("Number change is barred by the offering {}", feature.code)))
        }
        None => Ok(()),
    }
}

/// The place of use, which must be the one that was named and must host numbers.
fn served_place<'a>(world: &'a World, line: &Line, zip: &str) -> Result<&'a Place, Refusal> {
    let place = world.places.find(zip);
    if place.is_some_and(|place| place.npas.is_empty()) {
        // contract 6, row 21: whatever the line's own ZIP is, no address update would help.
        return Err(Refusal::business("ZIP code not supported: the carrier has no numbers there"));
    }
    let own = place.filter(|place| place.zip == format!("{:05}", line.zip));
    // contract 6, row 22.
    own.ok_or_else(|| Refusal::business("ZIP code does not match the primary place of use"))
}

fn choose(world: &mut World, place: &Place, choice: &Choice) -> Result<Number, Refusal> {
    // contract 6, row 23.
    let none_free = || Refusal::business("Resource required by service is not available");
    match *choice {
        Choice::SystemAssigned => {
            world.numbers.assign(&world.places, &world.lines, place).ok_or_else(none_free)
        }
        Choice::InNpaNxx(exchange) => {
            served(world, place, exchange)?;
            let mut lines = (100..10_000).chain(0..100).map(|line| exchange.number(line));
            lines.find(|number| is_free(world, *number)).ok_or_else(none_free)
        }
        Choice::Vanity(exchange, line) => {
            served(world, place, exchange)?;
            let number = exchange.number(line);
            // contract 6, row 12.
            let taken = || Refusal::business("Subscriber number is already in use");
            is_free(world, number).then_some(number).ok_or_else(taken)
        }
    }
}

/// contract 4.6: the NPA-NXX must fit the ZIP.
fn served(world: &World, place: &Place, exchange: Exchange) -> Result<(), Refusal> {
    let npa = place.npas.iter().any(|npa| three_digits(npa) == Some(exchange.npa));
    if npa && world.places.exchanges().contains(&exchange.nxx) {
        Ok(())
    } else {
        Err(Refusal::business("npaNxx does not serve the service ZIP"))
    }
}

fn is_free(world: &World, number: Number) -> bool {
    world.lines.by_number(number).is_none()
        && !world.activations.is_number_claimed(number)
        && !world.numbers.is_withheld(number)
}

impl Exchange {
    fn number(self, line: u16) -> Number {
        Number(u64::from(self.npa) * 10_000_000 + u64::from(self.nxx) * 10_000 + u64::from(line))
    }
}

fn make(world: &mut World, id: LineId, old: Number, new: Number) {
    world.change_line(id, |line| line.number = new);
    world.former_numbers.add(old);
    world.record(
        LedgerKind::Number,
        id,
        vec![("from", old.to_string()), ("subscriberNumber", new.to_string())],
    );
}
