//! A request of many lines: never empty, never over AT&T's limit, nothing in it twice.

use std::collections::HashMap;
use std::fmt;

use serde::{Serialize, Serializer};

/// Between 1 and `MAX` items without a duplicate. Contract 5, confirmed: 200 activations, 10 PDP lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch<T, const MAX: usize>(Vec<T>);

/// What may stand in a [`Batch`].
pub trait BatchItem {
    /// Calls `see` with the name and the value of each thing that may stand only once in a batch, for
    /// example `see("ICCID", self.iccid.as_str())`.
    fn distinct(&self, see: &mut dyn FnMut(&'static str, &str));
}

/// Why items do not make a [`Batch`]. Positions count from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum BatchError {
    /// There is no item.
    Empty,
    /// There are more items than one request may hold.
    TooMany {
        /// How many there are.
        len: usize,
        /// How many one request may hold.
        max: usize,
    },
    /// Two items share what may stand only once.
    Duplicate {
        /// The name of what they share, for example `ICCID`.
        what: &'static str,
        /// The position of the first of them.
        first: usize,
        /// The position of the second of them.
        second: usize,
    },
}

impl<T, const MAX: usize> Batch<T, MAX> {
    /// How many items one batch may hold.
    pub const MAX: usize = MAX;

    /// The items, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.0.iter()
    }

    /// The items, in order.
    pub fn as_slice(&self) -> &[T] {
        &self.0
    }

    /// How many items there are, at least 1.
    #[expect(clippy::len_without_is_empty, reason = "a batch is never empty")]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The items, for another use.
    pub fn into_vec(self) -> Vec<T> {
        self.0
    }
}

impl<T: BatchItem, const MAX: usize> Batch<T, MAX> {
    /// Any number of items as full batches and a last one that may be smaller, in order.
    ///
    /// # Errors
    /// [`BatchError::Empty`], or [`BatchError::Duplicate`] also for two items of different batches.
    pub fn split(items: Vec<T>) -> Result<Vec<Self>, BatchError> {
        check_distinct(&items)?;
        let mut batches = Vec::with_capacity(items.len().div_ceil(MAX.max(1)));
        let mut rest = items.into_iter().peekable();
        while rest.peek().is_some() {
            batches.push(Self(rest.by_ref().take(MAX.max(1)).collect()));
        }
        if batches.is_empty() { Err(BatchError::Empty) } else { Ok(batches) }
    }
}

impl<T: BatchItem, const MAX: usize> TryFrom<Vec<T>> for Batch<T, MAX> {
    type Error = BatchError;

    fn try_from(items: Vec<T>) -> Result<Self, BatchError> {
        if items.is_empty() {
            return Err(BatchError::Empty);
        }
        if items.len() > MAX {
            return Err(BatchError::TooMany { len: items.len(), max: MAX });
        }
        check_distinct(&items)?;
        Ok(Self(items))
    }
}

fn check_distinct<T: BatchItem>(items: &[T]) -> Result<(), BatchError> {
    let mut seen: HashMap<(&'static str, String), usize> = HashMap::with_capacity(items.len() * 2);
    let mut duplicate = None;
    for (second, item) in items.iter().enumerate() {
        item.distinct(&mut |what, value| {
            let first = *seen.entry((what, value.to_owned())).or_insert(second);
            // An item may name one value twice, such as an address that is also a fallback.
            if first != second && duplicate.is_none() {
                duplicate = Some(BatchError::Duplicate { what, first, second });
            }
        });
        if let Some(error) = duplicate {
            return Err(error);
        }
    }
    Ok(())
}

impl<T, const MAX: usize> IntoIterator for Batch<T, MAX> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, T, const MAX: usize> IntoIterator for &'a Batch<T, MAX> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<T: Serialize, const MAX: usize> Serialize for Batch<T, MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl fmt::Display for BatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("a batch needs at least one item"),
            Self::TooMany { len, max } => {
                write!(f, "a batch holds at most {max} items and {len} were given: split it")
            }
            Self::Duplicate { what, first, second } => {
                write!(f, "items {} and {} of the batch have the same {what}", first + 1, second + 1)
            }
        }
    }
}

impl std::error::Error for BatchError {}
