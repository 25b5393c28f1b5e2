//! What a shell sees of `apex`: stdout, stderr, exit codes and files, against real sandboxes.

#![expect(clippy::unwrap_used, reason = "a test ends where it finds something wrong")]

mod account;
mod activate;
mod activate_again;
mod asking;
mod bad_input;
mod change_line;
mod connection;
mod device;
mod doctor;
mod dry_run;
mod examples;
mod explain;
mod flags;
mod fleet;
mod fleet_apply;
mod fleet_apply_cut_off;
mod fleet_cut_off;
mod fleet_disk;
mod fleet_paths;
mod fleet_plan;
mod fleet_reconcile;
mod fleet_server;
mod fleet_settle;
mod fleet_words;
mod harness;
mod help;
mod interrupt;
mod line;
mod lost_answer;
mod output;
mod pdp;
mod plan;
mod port;
mod quickstart;
mod readme;
mod sandbox;
mod sandbox_control;
mod secrets;
