//! The sandbox over HTTP.

mod connection;
mod cut_body;

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use apex_mobility_core::clock::within;
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use http::Response;
use tokio::net::{TcpListener, ToSocketAddrs};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use connection::{Breakable, BreakableListener};
use cut_body::cut;

use crate::Sandbox;
use crate::gateway::{LONGEST_BODY, Outcome, handle, too_large};

/// A sandbox bound to an address, not serving yet.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    sandbox: Sandbox,
}

impl Server {
    /// Binds to an address of this machine that others cannot reach. Port 0 takes any free one.
    ///
    /// # Errors
    /// When the address is taken, or is not a loopback address.
    pub async fn bind(address: impl ToSocketAddrs, sandbox: Sandbox) -> io::Result<Self> {
        let server = Self::bind_anywhere(address, sandbox).await?;
        if server.address.ip().is_loopback() {
            return Ok(server);
        }
        Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            format!(
                "{} can be reached from other machines; a sandbox has no protection",
                server.address.ip()
            ),
        ))
    }

    /// Binds to any address, also one that other machines can reach. Anyone who reaches it can change the
    /// sandbox.
    ///
    /// # Errors
    /// When the address is taken.
    pub async fn bind_anywhere(address: impl ToSocketAddrs, sandbox: Sandbox) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address, sandbox })
    }

    /// Where it listens, for example `http://127.0.0.1:8082`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address it listens at.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` is over; calls under way are finished first.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn serve(self, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let (stopping, stopped) = watch::channel(false);
        let face = Face { sandbox: self.sandbox, stopped };
        let routes = Router::new().fallback(answer).with_state(face);
        let listener = BreakableListener(self.listener);
        axum::serve(listener, routes.into_make_service_with_connect_info::<Breakable>())
            .with_graceful_shutdown(async move {
                stop.await;
                stopping.send_replace(true);
            })
            .await
    }

    /// Serves in a task of its own.
    #[must_use]
    pub fn spawn(self) -> ServerHandle {
        let url = self.url();
        let (stop, mut stopped) = watch::channel(());
        let task = tokio::spawn(self.serve(async move {
            // Over when told, and when the handle is gone.
            let _ = stopped.changed().await;
        }));
        ServerHandle { url, stop, task }
    }
}

/// A server that runs. It stops when this is dropped.
#[derive(Debug)]
pub struct ServerHandle {
    url: String,
    stop: watch::Sender<()>,
    task: JoinHandle<io::Result<()>>,
}

impl ServerHandle {
    /// Where it listens, for example `http://127.0.0.1:8082`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Stops it, and waits until it has.
    ///
    /// # Errors
    /// When the listener had failed.
    pub async fn shutdown(self) -> io::Result<()> {
        self.stop.send_replace(());
        self.task.await.map_err(io::Error::other)?
    }
}

#[derive(Clone)]
struct Face {
    sandbox: Sandbox,
    stopped: watch::Receiver<bool>,
}

async fn answer(
    State(face): State<Face>,
    ConnectInfo(connection): ConnectInfo<Breakable>,
    request: Request,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let outcome = match axum::body::to_bytes(body, LONGEST_BODY).await {
        Ok(body) => handle(&face.sandbox, &Request::from_parts(parts, body)),
        Err(_) => Outcome::Reply(too_large()),
    };
    match outcome {
        Outcome::Reply(reply) => reply.map(Body::from),
        Outcome::Reset => connection.reset(),
        Outcome::Cut(reply) => cut(reply),
        // If the client hangs up meanwhile, this future is dropped.
        Outcome::Late(reply, delay) => match face.serves_for(delay).await {
            true => reply.map(Body::from),
            false => connection.reset(),
        },
    }
}

impl Face {
    /// Waits for so long in real time. False when the server stops before.
    async fn serves_for(mut self, delay: Duration) -> bool {
        within(delay, self.stopped.wait_for(|stopped| *stopped)).await.is_err()
    }
}
