//! Contract 4.6.

use super::{Exercise, Failure, Stage, holds};

pub(super) const ALL: &[Exercise] = &[Exercise {
    operation: "number.change",
    depends_on: &[("headers", &["content_type"])],
    run: |stage| Box::pin(change(stage)),
}];

async fn change(stage: Stage) -> Result<(), Failure> {
    let before = stage.line(|line| line.status == "A" && line.offering_codes.is_empty());
    let call = stage.apex.number_change().system_assigned(before.subscriber_number, before.service_zip_code);
    let changed = call.send().await?;
    let after = changed.new_number().and_then(|number| stage.sandbox.line(number));
    holds("the line has the new number", after.is_some_and(|after| after.sim == before.sim))
}
