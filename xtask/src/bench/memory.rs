//! Memory over a long list: one process per listing, since a peak does not come down again.

use std::process::{Command, Stdio};

use clap::Args;

use super::Broken;
use super::check::PAGE_LINES;
use super::page_server::{Listing, PageServer};
use super::report::{Report, Target};
use super::sdk::Sdk;

/// How often each listing is read.
const REPEATS: usize = 3;
const SHORT: u32 = 10_000 / PAGE_LINES as u32;
const LONG: u32 = 1_000_000 / PAGE_LINES as u32;
const TARGET: Target = Target::AtMost(8.0);

/// What the reading process is told.
#[derive(Debug, Args)]
pub(super) struct Reader {
    /// The server
    #[arg(long)]
    url: String,
}

pub(super) fn measure(report: &mut Report) -> Result<(), Broken> {
    let short = PageServer::start(&Listing { pages: SHORT, delay_ms: 0 })?;
    let long = PageServer::start(&Listing { pages: LONG, delay_ms: 0 })?;
    let mut peaks = Vec::new();
    for _ in 0..REPEATS {
        peaks.push((peak_of(&short, SHORT)?, peak_of(&long, LONG)?));
    }
    report.growth(
        "Peak memory of the SDK over a list: 10,000 lines, 1,000,000 lines",
        "MiB",
        &peaks,
        Some(TARGET),
    );
    Ok(())
}

/// Reads the whole list in a process of its own; its peak in MiB.
fn peak_of(server: &PageServer, pages: u32) -> Result<f64, Broken> {
    let reader = Command::new(std::env::current_exe().map_err(Broken::new)?)
        .args(["bench", "listing", "--url", server.url()])
        .stderr(Stdio::inherit())
        .output()
        .map_err(Broken::new)?;
    let said = String::from_utf8_lossy(&reader.stdout);
    let mut numbers = said.split_whitespace().filter_map(|word| word.parse::<u64>().ok());
    let (Some(lines), Some(peak_kib)) = (numbers.next(), numbers.next()) else {
        return Err(Broken::new("the reader of the long list failed"));
    };
    let expected = u64::from(pages) * PAGE_LINES;
    if lines != expected {
        return Err(Broken::new(format!("{lines} lines were read instead of {expected}")));
    }
    Ok(peak_kib as f64 / 1024.0)
}

/// The reading process: says how many lines there were, and the most memory it held, in KiB.
pub(super) async fn read(reader: &Reader) -> Result<String, Broken> {
    let lines = Sdk::new(&reader.url)?.list_items().await?;
    Ok(format!("{lines} {}", peak_of_this_process()?))
}

/// The most memory that this process has held, in KiB.
pub(super) fn peak_of_this_process() -> Result<u64, Broken> {
    let status = std::fs::read_to_string("/proc/self/status")
        .map_err(|error| Broken::new(format!("peak memory is read as Linux gives it: {error}")))?;
    peak_kib(&status).ok_or_else(|| Broken::new("/proc/self/status names no peak memory"))
}

fn peak_kib(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_read_as_linux_writes_it() {
        let status = "Name:\txtask\nVmPeak:\t  123456 kB\nVmHWM:\t    9876 kB\nVmRSS:\t    9000 kB\n";
        assert_eq!(peak_kib(status), Some(9876));
    }

    #[test]
    fn a_status_without_a_peak_has_none() {
        assert_eq!(peak_kib("Name:\txtask\n"), None);
        assert_eq!(peak_kib("VmHWM:\tmuch\n"), None);
    }

    #[test]
    fn the_lists_are_as_long_as_the_table_says() {
        assert_eq!(u64::from(SHORT) * PAGE_LINES, 10_000);
        assert_eq!(u64::from(LONG) * PAGE_LINES, 1_000_000);
    }
}
