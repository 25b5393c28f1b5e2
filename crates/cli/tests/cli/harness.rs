//! Runs `apex` in a directory of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use apex_mobility_sandbox::{ClockMode, LedgerKind, Sandbox, Server, ServerHandle};
use tempfile::TempDir;
use tokio::runtime::Runtime;

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_apex");
pub(crate) const EXAMPLE: &str = include_str!("../../../../examples/activations.csv");
pub(crate) const HEADER: &str =
    "sim,imei,plan,ban,first name,last name,street number,street name,city,state,zip";
pub(crate) const REST: &str = "APXPLAN01,000000000001,Test,User,100,Example,Dallas,TX,75201";

/// A directory and the environment in which `apex` runs.
pub(crate) struct Shell {
    directory: TempDir,
    /// Where the journal is, unless a test says otherwise.
    _state: TempDir,
    environment: Vec<(String, String)>,
}

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Shell {
    /// No server, no credentials.
    pub(crate) fn new() -> Self {
        let state = tempfile::tempdir().unwrap();
        let journal = state.path().join("journal.db").display().to_string();
        let environment = vec![("APEX_JOURNAL".to_owned(), journal)];
        Self { directory: tempfile::tempdir().unwrap(), _state: state, environment }
    }

    /// With the settings that reach a server.
    pub(crate) fn at(url: &str) -> Self {
        Self::new()
            .with("APEX_BASE_URL", url)
            .with("APEX_APP_ID", "sandbox")
            .with("APEX_APP_SECRET", "sandbox")
            .with("APEX_RESOLVE_WAIT", "100ms")
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.retain(|(known, _)| known != name);
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.environment.retain(|(known, _)| known != name);
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn files(&self) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(self.directory.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// The program, ready to be run in the directory.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.current_dir(self.directory.path()).env_clear().args(arguments);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        self.run_with_input(arguments, "")
    }

    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &str) -> Run {
        let output =
            assert_cmd::Command::from_std(self.command(arguments)).write_stdin(input).output().unwrap();
        Run {
            code: output.status.code().unwrap(),
            stdout: self.steady(&String::from_utf8(output.stdout).unwrap()),
            stderr: self.steady(&String::from_utf8(output.stderr).unwrap()),
        }
    }

    /// Runs one command after the other and gives all of it, for a snapshot.
    pub(crate) fn page(&self, commands: &[impl AsRef<str>]) -> String {
        let run = |command: &str| self.run(&command.split_whitespace().collect::<Vec<_>>()).whole();
        let pages = commands.iter().map(AsRef::as_ref).map(|it| format!("$ apex {it}\n{}\n", run(it)));
        pages.collect()
    }

    /// Runs `apex activate` on a sheet, with `r.csv` for the results.
    pub(crate) fn activate(&self, sheet: &str, more: &[&str]) -> Run {
        self.write("lines.csv", sheet);
        let mut arguments = vec!["activate", "--file", "lines.csv", "--results", "r.csv"];
        arguments.extend(more);
        self.run(&arguments)
    }

    /// The verdicts in `r.csv`, by row.
    pub(crate) fn verdicts(&self) -> Vec<String> {
        let text = self.read("r.csv");
        text.lines().skip(1).map(|line| line.split(',').nth(3).unwrap().to_owned()).collect()
    }

    /// Text without what differs from run to run.
    fn steady(&self, text: &str) -> String {
        let mut text = text
            .replace(&self.directory.path().display().to_string(), "[directory]")
            .replace(PROGRAM, "apex");
        for (name, value) in &self.environment {
            match name.as_str() {
                "APEX_BASE_URL" => text = text.replace(value, "[server]"),
                "APEX_JOURNAL" => text = text.replace(value, "[journal]"),
                _ => {}
            }
        }
        text
    }
}

impl Run {
    /// All of it, for a snapshot.
    pub(crate) fn whole(&self) -> String {
        let (stdout, stderr) = (timeless(&self.stdout), timeless(&self.stderr));
        format!("exit {}\n\n--- stdout ---\n{stdout}\n--- stderr ---\n{stderr}", self.code)
    }
}

/// Text without moments of the last minutes: those of this machine, not of a sandbox.
#[expect(clippy::disallowed_methods, reason = "the program under test goes by this machine's clock")]
fn timeless(text: &str) -> String {
    let now = jiff::Timestamp::now();
    let is_recent = |word: &str| {
        let moment = word.parse::<jiff::Timestamp>();
        moment.is_ok_and(|moment| (now.as_second() - moment.as_second()).abs() < 900)
    };
    let mut out = String::new();
    let mut rest = text;
    while let Some(sign) = rest.chars().next() {
        let end = if sign.is_ascii_digit() { rest.find('Z').filter(|end| *end <= 30) } else { None };
        match end.filter(|end| rest.as_bytes().get(10) == Some(&b'T') && is_recent(&rest[..=*end])) {
            Some(end) => {
                out.push_str("[time]");
                rest = &rest[end + 1..];
            }
            None => {
                out.push(sign);
                rest = &rest[sign.len_utf8()..];
            }
        }
    }
    out
}

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

/// A sandbox behind a port.
pub(crate) struct Served {
    pub(crate) sandbox: Sandbox,
    handle: ServerHandle,
}

impl Served {
    /// A sandbox whose time stands still until told.
    pub(crate) fn with_lines(lines: usize) -> Self {
        Self::of(Sandbox::builder().lines(lines).build())
    }

    /// A sandbox whose time stands still at this machine's own until told: for what counts days.
    #[expect(clippy::disallowed_methods, reason = "the program under test goes by this machine's clock")]
    pub(crate) fn of_today(lines: usize) -> Self {
        Self::of(Sandbox::builder().lines(lines).start(std::time::SystemTime::now()).build())
    }

    /// A sandbox in which five minutes pass in a twentieth of a second.
    pub(crate) fn in_a_hurry(lines: usize) -> Self {
        Self::of(Sandbox::builder().lines(lines).clock(ClockMode::Real { speed: 6000.0 }).build())
    }

    pub(crate) fn of(sandbox: Sandbox) -> Self {
        let server = RUNTIME.block_on(Server::bind("127.0.0.1:0", sandbox.clone())).unwrap();
        let handle = {
            let _inside = RUNTIME.enter();
            server.spawn()
        };
        Self { sandbox, handle }
    }

    pub(crate) fn shell(&self) -> Shell {
        Shell::at(self.url())
    }

    pub(crate) fn url(&self) -> &str {
        self.handle.url()
    }

    /// How many lines the sandbox has really activated.
    pub(crate) fn activations(&self) -> usize {
        self.sandbox.ledger().iter().filter(|entry| entry.kind == LedgerKind::Activation).count()
    }
}

/// A sheet of `count` good rows.
pub(crate) fn sheet(count: u32) -> String {
    use apex_mobility::domain::{Iccid, Imei};
    let rows = (1..=count).map(|n| {
        let sim = Iccid::from_payload(format!("8901000000000007{n:03}")).unwrap();
        let imei = Imei::from_payload(format!("00101000007{n:03}")).unwrap();
        format!("{sim},{imei},{REST}\n")
    });
    format!("{HEADER}\n{}", rows.collect::<String>())
}

/// A server that should not hear of anybody.
pub(crate) struct Untouched(std::net::TcpListener);

impl Untouched {
    pub(crate) fn new() -> Self {
        Self(std::net::TcpListener::bind("127.0.0.1:0").unwrap())
    }

    pub(crate) fn shell(&self) -> Shell {
        Shell::at(&format!("http://{}", self.0.local_addr().unwrap()))
    }

    /// Nobody has connected.
    pub(crate) fn check(&self) {
        self.0.set_nonblocking(true).unwrap();
        let heard = self.0.accept();
        assert_eq!(heard.unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    }
}

/// A server that gives every request the same answer.
pub(crate) fn answering(answer: &'static str) -> String {
    answering_in_turn(&[answer])
}

/// A server that gives one answer after the other, and the last one on and on.
pub(crate) fn answering_in_turn(answers: &[&'static str]) -> String {
    use std::io::Write;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let mut answers = answers.to_vec();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            read_request(&stream);
            let answer = if answers.len() > 1 { answers.remove(0) } else { answers[0] };
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    url
}

/// All of a request: a server that answers before it has read everything breaks the connection.
fn read_request(stream: &std::net::TcpStream) {
    use std::io::{BufRead, Read};
    let mut request = std::io::BufReader::new(stream);
    let mut body = 0;
    loop {
        let mut line = String::new();
        if request.read_line(&mut line).is_err() || line.trim().is_empty() {
            break;
        }
        if let Some(length) = line.to_lowercase().strip_prefix("content-length:") {
            body = length.trim().parse().unwrap();
        }
    }
    let _ = request.take(body).read_to_end(&mut Vec::new());
}

pub(crate) fn exists(path: &Path) -> bool {
    path.exists()
}
