//! Contract 4.7.

use apex_mobility::domain::{BillingAccountNumber, Date, Eid, SingleUserCode, VoicemailPin};
use apex_mobility::line_configuration::DeviceUpdate;
use apex_mobility_sandbox::LineView;

use super::{Exercise, Failure, Stage, holds};
use crate::target::{address, imei, person, sim};

pub(super) const ALL: &[Exercise] = &[
    Exercise {
        operation: "line.configure/device",
        depends_on: &[
            ("headers", &["content_type"]),
            (
                "characteristics",
                &["reasonCode", "serviceZipCode", "technologyType", "IMEI", "sim", "eid", "singleUserCode"],
            ),
        ],
        run: |stage| Box::pin(update_device(stage)),
    },
    Exercise {
        operation: "line.configure/transfer",
        depends_on: &[
            ("headers", &["content_type"]),
            ("dates", &["request"]),
            ("characteristics", &["singleUserCode"]),
        ],
        run: |stage| Box::pin(transfer(stage)),
    },
    Exercise {
        operation: "line.configure/subscriber",
        depends_on: &[("headers", &["content_type"])],
        run: |stage| Box::pin(update_subscriber(stage)),
    },
    Exercise {
        operation: "line.configure/voicemail",
        depends_on: &[
            ("headers", &["content_type"]),
            ("characteristics", &["voicemailReset", "voicemailPin"]),
        ],
        run: |stage| Box::pin(reset_voicemail(stage)),
    },
    Exercise {
        operation: "line.configure/ota",
        depends_on: &[("headers", &["content_type"]), ("characteristics", &["otaResend", "sim"])],
        run: |stage| Box::pin(resend_ota(stage)),
    },
];

/// A line whose plan nothing binds, and another plan that fits it.
fn free_line(stage: &Stage) -> (LineView, SingleUserCode) {
    let line = stage.line(|line| {
        let generic = line.imei.as_str().starts_with("00101000");
        line.status == "A" && line.eid.is_none() && generic && line.single_user_code.as_str() == "APXPLAN01"
    });
    (line, SingleUserCode::parse("APXPLAN03").unwrap())
}

async fn update_device(stage: Stage) -> Result<(), Failure> {
    let (line, plan) = free_line(&stage);
    let eid = Eid::parse("89001000000000000000000000000177").unwrap();
    let device = DeviceUpdate::new(imei(1), line.service_zip_code).sim(sim(1)).eid(eid.clone());
    let call = stage.apex.line_configuration();
    call.update_device(line.subscriber_number.clone(), device.plan(plan.clone())).send().await?;
    let after = stage.sandbox.line(&line.subscriber_number).unwrap();
    holds("the device is on record", after.imei == imei(1))?;
    holds("the SIM is on record", after.sim == sim(1))?;
    holds("the eSIM is on record", after.eid == Some(eid))?;
    holds("the plan has changed", after.single_user_code == plan)
}

async fn transfer(stage: Stage) -> Result<(), Failure> {
    let (line, plan) = free_line(&stage);
    let account = |text| BillingAccountNumber::parse(text).unwrap();
    let first = account("000000000001");
    let to = if line.billing_account_number == first { account("000000000002") } else { first };
    let today = Date::from_system_time(stage.sandbox.now());
    let call = stage.apex.line_configuration().transfer(line.subscriber_number.clone(), to.clone());
    call.plan(plan.clone()).effective_date(today).send().await?;
    let after = stage.sandbox.line(&line.subscriber_number).unwrap();
    holds("the other account pays", after.billing_account_number == to)?;
    holds("the plan has changed", after.single_user_code == plan)
}

async fn update_subscriber(stage: Stage) -> Result<(), Failure> {
    let number = stage.plain_line().subscriber_number;
    let call = stage.apex.line_configuration().update_subscriber(number.clone());
    call.name(person()).address(address()).send().await?;
    let after = stage.sandbox.line(&number).unwrap();
    holds("the name has changed", after.contact_name == "Test User")?;
    holds("the place of use has changed", after.service_zip_code.as_str() == "75201")
}

async fn reset_voicemail(stage: Stage) -> Result<(), Failure> {
    let number = stage.plain_line().subscriber_number;
    let pin = VoicemailPin::parse("246810").unwrap();
    let line = stage.apex.line_configuration().reset_voicemail(number.clone()).pin(pin).send().await?;
    holds("the line answers", line.subscriber_number == Some(number))
}

async fn resend_ota(stage: Stage) -> Result<(), Failure> {
    let line = stage.plain_line();
    let call = stage.apex.line_configuration().resend_ota(line.subscriber_number, line.sim.clone());
    holds("the line answers", call.send().await?.iccid() == Some(line.sim))
}
