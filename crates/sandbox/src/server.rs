//! The sandbox over HTTP.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use axum::extract::connect_info::Connected;
use axum::extract::{ConnectInfo, Request, State};
use axum::serve::{IncomingStream, Listener};
use bytes::Bytes;
use http::Response;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream, ToSocketAddrs};
use tokio::sync::watch;
use tokio::task::JoinHandle;

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
        let listener = CuttableListener(self.listener);
        axum::serve(listener, routes.into_make_service_with_connect_info::<Cut>())
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
    State(mut face): State<Face>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    request: Request,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let outcome = match axum::body::to_bytes(body, LONGEST_BODY).await {
        Ok(body) => handle(&face.sandbox, &Request::from_parts(parts, body)),
        Err(_) => Outcome::Reply(too_large()),
    };
    let reply = match outcome {
        Outcome::Reply(reply) => reply,
        Outcome::Dropped => {
            cut.now();
            Response::new(Bytes::new())
        }
        Outcome::Silence => {
            // Until the client hangs up, which drops this future, or the server stops.
            let _ = face.stopped.wait_for(|stopped| *stopped).await;
            cut.now();
            Response::new(Bytes::new())
        }
    };
    reply.map(Body::from)
}

/// Cuts one connection: from then on nothing can be written to it.
#[derive(Debug, Clone, Default)]
struct Cut(Arc<AtomicBool>);

impl Cut {
    fn now(&self) {
        self.0.store(true, Ordering::Release);
    }

    fn check(&self) -> io::Result<()> {
        if self.0.load(Ordering::Acquire) { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(()) }
    }
}

impl Connected<IncomingStream<'_, CuttableListener>> for Cut {
    fn connect_info(stream: IncomingStream<'_, CuttableListener>) -> Self {
        stream.io().cut.clone()
    }
}

/// Faults F1 and F2 end a connection without an answer; axum alone always answers.
struct CuttableListener(TcpListener);

impl Listener for CuttableListener {
    type Io = CuttableStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (CuttableStream, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        // A reply is small: waiting to fill a packet only delays it.
        let _ = stream.set_nodelay(true);
        (CuttableStream { stream, cut: Cut::default() }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

struct CuttableStream {
    stream: TcpStream,
    cut: Cut,
}

impl AsyncRead for CuttableStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for CuttableStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.cut.check()?;
        Pin::new(&mut self.stream).poll_write(context, buffer)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.cut.check()?;
        Pin::new(&mut self.stream).poll_write_vectored(context, buffers)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
