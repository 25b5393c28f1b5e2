//! Carries a job through, with something to watch and a way to stop.

use std::time::Duration;

use apex_mobility::fleet::journal::{JobInfo, Tally};
use apex_mobility::fleet::preflight::Report;
use apex_mobility::fleet::results::ResultRow;
use apex_mobility::fleet::{Ended, Engine, Journal, Options, Orders, State, Stop};
use apex_mobility::{BreakerState, Client};
use secrecy::ExposeSecret;

use super::journal::{broken_off, failure};
use super::outcome::{Count, Outcome, Twins, left_to_workers, tell};
use super::results;
use super::settings::Settings;
use super::shown::{JobRow, rows};
use crate::connection::Connected;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupt::asked_to_end;
use crate::printer::{Printer, Progress, one_line};

/// Carries a job through, writes its results, and says how it went.
pub(super) async fn carry(
    journal: &Journal,
    job: &JobInfo,
    connected: &Connected,
    settings: &Settings,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let ended = drive(journal, job, connected, settings, printer).await?;
    report(journal, job, &connected.client, &ended, settings, printer).await
}

/// Lets the good rows of a draft in, and says how many are sent. What earlier jobs never sent is sent by this one.
pub(super) async fn begin(journal: &Journal, report: &Report, printer: &Printer) -> Result<(), Failure> {
    let job = &report.job;
    let taken = journal.take_over(job).await.map_err(|error| failure(&error))?;
    let twins = journal.let_in(job).await.map_err(|error| failure(&error))?;
    if taken > 0 {
        printer.note(&format!(
            "never sent, or without effect, in the earlier jobs that asked for them, so taken over: {}",
            rows(taken)
        ));
    }
    tell_start(printer, job, report.good() - twins, twins);
    Ok(())
}

/// Carries a job through.
pub(super) async fn drive(
    journal: &Journal,
    job: &JobInfo,
    connected: &Connected,
    settings: &Settings,
    printer: &Printer,
) -> Result<Ended, Failure> {
    drive_as(&format!("apex fleet resume {}", job.id), journal, job, connected, settings, printer).await
}

/// Carries a job through that this command goes on with.
pub(super) async fn drive_as(
    to_go_on: &str,
    journal: &Journal,
    job: &JobInfo,
    connected: &Connected,
    settings: &Settings,
    printer: &Printer,
) -> Result<Ended, Failure> {
    let Connected { client, secret, .. } = connected;
    // A row that waits for its turn in the client has its intent noted already, and a crash would leave it to be settled.
    let options = Options { concurrency: connected.max_concurrency, ..settings.options() };
    let engine = Engine::new(client, journal, secret.expose_secret(), options);
    let for_workers = Orders::kept(&job.options).for_workers;
    let ended = {
        let total = tally(journal, job).await?.total();
        let progress = printer.progress(Some(total), "sending");
        let stop = Stop::default();
        let run = engine.run(job, &stop);
        tokio::pin!(run);
        let mut asked = 0;
        let timeout = async {
            match settings.timeout {
                Some(timeout) => client.clock().sleep(timeout).await,
                None => std::future::pending().await,
            }
        };
        tokio::pin!(timeout);
        let watch = watch(journal, job, client, &progress);
        tokio::pin!(watch);
        let silence = tell_silence(client, settings.options().patience, printer);
        tokio::pin!(silence);
        let mut timed_out = false;
        loop {
            tokio::select! {
                ended = &mut run => break ended,
                () = &mut watch => {}
                () = &mut silence => {}
                () = &mut timeout, if !timed_out => {
                    timed_out = true;
                    printer.note(&match for_workers {
                        true => format!("the time is over: {}", left_to_workers(job)),
                        false => "the time is over: nothing more is sent; what is under way is settled".to_owned(),
                    });
                    stop.stop();
                }
                () = asked_to_end() => {
                    asked += 1;
                    if asked == 1 {
                        progress.say("stopping");
                        let left = left_to_workers(job);
                        printer.note(&match for_workers {
                            true => format!(
                                "stopping: {left}. What this process has under way is settled by reading. Ctrl-C again \
                                 leaves at once"
                            ),
                            false => format!(
                                "stopping: nothing more is sent; what is under way is settled by reading. Ctrl-C again \
                                 leaves at once. To go on: {to_go_on}"
                            ),
                        });
                        stop.stop();
                    } else {
                        printer.note("leaving: what is under way stands in the journal, and a resume settles it");
                        stop.leave();
                    }
                }
            }
        }
    };
    ended.map_err(|error| broken_off(&error, job))
}

pub(super) async fn report(
    journal: &Journal,
    job: &JobInfo,
    client: &Client,
    ended: &Ended,
    settings: &Settings,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let job = journal.job_numbered(job.number).await.map_err(|error| failure(&error))?;
    let tally = tally(journal, &job).await?;
    tell_open(journal, &job, printer).await?;
    let (results, failed) = (settings.results.as_deref(), settings.failed.as_deref());
    let written = results::write(journal, &job, results, failed, printer).await;
    let waited = settings.waits();
    let twins = Twins::of(journal, &job, &tally).await?;
    let count = Count::of(&tally).with(&twins);
    let outcome = Outcome { ended, count, waited, killed: client.pace().stopped };
    let exit = results::exit_of(outcome.exit(), written, printer);
    tell(ended, &tally, &twins, &job, printer);
    printer.record(&JobRow::of(&job, &tally));
    Ok(exit)
}

/// Rows that are told; the results have all.
const TOLD: usize = 10;

/// The first rows that somebody has to look after.
pub(super) async fn tell_open(journal: &Journal, job: &JobInfo, printer: &Printer) -> Result<(), Failure> {
    let after: Vec<_> = State::ALL
        .into_iter()
        .filter(|state| {
            state.is_open_question()
                || matches!(state, State::Rejected | State::Failed | State::StillUnknown | State::NotApplied)
                || matches!(state, State::Waiting | State::Overdue | State::Unreadable)
        })
        .collect();
    let items =
        journal.items_in(job.number, &after, None, TOLD + 1).await.map_err(|error| failure(&error))?;
    for item in items.iter().take(TOLD) {
        let row = ResultRow::of(item, None);
        let words = [row.reason.as_str(), row.evidence.as_str()].into_iter().find(|text| !text.is_empty());
        let mut text = format!("row {}, {}: {}", row.row, row.operation, row.verdict.as_str());
        if let Some(words) = words {
            text.push_str(&format!(": {}", one_line(words)));
        }
        if !row.next_step.is_empty() {
            text.push_str(&format!(" -> {}", one_line(&row.next_step)));
        }
        printer.warning(&text);
    }
    if items.len() > TOLD {
        printer.warning("and more, see the results");
    }
    Ok(())
}

pub(super) async fn tally(journal: &Journal, job: &JobInfo) -> Result<Tally, Failure> {
    journal.tally(job.number).await.map_err(|error| failure(&error))
}

/// Says, whenever the server is gone, that it is waited for. Comes to no end by itself.
async fn tell_silence(client: &Client, patience: Duration, printer: &Printer) {
    let mut told = false;
    loop {
        client.clock().sleep(SILENCE_EVERY).await;
        let gone = !matches!(client.pace().breaker, BreakerState::Closed);
        if gone && !told {
            let patience = minutes(patience);
            printer.warning(&format!(
                "no request gets through: it is tried for {patience} (--patience); Ctrl-C ends it before"
            ));
        }
        told = gone;
    }
}

/// How often it is looked whether the server is there.
const SILENCE_EVERY: Duration = Duration::from_secs(1);

/// How often the progress is brought up to date.
const WATCH_EVERY: Duration = Duration::from_millis(500);

/// Shows how far a job is, how fast it goes and how long it will take. Comes to no end by itself.
pub(super) async fn watch(journal: &Journal, job: &JobInfo, client: &Client, progress: &Progress) {
    if !progress.is_watched() {
        return std::future::pending().await;
    }
    let clock = client.clock();
    let began = clock.monotonic();
    let mut at_first = None;
    loop {
        if let Ok(tally) = journal.tally(job.number).await {
            let settled = tally.count(State::is_final);
            let since = clock.monotonic().saturating_sub(began);
            let first = *at_first.get_or_insert(settled);
            progress.set(settled);
            progress.say(&words(&tally, settled.saturating_sub(first), since, client.pace().in_flight));
        }
        clock.sleep(WATCH_EVERY).await;
    }
}

fn words(tally: &Tally, settled: u64, since: Duration, in_flight: usize) -> String {
    let mut text = format!("{} done", tally.of(State::Done));
    let bad = tally.of(State::Rejected) + tally.of(State::Failed);
    if bad > 0 {
        text.push_str(&format!(", {bad} failed"));
    }
    let pending = tally.count(State::is_under_way);
    if pending > 0 {
        text.push_str(&format!(", {pending} pending"));
    }
    text.push_str(&format!(", {in_flight} under way"));
    #[expect(clippy::cast_precision_loss, reason = "it is shown with one digit")]
    let rate = settled as f64 / since.as_secs_f64().max(0.001);
    if settled > 0 && since >= Duration::from_secs(1) {
        let left = tally.count(|state| !state.is_final());
        #[expect(clippy::cast_precision_loss, reason = "it is shown in seconds")]
        let left = Duration::from_secs_f64((left as f64 / rate).min(1e9));
        text.push_str(&format!(", {rate:.1} rows/s, {} left", minutes(left)));
    }
    text
}

/// `1 h 05 m`, `5 m 09 s`, `9 s`.
pub(super) fn minutes(span: Duration) -> String {
    let seconds = span.as_secs();
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} m {seconds:02} s"),
        (hours, minutes, _) => format!("{hours} h {minutes:02} m"),
    }
}

/// `3 rows to send`.
pub(super) fn tell_start(printer: &Printer, job: &JobInfo, to_send: u64, twins: u64) {
    if twins > 0 {
        printer.note(&format!(
            "the same as another row, of this file or of an earlier job; not sent: {}",
            rows(twins)
        ));
    }
    printer.note(&format!("job {}: {} to send", job.id, rows(to_send)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_is_said_as_people_say_it() {
        let table = [(9, "9 s"), (69, "1 m 09 s"), (3900, "1 h 05 m"), (90_000, "25 h 00 m")];
        for (seconds, said) in table {
            assert_eq!(minutes(Duration::from_secs(seconds)), said);
        }
    }
}
