//! What a person is told when a command fails: what happened, whether anything changed, what to do next.

use std::error::Error as _;

use apex_mobility::{Effect, Error, ErrorKind};

use crate::exit::Exit;

/// A command that did not succeed.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    what: String,
    changed: &'static str,
    next: String,
    look: Option<String>,
}

impl Failure {
    /// The command line, a file or a setting cannot be used; found out before anything was sent.
    pub(crate) fn usage(what: impl Into<String>, next: impl Into<String>) -> Self {
        Self::of(Exit::Usage, what, NOT_SENT, next)
    }

    /// Nothing has an answer to what was asked.
    pub(crate) fn not_found(what: impl Into<String>, next: impl Into<String>) -> Self {
        Self::of(Exit::NotFound, what, READ, next)
    }

    /// This machine did not do its part.
    pub(crate) fn local(what: impl Into<String>) -> Self {
        Self::of(Exit::Failed, what, NOT_SENT, "free what is missing and run again")
    }

    /// What was to be sent would have been refused.
    pub(crate) fn not_sent(what: impl Into<String>, next: impl Into<String>) -> Self {
        Self::of(Exit::Failed, what, NOT_SENT, next)
    }

    /// What was read could not all be kept.
    pub(crate) fn captures_lost(what: impl Into<String>) -> Self {
        Self::of(Exit::Failed, what, READ, "free what is missing and run again with another directory")
    }

    /// A person was asked and did not say yes.
    pub(crate) fn declined() -> Self {
        Self::of(Exit::Failed, "not confirmed", NOT_SENT, "run it again and answer y")
    }

    /// Something was sent and nobody knows what came of it.
    pub(crate) fn unknown(what: impl Into<String>, next: impl Into<String>) -> Self {
        Self::of(Exit::Unknown, what, UNKNOWN, next)
    }

    /// Something was sent, and reads show that it had no effect.
    pub(crate) fn not_applied(what: impl Into<String>, next: impl Into<String>) -> Self {
        Self::of(Exit::Failed, what, NOTHING, next)
    }

    /// A batch was sent, and reads show that some of its lines took effect and the others did not.
    pub(crate) fn partly_applied(what: impl Into<String>, next: impl Into<String>) -> Self {
        Self::of(Exit::Partial, what, "the lines whose verdict is applied", next)
    }

    fn of(exit: Exit, what: impl Into<String>, changed: &'static str, next: impl Into<String>) -> Self {
        Self { exit, what: what.into(), changed, next: next.into(), look: None }
    }

    #[must_use]
    pub(crate) fn with_next(mut self, next: impl Into<String>) -> Self {
        self.next = next.into();
        self
    }

    #[must_use]
    pub(crate) const fn with_changed(mut self, changed: &'static str) -> Self {
        self.changed = changed;
        self
    }

    /// The command that shows what came of it, for those that need it: where that is unknown.
    #[must_use]
    pub(crate) fn with_look(mut self, command: &str) -> Self {
        if self.exit == Exit::Unknown && !command.is_empty() {
            self.look = Some(command.to_owned());
        }
        self
    }

    pub(crate) const fn exit(&self) -> Exit {
        self.exit
    }

    pub(crate) fn what(&self) -> &str {
        &self.what
    }

    /// Whether anything changed.
    pub(crate) const fn changed(&self) -> &str {
        self.changed
    }

    /// What to do next.
    pub(crate) fn next(&self) -> &str {
        &self.next
    }

    /// The command that shows what came of it.
    pub(crate) fn look(&self) -> Option<&str> {
        self.look.as_deref()
    }
}

const NOT_SENT: &str = "nothing was sent";
const NOTHING: &str = "nothing was changed";
const UNKNOWN: &str = "unknown: it may have been carried out";

const READ: &str = "nothing: this only reads";

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::of(Exit::of(&error), what_of(&error), changed_by(&error), next_of(&error))
    }
}

/// What happened, in the server's words where there are any.
pub(crate) fn what_of(error: &Error) -> String {
    let mut what = match error.status() {
        Some(status) if error.kind() == ErrorKind::Answered => {
            format!("the server answered {status}: {}", error.message())
        }
        // The server took it for a success: its words alone would read like one.
        Some(_) if error.kind() == ErrorKind::Unreadable && error.message() != error.what() => {
            format!("{}: {}", error.what(), error.message())
        }
        _ => error.message().to_owned(),
    };
    if let Some(cause) = innermost(error) {
        what.push_str(&format!(": {cause}"));
    }
    match error.attempts() {
        0 => {}
        1 => what.push_str(" (1 attempt)"),
        n => what.push_str(&format!(" ({n} attempts)")),
    }
    if error.operation() == "client" { what } else { format!("{}: {what}", error.operation()) }
}

pub(crate) fn changed_by(error: &Error) -> &'static str {
    match error.effect() {
        _ if error.operation() == "client" => NOT_SENT,
        Effect::None => READ,
        Effect::NotSent => NOT_SENT,
        Effect::Rejected => NOTHING,
        Effect::Unknown => UNKNOWN,
    }
}

pub(crate) fn next_of(error: &Error) -> String {
    match error.kind() {
        ErrorKind::Stopped => {
            "remove the file that --kill-switch or APEX_KILL_SWITCH names to send again".to_owned()
        }
        ErrorKind::Connect => "check the base URL and that the server is running".to_owned(),
        ErrorKind::Unreadable if error.effect() == Effect::None => {
            "check the base URL: this server does not answer as the APEX gateway does".to_owned()
        }
        _ => match error.retry_after() {
            Some(wait) => format!("{}; not before {} s from now", error.next_step(), wait.as_secs()),
            None => error.next_step().to_owned(),
        },
    }
}

/// The first cause, which says most: `Connection refused` rather than that sending failed.
fn innermost(error: &Error) -> Option<String> {
    let mut cause = error.source()?;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    let text = cause.to_string();
    (!error.message().contains(&text)).then_some(text)
}
