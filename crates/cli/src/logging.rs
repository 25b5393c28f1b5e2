//! `-v`: what the SDK does, on stderr.

use tracing::Level;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::args::OutputArgs;
use crate::printer::log_writer;

/// Writes spans and events of this project to stderr, from `-v` on. Other crates are left out at any
/// verbosity: what they would say of a request is theirs to choose, and may hold its headers.
pub(crate) fn start(output: &OutputArgs) {
    let level = match output.verbose {
        0 => return,
        1 => Level::INFO,
        2 => Level::DEBUG,
        _ => Level::TRACE,
    };
    let ours = Targets::new().with_default(LevelFilter::OFF).with_target("apex_mobility", level);
    let lines = tracing_subscriber::fmt::layer().with_writer(log_writer).with_ansi(false);
    // A second start in one process keeps the first.
    drop(tracing_subscriber::registry().with(lines).with(ours).try_init());
}
