//! What a job of the crash test asks for.

use apex_mobility::domain::{Date, Iccid, Imei, SubscriberNumber};
use apex_mobility_sandbox::{LedgerEntry, LedgerKind, LineView, Sandbox};

/// What a row asks for, and by what the ledger knows it.
#[derive(Debug, Clone)]
pub(crate) enum Asked {
    /// A line changes, and keeps its number: status, plan or static address.
    OfLine(LedgerKind, SubscriberNumber),
    /// A SIM is activated.
    Activate(Iccid),
    /// The line with this SIM changes its number.
    ChangeNumber(Iccid),
    /// A number is to be brought in.
    Port(SubscriberNumber),
}

impl Asked {
    /// Whether the entry is the effect that is asked for.
    pub(crate) fn is_effect(&self, entry: &LedgerEntry) -> bool {
        match self {
            Self::OfLine(kind, number) => is_of(entry, *kind, number),
            Self::Activate(sim) => entry.kind == LedgerKind::Activation && entry.iccid.as_ref() == Some(sim),
            Self::ChangeNumber(sim) => entry.kind == LedgerKind::Number && entry.iccid.as_ref() == Some(sim),
            // The ledger also keeps how a port moves on by itself; what a request did says so.
            Self::Port(number) => {
                is_of(entry, LedgerKind::Port, number) && entry.detail.contains_key("change")
            }
        }
    }

    /// Whether the entry came of it, at once or later.
    pub(crate) fn is_reason_of(&self, entry: &LedgerEntry) -> bool {
        match self {
            Self::Port(number) => is_of(entry, LedgerKind::Port, number),
            _ => self.is_effect(entry),
        }
    }
}

fn is_of(entry: &LedgerEntry, kind: LedgerKind, number: &SubscriberNumber) -> bool {
    entry.kind == kind && entry.subscriber_number.as_ref() == Some(number)
}

/// The rows of a job, and the file that holds them.
pub(crate) struct Rows {
    pub(crate) asked: Vec<Asked>,
    pub(crate) csv: String,
}

const COLUMNS: [&str; 23] = [
    "operation",
    "number",
    "reason",
    "service zip",
    "sim",
    "imei",
    "plan",
    "ban",
    "first name",
    "last name",
    "street number",
    "street name",
    "city",
    "state",
    "zip",
    "losing account",
    "losing first name",
    "losing last name",
    "add features",
    "remove features",
    "pdp",
    "ip",
    "apn",
];

/// The account that every sandbox has.
const BAN: &str = "000000000001";
const PERSON: [(&str, &str); 8] = [
    ("ban", BAN),
    ("first name", "Test"),
    ("last name", "User"),
    ("street number", "100"),
    ("street name", "Example"),
    ("city", "Dallas"),
    ("state", "TX"),
    ("zip", "75201"),
];

fn row(operation: &str, cells: &[(&str, &str)]) -> String {
    let cell = |title: &&str| {
        let given = cells.iter().find(|(name, _)| name == title).map(|(_, value)| *value);
        if *title == "operation" { operation } else { given.unwrap_or_default() }
    };
    COLUMNS.iter().map(cell).collect::<Vec<_>>().join(",") + "\n"
}

impl Rows {
    /// Changes of lines, batches and requests that take days, in any order; some that are refused, some that stand there
    /// twice. Ports only where they are wanted: they take hours.
    pub(crate) fn choose(sandbox: &Sandbox, random: &mut fastrand::Rng, ports: bool) -> Self {
        let mut choice =
            Choice { lines: sandbox.lines(), today: Date::from_system_time(sandbox.now()), rows: Vec::new() };
        random.shuffle(&mut choice.lines);
        choice.changes_of_lines(random);
        choice.batches(random);
        choice.refused(random);
        if ports {
            for n in 0..random.u32(1..6) {
                let number = format!("22055501{n:02}");
                let cells = [
                    ("number", number.as_str()),
                    ("losing account", "OLD-1"),
                    ("losing first name", "Test"),
                    ("losing last name", "User"),
                ];
                let cells = [&PERSON[..], &cells].concat();
                choice
                    .add(Asked::Port(SubscriberNumber::parse(&number).unwrap()), row("port-request", &cells));
            }
        }
        let mut rows = choice.rows;
        for _ in 0..random.usize(..4) {
            rows.push(rows[random.usize(..rows.len())].clone());
        }
        random.shuffle(&mut rows);
        let (asked, rows): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
        Self { asked, csv: COLUMNS.join(",") + "\n" + &rows.concat() }
    }
}

impl Rows {
    /// So many suspends and activations, in any order.
    pub(crate) fn many(
        sandbox: &Sandbox,
        random: &mut fastrand::Rng,
        suspends: usize,
        activations: u32,
    ) -> Self {
        let mut choice =
            Choice { lines: sandbox.lines(), today: Date::from_system_time(sandbox.now()), rows: Vec::new() };
        let lines = choice.take(suspends, is_plain);
        assert_eq!(lines.len(), suspends);
        for line in lines {
            let number = line.subscriber_number;
            let row = row("suspend", &[("number", number.as_str()), ("reason", "CR")]);
            choice.add(Asked::OfLine(LedgerKind::Status, number), row);
        }
        for n in 0..activations {
            let sim = new_sim(n);
            let row = activation(&sim, n);
            choice.add(Asked::Activate(sim), row);
        }
        random.shuffle(&mut choice.rows);
        let (asked, rows): (Vec<_>, Vec<_>) = choice.rows.into_iter().unzip();
        Self { asked, csv: COLUMNS.join(",") + "\n" + &rows.concat() }
    }
}

type Wanted = fn(&LineView, Date) -> bool;

struct Choice {
    lines: Vec<LineView>,
    today: Date,
    rows: Vec<(Asked, String)>,
}

impl Choice {
    fn add(&mut self, asked: Asked, row: String) {
        self.rows.push((asked, row));
    }

    /// Lines that no other row has, at most so many.
    fn take(&mut self, most: usize, wanted: impl Fn(&LineView, Date) -> bool) -> Vec<LineView> {
        let mut taken = Vec::new();
        let today = self.today;
        self.lines.retain(|line| {
            let take = taken.len() < most && wanted(line, today);
            if take {
                taken.push(line.clone());
            }
            !take
        });
        taken
    }

    fn changes_of_lines(&mut self, random: &mut fastrand::Rng) {
        let statuses: [(&str, &str, usize, Wanted); 4] = [
            ("suspend", "CR", random.usize(3..15), is_plain),
            ("resume", "CR", random.usize(..4), |line, _| {
                line.status == "S" && line.imei == line.network_imei
            }),
            ("cancel", "CAN", random.usize(..6), is_plain),
            ("restore", "BBL", random.usize(..4), is_restorable),
        ];
        for (operation, reason, most, wanted) in statuses {
            for line in self.take(most, wanted) {
                let number = line.subscriber_number;
                let row = row(operation, &[("number", number.as_str()), ("reason", reason)]);
                self.add(Asked::OfLine(LedgerKind::Status, number), row);
            }
        }
        for line in self.take(random.usize(1..8), is_plain) {
            let cells = [
                ("number", line.subscriber_number.as_str()),
                ("service zip", line.service_zip_code.as_str()),
                ("sim", line.sim.as_str()),
            ];
            let row = row("change-number", &cells);
            self.add(Asked::ChangeNumber(line.sim), row);
        }
        for line in self.take(random.usize(1..8), is_plain) {
            let plan = if line.single_user_code.as_str() == "APXPLAN01" { "APXPLAN03" } else { "APXPLAN01" };
            let number = line.subscriber_number;
            let row = row("change-plan", &[("number", number.as_str()), ("plan", plan)]);
            self.add(Asked::OfLine(LedgerKind::Plan, number), row);
        }
    }

    fn batches(&mut self, random: &mut fastrand::Rng) {
        for n in 0..random.u32(5..40) {
            let sim = new_sim(n);
            let row = activation(&sim, n);
            self.add(Asked::Activate(sim), row);
        }
        let own =
            |line: &LineView, today| is_plain(line, today) && line.billing_account_number.as_str() == BAN;
        for (n, line) in self.take(random.usize(..16), own).into_iter().enumerate() {
            let number = line.subscriber_number;
            let row = provision(&number, &format!("10.20.0.{}", 11 + n));
            self.add(Asked::OfLine(LedgerKind::Ip, number), row);
        }
    }

    /// A number that nobody has, a SIM that somebody has, an address that AT&T does not give away.
    fn refused(&mut self, random: &mut fastrand::Rng) {
        if random.bool() {
            let number = SubscriberNumber::parse("2205550199").unwrap();
            let row = row("suspend", &[("number", number.as_str()), ("reason", "CR")]);
            self.add(Asked::OfLine(LedgerKind::Status, number), row);
        }
        if random.bool() {
            for line in self.take(1, is_plain) {
                let row = activation(&line.sim, 999);
                self.add(Asked::Activate(line.sim), row);
            }
        }
        if random.bool() {
            let own =
                |line: &LineView, today| is_plain(line, today) && line.billing_account_number.as_str() == BAN;
            for line in self.take(1, own) {
                let number = line.subscriber_number;
                let row = provision(&number, "10.99.0.11");
                self.add(Asked::OfLine(LedgerKind::Ip, number), row);
            }
        }
    }
}

fn new_sim(n: u32) -> Iccid {
    Iccid::from_payload(format!("890199{:012}", 700_000 + n)).unwrap()
}

fn activation(sim: &Iccid, n: u32) -> String {
    let imei = Imei::from_payload(format!("00101000{:06}", 700_000 + n)).unwrap();
    let cells = [("sim", sim.as_str()), ("imei", imei.as_str()), ("plan", "APXPLAN01")];
    row("activate", &[&PERSON[..], &cells].concat())
}

fn provision(number: &SubscriberNumber, ip: &str) -> String {
    let cells = [
        ("number", number.as_str()),
        ("ban", BAN),
        ("pdp", "PDP-EXAMPLE"),
        ("ip", ip),
        ("apn", "apn.example"),
    ];
    row("provision-ip", &cells)
}

/// Active, and nothing bars it from any change.
fn is_plain(line: &LineView, _: Date) -> bool {
    line.status == "A"
        && line.imei == line.network_imei
        && line.contract_end.is_none()
        && line.eid.is_none()
        && line.offering_codes.is_empty()
        && line.ip_address.is_none()
}

/// Cancelled, and well inside the time in which it can be restored.
fn is_restorable(line: &LineView, today: Date) -> bool {
    line.status == "C" && line.status_effective_date.is_some_and(|since| since.days_until(today) < 55)
}
