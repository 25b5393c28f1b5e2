//! `apex device`: which plan works on which device, by tables on this machine.

use apex_mobility::domain::{Eid, Iccid, Imei, OfferingCode, SingleUserCode};
use apex_mobility_equipment::{Answer, Combination, Equipment, Misfit, SimKind, Verdict};
use clap::{Args, Subcommand};
use serde::Serialize;

use super::Ended;
use crate::equipment::EquipmentArgs;
use crate::exit::Exit;
use crate::printer::{Cell, Column, Printer, Record, Tone};

/// Ask which plan works on which device, offline
#[derive(Debug, Subcommand)]
pub(crate) enum DeviceCommand {
    Check(CheckArgs),
    /// Print the built-in tables as a TOML file, a start for your own
    ///
    /// Put your devices, plans and features in, and name the file with --equipment or in APEX_EQUIPMENT: for
    /// `apex device check`, for checks before something is sent, for `apex explain` and `apex sandbox serve`.
    /// Your tables replace the built-in ones as a whole.
    #[command(after_help = "Example:\n  apex device table > equipment.toml")]
    Table,
}

pub(crate) fn run(command: DeviceCommand, printer: &Printer) -> Ended {
    match command {
        DeviceCommand::Check(args) => check(&args, printer),
        DeviceCommand::Table => {
            printer.text(Equipment::BUILTIN_TOML);
            Ok(Exit::Ok)
        }
    }
}

/// Say whether device, SIM, plan and features work together
///
/// The answer comes from tables on this machine; nothing is sent. The built-in tables are invented and know
/// the sandbox's devices only: for real ones bring your own with --equipment. What the tables do not have is
/// neither yes nor no.
///
/// Exits with 0 if all of it fits, with 1 if something does not, and with 3 if the tables cannot tell.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    apex device check --imei 001010000000016 --plan APXPLAN02 --feature SOC4\n  \
    apex device check --imei 001010000000016 --eid 89001000000000000000000000000177\n  \
    apex device check --imei 001010000000016 --plan APXPLAN02 --equipment equipment.toml")]
pub(crate) struct CheckArgs {
    /// The device's IMEI (15 digits)
    #[arg(long, value_name = "IMEI")]
    imei: Imei,
    /// The plan's code (single user code)
    #[arg(long, value_name = "PLAN")]
    plan: Option<SingleUserCode>,
    /// A feature (SOC); may be repeated
    #[arg(long = "feature", value_name = "SOC")]
    features: Vec<OfferingCode>,
    /// The ICCID of a plastic SIM (19 or 20 digits)
    #[arg(long, value_name = "ICCID", conflicts_with = "eid")]
    sim: Option<Iccid>,
    /// The EID of an eSIM (32 digits)
    #[arg(long, value_name = "EID")]
    eid: Option<Eid>,
    #[command(flatten)]
    equipment: EquipmentArgs,
}

impl CheckArgs {
    fn sim_kind(&self) -> Option<SimKind> {
        match (&self.sim, &self.eid) {
            (_, Some(_)) => Some(SimKind::Embedded),
            (Some(_), None) => Some(SimKind::Plastic),
            (None, None) => None,
        }
    }

    fn combination(&self) -> Combination {
        let mut asked = Combination::new(self.imei.clone());
        if let Some(plan) = &self.plan {
            asked = asked.plan(plan.clone());
        }
        if let Some(kind) = self.sim_kind() {
            asked = asked.sim(kind);
        }
        self.features.iter().cloned().fold(asked, Combination::feature)
    }
}

fn check(args: &CheckArgs, printer: &Printer) -> Ended {
    let tables = args.equipment.tables()?;
    let answer = tables.check(&args.combination());
    printer.record(&Checked::new(args, &tables, &answer));
    Ok(match answer.verdict() {
        Verdict::Fits => Exit::Ok,
        Verdict::DoesNotFit => Exit::Failed,
        Verdict::NotInTables => Exit::NotFound,
    })
}

/// The answer, with what was asked and by which tables it was given.
#[derive(Serialize)]
struct Checked {
    verdict: &'static str,
    reasons: Vec<String>,
    next_step: Option<String>,
    imei: String,
    device: Option<String>,
    takes: Option<&'static str>,
    sim: Option<String>,
    plan: Option<String>,
    features: Vec<String>,
    tables: String,
    #[serde(skip)]
    tone: Tone,
}

impl Checked {
    fn new(args: &CheckArgs, tables: &Equipment, answer: &Answer<'_>) -> Self {
        let named = |code: &str, description: Option<&str>| match description {
            Some(description) if !description.is_empty() => format!("{code} ({description})"),
            _ => code.to_owned(),
        };
        let feature = |code: &OfferingCode| {
            let known = tables.feature(code.as_str());
            named(code.as_str(), known.map(|feature| feature.description.as_str()))
        };
        Self {
            verdict: answer.verdict().as_str(),
            reasons: answer.reasons(),
            next_step: next_step(tables, answer),
            imei: args.imei.to_string(),
            device: answer.device().map(ToString::to_string),
            takes: answer.device().map(|device| match (device.plastic_sim, device.embedded_sim) {
                (true, true) => "plastic SIM or eSIM",
                (true, false) => "plastic SIM",
                _ => "eSIM",
            }),
            sim: args.sim_kind().map(|kind| kind.to_string()),
            plan: args
                .plan
                .as_ref()
                .map(|code| named(code.as_str(), answer.plan().map(|plan| plan.description.as_str()))),
            features: args.features.iter().map(feature).collect(),
            tables: tables.source().to_string(),
            tone: match answer.verdict() {
                Verdict::Fits => Tone::Good,
                Verdict::DoesNotFit => Tone::Bad,
                Verdict::NotInTables => Tone::Open,
            },
        }
    }
}

impl Record for Checked {
    const COLUMNS: &'static [Column] = &[
        Column::new("verdict", "Verdict"),
        Column::new("reasons", "Reasons"),
        Column::new("next_step", "Next step"),
        Column::new("imei", "IMEI"),
        Column::new("device", "Device"),
        Column::new("takes", "Device takes"),
        Column::new("sim", "SIM"),
        Column::new("plan", "Plan"),
        Column::new("features", "Features"),
        Column::new("tables", "Answered by"),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::new(self.verdict).tone(self.tone),
            Cell::new(self.reasons.join("; ")),
            Cell::optional(self.next_step.as_deref()),
            Cell::new(self.imei.as_str()),
            Cell::optional(self.device.as_deref()),
            Cell::optional(self.takes),
            Cell::optional(self.sim.as_deref()),
            Cell::optional(self.plan.as_deref()),
            Cell::new(self.features.join(", ")),
            Cell::new(self.tables.as_str()),
        ]
    }
}

/// What to do about the first reason. Other reasons show once that one is gone.
fn next_step(tables: &Equipment, answer: &Answer<'_>) -> Option<String> {
    if let Some(misfit) = answer.misfits().first() {
        return Some(match misfit {
            Misfit::NeedsEmbeddedSim => {
                "give the EID of its eSIM with --eid, or take another device".to_owned()
            }
            Misfit::NeedsPlasticSim => "take a plastic SIM, or a device with an eSIM".to_owned(),
            Misfit::PlanNeeds5g { .. } => {
                let codes = answer.device().into_iter().flat_map(|device| tables.plans_for(device));
                let codes: Vec<_> = codes.take(PLANS_TOLD).map(|plan| plan.code.as_str()).collect();
                match codes.is_empty() {
                    true => "take another device".to_owned(),
                    false => {
                        format!("take a plan that fits, such as {}, or another device", codes.join(", "))
                    }
                }
            }
            Misfit::FeatureNeeds5g { .. } => "leave the feature out, or take another device".to_owned(),
            _ => "take another device".to_owned(),
        });
    }
    (!answer.unknown().is_empty()).then(|| match tables.is_builtin() {
        true => "bring your own tables: apex device table > equipment.toml, put your devices and plans in, and give \
                 --equipment equipment.toml"
            .to_owned(),
        false => "add what is missing to your tables; until then AT&T alone can tell".to_owned(),
    })
}

const PLANS_TOLD: usize = 5;
