//! The measured rows as a Markdown table and as JSON.

use std::fmt::Write as _;
use std::path::Path;

use serde::Serialize;

use super::Broken;
use super::statistics::{Pairs, Samples};

/// All that was measured, row by row.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    rows: Vec<Row>,
}

/// One measure.
#[derive(Debug, Serialize)]
struct Row {
    measure: String,
    /// What it is held against.
    base: Figure,
    measured: Figure,
    /// The two put together: a ratio or a difference.
    result: Figure,
    /// Half of the rounds lie between these two.
    quartiles: (f64, f64),
    target: Option<Target>,
    met: Option<bool>,
}

/// A number and what it counts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct Figure {
    pub(super) value: f64,
    pub(super) unit: &'static str,
}

/// What a result is to reach.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Target {
    AtMost(f64),
    AtLeast(f64),
}

/// A reader who divides the two figures of a row gets another number than its result.
const HOW_TO_READ: &str = "
Base and measured are medians over all rounds. The result is the median of each round's own ratio or growth,
so on a busy machine it differs from that of the two medians. A target is held against the result alone.
";

/// The unit of a ratio.
const TIMES: &str = "x";

impl Report {
    /// Adds a ratio of two figures of one unit.
    pub(super) fn ratio(
        &mut self,
        measure: impl Into<String>,
        unit: &'static str,
        pairs: &Pairs,
        target: Option<Target>,
    ) {
        let (base, measured) = (pairs.base.median(), pairs.measured.median());
        self.add(measure, unit, (base, measured), &pairs.ratio, TIMES, target);
    }

    /// Adds a difference of two figures of one unit, which is the difference's too.
    pub(super) fn growth(
        &mut self,
        measure: impl Into<String>,
        unit: &'static str,
        pairs: &[(f64, f64)],
        target: Option<Target>,
    ) {
        let growth = Samples::new(pairs.iter().map(|(base, measured)| measured - base).collect());
        if let (Some(both), Some(growth)) = (Pairs::new(pairs), growth) {
            let figures = (both.base.median(), both.measured.median());
            self.add(measure, unit, figures, &growth, unit, target);
        }
    }

    /// Adds a figure that is held against a target itself, beside the same of less work.
    pub(super) fn figure(
        &mut self,
        measure: impl Into<String>,
        unit: &'static str,
        pairs: &[(f64, f64)],
        target: Option<Target>,
    ) {
        let measured = Samples::new(pairs.iter().map(|(_, measured)| *measured).collect());
        if let (Some(both), Some(measured)) = (Pairs::new(pairs), measured) {
            let figures = (both.base.median(), both.measured.median());
            self.add(measure, unit, figures, &measured, unit, target);
        }
    }

    fn add(
        &mut self,
        measure: impl Into<String>,
        unit: &'static str,
        (base, measured): (f64, f64),
        results: &Samples,
        result_unit: &'static str,
        target: Option<Target>,
    ) {
        let result = results.median();
        self.rows.push(Row {
            measure: measure.into(),
            base: Figure { value: base, unit },
            measured: Figure { value: measured, unit },
            result: Figure { value: result, unit: result_unit },
            quartiles: results.quartiles(),
            target,
            met: target.map(|target| target.is_met(result)),
        });
    }

    /// Whether no target was missed.
    #[must_use]
    pub fn meets_all(&self) -> bool {
        self.rows.iter().all(|row| row.met != Some(false))
    }

    /// The rows as a Markdown table.
    #[must_use]
    pub fn table(&self) -> String {
        let mut table = "\
| Measure (medians) | Base | Measured | Result | Half of the rounds | Target | |
|-|-:|-:|-:|-:|-:|-|
"
        .to_owned();
        for row in &self.rows {
            let (low, high) = row.quartiles;
            let target = row.target.map_or_else(String::new, |target| target.text(row.result.unit));
            let met = row.met.map_or("", |met| if met { "met" } else { "**not met**" });
            // Writing to a text cannot fail.
            let _ = writeln!(
                table,
                "| {} | {} | {} | **{}** | {}..{} | {target} | {met} |",
                row.measure,
                row.base.text(),
                row.measured.text(),
                row.result.text(),
                number(low),
                number(high),
            );
        }
        table.push_str(HOW_TO_READ);
        table
    }

    pub(super) fn write(&self, file: &Path) -> Result<(), Broken> {
        let place = |error: &dyn std::fmt::Display| Broken::new(format!("{}: {error}", file.display()));
        if let Some(directory) = file.parent() {
            std::fs::create_dir_all(directory).map_err(|error| place(&error))?;
        }
        let json = serde_json::to_string_pretty(self).map_err(|error| place(&error))?;
        std::fs::write(file, json + "\n").map_err(|error| place(&error))
    }
}

impl Figure {
    fn text(self) -> String {
        format!("{} {}", number(self.value), self.unit)
    }
}

impl Target {
    fn is_met(self, result: f64) -> bool {
        match self {
            Self::AtMost(limit) => result <= limit,
            Self::AtLeast(limit) => result >= limit,
        }
    }

    fn text(self, unit: &str) -> String {
        match self {
            Self::AtMost(limit) => format!("<= {} {unit}", number(limit)),
            Self::AtLeast(limit) => format!(">= {} {unit}", number(limit)),
        }
    }
}

/// Three digits that count, more or less.
fn number(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        let mut report = Report::default();
        let costs = Pairs::new(&[(200.0, 210.0), (100.0, 105.0), (400.0, 420.0)]).unwrap();
        report.ratio("CPU per call", "µs", &costs, Some(Target::AtMost(1.1)));
        let rates = Pairs::new(&[(20.0, 100.0)]).unwrap();
        report.ratio("prefetch", "pages/s", &rates, Some(Target::AtLeast(6.0)));
        report.growth("memory", "MiB", &[(8.0, 8.5)], None);
        report
    }

    #[test]
    fn the_table_holds_one_row_per_measure() {
        let expected = "\
| Measure (medians) | Base | Measured | Result | Half of the rounds | Target | |
|-|-:|-:|-:|-:|-:|-|
| CPU per call | 200 µs | 210 µs | **1.05 x** | 1.05..1.05 | <= 1.10 x | met |
| prefetch | 20.0 pages/s | 100 pages/s | **5.00 x** | 5.00..5.00 | >= 6.00 x | **not met** |
| memory | 8.00 MiB | 8.50 MiB | **0.50 MiB** | 0.50..0.50 |  |  |
";
        assert_eq!(report().table(), format!("{expected}{HOW_TO_READ}"));
    }

    #[test]
    fn a_target_counts_as_met_at_its_limit() {
        let cases = [
            (Target::AtMost(1.1), 1.1, true),
            (Target::AtMost(1.1), 1.11, false),
            (Target::AtLeast(6.0), 6.0, true),
            (Target::AtLeast(6.0), 5.99, false),
        ];
        for (target, result, met) in cases {
            assert_eq!(target.is_met(result), met, "{target:?} {result}");
        }
    }

    #[test]
    fn one_missed_target_is_enough_to_miss_all() {
        let mut report = report();
        assert!(!report.meets_all());
        report.rows.retain(|row| row.measure != "prefetch");
        assert!(report.meets_all());
    }

    #[test]
    fn the_json_says_what_the_table_says() {
        let json = serde_json::to_value(report()).unwrap();
        assert_eq!(json["rows"][0]["met"], true);
        assert_eq!(json["rows"][1]["target"]["at_least"], 6.0);
        assert_eq!(json["rows"][2]["result"]["unit"], "MiB");
    }
}
