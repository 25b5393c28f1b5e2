//! `cargo xtask`: the workspace's own commands.

use std::path::Path;
use std::process::{Command, ExitCode};

use apex_mobility_core::WireProfile;
use clap::{Parser, Subcommand};
use xtask::bench::{self, Outcome};
use xtask::contract::Contract;
use xtask::{Findings, dependencies, features, matrix, outside, source_rules, workspace_root};

/// The workspace's own commands
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Everything that CI runs, as CI runs it
    Ci,
    /// All tests of the workspace; what follows `--` goes to `cargo test`
    Test {
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Check the OpenAPI files and write their bundle, `crates/sandbox/openapi.json`
    Contract {
        /// Write nothing; fail when the bundle is not up to date
        #[arg(long)]
        check: bool,
        /// Then serve the sandbox on this machine and let a fuzzer loose on it (needs Python and PyPI)
        #[arg(long)]
        fuzz: bool,
        /// Then try the client generators of other languages on the bundle (needs Python, Node, PyPI and npm)
        #[arg(long)]
        generators: bool,
    },
    /// Check licences, banned crates, duplicates, sources, and which of our crates know which
    Deps,
    /// Build each crate with each of its features alone, and check what the umbrella's features bring
    Features,
    /// Check the rules of the source text: who names what, which files exist
    Rules,
    /// Kill a fleet job at every boundary and at any moment, resume it, and hold it to the sandbox's ledger
    Crash {
        /// Jobs that are carried through
        #[arg(long, default_value_t = 200)]
        rounds: u64,
        /// The first round's seed, to see a failure again; another one each time unless set
        #[arg(long)]
        seed: Option<u64>,
    },
    /// Kill one worker of a fleet job and put another to sleep, and hold the job to the sandbox's ledger
    Workers {
        /// The seed, to see a failure again; another one each time unless set
        #[arg(long)]
        seed: Option<u64>,
        /// Seconds in which the workers' clients may learn a hidden limit before they are measured; from 180 on they
        /// are held to nine tenths of it
        #[arg(long, default_value_t = 20)]
        learning: u64,
    },
    /// Measure the SDK against plain reqwest, print a table and write `target/bench.json`
    Bench(bench::Options),
    /// Run every write through every fault and every variant, and judge the client by the ledger
    Matrix(matrix::Options),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
        Task::Ci => run(Command::new("bash").arg(".ci/run")),
        Task::Test { arguments } => run(cargo().args(["test", "--workspace"]).args(arguments)),
        Task::Contract { check, fuzz, generators } => contract(check, fuzz, generators),
        Task::Deps => deps(),
        Task::Features => features(),
        Task::Rules => rules(),
        Task::Crash { rounds, seed } => crash(rounds, seed),
        Task::Workers { seed, learning } => workers(seed, learning),
        Task::Bench(options) => measure(&options),
        // What was given is right, or there would be no task: the matrix reads it again.
        Task::Matrix(_) => run(cargo().args(matrix::cargo_arguments(std::env::args_os().skip(2)))),
    };
    match outcome {
        Ok(said) => {
            print(&said);
            ExitCode::SUCCESS
        }
        Err(said) => {
            complain(&said);
            ExitCode::FAILURE
        }
    }
}

fn contract(check_only: bool, fuzz: bool, generators: bool) -> Result<String, String> {
    let contract = Contract::load().map_err(|error| error.to_string())?;
    let mut said = bundle(&contract, check_only)?;
    if fuzz {
        said = format!("{said}\n{}", outside::fuzz::run(&contract)?);
    }
    if generators {
        said = format!("{said}\n{}", outside::generators::run(&contract)?);
    }
    Ok(said)
}

fn bundle(contract: &Contract, check_only: bool) -> Result<String, String> {
    verdict(contract.check(&WireProfile::default()))?;
    let bundle = contract.bundle().map_err(|findings| findings.to_string())?;
    let path = Contract::bundle_path();
    let short = path.strip_prefix(workspace_root()).unwrap_or(&path).display();
    if std::fs::read_to_string(&path).is_ok_and(|kept| kept == bundle) {
        let operations = contract.operations().len();
        return Ok(format!("contract: {operations} operations are sound, {short} is up to date"));
    }
    if check_only {
        return Err(format!("{short} is not up to date: run `cargo xtask contract`"));
    }
    write(&path, &bundle)?;
    Ok(format!("contract: wrote {short}"))
}

fn deps() -> Result<String, String> {
    let report = dependencies::check(&workspace_root())?;
    verdict(report.findings)?;
    Ok(format!(
        "dependencies: {} crates in the workspace's graph, {} for one API (limit {}), no rule broken",
        report.crates,
        report.api_crates,
        dependencies::API_CRATE_LIMIT
    ))
}

fn features() -> Result<String, String> {
    let (findings, builds) = features::check(&workspace_root())?;
    verdict(findings)?;
    Ok(format!("features: {builds} builds of one crate with one feature or none, all clean"))
}

fn rules() -> Result<String, String> {
    let sources = source_rules::Sources::read(&workspace_root()).map_err(|error| error.to_string())?;
    verdict(source_rules::check(&sources))?;
    Ok(format!("source rules: {} files, no rule broken", sources.len()))
}

fn crash(rounds: u64, seed: Option<u64>) -> Result<String, String> {
    let mut test = cargo();
    test.args(["test", "--package=apex-mobility-cli", "--test=crash", "--", "--rounds", &rounds.to_string()]);
    if let Some(seed) = seed {
        test.args(["--seed", &seed.to_string()]);
    }
    run(&mut test)
}

fn workers(seed: Option<u64>, learning: u64) -> Result<String, String> {
    let mut test = cargo();
    test.args(["test", "--package=apex-mobility-cli", "--test=crash", "--", "--workers"]);
    test.args(["--learning", &learning.to_string()]);
    if let Some(seed) = seed {
        test.args(["--seed", &seed.to_string()]);
    }
    run(&mut test)
}

fn measure(options: &bench::Options) -> Result<String, String> {
    // Unoptimized, both sides would mostly measure what the compiler left in.
    if cfg!(debug_assertions) && options.is_measured() {
        let arguments = std::env::args_os().skip(1);
        return run(cargo().args(["run", "--release", "--quiet", "--package=xtask", "--"]).args(arguments));
    }
    match bench::run(options).map_err(|broken| broken.to_string())? {
        Outcome::Part(said) => Ok(said),
        Outcome::Measured(report) if options.strict && !report.meets_all() => Err(report.table()),
        Outcome::Measured(report) => Ok(report.table()),
    }
}

fn verdict(findings: Findings) -> Result<(), String> {
    findings.into_result().map_err(|findings| findings.to_string())
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    if let Some(directory) = path.parent() {
        std::fs::create_dir_all(directory).map_err(|error| format!("{}: {error}", directory.display()))?;
    }
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

fn run(command: &mut Command) -> Result<String, String> {
    let status = command.current_dir(workspace_root()).status();
    match status {
        Ok(status) if status.success() => Ok(String::new()),
        Ok(status) => Err(format!("{}: {status}", command.get_program().display())),
        Err(error) => Err(format!("{} cannot be run: {error}", command.get_program().display())),
    }
}

#[expect(clippy::print_stdout, reason = "what a task found is its output")]
fn print(said: &str) {
    if !said.is_empty() {
        println!("{said}");
    }
}

#[expect(clippy::print_stderr, reason = "what a task found wrong goes where errors go")]
fn complain(said: &str) {
    eprintln!("{said}");
}
