//! The bench carries its jobs through: rows in are effects in the ledger are rows done. What it measures is looked at by
//! nobody here.

use std::path::Path;
use std::process::Command;

use xtask::workspace_root;

#[test]
fn every_job_of_the_bench_suspends_each_of_its_lines_once() {
    let mut bench = Command::new(env!("CARGO_BIN_EXE_xtask"));
    bench.args(["bench", "fleet", "--unoptimized", "--rows", "70", "--limited-rows", "60"]);
    // The script comes from PyPI: by itself, no test asks for it.
    let has_script = workspace_root().join("target/outside/script/requirements.txt").exists();
    if !has_script && std::env::var_os("CI").is_none() {
        bench.arg("--no-script");
    }
    let bench = bench.output().expect("the bench can be started");
    let (table, complaint) = (String::from_utf8_lossy(&bench.stdout), String::from_utf8_lossy(&bench.stderr));
    // It ends with an error where a job, the ledger and the results do not agree.
    assert!(bench.status.success(), "{complaint}");
    let has_postgres = Path::new("/usr/lib/postgresql").exists();
    for (part, is_there) in
        [("Journal: ", true), ("SQLite, 1 process", true), ("PostgreSQL, 4 workers", has_postgres)]
    {
        assert_eq!(table.contains(part), is_there, "{part}: {table}{complaint}");
    }
}
