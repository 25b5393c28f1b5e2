//! Which column is what: people name them as they like.

use std::collections::HashMap;
use std::str::FromStr;

use super::source::Problem;

/// What a column can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Field {
    Sim,
    Eid,
    Imei,
    Plan,
    BillingAccount,
    FirstName,
    LastName,
    StreetNumber,
    StreetDirection,
    StreetName,
    StreetType,
    City,
    State,
    Zip,
    ServiceZip,
    Number,
    /// Any number of feature codes in one cell.
    Features,
    /// One of several columns with one feature code each, by their number.
    Feature(u8),
}

/// The names of each column, the one we use first. Case, blanks and marks do not count: `SIM #`, `Sim` and
/// `sim` are one name.
const NAMES: &[(Field, &[&str])] = &[
    (Field::Sim, &["sim", "iccid", "sim number", "sim card", "sim iccid", "sim card number", "sim id"]),
    (Field::Eid, &["eid", "esim", "esim id"]),
    (Field::Imei, &["imei", "imei number", "device imei", "device id"]),
    (Field::Plan, &["plan", "single user code", "rate plan", "plan code", "rate plan code", "suc"]),
    (
        Field::BillingAccount,
        &["ban", "billing account", "billing account number", "account", "account number"],
    ),
    (Field::FirstName, &["first name", "given name"]),
    (Field::LastName, &["last name", "surname", "family name"]),
    (Field::StreetNumber, &["street number", "house number", "street no", "building number"]),
    (Field::StreetDirection, &["street direction", "direction"]),
    (Field::StreetName, &["street name", "street"]),
    (Field::StreetType, &["street type"]),
    (Field::City, &["city", "town"]),
    (Field::State, &["state", "st"]),
    (Field::Zip, &["zip", "zip code", "postal code", "post code", "address zip"]),
    (Field::ServiceZip, &["service zip", "service zip code", "ppu zip", "ppu zip code"]),
    (Field::Number, &["number", "subscriber number", "ported number", "ctn", "msisdn", "phone number"]),
    (Field::Features, &["features", "socs", "offerings", "feature codes", "offering codes"]),
];

/// One feature per column: `SOC 1`, `offering code 2`.
const NUMBERED: &[&str] = &["feature", "soc", "offering", "featurecode", "offeringcode", "addofferingcode"];

/// Without these no line can be asked for. The SIM is apart: an EID does as well.
const NEEDED: &[Field] = &[
    Field::Imei,
    Field::Plan,
    Field::BillingAccount,
    Field::FirstName,
    Field::LastName,
    Field::StreetNumber,
    Field::StreetName,
    Field::City,
    Field::State,
    Field::Zip,
];

impl Field {
    /// The name we use.
    pub(crate) fn name(self) -> &'static str {
        if matches!(self, Self::Feature(_)) {
            return "feature";
        }
        let names = NAMES.iter().find(|(field, _)| *field == self).map(|(_, names)| *names);
        names.and_then(|names| names.first().copied()).unwrap_or_default()
    }

    fn of(title: &str) -> Option<Self> {
        let plain = plain(title);
        let named = NAMES.iter().find(|(_, names)| names.iter().any(|name| self::plain(name) == plain));
        named.map(|(field, _)| *field).or_else(|| {
            let word = plain.trim_end_matches(|c: char| c.is_ascii_digit());
            let number = plain.get(word.len()..)?;
            let known = NUMBERED.contains(&word);
            if number.is_empty() && known { Some(Self::Feature(0)) } else { None }
                .or_else(|| if known { number.parse().ok().map(Self::Feature) } else { None })
        })
    }
}

fn plain(title: &str) -> String {
    title.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A value for every row whose own cell is empty or missing: `--default ban=000000000001`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DefaultValue {
    field: Field,
    value: String,
}

impl FromStr for DefaultValue {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, value) =
            text.split_once('=').ok_or("write it as COLUMN=VALUE, for example ban=000000000001")?;
        let field = Field::of(name).ok_or_else(|| {
            let names: Vec<_> = NAMES.iter().map(|(field, _)| field.name()).collect();
            format!("there is no column {name:?}; the columns are: {}", names.join(", "))
        })?;
        if matches!(field, Field::Sim | Field::Eid | Field::Imei | Field::Number) {
            return Err(format!("each row needs {} of its own", field.name()));
        }
        Ok(Self { field, value: value.to_owned() })
    }
}

/// What stands where.
#[derive(Debug)]
pub(crate) struct Columns {
    places: HashMap<Field, usize>,
    titles: Vec<String>,
    ignored: Vec<String>,
    defaults: HashMap<Field, String>,
}

impl Columns {
    /// Reads the header line.
    pub(crate) fn read(
        header: &csv::StringRecord,
        delimiter: u8,
        defaults: &[DefaultValue],
    ) -> Result<Self, Problem> {
        let titles: Vec<String> = header.iter().map(|title| title.trim().to_owned()).collect();
        let mut places = HashMap::new();
        let mut ignored = Vec::new();
        for (place, title) in titles.iter().enumerate() {
            match Field::of(title) {
                None if title.is_empty() => {}
                None => ignored.push(title.clone()),
                Some(field) => {
                    if let Some(first) = places.insert(field, place) {
                        return Err(two_columns_for(field, titles.get(first), title));
                    }
                }
            }
        }
        let defaults: HashMap<Field, String> =
            defaults.iter().map(|default| (default.field, default.value.clone())).collect();
        let columns = Self { places, titles, ignored, defaults };
        columns.check(header, delimiter)?;
        Ok(columns)
    }

    /// Titles that mean nothing here.
    pub(crate) fn ignored(&self) -> &[String] {
        &self.ignored
    }

    /// How many columns the header has.
    pub(crate) fn count(&self) -> usize {
        self.titles.len()
    }

    /// The column's title in the file, else our name for it.
    pub(crate) fn title(&self, field: Field) -> &str {
        let title = self.places.get(&field).and_then(|place| self.titles.get(*place));
        title.map_or(field.name(), String::as_str)
    }

    /// What a row says for a field, or what was given for all rows; empty if neither says anything.
    pub(crate) fn value<'a>(&'a self, cells: &'a csv::StringRecord, field: Field) -> &'a str {
        let cell = self.places.get(&field).and_then(|place| cells.get(*place)).unwrap_or_default();
        match self.defaults.get(&field) {
            Some(default) if cell.trim().is_empty() => default,
            _ => cell,
        }
    }

    /// The numbered feature columns, in the order of their numbers.
    pub(crate) fn feature_fields(&self) -> Vec<Field> {
        let mut numbers: Vec<u8> = self
            .places
            .keys()
            .filter_map(|field| if let Field::Feature(number) = field { Some(*number) } else { None })
            .collect();
        numbers.sort_unstable();
        numbers.into_iter().map(Field::Feature).collect()
    }

    fn has(&self, field: Field) -> bool {
        self.places.contains_key(&field) || self.defaults.contains_key(&field)
    }

    /// All that is missing, at once.
    fn check(&self, header: &csv::StringRecord, delimiter: u8) -> Result<(), Problem> {
        let mut missing: Vec<&str> =
            NEEDED.iter().filter(|field| !self.has(**field)).map(|field| field.name()).collect();
        if !self.has(Field::Sim) && !self.has(Field::Eid) {
            missing.insert(0, "sim (or eid)");
        }
        if missing.is_empty() {
            return Ok(());
        }
        if let Some(problem) = wrong_delimiter(header, delimiter) {
            return Err(problem);
        }
        if self.places.is_empty() {
            let what =
                format!("has no header that names its columns; its first row begins {:?}", shortened(header));
            let next = format!("put a first row above the data with the columns {}", missing.join(", "));
            return Err(Problem::new(what, next));
        }
        let what = match missing.as_slice() {
            [one] => format!("has no column {one}"),
            several => format!("lacks {} columns: {}", several.len(), several.join(", ")),
        };
        let unknown = match self.ignored.as_slice() {
            [] => String::new(),
            some => format!("; not understood: {}", some.join(", ")),
        };
        let next = format!(
            "add them to the header, or give one value for all rows with --default, for example --default {}=...",
            missing
                .iter()
                .find(|name| !name.contains("sim") && **name != "imei")
                .unwrap_or(&"plan")
                .replace(' ', "-")
        );
        Err(Problem::new(what + &unknown, next))
    }
}

fn two_columns_for(field: Field, first: Option<&String>, second: &str) -> Problem {
    let first = first.map_or("", String::as_str);
    let what = if first == second {
        format!("has two columns {first:?}")
    } else {
        format!("has two columns for {}: {first:?} and {second:?}", field.name())
    };
    Problem::new(what, "keep one of them")
}

/// The header in one piece, with another mark between its names.
fn wrong_delimiter(header: &csv::StringRecord, delimiter: u8) -> Option<Problem> {
    let line = header.iter().collect::<Vec<_>>().join(&char::from(delimiter).to_string());
    let (mark, name, option) =
        [(',', "commas", "','"), (';', "semicolons", "';'"), ('\t', "tabs", "tab"), ('|', "bars", "'|'")]
            .into_iter()
            .filter(|(mark, ..)| *mark != char::from(delimiter))
            .find(|(mark, ..)| line.split(*mark).filter(|title| Field::of(title).is_some()).count() >= 2)?;
    let used = if delimiter == b',' { "commas" } else { "the mark given with --delimiter" };
    debug_assert!(line.contains(mark));
    Some(Problem::new(
        format!("is separated by {name}, not by {used}"),
        format!("save it as comma-separated CSV, or add --delimiter {option}"),
    ))
}

fn shortened(header: &csv::StringRecord) -> String {
    header.iter().collect::<Vec<_>>().join(",").chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "sim,imei,plan,ban,first name,last name,street number,street name,city,state,zip";

    fn read(header: &str) -> Result<Columns, Problem> {
        Columns::read(&header.split(',').collect(), b',', &[])
    }

    #[test]
    fn columns_are_known_by_many_names() {
        let table = [
            ("SIM", Field::Sim),
            ("Iccid", Field::Sim),
            ("SIM Card #", Field::Sim),
            ("Single_User_Code", Field::Plan),
            ("singleUserCode", Field::Plan),
            ("Billing Account", Field::BillingAccount),
            ("ZIP-Code", Field::Zip),
            ("PPU ZIP", Field::ServiceZip),
            ("offeringCode2", Field::Feature(2)),
            ("SOC 1", Field::Feature(1)),
            ("feature", Field::Feature(0)),
        ];
        for (title, field) in table {
            assert_eq!(Field::of(title), Some(field), "{title}");
        }
        for title in ["", "notes", "feature300", "sim2"] {
            assert_eq!(Field::of(title), None, "{title}");
        }
    }

    #[test]
    fn every_missing_column_is_named_at_once() {
        let problem = read("sim,city,comment").unwrap_err();
        assert_eq!(
            problem.what,
            "lacks 9 columns: imei, plan, ban, first name, last name, street number, street name, state, zip; \
             not understood: comment"
        );
    }

    #[test]
    fn an_eid_does_for_a_sim() {
        assert!(read(&WHOLE.replacen("sim", "eid", 1)).is_ok());
        assert!(read(&WHOLE.replacen("sim,", "", 1)).unwrap_err().what.contains("sim (or eid)"));
    }

    #[test]
    fn a_value_for_all_rows_does_for_a_column() {
        let default: DefaultValue = "ban=000000000001".parse().unwrap();
        let header: csv::StringRecord = WHOLE.replace("ban,", "").split(',').collect();
        let columns = Columns::read(&header, b',', &[default]).unwrap();
        assert_eq!(columns.value(&csv::StringRecord::new(), Field::BillingAccount), "000000000001");
    }

    #[test]
    fn a_value_for_all_rows_cannot_be_what_each_row_needs_of_its_own() {
        for text in ["sim=1", "iccid=1", "imei=1", "number=1", "ban", "colour=red"] {
            assert!(text.parse::<DefaultValue>().is_err(), "{text}");
        }
    }

    #[test]
    fn another_mark_between_the_columns_is_named() {
        for (mark, name) in [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")] {
            let header = csv::StringRecord::from(vec![WHOLE.replace(',', mark)]);
            let problem = Columns::read(&header, b',', &[]).unwrap_err();
            assert!(problem.what.contains(name), "{problem:?}");
        }
    }

    #[test]
    fn two_columns_for_one_thing_are_refused() {
        assert!(read(&format!("{WHOLE},sim")).unwrap_err().what.contains("two columns \"sim\""));
        assert!(read(&format!("{WHOLE},ICCID")).unwrap_err().what.contains("\"sim\" and \"ICCID\""));
    }

    #[test]
    fn data_without_a_header_is_told_apart_from_missing_columns() {
        let problem = read("89010000000000000011,001010000000016").unwrap_err();
        assert!(problem.what.contains("no header"), "{problem:?}");
    }
}
