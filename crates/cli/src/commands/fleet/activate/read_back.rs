//! Reading new lines back: what AT&T has, against what was asked for.

use std::time::Duration;

use apex_mobility::catalog::Class;
use apex_mobility::domain::SubscriberNumber;
use apex_mobility::line_details::Service;
use apex_mobility::service_activation::NewLine;
use apex_mobility::wire::LineStatus;
use apex_mobility::{Client, Error, Mobility};
use futures_util::{Stream, StreamExt, stream};

/// contract 4.2: a fresh line may not be found for about a minute.
const PATIENCE: Duration = Duration::from_secs(100);
/// The longest wait between two looks.
const BETWEEN_LOOKS: Duration = Duration::from_secs(20);

/// What reading a line back showed.
#[derive(Debug)]
pub(super) enum ReadBack {
    /// AT&T has what was asked for.
    Agrees,
    /// AT&T has something else.
    Differs(Vec<String>),
    /// AT&T does not show the line yet.
    NotShown,
    /// The line could not be read.
    Unread(Error),
    /// Nobody waited for it.
    CutOff,
}

/// A line to read back.
pub(super) struct NewNumber {
    /// Which of the results it is of.
    pub(super) place: usize,
    pub(super) number: SubscriberNumber,
    pub(super) asked: NewLine,
}

/// How many lines are read back at a time; the client has a limit of its own.
const READING: usize = 8;

/// Reads lines back and gives what came of each as it is known, by the place of its result.
pub(super) fn read_all<'a>(
    client: &'a Client,
    lines: Vec<NewNumber>,
    poll_every: Option<Duration>,
) -> impl Stream<Item = (usize, ReadBack)> + 'a {
    // Whoever looks more often has a server whose time runs faster.
    let wait = poll_every.unwrap_or(BETWEEN_LOOKS).min(BETWEEN_LOOKS);
    let read = move |line: NewNumber| async move {
        (line.place, read_back(client, &line.number, &line.asked, wait).await)
    };
    stream::iter(lines).map(read).buffer_unordered(READING)
}

/// Reads a line until it is shown, after a first wait of `wait` ever more slowly.
async fn read_back(
    client: &Client,
    number: &SubscriberNumber,
    asked: &NewLine,
    mut wait: Duration,
) -> ReadBack {
    let details = Mobility::new(client).line_details();
    let started = client.clock().monotonic();
    loop {
        match details.get(number.clone()).send().await {
            Ok(line) => {
                let differences = differences(&line, asked);
                return if differences.is_empty() {
                    ReadBack::Agrees
                } else {
                    ReadBack::Differs(differences)
                };
            }
            Err(error) if error.class() != Class::NotFound => return ReadBack::Unread(error),
            Err(_) if client.clock().monotonic().saturating_sub(started) >= PATIENCE => {
                return ReadBack::NotShown;
            }
            Err(_) => client.clock().sleep(wait).await,
        }
        wait = wait.saturating_mul(2).min(BETWEEN_LOOKS);
    }
}

/// What is not as it was asked for. What AT&T does not say is no difference.
fn differences(line: &Service, asked: &NewLine) -> Vec<String> {
    let mut found = Vec::new();
    let mut compare = |what: &str, has: Option<&str>, wanted: Option<&str>| {
        if let (Some(has), Some(wanted)) = (has, wanted)
            && has != wanted
        {
            found.push(format!("{what} is {has}, not {wanted}"));
        }
    };
    let status = line.status();
    compare("status", status.as_ref().map(LineStatus::as_str), Some(LineStatus::Active.as_str()));
    let account = line.billing_account();
    compare("BAN", account.as_ref().map(AsRef::as_ref), Some(asked.billing_account().as_str()));
    let iccid = line.iccid();
    compare("SIM", iccid.as_ref().map(AsRef::as_ref), asked.sim().iccid().map(AsRef::as_ref));
    let imei = line.imei();
    compare("IMEI", imei.as_ref().map(AsRef::as_ref), Some(asked.imei().as_str()));
    let plan = line.plan();
    compare("plan", plan.as_ref().map(AsRef::as_ref), Some(asked.plan().as_str()));
    found
}
