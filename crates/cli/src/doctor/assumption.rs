//! The assumptions of the contract that a read can show to hold or not.

use super::answer::Answers;
use super::finding::{Found, Judged};
use super::judge::{account, error, line, list, page, path, pdp, search};
use super::look::Asked;

/// One assumption: what the contract takes for granted, and what judges it.
pub(crate) struct Assumption {
    pub(crate) name: &'static str,
    /// What the contract assumes.
    pub(crate) expected: &'static str,
    /// The evidence for it: confirmed, likely or inferred.
    pub(crate) evidence: &'static str,
    judge: fn(&Answers) -> Judged,
}

impl Assumption {
    /// What the answers say about it.
    pub(crate) fn judge(&self, answers: &Answers) -> Found {
        (self.judge)(answers).unwrap_or_else(Found::untold)
    }
}

const fn assume(
    name: &'static str,
    expected: &'static str,
    evidence: &'static str,
    judge: fn(&Answers) -> Judged,
) -> Assumption {
    Assumption { name, expected, evidence, judge }
}

const C: &str = "confirmed";
const L: &str = "likely";
const I: &str = "inferred";

/// All that is looked at, in the order it is shown.
pub(crate) const ALL: &[Assumption] = &[
    assume("trace ids", "ignored", I, error::trace),
    assume("path of list.accounts", "is there", L, |a| path::known(a, &[Asked::FirstPage])),
    assume("path of line.get", "is there", C, |a| path::known(a, &[Asked::Line, Asked::UnknownLine])),
    assume("path of line.search", "is there", I, |a| {
        path::known(a, &[Asked::SearchSim, Asked::FoundSuspended, Asked::SearchUnknownSim])
    }),
    assume("path of activation.status", "is there", C, |a| path::known(a, &[Asked::UnknownActivation])),
    assume("path of port.item", "is there", I, |a| path::known(a, &[Asked::UnknownPort])),
    assume("path of billing.item", "is there", C, |a| {
        path::known(a, &[Asked::Account, Asked::UnknownAccount])
    }),
    assume("path of pdp.status", "is there", I, |a| {
        path::known(a, &[Asked::UnknownBatch, Asked::BatchesOfLine])
    }),
    assume("list: reply", "bare array of four members", L, list::reply),
    assume("list: page headers", "heeded", C, page::heeded),
    assume("list: page total", "header, counts pages", C, page::total),
    assume("list: refresh timestamp", "header, RFC 3339 UTC", I, page::refreshed),
    assume("list: largest page", "500 lines", I, page::largest),
    assume("list: filter by FAN", "header, heeded", I, |a| list::filter(a, Asked::FilterFan)),
    assume("list: filter by BAN", "header, heeded", I, |a| list::filter(a, Asked::FilterBan)),
    assume("list: filter by number", "header, heeded", I, |a| list::filter(a, Asked::FilterNumber)),
    assume("list: filter by status", "header, heeded", I, list::status_filter),
    assume("list: cancelled lines", "not listed", C, list::cancelled),
    assume("list: suspended lines", "all listed", L, list::suspended),
    assume("list: a number", "on one page", L, list::duplicates),
    assume("line: status", "word and letter", C, line::status),
    assume("line: spelling of cancelled", "Cancelled", I, line::cancelled_word),
    assume("line: dates", "YYYY-MM-DDZ", C, line::dates),
    assume("line: names", "as in the contract", C, line::names),
    assume("line: cancelled", "readable", C, line::cancelled),
    assume("search: by SIM", "header, finds the line", I, |a| search::finds(a, Asked::SearchSim)),
    assume("search: by IMEI", "header, finds the line", I, |a| search::finds(a, Asked::SearchImei)),
    assume("search: by status", "header, pages", I, search::by_status),
    assume("search: one match", "array", I, search::one),
    assume("search: no match", "[]", I, search::none),
    assume("account: FAN", "businessAccount.fan", C, account::fan),
    assume("pdp: names", "camelCase", L, pdp::names),
    assume("pdp: indicators", "Y or N", I, pdp::indicators),
    assume("unknown line", "404 or other error, with text", C, |a| error::unknown(a, Asked::UnknownLine)),
    assume("unknown activation", "404 with text", I, |a| error::unknown(a, Asked::UnknownActivation)),
    assume("unknown port", "404 `does not exist`", L, error::unknown_port),
    assume("unknown account", "error, or no FAN", C, account::unknown),
    assume("unknown PDP batch", "element without batchId", C, pdp::unknown),
];
