//! One line's life, from the account that pays for it to the day after which it cannot be brought back.
//!
//! Runs against a sandbox in this process: `cargo run -p apex-mobility --example one_lines_life`. Days pass on the
//! sandbox's clock. After each step the carrier's ledger is asked what really happened.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;
use std::time::Duration;

use apex_mobility::billing_account::Contact;
use apex_mobility::domain::{
    AccessPointName, AccountName, Address, BillingAccountNumber, FoundationAccountNumber, Iccid, Imei,
    LosingAccount, OfferingCode, PersonName, SingleUserCode, State, SubscriberNumber, ZipCode,
};
use apex_mobility::line_configuration::DeviceUpdate;
use apex_mobility::pdp_provisioning::{AddressCount, NewAddress, PdpName, ProvisionBatch};
use apex_mobility::port_management::{LosingCarrier, PortRequest};
use apex_mobility::service_activation::{ActivationBatch, NewLine, Sim};
use apex_mobility::status_change::{
    CancelReason, RestoreReason, ResumeReason, SuspendReason, restorable_until,
};
use apex_mobility::{AppCredentials, Client, Effect, Mobility, Settled};
use apex_mobility_sandbox::{LedgerKind, Sandbox};

const DAY: Duration = Duration::from_hours(24);

/// What one step came to, and the effects that the carrier's ledger has of it.
#[derive(Debug)]
pub(crate) struct Step {
    /// What was done.
    pub(crate) what: &'static str,
    /// What the carrier did, oldest first.
    pub(crate) effects: Vec<LedgerKind>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::builder().lines(50).build();
    for step in live(&sandbox).await? {
        let effects: Vec<_> = step.effects.iter().map(ToString::to_string).collect();
        let effects = if effects.is_empty() { "nothing".to_owned() } else { effects.join(", ") };
        println!("{:<58} ledger: {effects}", step.what);
    }
    Ok(())
}

/// Lives it, and says what happened at each step.
pub(crate) async fn live(sandbox: &Sandbox) -> Result<Vec<Step>, Box<dyn Error>> {
    let client = Client::builder()
        .base_url("http://localhost")
        .credentials(AppCredentials::new("sandbox", "sandbox"))
        .transport(sandbox.transport())
        .clock(sandbox.clock())
        .build()?;
    let apex = Mobility::new(&client);
    let mut diary = Diary { sandbox, seen: 0, steps: Vec::new() };

    let name = PersonName::new("Test", "User")?;
    let zip = ZipCode::parse("75201")?;
    let address = Address::new("100", "Example", "Dallas", State::parse("TX")?, zip.clone())?;

    // Who pays.
    let contact = Contact::new(name.clone(), address.clone());
    let fan = FoundationAccountNumber::parse("00000001")?;
    let created =
        apex.billing_account().create(fan, AccountName::parse("Example Co")?, contact).send().await?;
    let account = created.ban().ok_or("the account has no number")?.clone();
    diary.note("an account is created");

    // The number comes from another carrier. It takes hours, so this waits on the sandbox's clock.
    let number = SubscriberNumber::parse("9725550107")?;
    let ports = apex.port_management();
    let eligibility = ports.check_eligibility(number.clone(), zip.clone()).send().await?;
    let losing = LosingCarrier::new(LosingAccount::parse("OLD-1")?, name.clone());
    let request = PortRequest::new(number.clone(), account.clone(), name.clone(), address.clone(), losing)
        .service_area(eligibility.service_area().unwrap_or_default());
    match ports.request(request).begin().await?.await? {
        Settled::Done(end) if end.is_ready_to_activate() => {}
        other => return Err(format!("the port did not come through: {other:?}").into()),
    }
    diary.note("a number is ported in, up to its confirmation");

    // A confirmed port is activated with its number.
    let sim = Iccid::from_payload("890199000000900001")?;
    let line = NewLine::new(
        account.clone(),
        name,
        address,
        SingleUserCode::parse("APXPLAN01")?,
        Imei::from_payload("00101000900001")?,
        Sim::Card(sim.clone()),
    );
    let batch = ActivationBatch::try_from(vec![line.ported_number(number.clone())])?;
    let Settled::Done(activation) = apex.service_activation().submit(batch).begin().await?.await? else {
        return Err("the activation is not through".into());
    };
    let active = activation.find(Some(&sim), None).and_then(|line| line.subscriber_number());
    if active != Some(&number) {
        return Err("the line has another number than was ported".into());
    }
    diary.note("the line is activated with that number");
    sandbox.advance(DAY);
    diary.note("a day later the port is completed");

    let plans = apex.rate_plan_change();
    plans.change(number.clone()).plan(SingleUserCode::parse("APXPLAN02")?).send().await?;
    diary.note("it changes its plan");
    plans.change(number.clone()).add_feature(OfferingCode::parse("SOC1")?).send().await?;
    diary.note("it gets a feature");

    let device = DeviceUpdate::new(Imei::from_payload("00101000900002")?, zip.clone());
    apex.line_configuration().update_device(number.clone(), device).send().await?;
    diary.note("its device is swapped");

    let changed = apex.number_change().system_assigned(number.clone(), zip).send().await?;
    let number = changed.new_number().ok_or("the new number is not named")?.clone();
    diary.note("it changes its number");

    let pdp = PdpName::parse("PDP-EXAMPLE")?;
    let free = apex.pdp_provisioning().available(pdp.clone(), AddressCount::new(1)?).send().await?;
    let ip = free.addresses().first().ok_or("no address is free")?.clone();
    let with_ip = NewAddress::new(number.clone(), ip, AccessPointName::parse("apn.example")?);
    let batch = ProvisionBatch::try_from(vec![with_ip])?;
    match apex.pdp_provisioning().provision(pdp, account.clone(), batch).begin().await?.await? {
        Settled::Done(outcome) if outcome.failed().next().is_none() => {}
        other => return Err(format!("the static IP is not there: {other:?}").into()),
    }
    diary.note("it gets a static IP");

    let status = apex.status_change();
    status.suspend(number.clone(), SuspendReason::CustomerRequest).send().await?;
    diary.note("it is suspended");
    status.resume(number.clone(), ResumeReason::CustomerRequest).send().await?;
    diary.note("it is resumed");

    let other = BillingAccountNumber::parse("000000000001")?;
    apex.line_configuration().transfer(number.clone(), other).send().await?;
    diary.note("another account pays for it");

    status.cancel(number.clone(), CancelReason::Unspecified).send().await?;
    let last = restorable_until(client.today());
    diary.note("it is cancelled");
    sandbox.advance(60 * DAY);
    if client.today() != last {
        return Err("day 60 is not the last day".into());
    }
    status.restore(number.clone(), RestoreReason::BringBackLive).send().await?;
    diary.note("it is restored on day 60");

    status.cancel(number.clone(), CancelReason::Unspecified).send().await?;
    diary.note("it is cancelled again");
    sandbox.advance(61 * DAY);
    let refused = status.restore(number.clone(), RestoreReason::BringBackLive).send().await;
    match refused {
        Err(error) if error.effect() == Effect::Rejected => {}
        other => return Err(format!("day 61 should be too late: {other:?}").into()),
    }
    diary.note("on day 61 it cannot be restored");
    Ok(diary.steps)
}

struct Diary<'a> {
    sandbox: &'a Sandbox,
    seen: u64,
    steps: Vec<Step>,
}

impl Diary<'_> {
    /// Takes down the effects since the last step.
    fn note(&mut self, what: &'static str) {
        let entries = self.sandbox.ledger_after(self.seen);
        self.seen = entries.last().map_or(self.seen, |entry| entry.seq);
        self.steps.push(Step { what, effects: entries.into_iter().map(|entry| entry.kind).collect() });
    }
}
