//! Runs a tool and keeps what it says.

use std::process::Command;

/// What a tool said, on both streams.
pub(super) struct Said {
    pub(super) succeeded: bool,
    pub(super) text: String,
}

pub(super) fn run(command: &mut Command) -> Result<Said, String> {
    let output = command
        .output()
        .map_err(|error| format!("{} cannot be run: {error}", command.get_program().display()))?;
    let text = [output.stdout, output.stderr].map(|stream| String::from_utf8_lossy(&stream).into_owned());
    Ok(Said { succeeded: output.status.success(), text: text.concat() })
}

/// Runs a tool that must succeed.
pub(super) fn must(command: &mut Command) -> Result<String, String> {
    let said = run(command)?;
    if said.succeeded { Ok(said.text) } else { Err(format!("{command:?} failed:\n{}", said.text)) }
}
