//! Contract 4.9.

use apex_mobility::catalog::Class;
use apex_mobility::domain::SubscriberNumber;
use apex_mobility::wire::LineStatus;

use crate::Target;
use crate::target::{imei, sim};

/// A line shows what the carrier knows.
pub async fn a_line_shows_what_the_carrier_knows(target: Target) {
    let known = target.line(|line| line.status == "A" && !line.offering_codes.is_empty());
    let line = target.apex.line_details().get(known.subscriber_number.clone()).send().await.unwrap();
    assert_eq!(line.status(), Some(LineStatus::Active));
    assert!(line.status_conflict().is_none());
    assert_eq!(line.plan(), Some(known.single_user_code));
    assert_eq!(line.billing_account(), Some(known.billing_account_number));
    assert_eq!(line.iccid(), Some(known.sim));
    assert_eq!(line.imei(), Some(known.imei));
    assert_eq!(line.network_imei(), Some(known.network_imei));
    assert_eq!(line.service_zip(), Some(known.service_zip_code));
    assert_eq!(line.features().map(|feature| feature.code).collect::<Vec<_>>(), known.offering_codes);
    assert_eq!(line.subscriber_number, Some(known.subscriber_number));
}

/// Suspended and cancelled lines can be read by number.
pub async fn suspended_and_cancelled_lines_can_be_read(target: Target) {
    for (letter, status) in [("S", LineStatus::Suspended), ("C", LineStatus::Cancelled)] {
        let known = target.line(|line| line.status == letter);
        let line = target.apex.line_details().get(known.subscriber_number).send().await.unwrap();
        assert_eq!(line.status(), Some(status));
        assert!(line.status_date().is_some() && line.status_reason().is_some());
    }
}

/// An unknown number is a 404 of class not_found.
pub async fn an_unknown_number_is_not_found(target: Target) {
    let number = SubscriberNumber::parse("9735550199").unwrap();
    let error = target.apex.line_details().get(number).send().await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.class()), (404, Class::NotFound));
}

/// A search by SIM finds the line, or nothing.
pub async fn a_search_by_sim_finds_the_line_or_nothing(target: Target) {
    let known = target.line(|line| line.status == "A");
    let found = target.apex.line_details().search_by_sim(known.sim).send().await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].subscriber_number, Some(known.subscriber_number));
    assert!(target.apex.line_details().search_by_sim(sim(1)).send().await.unwrap().is_empty());
}

/// A search by IMEI goes by the device on the carrier's record.
pub async fn a_search_by_imei_goes_by_the_billed_device(target: Target) {
    let known = target.line(|line| line.status == "A");
    let found = target.apex.line_details().search_by_imei(known.imei.clone()).send().await.unwrap();
    assert!(found.iter().any(|line| line.subscriber_number.as_ref() == Some(&known.subscriber_number)));
    assert!(found.iter().all(|line| line.imei().as_ref() == Some(&known.imei)));
    assert!(target.apex.line_details().search_by_imei(imei(1)).send().await.unwrap().is_empty());
}

/// A search by status is paged and holds every line of the status, cancelled ones too.
pub async fn a_search_by_status_holds_every_line_of_it(target: Target) {
    for (letter, status) in
        [("A", LineStatus::Active), ("S", LineStatus::Suspended), ("C", LineStatus::Cancelled)]
    {
        let known = target.sandbox.lines().iter().filter(|line| line.status == letter).count();
        let mut items = target.apex.line_details().search_by_status(status.clone()).page_size(20).by_item();
        let mut found = 0;
        while let Some(line) = items.next().await {
            assert_eq!(line.unwrap().status(), Some(status.clone()));
            found += 1;
        }
        assert_eq!(found, known, "{letter}");
    }
}
