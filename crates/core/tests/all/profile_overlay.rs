//! The wire profile: every key can be replaced, and nothing that cannot be sent gets in (contract 1).

use apex_mobility_core::domain::Date;
use apex_mobility_core::profile::{ProfileProblem, WireProfile};

/// A value that a key may take and that is not its default.
fn another_value(section: &str, key: &str, default: &str) -> String {
    match section {
        "hosts" => format!("https://{key}.example.com:8443"),
        "headers" => format!("z-{}", key.replace('_', "-")),
        "paths" => format!("/replaced{default}"),
        "methods" => if default == "PUT" { "POST" } else { "PUT" }.to_owned(),
        "modes" => format!("Z{default}"),
        "characteristics" => format!("z{default}"),
        "dates" => "%d.%m.%Y".to_owned(),
        other => panic!("section {other} is new: say what its values may be"),
    }
}

#[test]
fn every_key_is_replaced_by_toml_and_by_the_builder_alike() {
    for (section, key) in WireProfile::keys() {
        let default = WireProfile::default();
        let value = another_value(section, key, default.get(section, key).unwrap());

        let by_toml = WireProfile::from_toml(&format!("[{section}]\n\"{key}\" = \"{value}\"\n")).unwrap();
        let by_builder = WireProfile::builder().set(section, key, &value).build().unwrap();

        assert_eq!(by_toml.get(section, key), Some(value.as_str()), "{section}.{key}");
        assert_eq!(by_toml, by_builder, "{section}.{key}");
        let others = WireProfile::keys().filter(|other| *other != (section, key));
        for (section, key) in others {
            assert_eq!(by_toml.get(section, key), default.get(section, key), "{section}.{key} is untouched");
        }
    }
}

#[test]
fn every_key_of_the_contract_is_there() {
    let contract = include_str!("profile_keys.txt");
    let contract: Vec<&str> = contract.lines().filter(|line| !line.is_empty()).collect();
    let known: Vec<String> = WireProfile::keys().map(|(section, key)| format!("{section} {key}")).collect();
    assert_eq!(known, contract);
}

#[test]
fn every_method_key_names_a_path_key() {
    let profile = WireProfile::default();
    for (_, key) in WireProfile::keys().filter(|(section, _)| *section == "methods") {
        let path_key = key.split('/').next().unwrap();
        assert!(profile.path(path_key).is_some(), "{key}");
    }
}

#[test]
fn every_path_key_has_a_method() {
    let methods: Vec<&str> =
        WireProfile::keys().filter(|(section, _)| *section == "methods").map(|(_, key)| key).collect();
    for (key, _) in WireProfile::default().paths() {
        assert!(methods.iter().any(|method| method.split('/').next() == Some(key)), "{key}");
    }
}

#[test]
fn the_example_of_the_contract_is_the_default_but_for_nothing() {
    let profile = WireProfile::from_toml(
        r#"
        [hosts]
        production = "https://apsapi.att.com:8082"
        [headers]
        app_id = "app-id"
        [paths]
        "number.change" = "/sp/mobility/numberchange/api/v1/service/{subscriberNumber}"
        [methods]
        "number.change" = "POST"
        [modes]
        restore_cancelled = "RC"
        [characteristics]
        voicemailPin = "voicemailPin"
        [dates]
        request = "%Y-%m-%dZ"
        "#,
    )
    .unwrap();
    assert_eq!(profile, WireProfile::default());
    assert_eq!(profile.differences(), "");
}

#[test]
fn a_replaced_profile_survives_being_written_and_read() {
    let profile = all_replaced();
    assert_eq!(WireProfile::from_toml(&profile.to_toml()).unwrap(), profile);
    assert_eq!(WireProfile::from_toml(&profile.differences()).unwrap(), profile);
}

#[test]
fn the_default_file_lays_over_the_default_without_a_difference() {
    assert_eq!(WireProfile::from_toml(WireProfile::DEFAULT_TOML).unwrap(), WireProfile::default());
}

#[test]
fn differences_show_the_changed_key_alone() {
    let profile = WireProfile::builder().mode("restore_cancelled", "R").build().unwrap();
    assert_eq!(profile.differences(), "[modes]\nrestore_cancelled = \"R\"\n");
}

#[test]
fn a_later_overlay_keeps_the_earlier_one() {
    let first = WireProfile::builder().mode("suspend", "SU").build().unwrap();
    let second = first.to_builder().toml("[modes]\nresume = \"RE\"\n").build().unwrap();
    assert_eq!((second.mode("suspend"), second.mode("resume")), (Some("SU"), Some("RE")));
}

#[test]
fn a_key_in_dots_without_quotes_means_the_same() {
    let dotted = WireProfile::from_toml("[paths]\nlist.accounts = \"/v2/accounts\"\n").unwrap();
    assert_eq!(dotted.path("list.accounts"), Some("/v2/accounts"));
}

#[test]
fn an_unknown_key_is_absent_and_not_empty() {
    let profile = WireProfile::default();
    assert_eq!(profile.path("line.gets"), None);
    assert_eq!(profile.method("port.item"), None);
    assert_eq!(profile.header("list_zip"), None);
    assert_eq!(profile.mode("A"), None);
}

#[test]
fn what_cannot_be_sent_is_refused_with_place_and_fix() {
    // (section, key, value, a part of the message)
    let refused = [
        ("hosts", "production", "apsapi.att.com:8082", "not an HTTP host"),
        ("hosts", "production", "ftp://example.com", "not an HTTP host"),
        ("hosts", "production", "https://example.com/sp", "goes on after the host"),
        ("hosts", "production", "https://example.com?x=1", "goes on after the host"),
        ("hosts", "production", "https://user:pass@example.com", "no user or password"),
        ("hosts", "live", "https://example.com", "the keys are production, test"),
        ("headers", "app_id", "app id", "not a header name"),
        ("headers", "app_id", "", "not a header name"),
        ("headers", "accept", "", "not a header name"),
        ("headers", "app_id", "app:id", "not a header name"),
        ("headers", "app_id", "Host", "belongs to HTTP"),
        ("headers", "app_id", "app-secret", "also the value of \"app_secret\""),
        ("headers", "app-id", "x", "did you mean \"app_id\"?"),
        ("headers", "list_fan", "page-size", "also the value of \"page_size\""),
        ("paths", "line.get", "sp/{subscriberNumber}", "does not start with '/'"),
        ("paths", "line.get", "", "does not start with '/'"),
        ("paths", "line.get", "/sp/{subscriberNumber}?full=1", "holds '?'"),
        ("paths", "line.get", "/sp/{subscriberNumber}#a", "holds '#'"),
        ("paths", "line.get", "/sp /{subscriberNumber}", "holds ' '"),
        ("paths", "line.get", "/sp\\t/{subscriberNumber}", "holds '\\t'"),
        ("paths", "line.get", "/sp/%20/{subscriberNumber}", "holds '%'"),
        ("paths", "line.get", "//sp/{subscriberNumber}", "segment \"\""),
        ("paths", "line.get", "/sp/../{subscriberNumber}", "segment \"..\""),
        ("paths", "line.get", "/sp/service", "lost the placeholder {subscriberNumber}"),
        ("paths", "line.get", "/sp/{number}", "lost the placeholder {subscriberNumber}"),
        ("paths", "line.get", "/sp/{subscriberNumber}/{subscriberNumber}", "more than once"),
        ("paths", "line.get", "/sp/{ban}/{subscriberNumber}", "no value for {ban}"),
        ("paths", "line.get", "/sp/x{ban}/{subscriberNumber}", "holds a brace"),
        ("paths", "line.search", "/sp/{subscriberNumber}", "no value for {subscriberNumber}"),
        ("paths", "line.serch", "/sp", "did you mean \"line.search\"?"),
        ("methods", "line.get", "get", "in capitals"),
        ("methods", "line.get", "FETCH", "not a method"),
        ("methods", "line.get", "CONNECT", "not a method"),
        ("methods", "port.item", "GET", "name the operation: port.item/status, port.item/update"),
        ("modes", "suspend", "", "not a mode"),
        ("modes", "suspend", "S X", "not a mode"),
        ("modes", "suspend", "C", "also the value of \"cancel\""),
        ("modes", "resume", "C", "also the value of \"cancel\""),
        ("modes", "activate", "A", "the keys are suspend, resume"),
        ("characteristics", "sim", "", "not a characteristic's name"),
        ("characteristics", "sim", "the sim", "not a characteristic's name"),
        ("characteristics", "sim", "eid", "also the value of \"eid\""),
        ("characteristics", "sim", "EID", "also the value of \"eid\""),
        ("characteristics", "sim", "sim{n}", "has no value"),
        ("characteristics", "offeringCode{n}", "offeringCode", "not exactly once"),
        ("characteristics", "offeringCode{n}", "offering2{n}", "not a characteristic's name"),
        ("characteristics", "imsi", "imsi", "there is no such key"),
        ("dates", "request", "", "does not name a whole date"),
        ("dates", "request", "%Y-%m", "does not name a whole date"),
        ("dates", "request", "%Y-%m-%dT%H:%M:%SZ", "cannot format a date"),
        ("dates", "request", "%Q", "cannot format a date"),
        ("dates", "reply", "%Y", "the keys are request"),
        ("path", "line.get", "/sp", "did you mean \"paths\"?"),
        ("timeouts", "read", "30", "the sections are hosts, headers"),
    ];
    for (section, key, value, part) in refused {
        let error = WireProfile::from_toml(&format!("\n[{section}]\n\"{key}\" = \"{value}\"\n")).unwrap_err();
        let text = error.to_string();
        assert!(text.contains(part), "{section}.{key} = {value:?} says {part:?}; it says {text}");
        let problem = &error.problems()[0];
        assert_eq!((problem.section(), problem.key(), problem.line()), (section, key, Some(3)), "{text}");
        assert!(!problem.fix().is_empty());
    }
}

#[test]
fn what_can_be_sent_is_accepted() {
    let accepted = [
        ("hosts", "test", "http://127.0.0.1:8082", "http://127.0.0.1:8082"),
        ("hosts", "test", "https://example.com/", "https://example.com"),
        ("headers", "app_id", "X-App-Id", "x-app-id"),
        // Two headers that never stand in one request may share a name, as these do by default.
        // This project's own two may be left out.
        ("headers", "x_trace_id", "", ""),
        ("headers", "x_transaction_id", "", ""),
        ("headers", "pdp_subscriber", "batch-number", "batch-number"),
        ("headers", "search_sim", "subscriber-number", "subscriber-number"),
        ("paths", "line.get", "/v2/{subscriberNumber}/profile", "/v2/{subscriberNumber}/profile"),
        ("modes", "restore_cancelled", "R", "R"),
        ("characteristics", "eid", "eSIM-eid", "eSIM-eid"),
        ("characteristics", "offeringCode{n}", "soc{n}code", "soc{n}code"),
        ("dates", "request", "%Y-%m-%dT00:00:00Z", "%Y-%m-%dT00:00:00Z"),
        ("dates", "request", "%Y%m%d", "%Y%m%d"),
    ];
    for (section, key, value, kept) in accepted {
        let profile = WireProfile::builder().set(section, key, value).build().unwrap();
        assert_eq!(profile.get(section, key), Some(kept), "{section}.{key}");
    }
}

#[test]
fn both_trace_headers_can_be_left_out_and_stay_so_when_the_profile_is_written() {
    let toml = "[headers]\nx_trace_id = \"\"\nx_transaction_id = \"\"\n";
    let profile = WireProfile::from_toml(toml).unwrap();
    for key in ["x_trace_id", "x_transaction_id"] {
        assert_eq!((profile.header(key), profile.get("headers", key)), (None, Some("")));
    }
    assert_eq!(WireProfile::from_toml(&profile.to_toml()).unwrap(), profile);
}

#[test]
fn two_names_may_change_places() {
    let profile =
        WireProfile::builder().characteristic("sim", "eid").characteristic("eid", "sim").build().unwrap();
    assert_eq!(profile.characteristic("sim"), "eid");
    assert_eq!(profile.characteristic_default_name("eid"), "sim");
    assert_eq!(profile.characteristic_default_name("SIM"), "eid");
}

#[test]
fn every_problem_is_reported_at_once_in_the_order_of_the_file() {
    let error = WireProfile::from_toml(
        "top = 1\n[methods]\n\"line.get\" = \"get\"\n[modes]\nsuspend = 1\n[dates]\nrequest = \"%Y\"\n",
    )
    .unwrap_err();
    let lines: Vec<Option<usize>> = error.problems().iter().map(ProfileProblem::line).collect();
    assert_eq!(lines, [Some(1), Some(3), Some(5), Some(7)]);
    assert_eq!(error.to_string().lines().count(), 4);
}

#[test]
fn text_that_is_not_toml_is_refused_with_its_line() {
    let error = WireProfile::from_toml("[paths]\n\"line.get\" = /sp\n").unwrap_err();
    assert_eq!(error.problems()[0].line(), Some(2));
    assert!(error.to_string().contains("not TOML"), "{error}");
}

#[test]
fn a_byte_order_mark_and_crlf_do_no_harm() {
    let profile = WireProfile::from_toml("\u{feff}[modes]\r\nsuspend = \"SU\"\r\n").unwrap();
    assert_eq!(profile.mode("suspend"), Some("SU"));
}

#[test]
fn an_error_in_a_file_names_the_file() {
    let error = WireProfile::from_file("no-such-profile.toml").unwrap_err();
    assert_eq!(error.file(), Some("no-such-profile.toml"));
    assert!(error.to_string().starts_with("wire profile no-such-profile.toml: the file cannot be read"));
}

#[test]
fn names_stay_borrowed_while_nothing_is_renamed() {
    let profile = WireProfile::default();
    assert!(!profile.renames_characteristics());
    assert_eq!(profile.characteristic("offeringCode12"), "offeringCode12");
    assert_eq!(profile.characteristic_default_name("blimei"), "blimei");
}

#[test]
fn numbered_names_keep_their_number_both_ways() {
    let profile = WireProfile::builder()
        .characteristic("offeringCode{n}", "soc{n}")
        .characteristic("offeringDescription{n}", "soc{n}text")
        .build()
        .unwrap();
    for number in ["1", "9", "10", "1000"] {
        assert_eq!(profile.characteristic(&format!("offeringCode{number}")), format!("soc{number}"));
        assert_eq!(
            profile.characteristic_default_name(&format!("SOC{number}")),
            format!("offeringCode{number}")
        );
        assert_eq!(
            profile.characteristic_default_name(&format!("soc{number}text")),
            format!("offeringDescription{number}")
        );
    }
    assert_eq!(profile.characteristic("offeringCode"), "offeringCode");
    assert_eq!(profile.characteristic_default_name("sock"), "sock");
    assert_eq!(profile.characteristic_default_name("soç1"), "soç1");
}

#[test]
fn a_date_is_written_as_the_profile_says() {
    let date = Date::new(2026, 1, 9).unwrap();
    assert_eq!(WireProfile::default().request_date(date), "2026-01-09Z");
    let german = WireProfile::builder().date_format("%d.%m.%Y").build().unwrap();
    assert_eq!(german.request_date(date), "09.01.2026");
}

#[test]
fn debug_shows_what_differs() {
    assert_eq!(format!("{:?}", WireProfile::default()), "WireProfile {}");
    let profile = WireProfile::builder().mode("suspend", "SU").build().unwrap();
    assert_eq!(format!("{profile:?}"), "WireProfile {\"modes.suspend\": \"SU\"}");
}

fn all_replaced() -> WireProfile {
    let default = WireProfile::default();
    let all = WireProfile::keys().fold(WireProfile::builder(), |builder, (section, key)| {
        builder.set(section, key, another_value(section, key, default.get(section, key).unwrap()))
    });
    all.build().unwrap()
}
