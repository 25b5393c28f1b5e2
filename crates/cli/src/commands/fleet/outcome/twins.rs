//! Rows that say the same as another one, of this job or of an earlier one: what came of that is what came of them.

use std::collections::BTreeMap;

use apex_mobility::fleet::journal::{ItemId, JobInfo, Tally};
use apex_mobility::fleet::results::{ResultsError, Verdict};
use apex_mobility::fleet::{Journal, State};

use crate::commands::fleet::journal::failure;
use crate::commands::fleet::shown::rows;
use crate::failure::Failure;
use crate::printer::Printer;

/// Other jobs that are named; the results have all.
const TOLD: usize = 3;

/// What came of the rows of a job that say the same as another one.
#[derive(Debug, Default)]
pub(in crate::commands::fleet) struct Twins {
    /// How many came to what.
    pub(super) verdicts: Vec<(Verdict, u64)>,
    /// Those of which nothing was sent here: the other row is of a job at another server.
    elsewhere: u64,
    /// The jobs of the others that are not at their end, and how many rows wait for each.
    open: Vec<(String, u64)>,
}

impl Twins {
    /// Of a job as it stands.
    pub(in crate::commands::fleet) async fn of(
        journal: &Journal,
        job: &JobInfo,
        tally: &Tally,
    ) -> Result<Self, Failure> {
        let mut twins = Self::default();
        if tally.of(State::Duplicate) == 0 {
            return Ok(twins);
        }
        let mut open = BTreeMap::<_, u64>::new();
        let seen = journal.results(job, |item, row| {
            if item.state != State::Duplicate {
                return Ok(());
            }
            twins.count(row.verdict);
            let is_open = match row.verdict {
                Verdict::Pending | Verdict::ActionRequired | Verdict::Unknown => true,
                Verdict::NotSent => !row.next_step.is_empty(),
                Verdict::Done | Verdict::Rejected | Verdict::Failed | Verdict::NotApplied => false,
            };
            if let Some(other) = item.twin.map(ItemId::job).filter(|other| is_open && *other != job.number) {
                *open.entry(other).or_default() += 1;
            }
            Ok(())
        });
        seen.await.map_err(|error| match error {
            ResultsError::Journal(error) => failure(&error),
            other => Failure::local(other.to_string()),
        })?;
        for (number, count) in open {
            let other = journal.job_numbered(number).await.map_err(|error| failure(&error))?;
            if other.server == job.server {
                twins.open.push((other.id, count));
            } else {
                twins.elsewhere += count;
            }
        }
        Ok(twins)
    }

    fn count(&mut self, verdict: Verdict) {
        match self.verdicts.iter_mut().find(|(known, _)| *known == verdict) {
            Some((_, count)) => *count += 1,
            None => self.verdicts.push((verdict, 1)),
        }
    }

    /// ` (2 done, 1 not sent)`; nothing where there are none.
    pub(super) fn words(&self) -> String {
        let words =
            |(verdict, count): &(Verdict, u64)| format!("{count} {}", verdict.as_str().replace('_', " "));
        let said: Vec<_> = self.verdicts.iter().map(words).collect();
        if said.is_empty() { String::new() } else { format!(" ({})", said.join(", ")) }
    }

    /// Says which are not at an end, and why.
    pub(super) fn tell(&self, job: &JobInfo, printer: &Printer) {
        if self.elsewhere > 0 {
            printer.warning(&format!(
                "nothing was sent to {} for {}: another job of this journal asked the same of another server; give each \
                 server a journal of its own with --journal",
                job.server,
                rows(self.elsewhere)
            ));
        }
        for (id, count) in self.open.iter().take(TOLD) {
            printer.note(&format!(
                "{} of job {id} too, and not at an end; go on: apex fleet resume {id}",
                rows(*count)
            ));
        }
        if self.open.len() > TOLD {
            printer.note("and of more jobs, see the results");
        }
    }
}
