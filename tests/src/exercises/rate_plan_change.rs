//! Contract 4.8.

use apex_mobility::domain::{OfferingCode, SingleUserCode};

use super::{Exercise, Failure, Stage, holds};

pub(super) const ALL: &[Exercise] = &[Exercise {
    operation: "plan.change",
    depends_on: &[
        ("headers", &["content_type"]),
        ("dates", &["request"]),
        ("characteristics", &["singleUserCode", "addOfferingCode", "removeOfferingCode"]),
    ],
    run: |stage| Box::pin(change(stage)),
}];

async fn change(stage: Stage) -> Result<(), Failure> {
    let soc = |code| OfferingCode::parse(code).unwrap();
    let to = SingleUserCode::parse("APXPLAN03").unwrap();
    let line = stage.line(|line| {
        let features = &line.offering_codes;
        let free = line.single_user_code.as_str() == "APXPLAN01";
        line.status == "A" && free && features.contains(&soc("SOC1")) && !features.contains(&soc("SOC2"))
    });
    let call = stage.apex.rate_plan_change().change(line.subscriber_number.clone());
    call.plan(to.clone()).add_feature(soc("SOC2")).remove_feature(soc("SOC1")).send().await?;
    let after = stage.sandbox.line(&line.subscriber_number).unwrap();
    holds("the plan has changed", after.single_user_code == to)?;
    holds("a feature has come", after.offering_codes.contains(&soc("SOC2")))?;
    holds("a feature has gone", !after.offering_codes.contains(&soc("SOC1")))
}
