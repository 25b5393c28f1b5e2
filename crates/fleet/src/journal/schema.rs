//! The tables, and how an older journal becomes a newer one.
//!
//! One text for both stores: the words in braces are the few that differ.

use sqlx::AssertSqlSafe;
use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

use super::store::Dialect;

/// Every schema there was, oldest first. A released one is never changed: a change is a new one behind it.
const VERSIONS: &[(i64, &str, &str)] = &[
    (
        1,
        "jobs, items, claims, history",
        "
    CREATE TABLE job (
        no BIGINT PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        created BIGINT NOT NULL,
        server TEXT NOT NULL,
        label TEXT NOT NULL,
        operator TEXT NOT NULL,
        reason TEXT NOT NULL,
        options TEXT NOT NULL,
        state TEXT NOT NULL
    );
    CREATE TABLE item (
        id {KEY} PRIMARY KEY,
        job BIGINT NOT NULL REFERENCES job (no),
        line BIGINT NOT NULL,
        operation TEXT NOT NULL,
        subject TEXT NOT NULL,
        send_group TEXT NOT NULL,
        cells TEXT NOT NULL,
        sealed TEXT NOT NULL,
        natural_key TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        state TEXT NOT NULL,
        twin BIGINT,
        intent TEXT NOT NULL,
        send_before BIGINT NOT NULL,
        before TEXT NOT NULL,
        accepted BIGINT NOT NULL,
        request_id TEXT NOT NULL,
        gained TEXT NOT NULL,
        class TEXT NOT NULL,
        reason TEXT NOT NULL,
        evidence TEXT NOT NULL,
        next_step TEXT NOT NULL,
        changed BIGINT NOT NULL
    );
    CREATE INDEX item_by_state ON item (job, state, id);
    CREATE INDEX item_by_request ON item (job, request_id);
    CREATE INDEX item_by_subject ON item (subject);
    CREATE INDEX item_by_gained ON item (gained);
    CREATE TABLE claim (
        natural_key TEXT PRIMARY KEY,
        item BIGINT NOT NULL
    );
    CREATE INDEX claim_by_item ON claim (item);
    CREATE TABLE history (
        seq {SERIAL},
        item BIGINT NOT NULL,
        at BIGINT NOT NULL,
        state TEXT NOT NULL,
        applied BIGINT NOT NULL,
        intent TEXT NOT NULL,
        trace_id TEXT NOT NULL,
        note TEXT NOT NULL
    );
    CREATE INDEX history_by_item ON history (item, seq);
    ",
    ),
    (
        2,
        "a count of the commits of a file",
        "
    CREATE TABLE commits (
        n BIGINT NOT NULL
    );
    INSERT INTO commits (n) VALUES (0);
    ",
    ),
    (
        3,
        "the rates that workers share",
        "
    CREATE TABLE pace (
        key TEXT PRIMARY KEY,
        state TEXT NOT NULL
    );
    ",
    ),
];

/// What brings any older journal up to date.
pub(super) fn migrator(dialect: Dialect) -> Migrator {
    let (key, serial) = match dialect {
        Dialect::Sqlite => ("INTEGER", "INTEGER PRIMARY KEY"),
        Dialect::Postgres => ("BIGINT", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"),
    };
    let migrations = VERSIONS.iter().map(|(version, what, text)| {
        let text = text.replace("{KEY}", key).replace("{SERIAL}", serial);
        // Nothing in it comes from outside.
        let text = AssertSqlSafe(text).into_sql_str();
        Migration::new(*version, (*what).into(), MigrationType::Simple, text, false)
    });
    Migrator::with_migrations(migrations.collect())
}
