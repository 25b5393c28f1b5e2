//! The handle: settle what is unknown, or send and settle in one.

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::{Duration, SystemTime};

use apex_mobility_core::{AppCredentials, Client, Effect, Error, IntoCall, Operation};
use futures_util::{StreamExt, stream};

use crate::look::{Look, Write};
use crate::outcome::{Outcome, Settlement};
use crate::reads::Reads;
use crate::verdict::Verdict;
use crate::watch::Watch;

/// Finds out by reading what came of writes whose answers were lost. Never writes but in
/// [`send`](Self::send), which sends what it is given once.
#[derive(Debug, Clone)]
#[must_use = "nothing is looked at until a write is settled"]
pub struct Resolver {
    client: Client,
    credentials: Option<AppCredentials>,
    wait: Duration,
    look_before: bool,
}

impl Resolver {
    /// Contract 2.5: a lost activation is looked for for 30 minutes. The rest is settled within 5, but for
    /// outages.
    pub const WAIT: Duration = Duration::from_mins(30);

    /// A resolver that reads through this client: its connections, credentials, clock and limiter.
    pub fn new(client: &Client) -> Self {
        Self { client: client.clone(), credentials: None, wait: Self::WAIT, look_before: true }
    }

    /// How long to look at most, from when the settling begins; [`WAIT`](Self::WAIT) unless set. What took
    /// effect is mostly seen at once. A wait shorter than 2 minutes (5 for a change of number or a port
    /// request) can never end in "not applied"; zero looks once.
    pub fn wait(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }

    /// Whether [`send`](Self::send) looks before it sends; it does unless told otherwise. That costs a read
    /// for each write. Without it "applied" means that it is as asked for, and if nothing shows since when,
    /// it may have been so all along: a resume of an active line, a feature that was there. A look that fails
    /// keeps nothing from being sent; but "applied" is then not said.
    pub fn look_before(mut self, on: bool) -> Self {
        self.look_before = on;
        self
    }

    /// Another pair of credentials than the client's. [`send`](Self::send) takes those of its call.
    pub fn credentials(mut self, pair: AppCredentials) -> Self {
        self.credentials = Some(pair);
        self
    }

    /// What is there now: to be handed to [`Settle::before`], once the write was sent.
    ///
    /// # Errors
    /// When the read fails.
    pub async fn look<T: Look>(&self, write: &T) -> Result<T::Seen, Error> {
        write.look(&self.reads(), None).await
    }

    /// Settles a write whose answer was lost. Await it for the verdict.
    pub fn settle<'a, T: Look>(&'a self, write: &'a T) -> Settle<'a, T> {
        Settle { resolver: self, write, before: None, sent: None, grace: Duration::ZERO }
    }

    /// Settles the lines of a batch, each by itself, in their order. `before` is how things were before for each
    /// line, or empty if nobody looked ([`Settle::before`]); `sent` is when the batch was sent.
    pub async fn settle_lines<T: Look>(
        &self,
        lines: &[T],
        before: Vec<Option<T::Seen>>,
        sent: SystemTime,
    ) -> Vec<Verdict> {
        let reads = self.reads();
        let grace = Duration::ZERO;
        settle(Watch { reads: &reads, items: lines, before, strict: false, sent, grace, wait: self.wait })
            .await
    }

    /// Sends a write once, and settles it if its answer is lost.
    ///
    /// ```
    /// # async fn run(client: apex_mobility_core::Client, number: apex_mobility_core::domain::SubscriberNumber) {
    /// use apex_mobility_resolve::{Outcome, Resolver};
    /// use apex_mobility_status_change::{StatusChange, SuspendReason};
    ///
    /// let suspend = StatusChange::new(&client).suspend(number, SuspendReason::CustomerRequest);
    /// match Resolver::new(&client).send(suspend).await {
    ///     Outcome::Accepted { answer, .. } => println!("{:?}", answer.status()),
    ///     Outcome::Rejected(error) => println!("{error}; {}", error.next_step()),
    ///     Outcome::Settled(lost) => println!("{}: {}", lost.error, lost.verdicts[0]),
    /// }
    /// # }
    /// # let sandbox = apex_mobility_sandbox::Sandbox::builder().lines(50).build();
    /// # let number = sandbox.find_line(|line| line.status == "A").unwrap().subscriber_number;
    /// # let client = apex_mobility_core::Client::builder()
    /// #     .base_url("http://localhost").credentials(apex_mobility_core::AppCredentials::new("sandbox", "sandbox"))
    /// #     .transport(sandbox.transport()).clock(sandbox.clock()).build().unwrap();
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(run(client, number));
    /// # assert_eq!(sandbox.ledger().len(), 1);
    /// ```
    pub async fn send<C>(&self, call: C) -> Outcome<<C::Operation as Operation>::Output>
    where
        C: IntoCall,
        C::Operation: Write,
    {
        self.send_telling(call, |_| {}).await
    }

    /// The same, telling how far it is: for whoever shows it to a person, or may be interrupted and then has to
    /// say what was done.
    pub async fn send_telling<C>(
        &self,
        call: C,
        tell: impl Fn(Step<'_>) + Send + Sync,
    ) -> Outcome<<C::Operation as Operation>::Output>
    where
        C: IntoCall,
        C::Operation: Write,
    {
        let call = call.into_call();
        let credentials = call.options.credentials.clone().or_else(|| self.credentials.clone());
        let reads = Reads::new(call.client(), credentials);
        let items = call.operation().items();
        let strict = self.look_before && <<C::Operation as Write>::Item as Look>::LOOKS_BEFORE;
        let before = if strict { before(&reads.with_retries(), items).await } else { Vec::new() };
        if let Some(why) = before.iter().flatten().find_map(<C::Operation as Write>::Item::forbidden) {
            return Outcome::Rejected(Error::withheld(<C::Operation as Operation>::NAME, why));
        }
        tell(Step::Sending);
        let answer = call.send().await;
        let sent = call.client().clock().wall();
        let grace = Duration::ZERO;
        let watch = Watch { reads: &reads, items, before, strict, sent, grace, wait: self.wait };
        match answer {
            Ok(response) if <C::Operation as Write>::is_told(&response.value) => {
                Outcome::Accepted { answer: response.value, number: None }
            }
            Ok(response) => {
                tell(Step::Settling(None));
                let verdicts = settle(watch).await;
                let number = verdicts.iter().find_map(|one| one.number().cloned());
                Outcome::Accepted { answer: response.value, number }
            }
            Err(error) if error.effect() == Effect::Unknown => {
                tell(Step::Settling(Some(&error)));
                Outcome::Settled(Settlement { error, verdicts: settle(watch).await })
            }
            Err(error) => Outcome::Rejected(error),
        }
    }

    fn reads(&self) -> Reads {
        Reads::new(&self.client, self.credentials.clone())
    }
}

/// How far [`Resolver::send_telling`] is. Before the first of them it looks, and nothing has been sent.
#[derive(Debug, Clone, Copy)]
pub enum Step<'a> {
    /// The write is being sent.
    Sending,
    /// It was sent, and reads are asked what came of it: its answer was lost, with this error; or it was accepted
    /// in an answer that leaves out what matters.
    Settling(Option<&'a Error>),
}

/// What is there before a write. Where the look fails it is not known.
async fn before<T: Look>(reads: &Reads, items: &[T]) -> Vec<Option<T::Seen>> {
    stream::iter(items).then(|item| async move { item.look(reads, None).await.ok() }).collect().await
}

/// Boxed: the loop's future is large, and so would be every future around it.
fn settle<'a, T: Look>(watch: Watch<'a, T>) -> Pin<Box<dyn Future<Output = Vec<Verdict>> + Send + 'a>> {
    Box::pin(watch.settle())
}

/// A write to settle. Await it.
#[derive(Debug, Clone)]
#[must_use = "nothing is looked at until it is awaited"]
pub struct Settle<'a, T: Look> {
    resolver: &'a Resolver,
    write: &'a T,
    before: Option<T::Seen>,
    sent: Option<SystemTime>,
    grace: Duration,
}

impl<T: Look> Settle<'_, T> {
    /// How things were before the write: what [`Resolver::look`] showed then, or what is known of it, for
    /// instance the line's SIM ([`LineTrail::of_sim`](apex_mobility_core::finding::LineTrail::of_sim)), without
    /// which a change of number cannot be followed. From the SIM alone a change that was made long before looks
    /// like this one.
    pub fn before(mut self, seen: T::Seen) -> Self {
        self.before = Some(seen);
        self
    }

    /// When the write was sent, if that is a while ago; now unless set. What is long enough ago can be told
    /// not to be applied by a single look.
    pub fn sent(mut self, at: SystemTime) -> Self {
        self.sent = Some(at);
        self
    }

    /// How long to look, at least, before it is said not to be applied, whatever [`sent`](Self::sent) says: for
    /// whoever cannot trust the clock that was read then. It may be another machine's, or was set since.
    pub fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }
}

impl<'a, T: Look> IntoFuture for Settle<'a, T> {
    type Output = Verdict;
    type IntoFuture = Pin<Box<dyn Future<Output = Verdict> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let resolver = self.resolver;
            let reads = resolver.reads();
            let sent = self.sent.unwrap_or_else(|| resolver.client.clock().wall());
            let watch = Watch {
                reads: &reads,
                items: std::slice::from_ref(self.write),
                before: vec![self.before],
                strict: false,
                sent,
                grace: self.grace,
                wait: resolver.wait,
            };
            // One item, one verdict.
            watch.settle().await.into_iter().next().unwrap_or_else(Verdict::of_nothing)
        })
    }
}
