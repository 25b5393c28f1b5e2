//! Runs cases on all cores.

use std::future::Future;
use std::panic::catch_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use apex_mobility::clock::{Clock, SystemClock};

use super::case::Case;
use super::judge::{Judged, judge};
use super::summary::Summary;

/// Runs the cases, each by itself, and says now and then how many are done.
pub fn run(cases: &[Case], progress: &(dyn Fn(usize) + Sync)) -> Summary {
    const STEP: usize = 2000;
    let clock = SystemClock::new();
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut summary = Summary::default();
        while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            summary.add(*case, attempt(case));
            let done = next.load(Ordering::Relaxed);
            if done.is_multiple_of(STEP) {
                progress(done);
            }
        }
        summary
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let mut summary = Summary::default();
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        for worker in workers {
            summary.merge(worker.join().expect("no case ends its worker"));
        }
    });
    summary.violations.sort_by_key(ToString::to_string);
    summary.took = clock.monotonic();
    summary
}

/// A case that cannot be run to its end is one in which something does not hold.
fn attempt(case: &Case) -> Judged {
    catch_unwind(|| block_on(judge(case))).unwrap_or_else(|panicked| {
        let said = panicked.downcast_ref::<String>().map(String::as_str);
        let said = said.or_else(|| panicked.downcast_ref::<&str>().copied()).unwrap_or("a panic");
        Judged { intents: Vec::new(), wrong: vec![format!("it came to no end: {said}")] }
    })
}

/// Runs one case.
#[must_use]
pub fn run_one(case: Case) -> Summary {
    run(&[case], &|_| ())
}

pub(super) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}
