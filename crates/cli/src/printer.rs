//! The only place that prints.
//!
//! Results go to stdout in the format asked for; remarks, progress and errors go to stderr. A reader that
//! goes away (`apex line list --all | head -1`) is no error: what is printed after that is dropped, and a
//! command can ask [`Printer::reader_gone`] whether going on is of use.

mod layout;
mod progress;
mod record;
mod rows;

use std::io::{self, BufRead, BufWriter, IsTerminal, Read, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use clap::builder::StyledStr;
use indicatif::MultiProgress;

pub(crate) use self::layout::wrap;
pub(crate) use self::progress::Progress;
use self::progress::Shows;
pub(crate) use self::record::{Cell, Column, Record, Tone};
pub(crate) use self::rows::{Rows, csv_line};

use crate::args::{Format, OutputArgs};
use crate::exit::Exit;
use crate::failure::Failure;

/// What a command prints with.
#[derive(Debug)]
pub(crate) struct Printer {
    stdout: Mutex<BufWriter<Stdout>>,
    asked: Option<Format>,
    stdout_is_terminal: bool,
    stderr_is_terminal: bool,
    no_colour: bool,
    quiet: bool,
    reader_gone: AtomicBool,
    lost_output: Mutex<Option<io::Error>>,
    bars: MultiProgress,
}

impl Printer {
    pub(crate) fn new(output: &OutputArgs) -> Self {
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self {
            stdout: Mutex::new(BufWriter::new(io::stdout())),
            asked: output.output,
            stdout_is_terminal: io::stdout().is_terminal(),
            stderr_is_terminal: io::stderr().is_terminal(),
            no_colour,
            quiet: output.quiet,
            reader_gone: AtomicBool::new(false),
            lost_output: Mutex::new(None),
            bars: MultiProgress::new(),
        }
    }

    /// A printer for a command line that could not be read.
    pub(crate) fn plain() -> Self {
        Self::new(&OutputArgs { output: None, quiet: false, verbose: 0 })
    }

    /// The format of results: as asked for, else by where they go.
    pub(crate) fn format(&self) -> Format {
        self.asked.unwrap_or(if self.stdout_is_terminal { Format::Table } else { Format::Jsonl })
    }

    /// The format that was asked for, if one was.
    pub(crate) const fn asked(&self) -> Option<Format> {
        self.asked
    }

    /// Whether nobody reads stdout any more.
    pub(crate) fn reader_gone(&self) -> bool {
        self.reader_gone.load(Ordering::Relaxed)
    }

    /// Records one after the other, in the format asked for.
    pub(crate) fn rows<R: Record>(&self) -> Rows<'_, R> {
        Rows::new(self, self.format())
    }

    /// Records one after the other, in a format of the command's choice.
    pub(crate) fn rows_as<R: Record>(&self, format: Format) -> Rows<'_, R> {
        Rows::new(self, format)
    }

    /// One record, with all there is to it.
    pub(crate) fn record<R: Record>(&self, record: &R) {
        match self.format() {
            Format::Table => self.text(&layout::details(record, self.stdout_colour())),
            Format::Json => self.text(&(rows::pretty_json(record) + "\n")),
            format @ (Format::Jsonl | Format::Csv) => {
                let mut rows = Rows::new(self, format);
                rows.push(record);
                rows.finish();
            }
        }
    }

    /// Text on stdout, as it is.
    pub(crate) fn text(&self, text: &str) {
        self.bytes(text.as_bytes());
    }

    /// Bytes on stdout, as they are.
    pub(crate) fn bytes(&self, bytes: &[u8]) {
        if self.reader_gone() || bytes.is_empty() {
            return;
        }
        let written = self.beside_the_bars(|| {
            let mut stdout = self.stdout.lock().unwrap_or_else(PoisonError::into_inner);
            let written = stdout.write_all(bytes);
            // Somebody watches a terminal.
            if self.stdout_is_terminal { written.and_then(|()| stdout.flush()) } else { written }
        });
        self.keep_first(written);
    }

    /// Sends what was printed on its way, for whoever waits for it.
    pub(crate) fn flush(&self) {
        let flushed = self.stdout.lock().unwrap_or_else(PoisonError::into_inner).flush();
        self.keep_first(flushed);
    }

    /// A remark on stderr. `--quiet` leaves it out.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            self.to_stderr(&format!("{text}\n"));
        }
    }

    /// Something to look after, on stderr, quiet or not.
    pub(crate) fn warning(&self, text: &str) {
        let label = self.label("warning:", anstyle::AnsiColor::Yellow);
        self.to_stderr(&format!("{label} {text}\n"));
    }

    /// Why a command did not succeed: three lines on stderr, and one more with the command that tells more.
    pub(crate) fn failure(&self, failure: &Failure) {
        let label = self.label("error:", anstyle::AnsiColor::Red);
        let look = failure.look().map_or_else(String::new, |command| format!("look:    {command}\n"));
        self.to_stderr(&format!(
            "{label}   {}\nchanged: {}\nnext:    {}\n{look}",
            one_line(failure.what()),
            failure.changed(),
            one_line(failure.next())
        ));
    }

    /// Whether somebody sits at a terminal, reads questions and types answers.
    pub(crate) fn can_ask(&self) -> bool {
        self.stderr_is_terminal && io::stdin().is_terminal()
    }

    /// A part of a question, on stderr.
    pub(crate) fn question(&self, text: &str) {
        self.to_stderr(text);
    }

    /// The line that is typed for an answer; empty where none can be read.
    #[expect(clippy::unused_self, reason = "asking goes through the printer")]
    pub(crate) fn answer(&self) -> String {
        let mut line = String::new();
        if io::stdin().lock().take(LONGEST_ANSWER).read_line(&mut line).is_err() {
            line.clear();
        }
        line
    }

    /// Help, on stdout.
    pub(crate) fn styled_text(&self, text: &StyledStr) {
        self.text(&rendered(text, self.stdout_colour()));
    }

    /// What is wrong with a command line, on stderr.
    pub(crate) fn styled_note(&self, text: &StyledStr) {
        let colour = self.stderr_is_terminal && !self.no_colour;
        self.to_stderr(&rendered(text, colour));
    }

    /// A bar or spinner on stderr while something takes its time. Hidden where nobody would watch it.
    pub(crate) fn progress(&self, total: Option<u64>, what: &str) -> Progress {
        self.shown(total.map_or(Shows::Count, Shows::Share), what)
    }

    /// A spinner on stderr while nothing happens but time.
    pub(crate) fn waiting(&self, what: &str) -> Progress {
        self.shown(Shows::Time, what)
    }

    fn shown(&self, shows: Shows, what: &str) -> Progress {
        let watched = !self.quiet && self.stderr_is_terminal;
        Progress::new(watched.then_some(&self.bars), shows, what)
    }

    /// How wide paragraphs are: as the terminal, within what can be read well.
    pub(crate) fn paragraph_width(&self) -> usize {
        layout::width(self.stdout_is_terminal).unwrap_or(100).clamp(40, 110)
    }

    /// Everything is said. Output that could not be written is a failure of its own.
    pub(crate) fn finish(&self, exit: Exit) -> Exit {
        self.flush();
        let lost = self.lost_output.lock().unwrap_or_else(PoisonError::into_inner).take();
        match lost {
            Some(error) => {
                self.to_stderr(&format!("error:   the output could not be written: {error}\n"));
                if exit == Exit::Ok { Exit::Failed } else { exit }
            }
            None => exit,
        }
    }

    pub(crate) fn stdout_colour(&self) -> bool {
        self.stdout_is_terminal && !self.no_colour
    }

    fn label(&self, text: &str, colour: anstyle::AnsiColor) -> String {
        if self.stderr_is_terminal && !self.no_colour {
            let style = colour.on_default().bold();
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }

    fn to_stderr(&self, text: &str) {
        // Nothing can be said about a stderr that takes nothing.
        self.beside_the_bars(|| drop(io::stderr().lock().write_all(text.as_bytes())));
    }

    fn beside_the_bars<T>(&self, print: impl FnOnce() -> T) -> T {
        if self.stderr_is_terminal { self.bars.suspend(print) } else { print() }
    }

    fn keep_first(&self, written: io::Result<()>) {
        let Err(error) = written else { return };
        self.reader_gone.store(true, Ordering::Relaxed);
        if error.kind() != io::ErrorKind::BrokenPipe {
            self.lost_output.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        }
    }
}

const LONGEST_ANSWER: u64 = 1024;

fn rendered(text: &StyledStr, colour: bool) -> String {
    if colour { text.ansi().to_string() } else { text.to_string() }
}

/// Where `-v` writes to.
pub(crate) fn log_writer() -> io::Stderr {
    io::stderr()
}

/// A server's words on one line, without what would move a terminal's cursor.
pub(crate) fn one_line(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_servers_words_cannot_move_the_cursor() {
        assert_eq!(one_line("bad\r\n\u{1b}[2J  number\t1"), "bad [2J number 1");
    }
}
