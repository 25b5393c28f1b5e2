//! Jobs whose journal is on a PostgreSQL server, where other processes share it.

use apex_mobility_sandbox::LedgerKind;
use xtask::postgres::Cluster;

use crate::fleet::{active, effects, shell_at, told};
use crate::harness::{Served, Shell};

/// A shell whose journal is in a database of its own, and that database; none where no PostgreSQL is installed.
fn on_postgres(served: &Served) -> Option<(Shell, &'static Cluster, String)> {
    let cluster = Cluster::get()?;
    let database = cluster.database();
    Some((shell_at(served).with("APEX_JOURNAL", &database), cluster, database))
}

#[test]
fn an_apply_takes_part_in_the_rate_that_all_processes_share_and_its_dry_run_leaves_the_journal_alone() {
    let served = Served::in_a_hurry(50);
    let Some((shell, cluster, database)) = on_postgres(&served) else { return };
    shell.write("desired.csv", format!("number,status\n{},suspended\n", active(&served, 1).remove(0)));
    assert_eq!(shell.run(&["fleet", "plan", "desired.csv", "--out", "friday.plan"]).code, 0);
    let dry = shell.run(&["fleet", "apply", "friday.plan", "--dry-run"]);
    assert_eq!((dry.code, cluster.ask(&database, "SELECT to_regclass('pace')").as_str()), (0, ""));
    let run = shell.run(&["fleet", "apply", "friday.plan"]);
    assert_eq!((run.code, told(&run, "done")), (0, 1.into()), "{}", run.whole());
    assert_eq!(effects(&served, LedgerKind::Status).len(), 1);
    let server = cluster.ask(&database, "SELECT split_part(key, ' ', 1) FROM pace");
    assert_eq!(server, served.url());
}
