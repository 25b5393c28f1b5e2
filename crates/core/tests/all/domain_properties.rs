//! What holds for every value of the domain types, not for chosen ones.

use apex_mobility_core::domain::{
    AccessPointName, AccountName, BillingAccountNumber, Date, DeviceReasonCode, Eid, EmailAddress,
    FoundationAccountNumber, Iccid, Imei, LineNumber, NpaNxx, OfferingCode, PhoneNumber, ReasonCode,
    SingleUserCode, State, StaticIp, SubscriberNumber, ZipCode,
};
use proptest::prelude::*;

/// Text near enough to an identifier to get past the first checks.
fn near_identifiers() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[0-9 .()+F-]{0,36}",
        "[+]?1?[2-9][0-8][0-9][2-9][0-9]{2}[0-9]{4}",
        "[0-9]{4,33}",
        "[a-zA-Z0-9_.-]{0,70}",
        "[a-z.]{0,5}@{0,2}[a-z. ]{0,8}",
        "[0-9]{4}-[0-9]{2}-[0-9]{2}Z?",
        "[0-9]{1,3}[.][0-9]{1,3}[.][0-9]{1,3}[.][0-9]{1,3}",
        "[0-9]([.,][0-9]+)?[eE][+-]?[0-9]+",
    ]
}

/// Parsing never panics, and what it accepts is in normal form: it parses to itself, and survives JSON.
macro_rules! normal_form {
    ($($test:ident: $type:ty),* $(,)?) => {
        proptest! {
            $(
                #[test]
                fn $test(text in near_identifiers()) {
                    match <$type>::parse(&text) {
                        Ok(value) => {
                            prop_assert_eq!(&<$type>::parse(value.as_str()).unwrap(), &value);
                            prop_assert!(value.is_valid());
                            let json = serde_json::to_string(&value).unwrap();
                            prop_assert_eq!(&serde_json::from_str::<$type>(&json).unwrap(), &value);
                        }
                        Err(error) => {
                            prop_assert!(!error.to_string().is_empty());
                            prop_assert!(<$type>::parse(error.example()).is_ok(), "example of {}", error);
                        }
                    }
                    let kept = <$type>::unchecked(text.clone());
                    prop_assert_eq!(kept.as_str(), &text);
                    let _ = kept.is_valid();
                }
            )*
        }
    };
}

normal_form! {
    subscriber_number: SubscriberNumber, npa_nxx: NpaNxx, line_number: LineNumber, imei: Imei, iccid: Iccid,
    eid: Eid, foundation_account_number: FoundationAccountNumber, billing_account_number: BillingAccountNumber,
    zip_code: ZipCode, state: State, plan_code: SingleUserCode, feature_code: OfferingCode,
    reason_code: ReasonCode, device_reason_code: DeviceReasonCode, access_point_name: AccessPointName,
    static_ip: StaticIp, account_name: AccountName, phone_number: PhoneNumber, email_address: EmailAddress,
}

/// `text` with the digit at `place` made another one.
fn corrupted(text: &str, place: usize, by: u8) -> String {
    let change = |(at, c): (usize, char)| match c.to_digit(10) {
        Some(digit) if at == place => char::from_digit((digit + u32::from(by)) % 10, 10).unwrap_or(c),
        _ => c,
    };
    text.chars().enumerate().map(change).collect()
}

proptest! {
    #[test]
    fn every_wrong_digit_of_an_imei_is_caught(payload in "[0-9]{14}", place in 0_usize..15, by in 1_u8..10) {
        let imei = Imei::from_payload(payload).unwrap();
        prop_assert!(imei.is_valid());
        prop_assert!(Imei::parse(corrupted(imei.as_str(), place, by)).is_err());
    }

    #[test]
    fn every_wrong_digit_of_an_iccid_is_caught(payload in "89[0-9]{16,17}", place in 0_usize..20, by in 1_u8..10) {
        let iccid = Iccid::from_payload(payload).unwrap();
        prop_assert!(iccid.is_valid());
        let place = place % iccid.as_str().len();
        prop_assert!(Iccid::parse(corrupted(iccid.as_str(), place, by)).is_err());
    }

    #[test]
    fn every_wrong_digit_of_an_eid_is_caught(payload in "[0-9]{30}", place in 0_usize..32, by in 1_u8..10) {
        let eid = Eid::from_payload(payload).unwrap();
        prop_assert!(eid.is_valid());
        prop_assert!(Eid::parse(corrupted(eid.as_str(), place, by)).is_err());
    }

    #[test]
    fn a_lost_leading_zero_is_never_filled_in(payload in "0[0-9]{13}") {
        let imei = Imei::from_payload(payload).unwrap();
        prop_assert!(Imei::parse(imei.as_str().trim_start_matches('0')).is_err());
    }

    #[test]
    fn reading_a_date_never_panics(text in near_identifiers()) {
        if let Ok(date) = Date::parse(&text) {
            prop_assert_eq!(Date::parse(date.to_string()).unwrap(), date);
        }
    }

    #[test]
    fn counting_days_there_and_back_ends_where_it_began(days in -700_000_i32..2_900_000) {
        let start = Date::parse("2026-01-19").unwrap();
        if let Some(other) = start.checked_add_days(days) {
            prop_assert_eq!(start.days_until(other), i64::from(days));
            prop_assert_eq!(other.checked_add_days(-days), Some(start));
        }
    }

    #[test]
    fn every_day_from_any_year_month_and_day_is_real_or_refused(y in any::<i16>(), m in any::<i8>(), d in any::<i8>()) {
        if let Ok(date) = Date::new(y, m, d) {
            prop_assert_eq!((date.year(), date.month(), date.day()), (y, m, d));
        }
    }
}
