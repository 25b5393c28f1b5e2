//! The only way from here to AT&T: reads.

use apex_mobility_core::catalog::Class;
use apex_mobility_core::domain::{Iccid, Imei, SubscriberNumber};
use apex_mobility_core::finding::{LineTrail, Shown};
use apex_mobility_core::retry::RetryPolicy;
use apex_mobility_core::wire::Service;
use apex_mobility_core::{AppCredentials, Call, CallOptions, Client, Error, Operation, Safety};
use apex_mobility_line_details::operations::{FindLines, GetLine, Selector};

/// Reads through the caller's client: its connections, credentials and limiter. A write cannot go this way:
/// one that is not a read does not compile, and the client is in read-only mode besides.
#[derive(Debug, Clone)]
pub struct Reads {
    client: Client,
    options: CallOptions,
}

impl Reads {
    pub(crate) fn new(client: &Client, credentials: Option<AppCredentials>) -> Self {
        let mut options = CallOptions::default();
        options.credentials = credentials;
        // The pace of the looks is the only retry there is: an outage gets one request per look.
        options.retry = Some(RetryPolicy::never());
        Self { client: client.read_only(), options }
    }

    /// The same with the client's own retries: for a look that is made once.
    pub(crate) fn with_retries(&self) -> Self {
        let mut options = self.options.clone();
        options.retry = None;
        Self { client: self.client.clone(), options }
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Reads once.
    pub(crate) async fn read<O: Operation>(&self, operation: O) -> Result<O::Output, Error> {
        const { assert!(matches!(O::SAFETY, Safety::Read), "settling a write never writes") };
        let call = Call::new(&self.client, operation).with_options(self.options.clone());
        Ok(call.send().await?.value)
    }

    /// The line at a number; and where the number shows none, the lines that have its SIM, if that is known
    /// from before.
    pub(crate) async fn line(
        &self,
        number: &SubscriberNumber,
        before: Option<&LineTrail>,
    ) -> Result<LineTrail, Error> {
        let at_number = shown(self.read(GetLine { number: number.clone() }).await)?;
        let trail = LineTrail::of(at_number);
        let known = before.and_then(|before| before.sim.clone());
        match known {
            Some(sim) if !has_sim(&trail, &sim) => {
                let found = self.by_sim(sim.clone()).await?;
                Ok(trail.searched(sim, found))
            }
            _ => Ok(trail),
        }
    }

    /// The lines that have a SIM.
    pub(crate) async fn by_sim(&self, sim: Iccid) -> Result<Vec<Service>, Error> {
        found(self.read(FindLines { by: Selector::Sim(sim) }).await)
    }

    /// The lines that have a device on record.
    pub(crate) async fn by_imei(&self, imei: Imei) -> Result<Vec<Service>, Error> {
        found(self.read(FindLines { by: Selector::Imei(imei) }).await)
    }
}

/// Whether the line at the number is the one with the SIM, as far as it says.
fn has_sim(trail: &LineTrail, sim: &Iccid) -> bool {
    let own = trail.line().map(Service::iccid);
    own.is_some_and(|own| own.is_none_or(|own| apex_mobility_core::finding::same_sim(&own, sim)))
}

/// An answer that there is nothing is an answer.
pub(crate) fn shown<T>(answer: Result<T, Error>) -> Result<Shown<T>, Error> {
    match answer {
        Ok(it) => Ok(Shown::There(it)),
        Err(error) => match error.class() {
            Class::NotFound => Ok(Shown::Missing),
            Class::Moved => Ok(Shown::Moved),
            _ => Err(error),
        },
    }
}

/// A search may answer 404 for no match (contract 4.9).
fn found(answer: Result<Vec<Service>, Error>) -> Result<Vec<Service>, Error> {
    match shown(answer)? {
        Shown::There(lines) => Ok(lines),
        Shown::Missing | Shown::Moved => Ok(Vec::new()),
    }
}
