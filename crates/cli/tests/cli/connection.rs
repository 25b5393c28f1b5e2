//! Settings that are missing or wrong, and servers that are not what they should be.

use crate::harness::{Served, Shell, answering};

const LIST: [&str; 2] = ["line", "list"];

#[test]
fn what_is_not_set_is_named() {
    let mut page = String::new();
    let shells = [
        ("nothing", Shell::new()),
        ("no id", Shell::new().with("APEX_BASE_URL", "http://127.0.0.1:9")),
        ("no secret", Shell::new().with("APEX_BASE_URL", "http://127.0.0.1:9").with("APEX_APP_ID", "x")),
        ("plain http to another machine", Shell::at("http://example.com")),
        ("no URL", Shell::at("example.com:8082")),
        ("a URL with a password", Shell::at("https://user:hidden@example.com")),
    ];
    for (name, shell) in shells {
        let run = shell.run(&LIST);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{name}");
        page.push_str(&format!("# {name}\n{}\n", run.stderr));
    }
    assert!(!page.contains("hidden"));
    insta::assert_snapshot!(page);
}

#[test]
fn refused_credentials_exit_with_4() {
    let served = Served::with_lines(8);
    insta::assert_snapshot!(served.shell().with("APEX_APP_SECRET", "wrong").run(&LIST).whole());
}

#[test]
fn an_unreachable_server_exits_with_1_after_stated_attempts() {
    let run = Shell::at("http://127.0.0.1:9").run(&LIST);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("(3 attempts)"), "{}", run.stderr);
}

#[test]
fn a_server_that_answers_html_is_told_apart() {
    let url = answering(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 26\r\nconnection: close\r\n\r\n<html><p>Welcome</p></html",
    );
    insta::assert_snapshot!(Shell::at(&url).run(&LIST).whole());
}

#[test]
fn a_server_that_throttles_exits_with_7() {
    let url = answering(
        "HTTP/1.1 429 Too Many Requests\r\nretry-after: 600\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
    );
    let run = Shell::at(&url).run(&LIST);
    assert_eq!(run.code, 7, "{}", run.stderr);
    assert!(run.stderr.contains("not before 600 s from now"), "{}", run.stderr);
}

#[test]
fn while_the_kill_switch_exists_nothing_is_sent() {
    let served = Served::with_lines(8);
    let shell = served.shell();
    let file = shell.path("stop");
    let shell = shell.with("APEX_KILL_SWITCH", &file.to_string_lossy());
    assert_eq!(shell.run(&LIST).code, 0);

    shell.write("stop", "");
    let run = shell.run(&LIST);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{}", run.stderr);
    assert!(
        run.stderr.contains("the kill switch is on") && run.stderr.contains("stop exists"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("remove the file"), "{}", run.stderr);
    assert_eq!(
        served.shell().run(&[&LIST[..], &["--kill-switch", &*file.to_string_lossy()]].concat()).code,
        1
    );

    std::fs::remove_file(file).unwrap();
    assert_eq!(shell.run(&LIST).code, 0);
}

#[test]
fn limits_are_numbers_above_zero() {
    let served = Served::with_lines(8);
    let with = |option, value| served.shell().run(&[&LIST[..], &[option, value]].concat()).code;
    for (option, good) in [("--max-rate", "0.5"), ("--max-rate", "100"), ("--max-concurrency", "1")] {
        assert_eq!(with(option, good), 0, "{option} {good}");
    }
    for bad in ["0", "-1", "fast", "inf", "NaN"] {
        assert_eq!((with("--max-rate", bad), with("--max-concurrency", bad)), (2, 2), "{bad}");
    }
}

#[test]
fn the_secret_can_come_from_a_file_or_stdin() {
    let served = Served::with_lines(8);
    let shell = Shell::new();
    shell.write("secret", "sandbox\n");
    let arguments =
        |from| ["line", "list", "--base-url", served.url(), "--app-id", "sandbox", "--app-secret-file", from];
    assert_eq!(shell.run(&arguments("secret")).code, 0);
    assert_eq!(shell.run_with_input(&arguments("-"), "sandbox\n").code, 0);
    assert_eq!(shell.run(&arguments("missing")).code, 2);
    shell.write("empty", "\n");
    assert_eq!(shell.run(&arguments("empty")).code, 2);
}

#[test]
fn a_wire_profile_is_read_and_its_faults_are_told() {
    let served = Served::with_lines(8);
    let shell = served.shell();
    shell.write("good.toml", "[headers]\npage_size = \"page-size\"\n");
    assert_eq!(shell.run(&["line", "list", "--wire-profile", "good.toml"]).code, 0);
    shell.write("bad.toml", "[paths]\n\"line.dance\" = \"/x\"\n");
    let run = shell.run(&["line", "list", "--wire-profile", "bad.toml"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("line.dance"), "{}", run.stderr);
}
