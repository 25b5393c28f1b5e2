//! The wire between a process and the sandbox, with places at which it springs a trap: the process is to be killed there,
//! and nothing more goes through until it is.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use futures_util::FutureExt;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// How far an exchange has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Boundary {
    /// There is a connection and a request, and nothing of it has gone through.
    Connected,
    /// Half of the request has gone through.
    HalfSent,
    /// All of it has, and the carrier is at it.
    Sent,
    /// The carrier has answered, and nothing of the answer has come through.
    Answered,
    /// Half of the answer has come through.
    HalfAnswered,
}

impl Boundary {
    pub(crate) const ALL: [Self; 5] =
        [Self::Connected, Self::HalfSent, Self::Sent, Self::Answered, Self::HalfAnswered];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Connected => "wire_connected",
            Self::HalfSent => "wire_half_sent",
            Self::Sent => "wire_sent",
            Self::Answered => "wire_answered",
            Self::HalfAnswered => "wire_half_answered",
        }
    }
}

/// At which exchange, of those that write or of all, the trap is sprung.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Trap {
    pub(crate) boundary: Boundary,
    pub(crate) writes_only: bool,
    pub(crate) nth: u64,
}

/// The wire. It lives as long as the round's runtime.
#[derive(Clone)]
pub(crate) struct Wire {
    shared: Arc<Shared>,
    url: String,
}

struct Shared {
    carrier: SocketAddr,
    trap: Mutex<Option<Trap>>,
    sprung: Notify,
}

impl Wire {
    pub(crate) async fn to(carrier: SocketAddr) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared { carrier, trap: Mutex::default(), sprung: Notify::new() });
        let all = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((process, _)) = listener.accept().await {
                tokio::spawn(carry(Arc::clone(&all), process));
            }
        });
        Self { shared, url }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Sets a trap in place of the last, or none.
    pub(crate) fn set(&self, trap: Option<Trap>) {
        // One that was sprung when its process had ended already says nothing about the next.
        let _ = self.shared.sprung.notified().now_or_never();
        *self.shared.trap.lock().unwrap() = trap;
    }

    /// Until the trap is sprung.
    pub(crate) async fn sprung(&self) {
        self.shared.sprung.notified().await;
    }
}

impl Shared {
    /// The boundary of this exchange at which the process is to be killed.
    fn boundary_for(&self, request: &[u8]) -> Option<Boundary> {
        let mut trap = self.trap.lock().unwrap();
        let set = trap.as_mut()?;
        if set.writes_only && request.starts_with(b"GET ") {
            return None;
        }
        set.nth -= 1;
        if set.nth > 0 {
            return None;
        }
        trap.take().map(|set| set.boundary)
    }
}

/// What becomes of the next answer.
type NextAnswer = Arc<Mutex<Option<Boundary>>>;

async fn carry(shared: Arc<Shared>, process: TcpStream) {
    let Ok(carrier) = TcpStream::connect(shared.carrier).await else { return };
    let (from_process, to_process) = process.into_split();
    let (from_carrier, mut to_carrier) = carrier.into_split();
    let next = NextAnswer::default();
    let answers =
        tokio::spawn(carry_answers(Arc::clone(&shared), from_carrier, to_process, Arc::clone(&next)));
    let mut from_process = BufReader::new(from_process);
    while let Some(request) = read_request(&mut from_process).await {
        let boundary = shared.boundary_for(&request);
        let through = match boundary {
            Some(Boundary::Connected) => 0,
            Some(Boundary::HalfSent) => request.len() / 2,
            _ => request.len(),
        };
        *next.lock().unwrap() = boundary;
        if to_carrier.write_all(&request[..through]).await.is_err() {
            break;
        }
        if matches!(boundary, Some(Boundary::Connected | Boundary::HalfSent | Boundary::Sent)) {
            shared.sprung.notify_one();
        }
    }
    // The process is gone, and the carrier sees no more of it than this.
    drop(to_carrier);
    let _ = answers.await;
}

async fn carry_answers(
    shared: Arc<Shared>,
    mut from_carrier: OwnedReadHalf,
    mut to_process: OwnedWriteHalf,
    next: NextAnswer,
) {
    let mut bytes = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from_carrier.read(&mut bytes).await {
        let boundary = *next.lock().unwrap();
        let through = match boundary {
            None => length,
            Some(Boundary::HalfAnswered) => length / 2,
            Some(_) => 0,
        };
        if to_process.write_all(&bytes[..through]).await.is_err() {
            return;
        }
        match boundary {
            None => {}
            Some(Boundary::Answered | Boundary::HalfAnswered) => {
                shared.sprung.notify_one();
                // Held until the carrier hangs up, as it does when the process is gone.
                while let Ok(1..) = from_carrier.read(&mut bytes).await {}
                return;
            }
            Some(_) => {}
        }
    }
}

/// One request, head and body; none when the process has hung up, wherever in a request.
async fn read_request(from_process: &mut BufReader<OwnedReadHalf>) -> Option<Vec<u8>> {
    let mut request = Vec::new();
    let mut length = 0;
    loop {
        let start = request.len();
        if from_process.read_until(b'\n', &mut request).await.ok()? == 0 {
            return None;
        }
        let line = String::from_utf8_lossy(&request[start..]).to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let head = request.len();
    request.resize(head + length, 0);
    from_process.read_exact(&mut request[head..]).await.ok()?;
    Some(request)
}
