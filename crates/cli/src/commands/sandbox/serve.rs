//! `apex sandbox serve`: the APIs over HTTP.

use std::net::SocketAddr;
use std::path::PathBuf;

use apex_mobility_sandbox::{ClockMode, Sandbox, Server};
use clap::{Args, ValueEnum};

use crate::commands::Ended;
use crate::connection::app_secret;
use crate::equipment::EquipmentArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupt::asked_to_end;
use crate::printer::Printer;
use crate::secret::AnyText;

/// Serve the sandbox over HTTP until stopped (Ctrl-C)
///
/// Prints one line with its URL when it is ready. It takes app-id `sandbox` and app-secret `sandbox` and
/// keeps nothing when it ends. The other commands of `apex sandbox` control it from another terminal.
#[derive(Debug, Args)]
#[command(after_help = "Example, in two terminals:\n  \
    apex sandbox serve --clock real --speed 60\n\n  \
    export APEX_BASE_URL=http://127.0.0.1:8082 APEX_APP_ID=sandbox APEX_APP_SECRET=sandbox\n  \
    apex activate --file examples/activations.csv --results results.csv --poll-every 2s")]
pub(crate) struct ServeArgs {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8082")]
    listen: SocketAddr,
    /// What the invented lines are made from: the same number makes the same lines
    #[arg(long, value_name = "N", default_value_t = SEED)]
    seed: u64,
    /// How many lines
    #[arg(long, value_name = "N", default_value_t = LINES)]
    lines: usize,
    /// Whether time moves by itself or only when told: apex sandbox clock advance 5m
    #[arg(long, value_enum, value_name = "MODE", default_value = "real")]
    clock: Mode,
    /// Seconds of the sandbox per second of this machine (needs --clock real)
    #[arg(long, value_name = "N", default_value_t = 1.0, value_parser = speed)]
    speed: f64,
    /// The application id that is taken
    #[arg(long, value_name = "ID", default_value = "sandbox")]
    app_id: String,
    /// A file with the application secret that is taken, instead of `sandbox`
    #[arg(long, value_name = "FILE")]
    app_secret_file: Option<PathBuf>,
    #[command(flatten)]
    equipment: EquipmentArgs,
}

pub(crate) const SEED: u64 = 1;
pub(crate) const LINES: usize = 1000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Mode {
    /// Only when told
    Manual,
    /// By itself
    Real,
}

fn speed(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(speed) if speed.is_finite() && speed > 0.0 => Ok(speed),
        _ => Err("must be a number above 0".to_owned()),
    }
}

pub(super) async fn run(args: ServeArgs, printer: &Printer) -> Ended {
    if args.clock == Mode::Manual && args.speed != 1.0 {
        return Err(Failure::usage("a manual clock has no speed", "leave out --speed, or take --clock real"));
    }
    let secret = match &args.app_secret_file {
        Some(file) => app_secret(Some(file)).required::<AnyText>()?.0,
        None => "sandbox".to_owned(),
    };
    let mode = match args.clock {
        Mode::Manual => ClockMode::Manual,
        Mode::Real => ClockMode::Real { speed: args.speed },
    };
    let sandbox = Sandbox::builder()
        .seed(args.seed)
        .lines(args.lines)
        .clock(mode)
        .credentials(args.app_id, secret)
        .equipment(args.equipment.tables()?)
        .build();
    if args.lines > 0 && sandbox.find_line(|_| true).is_none() {
        printer.warning("the sandbox has no lines: in your tables no device has a plan that fits it");
    }
    let server = Server::bind_anywhere(args.listen, sandbox).await.map_err(|error| {
        let what = format!("the sandbox cannot listen on {}: {error}", args.listen);
        Failure::local(what)
            .with_next("stop what listens there, or take another --listen, for example 127.0.0.1:0")
    })?;
    if !args.listen.ip().is_loopback() {
        printer.warning("others on the network can reach this sandbox");
    }
    printer.text(&format!("The sandbox is ready at {}\n", server.url()));
    printer.flush();
    server
        .serve(asked_to_end())
        .await
        .map_err(|error| Failure::local(format!("the sandbox stopped: {error}")))?;
    Ok(Exit::Ok)
}
