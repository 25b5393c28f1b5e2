//! Which variants touch which writes: their answer, their rule, or the reads that settle them.

use apex_mobility_sandbox::Variants;

use super::writes::{Api, Write};

type Touches = fn(&Write) -> bool;

/// All flags of contract 7.
const TABLE: [(&str, Touches); 23] = [
    // No write is answered from the list, and none is settled by it: it is a snapshot.
    ("list_filters", nothing),
    ("list_gaps", nothing),
    ("list_duplicates", nothing),
    ("success_code", everything),
    ("business_error", everything),
    ("status_spelling", reads_lines),
    ("restore_mode", |write| write.api == Api::Status),
    ("duplicate_activation", |write| write.api == Api::Activation),
    ("reserved_number", |write| write.api == Api::Activation),
    ("activation_port_number", |write| write.api == Api::Activation),
    ("port_cancel_after_cf", |write| write.api == Api::Port),
    ("port_dn", |write| write.api == Api::Port),
    ("line_search", reads_lines),
    ("cancelled_details", reads_lines),
    ("tobr_in_term", |write| write.api == Api::Transfer),
    ("device_with_plan", |write| write.api == Api::Device),
    ("pdp_style", |write| write.api == Api::Pdp),
    ("pdp_lookup", |write| write.api == Api::Pdp),
    ("pdp_bad_line", |write| write.api == Api::Pdp),
    ("future_dates", |write| write.is_dated),
    ("date_style", reads_lines),
    ("throttle_style", everything),
    ("trace_headers", everything),
];

fn nothing(_: &Write) -> bool {
    false
}

fn everything(_: &Write) -> bool {
    true
}

fn reads_lines(write: &Write) -> bool {
    !matches!(write.api, Api::Port | Api::Billing)
}

/// Whether the flag touches the write.
pub(super) fn touches(flag: &str, write: &Write) -> bool {
    TABLE.iter().any(|(known, touches)| *known == flag && touches(write))
}

/// All alternatives of all flags that touch the write.
pub(super) fn alternatives(write: &Write) -> impl Iterator<Item = (&'static str, &'static str)> {
    let touching = Variants::choices().into_iter().filter(|(flag, _)| touches(flag, write));
    // The first value is the default.
    touching.flat_map(|(flag, values)| values[1..].iter().map(move |value| (flag, *value)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::writes;

    #[test]
    fn every_flag_is_in_the_table() {
        let known: Vec<_> = TABLE.iter().map(|(flag, _)| *flag).collect();
        let all: Vec<_> = Variants::choices().into_iter().map(|(flag, _)| flag).collect();
        assert_eq!(known, all);
    }

    #[test]
    fn every_flag_but_those_of_the_list_touches_a_write() {
        for (flag, _) in Variants::choices() {
            let touched = writes::all().any(|write| touches(flag, write));
            assert_eq!(touched, !flag.starts_with("list_"), "{flag}");
        }
    }
}
