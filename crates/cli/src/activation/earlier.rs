//! What an earlier run has done already: running the same command again goes on, and sends nothing twice.

use std::collections::HashMap;

use serde::Deserialize;

use super::results::{ResultRow, Verdict};

/// Rows of an earlier file of results, by SIM.
#[derive(Debug, Default)]
pub(crate) struct Earlier {
    by_sim: HashMap<String, EarlierRow>,
}

/// What an earlier run says of a row.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct EarlierRow {
    sim: String,
    verdict: Verdict,
    #[serde(default)]
    subscriber_number: Option<String>,
    #[serde(default)]
    request_id: Option<String>,
}

impl Earlier {
    /// Reads what stands in the results file. What is not ours says nothing.
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let mut reader = csv::Reader::from_reader(bytes);
        let rows = reader.deserialize::<EarlierRow>().filter_map(Result::ok);
        let done = rows.filter(|row| !matches!(row.verdict, Verdict::Rejected | Verdict::NotSent));
        Self { by_sim: done.map(|row| (row.sim.clone(), row)).collect() }
    }

    /// Whether every row that matters is among these.
    pub(crate) fn is_within(&self, rows: &[ResultRow]) -> bool {
        let sims: std::collections::HashSet<_> = rows.iter().map(|row| row.sim.as_str()).collect();
        self.by_sim.keys().all(|sim| sims.contains(sim.as_str()))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.by_sim.is_empty()
    }

    /// Takes over what is known of a row. True when it must not be sent again.
    pub(crate) fn take_over(&self, result: &mut ResultRow) -> bool {
        let Some(row) = self.by_sim.get(&result.sim) else { return false };
        result.subscriber_number.clone_from(&row.subscriber_number);
        result.request_id.clone_from(&row.request_id);
        match row.verdict {
            Verdict::Activated => {
                result.settle(Verdict::Activated, Some("activated by an earlier run".to_owned()), None);
            }
            Verdict::Pending if row.request_id.is_some() => result.settle(
                Verdict::Pending,
                Some("submitted by an earlier run".to_owned()),
                Some("run the same command again".to_owned()),
            ),
            _ => result.settle(
                Verdict::Unknown,
                Some("an earlier run sent it, and what came of it is not known".to_owned()),
                Some(super::job::look_by_sim(&result.sim)),
            ),
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "row,sim,imei,verdict,subscriber_number,request_id,reason,next_step\n\
        2,A,1,activated,2145550101,req-1,,\n\
        3,B,2,rejected,,req-1,no,\n\
        4,C,3,not_sent,,,no,\n\
        5,D,4,pending,,req-2,,\n\
        6,E,5,unknown,,,,\n";

    fn result(sim: &str) -> ResultRow {
        ResultRow {
            row: 2,
            sim: sim.to_owned(),
            imei: String::new(),
            verdict: Verdict::NotSent,
            subscriber_number: None,
            request_id: None,
            reason: None,
            next_step: None,
            differs: false,
        }
    }

    #[test]
    fn what_was_sent_and_not_refused_is_not_sent_again() {
        let earlier = Earlier::read(FILE.as_bytes());
        let table = [
            ("A", true, Verdict::Activated),
            ("B", false, Verdict::NotSent),
            ("C", false, Verdict::NotSent),
            ("D", true, Verdict::Pending),
            ("E", true, Verdict::Unknown),
            ("F", false, Verdict::NotSent),
        ];
        for (sim, taken, verdict) in table {
            let mut result = result(sim);
            assert_eq!(earlier.take_over(&mut result), taken, "{sim}");
            assert_eq!(result.verdict, verdict, "{sim}");
        }
    }

    #[test]
    fn another_kind_of_file_says_nothing() {
        for bytes in [&b""[..], b"name,age\nx,1\n", b"\xFF\xFE\x00", b"row,sim,verdict\n2,A,perhaps\n"] {
            assert!(Earlier::read(bytes).is_empty());
        }
    }
}
