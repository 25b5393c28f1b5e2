//! Every row of the domain table (contract 5): what is accepted and as what, and what is refused and why.

use apex_mobility_core::domain::{
    AccessPointName, AccountName, BillingAccountNumber, DeviceReasonCode, Eid, EmailAddress, Fault,
    FoundationAccountNumber, Iccid, Imei, InvalidValue, LineNumber, LosingAccount, LosingPin, NpaNxx,
    OfferingCode, Passcode, PhoneNumber, ReasonCode, SingleUserCode, State, StaticIp, SubscriberNumber,
    VoicemailPin, ZipCode,
};

/// One row: `good` as given => normalized, `bad` as given => kind of mistake.
macro_rules! row {
    (
        $test:ident, $type:ty, $read:ident,
        good: { $($given:expr => $normal:expr),* $(,)? }
        bad: { $($bad:expr => $fault:ident),* $(,)? }
    ) => {
        #[test]
        fn $test() {
            for (given, normal) in [$(($given, $normal)),*] {
                let value = <$type>::parse(given).unwrap_or_else(|error| panic!("{error}"));
                assert_eq!(value.$read(), normal, "given {given:?}");
                assert!(value.is_valid(), "{normal:?} is valid");
            }
            for (given, fault) in [$(($bad, Fault::$fault)),*] {
                refused(&given, <$type>::parse(&given), fault);
            }
        }
    };
}

fn refused<T: std::fmt::Debug>(given: &dyn std::fmt::Debug, result: Result<T, InvalidValue>, fault: Fault) {
    match result {
        Err(error) => assert_eq!(error.fault(), fault, "given {given:?}: {error}"),
        Ok(value) => panic!("{given:?} was accepted as {value:?}"),
    }
}

row! {
    subscriber_number, SubscriberNumber, as_str,
    good: {
        "2145550101" => "2145550101",
        "+12145550101" => "2145550101",
        "12145550101" => "2145550101",
        "+1 (214) 555-0101" => "2145550101",
        "1-214-555-0101" => "2145550101",
        "214.555.0101" => "2145550101",
        "214555.0101" => "2145550101",
        "\u{a0}2145550101 " => "2145550101",
        "2895550101" => "2895550101",
        "9089990000" => "9089990000",
        "2125120000" => "2125120000",
    }
    bad: {
        "" => Empty,
        "   " => Empty,
        "()" => Length,
        "214555010" => Length,
        "21455501011" => Length,
        "112145550101" => Length,
        "2.145550101E+9" => ExponentForm,
        "2,145550101e9" => ExponentForm,
        "2145550101.0" => DecimalForm,
        "214555010X" => Character,
        "\u{662}145550101" => Character,
        "2145550101;" => Character,
        "1145550101" => Rule,
        "0145550101" => Rule,
        "2945550101" => Rule,
        "2115550101" => Rule,
        "9115550101" => Rule,
        "2140550101" => Rule,
        "2141550101" => Rule,
        "2142110101" => Rule,
        "2149110101" => Rule,
        "11145550101" => Rule,
        "+442145550101" => Rule,
        "+2145550101" => Rule,
    }
}

row! {
    npa_nxx, NpaNxx, as_str,
    good: { "214555" => "214555", "214-555" => "214555", "214 555" => "214555", " 214555" => "214555" }
    bad: {
        "" => Empty, "21455" => Length, "2145550" => Length, "214.555" => Character, "114555" => Rule,
        "294555" => Rule, "211555" => Rule, "214155" => Rule, "214411" => Rule, "2.14555E5" => ExponentForm,
    }
}

row! {
    line_number, LineNumber, as_str,
    good: { "0101" => "0101", "01 01" => "0101", "01-01" => "0101", "0000" => "0000", "9999" => "9999" }
    bad: { "" => Empty, "101" => LostLeadingZeros, "00101" => Length, "01O1" => Character, "1E3" => ExponentForm }
}

row! {
    imei, Imei, as_str,
    good: {
        "001010000000016" => "001010000000016",
        "00-101000-000001-6" => "001010000000016",
        "00 101000 000001 6" => "001010000000016",
        "00101000.000001.6" => "001010000000016",
        "00101000/000001/6" => "001010000000016",
        "001010000000024" => "001010000000024",
    }
    bad: {
        "" => Empty,
        "8.9E+18" => ExponentForm,
        "1.01E+12" => ExponentForm,
        "1010000000016.0" => DecimalForm,
        "1010000000016" => LostLeadingZeros,
        "00101000000001" => LostLeadingZeros,
        "0010100000000101" => Length,
        "00101000000001601" => Length,
        "001010000000017" => CheckDigit,
        "001010000000061" => CheckDigit,
        "00101000000001A" => Character,
    }
}

row! {
    iccid, Iccid, as_str,
    good: {
        "89010000000000000011" => "89010000000000000011",
        "8901 0000 0000 0000 0011" => "89010000000000000011",
        "89010000000000000011F" => "89010000000000000011",
        "8901000000000000001f" => "8901000000000000001",
        "8901000000000000001F " => "8901000000000000001",
        "8901000000000000001" => "8901000000000000001",
    }
    bad: {
        "" => Empty,
        "F" => Empty,
        "8.9E+19" => ExponentForm,
        "8.901E19" => ExponentForm,
        "890100000000000001" => Length,
        "890100000000000000111" => Length,
        "89010000000000000012" => CheckDigit,
        "89010000000000000101" => CheckDigit,
        "88010000000000000012" => Rule,
        "8901000F000000000011" => Character,
        "8901-0000-0000-0000-0011" => Character,
    }
}

row! {
    eid, Eid, as_str,
    good: {
        "89001000000000000000000000000177" => "89001000000000000000000000000177",
        "8900 1000 0000 0000 0000 0000 0000 0177" => "89001000000000000000000000000177",
    }
    bad: {
        "" => Empty,
        "8.9001E+31" => ExponentForm,
        "8900100000000000000000000000017" => Length,
        "890010000000000000000000000001770" => Length,
        "89001000000000000000000000000178" => CheckDigit,
        "89001000000000000000000000000717" => CheckDigit,
        "8900100000000000000000000000017F" => Character,
    }
}

row! {
    foundation_account_number, FoundationAccountNumber, as_str,
    good: { "00000001" => "00000001", " 00000001\t" => "00000001" }
    bad: {
        "" => Empty, "1" => LostLeadingZeros, "0000001" => LostLeadingZeros, "000000001" => Length,
        "0000-0001" => Character, "1E7" => ExponentForm, "10000000.0" => DecimalForm,
    }
}

row! {
    billing_account_number, BillingAccountNumber, as_str,
    good: { "000000000001" => "000000000001", " 000000000001 " => "000000000001" }
    bad: {
        "" => Empty, "1" => LostLeadingZeros, "100000001" => LostLeadingZeros,
        "00000000001" => LostLeadingZeros, "0000000000001" => Length, "00000000000A" => Character,
        "0000 0000 0001" => Character, "1E+11" => ExponentForm,
    }
}

row! {
    zip_code, ZipCode, as_str,
    good: {
        "75201" => "75201", "00001" => "00001", "75201-0001" => "75201", "75201 0001" => "75201",
        "752010001" => "75201", " 75201 " => "75201",
    }
    bad: {
        "" => Empty, "1" => LostLeadingZeros, "2108" => LostLeadingZeros, "752011" => Length,
        "75201-001" => Character, "75201-00011" => Character, "7520A" => Character, "75201.0" => DecimalForm,
        "2108-0001" => Character, "21080001" => Length, "7.5E4" => ExponentForm,
    }
}

row! {
    state, State, as_str,
    good: { "TX" => "TX", "tx" => "TX", " Tx " => "TX", "ZZ" => "ZZ" }
    bad: { "" => Empty, "T" => Length, "TEX" => Length, "Texas" => Length, "T1" => Character, "T." => Character }
}

const A50: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const A51: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

row! {
    plan_code, SingleUserCode, as_str,
    good: { "APXPLAN01" => "APXPLAN01", " apxplan01 " => "APXPLAN01", "A1" => "A1", A50 => A50 }
    bad: {
        "" => Empty, "A" => Length, A51 => Length, "APX PLAN" => Character, "APX-1" => Character,
        "PL\u{c4}N" => Character,
    }
}

row! {
    feature_code, OfferingCode, as_str,
    good: { "SOC1" => "SOC1", " soc1 " => "SOC1", "S1" => "S1", A50 => A50 }
    bad: { " " => Empty, "S" => Length, A51 => Length, "SOC,1" => Character, "SOC_1" => Character }
}

row! {
    reason_code, ReasonCode, as_str,
    good: { "CR" => "CR", "cr" => "CR", "STLN" => "STLN", "npg" => "NPG" }
    bad: { "" => Empty, "C" => Length, "STOLE" => Length, "C1" => Character, "CUST_OWN_EQU" => Character }
}

row! {
    device_reason_code, DeviceReasonCode, as_str,
    good: { "CUST_OWN_EQU" => "CUST_OWN_EQU", "cust_own_equ" => "CUST_OWN_EQU", "A" => "A" }
    bad: { "" => Empty, "CUST OWN" => Character, "CUST1" => Character, "CUST-OWN" => Character }
}

row! {
    account_name, AccountName, as_str,
    good: { "Example Co" => "Example Co", " Example & Söhne " => "Example & Söhne", "7" => "7" }
    bad: { "" => Empty, " \t " => Empty, "Example\nCo" => Character, "Example\u{0}" => Character }
}

row! {
    phone_number, PhoneNumber, as_str,
    good: { "2145550100" => "2145550100", "+1 (214) 555-0100" => "2145550100" }
    bad: {
        "" => Empty, "5550100" => Length, "214555010X" => Character, "1145550100" => Rule,
        "2.1455501E+9" => ExponentForm, "+442145550100" => Rule,
    }
}

row! {
    email_address, EmailAddress, as_str,
    good: {
        "test@example.com" => "test@example.com", " a.b+c@mail.example.com " => "a.b+c@mail.example.com",
        "test@localhost" => "test@localhost",
    }
    bad: {
        "" => Empty, " " => Empty, "test" => Rule, "@example.com" => Rule, "test@" => Rule,
        "test@example..com" => Rule, "test@.com" => Rule, "a@b@example.com" => Rule,
        "te st@example.com" => Character, "test@example.com\nx" => Character,
    }
}

row! {
    voicemail_pin, VoicemailPin, expose,
    good: { "2468" => "2468", "246810246810" => "246810246810", "0000" => "0000" }
    bad: {
        "" => Empty, "246" => Length, "2468102468102" => Length, "24 68" => Character, "246A" => Character,
        " 2468" => Character,
    }
}

const X40: &str = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
const X41: &str = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

row! {
    losing_account, LosingAccount, expose,
    good: { "OLD-1" => "OLD-1", " 1 " => "1", X40 => X40, "CT-8A" => "CT-8A" }
    bad: { "" => Empty, "  " => Empty, X41 => Length, "OLD\u{7}1" => Character }
}

row! {
    losing_pin, LosingPin, expose,
    good: { "0000" => "0000", " 000000 " => "000000", "123456789012345" => "123456789012345" }
    bad: { "" => Empty, "000" => Length, "1234567890123456" => Length, "00\n00" => Character }
}

row! {
    passcode, Passcode, expose,
    good: { "000000" => "000000", X40 => X40 }
    bad: { "" => Empty, X41 => Length, "00\u{0}00" => Character }
}

/// Encoded it takes one octet more: 63.
const APN_62: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.com";
const APN_63: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.com";

row! {
    access_point_name, AccessPointName, as_str,
    good: {
        "apn.example" => "apn.example", " APN.Example " => "apn.example", "a-1.b2" => "a-1.b2", "m2m" => "m2m",
        APN_62 => APN_62, "gprs" => "gprs", "my.rac" => "my.rac", "gprs.apn" => "gprs.apn",
    }
    bad: {
        "" => Empty, "*" => Rule, APN_63 => Length, "apn_1" => Character, "apn example" => Character,
        "apn..example" => Rule, ".apn" => Rule, "apn." => Rule, "-apn" => Rule, "apn-.b" => Rule,
        "rac1.example" => Rule, "LAC.example" => Rule, "sgsn" => Rule, "rncx" => Rule, "apn.mnc001.GPRS" => Rule,
        "a*" => Character,
    }
}

row! {
    static_ip, StaticIp, as_str,
    good: {
        "10.20.0.11" => "10.20.0.11", "192.168.0.1" => "192.168.0.1", "100.64.0.1" => "100.64.0.1",
        "203.0.113.7" => "203.0.113.7", "0.0.0.1" => "0.0.0.1", "126.255.255.255" => "126.255.255.255",
        "169.253.0.1" => "169.253.0.1", "223.255.255.255" => "223.255.255.255",
    }
    bad: {
        "" => Empty, "0.0.0.0" => Rule, "127.0.0.1" => Rule, "127.255.255.255" => Rule, "169.254.0.1" => Rule,
        "224.0.0.1" => Rule, "239.255.255.255" => Rule, "255.255.255.255" => Rule, "10.20.0" => Rule,
        "10.20.0.256" => Rule, "10.20.0.011" => Rule, "10.20.0.11/32" => Rule, "2001:db8::1" => Rule,
        " 10.20.0.11" => Rule,
    }
}

mod date {
    use super::{Fault, refused};
    use apex_mobility_core::domain::Date;

    #[test]
    fn real_days_are_accepted() {
        for (given, shown) in [
            ("2026-01-19", "2026-01-19"),
            ("2026-01-19Z", "2026-01-19"),
            (" 2026-01-19z ", "2026-01-19"),
            ("2028-02-29", "2028-02-29"),
            ("2000-02-29", "2000-02-29"),
            ("2026-12-31", "2026-12-31"),
        ] {
            assert_eq!(Date::parse(given).unwrap().to_string(), shown, "given {given:?}");
        }
    }

    #[test]
    fn other_forms_and_days_that_do_not_exist_are_refused() {
        refused(&"", Date::parse(""), Fault::Empty);
        for given in [
            "2026-02-29",
            "1900-02-29",
            "2026-04-31",
            "2026-00-01",
            "2026-13-01",
            "2026-01-00",
            "2026-01-32",
            "2026-1-19",
            "01/19/2026",
            "20260119",
            "2026-01-19T10:00:00Z",
            "2026-01-19+00:00",
            "-026-01-19",
            "2026-01-1\u{665}",
            "46041",
        ] {
            refused(&given, Date::parse(given), Fault::Rule);
        }
    }
}

#[test]
fn a_mistake_of_spreadsheets_is_explained_with_an_example() {
    assert_eq!(
        Imei::parse("8.9E+18").unwrap_err().to_string(),
        "IMEI \"8.9E+18\" is written in exponent form, as spreadsheets do; \
         an IMEI is 15 digits with a valid check digit, for example 001010000000016"
    );
    assert_eq!(
        FoundationAccountNumber::parse("1").unwrap_err().to_string(),
        "FAN \"1\" has 1 digit, 7 too few: leading zeros get lost where a spreadsheet takes it for a number; \
         a FAN (foundation account number) is 8 digits, leading zeros included, for example 00000001"
    );
}

#[test]
fn an_imeisv_is_refused_with_the_imei_it_stands_for() {
    let error = Imei::parse("0010100000000199").unwrap_err();
    assert_eq!(error.problem(), "has 16 digits, as an IMEISV does");
    assert_eq!(error.hint(), Some("if it is one, the IMEI is 001010000000016"));
}

#[test]
fn a_wrong_check_digit_is_refused_with_the_right_one() {
    assert_eq!(
        Imei::parse("001010000000017").unwrap_err().hint(),
        Some("if the others are right, it ends in 6")
    );
}

#[test]
fn an_eleven_digit_number_is_refused_unless_it_starts_with_the_country_code() {
    let error = SubscriberNumber::parse("21455501011").unwrap_err();
    assert_eq!(error.problem(), "has 11 digits and the first is not the country code 1");
}

#[test]
fn a_long_or_binary_text_is_shown_short_and_harmless() {
    let shown = Imei::parse(format!("\u{1b}[31m{}", "9".repeat(500))).unwrap_err().to_string();
    assert!(shown.starts_with("IMEI \"\\u{1b}[31m999"), "{shown}");
    assert!(shown.len() < 250, "{shown}");
}

#[test]
fn an_empty_text_is_not_quoted() {
    assert!(ZipCode::parse(" ").unwrap_err().to_string().starts_with("ZIP code is empty; a ZIP code is"));
}

#[test]
fn a_refused_secret_is_not_kept() {
    let error = VoicemailPin::parse("13579x").unwrap_err();
    assert_eq!(error.given(), None);
    assert!(!format!("{error} {error:?}").contains("13579"), "{error} {error:?}");
}

#[test]
fn debug_hides_what_names_a_customer_and_shows_catalog_codes() {
    let hidden = format!(
        "{:?} {:?} {:?} {:?} {:?}",
        SubscriberNumber::unchecked("canary"),
        Iccid::unchecked("canary"),
        ZipCode::unchecked("canary"),
        Passcode::unchecked("canary"),
        Imei::parse("canary"),
    );
    assert!(!hidden.contains("canary"), "{hidden}");
    assert_eq!(format!("{:?}", OfferingCode::unchecked("SOC1")), "OfferingCode(\"SOC1\")");
}

#[test]
fn an_email_address_has_at_most_254_characters() {
    let of = |mailbox: usize| EmailAddress::parse(format!("{}@example.com", "a".repeat(mailbox)));
    assert!(of(242).is_ok());
    assert_eq!(of(243).unwrap_err().fault(), Fault::Length);
}

#[test]
fn an_unknown_state_only_warns() {
    assert!(State::parse("ZZ").unwrap().warning().is_some());
    assert_eq!(State::parse("tx").unwrap().warning(), None);
}

#[test]
fn a_public_address_only_warns() {
    for public in ["203.0.113.7", "100.63.255.255", "100.128.0.0", "172.32.0.1", "8.8.8.8"] {
        assert!(StaticIp::parse(public).unwrap().warning().is_some(), "{public}");
    }
    for private in ["10.20.0.11", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "100.127.0.1"]
    {
        assert_eq!(StaticIp::parse(private).unwrap().warning(), None, "{private}");
    }
}

#[test]
fn a_ban_that_was_read_may_be_short_and_keeps_its_text() {
    for (text, valid) in
        [("100000001", true), ("000000000001", true), ("10000001", false), ("1000000000001", false)]
    {
        let read: BillingAccountNumber = serde_json::from_str(&format!("\"{text}\"")).unwrap();
        assert_eq!((read.as_str(), read.is_valid()), (text, valid));
    }
}

#[test]
fn a_value_that_was_read_keeps_its_text_and_shows_that_it_is_wrong() {
    let read: Imei = serde_json::from_str("\"001010000000017\"").unwrap();
    assert_eq!(read.as_str(), "001010000000017");
    assert_eq!(read.check().unwrap_err().fault(), Fault::CheckDigit);
}

#[test]
fn numbers_split_into_their_parts_and_back() {
    let number = SubscriberNumber::parse("2145550101").unwrap();
    let (npa_nxx, line) = (number.npa_nxx().unwrap(), number.line_number().unwrap());
    assert_eq!((npa_nxx.as_str(), line.as_str()), ("214555", "0101"));
    assert_eq!(SubscriberNumber::from_parts(&npa_nxx, &line).unwrap(), number);
    assert_eq!(SubscriberNumber::unchecked("12345").npa_nxx(), None);
}

#[test]
fn check_digits_are_made_for_the_examples_of_the_contract() {
    assert_eq!(Imei::from_payload("00101000000001").unwrap().as_str(), "001010000000016");
    assert_eq!(Iccid::from_payload("8901000000000000001").unwrap().as_str(), "89010000000000000011");
    assert_eq!(
        Eid::from_payload("890010000000000000000000000001").unwrap().as_str(),
        "89001000000000000000000000000177"
    );
}

#[test]
fn check_digits_are_made_for_payloads_of_the_right_length_only() {
    assert!(Imei::from_payload("0010100000001").is_err());
    assert!(Iccid::from_payload("89010000000000000").is_err());
    assert!(Iccid::from_payload("1901000000000000001").is_err());
    assert!(Eid::from_payload("8900").is_err());
}
