//! A sandbox and a client of it.

use std::time::Duration;

use apex_mobility::domain::{
    Address, BillingAccountNumber, Iccid, Imei, PersonName, SingleUserCode, State, ZipCode,
};
use apex_mobility::retry::RetryPolicy;
use apex_mobility::{AppCredentials, Client, ClientBuilder, Mobility};
use apex_mobility_sandbox::{LedgerEntry, LineView, Sandbox, SandboxBuilder, Server, ServerHandle};

use crate::contract_layer::ContractLayer;

/// A sandbox and a client of it, which waits on the sandbox's clock.
#[derive(Debug)]
pub struct Target {
    /// The carrier.
    pub sandbox: Sandbox,
    /// All APIs.
    pub apex: Mobility,
    /// All APIs, with traffic that nobody judges: for requests that break the contract on purpose.
    pub unjudged: Mobility,
    /// Keeps the server alive, if there is one.
    server: Option<ServerHandle>,
}

impl Target {
    /// A sandbox in this process, called directly.
    pub async fn in_process() -> Self {
        Self::in_process_with(Sandbox::builder().lines(300)).await
    }

    /// A sandbox of one's own, called directly.
    pub async fn in_process_with(builder: SandboxBuilder) -> Self {
        let sandbox = builder.build();
        let client = || client(&sandbox).base_url("http://localhost").transport(sandbox.transport());
        Self { apex: judged(client()), unjudged: unjudged(client()), sandbox, server: None }
    }

    /// A sandbox behind a socket.
    pub async fn over_tcp() -> Self {
        Self::over_tcp_with(Sandbox::builder().lines(300)).await
    }

    /// A sandbox of one's own behind a socket.
    pub async fn over_tcp_with(builder: SandboxBuilder) -> Self {
        let sandbox = builder.build();
        let server = Server::bind(("127.0.0.1", 0), sandbox.clone()).await.unwrap().spawn();
        let client = || client(&sandbox).base_url(server.url());
        Self { apex: judged(client()), unjudged: unjudged(client()), sandbox, server: Some(server) }
    }

    /// The server's address, if there is a server.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.server.as_ref().map(ServerHandle::url)
    }

    /// The first seeded line for which `wanted` holds.
    pub fn line(&self, wanted: impl FnMut(&LineView) -> bool) -> LineView {
        self.sandbox.find_line(wanted).unwrap()
    }

    /// The effects so far, as their kinds.
    #[must_use]
    pub fn effects(&self) -> Vec<String> {
        self.sandbox.ledger().iter().map(|entry: &LedgerEntry| entry.kind.to_string()).collect()
    }

    /// Lets virtual time pass.
    pub fn pass_minutes(&self, minutes: u64) {
        self.sandbox.advance(Duration::from_secs(minutes * 60));
    }
}

/// One attempt each: a suite that sees a retry has seen a defect.
fn client(sandbox: &Sandbox) -> ClientBuilder {
    Client::builder()
        .credentials(AppCredentials::new("sandbox", "sandbox"))
        .clock(sandbox.clock())
        .retry(RetryPolicy::never())
}

fn judged(client: ClientBuilder) -> Mobility {
    unjudged(client.layer(ContractLayer::load()))
}

fn unjudged(client: ClientBuilder) -> Mobility {
    Mobility::new(&client.build().unwrap())
}

/// The account that every seed has.
pub(crate) fn account() -> BillingAccountNumber {
    BillingAccountNumber::parse("000000000001").unwrap()
}

/// An address that always verifies.
pub(crate) fn address() -> Address {
    Address::new("100", "Example", "Dallas", State::parse("TX").unwrap(), ZipCode::parse("75201").unwrap())
        .unwrap()
}

/// A person.
pub(crate) fn person() -> PersonName {
    PersonName::new("Test", "User").unwrap()
}

/// A plan that every device of [`imei`] can have.
pub(crate) fn plan() -> SingleUserCode {
    SingleUserCode::parse("APXPLAN01").unwrap()
}

/// A device that no seeded line has, of the type that fits every plan.
pub(crate) fn imei(number: u32) -> Imei {
    Imei::from_payload(format!("00101000{:06}", 900_000 + number)).unwrap()
}

/// A SIM that no seeded line has.
pub(crate) fn sim(number: u32) -> Iccid {
    Iccid::from_payload(format!("890199{number:012}")).unwrap()
}
