//! Every flag of every command is held to its values, whatever commands there are.

use clap::error::ErrorKind;
use clap::{Arg, Command};

/// Flags of which any text can be a value: names and paths, what the server or the sandbox judges by itself, and
/// what is looked at when it is used, with a message of its own.
const ANY_TEXT: [&str; 48] = [
    "--app-id",
    "--app-secret-file",
    "--attention-to",
    "--authorizer-first-name",
    "--authorizer-last-name",
    "--base-url",
    "--business-name",
    "--captures",
    "--city",
    "--desired",
    "--equipment",
    "--failed",
    "--file",
    "--first-name",
    "--journal",
    "--kill-switch",
    "--last-name",
    "--losing-account-file",
    "--losing-authorization",
    "--losing-first-name",
    "--losing-last-name",
    "--losing-pin-file",
    "--operator",
    "--out",
    "--passcode-file",
    "--pin-file",
    "--results",
    "--service-area",
    "--street-direction",
    "--street-name",
    "--street-number",
    "--street-type",
    "--technology",
    "--url",
    "--wire-profile",
    "DESIRED",
    "FILE",
    "ID",
    "INVENTORY",
    "JOB",
    "NUMBER|SIM",
    "PLAN",
    "TEXT",
    "activate --reason",
    "fleet apply --reason",
    "fleet run --reason",
    "fleet settle --reason",
    "fleet submit --reason",
];

#[test]
fn a_wrong_value_names_its_flag_and_nothing_is_begun() {
    let mut tried = 0;
    let mut free = std::collections::BTreeSet::new();
    let mut root = apex_mobility_cli::command();
    root.build();
    each_leaf(&root, &mut vec!["apex".to_owned()], &mut |path, command| {
        for arg in command.get_arguments().filter(|arg| can_be_tried(arg)) {
            let Some(error) = refused(path, arg) else {
                free.insert(format!("{} {}", path[1..].join(" "), name(arg)));
                continue;
            };
            tried += 1;
            let text = error.to_string();
            assert_eq!(error.exit_code(), 2, "{path:?} {text}");
            assert!(text.contains(&name(arg)), "{path:?} {}: {text}", name(arg));
            assert!(!text.contains("panicked"), "{text}");
        }
    });
    assert!(tried > 100, "{tried}");
    // `sandbox line change` hands its values to the sandbox, which says what is wrong with them.
    let is_known = |one: &str| {
        one.starts_with("sandbox line change ")
            || ANY_TEXT.iter().any(|known| one == *known || one.ends_with(&format!(" {known}")))
    };
    let unexpected: Vec<_> = free.iter().filter(|one| !is_known(one)).collect();
    assert!(unexpected.is_empty(), "{unexpected:#?}");
}

/// What takes a value; of those without a name only the first, as what is given goes to it.
fn can_be_tried(arg: &Arg) -> bool {
    arg.get_action().takes_values() && arg.get_index().is_none_or(|index| index == 1)
}

/// What clap says of a value that nothing takes; none where it says nothing of the value.
fn refused(path: &[String], arg: &Arg) -> Option<clap::Error> {
    const NONSENSE: &str = "\u{1}?!";
    let mut line = path.to_vec();
    match arg.get_long() {
        Some(long) => line.push(format!("--{long}={NONSENSE}")),
        None => line.push(NONSENSE.to_owned()),
    }
    let error = apex_mobility_cli::command().try_get_matches_from(line).err()?;
    matches!(error.kind(), ErrorKind::ValueValidation | ErrorKind::InvalidValue).then_some(error)
}

fn name(arg: &Arg) -> String {
    match arg.get_long() {
        Some(long) => format!("--{long}"),
        None => {
            let names = arg.get_value_names().and_then(<[_]>::first);
            names.map_or_else(|| arg.get_id().to_string(), ToString::to_string)
        }
    }
}

fn each_leaf(command: &Command, path: &mut Vec<String>, see: &mut impl FnMut(&[String], &Command)) {
    if command.get_subcommands().next().is_none() {
        see(path, command);
    }
    for below in command.get_subcommands() {
        path.push(below.get_name().to_owned());
        each_leaf(below, path, see);
        path.pop();
    }
}
