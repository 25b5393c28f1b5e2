//! Goes through the inventory, then through the rest of the list.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use apex_mobility_core::Error;
use apex_mobility_core::catalog::Class;
use apex_mobility_core::finding::Shown;
use apex_mobility_core::wire::LineStatus;
use futures_util::stream::{self, StreamExt};
use serde::Serialize;

use super::judge::{Bucket, Difference, judge, list_is_enough};
use super::list::{Listed, Snapshot};
use crate::field::Field;
use crate::input::{InputProblem, RowRead};
use crate::line::{Desired, ReadOnly};
use crate::plan::{READS, key_of};

/// contract 4.2: for about a minute a new line may not be found yet.
const SECOND_LOOK: Duration = Duration::from_mins(2);

/// How to go about it.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Reads every line directly, also those of which the list shows all that the inventory says, and the same.
    /// Otherwise such a line agrees as of the list's own time.
    pub read_all: bool,
    /// After which time a line that AT&T seems not to know is looked for once more.
    pub second_look: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { read_all: false, second_look: SECOND_LOOK }
    }
}

/// What was found of one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The row of the inventory; nothing for a line that it does not have.
    pub row: Option<u64>,
    /// The line, as it was named.
    pub number: String,
    /// What is otherwise; empty where nothing is.
    pub differences: Vec<Difference>,
    /// The row of a file to plan from that makes AT&T's record what the inventory says. Empty where no write does.
    pub plan: Vec<(String, String)>,
}

/// What came of the whole.
#[derive(Debug, Default)]
pub struct Reconciliation {
    /// When AT&T made the list, in AT&T's words.
    pub refreshed: Option<String>,
    /// The list was made anew while it was read.
    pub moved: bool,
    /// Lines and rows, by where they belong; a line with several differences counts in each bucket once.
    pub buckets: BTreeMap<Bucket, u64>,
}

/// Why a comparison ends early.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReconcileError {
    /// The inventory cannot be read on.
    #[error(transparent)]
    Input(#[from] InputProblem),
    /// The list, or any line, cannot be read.
    #[error("AT&T's records cannot be read: {0}")]
    NoAccess(#[source] Box<Error>),
    /// What was found cannot be written.
    #[error("what was found cannot be written: {0}")]
    Output(#[from] std::io::Error),
}

/// A row that is to be judged.
struct Asked {
    ours: Desired,
    listed: Option<Listed>,
}

/// Compares an inventory with AT&T's records and tells each line once: the rows in their order, then rows that AT&T
/// seemed not to know, then lines that the inventory does not have.
///
/// Held in memory: 16 bytes per line of the list, 8 bytes and a table's slack per row, the reads under way, and the
/// rows that AT&T seems not to know, until they have been looked for again.
///
/// # Errors
/// When inventory or records cannot be read on, or `tell` fails.
pub async fn reconcile<I>(
    reads: &ReadOnly,
    inventory: I,
    options: Options,
    mut tell: impl FnMut(Finding) -> std::io::Result<()>,
) -> Result<Reconciliation, ReconcileError>
where
    I: Iterator<Item = Result<RowRead, InputProblem>>,
{
    let list = Snapshot::read(reads).await.map_err(|error| ReconcileError::NoAccess(Box::new(error)))?;
    let mut result =
        Reconciliation { refreshed: list.refreshed.clone(), moved: list.moved, buckets: BTreeMap::new() };
    let mut known = HashSet::new();
    let mut missing = Vec::new();
    {
        let rows = inventory.map(|read| Ok(asked(&read?, &mut known, &list)));
        let mut looked = stream::iter(rows)
            .map(|asked| async move {
                match asked {
                    Ok(Ok(asked)) => look(reads, asked, options).await,
                    Ok(Err(finding)) => Ok(Looked::Found(finding)),
                    Err(problem) => Err(ReconcileError::Input(problem)),
                }
            })
            .buffered(READS);
        while let Some(looked) = looked.next().await {
            match looked? {
                Looked::Found(finding) => result.add(finding, &mut tell)?,
                Looked::Missing(asked) => missing.push(asked),
            }
        }
    }
    if !missing.is_empty() {
        reads.clock().sleep(options.second_look).await;
    }
    let mut again = stream::iter(missing).map(|asked| look(reads, asked, options)).buffered(READS);
    while let Some(looked) = again.next().await {
        let finding = match looked? {
            Looked::Found(finding) => finding,
            Looked::Missing(asked) => {
                let differences = judge(&asked.ours, asked.listed, &Shown::Missing, reads.today());
                finding_of(&asked.ours, differences)
            }
        };
        result.add(finding, &mut tell)?;
    }
    // A list that shows cancelled lines after all tells of old ones: nobody misses them.
    let strangers = list.without(&known).filter(|line| line.status() != Some(LineStatus::Cancelled));
    let mut strangers = stream::iter(strangers).map(|line| stranger(reads, line)).buffered(READS);
    while let Some(finding) = strangers.next().await {
        result.add(finding?, &mut tell)?;
    }
    Ok(result)
}

impl Reconciliation {
    fn add(
        &mut self,
        finding: Finding,
        tell: &mut impl FnMut(Finding) -> std::io::Result<()>,
    ) -> Result<(), ReconcileError> {
        if finding.differences.is_empty() {
            *self.buckets.entry(Bucket::Agree).or_default() += 1;
        }
        let buckets: std::collections::BTreeSet<_> =
            finding.differences.iter().map(|difference| difference.bucket).collect();
        for bucket in buckets {
            *self.buckets.entry(bucket).or_default() += 1;
        }
        Ok(tell(finding)?)
    }
}

impl Asked {
    /// A line that neither the list nor a read shows, and that is to be there.
    fn may_be_new(&self) -> bool {
        self.listed.is_none() && self.ours.status != Some(LineStatus::Cancelled)
    }
}

enum Looked {
    Found(Finding),
    /// AT&T seems not to know it, which a new line does for a minute.
    Missing(Box<Asked>),
}

fn asked(read: &RowRead, known: &mut HashSet<u64>, list: &Snapshot) -> Result<Box<Asked>, Finding> {
    let refuse = |why: String| Finding {
        row: Some(read.row.number),
        number: read.row.get(Field::Number).unwrap_or_default().to_owned(),
        differences: vec![Difference::of(Bucket::Unread, why)],
        plan: Vec::new(),
    };
    let key = read.row.get(Field::Number).and_then(key_of);
    // Also a row that cannot be used makes its line known.
    let is_first = key.is_none_or(|key| known.insert(key));
    if !is_first {
        return Err(refuse("an earlier row is about the same line".to_owned()));
    }
    let ours = if read.problems.is_empty() { Desired::read(&read.row) } else { Err(read.problems.clone()) };
    match ours {
        Ok(ours) => Ok(Box::new(Asked { ours, listed: key.and_then(|key| list.find(key)) })),
        Err(problems) => Err(refuse(problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))),
    }
}

async fn look(reads: &ReadOnly, asked: Box<Asked>, options: Options) -> Result<Looked, ReconcileError> {
    let is_enough = asked.listed.is_some_and(|listed| list_is_enough(&asked.ours, listed));
    if is_enough && !options.read_all {
        return Ok(Looked::Found(finding_of(&asked.ours, Vec::new())));
    }
    match reads.line(&asked.ours.number).await {
        Ok(Shown::Missing | Shown::Moved) if asked.may_be_new() => Ok(Looked::Missing(asked)),
        Ok(live) => {
            let differences = judge(&asked.ours, asked.listed, &live, reads.today());
            Ok(Looked::Found(finding_of(&asked.ours, differences)))
        }
        Err(error) => {
            let unread = unread(error)?;
            Ok(Looked::Found(finding_of(&asked.ours, vec![unread])))
        }
    }
}

/// A line of the list that the inventory does not have, held to a direct read.
async fn stranger(reads: &ReadOnly, line: Listed) -> Result<Finding, ReconcileError> {
    let number = line.number();
    let difference = match reads.line(&number).await {
        Ok(Shown::There(live)) if live.status != Some(LineStatus::Cancelled) => {
            let account = live.billing_account.as_ref().map(|account| format!("ban {account}"));
            let known = live.status.as_ref().map(ToString::to_string).into_iter().chain(account);
            let theirs = Some(known.collect::<Vec<_>>().join(", ")).filter(|known| !known.is_empty());
            Difference { theirs, ..Difference::of(Bucket::UnknownToUs, Field::Number.as_str()) }
        }
        Ok(_) => Difference::of(Bucket::TooFresh, "the list shows it, and it is given up since"),
        Err(error) => unread(error)?,
    };
    Ok(Finding { row: None, number: number.to_string(), differences: vec![difference], plan: Vec::new() })
}

fn unread(error: Error) -> Result<Difference, ReconcileError> {
    if error.class() == Class::Auth {
        return Err(ReconcileError::NoAccess(Box::new(error)));
    }
    Ok(Difference::of(Bucket::Unread, format!("it could not be read: {error}")))
}

fn finding_of(ours: &Desired, differences: Vec<Difference>) -> Finding {
    let writable = |difference: &Difference| {
        !matches!(difference.bucket, Bucket::TooFresh | Bucket::UnknownToAtt | Bucket::Unread)
    };
    let fields: Vec<_> = differences
        .iter()
        .filter(|difference| writable(difference))
        .filter_map(|difference| Field::named(&difference.what))
        .collect();
    let plan = ours.cells(&fields);
    let plan = if plan.iter().any(|(field, _)| fields.contains(field)) { plan } else { Vec::new() };
    let plan = plan.into_iter().map(|(field, value)| (field.to_string(), value)).collect();
    Finding { row: Some(ours.row), number: ours.number.to_string(), differences, plan }
}
