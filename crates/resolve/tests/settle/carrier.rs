//! A sandbox, a client of it that waits on its clock, and a layer that notes what is sent.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use apex_mobility_core::retry::RetryPolicy;
use apex_mobility_core::transport::Transport;
use apex_mobility_core::{AppCredentials, Client, IntoCall, Operation};
use apex_mobility_resolve::{Outcome, Resolver, Verdict, Why, Write};
use apex_mobility_sandbox::{Fault, FaultRule, LedgerEntry, LedgerKind, LineView, Sandbox, When};
use bytes::Bytes;
use http::{Method, Request};

pub(crate) struct Carrier {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
    pub(crate) resolver: Resolver,
    sent: Sent,
}

/// What a client believes in the end, of one write or of one line of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Belief {
    Accepted,
    Rejected,
    Applied,
    NotApplied,
    Unknown(Why),
}

pub(crate) type Beliefs<'a> = Pin<Box<dyn Future<Output = Vec<Belief>> + 'a>>;

impl Carrier {
    pub(crate) fn new(seed: u64) -> Self {
        let sandbox = Sandbox::builder().seed(seed).lines(120).build();
        let sent = Sent::default();
        let client = Client::builder()
            .base_url("http://localhost")
            .credentials(AppCredentials::new("sandbox", "sandbox"))
            .transport(sandbox.transport())
            .layer(sent.clone())
            .clock(sandbox.clock())
            .retry(RetryPolicy::never())
            .build()
            .unwrap();
        Self { resolver: Resolver::new(&client), sandbox, client, sent }
    }

    /// The first line that is so.
    pub(crate) fn line(&self, wanted: impl FnMut(&LineView) -> bool) -> LineView {
        self.sandbox.find_line(wanted).unwrap()
    }

    /// From now on, the next call of the operation meets the fault.
    pub(crate) fn break_next(&self, fault: Fault, operation: &str) {
        self.sandbox.set_faults([FaultRule::new(fault, operation, When::Nth(1)).unwrap()]);
    }

    pub(crate) fn effects_after(&self, seq: u64, kind: LedgerKind) -> Vec<LedgerEntry> {
        self.sandbox.ledger_after(seq).into_iter().filter(|entry| entry.kind == kind).collect()
    }

    /// The place of the last effect so far.
    pub(crate) fn seq(&self) -> u64 {
        self.sandbox.ledger().last().map_or(0, |entry| entry.seq)
    }

    /// How many requests other than reads were sent so far.
    pub(crate) fn writes_sent(&self) -> usize {
        self.sent.count(|method| method != Method::GET)
    }

    pub(crate) fn reads_sent(&self) -> usize {
        self.sent.count(|method| method == Method::GET)
    }

    pub(crate) fn send<'a, C>(&'a self, call: C) -> Beliefs<'a>
    where
        C: IntoCall + 'a,
        C::Operation: Write,
        <C::Operation as Operation>::Output: 'a,
    {
        Box::pin(async move {
            match self.resolver.send(call).await {
                Outcome::Accepted { .. } => vec![Belief::Accepted],
                Outcome::Rejected(_) => vec![Belief::Rejected],
                Outcome::Settled(lost) => lost.verdicts.iter().map(belief).collect(),
            }
        })
    }
}

pub(crate) fn belief(verdict: &Verdict) -> Belief {
    match verdict {
        Verdict::Applied { .. } => Belief::Applied,
        Verdict::NotApplied { .. } => Belief::NotApplied,
        Verdict::Unknown { why, .. } => Belief::Unknown(*why),
    }
}

/// A layer that notes the methods of what is sent.
#[derive(Debug, Clone, Default)]
struct Sent(Arc<Mutex<Vec<Method>>>);

impl Sent {
    fn count(&self, wanted: impl Fn(&Method) -> bool) -> usize {
        self.0.lock().unwrap().iter().filter(|method| wanted(method)).count()
    }
}

#[derive(Clone)]
pub(crate) struct Noting {
    sent: Sent,
    inner: Transport,
}

impl tower::Layer<Transport> for Sent {
    type Service = Noting;

    fn layer(&self, inner: Transport) -> Noting {
        Noting { sent: self.clone(), inner }
    }
}

impl tower::Service<Request<Bytes>> for Noting {
    type Response = <Transport as tower::Service<Request<Bytes>>>::Response;
    type Error = <Transport as tower::Service<Request<Bytes>>>::Error;
    type Future = <Transport as tower::Service<Request<Bytes>>>::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        tower::Service::poll_ready(&mut self.inner, context)
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        self.sent.0.lock().unwrap().push(request.method().clone());
        tower::Service::call(&mut self.inner, request)
    }
}
