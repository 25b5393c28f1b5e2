//! Asks one question after the other, each with what the answers before it gave.

use apex_mobility::domain::{BillingAccountNumber, Iccid, SubscriberNumber};
use apex_mobility::http::{HeaderMap, Method};
use apex_mobility::retry::RetryPolicy;
use apex_mobility::{Call, Client, ClientBuilder, Error, ErrorKind};

use super::answer::{Answer, Answers, Reply, held, text};
use super::capture::Exchanged;
use super::look::{Asked, Look};
use super::watch::{MOST_REQUESTS, Watch};

/// Lines on a page where two are compared.
pub(crate) const SMALL_PAGE: usize = 5;
/// contract 4.1: the most that is assumed to be allowed.
pub(crate) const LARGEST_PAGE: usize = 500;

/// What nobody has.
const UNKNOWN_NUMBER: &str = "2005550199";
const UNKNOWN_FAN: &str = "99999999";
const UNKNOWN_BAN: &str = "999999999999";
const UNKNOWN_REQUEST: &str = "apex-doctor-0";
const UNKNOWN_BATCH: &str = "00000000-0000-4000-8000-000000000000";

/// What there is to ask about. What is not given is taken from the first page of the list.
#[derive(Clone, Default)]
pub(crate) struct Known {
    pub(crate) number: Option<SubscriberNumber>,
    pub(crate) ban: Option<BillingAccountNumber>,
}

/// The client to ask with: it only reads, asks a second time at most, and is watched.
pub(crate) fn reader(builder: ClientBuilder) -> Result<(Client, Watch), Error> {
    let mut retry = RetryPolicy::default();
    retry.max_attempts = 2;
    retry.legacy_throttle_waits = 1;
    // A layer needs the profile, which a builder does not show.
    let plain = builder.read_only(true).retry(retry);
    let watch = Watch::default();
    let client = plain.layer(watch.clone()).build()?;
    watch.go_by(client.wire_profile());
    Ok((client, watch))
}

/// Asks everything. `heard` is told of each exchange.
///
/// # Errors
/// When the first request finds no server, or credentials are refused: nothing else is worth asking then.
pub(crate) async fn examine(
    client: &Client,
    watch: &Watch,
    known: &Known,
    mut heard: impl FnMut(&Exchanged<'_>),
) -> Result<Answers, Error> {
    let mut examiner = Examiner { client, watch, answers: Answers::new(client.wire_profile().clone()) };
    examiner.first(&mut heard).await?;
    for asked in Asked::ALL.into_iter().skip(1) {
        let answer = match examiner.question(asked, known) {
            Ok(look) => examiner.ask(look, &mut heard).await.0,
            Err(why) => Answer::None(why),
        };
        examiner.answers.put(asked, answer);
    }
    Ok(examiner.answers)
}

struct Examiner<'a> {
    client: &'a Client,
    watch: &'a Watch,
    answers: Answers,
}

impl Examiner<'_> {
    /// The first request shows whether there is a server, whether it lets us in, and what trace ids do.
    async fn first(&mut self, heard: &mut impl FnMut(&Exchanged<'_>)) -> Result<(), Error> {
        let look = || Look::new(Asked::FirstPage).page(1, SMALL_PAGE);
        let (mut answer, error, sent) = self.ask(look(), heard).await;
        let refused = matches!(&answer, Answer::Came(reply)
            if matches!(reply.status, 400 | 403 | 406 | 412 | 422 | 431));
        if refused {
            self.watch.leave_trace_out(true);
            let (second, _, _) = self.ask(look(), heard).await;
            self.answers.trace_refused = matches!(&second, Answer::Came(reply) if reply.is_success());
            self.watch.leave_trace_out(self.answers.trace_refused);
            if self.answers.trace_refused {
                answer = second;
            }
        }
        let stop = |reply: &Reply| matches!(reply.status, 401 | 403);
        match (&answer, error) {
            (Answer::Came(reply), Some(error)) if stop(reply) => return Err(error),
            (Answer::None(_), Some(error)) if error.kind() != ErrorKind::Request => return Err(error),
            _ => {}
        }
        if let Answer::Came(reply) = &answer {
            self.answers.trace_echoed = self.echoes(&sent, &reply.headers);
        }
        self.answers.put(Asked::FirstPage, answer);
        Ok(())
    }

    /// Whether a trace id comes back, under whatever name.
    fn echoes(&self, sent: &HeaderMap, got: &HeaderMap) -> bool {
        let names = ["x_trace_id", "x_transaction_id"].map(|key| self.answers.profile.header(key));
        names
            .into_iter()
            .flatten()
            .filter_map(|name| sent.get(name))
            .any(|id| got.values().any(|it| it == id))
    }

    async fn ask(
        &self,
        look: Look,
        heard: &mut impl FnMut(&Exchanged<'_>),
    ) -> (Answer, Option<Error>, HeaderMap) {
        let asked = look.asked;
        let outcome = Call::new(self.client, look).send().await;
        let exchange = self.watch.take();
        let error = outcome.err();
        let answer = match exchange.answer {
            Some(answer) => Answer::Came(Reply::of(answer)),
            None => {
                let why = error.as_ref().map(|error| format!("no answer: {}", error.message()));
                Answer::None(why.unwrap_or_else(|| "no answer".to_owned()))
            }
        };
        if let Answer::Came(reply) = &answer {
            heard(&Exchanged { asked, sent: &exchange.request_headers, reply, client: self.client });
        }
        (answer, error, exchange.request_headers)
    }

    /// The question, or why it cannot be asked.
    fn question(&self, asked: Asked, known: &Known) -> Result<Look, String> {
        if self.watch.sent() >= MOST_REQUESTS {
            return Err(format!("not asked: {MOST_REQUESTS} requests are the most"));
        }
        let operation = asked.operation();
        if let Some(method) = operation.and_then(|operation| self.answers.method(operation))
            && method != Method::GET
        {
            return Err(format!(
                "not asked: the wire profile has {method} for it, and only GET is sent here"
            ));
        }
        // What a failed list cannot tell is not asked of it again.
        if operation == Some("list.accounts") {
            self.answers
                .success(Asked::FirstPage)
                .map_err(|why| format!("the list cannot be read: {why}"))?;
        }
        let look = Look::new(asked);
        Ok(match asked {
            Asked::FirstPage => look.page(1, SMALL_PAGE),
            Asked::SecondPage => look.page(2, SMALL_PAGE),
            Asked::LargestPage => look.page(1, LARGEST_PAGE),
            Asked::TooLargePage => look.page(1, LARGEST_PAGE + 1),
            Asked::FilterFan => look.page(1, SMALL_PAGE).with("list_fan", UNKNOWN_FAN),
            Asked::FilterBan => look.page(1, SMALL_PAGE).with("list_ban", UNKNOWN_BAN),
            Asked::FilterNumber => look.page(1, SMALL_PAGE).with("list_subscriber", UNKNOWN_NUMBER),
            Asked::ListedSuspended => look.page(1, 1).with("list_status", "S"),
            Asked::ListedCancelled => look.page(1, 1).with("list_status", "C"),
            Asked::Line => look.at("subscriberNumber", self.number(known)?),
            Asked::UnknownLine | Asked::UnknownPort => look.at("subscriberNumber", UNKNOWN_NUMBER),
            Asked::SearchSim => look.with("search_sim", self.of_line("sim")?),
            Asked::SearchImei => look.with("search_imei", self.of_line("BLIMEI")?),
            Asked::SearchUnknownSim => look.with("search_sim", unknown_sim()?),
            Asked::FoundSuspended => look.page(1, 1).with("search_status", "S"),
            Asked::FoundCancelled => look.page(1, 1).with("search_status", "C"),
            Asked::CancelledLine => look.at("subscriberNumber", self.cancelled_number()?),
            Asked::UnknownActivation => look.at("requestId", UNKNOWN_REQUEST),
            Asked::Account => look.at("billingAccountNumber", self.ban(known)?),
            Asked::UnknownAccount => look.at("billingAccountNumber", UNKNOWN_BAN),
            Asked::UnknownBatch => look.with("pdp_batch", UNKNOWN_BATCH),
            Asked::BatchesOfLine => look.with("pdp_subscriber", self.number(known)?),
            Asked::NoSuchPath => look,
        })
    }

    /// The number to ask about: an active line's, where there is one.
    fn number(&self, known: &Known) -> Result<String, String> {
        if let Some(number) = &known.number {
            return Ok(number.as_str().to_owned());
        }
        let rows = self.answers.rows(Asked::FirstPage).map_err(|why| format!("no number: {why}"))?;
        let is_active = |row: &&serde_json::Value| {
            text(row, "subscriberNumberStatus").is_some_and(|status| status.starts_with(['A', 'a']))
        };
        let row = rows.iter().find(is_active).or_else(|| rows.first());
        let number = row.and_then(|row| text(row, "subscriberNumber"));
        number.map(str::to_owned).ok_or_else(|| "the list gives no number; give one by --number".to_owned())
    }

    fn ban(&self, known: &Known) -> Result<String, String> {
        if let Some(ban) = &known.ban {
            return Ok(ban.as_str().to_owned());
        }
        let row = self.answers.rows(Asked::FirstPage).ok().and_then(|rows| rows.first());
        let listed = row.and_then(|row| text(row, "billingAccountNumber"));
        let ban = listed.map(str::to_owned).or_else(|| self.of_line("billingAccountNumber").ok());
        ban.ok_or_else(|| "no account is known; give one by --ban".to_owned())
    }

    fn of_line(&self, name: &str) -> Result<String, String> {
        let reply =
            self.answers.success(Asked::Line).map_err(|why| format!("no line to take it from: {why}"))?;
        let value = reply.object().and_then(|line| held(line, &self.answers.profile, name));
        value.map(str::to_owned).ok_or_else(|| format!("the line shows no {name}"))
    }

    fn cancelled_number(&self) -> Result<String, String> {
        let found = self.answers.rows(Asked::FoundCancelled).ok().and_then(|rows| rows.first());
        let listed = || self.answers.rows(Asked::ListedCancelled).ok().and_then(|rows| rows.first());
        let is_cancelled = |row: &&serde_json::Value| {
            let status = text(row, "subscriberNumberStatus").or_else(|| text(row, "status"));
            status.is_some_and(|status| status.starts_with(['C', 'c', 'D', 'd']))
        };
        let number = found.or_else(listed).filter(is_cancelled).and_then(|row| text(row, "subscriberNumber"));
        number.map(str::to_owned).ok_or_else(|| "no cancelled line is known".to_owned())
    }
}

fn unknown_sim() -> Result<String, String> {
    let sim = Iccid::from_payload("8999999999999999999").map_err(|error| error.to_string())?;
    Ok(sim.as_str().to_owned())
}
