//! Who names what. Each rule: the words, the places that may use them, and why nobody else does.

use super::Sources;
use super::sources::code_only;
use crate::Findings;

struct Rule {
    /// What is looked for in code, not in comments or literals.
    words: &'static [&'static str],
    /// Where it is looked for: prefixes of paths under `crates/`.
    within: fn(&str) -> bool,
    /// Who may: files, or directories with a slash at the end.
    allowed: &'static [&'static str],
    why: &'static str,
}

const RULES: [Rule; 5] = [
    Rule {
        words: &["reqwest", "hyper", "hyper_util", "rustls", "rustls_platform_verifier"],
        within: is_shipped,
        allowed: &["crates/core/src/transport.rs", "crates/core/src/transport/"],
        why: "only core's transport names the HTTP stack",
    },
    Rule {
        words: &["println!", "eprintln!", "print!", "eprint!", "dbg!", "print_stdout", "print_stderr"],
        within: is_shipped,
        allowed: &["crates/cli/src/printer.rs", "crates/cli/src/printer/"],
        why: "only the command line's printer prints",
    },
    Rule {
        words: &[
            "SystemTime::now",
            "Instant::now",
            "Timestamp::now",
            "Zoned::now",
            "time::sleep",
            "thread::sleep",
        ],
        within: is_shipped,
        allowed: &["crates/core/src/clock.rs", "crates/core/src/clock/"],
        why: "time comes from core's clock",
    },
    Rule {
        words: &["#[ignore"],
        within: |_| true,
        allowed: &[],
        why: "a test that does not run proves nothing",
    },
    Rule {
        // Re-exports and thin accessors need none of these.
        words: &["async", "await", "match", "if", "loop", "while"],
        within: |path| path.starts_with("crates/apex-mobility/src/"),
        allowed: &[],
        why: "the umbrella adds no logic",
    },
];

pub(super) fn check(sources: &Sources) -> Findings {
    let mut findings = Findings::default();
    for (path, text) in sources.rust() {
        let code = code_only(text);
        for rule in RULES.iter().filter(|rule| (rule.within)(path) && !rule.allows(path)) {
            for (number, line) in code.lines().enumerate() {
                if let Some(word) = rule.words.iter().find(|word| names(line, word)) {
                    findings.add(format!("{path}:{}", number + 1), format!("`{word}`: {}", rule.why));
                }
            }
        }
    }
    for (path, text) in sources.files() {
        if path.ends_with(".rs") || path.ends_with(".md") {
            check_examples(path, text, &mut findings);
        }
    }
    findings
}

impl Rule {
    fn allows(&self, path: &str) -> bool {
        self.allowed.iter().any(|place| match place.ends_with('/') {
            true => path.starts_with(place),
            false => path == *place,
        })
    }
}

/// Every example runs.
fn check_examples(path: &str, text: &str, findings: &mut Findings) {
    for (number, line) in text.lines().enumerate() {
        let line = line.trim_start_matches(['/', '!', ' ']);
        if let Some(marks) = line.strip_prefix("```")
            && marks.split(',').any(|mark| mark.trim() == "ignore")
        {
            findings.add(format!("{path}:{}", number + 1), "an example that is ignored proves nothing");
        }
    }
}

/// Code that reaches users: not tests, not the workspace's own tools.
fn is_shipped(path: &str) -> bool {
    path.starts_with("crates/") && path.contains("/src/")
}

/// Whether the line has the words, not as part of a longer name.
fn names(line: &str, words: &str) -> bool {
    let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    line.match_indices(words).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line.get(at + words.len()..).and_then(|text| text.chars().next());
        let starts = !before.is_some_and(is_name) || !words.starts_with(is_name);
        let ends = !after.is_some_and(is_name) || !words.ends_with(is_name);
        starts && ends
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASES: [(&str, &str, &str); 10] = [
        ("crates/core/src/client.rs", "use reqwest::Client;", "core's transport"),
        ("crates/sandbox/src/server.rs", "hyper::server()", "core's transport"),
        ("crates/core/src/retry.rs", "println!(\"{x}\");", "printer"),
        ("crates/cli/src/activate.rs", "#[expect(clippy::print_stdout, reason = \"\")]", "printer"),
        ("crates/fleet/src/journal.rs", "let now = SystemTime::now();", "core's clock"),
        ("crates/core/src/retry.rs", "tokio::time::sleep(wait).await", "core's clock"),
        ("tests/tests/faults.rs", "#[ignore]", "proves nothing"),
        ("crates/core/tests/wire.rs", "#[ignore = \"slow\"]", "proves nothing"),
        ("crates/apex-mobility/src/lib.rs", "if client.ready() {}", "no logic"),
        ("crates/core/src/lib.rs", "//! ```rust,ignore", "proves nothing"),
    ];

    #[test]
    fn each_word_in_the_wrong_place_is_found_with_its_line() {
        for (path, line, why) in CASES {
            let text = format!("//! A file.\n{line}\n");
            let findings = check(&Sources::of([(path, text.as_str())])).to_string();
            assert!(
                findings.starts_with(&format!("{path}:2: ")) && findings.contains(why),
                "{path}: {findings}"
            );
        }
    }

    #[test]
    fn the_same_words_pass_where_they_belong() {
        let sources = Sources::of([
            ("crates/core/src/transport/http_client.rs", "use reqwest::Client; use rustls::ClientConfig;"),
            ("crates/core/src/transport.rs", "use reqwest::Client;"),
            ("crates/core/src/clock.rs", "SystemTime::now()"),
            ("crates/cli/src/printer.rs", "println!()"),
            (
                "crates/core/src/client.rs",
                "// reqwest, hyper and println! in words\n/// `reqwest`\nlet hyperlink = 1;",
            ),
            ("crates/core/tests/transport.rs", "use hyper::server;"),
            ("crates/apex-mobility/src/lib.rs", "//! One for all.\npub use apex_mobility_core::Client;\n"),
            ("xtask/src/main.rs", "println!()"),
        ]);
        let findings = check(&sources);
        assert!(findings.is_empty(), "{findings}");
    }
}
