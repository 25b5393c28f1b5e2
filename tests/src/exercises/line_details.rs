//! Contract 4.9.

use std::collections::BTreeSet;

use apex_mobility::wire::{LineStatus, Service};
use apex_mobility_sandbox::LineView;

use super::{Exercise, Failure, Stage, holds};

pub(super) const ALL: &[Exercise] = &[
    Exercise {
        operation: "line.get",
        depends_on: &[("characteristics", SHOWN)],
        run: |stage| Box::pin(get(stage)),
    },
    Exercise {
        operation: "line.search",
        depends_on: &[("headers", &["search_sim", "search_imei"]), ("characteristics", &["sim", "BLIMEI"])],
        run: |stage| Box::pin(search(stage)),
    },
    Exercise {
        operation: "line.search",
        depends_on: &[
            ("headers", &["search_status", "current_page", "page_size", "page_total"]),
            ("characteristics", &["subscriberStatus"]),
        ],
        run: |stage| Box::pin(search_by_status(stage)),
    },
];

/// What a line can show from its first day on, in AT&T's order (contract 3).
const SHOWN: &[&str] = &[
    "subscriberStatus",
    "statusEffectiveDate",
    "statusReasonCode",
    "subscriberActivationDate",
    "singleUserCode",
    "singleUserCodeDescription",
    "serviceZipCode",
    "effectiveDate",
    "expirationDate",
    "billingAccountNumber",
    "nextBillCycleDate",
    "contactName",
    "sim",
    "BLIMEI",
    "BLIMEIType",
    "BLDeviceBrand",
    "BLDeviceModel",
    "BLDeviceTechnologyType",
    "NWIMEI",
    "NWIMEIType",
    "NWDeviceBrand",
    "NWDeviceModel",
    "osVersion",
    "osType",
    "imeiVersion",
    "offeringCode{n}",
    "offeringDescription{n}",
    "offeringEffectiveDate{n}",
    "eid",
];

/// No line shows everything: reads lines until all was seen.
async fn get(stage: Stage) -> Result<(), Failure> {
    let mut missing: BTreeSet<&str> = SHOWN.iter().copied().collect();
    let mut lines: Vec<LineView> = stage.sandbox.lines();
    lines.truncate(60);
    for line in lines {
        if missing.is_empty() {
            return Ok(());
        }
        let read = stage.apex.line_details().get(line.subscriber_number).send().await?;
        missing.retain(|name| read.value(&name.replace("{n}", "1")).is_none());
    }
    holds("every characteristic is seen on some line", missing.is_empty())
}

async fn search(stage: Stage) -> Result<(), Failure> {
    let line = stage.plain_line();
    let api = stage.apex.line_details();
    let is_it = |found: &[Service]| {
        found.len() == 1
            && found[0].iccid().as_ref() == Some(&line.sim)
            && found[0].imei().as_ref() == Some(&line.imei)
    };
    holds("the line is found by its SIM", is_it(&api.search_by_sim(line.sim.clone()).send().await?))?;
    holds("the line is found by its device", is_it(&api.search_by_imei(line.imei.clone()).send().await?))
}

async fn search_by_status(stage: Stage) -> Result<(), Failure> {
    let second = stage.stagehand.line_details().search_by_status(LineStatus::Active);
    let second = second.page_size(7).page(2).send().await.unwrap();
    let call = stage.apex.line_details().search_by_status(LineStatus::Active);
    let page = call.page_size(7).page(2).send().await?;
    holds("a page is as long as asked for", page.items.len() == 7)?;
    let numbers =
        |lines: &[Service]| -> Vec<_> { lines.iter().map(|l| l.subscriber_number.clone()).collect() };
    holds("the second page comes when asked for", numbers(&page.items) == numbers(&second.items))?;
    holds("the pages are counted", page.total_pages == second.total_pages)?;
    let letter = |line: &Service| line.value("subscriberStatus") == Some("A");
    holds("the lines are those of the status", page.items.iter().all(letter))
}
