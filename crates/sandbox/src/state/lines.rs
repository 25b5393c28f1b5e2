//! All lines, found by number, ICCID, IMEI and status.

use std::num::NonZeroU32;

use hashbrown::HashTable;

use super::id_set::IdSet;
use super::line::{EidId, Line, NameId, Status};
use crate::digits::{Chip, DeviceId, Number, Sim};

/// Place of a line in the table. Lines are never removed: a cancelled one stays readable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct LineId(pub(crate) u32);

#[derive(Default)]
pub(crate) struct Lines {
    table: Vec<Line>,
    by_number: HashTable<LineId>,
    by_sim: HashTable<LineId>,
    by_imei: HashTable<LineId>,
    by_status: [IdSet; 3],
    /// Where the network sees another device than the one on record.
    unlike: IdSet,
    names: Vec<Box<str>>,
    eids: Vec<Chip>,
}

impl Lines {
    /// Takes in a first population. One index after the other: that is twice as fast as line by line,
    /// as the processor waits for the memory of many lines at once.
    pub(crate) fn fill(&mut self, table: Vec<Line>) {
        self.table = table;
        let table = &self.table;
        self.by_number = index(table, |line| line.number.0);
        self.by_sim = index(table, |line| line.sim.word());
        self.by_imei = index(table, |line| line.imei.0);
        for (id, line) in (0_u32..).map(LineId).zip(table) {
            in_status_mut(&mut self.by_status, line.status).insert(id);
            if line.has_unlike_devices() {
                self.unlike.insert(id);
            }
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.table.len()
    }

    pub(crate) fn get(&self, id: LineId) -> Option<&Line> {
        self.table.get(id.0 as usize)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (LineId, &Line)> {
        (0_u32..).map(LineId).zip(&self.table)
    }

    /// The line that has the number now.
    pub(crate) fn by_number(&self, number: Number) -> Option<(LineId, &Line)> {
        let same = |id: &LineId| self.get(*id).is_some_and(|line| line.number == number);
        let id = *self.by_number.find(mix(number.0), same)?;
        Some((id, self.get(id)?))
    }

    /// The lines with the ICCID. One, but for the variant that activates twice.
    pub(crate) fn by_sim(&self, sim: Sim) -> impl Iterator<Item = (LineId, &Line)> {
        let found = self.by_sim.iter_hash(mix(sim.word()));
        found.filter_map(move |id| Some((*id, self.get(*id)?))).filter(move |(_, line)| line.sim == sim)
    }

    /// The lines whose device on record has the IMEI.
    pub(crate) fn by_imei(&self, imei: DeviceId) -> impl Iterator<Item = (LineId, &Line)> {
        let found = self.by_imei.iter_hash(mix(imei.0));
        found.filter_map(move |id| Some((*id, self.get(*id)?))).filter(move |(_, line)| line.imei == imei)
    }

    /// The lines in a status, in the order they came to be.
    pub(crate) fn in_status(&self, status: Status) -> &IdSet {
        let [active, suspended, cancelled] = &self.by_status;
        match status {
            Status::Active => active,
            Status::Suspended => suspended,
            Status::Cancelled => cancelled,
        }
    }

    /// The lines where the network sees another device than the one on record.
    pub(crate) fn with_unlike_devices(&self) -> impl Iterator<Item = (LineId, &Line)> {
        self.unlike.from(0).filter_map(|id| Some((id, self.get(id)?)))
    }

    /// Adds a line. `None` when the table is full: four billion lines.
    pub(crate) fn add(&mut self, line: Line) -> Option<LineId> {
        let id = LineId(u32::try_from(self.table.len()).ok()?);
        in_status_mut(&mut self.by_status, line.status).insert(id);
        if line.has_unlike_devices() {
            self.unlike.insert(id);
        }
        self.table.push(line);
        let table = &self.table;
        enter(&mut self.by_number, table, id, |l| l.number.0);
        enter(&mut self.by_sim, table, id, |l| l.sim.word());
        enter(&mut self.by_imei, table, id, |l| l.imei.0);
        Some(id)
    }

    /// Changes a line and keeps it findable.
    pub(crate) fn change(&mut self, id: LineId, change: impl FnOnce(&mut Line)) {
        let Some(line) = self.table.get_mut(id.0 as usize) else { return };
        let before = (line.number.0, line.sim.word(), line.imei.0, line.status);
        change(line);
        let after = (line.number.0, line.sim.word(), line.imei.0, line.status);
        if line.has_unlike_devices() {
            self.unlike.insert(id);
        } else {
            self.unlike.remove(id);
        }
        let table = &self.table;
        if before.0 != after.0 {
            leave(&mut self.by_number, before.0, id);
            enter(&mut self.by_number, table, id, |l| l.number.0);
        }
        if before.1 != after.1 {
            leave(&mut self.by_sim, before.1, id);
            enter(&mut self.by_sim, table, id, |l| l.sim.word());
        }
        if before.2 != after.2 {
            leave(&mut self.by_imei, before.2, id);
            enter(&mut self.by_imei, table, id, |l| l.imei.0);
        }
        if before.3 != after.3 {
            in_status_mut(&mut self.by_status, before.3).remove(id);
            in_status_mut(&mut self.by_status, after.3).insert(id);
        }
    }

    pub(crate) fn add_name(&mut self, name: &str) -> NameId {
        self.names.push(name.into());
        NameId(u32::try_from(self.names.len() - 1).unwrap_or(u32::MAX))
    }

    pub(crate) fn name(&self, id: NameId) -> &str {
        self.names.get(id.0 as usize).map_or("", |name| name)
    }

    pub(crate) fn add_eid(&mut self, eid: Chip) -> Option<EidId> {
        self.eids.push(eid);
        u32::try_from(self.eids.len()).ok().and_then(NonZeroU32::new).map(EidId)
    }

    pub(crate) fn eid(&self, id: EidId) -> Option<Chip> {
        self.eids.get(id.0.get() as usize - 1).copied()
    }
}

fn in_status_mut(sets: &mut [IdSet; 3], status: Status) -> &mut IdSet {
    let [active, suspended, cancelled] = sets;
    match status {
        Status::Active => active,
        Status::Suspended => suspended,
        Status::Cancelled => cancelled,
    }
}

fn index(table: &[Line], key: impl Fn(&Line) -> u64) -> HashTable<LineId> {
    let mut index = HashTable::with_capacity(table.len());
    for (id, line) in (0_u32..).map(LineId).zip(table) {
        // There is room for all: nothing is hashed again.
        index.insert_unique(mix(key(line)), id, |id| mix(table.get(id.0 as usize).map_or(0, &key)));
    }
    index
}

fn enter(index: &mut HashTable<LineId>, table: &[Line], id: LineId, key: impl Fn(&Line) -> u64) {
    let hash = |id: &LineId| mix(table.get(id.0 as usize).map_or(0, &key));
    index.insert_unique(hash(&id), id, hash);
}

fn leave(index: &mut HashTable<LineId>, key: u64, id: LineId) {
    if let Ok(entry) = index.find_entry(mix(key), |found| *found == id) {
        entry.remove();
    }
}

/// Spreads a key over 64 bits (the finalizer of MurmurHash3). The keys are the carrier's to give out, so
/// nobody gains from making them collide.
fn mix(mut key: u64) -> u64 {
    key ^= key >> 33;
    key = key.wrapping_mul(0xff51_afd7_ed55_8ccd);
    key ^= key >> 33;
    key = key.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    key ^ (key >> 33)
}
