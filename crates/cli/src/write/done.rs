//! The end of a write, as a record.

use std::borrow::Cow;

use apex_mobility::domain::{Date, SubscriberNumber};
use apex_mobility::wire::{Service, WireDate};
use serde::Serialize;

use crate::commands::Ended;
use crate::exit::Exit;
use crate::printer::{Cell, Column, Printer, Record, Tone};
use crate::tone;

/// What was done, as far as AT&T's answer tells. What is not known stays empty.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Done {
    done: Cow<'static, str>,
    subscriber_number: Option<String>,
    new_number: Option<String>,
    billing_account: Option<String>,
    status: Option<String>,
    plan: Option<String>,
    features: Option<Vec<String>>,
    imei: Option<String>,
    sim: Option<String>,
    effective_date: Option<String>,
    restorable_until: Option<String>,
    #[serde(skip)]
    without_detail: bool,
}

impl Done {
    /// In the past tense: `suspended`.
    pub(crate) fn new(done: &'static str) -> Self {
        Self { done: Cow::Borrowed(done), ..Self::default() }
    }

    /// A line that was changed, as the answer shows it.
    pub(crate) fn line(done: &'static str, number: &SubscriberNumber, answer: &Service) -> Self {
        let features: Vec<_> = answer.features().map(|feature| feature.code.to_string()).collect();
        let told = answer.subscriber_number.as_ref().filter(|told| !told.as_str().trim().is_empty());
        Self {
            subscriber_number: Some(told.unwrap_or(number).to_string()),
            billing_account: answer.billing_account().map(|account| account.to_string()),
            status: answer.status().map(|status| status.as_str().to_owned()),
            plan: answer.plan().map(|plan| plan.to_string()),
            features: (!features.is_empty()).then_some(features),
            imei: answer.imei().map(|imei| imei.to_string()),
            sim: answer.iccid().map(|sim| sim.to_string()),
            effective_date: answer.effective_date.as_ref().and_then(date),
            without_detail: *answer == Service::default(),
            ..Self::new(done)
        }
    }

    /// The number that the line had, and the one it has now.
    pub(crate) fn numbers(mut self, old: &SubscriberNumber, new: Option<&SubscriberNumber>) -> Self {
        self.subscriber_number = Some(old.to_string());
        self.new_number = new.map(ToString::to_string);
        self.without_detail = new.is_none();
        self
    }

    /// Until when a line that was cancelled can be restored.
    pub(crate) fn restorable_until(mut self, day: Date) -> Self {
        self.restorable_until = Some(day.to_string());
        self
    }

    /// The day that was asked for, which counts where the answer names none. What is to come is not done yet.
    pub(crate) fn asked_for(mut self, day: Option<Date>, today: Date) -> Self {
        if day.is_some_and(|day| day > today) {
            self.done = Cow::Owned(format!("scheduled: {}", self.done));
        }
        self.effective_date = self.effective_date.or_else(|| day.map(|day| day.to_string()));
        self
    }

    /// Prints it. `look` is the command that shows more; empty where there is none.
    pub(crate) fn tell(&self, printer: &Printer, look: &str) -> Ended {
        printer.record(self);
        if self.without_detail {
            let look = if look.is_empty() { String::new() } else { format!("; to see it: {look}") };
            printer.note(&format!("AT&T accepted it without detail{look}"));
        }
        Ok(Exit::Ok)
    }
}

/// AT&T also writes words for a date, such as `immediately`.
fn date(date: &WireDate) -> Option<String> {
    let text = date.as_date().map_or_else(|| date.as_str().trim().to_owned(), |day| day.to_string());
    (!text.is_empty()).then_some(text)
}

impl Record for Done {
    const COLUMNS: &'static [Column] = &[
        Column::new("done", "Done"),
        Column::new("subscriber_number", "Number"),
        Column::new("new_number", "New number"),
        Column::new("billing_account", "BAN"),
        Column::new("status", "Status"),
        Column::new("plan", "Plan"),
        Column::new("features", "Features"),
        Column::new("imei", "IMEI"),
        Column::new("sim", "SIM"),
        Column::new("effective_date", "Effective"),
        Column::new("restorable_until", "Restorable until"),
    ];

    fn cells(&self) -> Vec<Cell> {
        let text = |text: &Option<String>| Cell::optional(text.as_deref());
        vec![
            Cell::new(&*self.done).tone(Tone::Good),
            text(&self.subscriber_number),
            text(&self.new_number),
            text(&self.billing_account),
            text(&self.status).tone(tone::of_line(self.status.as_deref())),
            text(&self.plan),
            Cell::new(self.features.as_deref().unwrap_or_default().join("; ")),
            text(&self.imei),
            text(&self.sim),
            text(&self.effective_date),
            text(&self.restorable_until),
        ]
    }
}
