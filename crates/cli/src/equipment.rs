//! Which tables of devices, plans and features are asked.

use std::path::PathBuf;

use apex_mobility_equipment::{Equipment, EquipmentError};
use clap::Args;

use crate::failure::Failure;

/// Tables of the user's own in place of the built-in ones.
#[derive(Debug, Args)]
pub(crate) struct EquipmentArgs {
    /// Your tables of devices, plans and features in place of the built-in ones, which are invented: a TOML
    /// file, or a directory of them. `apex device table` prints a start
    #[arg(long, env = "APEX_EQUIPMENT", value_name = "PATH", display_order = 700)]
    equipment: Option<PathBuf>,
}

impl EquipmentArgs {
    /// The tables to ask.
    pub(crate) fn tables(&self) -> Result<Equipment, Failure> {
        match self.equipment.as_deref() {
            None => Ok(Equipment::builtin()),
            Some(path) => Equipment::from_path(path).map_err(|error| unusable(&error)),
        }
    }
}

/// Problems that are told; a person corrects a few at a time.
const PROBLEMS_TOLD: usize = 5;

fn unusable(error: &EquipmentError) -> Failure {
    let problems = error.problems();
    let mut told: Vec<_> = problems.iter().take(PROBLEMS_TOLD).map(ToString::to_string).collect();
    if problems.len() > PROBLEMS_TOLD {
        told.push(format!("and {} more", problems.len() - PROBLEMS_TOLD));
    }
    let what = format!("the equipment tables cannot be used: {}", told.join(" -- "));
    Failure::usage(what, "correct the file, or start from `apex device table`")
}
