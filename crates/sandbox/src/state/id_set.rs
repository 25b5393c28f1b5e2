//! A set of lines from which a page can be cut without walking all of them.

use super::lines::LineId;

/// One bit per line.
#[derive(Debug, Default)]
pub(crate) struct IdSet {
    words: Vec<u64>,
    len: usize,
}

impl IdSet {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn insert(&mut self, id: LineId) {
        let (at, bit) = place(id);
        if at >= self.words.len() {
            self.words.resize(at + 1, 0);
        }
        if let Some(word) = self.words.get_mut(at)
            && *word & bit == 0
        {
            *word |= bit;
            self.len += 1;
        }
    }

    pub(crate) fn remove(&mut self, id: LineId) {
        let (at, bit) = place(id);
        if let Some(word) = self.words.get_mut(at)
            && *word & bit != 0
        {
            *word &= !bit;
            self.len -= 1;
        }
    }

    /// The members from the one at `skip` on. Whole words are skipped by counting their bits.
    pub(crate) fn from(&self, skip: usize) -> impl Iterator<Item = LineId> {
        let mut left = skip;
        let mut at = 0;
        while let Some(word) = self.words.get(at) {
            let members = word.count_ones() as usize;
            if members > left {
                break;
            }
            left -= members;
            at += 1;
        }
        let words = (0_u32..).zip(&self.words).skip(at);
        words.flat_map(|(at, word)| members(at, *word)).skip(left)
    }
}

fn place(id: LineId) -> (usize, u64) {
    ((id.0 / 64) as usize, 1 << (id.0 % 64))
}

fn members(at: u32, mut word: u64) -> impl Iterator<Item = LineId> {
    std::iter::from_fn(move || {
        let bit = (word != 0).then(|| word.trailing_zeros())?;
        word &= word - 1;
        Some(LineId(at * 64 + bit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_come_in_order_from_any_place() {
        let mut set = IdSet::default();
        for id in [700, 3, 64, 3, 65] {
            set.insert(LineId(id));
        }
        set.remove(LineId(65));
        set.remove(LineId(5000));
        let from = |skip| set.from(skip).map(|id| id.0).collect::<Vec<_>>();
        assert_eq!(set.len(), 3);
        assert_eq!(from(0), [3, 64, 700]);
        assert_eq!(from(2), [700]);
        assert!(from(3).is_empty());
    }
}
