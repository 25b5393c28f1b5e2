//! The static addresses that the lines of a PDP can be given.

use std::collections::{HashMap, HashSet};
use std::net::Ipv4Addr;

use jiff::Timestamp;

/// Every seed has these: one large enough for any test, one that runs short.
const POOLS: [(&str, Ipv4Addr, u32); 2] =
    [("PDP-EXAMPLE", Ipv4Addr::new(10, 20, 0, 11), 240), ("PDP-SMALL", Ipv4Addr::new(10, 21, 0, 11), 4)];

/// Place of a pool in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PoolId(usize);

pub(crate) struct AddressPools(Vec<AddressPool>);

/// The addresses of one PDP: so many, from the first on.
pub(crate) struct AddressPool {
    pub(crate) name: &'static str,
    first: Ipv4Addr,
    size: u32,
    taken: HashSet<Ipv4Addr>,
    /// Kept for whoever looked them up, and until when.
    held: HashMap<Ipv4Addr, Timestamp>,
}

impl Default for AddressPools {
    fn default() -> Self {
        let pool = |(name, first, size)| AddressPool {
            name,
            first,
            size,
            taken: HashSet::new(),
            held: HashMap::new(),
        };
        Self(POOLS.map(pool).into())
    }
}

impl AddressPools {
    /// The pool of the PDP with the name.
    pub(crate) fn find(&self, name: &str) -> Option<PoolId> {
        self.0.iter().position(|pool| pool.name == name).map(PoolId)
    }

    pub(crate) fn get(&self, id: PoolId) -> Option<&AddressPool> {
        self.0.get(id.0)
    }

    pub(crate) fn get_mut(&mut self, id: PoolId) -> Option<&mut AddressPool> {
        self.0.get_mut(id.0)
    }
}

impl AddressPool {
    /// The addresses that a look-up may name, in order.
    pub(crate) fn on_offer(&self, now: Timestamp) -> impl Iterator<Item = Ipv4Addr> {
        let all = (0..self.size).filter_map(|n| self.first.to_bits().checked_add(n)).map(Ipv4Addr::from_bits);
        all.filter(move |address| {
            let held = self.held.get(address).is_some_and(|until| now < *until);
            !held && !self.taken.contains(address)
        })
    }

    pub(crate) fn contains(&self, address: Ipv4Addr) -> bool {
        let place = address.to_bits().checked_sub(self.first.to_bits());
        place.is_some_and(|place| place < self.size)
    }

    /// Takes an address of the pool. False when a line has it.
    pub(crate) fn take(&mut self, address: Ipv4Addr) -> bool {
        self.held.remove(&address);
        self.taken.insert(address)
    }

    pub(crate) fn give_back(&mut self, address: Ipv4Addr) {
        self.taken.remove(&address);
    }

    pub(crate) fn hold(&mut self, address: Ipv4Addr, until: Timestamp) {
        self.held.insert(address, until);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(pools: &AddressPools, pool: PoolId, now: Timestamp) -> Vec<String> {
        pools.get(pool).unwrap().on_offer(now).map(|address| address.to_string()).collect()
    }

    #[test]
    fn an_address_is_offered_until_it_is_taken_and_again_when_it_came_back() {
        let mut pools = AddressPools::default();
        let id = pools.find("PDP-SMALL").unwrap();
        let address = Ipv4Addr::new(10, 21, 0, 11);
        let pool = pools.get_mut(id).unwrap();
        assert!(pool.take(address));
        assert!(!pool.take(address));
        assert_eq!(offered(&pools, id, Timestamp::UNIX_EPOCH), ["10.21.0.12", "10.21.0.13", "10.21.0.14"]);
        pools.get_mut(id).unwrap().give_back(address);
        assert_eq!(offered(&pools, id, Timestamp::UNIX_EPOCH).len(), 4);
    }

    #[test]
    fn an_address_that_is_held_can_be_taken_and_is_not_offered_until_its_time_is_over() {
        let mut pools = AddressPools::default();
        let id = pools.find("PDP-SMALL").unwrap();
        let until = Timestamp::from_second(60).unwrap();
        let pool = pools.get_mut(id).unwrap();
        pool.hold(Ipv4Addr::new(10, 21, 0, 11), until);
        pool.hold(Ipv4Addr::new(10, 21, 0, 12), until);
        assert!(pool.take(Ipv4Addr::new(10, 21, 0, 12)));
        assert_eq!(offered(&pools, id, Timestamp::from_second(59).unwrap()), ["10.21.0.13", "10.21.0.14"]);
        assert_eq!(offered(&pools, id, until), ["10.21.0.11", "10.21.0.13", "10.21.0.14"]);
    }

    #[test]
    fn a_pool_ends_where_its_size_says() {
        let pools = AddressPools::default();
        let pool = pools.get(pools.find("PDP-SMALL").unwrap()).unwrap();
        for (last, inside) in [(10, false), (11, true), (14, true), (15, false)] {
            assert_eq!(pool.contains(Ipv4Addr::new(10, 21, 0, last)), inside, "{last}");
        }
        let example = pools.get(pools.find("PDP-EXAMPLE").unwrap()).unwrap();
        assert!(example.on_offer(Timestamp::UNIX_EPOCH).count() >= 200);
    }
}
