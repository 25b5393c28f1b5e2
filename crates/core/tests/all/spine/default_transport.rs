//! The default transport over TCP: what counts as sent, and how often a request arrives.
#![cfg(feature = "http-client")]

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use apex_mobility_core::retry::RetryPolicy;
use apex_mobility_core::transport::HttpClientOptions;
use apex_mobility_core::{AppCredentials, Client, ClientBuilder, Effect, ErrorKind};
use futures_util::FutureExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::spine::probe::{read, write};
use crate::spine::suspended::SetClock;

/// A server that counts whole requests and answers each as `answer` says.
struct Counter {
    address: SocketAddr,
    arrived: Arc<AtomicUsize>,
}

/// What to do with a request, by its number from 0.
type Answer = fn(usize) -> Act;

enum Act {
    /// Answer and keep the connection.
    Keep(&'static str),
    /// Answer and close the connection without saying so.
    Close(&'static str),
    /// Close without an answer.
    Drop,
    /// Announce more than is sent, then close.
    Cut,
}

impl Counter {
    async fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let arrived = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&arrived);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&counted), answer));
            }
        });
        Self { address, arrived }
    }

    fn builder(&self) -> ClientBuilder {
        Client::builder()
            .base_url(format!("http://{}", self.address))
            .credentials(AppCredentials::new("id", "secret"))
    }

    fn arrived(&self) -> usize {
        self.arrived.load(Ordering::SeqCst)
    }
}

async fn serve(mut stream: TcpStream, arrived: Arc<AtomicUsize>, answer: Answer) {
    let mut buffer = Vec::new();
    loop {
        // Both probe requests are told apart from their rest by the blank line and a short body.
        while !is_whole(&buffer) {
            match stream.read_buf(&mut buffer).await {
                Ok(1..) => {}
                Ok(0) | Err(_) => return,
            }
        }
        buffer.clear();
        let number = arrived.fetch_add(1, Ordering::SeqCst);
        let reply = |body: &str| format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        match answer(number) {
            Act::Keep(body) => stream.write_all(reply(body).as_bytes()).await.unwrap(),
            Act::Close(body) => {
                stream.write_all(reply(body).as_bytes()).await.unwrap();
                return;
            }
            Act::Drop => return,
            Act::Cut => {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n\"do").await;
                return;
            }
        }
    }
}

fn is_whole(buffer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(buffer);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok())
        .unwrap_or(0usize);
    body.len() >= length
}

#[tokio::test]
async fn requests_share_a_connection_and_arrive_once() {
    let server = Counter::start(|_| Act::Keep(r#""done""#)).await;
    let client = server.builder().build().unwrap();
    for _ in 0..5 {
        assert_eq!(write(&client).send().await.unwrap().value.as_deref(), Some("done"));
    }
    assert_eq!(server.arrived(), 5);
}

/// A pooled connection that the server has closed meanwhile: the HTTP client may move a request that was
/// not written yet to a new connection, and that is the only resend below the SDK.
#[tokio::test]
async fn a_write_that_meets_a_dead_pooled_connection_arrives_once() {
    for _ in 0..20 {
        let server = Counter::start(|_| Act::Close(r#""done""#)).await;
        let client = server.builder().build().unwrap();
        write(&client).send().await.unwrap();
        let second = write(&client).send().await;
        match second {
            Ok(_) => assert_eq!(server.arrived(), 2),
            // Written to the dying connection: it may not have arrived, and is not sent again.
            Err(error) => {
                assert_eq!((error.effect(), error.attempts()), (Effect::Unknown, 1), "{error}");
                assert_eq!(server.arrived(), 1);
            }
        }
    }
}

#[tokio::test]
async fn a_write_whose_connection_breaks_arrives_once_and_is_unknown() {
    for answer in [(|_| Act::Drop) as Answer, |_| Act::Cut] {
        let server = Counter::start(answer).await;
        let error = write(&server.builder().build().unwrap()).send().await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Broken, Effect::Unknown), "{error}");
        assert_eq!(server.arrived(), 1);
    }
}

#[tokio::test]
async fn a_port_where_nobody_listens_means_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let client = Client::builder()
        .base_url(format!("http://{address}"))
        .credentials(AppCredentials::new("id", "secret"))
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let error = write(&client).send().await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Connect, Effect::NotSent), "{error}");
}

#[tokio::test]
async fn a_write_whose_machine_was_suspended_while_it_connected_does_not_arrive() {
    let server = Counter::start(|_| Act::Keep(r#""done""#)).await;
    let clock = SetClock::new();
    let client = server.builder().clock(clock.clone()).build().unwrap();
    let call = write(&client);
    let mut sent = pin!(call.send());
    // It has begun to connect; whether that came about is seen at the next poll at the earliest.
    assert!(sent.as_mut().now_or_never().is_none());
    clock.set_wall_forward(Duration::from_secs(3600));
    let error = sent.await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Timeout, Effect::Unknown), "{error}");
    // The next one is counted alone.
    assert!(read(&client).send().await.is_ok());
    assert_eq!(server.arrived(), 1);
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_means_nothing_was_sent() {
    let server = Counter::start(|_| Act::Keep("no")).await;
    let client = Client::builder()
        .base_url(format!("https://{}", server.address))
        .credentials(AppCredentials::new("id", "secret"))
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let mut call = write(&client);
    call.options.timeout = Some(Duration::from_secs(5));
    let error = call.send().await.unwrap_err();
    // The server waits for a request that never comes in the clear.
    assert_eq!(server.arrived(), 0);
    assert!(matches!(error.kind(), ErrorKind::Connect | ErrorKind::Timeout), "{error}");
}

#[tokio::test]
async fn an_answer_longer_than_the_limit_is_not_read() {
    let server = Counter::start(|_| Act::Keep(r#""0123456789""#)).await;
    let mut options = HttpClientOptions::default();
    options.max_body = 11;
    let client = server.builder().http_client(options.clone()).retry(RetryPolicy::never()).build().unwrap();
    let error = read(&client).send().await.unwrap_err();
    assert!(error.to_string().contains("longer than 11 bytes"), "{error}");

    options.max_body = 12;
    let client = server.builder().http_client(options).build().unwrap();
    assert!(read(&client).send().await.is_ok());
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let target = Counter::start(|_| Act::Keep(r#""done""#)).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let location = format!("http://{}/elsewhere", target.address);
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut buffer = Vec::new();
        while !is_whole(&buffer) {
            stream.read_buf(&mut buffer).await.unwrap();
        }
        let reply =
            format!("HTTP/1.1 307 Temporary Redirect\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n");
        stream.write_all(reply.as_bytes()).await.unwrap();
    });
    let client = Client::builder()
        .base_url(format!("http://{address}"))
        .credentials(AppCredentials::new("id", "secret"))
        .build()
        .unwrap();
    let error = write(&client).send().await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.effect()), (307, Effect::Unknown));
    assert_eq!(target.arrived(), 0);
}
