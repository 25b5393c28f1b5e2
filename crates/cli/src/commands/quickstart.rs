//! `apex quickstart`: the main job, from end to end, on this machine.

use std::path::{Path, PathBuf};

use apex_mobility::fleet::Stop;
use apex_mobility::fleet::preflight::Report;
use apex_mobility::{AppCredentials, Client};
use apex_mobility_sandbox::{ClockMode, LedgerKind, Sandbox};
use clap::Args;

use super::Ended;
use super::fleet::activate::{Rehearsal, Rehearsed, ResultsFile, Tally, show_rows};
use super::sandbox::{LINES, SEED};
use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupt::asked_to_end;
use crate::printer::{Printer, wrap};

/// Show the main job on a sandbox: nothing to set up, nothing leaves this machine
///
/// Activates the 25 lines of examples/activations.csv, three of which are bad in different ways, and writes
/// results.csv. Exits with 0: that three rows fail is part of the show.
#[derive(Debug, Args)]
pub(crate) struct QuickstartArgs {
    /// Where to write results, as CSV
    #[arg(long, value_name = "FILE", default_value = "results.csv")]
    results: PathBuf,
}

const EXAMPLE: &str = include_str!("../../../../examples/activations.csv");
const EXAMPLE_NAME: &str = "examples/activations.csv";

pub(crate) async fn run(args: QuickstartArgs, printer: &Printer) -> Ended {
    let guide = Guide { printer, aloud: printer.asked().is_none_or(|format| format == Format::Table) };
    let mut file = ResultsFile::prepare(&args.results, None)?;

    guide.say("apex quickstart: activate a spreadsheet of lines, from end to end.");
    guide.say("All of it happens on this machine, on invented data: no account, no network, no cost.");

    guide.step(
        1,
        &format!("Start a sandbox of AT&T's APEX Mobility APIs, with {LINES} lines that exist already."),
    );
    let sandbox = Sandbox::builder().seed(SEED).lines(LINES).clock(ClockMode::Manual).build();
    let client = Client::builder()
        .base_url("http://localhost")
        .credentials(AppCredentials::new("sandbox", "sandbox"))
        .transport(sandbox.transport())
        .clock(sandbox.clock())
        .build()?;

    guide.step(2, &format!("Read the spreadsheet {EXAMPLE_NAME} (a copy of it is built into apex)."));
    let rehearsal = Rehearsal::check(client, EXAMPLE_NAME, EXAMPLE).await?;
    let report = rehearsal.report();
    guide.detail(&format!(
        "{} rows, each a SIM and a device with a plan, an account and an address.",
        report.rows
    ));

    guide.step(3, "Check every row before anything is sent.");
    tell_of_faults(&guide, report);

    let outcome = {
        let _progress = printer.progress(Some(report.rows), "activating");
        let stop = Stop::default();
        let run = rehearsal.run(&stop);
        tokio::pin!(run);
        tokio::select! {
            outcome = &mut run => outcome?,
            () = asked_to_end() => {
                stop.stop();
                run.await?
            }
        }
    };
    let tally = Tally::of(&outcome.rows);
    tell_of_job(&guide, &outcome, &tally);
    let made = sandbox.ledger().iter().filter(|entry| entry.kind == LedgerKind::Activation).count();
    guide.detail(&format!("The sandbox's own ledger has {made} activations."));

    guide.step(7, "The results, one row per row of the spreadsheet:");
    guide.say("");
    show_rows(printer, &outcome.rows, printer.asked().unwrap_or(Format::Table));
    let kept = file.save(&outcome.rows).map_err(|error| {
        let what = format!("the results could not be written to {}: {error}", args.results.display());
        Failure::local(what).with_next("give another file with --results")
    })?;
    tell_of_end(&guide, &args, kept.as_deref(), &tally);
    Ok(Exit::Ok)
}

fn tell_of_faults(guide: &Guide<'_>, report: &Report) {
    for (row, problem) in &report.first_bad {
        guide.detail(&format!("row {row}, {problem}"));
    }
    guide.detail(&format!("{} good rows go on; {} stay here.", report.good(), report.bad));
}

fn tell_of_job(guide: &Guide<'_>, outcome: &Rehearsed, tally: &Tally) {
    guide.step(4, "Send them: up to 200 lines per request, one billing account each.");
    for (id, (lines, account)) in &outcome.requests {
        guide.detail(&format!(
            "request {id}: {lines} lines for billing account {account}; accepted, which is not done yet"
        ));
    }
    guide.step(
        5,
        "Wait for AT&T's verdicts. The first look is due after 5 minutes; the sandbox's clock jumps there.",
    );
    guide.detail(&format!(
        "{} activated, {} rejected; each line gets its own verdict.",
        tally.activated, tally.rejected
    ));
    guide.step(6, "Read each new line back through Line Details: what does AT&T really have?");
    guide.detail(&format!(
        "{} of {} are as they were asked for.",
        tally.activated - tally.differing,
        tally.activated
    ));
}

fn tell_of_end(guide: &Guide<'_>, args: &QuickstartArgs, kept: Option<&Path>, tally: &Tally) {
    guide.say(&format!("\n{}. All of it is in {}.", tally.sentence(), args.results.display()));
    if let Some(kept) = kept {
        guide.say(&format!("What was in {} before is now in {}.", args.results.display(), kept.display()));
    }
    guide.say("The three bad rows were put there on purpose, so this ends with exit code 0.");
    let apex = called();
    guide.say(&format!(
        "\nThe same against a server, here a sandbox in another terminal ({apex} sandbox serve --speed 60):\n\n  \
         export APEX_BASE_URL=http://127.0.0.1:8082 APEX_APP_ID=sandbox APEX_APP_SECRET=sandbox\n  \
         export APEX_JOURNAL=sandbox.db\n  \
         {apex} activate --file {EXAMPLE_NAME} --results my-results.csv --poll-every 2s\n  \
         {apex} line list --all\n\n\
         Against AT&T, set the first three to your own, and leave the fourth out: what a sandbox has done is\n\
         no business of your real journal. {apex} --help shows the rest."
    ));
}

/// Tells what happens, step by step: on stdout, or on stderr if stdout is for a program.
struct Guide<'a> {
    printer: &'a Printer,
    aloud: bool,
}

impl Guide<'_> {
    fn say(&self, text: &str) {
        if self.aloud { self.printer.text(&format!("{text}\n")) } else { self.printer.note(text) }
    }

    fn step(&self, number: u8, text: &str) {
        self.say("");
        self.say(&wrap(&format!("{number}. "), text, self.printer.paragraph_width()));
    }

    fn detail(&self, text: &str) {
        self.say(&wrap("   ", text, self.printer.paragraph_width()));
    }
}

/// How this program can be called from here.
fn called() -> String {
    let name = std::env::args().next().unwrap_or_default();
    let path = Path::new(&name);
    let here = std::env::current_dir().ok();
    let from_here = here.and_then(|here| path.strip_prefix(here).ok().map(|path| path.display().to_string()));
    match from_here {
        Some(path) => path,
        None if name.is_empty() => "apex".to_owned(),
        None => name,
    }
}
