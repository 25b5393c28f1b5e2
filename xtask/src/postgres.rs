//! A PostgreSQL server of a suite's or a benchmark's own: started when it is first wanted, gone when the process is,
//! however it ends.

#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a suite ends where it finds something wrong"
)]

use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

/// A server that runs.
#[derive(Debug)]
pub struct Cluster {
    port: u16,
    bin: PathBuf,
    directory: PathBuf,
    databases: AtomicU32,
    /// Nothing is asked of it here while it is crashed.
    turn: Mutex<()>,
    /// Its standard input is the thread that the server hangs on: when it closes, the server is stopped.
    _guard: Child,
}

/// Starts the server again whenever it ends, until this input does; then it stops it by its number and takes the
/// directory away.
const GUARD: &str = r#"
while [ ! -e "$DIR/over" ]; do "$@"; sleep 0.1; done >"$DIR/log" 2>&1 &
keeper=$!
cat >/dev/null
touch "$DIR/over"
(while sleep 0.2; do kill -INT "$(head -n 1 "$DIR/data/postmaster.pid")"; done) 2>/dev/null &
stopper=$!
wait "$keeper"
kill "$stopper"
rm -rf "$DIR"
"#;

impl Cluster {
    /// The server; none where no PostgreSQL is installed, which is said loudly, and is a failure in CI.
    pub fn get() -> Option<&'static Self> {
        static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
        CLUSTER.get_or_init(Self::start).as_ref()
    }

    fn start() -> Option<Self> {
        let Some(bin) = installed() else {
            let what = "NOT PROVEN: no PostgreSQL is installed (Debian: apt-get install postgresql)";
            assert!(std::env::var_os("CI").is_none(), "{what}");
            say(what);
            return None;
        };
        let directory = tempfile::Builder::new().prefix("apex-postgres-").tempdir().unwrap().keep();
        let data = directory.join("data");
        let user = Unprivileged::here(&directory);
        let init = user
            .command(&bin.join("initdb"))
            .args(["--auth=trust", "--username=apex", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"])
            .arg(&data)
            .current_dir(&directory)
            .output()
            .unwrap();
        assert!(init.status.success(), "{}", String::from_utf8_lossy(&init.stderr));
        let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let mut server = user.command(&bin.join("postgres"));
        server.arg("-D").arg(&data).arg("-k").arg(&directory);
        server.args(["-h", "127.0.0.1", "-p", &port.to_string(), "-c", "max_connections=300"]);
        // The server is never cut from power here.
        server.args(["-c", "fsync=off"]);
        let guard = Command::new("sh")
            .args(["-c", GUARD, "guard"])
            .arg(server.get_program())
            .args(server.get_args())
            .env("DIR", &directory)
            .current_dir(&directory)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let cluster =
            Self { port, bin, directory, databases: AtomicU32::new(0), turn: Mutex::new(()), _guard: guard };
        cluster.wait();
        Some(cluster)
    }

    /// Ends the server at once, as a crash does, in the middle of whatever it is at. It starts again by itself, from what
    /// was committed, and runs when this returns.
    pub fn crash(&self) {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let file = self.directory.join("data").join("postmaster.pid");
        let number = || Some(std::fs::read_to_string(&file).ok()?.lines().next()?.to_owned());
        let server = number().unwrap();
        let ended = Command::new("kill").args(["-QUIT", &server]).status().unwrap();
        assert!(ended.success());
        // The file is the next one's when the number is another.
        let wait = r#"for n in $(seq 600); do [ "$(head -n 1 "$1" 2>/dev/null)" != "$2" ] && exit 0; sleep 0.05; done; exit 1"#;
        let gone = Command::new("sh").args(["-c", wait, "wait"]).arg(&file).arg(&server).status().unwrap();
        assert!(gone.success(), "PostgreSQL does not end");
        self.wait();
    }

    fn wait(&self) {
        let ready = Command::new("sh")
            .args(["-c", r#"for n in $(seq 150); do "$@" && exit 0; sleep 0.2; done; exit 1"#, "wait"])
            .arg(self.bin.join("pg_isready"))
            .args(["-q", "-h", "127.0.0.1", "-U", "apex", "-d", "postgres", "-p", &self.port.to_string()])
            .status()
            .unwrap();
        let log = || std::fs::read_to_string(self.directory.join("log")).unwrap_or_default();
        assert!(ready.success(), "PostgreSQL does not start: {}", log());
    }

    /// The URL of a new, empty database.
    pub fn database(&self) -> String {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let name = format!("journal_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let made = Command::new(self.bin.join("createdb"))
            .args(["-h", "127.0.0.1", "-U", "apex", "-p", &self.port.to_string(), &name])
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        format!("postgres://apex@127.0.0.1:{}/{name}", self.port)
    }

    /// What a statement gives in a database: a line per row.
    pub fn ask(&self, database: &str, statement: &str) -> String {
        let asked = Command::new(self.bin.join("psql"))
            .args(["--no-psqlrc", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", "--command"])
            .args([statement, database])
            .output()
            .unwrap();
        assert!(asked.status.success(), "{}", String::from_utf8_lossy(&asked.stderr));
        String::from_utf8(asked.stdout).unwrap().trim().to_owned()
    }
}

#[expect(clippy::print_stderr, reason = "it is said where nobody can overlook it")]
fn say(what: &str) {
    eprintln!("\n*** {what} ***\n");
}

/// Where the newest PostgreSQL's programs are.
fn installed() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.filter_map(Result::ok);
    let mut found: Vec<PathBuf> = versions
        .map(|version| version.path().join("bin"))
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    found.sort();
    let on_path = || {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).find(|bin| bin.join("initdb").exists())
    };
    found.pop().or_else(on_path)
}

/// Who runs the server: it refuses to be run by root.
#[derive(Debug)]
pub enum Unprivileged {
    /// This user.
    Me,
    /// This process is root's: the user `nobody`.
    Nobody,
}

const NOBODY: u32 = 65534;

impl Unprivileged {
    /// Gives the directory to the user, too.
    pub fn here(directory: &Path) -> Self {
        if std::fs::metadata(directory).unwrap().uid() != 0 {
            return Self::Me;
        }
        chown(directory, Some(NOBODY), Some(NOBODY)).unwrap();
        Self::Nobody
    }

    /// A program that is run by the user.
    pub fn command(&self, program: &Path) -> Command {
        match self {
            Self::Me => Command::new(program),
            Self::Nobody => {
                let mut command = Command::new("setpriv");
                command.arg(format!("--reuid={NOBODY}")).arg(format!("--regid={NOBODY}"));
                command.arg("--clear-groups").arg(program);
                command
            }
        }
    }
}
