//! What a job of the crash test asks for.

use apex_mobility::domain::{Iccid, Imei, SubscriberNumber};
use apex_mobility_sandbox::{LineView, Sandbox};

/// A row, by what the ledger knows it by.
#[derive(Debug, Clone)]
pub(crate) enum Asked {
    /// A line is suspended.
    Suspend(SubscriberNumber),
    /// A SIM is activated.
    Activate(Iccid),
    /// The line with this SIM changes its number.
    ChangeNumber(Iccid),
}

/// The rows of a job, and the file that holds them.
pub(crate) struct Rows {
    pub(crate) asked: Vec<Asked>,
    pub(crate) csv: String,
}

const HEADER: &str = "operation,number,reason,service zip,sim,imei,plan,ban,first name,last name,street number,\
                      street name,city,state,zip\n";

impl Rows {
    /// Suspends, activations in batches and changes of number, in any order.
    pub(crate) fn choose(sandbox: &Sandbox, random: &mut fastrand::Rng) -> Self {
        let usual = |line: &LineView| line.status == "A" && line.offering_codes.is_empty();
        let mut lines: Vec<LineView> = sandbox.lines().into_iter().filter(usual).collect();
        random.shuffle(&mut lines);
        let mut rows: Vec<(Asked, String)> = Vec::new();
        for line in lines.drain(..random.usize(5..25)) {
            let number = line.subscriber_number;
            let row = format!("suspend,{number},CR,,,,,,,,,,,,\n");
            rows.push((Asked::Suspend(number), row));
        }
        for line in lines.drain(..random.usize(2..9)) {
            let (number, zip, sim) = (line.subscriber_number, line.service_zip_code, line.sim);
            let row = format!("change-number,{number},,{zip},{sim},,,,,,,,,,\n");
            rows.push((Asked::ChangeNumber(sim), row));
        }
        for n in 0..random.u32(5..40) {
            let sim = Iccid::from_payload(format!("890199{:012}", 700_000 + n)).unwrap();
            let imei = Imei::from_payload(format!("00101000{:06}", 700_000 + n)).unwrap();
            let row = format!(
                "activate,,,,{sim},{imei},APXPLAN01,000000000001,Test,User,100,Example,Dallas,TX,75201\n"
            );
            rows.push((Asked::Activate(sim), row));
        }
        random.shuffle(&mut rows);
        let (asked, rows): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
        Self { asked, csv: HEADER.to_owned() + &rows.concat() }
    }
}
