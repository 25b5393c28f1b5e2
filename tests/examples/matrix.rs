//! The whole fault matrix, one case of it, or the comparison: `cargo xtask matrix` starts it.

use std::process::ExitCode;

use apex_mobility_tests::matrix::{self, Case, Summary, comparison};
use clap::Parser;
use xtask::matrix::Options;

#[derive(Debug, Parser)]
#[command(name = "cargo xtask matrix", bin_name = "cargo xtask matrix")]
struct Arguments {
    #[command(flatten)]
    options: Options,
}

#[expect(clippy::print_stdout, reason = "the figures are the output")]
fn main() -> ExitCode {
    let options = Arguments::parse().options;
    if options.compare {
        println!("{}", comparison::compare(options.writes));
        return ExitCode::SUCCESS;
    }
    let summary = match &options.case {
        Some(name) => match name.parse() {
            Ok(case) => matrix::run_one(case),
            Err(error) => {
                say(&format!("{error}"));
                return ExitCode::from(2);
            }
        },
        None => whole(options.seeds),
    };
    println!("{summary}");
    if summary.violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn whole(seeds: u64) -> Summary {
    let cases = Case::all(seeds);
    let all = cases.len();
    say(&format!("{all} cases"));
    matrix::run(&cases, &|done| say(&format!("{done} of {all}")))
}

#[expect(clippy::print_stderr, reason = "progress goes beside the figures")]
fn say(what: &str) {
    eprintln!("{what}");
}
