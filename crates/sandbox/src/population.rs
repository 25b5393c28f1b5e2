//! A seeded population that looks like a real one.
//!
//! The same seed, number of lines and day give the same world, on every machine and in every release: the
//! generator is written out here.
//!
//! About 85 % of the lines are active, 10 % suspended, 5 % cancelled. ICCIDs lie in the block `890141...`,
//! IMEI serials begin at 100000, numbers are given out NPA by NPA ([`crate::state::NumberPool`]); everything
//! else is free for whoever activates lines. No line has a static address: all those of the PDPs `PDP-EXAMPLE`
//! (240) and `PDP-SMALL` (4) are free. BAN 000000000001 under FAN 00000001 always exists and is open; of the last
//! two BANs the first is closed and the second suspended, and neither has lines.

use apex_mobility_equipment::{Device, Equipment};
use jiff::Timestamp;

use crate::day::Day;
use crate::digits::{Chip, DeviceId, Fan, Sim};
use crate::places::{Places, three_digits};
use crate::rules::device_check;
use crate::state::{
    Account, AccountId, AccountStatus, Accounts, Activations, AddressPools, Contact, FormerNumbers,
    HeldFeature, Line, Lines, ListSnapshot, NumberPool, PdpBatches, Ports, PostalAddress, Reason, Schedule,
    Status, World,
};
use crate::variants::Variants;

/// The most lines a population has: what the places can number with room to spare.
pub(crate) const MOST_LINES: usize = 2_000_000;

const FIRST_NAMES: [&str; 16] = [
    "Alex", "Blair", "Casey", "Dana", "Ellis", "Frankie", "Gray", "Harper", "Indigo", "Jordan", "Kai",
    "Logan", "Morgan", "Noel", "Parker", "Quinn",
];
const LAST_NAMES: [&str; 16] = [
    "Example",
    "Sample",
    "Specimen",
    "Tester",
    "Placeholder",
    "Demo",
    "Fixture",
    "Mock",
    "Pattern",
    "Proof",
    "Draft",
    "Model",
    "Trial",
    "Outline",
    "Sketch",
    "Template",
];
const COMPANIES: [&str; 8] =
    ["Freight", "Transit", "Utilities", "Retail", "Health", "Farms", "Schools", "Security"];

/// A world with a population as of `now`.
pub(crate) fn populate(seed: u64, lines: usize, now: Timestamp, tables: (Equipment, Places)) -> World {
    let (equipment, places) = tables;
    let mut dice = Dice::new(seed);
    let seeded_lines = lines;
    let accounts = accounts(lines, &mut dice);
    let mut numbers = NumberPool::default();
    let lots = Lots::new(&equipment, &places);
    let lines =
        lines_of(lines.min(MOST_LINES), &accounts, &lots, &places, &mut numbers, Day::of(now), &mut dice);
    let mut world = World {
        seed,
        seeded_lines,
        now,
        list: ListSnapshot::new(&lines, now),
        equipment,
        places,
        accounts,
        lines,
        numbers,
        former_numbers: FormerNumbers::default(),
        activations: Activations::default(),
        ports: Ports::default(),
        pools: AddressPools::default(),
        pdp_batches: PdpBatches::default(),
        schedule: Schedule::default(),
        ledger: crate::ledger::Ledger::default(),
        variants: Variants::default(),
    };
    device_check::enter_next(&mut world);
    world
}

fn accounts(lines: usize, dice: &mut Dice) -> Accounts {
    let open = 6 + (lines / 500).min(2000);
    let mut accounts = Accounts::default();
    for at in 0..=open {
        let status = if at == open { AccountStatus::Closed } else { AccountStatus::Active };
        accounts.add(account(at, status, u8::try_from(1 + dice.below(28)).unwrap_or(1)));
    }
    accounts.add(account(open + 1, AccountStatus::Suspended, 1));
    accounts
}

fn account(at: usize, status: AccountStatus, bill_day: u8) -> Account {
    let of = |words: &[&'static str], at: usize| words.get(at % words.len()).copied().unwrap_or_default();
    let place = at + 1;
    Account {
        fan: Fan(u32::try_from(at / 3 + 1).unwrap_or(1)),
        name: format!("Example {} {place}", of(&COMPANIES, at)),
        status,
        bill_day,
        contact: Contact {
            first_name: of(&FIRST_NAMES, at).to_owned(),
            last_name: of(&LAST_NAMES, at / FIRST_NAMES.len()).to_owned(),
            attention_to: String::new(),
            phone_number: format!("21455501{:02}", at % 100),
            email: format!("account{place}@example.com"),
            address: PostalAddress {
                street_number: place.to_string(),
                street_direction: String::new(),
                street_name: "Example".to_owned(),
                street_type: String::new(),
                city: "Dallas".to_owned(),
                state: "TX".to_owned(),
                zip_code: "75201".to_owned(),
            },
        },
        passcode: None,
    }
}

fn lines_of(
    count: usize,
    accounts: &Accounts,
    lots: &Lots,
    places: &Places,
    numbers: &mut NumberPool,
    today: Day,
    dice: &mut Dice,
) -> Lines {
    let mut lines = Lines::default();
    let mut table = Vec::with_capacity(count);
    let names: Vec<_> = FIRST_NAMES
        .iter()
        .flat_map(|first| LAST_NAMES.iter().map(move |last| format!("{first} {last}")))
        .map(|name| lines.add_name(&name))
        .collect();
    let is_open = |account: &Account| account.status == AccountStatus::Active;
    let open = accounts.iter().filter(|(_, account)| is_open(account)).count() as u64;
    let mut serials = vec![FIRST_SERIAL; lots.kinds.len()];

    for serial in 0..count as u64 {
        let Some(&(zip, npa)) = lots.places.get(dice.below(lots.places.len() as u64) as usize) else { break };
        let Some(number) = numbers.next_in(places, npa) else { continue };
        let Some(device) = lots.devices.draw(dice) else { break };
        let Some(kind) = lots.kinds.get(device) else { break };
        let mut next_imei = || {
            let serial = serials.get_mut(device).map_or(0, |next| {
                *next += 1;
                *next
            });
            DeviceId::of(kind.tac, serial)
        };
        let imei = next_imei();
        let embedded = !kind.plastic || (kind.embedded && dice.below(4) == 0);
        let eid = if embedded { lines.add_eid(Chip::of_population(serial)) } else { None };
        let plans = if kind.fast { &lots.plans } else { &lots.slow_plans };
        let Some(plan) = plans.draw(dice) else { break };
        let activated = today.plus(-(dice.below(2500) as i32) - 1);
        let life = life(activated, today, dice);
        // contract 7: a DLC suspension comes from a device on record that the network does not see.
        let network_imei = if life.reason == Reason::read("DLC") { next_imei() } else { imei };
        let age = activated.until(today);
        let plan_from = activated.plus(dice.below(age.unsigned_abs().into()) as i32 / 2);
        // Every fourth line belongs to the first account: real accounts differ in size.
        let account = if dice.below(4) == 0 { 0 } else { dice.below(open) };
        let features = features(lots, kind.fast, activated, dice);
        table.push(Line {
            number,
            sim: Sim::of_population(serial),
            imei,
            network_imei,
            eid,
            account: AccountId(u32::try_from(account).unwrap_or(0)),
            zip,
            contact: *dice.one_of(&names).unwrap_or(&crate::state::NameId(0)),
            status: life.status,
            reason: life.reason,
            status_since: life.since,
            activated,
            plan,
            plan_from,
            plan_until: (dice.below(20) == 0).then(|| today.plus(30 + dice.below(300) as i32)),
            contract_end: (dice.below(5) < 3).then(|| activated.plus(730 + dice.below(366) as i32)),
            features,
            ready_at: 0,
            ip: None,
        });
    }
    lines.fill(table);
    lines
}

const FIRST_SERIAL: u64 = 99_999;

struct Life {
    status: Status,
    reason: Option<Reason>,
    since: Day,
}

fn life(activated: Day, today: Day, dice: &mut Dice) -> Life {
    let (status, reasons, days): (_, &[&str], _) = match dice.below(100) {
        0..85 => (Status::Active, &[], 0),
        85..95 => (Status::Suspended, &["CR", "CR", "CR", "NPG", "STLN", "DLC"], 90),
        _ => (Status::Cancelled, &["CAN", "CAN", "LOS", "DD"], 200),
    };
    let age = activated.until(today).unsigned_abs();
    let since = match status {
        // Most were never touched; some came back from a suspension.
        Status::Active if dice.below(10) > 0 => return Life { status, reason: None, since: activated },
        Status::Active => today.plus(-(dice.below(age.into()) as i32)),
        _ => today.plus(-(dice.below(u64::from(age.min(days))) as i32)),
    };
    let reason = dice.one_of(reasons).copied().unwrap_or("CR");
    Life { status, reason: Reason::read(reason), since }
}

fn features(lots: &Lots, fast: bool, activated: Day, dice: &mut Dice) -> Vec<HeldFeature> {
    let mut held = Vec::new();
    for feature in &lots.features {
        if dice.below(100) < feature.share && (fast || !feature.needs_5g) {
            held.push(HeldFeature { code: feature.code, from: activated, until: None });
        }
    }
    held
}

/// What a line is drawn from.
struct Lots {
    /// ZIP and NPA.
    places: Vec<(u32, u16)>,
    /// Places in `kinds`.
    devices: Urn<usize>,
    kinds: Vec<Kind>,
    plans: Urn<u16>,
    slow_plans: Urn<u16>,
    features: Vec<FeatureLot>,
}

struct Kind {
    tac: u32,
    fast: bool,
    plastic: bool,
    embedded: bool,
}

struct FeatureLot {
    code: u16,
    share: u64,
    needs_5g: bool,
}

impl Lots {
    fn new(equipment: &Equipment, places: &Places) -> Self {
        let served = places.all().iter().flat_map(|place| {
            let zip = place.zip.parse().unwrap_or(0);
            place.npas.iter().filter_map(move |npa| Some((zip, three_digits(npa)?)))
        });
        let kind = |device: &Device| Kind {
            tac: device.tacs.first().map_or(0, |tac| tac.first()),
            fast: device.is_5g(),
            plastic: device.plastic_sim,
            embedded: device.embedded_sim,
        };
        let plans = || (0_u16..).zip(equipment.plans());
        let features = (0_u16..).zip(equipment.features()).map(|(code, feature)| FeatureLot {
            code,
            share: feature.share.into(),
            needs_5g: feature.needs_5g,
        });
        // Tables of one's own may hold devices that no line could have.
        let usable =
            |device: &Device| !device.blocked && equipment.plans_for(device).any(|plan| plan.share > 0);
        Self {
            places: served.collect(),
            devices: Urn::new(
                equipment
                    .devices()
                    .iter()
                    .enumerate()
                    .filter(|(_, device)| usable(device))
                    .map(|(at, device)| (at, device.share)),
            ),
            kinds: equipment.devices().iter().map(kind).collect(),
            plans: Urn::new(plans().map(|(at, plan)| (at, plan.share))),
            slow_plans: Urn::new(
                plans().filter(|(_, plan)| !plan.needs_5g).map(|(at, plan)| (at, plan.share)),
            ),
            features: features.collect(),
        }
    }
}

/// Entries to draw from, each as often as its share.
struct Urn<T>(Vec<(u64, T)>);

impl<T: Copy> Urn<T> {
    fn new(entries: impl Iterator<Item = (T, u32)>) -> Self {
        let mut total = 0;
        Self(
            entries
                .map(|(entry, share)| {
                    total += u64::from(share);
                    (total, entry)
                })
                .collect(),
        )
    }

    /// Nothing if nothing has a share.
    fn draw(&self, dice: &mut Dice) -> Option<T> {
        let roll = dice.below(self.0.last().map_or(0, |(total, _)| *total));
        let at = self.0.partition_point(|(up_to, _)| *up_to <= roll);
        self.0.get(at).map(|(_, entry)| *entry)
    }
}

/// A generator of our own (SplitMix64), so that a seed means the same in every release.
#[derive(Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    /// A number from 0 up to but not including `limit`; 0 when `limit` is 0.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        u64::try_from((u128::from(self.roll()) * u128::from(limit)) >> 64).unwrap_or(0)
    }

    fn one_of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.get(usize::try_from(self.below(all.len() as u64)).unwrap_or(0))
    }

    /// An identifier in the form of a UUID.
    pub(crate) fn uuid(&mut self) -> String {
        let (high, low) = (self.roll(), self.roll());
        let (time, version) = (high >> 16, high & 0xfff);
        let (variant, node) = (0x8000 | (low >> 48 & 0x3fff), low & 0xffff_ffff_ffff);
        format!("{:08x}-{:04x}-4{version:03x}-{variant:04x}-{node:012x}", time >> 16, time & 0xffff)
    }

    /// True with the probability.
    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        // 53 bits are what a float holds exactly.
        ((self.roll() >> 11) as f64) < probability * (1_u64 << 53) as f64
    }

    /// Brings `items` into an order of chance.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = usize::try_from(self.below(last as u64 + 1)).unwrap_or(0);
            items.swap(last, other);
        }
    }
}
