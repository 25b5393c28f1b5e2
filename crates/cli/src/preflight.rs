//! A look at the tables before something is sent: does the plan work on the device?
//!
//! What follows depends on whose tables they are. Tables of the user's own are what the user knows about
//! AT&T's catalog: what does not fit them is not sent, unless `--no-preflight` says so. The built-in tables are
//! invented: what does not fit them is a remark, and AT&T decides. What the tables do not have never holds
//! anything up.

use apex_mobility_equipment::{Combination, Equipment, Verdict};
use clap::Args;

use crate::equipment::EquipmentArgs;
use crate::failure::Failure;
use crate::printer::Printer;

/// What every command takes that looks before it sends.
#[derive(Debug, Args)]
pub(crate) struct PreflightArgs {
    #[command(flatten)]
    equipment: EquipmentArgs,
    /// Send also what does not fit your tables; what is not in them is sent anyway
    #[arg(long, display_order = 701)]
    no_preflight: bool,
}

impl PreflightArgs {
    /// The tables to look at, and what they count for.
    pub(crate) fn preflight(&self) -> Result<Preflight, Failure> {
        if self.no_preflight {
            return Ok(Preflight { tables: None, binding: false });
        }
        let tables = self.equipment.tables()?;
        let binding = !tables.is_builtin();
        Ok(Preflight { tables: Some(tables), binding })
    }
}

/// Tables, and whether what they say keeps something from being sent.
#[derive(Debug)]
pub(crate) struct Preflight {
    tables: Option<Equipment>,
    binding: bool,
}

/// What the tables say about something that is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Finding {
    /// Nothing speaks against it.
    Nothing,
    /// The user's tables do not have all of it: it is sent all the same.
    Unknown(String),
    /// It does not fit the built-in tables, which prove nothing: it is sent all the same.
    Remark(String),
    /// It does not fit: it is not sent.
    Refusal(String),
}

impl Preflight {
    /// The sandbox's own tables, for a sandbox in this process: they are its rules.
    pub(crate) fn of_the_sandbox() -> Self {
        Self { tables: Some(Equipment::builtin()), binding: true }
    }

    /// What the tables say about a combination.
    pub(crate) fn look(&self, asked: &Combination) -> Finding {
        let Some(tables) = &self.tables else { return Finding::Nothing };
        let answer = tables.check(asked);
        match answer.verdict() {
            Verdict::Fits => Finding::Nothing,
            Verdict::NotInTables if self.binding => Finding::Unknown(answer.reasons().join("; ")),
            Verdict::NotInTables => Finding::Nothing,
            Verdict::DoesNotFit => {
                let misfits: Vec<_> = answer.misfits().iter().map(ToString::to_string).collect();
                let mut text = misfits.join("; ");
                if let Some(device) = answer.device() {
                    text.push_str(&format!(", and the IMEI is of a device {device}"));
                }
                if self.binding {
                    Finding::Refusal(text)
                } else {
                    Finding::Remark(format!("{text}, by {}; AT&T decides", tables.source()))
                }
            }
        }
    }

    /// Looks before one thing is sent, and says what was seen.
    pub(crate) fn before_sending(&self, asked: &Combination, printer: &Printer) -> Result<(), Failure> {
        match self.look(asked) {
            Finding::Nothing => {}
            Finding::Unknown(text) => printer.note(&format!("not checked: {text}")),
            Finding::Remark(text) => printer.warning(&text),
            Finding::Refusal(text) => {
                let by = self
                    .tables
                    .as_ref()
                    .map_or_else(String::new, |tables| format!(", by {}", tables.source()));
                return Err(Failure::not_sent(
                    format!("this will be refused: {text}{by}"),
                    "choose what fits (`apex device check`), correct your tables, or send it all the same with \
                     --no-preflight",
                ));
            }
        }
        Ok(())
    }

    /// Whether the tables are worth a read of the line: only those that can keep something from being sent.
    pub(crate) const fn is_binding(&self) -> bool {
        self.binding
    }
}

#[cfg(test)]
mod tests {
    use apex_mobility::domain::{Imei, SingleUserCode};

    use super::*;

    fn preflight(binding: bool) -> Preflight {
        Preflight { tables: Some(Equipment::builtin()), binding }
    }

    fn asked(tac: &str, plan: &str) -> Combination {
        let imei = Imei::from_payload(format!("{tac}000001")).unwrap();
        Combination::new(imei).plan(SingleUserCode::parse(plan).unwrap())
    }

    #[test]
    fn a_misfit_is_held_back_by_binding_tables_only() {
        let misfit = asked("00101003", "APXPLAN02");
        assert!(matches!(preflight(true).look(&misfit), Finding::Refusal(_)));
        assert!(matches!(preflight(false).look(&misfit), Finding::Remark(_)));
        let unlooked = Preflight { tables: None, binding: false };
        assert_eq!(unlooked.look(&misfit), Finding::Nothing);
    }

    #[test]
    fn what_is_not_in_the_tables_is_never_held_back() {
        for unknown in [asked("00101099", "APXPLAN02"), asked("00101000", "NOSUCH")] {
            assert!(matches!(preflight(true).look(&unknown), Finding::Unknown(_)));
            assert_eq!(preflight(false).look(&unknown), Finding::Nothing);
        }
    }

    #[test]
    fn what_fits_passes_in_silence() {
        for binding in [true, false] {
            assert_eq!(preflight(binding).look(&asked("00101000", "APXPLAN02")), Finding::Nothing);
        }
    }
}
