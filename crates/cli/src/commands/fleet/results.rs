//! `apex fleet results`.

use std::path::{Path, PathBuf};
use std::{fs, io};

use apex_mobility::fleet::journal::JobInfo;
use apex_mobility::fleet::place::{end_of_links, one_name};
use apex_mobility::fleet::results::{ResultFormat, ResultRow, ResultsError, Verdict};
use apex_mobility::fleet::{Journal, Replacement};
use clap::Args;

use super::journal::{JobArgs, JournalArgs};
use crate::commands::Ended;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::printer::{Cell, Column, Printer, Record, Tone};

/// Show what came of each row of a job: one result per row of the input, in its order
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    apex fleet results --last --results results.jsonl --failed again.csv")]
pub(crate) struct ResultsArgs {
    #[command(flatten)]
    job: JobArgs,
    #[command(flatten)]
    files: FileArgs,
    #[command(flatten)]
    journal: JournalArgs,
}

/// Where results go.
#[derive(Debug, Args)]
pub(super) struct FileArgs {
    /// A file for the results, in place of what it holds: CSV, or JSON lines where its name ends with .jsonl
    #[arg(long, value_name = "FILE")]
    pub(super) results: Option<PathBuf>,
    /// A file for the rows that were refused or not sent, as CSV that can be run again; secrets are left out
    #[arg(long, value_name = "FILE")]
    pub(super) failed: Option<PathBuf>,
}

/// A row of the results, for the printer.
#[derive(serde::Serialize)]
#[serde(transparent)]
pub(super) struct Shown(pub(super) ResultRow);

impl Record for Shown {
    const COLUMNS: &'static [Column] = &[
        Column::new("row", "ROW"),
        Column::new("operation", "OPERATION"),
        Column::new("number", "NUMBER"),
        Column::wide("sim", "SIM"),
        Column::wide("imei", "IMEI"),
        Column::wide("ban", "BAN"),
        Column::new("verdict", "VERDICT"),
        Column::wide("class", "CLASS"),
        Column::new("reason", "REASON"),
        Column::new("new_number", "NEW NUMBER"),
        Column::wide("request_id", "REQUEST"),
        Column::wide("evidence", "EVIDENCE"),
        Column::wide("next_step", "NEXT"),
    ];

    fn cells(&self) -> Vec<Cell> {
        let row = &self.0;
        let tone = match row.verdict {
            Verdict::Done => Tone::Good,
            Verdict::Pending | Verdict::ActionRequired | Verdict::NotSent => Tone::Open,
            _ => Tone::Bad,
        };
        vec![
            Cell::new(row.row.to_string()),
            Cell::new(row.operation),
            Cell::new(row.number.as_str()),
            Cell::new(row.sim.as_str()),
            Cell::new(row.imei.as_str()),
            Cell::new(row.ban.as_str()),
            Cell::new(row.verdict.as_str()).tone(tone),
            Cell::new(row.class.as_str()),
            Cell::new(row.reason.as_str()),
            Cell::new(row.new_number.as_str()),
            Cell::new(row.request_id.as_str()),
            Cell::new(row.evidence.as_str()),
            Cell::new(row.next_step.as_str()),
        ]
    }
}

pub(super) async fn run(args: ResultsArgs, printer: &Printer) -> Ended {
    let FileArgs { results, failed } = &args.files;
    check_places(None, [(results.as_deref(), "--results"), (failed.as_deref(), "--failed")])?;
    let journal = args.journal.open().await?;
    let job = args.job.find(&journal).await?;
    if args.files.results.is_none() {
        let mut rows = printer.rows();
        let seen = journal.results(&job, |_, row| {
            if rows.push(&Shown(row)) { Ok(()) } else { Err(io::ErrorKind::BrokenPipe.into()) }
        });
        match seen.await {
            // A reader that has seen enough is no error.
            Err(ResultsError::Write(_)) if printer.reader_gone() => {}
            other => drop(other.map_err(|error| failure(&error, &job))?),
        }
        rows.finish();
    }
    write(&journal, &job, args.files.results.as_deref(), args.files.failed.as_deref(), printer).await?;
    Ok(Exit::Ok)
}

/// Writes the files, and says so. Where neither can be written, the one is told and the other given back.
pub(super) async fn write(
    journal: &Journal,
    job: &JobInfo,
    results: Option<&Path>,
    failed: Option<&Path>,
    printer: &Printer,
) -> Result<(), Failure> {
    let mut wrong = None;
    if let Some(path) = results {
        match journal.write_results(job, path, format_of(path)).await {
            Ok(_) => printer.note(&format!("results in {}", path.display())),
            Err(error) => wrong = Some(unwritten(&error, job, path, "--results")),
        }
    }
    if let Some(path) = failed {
        match journal.write_failed(job, path).await {
            Ok(0) => {
                printer.note(&format!("no row to run again: {} was not written", path.display()));
            }
            Ok(rows) => {
                printer.note(&format!("{} to run again in {}", super::shown::rows(rows), path.display()));
            }
            Err(error) => {
                let other = wrong.replace(unwritten(&error, job, path, "--failed"));
                other.iter().for_each(|failure| printer.failure(failure));
            }
        }
    }
    wrong.map_or(Ok(()), Err)
}

/// Writes what is wrong with rows of which none is sent. What is there from before stays, under another name: these rows
/// are in no journal, and may have nothing to do with it.
pub(super) async fn write_refused(journal: &Journal, job: &JobInfo, path: &Path, printer: &Printer) {
    let written = match keep(path) {
        Ok(kept) => {
            if let Some(kept) = kept {
                printer.note(&format!("what was in {} was kept as {}", path.display(), kept.display()));
            }
            journal.write_results(job, path, format_of(path)).await
        }
        Err(error) => Err(error.into()),
    };
    match written {
        Ok(_) => printer.note(&format!("results in {}", path.display())),
        Err(error) => printer.warning(&format!("{}: {error}", path.display())),
    }
}

/// Renames a file that holds something to the first free name: `results.1.csv`, `results.2.csv` and so on.
pub(super) fn keep(path: &Path) -> io::Result<Option<PathBuf>> {
    if !fs::metadata(path).is_ok_and(|there| there.is_file() && there.len() > 0) {
        return Ok(None);
    }
    // A link stays where it is, and what it leads to is kept beside itself.
    let path = end_of_links(path);
    let stem = path.file_stem().unwrap_or_default();
    let mut number = 1_u32;
    loop {
        let mut name = stem.to_owned();
        name.push(format!(".{number}"));
        if let Some(extension) = path.extension() {
            name.push(".");
            name.push(extension);
        }
        let kept = path.with_file_name(name);
        // The name is taken first, so that nobody else's file is renamed over.
        match fs::File::create_new(&kept) {
            Ok(_) => {
                return match fs::rename(&path, &kept) {
                    Ok(()) => Ok(Some(kept)),
                    Err(error) => {
                        drop(fs::remove_file(&kept));
                        Err(error)
                    }
                };
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
        number = number.checked_add(1).ok_or(io::ErrorKind::AlreadyExists)?;
    }
}

/// The exit code of a job whose results were written, or were not, which is told. What came of its rows comes first.
pub(super) fn exit_of(job: Exit, written: Result<(), Failure>, printer: &Printer) -> Exit {
    match written {
        Ok(()) => job,
        Err(failure) => {
            printer.failure(&failure);
            if job == Exit::Ok { failure.exit() } else { job }
        }
    }
}

pub(super) fn format_of(path: &Path) -> ResultFormat {
    let end = path.extension().and_then(|end| end.to_str()).unwrap_or_default().to_ascii_lowercase();
    if matches!(end.as_str(), "jsonl" | "ndjson") { ResultFormat::JsonLines } else { ResultFormat::Csv }
}

/// Where results go when nothing is said: beside the file that they are of. Beside a pipe, a device or what another
/// program has open there is no place for them.
pub(super) fn beside(file: &Path) -> Option<PathBuf> {
    let is_file = file.is_file() && !["/dev", "/proc"].iter().any(|system| file.starts_with(system));
    is_file.then(|| file.with_extension("results.csv"))
}

/// That each file can be put there, and that none is another or the one that is read; found out before anything is sent.
pub(super) fn check_places<const N: usize>(
    input: Option<(&Path, &str)>,
    outputs: [(Option<&Path>, &str); N],
) -> Result<(), Failure> {
    let mut taken: Vec<_> = input.into_iter().map(|(path, what)| (one_name(path), path, what)).collect();
    for (path, flag) in outputs {
        let Some(path) = path else { continue };
        check_place(path, flag)?;
        if path.exists() && !path.is_file() {
            // A pipe or a device takes what two have to say.
            continue;
        }
        let place = one_name(path);
        if let Some((_, same, what)) = taken.iter().find(|(known, ..)| *known == place) {
            return Err(Failure::usage(
                format!("{} is {what}", same.display()),
                format!("give {flag} another file"),
            ));
        }
        taken.push((place, path, flag));
    }
    Ok(())
}

/// Stdout has what the command itself prints, and two such texts in one can be told apart by nobody.
pub(super) fn refuse_stdout(path: Option<&Path>, flag: &str) -> Result<(), Failure> {
    if path.is_some_and(|path| [Path::new("-"), Path::new("/dev/stdout")].contains(&path)) {
        return Err(Failure::usage(
            format!("{flag} cannot be stdout, which has what the command itself prints"),
            format!("give {flag} a file"),
        ));
    }
    Ok(())
}

fn check_place(path: &Path, flag: &str) -> Result<(), Failure> {
    refuse_stdout(Some(path), flag)?;
    let directory = match path.parent() {
        Some(directory) if !directory.as_os_str().is_empty() => directory,
        _ => Path::new("."),
    };
    let wrong = if path.is_dir() {
        "it is a directory".to_owned()
    } else if !directory.is_dir() {
        "its directory does not exist".to_owned()
    } else if let Err(error) = Replacement::begin(path) {
        error.to_string()
    } else {
        return Ok(());
    };
    Err(Failure::usage(
        format!("{} cannot be written: {wrong}", path.display()),
        format!("give {flag} a file"),
    ))
}

fn unwritten(error: &ResultsError, job: &JobInfo, path: &Path, flag: &str) -> Failure {
    match error {
        ResultsError::Write(error) => told(
            format!("{} cannot be written: {error}", path.display()),
            format!("write them anew: apex fleet results {} {flag} FILE", job.id),
        ),
        error => failure(error, job),
    }
}

fn failure(error: &ResultsError, job: &JobInfo) -> Failure {
    told(error.to_string(), format!("write them anew: apex fleet results {} --results FILE", job.id))
}

/// That results are not where they should be, after everything was sent.
pub(super) fn told(what: String, next: String) -> Failure {
    Failure::local(what).with_changed("nothing by this; what was done stands in the journal").with_next(next)
}
