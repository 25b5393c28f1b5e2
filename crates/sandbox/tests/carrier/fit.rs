//! The sandbox refuses what its tables say does not fit, and nothing else: whoever looked at the same tables
//! before is told the same.

use apex_mobility_core::domain::{Imei, OfferingCode, SingleUserCode};
use apex_mobility_equipment::{Combination, Verdict};
use apex_mobility_sandbox::{Equipment, SimKind};
use serde_json::{Value, json};

use crate::caller::{ACTIVATION, characteristic, element, get, imei, post, sandbox, with};

const EID: &str = "89001000000000000000000000000177";

#[tokio::test]
async fn every_combination_is_activated_or_rejected_as_the_tables_say() {
    let tables = Equipment::builtin();
    let (mut elements, mut expected) = (Vec::new(), Vec::new());
    for device in tables.devices() {
        for plan in tables.plans() {
            for feature in
                tables.features().iter().filter(|feature| ["SOC1", "SOC4"].contains(&feature.code.as_str()))
            {
                for kind in [SimKind::Plastic, SimKind::Embedded] {
                    let n = elements.len() as u64 + 1;
                    let imei = imei(&device.tacs[0].to_string(), n);
                    let asked = Combination::new(Imei::parse(&imei).unwrap())
                        .sim(kind)
                        .plan(SingleUserCode::parse(&plan.code).unwrap())
                        .feature(OfferingCode::parse(&feature.code).unwrap());
                    let mut element = with(with(element(n), "IMEI", &imei), "singleUserCode", &plan.code);
                    element = with(element, "offeringCode1", &feature.code);
                    if kind == SimKind::Embedded {
                        element = with(element, "eid", EID);
                    }
                    elements.push(element);
                    expected.push(tables.check(&asked).verdict() == Verdict::Fits);
                }
            }
        }
    }
    assert!(expected.contains(&true) && expected.contains(&false));
    let sandbox = sandbox(1);
    for (at, elements) in elements.chunks(200).enumerate() {
        post(&sandbox, ACTIVATION, &json!(elements)).await;
        sandbox.advance(std::time::Duration::from_secs(600));
        let answer = get(&sandbox, &format!("{ACTIVATION}/req-{:04}", at + 1), &[]).await.json();
        for (element, expected) in elements.iter().zip(&expected[at * 200..]) {
            let sim = |element: &Value| characteristic(&element["service"], "sim").unwrap().to_owned();
            let found = answer.as_array().unwrap().iter().find(|found| sim(found) == sim(element)).unwrap();
            let active = found["service"]["status"] == "Active";
            assert_eq!(active, *expected, "{element} {}", found["service"]["error"]);
        }
    }
}
