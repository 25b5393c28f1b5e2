//! What an earlier run has done already: running the same command again goes on, and sends nothing twice.

use std::collections::{HashMap, HashSet};

use apex_mobility::domain::{Eid, Iccid};
use serde::Deserialize;

use super::results::{ResultRow, Verdict};
use super::sheet::Sheet;
use crate::failure::Failure;

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
    ///
    /// What is ours and has been damaged is refused: a spreadsheet that saved it may have made `8.9E+19` of a
    /// SIM, and then nobody could tell that its row was sent.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Failure> {
        let mut reader = csv::Reader::from_reader(bytes);
        let is_ours = reader.headers().is_ok_and(|header| {
            ["row", "sim", "verdict", "request_id"]
                .iter()
                .all(|name| header.iter().any(|title| title == *name))
        });
        let mut by_sim = HashMap::new();
        if !is_ours {
            return Ok(Self { by_sim });
        }
        for row in reader.deserialize::<EarlierRow>() {
            let row = row.map_err(|error| damaged(&error.to_string()))?;
            if matches!(row.verdict, Verdict::Rejected | Verdict::NotSent) {
                continue;
            }
            if Iccid::parse(&row.sim).is_err() && Eid::parse(&row.sim).is_err() {
                return Err(damaged(&format!("{:?} is no SIM", row.sim)));
            }
            by_sim.insert(plain(&row.sim), row);
        }
        Ok(Self { by_sim })
    }

    /// Whether everything that it says of lines that were sent can be said of these rows.
    pub(crate) fn is_within(&self, rows: &[ResultRow]) -> bool {
        let sims: HashSet<_> = rows.iter().map(|row| plain(&row.sim)).collect();
        self.by_sim.keys().all(|sim| sims.contains(sim))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.by_sim.is_empty()
    }

    /// Takes over what is known of the rows. Gives the places of those that must not be sent again.
    ///
    /// A SIM that comes twice is one line: what is known of it goes to a row without fault, if there is one.
    pub(crate) fn take_over(&self, sheet: &Sheet, results: &mut [ResultRow]) -> HashSet<usize> {
        let mut done = HashSet::new();
        let mut taken = HashSet::new();
        for good in [true, false] {
            for (place, (result, row)) in results.iter_mut().zip(&sheet.rows).enumerate() {
                if row.line.is_ok() != good {
                    continue;
                }
                let sim = plain(&result.sim);
                if let Some(earlier) = self.by_sim.get(&sim)
                    && taken.insert(sim)
                {
                    earlier.say(result);
                    done.insert(place);
                }
            }
        }
        done
    }
}

impl EarlierRow {
    fn say(&self, result: &mut ResultRow) {
        result.subscriber_number.clone_from(&self.subscriber_number);
        result.request_id.clone_from(&self.request_id);
        match self.verdict {
            Verdict::Activated => {
                result.settle(Verdict::Activated, Some("activated by an earlier run".to_owned()), None);
            }
            Verdict::Pending if self.request_id.is_some() => result.settle(
                Verdict::Pending,
                Some("submitted by an earlier run".to_owned()),
                Some("run the same command again".to_owned()),
            ),
            _ => result.settle(
                Verdict::Unknown,
                Some("an earlier run sent it, and what came of it is not known".to_owned()),
                Some(super::verdict::look_by_sim(&result.sim)),
            ),
        }
    }
}

/// A SIM without what people put between its digits.
fn plain(sim: &str) -> String {
    sim.chars().filter(char::is_ascii_alphanumeric).collect()
}

fn damaged(what: &str) -> Failure {
    Failure::usage(
        format!("the results file holds results of an earlier run and has been changed since: {what}"),
        "put back the file as apex wrote it; with another results file, lines could be sent twice",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::results::results_of;

    const HEADER: &str = "row,sim,imei,verdict,subscriber_number,request_id,reason,next_step";
    const COLUMNS: &str = "sim,imei,plan,ban,first name,last name,street number,street name,city,state,zip";
    const REST: &str = "APXPLAN01,000000000001,Test,User,100,Example,Dallas,TX,75201";

    fn sim(n: u32) -> String {
        Iccid::from_payload(format!("8901000000000000{n:03}")).unwrap().to_string()
    }

    fn sheet(sims: &[String]) -> Sheet {
        let row = |(n, sim): (usize, &String)| {
            let imei = apex_mobility::domain::Imei::from_payload(format!("00101000{n:06}")).unwrap();
            format!("{sim},{imei},{REST}\n")
        };
        let rows: String = sims.iter().enumerate().map(row).collect();
        Sheet::read(format!("{COLUMNS}\n{rows}").as_bytes(), b',', &[]).unwrap()
    }

    #[test]
    fn what_was_sent_and_not_refused_is_not_sent_again() {
        let table = [
            ("activated,2145550101,req-1,,", true, Verdict::Activated),
            ("rejected,,req-1,no,", false, Verdict::NotSent),
            ("not_sent,,,no,", false, Verdict::NotSent),
            ("pending,,req-2,,", true, Verdict::Pending),
            ("pending,,,,", true, Verdict::Unknown),
            ("unknown,,,,", true, Verdict::Unknown),
        ];
        for (text, taken, verdict) in table {
            let earlier = Earlier::read(format!("{HEADER}\n2,{},1,{text}\n", sim(1)).as_bytes()).unwrap();
            let sheet = sheet(&[sim(1)]);
            let mut results = results_of(&sheet);
            assert_eq!(earlier.take_over(&sheet, &mut results).contains(&0), taken, "{text}");
            assert_eq!(results.first().unwrap().verdict, verdict, "{text}");
        }
    }

    #[test]
    fn a_sim_is_known_again_in_another_spelling() {
        let earlier = Earlier::read(format!("{HEADER}\n2,{},1,unknown,,,,\n", sim(1)).as_bytes()).unwrap();
        let spaced = format!("{} {}", &sim(1)[..4], &sim(1)[4..]);
        let sheet = sheet(&[spaced]);
        assert_eq!(earlier.take_over(&sheet, &mut results_of(&sheet)).len(), 1);
    }

    #[test]
    fn one_line_is_not_told_of_two_rows() {
        let earlier = Earlier::read(format!("{HEADER}\n2,{},1,activated,,,,\n", sim(1)).as_bytes()).unwrap();
        let sheet = sheet(&[sim(1), sim(1)]);
        let mut results = results_of(&sheet);
        earlier.take_over(&sheet, &mut results);
        assert_eq!(results.iter().filter(|row| row.verdict == Verdict::Activated).count(), 1);
    }

    #[test]
    fn results_that_a_spreadsheet_has_damaged_are_refused() {
        for row in ["2,8.9E+19,1,activated,,req-1,,", "2,,1,pending,,req-1,,", "2,x,1,perhaps,,,,"] {
            assert!(Earlier::read(format!("{HEADER}\n{row}\n").as_bytes()).is_err(), "{row}");
        }
    }

    #[test]
    fn rows_that_were_never_sent_may_hold_anything() {
        let file = format!("{HEADER}\n2,8.9E+19,1,not_sent,,,,\n");
        assert!(Earlier::read(file.as_bytes()).unwrap().is_empty());
    }

    #[test]
    fn another_kind_of_file_says_nothing() {
        for bytes in [&b""[..], b"name,age\nx,1\n", b"\xFF\xFE\x00"] {
            assert!(Earlier::read(bytes).unwrap().is_empty());
        }
    }
}
