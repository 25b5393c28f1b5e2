//! Carries a plan through, wave by wave, from wherever it is.

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::time::Duration;

use apex_mobility::fleet::input::RowRead;
use apex_mobility::fleet::journal::{JobInfo, JobSpec, JobState};
use apex_mobility::fleet::line::ReadOnly;
use apex_mobility::fleet::plan::apply::{ApplyError, check};
use apex_mobility::fleet::plan::{Drafted, PlanError, PlanFileError, wave};
use apex_mobility::fleet::preflight::Report;
use apex_mobility::fleet::results::ResultsError;
use apex_mobility::fleet::{Ended, Journal, State};
use futures_util::{Stream, StreamExt};
use secrecy::ExposeSecret;

use super::looked::Looked;
use super::outcome::Applied;
use super::plan_file::{OpenPlan, unusable};
use crate::commands::fleet::carry::{drive, tally};
use crate::commands::fleet::journal::failure;
use crate::commands::fleet::settings::{Settings, WaveOf};
use crate::commands::fleet::shown::{lines, rows};
use crate::commands::fleet::{preflight, results};
use crate::connection::Connected;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupt::asked_to_end;
use crate::printer::Printer;
use crate::write::ConfirmArgs;

/// A plan being applied.
pub(in crate::commands::fleet) struct Applying<'a> {
    pub(super) plan: &'a OpenPlan,
    pub(super) journal: &'a Journal,
    pub(super) connected: &'a Connected,
    pub(super) settings: Settings,
    /// What its jobs are begun with, but for their labels and settings.
    pub(super) spec: JobSpec,
    pub(super) printer: &'a Printer,
}

impl Applying<'_> {
    /// Carries the plan through. Asks before the first wave, where it takes something away.
    pub(super) async fn run(&self, confirm: Option<&ConfirmArgs>) -> Result<Exit, Failure> {
        let clock = self.connected.client.clock();
        let began = clock.monotonic();
        let mut jobs = self.begun().await?;
        let mut budget = self.settings.clone();
        let waves = usize::try_from(self.plan.plan.summary.waves).unwrap_or(usize::MAX);
        let mut ended = Ended::Finished;
        if waves == 0 && self.plan.plan.summary.refused == 0 {
            self.printer.note("nothing to change: every line that was planned is as it is wanted");
        }
        for wave in 0..waves {
            if let Some(timeout) = self.settings.timeout {
                let left = timeout.saturating_sub(clock.monotonic().saturating_sub(began));
                budget.timeout = Some(left.max(Duration::from_millis(1)));
            }
            if jobs.len() <= wave {
                let begun = match (wave.checked_sub(1).and_then(|before| jobs.get(before)), confirm) {
                    (Some(before), _) => self.unless_stopped(Box::pin(self.next_wave(before, wave))).await?,
                    (None, confirm) => self.unless_stopped(Box::pin(self.first_wave(confirm))).await?,
                };
                match begun {
                    Begun::Job(job) => jobs.push(job),
                    Begun::NoLine => break,
                    Begun::Stopped => {
                        ended = Ended::Stopped;
                        break;
                    }
                    Begun::NothingReady(exit) => return Ok(exit),
                }
            }
            let Some(job) = jobs.get(wave) else { break };
            ended = self.carry(job, wave, waves, &mut budget).await?;
            let pending = tally(self.journal, job).await?.count(State::is_under_way);
            // What AT&T works on is not done, and its line's next step waits for it.
            if ended != Ended::Finished || (pending > 0 && !self.settings.waits()) {
                break;
            }
        }
        self.finish(&jobs, &ended).await
    }

    /// One wave, if anything of it is still to be done.
    async fn carry(
        &self,
        job: &JobInfo,
        wave: usize,
        waves: usize,
        budget: &mut Settings,
    ) -> Result<Ended, Failure> {
        let before = tally(self.journal, job).await?;
        let open = before.count(State::is_open_question);
        let may_end_otherwise = |state: State| !state.is_final() || state == State::StillUnknown;
        if job.state == JobState::Finished && before.count(may_end_otherwise) == 0 {
            return Ok(Ended::Finished);
        }
        if open > 0 {
            let open = rows(open);
            self.printer
                .note(&format!("{open} may have been sent, with no answer noted: settled by reading"));
        }
        let to_send = before.count(State::may_be_sent);
        self.printer.note(&format!(
            "wave {} of {waves}, job {}: {} to send",
            wave + 1,
            job.id,
            rows(to_send)
        ));
        let ended = drive(self.journal, job, self.connected, budget, self.printer).await?;
        let after = tally(self.journal, job).await?;
        if let Some(left) = &mut budget.orders.max_changes {
            *left = left.saturating_sub(to_send.saturating_sub(after.count(State::may_be_sent)));
        }
        Ok(ended)
    }

    /// The waves that were begun, in their order.
    async fn begun(&self) -> Result<Vec<JobInfo>, Failure> {
        let mut jobs = self.jobs().await?;
        if let Some((wave, draft)) = jobs.iter().find(|(_, job)| job.state == JobState::Draft) {
            return Err(Failure::usage(
                format!(
                    "job {} is a draft of wave {} of this plan: another process may be at it",
                    draft.id,
                    wave + 1
                ),
                format!("wait for it; if that process is dead: apex fleet discard {}", draft.id),
            ));
        }
        jobs.sort_by_key(|(wave, job)| (*wave, job.created));
        jobs.dedup_by_key(|(wave, _)| *wave);
        Ok(jobs
            .into_iter()
            .enumerate()
            .take_while(|(place, (wave, _))| place == wave)
            .map(|(_, (_, job))| job)
            .collect())
    }

    /// All jobs of this plan, with their waves.
    async fn jobs(&self) -> Result<Vec<(usize, JobInfo)>, Failure> {
        let jobs = self.journal.jobs().await.map_err(|error| failure(&error))?;
        let of_plan = |job: JobInfo| {
            let of = Settings::kept(&job.options).plan?;
            (of.sha256 == self.plan.plan.sha256()).then_some((of.wave, job))
        };
        Ok(jobs.into_iter().filter_map(of_plan).collect())
    }

    async fn first_wave(&self, confirm: Option<&ConfirmArgs>) -> Result<Begun, Failure> {
        let reads = ReadOnly::new(&self.connected.client);
        let looked = RefCell::new(Looked::default());
        let progress = self.printer.progress(Some(self.plan.plan.summary.changing), "reading lines again");
        let mut read = 0;
        let checked = check(&reads, self.plan.lines()?).inspect(|checked| {
            if let Ok(checked) = checked {
                looked.borrow_mut().see(checked);
            }
            read += 1;
            progress.set(read);
        });
        let report = self.draft(0, wave::first(checked)).await?;
        drop(progress);
        let looked = looked.into_inner();
        looked.tell(self.printer);
        if report.good() == 0 {
            let exit = self.finish(std::slice::from_ref(&report.job), &Ended::Finished).await;
            self.discard(&report.job).await?;
            return exit.map(Begun::NothingReady);
        }
        if let Some(confirm) = confirm
            && let Err(declined) = self.ask(&looked, confirm)
        {
            self.discard(&report.job).await?;
            return Err(declined);
        }
        self.let_in(report).await
    }

    async fn next_wave(&self, before: &JobInfo, wave: usize) -> Result<Begun, Failure> {
        let dropped = Cell::new(0_u64);
        let drop_out = || dropped.set(dropped.get() + 1);
        let rows = wave::next(self.journal, before, wave, self.plan.lines()?, drop_out);
        let report = self.draft(wave, rows).await?;
        if dropped.get() > 0 {
            let lines = lines(dropped.get());
            self.printer.note(&format!("not done, so left out of the waves after this: {lines}"));
        }
        if report.rows == 0 {
            self.discard(&report.job).await?;
            return Ok(Begun::NoLine);
        }
        self.let_in(report).await
    }

    async fn draft(
        &self,
        wave: usize,
        rows: impl Stream<Item = Result<RowRead, ApplyError>>,
    ) -> Result<Report, Failure> {
        let mut settings = self.settings.clone();
        // A resume may be called from elsewhere.
        settings.results = settings.results.map(|path| std::path::absolute(&path).unwrap_or(path));
        settings.plan = Some(WaveOf {
            sha256: self.plan.plan.sha256().to_owned(),
            file: std::path::absolute(&self.plan.path).unwrap_or_else(|_| self.plan.path.clone()),
            wave,
        });
        let name = self.plan.name();
        let spec = JobSpec {
            label: format!("{name}, wave {} of {}", wave + 1, self.plan.plan.summary.waves),
            options: settings.to_json(),
            ..self.spec.clone()
        };
        let secret = self.connected.secret.expose_secret();
        let report = self.journal.draft_wave(spec, rows, secret).await;
        let report = report.map_err(|error| broken(self.plan, error))?;
        // Where a journal is shared, another process may have begun the same wave meanwhile.
        let is_another = |(of, job): &(usize, JobInfo)| *of == wave && job.number != report.job.number;
        if self.jobs().await?.iter().any(is_another) {
            self.discard(&report.job).await?;
            return Err(Failure::usage(
                "another process applies this plan",
                "wait for it to end, then apply again",
            ));
        }
        Ok(report)
    }

    async fn let_in(&self, report: Report) -> Result<Begun, Failure> {
        let twins = self.journal.let_in(&report.job).await.map_err(|error| failure(&error))?;
        if twins > 0 {
            self.printer.note(&format!(
                "the same as a row of an earlier job that is not at its end; not sent: {}",
                rows(twins)
            ));
        }
        Ok(Begun::Job(report.job))
    }

    async fn discard(&self, job: &JobInfo) -> Result<(), Failure> {
        self.journal.discard_draft(job.number).await.map_err(|error| failure(&error))
    }

    /// Whether it may be done, by somebody who has seen what it takes away.
    fn ask(&self, looked: &Looked, confirm: &ConfirmArgs) -> Result<(), Failure> {
        let taken = looked.destructive();
        let count: u64 = taken.iter().map(|(_, count)| count).sum();
        if count == 0 || !confirm.asks(self.printer)? {
            return Ok(());
        }
        let taken: Vec<_> = taken.iter().map(|(operation, count)| format!("{count} {operation}")).collect();
        self.printer.question(&format!(
            "this takes away what cannot simply be given back: {}\ntype the number of these steps to go on: ",
            taken.join(", ")
        ));
        if self.printer.answer().trim() == count.to_string() {
            return Ok(());
        }
        Err(Failure::declined().with_next(format!("run it again and type {count}")))
    }

    /// Work that leaves nothing behind when it is not let come to its end.
    async fn unless_stopped(
        &self,
        work: impl Future<Output = Result<Begun, Failure>>,
    ) -> Result<Begun, Failure> {
        tokio::select! {
            begun = work => begun,
            () = asked_to_end() => {
                self.printer.note("stopping: nothing more is sent");
                // Its work is over, and its draft in the way of the next apply.
                for (_, draft) in self.jobs().await?.iter().filter(|(_, job)| job.state == JobState::Draft) {
                    self.discard(draft).await?;
                }
                Ok(Begun::Stopped)
            }
        }
    }

    /// Writes the results, and says what there is and how to go on.
    async fn finish(&self, jobs: &[JobInfo], ended: &Ended) -> Result<Exit, Failure> {
        let (applied, written) = match &self.settings.results {
            Some(path) => match self.write(jobs, self.plan.lines()?, path).await {
                Ok(applied) => {
                    self.printer.note(&format!("results in {}", path.display()));
                    (applied, Ok(()))
                }
                Err(ApplyError::Results(ResultsError::Write(error))) => {
                    let what = format!("{} cannot be written: {error}", path.display());
                    let next =
                        format!("write them anew: apex fleet apply {} --results FILE", self.plan.name());
                    (self.count(jobs).await?, Err(results::told(what, next)))
                }
                Err(error) => return Err(broken(self.plan, error)),
            },
            None => (self.count(jobs).await?, Ok(())),
        };
        let killed = self.connected.client.pace().stopped;
        let exit = results::exit_of(applied.exit(ended, killed), written, self.printer);
        applied.tell(self.printer);
        crate::commands::fleet::outcome::tell_end(ended, self.printer);
        if *ended != Ended::Finished || applied.is_open() {
            self.printer.note(&format!("go on: apex fleet apply {}", self.plan.name()));
        }
        self.printer.record(&applied);
        Ok(exit)
    }

    /// What came of the lines so far, none yet seen.
    fn nothing_seen(&self, jobs: &[JobInfo]) -> Applied {
        let jobs = jobs.iter().map(|job| job.id.clone()).collect();
        Applied::begin(self.plan.name(), self.plan.plan.summary.same, jobs)
    }

    /// Writes what came of each line to a file, and counts it.
    async fn write(
        &self,
        jobs: &[JobInfo],
        plan: impl Iterator<Item = Result<Drafted, PlanFileError>>,
        path: &Path,
    ) -> Result<Applied, ApplyError> {
        let mut applied = self.nothing_seen(jobs);
        let see = |line: &_| applied.see(line);
        self.journal.write_line_results(jobs, plan, path, results::format_of(path), see).await?;
        Ok(applied)
    }

    /// Counts what came of each line.
    async fn count(&self, jobs: &[JobInfo]) -> Result<Applied, Failure> {
        let mut applied = self.nothing_seen(jobs);
        let see = |line| {
            applied.see(&line);
            Ok(())
        };
        let seen = self.journal.line_results(jobs, self.plan.lines()?, see).await;
        seen.map_err(|error| broken(self.plan, error))?;
        Ok(applied)
    }
}

/// What came of the beginning of a wave.
enum Begun {
    /// It can be carried out.
    Job(JobInfo),
    /// No line has a step in it.
    NoLine,
    /// No line is as it was planned, so nothing was sent at all.
    NothingReady(Exit),
    /// It was stopped before it began.
    Stopped,
}

/// Why an apply cannot go on.
pub(super) fn broken(plan: &OpenPlan, error: ApplyError) -> Failure {
    match error {
        ApplyError::File(error) => unusable(&plan.path, &error),
        ApplyError::Plan(PlanError::NoAccess(error)) => Failure::from(*error),
        ApplyError::Wave(error) => preflight::failure(error, &plan.name()),
        ApplyError::Results(error) => Failure::local(error.to_string())
            .with_changed("nothing by this; what was done stands in the journal")
            .with_next(format!("write them anew: apex fleet apply {} --results FILE", plan.name())),
        other => Failure::local(other.to_string()),
    }
}
