//! The README's commands do what it says.

use std::time::Duration;

use crate::harness::{EXAMPLE, Served};

const README: &str = include_str!("../../../../README.md");

/// The commands of the README's shell blocks that call `apex`, without their comments, and where their output goes.
fn commands() -> Vec<(Vec<&'static str>, Option<&'static str>)> {
    let mut inside = false;
    let mut commands = Vec::new();
    for line in README.lines() {
        match line.strip_prefix("```") {
            Some(language) => inside = language == "sh",
            None if inside && line.starts_with("apex ") => {
                let command = line.split('#').next().unwrap_or(line);
                let (command, file) = match command.split_once('>') {
                    Some((command, file)) => (command, Some(file.trim())),
                    None => (command, None),
                };
                commands.push((command.split_whitespace().skip(1).collect(), file));
            }
            None => {}
        }
    }
    commands
}

#[test]
fn every_command_of_the_readme_runs() {
    let served = Served::in_a_hurry(1000);
    let shell = served.shell().with("APEX_POLL_EVERY", "50ms").with("APEX_JOURNAL", "journal.db");
    std::fs::create_dir(shell.path("examples")).unwrap();
    shell.write("examples/activations.csv", EXAMPLE);
    let mut ran = 0;
    for (mut command, file) in commands() {
        if command.starts_with(&["sandbox", "serve"]) {
            command.push("--help");
        }
        // The pace of a person is too slow for a test.
        command.retain(|word| !matches!(*word, "--poll-every" | "2s"));
        // A list shows what was changed before it, as it does to a person who reads on meanwhile.
        served.sandbox.advance(Duration::from_hours(1));
        let run = shell.run(&command);
        // Three rows of the example are bad on purpose: partial.
        let expected = if command.first() == Some(&"activate") { 6 } else { 0 };
        assert_eq!(run.code, expected, "{command:?}\n{}", run.whole());
        if let Some(file) = file {
            shell.write(file, &run.stdout);
        }
        ran += 1;
    }
    assert!(ran >= 4, "{ran}");
    assert_eq!(served.activations(), 22);
}
