//! Subscriber info: name and primary place of use (contract 4.7).

use crate::ledger::LedgerKind;
use crate::parse::party::{Party, filled};
use crate::reply::Refusal;
use crate::rules::{line_change, party};
use crate::state::{LineId, World};

pub(super) fn update(world: &mut World, id: LineId, subscriber: &Party) -> Result<(), Refusal> {
    let Some(line) = world.lines.get(id) else { return Ok(()) };
    line_change::not_cancelled(line)?;
    let named = [&subscriber.first_name, &subscriber.last_name].map(|name| filled(name.as_deref()));
    let name = match named {
        [None, None] => None,
        _ => Some(party::name(subscriber)?),
    };
    let place = subscriber.address.as_ref().map(|address| party::verify(world, address)).transpose()?;
    // contract 4.7: the new ZIP becomes the service ZIP.
    let zip: Option<u32> = place.and_then(|place| place.zip.parse().ok());
    if name.is_none() && zip.is_none() {
        return Err(Refusal::invalid("relatedParty has neither a name nor an address"));
    }
    let contact = name.as_deref().map(|name| world.lines.add_name(name));
    world.change_line(id, |line| {
        line.contact = contact.unwrap_or(line.contact);
        line.zip = zip.unwrap_or(line.zip);
    });
    let detail = [("contactName", name), ("serviceZipCode", zip.map(|zip| format!("{zip:05}")))];
    let detail = detail.into_iter().filter_map(|(name, value)| Some((name, value?)));
    world.record(LedgerKind::Subscriber, id, detail.collect());
    Ok(())
}
