//! The command that looks later what came of a write: the same one, told when it was sent.

use std::ffi::OsString;
use std::time::SystemTime;

use jiff::Timestamp;

/// Values that the command found out by itself, with their flags: later they can no longer be read.
pub(super) type Pins = [(&'static str, String)];

/// The command line of this process, made to look and to send nothing.
pub(super) fn command(sent: SystemTime, pins: &Pins) -> String {
    of(std::env::args_os().skip(1), sent, pins)
}

fn of(words: impl Iterator<Item = OsString>, sent: SystemTime, pins: &Pins) -> String {
    let words: Vec<_> = words.map(|word| word.to_string_lossy().into_owned()).collect();
    let has = |flag: &str| words.iter().any(|word| word == flag || word.starts_with(&format!("{flag}=")));
    let mut more = Vec::new();
    for (flag, value) in pins {
        if !has(flag) {
            more.extend([(*flag).to_owned(), value.clone()]);
        }
    }
    if !has(SENT_AT) {
        more.extend([SENT_AT.to_owned(), moment(sent)]);
    }
    let end_of_flags = words.iter().position(|word| word == "--").unwrap_or(words.len());
    let (flags, rest) = words.split_at(end_of_flags);
    let mut command = "apex".to_owned();
    for word in flags.iter().filter(|word| *word != "--no-resolve").chain(&more).chain(rest) {
        command.push(' ');
        command.push_str(&quoted(word));
    }
    command
}

const SENT_AT: &str = "--sent-at";

/// To the second, and never earlier than it was: what is said to be long ago is said to be over.
fn moment(at: SystemTime) -> String {
    let seconds = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis().div_ceil(1000);
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX).to_string()
}

/// A word as a shell takes it for one.
fn quoted(word: &str) -> String {
    let is_plain = |sign: char| sign.is_ascii_alphanumeric() || "_-./:=,@%+".contains(sign);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn again(words: &[&str], pins: &Pins) -> String {
        let sent = SystemTime::UNIX_EPOCH + Duration::from_millis(1_500);
        of(words.iter().map(OsString::from), sent, pins)
    }

    #[test]
    fn it_is_the_same_command_with_the_time_it_was_sent() {
        assert_eq!(
            again(&["line", "suspend", "2145550101", "--reason", "CR", "--no-resolve"], &[]),
            "apex line suspend 2145550101 --reason CR --sent-at 1970-01-01T00:00:02Z"
        );
        let pins = [("--service-zip", "75201".to_owned())];
        assert_eq!(again(&["x"], &pins), "apex x --service-zip 75201 --sent-at 1970-01-01T00:00:02Z");
        assert_eq!(
            again(&["x", "--service-zip=1", "--", "-y"], &pins),
            "apex x --service-zip=1 --sent-at 1970-01-01T00:00:02Z -- -y"
        );
        assert_eq!(again(&["x", "--sent-at", "y"], &pins[..0]), "apex x --sent-at y");
    }

    #[test]
    fn a_shell_takes_it_as_it_was_given() {
        assert!(
            again(&["--name", "O'Hara & Co", "", "$HOME"], &[])
                .starts_with(r"apex --name 'O'\''Hara & Co' '' '$HOME' --sent-at")
        );
    }
}
