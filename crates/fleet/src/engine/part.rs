//! What of a job one hand carries through.

use crate::journal::{ItemId, JobNumber};

/// Rows of a job that stand together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) job: JobNumber,
    /// Behind this one; none from the first on.
    pub(crate) after: Option<ItemId>,
    /// Up to this one, itself included.
    pub(crate) until: ItemId,
}

impl Span {
    /// All rows.
    pub(crate) const fn whole(job: JobNumber) -> Self {
        Self { job, after: None, until: ItemId::at(job, u32::MAX) }
    }

    /// The rows at these places of the input, from 1.
    #[cfg(feature = "postgres")]
    pub(crate) const fn places(job: JobNumber, first: u32, last: u32) -> Self {
        Self { job, after: Some(ItemId::at(job, first.saturating_sub(1))), until: ItemId::at(job, last) }
    }

    /// The rest of it, behind an item.
    pub(crate) fn behind(self, item: Option<ItemId>) -> Self {
        Self { after: item.max(self.after), ..self }
    }
}

/// What of a job one hand carries through, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) span: Span,
    /// Whether to send what may be sent.
    pub(crate) sends: bool,
    /// Whether other hands can be at work on these rows. Then a row that is about to be sent is left to the one that
    /// sends it, until the moment by which it must have left.
    pub(crate) others: bool,
    /// Whether somebody has asked for one more look at what stayed unknown, is overdue or could not be read.
    pub(crate) asked_again: bool,
}

impl Part {
    /// The whole job, begun or gone on with by a person.
    pub(crate) const fn whole(job: JobNumber, others: bool) -> Self {
        Self { span: Span::whole(job), sends: true, others, asked_again: true }
    }
}
