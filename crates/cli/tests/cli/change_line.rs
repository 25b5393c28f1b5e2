//! The commands that change a line.

use apex_mobility_sandbox::{Fault, FaultRule, LineView, When};

use crate::harness::{Served, Shell, answering_in_turn};

/// A device that every plan fits.
const IMEI: &str = "001010009900018";

/// A line that is active and that no feature keeps from changing its number.
fn plain_line(served: &Served) -> LineView {
    let found = served
        .sandbox
        .find_line(|line| line.status == "A" && line.offering_codes.is_empty() && line.eid.is_none());
    found.unwrap()
}

#[test]
fn a_status_is_changed_there_and_back() {
    let served = Served::with_lines(50);
    let number = plain_line(&served).subscriber_number.to_string();
    insta::assert_snapshot!(served.shell().page(&[
        &format!("line suspend {number} --reason CR -o table"),
        &format!("line suspend {number} --reason CR -o table"),
        &format!("line resume {number} --reason cr -o json"),
        &format!("line cancel {number} --reason LOS --on 2026-01-19 --yes -o table"),
        &format!("line cancel {number} --reason LOS --on 2026-01-19 --yes -o table"),
        &format!("line resume {number} --reason CR -o table"),
        &format!("line restore {number} --reason BBL --on 2026-01-19 -o csv"),
        &format!("line suspend {number} --reason STLN --on 2050-01-31 -o jsonl"),
    ]));
    assert_eq!(served.sandbox.ledger().len(), 4);
}

/// Two answers, the first of them a refusal.
fn refused_then(words: &str, line: &str) -> String {
    let answer = |status: &str, body: &str| {
        let head =
            format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
        &*Box::leak((head + body).into_boxed_str())
    };
    let refusal = answer("400 Bad Request", &format!("{{\"errorDescription\":\"{words}\"}}"));
    answering_in_turn(&[refusal, answer("200 OK", line)])
}

#[test]
fn what_is_so_already_is_done_once_a_read_shows_it() {
    let cancel = ["line", "cancel", "2145550101", "--reason", "CAN", "--yes", "--no-resolve"];
    let cancelled = |line| Shell::at(&refused_then("Subscriber is already cancelled", line)).run(&cancel);
    let told = cancelled("{\"status\":\"Cancelled\"}");
    assert_eq!(told.code, 0, "{}", told.whole());
    assert!(
        told.stdout.contains("cancelled already") && told.stderr.contains("it is so already"),
        "{}",
        told.whole()
    );
    let otherwise = cancelled("{\"status\":\"Active\"}");
    assert_eq!((otherwise.code, otherwise.stdout.as_str()), (1, ""));
    assert!(otherwise.stderr.contains("its status is Active"), "{}", otherwise.stderr);

    let sim = "89010000000000000011";
    let set = [
        "line",
        "set-device",
        "2145550101",
        "--imei",
        IMEI,
        "--service-zip",
        "75201",
        "--sim",
        sim,
        "--no-resolve",
    ];
    let line = |sim: &str| {
        format!(
            "{{\"serviceCharacteristic\":[{{\"name\":\"BLIMEI\",\"value\":\"{IMEI}\"}},\
             {{\"name\":\"sim\",\"value\":\"{sim}\"}}]}}"
        )
    };
    for (has, code) in [(sim, 0), ("89010000000000000029", 1)] {
        let run = Shell::at(&refused_then("Device update is not needed", &line(has))).run(&set);
        assert_eq!(run.code, code, "{}", run.whole());
    }
}

#[test]
fn only_the_reasons_of_a_change_are_offered_and_others_go_by_a_way_of_their_own() {
    let served = Served::with_lines(50);
    let number = plain_line(&served).subscriber_number.to_string();
    insta::assert_snapshot!(served.shell().page(&[
        &format!("line suspend {number}"),
        &format!("line suspend {number} --reason LOS"),
        &format!("line resume {number} --reason NPG"),
        &format!("line cancel {number} --reason BBL --yes"),
        &format!("line restore {number} --reason CAN"),
        &format!("line suspend {number} --reason CR --other-reason ZZ"),
        &format!("line suspend {number} --other-reason 12"),
        &format!("line suspend {number} --other-reason ZZ"),
    ]));
    assert_eq!(served.sandbox.ledger(), []);
}

#[test]
fn a_number_is_changed_in_three_ways() {
    let served = Served::with_lines(50);
    let line = plain_line(&served);
    let (shell, mut number) = (served.shell(), line.subscriber_number.to_string());
    let npa_nxx = number[..6].to_owned();
    let free = format!("{npa_nxx}9876");
    let mut page = String::new();
    for more in [String::new(), format!(" --npa-nxx {npa_nxx}"), format!(" --vanity {free}")] {
        page.push_str(&shell.page(&[&format!("line change-number {number}{more} --yes -o table")]));
        let now = served.sandbox.find_line(|found| found.sim == line.sim).unwrap().subscriber_number;
        number = now.to_string();
    }
    assert_eq!(number, free);
    insta::assert_snapshot!(page);
}

#[test]
fn a_line_is_configured() {
    let served = Served::with_lines(50);
    let line = plain_line(&served);
    let number = line.subscriber_number.to_string();
    let other = if line.billing_account_number.as_str() == "000000000001" { 2 } else { 1 };
    let shell = served.shell();
    shell.write("pin.txt", "246810\n");
    insta::assert_snapshot!(shell.page(&[
        &format!("line set-device {number} --imei {IMEI} -o table"),
        &format!("line set-device {number} --sim 89010000000000000011 -o table"),
        &format!("line set-device {number} --imei {IMEI} -o table"),
        &format!("line transfer {number} --to 00000000000{other} -o table"),
        &format!("line update-contact {number} --first-name Robin --last-name Example -o table"),
        &format!(
            "line update-contact {number} --street-number 100 --street-name Example --city Dallas --state TX \
             --zip 75201 -o table"
        ),
        &format!("line reset-voicemail {number} -o table"),
        &format!("line reset-voicemail {number} --pin-file pin.txt -o json"),
        &format!("line resend-ota {number} -o table"),
        &format!("line resend-ota {number} --sim 89010000000000000029 -o table"),
    ]));
    let after = served.sandbox.find_line(|found| found.subscriber_number == line.subscriber_number).unwrap();
    assert_eq!((after.imei.as_str(), after.service_zip_code.as_str()), (IMEI, "75201"));
    assert_eq!((after.sim.as_str(), after.contact_name.as_str()), ("89010000000000000011", "Robin Example"));
}

#[test]
fn what_cannot_be_used_is_told_with_its_flag_and_nothing_is_sent() {
    let shell = Shell::at("http://127.0.0.1:9");
    shell.write("short.txt", "24\n");
    shell.write("empty.txt", "\n");
    let commands = [
        "line suspend 555 --reason CR",
        "line suspend 2145550101 --reason CR --on soon",
        "line cancel 2145550101 --reason CAN",
        "line change-number 2145550101",
        "line change-number 2145550101 --yes --npa-nxx 555",
        "line change-number 2145550101 --yes --vanity 0102",
        "line change-number 2145550101 --yes --npa-nxx 214555 --vanity 2145550102",
        "line set-device 2145550101",
        "line set-device 2145550101 --imei 001010000000017 --service-zip 75201",
        "line set-device 2145550101 --imei 001010000000016 --service-zip 7520",
        "line set-device 2145550101 --imei 001010000000016 --service-zip 75201 --other-reason 1",
        "line transfer 2145550101",
        "line transfer 2145550101 --to 2",
        "line update-contact 2145550101",
        "line update-contact 2145550101 --first-name Test",
        "line update-contact 2145550101 --city Dallas",
        "line update-contact 2145550101 --city Dallas --state TX --zip 75201",
        "line update-contact 2145550101 --zip 752",
        "line reset-voicemail 2145550101 --pin-file short.txt",
        "line reset-voicemail 2145550101 --pin-file empty.txt",
        "line reset-voicemail 2145550101 --pin-file missing.txt",
        "line resend-ota 2145550101 --sim 8901",
    ];
    for command in commands {
        let run = shell.run(&command.split(' ').collect::<Vec<_>>());
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{command}\n{}", run.stderr);
    }
    insta::assert_snapshot!(shell.page(&commands));
}

#[test]
fn a_lost_answer_exits_with_8_and_names_the_read_that_settles() {
    let mut page = String::new();
    for (operation, command) in [
        ("status.change", "line suspend NUMBER --reason CR"),
        ("status.change", "line cancel NUMBER --reason CAN --yes"),
        ("number.change", "line change-number NUMBER --yes"),
        ("line.configure", "line set-device NUMBER --imei 001010009900018"),
        ("line.configure", "line transfer NUMBER --to 000000000002"),
        ("line.configure", "line update-contact NUMBER --first-name A --last-name B"),
        ("line.configure", "line reset-voicemail NUMBER"),
        ("line.configure", "line resend-ota NUMBER"),
    ] {
        let served = Served::with_lines(50);
        let number = plain_line(&served).subscriber_number.to_string();
        served.sandbox.set_faults([FaultRule::new(Fault::F3, operation, When::Nth(1)).unwrap()]);
        page.push_str(
            &served.shell().page(&[format!("{} --no-resolve", command.replace("NUMBER", &number))]),
        );
    }
    assert_eq!(page.matches("exit 8").count(), 8, "{page}");
    insta::assert_snapshot!(page);
}

#[test]
fn an_answer_without_detail_is_a_success_that_says_where_to_look() {
    let shell = Shell::at(&crate::harness::answering(
        "HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
    ));
    insta::assert_snapshot!(shell.page(&[
        "line suspend 2145550101 --reason CR --on 2026-02-01 -o table",
        "line change-number 2145550101 --service-zip 75201 --yes -o table",
        "line reset-voicemail 2145550101 -o table",
        "plan add-feature 2145550101 SOC1 -o table --quiet",
    ]));
}

#[test]
fn a_device_that_does_not_fit_the_lines_plan_by_ones_own_tables_is_not_set() {
    let served = Served::with_lines(50);
    let shell = served.shell();
    let line =
        served.sandbox.find_line(|line| line.status == "A" && line.single_user_code.as_str() == "APXPLAN02");
    let number = line.unwrap().subscriber_number.to_string();
    shell.write("own.toml", shell.run(&["device", "table"]).stdout);
    // A watch without 5G.
    let imei = apex_mobility::domain::Imei::from_payload("00101003000001").unwrap();
    for more in ["", " --service-zip 75201"] {
        let command = format!("line set-device {number} --imei {imei} --equipment own.toml{more}");
        let run = shell.run(&command.split(' ').collect::<Vec<_>>());
        assert_eq!((run.code, served.sandbox.ledger()), (1, Vec::new()), "{}", run.stderr);
        assert!(
            run.stderr.contains("5G devices only") && run.stderr.contains("nothing was sent"),
            "{}",
            run.stderr
        );
    }
    let command = format!("line set-device {number} --imei {imei} --equipment own.toml --no-preflight");
    let run = shell.run(&command.split(' ').collect::<Vec<_>>());
    assert!(!run.stderr.contains("own.toml"), "{}", run.stderr);
}
