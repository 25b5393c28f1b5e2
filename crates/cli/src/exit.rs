//! What the shell is told.

use std::process::ExitCode;

use apex_mobility::catalog::Class;
use apex_mobility::{Effect, Error, ErrorKind};

/// The exit codes of `apex`, the same for every command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Done.
    Ok = 0,
    /// Not done.
    Failed = 1,
    /// The command line, a file or a setting cannot be used; nothing was sent.
    Usage = 2,
    /// There is no such line, request or entry.
    NotFound = 3,
    /// AT&T does not accept the credentials.
    Auth = 4,
    /// AT&T is still at it and the time to wait is over.
    Pending = 5,
    /// Some rows are done and some are not; some assumptions hold and some do not.
    Partial = 6,
    /// AT&T asks to be left alone for a while.
    RateLimited = 7,
    /// Something was sent and it is not known whether it was carried out.
    Unknown = 8,
    /// Asked with `--detailed-exitcode`: there is a difference.
    Different = 10,
}

/// Shown below the help of `apex`.
pub(crate) const TABLE: &str = "\
Exit codes:
  0  ok
  1  failed
  2  usage: the command line, a file or a setting cannot be used; nothing was sent
  3  not found
  4  credentials refused
  5  still pending when the time to wait was over
  6  some rows done, some not; of doctor: something differs
  7  rate-limited
  8  sent, and it is not known whether it was carried out: look before you send again
  10 with --detailed-exitcode: there are differences";

impl Exit {
    /// The code of an error. What may have happened at AT&T comes before why.
    pub(crate) fn of(error: &Error) -> Self {
        match (error.effect(), error.kind()) {
            (Effect::Unknown, _) => Self::Unknown,
            (_, ErrorKind::Configuration | ErrorKind::Request | ErrorKind::ReadOnly) => Self::Usage,
            _ => Self::of_class(error.class()),
        }
    }

    pub(crate) const fn of_class(class: Class) -> Self {
        match class {
            Class::Auth => Self::Auth,
            Class::NotFound => Self::NotFound,
            Class::Throttle => Self::RateLimited,
            _ => Self::Failed,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_has_its_code() {
        let table = [
            (Class::Transport, Exit::Failed),
            (Class::Ambiguous, Exit::Failed),
            (Class::Throttle, Exit::RateLimited),
            (Class::Auth, Exit::Auth),
            (Class::InvalidInput, Exit::Failed),
            (Class::NotEligible, Exit::Failed),
            (Class::NotFound, Exit::NotFound),
            (Class::Moved, Exit::Failed),
            (Class::Conflict, Exit::Failed),
            (Class::WrongOrder, Exit::Failed),
            (Class::NoOp, Exit::Failed),
            (Class::Wait, Exit::Failed),
            (Class::PortConflict, Exit::Failed),
            (Class::BackendDown, Exit::Failed),
            (Class::Unknown, Exit::Failed),
        ];
        for (class, exit) in table {
            assert_eq!(Exit::of_class(class), exit, "{class:?}");
        }
    }

    #[test]
    fn the_help_names_every_code() {
        for code in (0..=Exit::Unknown as u8).chain([Exit::Different as u8]) {
            assert!(TABLE.contains(&format!("\n  {code:<2} ")), "{code}");
        }
    }
}
