//! Whether plan and device fit, as far as a table of equipment can tell.

use std::path::Path;

use apex_mobility_sandbox::{Equipment, SimKind};

use super::sheet::{CellProblem, Row};
use crate::failure::Failure;

/// A table of equipment and how far it is to be trusted.
#[derive(Debug)]
pub(crate) struct Table {
    equipment: Equipment,
    /// The table is of the server that the lines go to: what does not fit is not sent. Else it is a remark,
    /// since AT&T's catalog decides and is not known here.
    binding: bool,
}

impl Table {
    /// The sandbox's own devices and plans.
    pub(crate) fn of_the_sandbox() -> Self {
        Self { equipment: Equipment::builtin(), binding: true }
    }

    /// The sandbox's table against a server that may be another.
    pub(crate) fn as_a_hint() -> Self {
        Self { equipment: Equipment::builtin(), binding: false }
    }

    /// A directory with `devices.toml`, `plans.toml` and `places.toml`.
    pub(crate) fn from_directory(directory: &Path) -> Result<Self, Failure> {
        let refuse = |what: String| Failure::usage(what, "see the sandbox's own tables for the form");
        let read = |name: &str| {
            let file = directory.join(name);
            std::fs::read_to_string(&file)
                .map_err(|error| refuse(format!("{} cannot be read: {error}", file.display())))
        };
        let equipment =
            Equipment::from_toml(&read("devices.toml")?, &read("plans.toml")?, &read("places.toml")?)
                .map_err(|error| {
                    refuse(format!("the tables in {} cannot be used: {error}", directory.display()))
                })?;
        Ok(Self { equipment, binding: true })
    }

    /// Looks at every row; a row that cannot work becomes a refused one. Gives the remarks.
    pub(crate) fn check(&self, rows: &mut [Row]) -> Vec<String> {
        let mut remarks = Vec::new();
        for row in rows {
            let Some(misfit) = self.misfit(row) else { continue };
            if self.binding {
                row.line = Err(vec![CellProblem { column: None, what: misfit }]);
            } else {
                remarks.push(format!("row {}: {misfit}, by the sandbox's table; AT&T decides", row.number));
            }
        }
        remarks
    }

    fn misfit(&self, row: &Row) -> Option<String> {
        let line = row.line.as_ref().ok()?;
        let device = self.equipment.device_for(line.imei())?;
        let plan = self.equipment.plan(line.plan().as_str())?;
        let kind = if line.sim().eid().is_some() { SimKind::Embedded } else { SimKind::Plastic };
        let misfit = Equipment::fits(device, plan, kind).err()?;
        Some(format!(
            "{misfit}, and the IMEI is of a device {} {} ({})",
            device.brand, device.model, device.technology
        ))
    }
}
