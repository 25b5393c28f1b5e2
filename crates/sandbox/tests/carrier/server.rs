//! The sandbox behind a socket.

use std::time::Duration;

use apex_mobility_core::clock::within;
use apex_mobility_sandbox::{Fault, FaultRule, Server, ServerHandle, When};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::caller::{ACTIVATION, LIST, element, get, sandbox};

/// Sends bytes and reads until the server hangs up.
async fn talk(url: &str, bytes: &[u8]) -> Vec<u8> {
    let address = url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    // A cut connection may end in an error; what came before it counts.
    let _ = stream.read_to_end(&mut answer).await;
    answer
}

fn request(method: &str, path: &str, body: &str) -> Vec<u8> {
    format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\napp-id: sandbox\r\napp-secret: sandbox\r\n\
         connection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len(),
    )
    .into_bytes()
}

async fn serve(sandbox: &apex_mobility_sandbox::Sandbox) -> ServerHandle {
    Server::bind(("127.0.0.1", 0), sandbox.clone()).await.unwrap().spawn()
}

#[tokio::test]
async fn it_serves_apis_and_control_calls() {
    let server = serve(&sandbox(10)).await;
    for path in [LIST, "/_sandbox/health"] {
        let answer = String::from_utf8(talk(server.url(), &request("GET", path, "")).await).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
        assert!(answer.contains("content-type: application/json"), "{answer}");
    }
    server.shutdown().await.unwrap();
}

#[tokio::test]
async fn an_address_that_others_can_reach_is_taken_only_when_told() {
    let refused = Server::bind(("0.0.0.0", 0), sandbox(0)).await.unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::PermissionDenied);
    assert!(Server::bind_anywhere(("0.0.0.0", 0), sandbox(0)).await.is_ok());
}

#[tokio::test]
async fn a_taken_address_is_an_error() {
    let first = Server::bind(("127.0.0.1", 0), sandbox(0)).await.unwrap();
    assert!(Server::bind(first.address(), sandbox(0)).await.is_err());
}

#[tokio::test]
async fn a_body_that_is_too_long_is_refused() {
    let server = serve(&sandbox(0)).await;
    let body = "x".repeat(4 * 1024 * 1024 + 1);
    let answer = talk(server.url(), &request("POST", ACTIVATION, &body)).await;
    // The server may hang up while the rest is still being sent.
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 413"));
}

#[tokio::test]
async fn a_dropped_connection_has_no_answer_and_its_fault_decides_about_the_commit() {
    for (fault, commits) in [(Fault::F1, false), (Fault::F2, true)] {
        let sandbox = sandbox(0);
        let server = serve(&sandbox).await;
        sandbox.set_faults([FaultRule::new(fault, "activation.submit", When::Nth(1)).unwrap()]);
        let body = json!([element(1)]).to_string();
        assert!(talk(server.url(), &request("POST", ACTIVATION, &body)).await.is_empty(), "{fault}");
        sandbox.advance(Duration::from_secs(240));
        assert_eq!(sandbox.ledger().len(), usize::from(commits), "{fault}");
        assert!(talk(server.url(), &request("GET", LIST, "")).await.starts_with(b"HTTP/1.1 200"), "{fault}");
    }
}

#[tokio::test]
async fn an_answer_that_comes_too_late_does_not_hold_up_a_stop() {
    let sandbox = sandbox(0);
    let server = serve(&sandbox).await;
    sandbox.set_faults([FaultRule::new(Fault::F4, "activation.submit", When::Always).unwrap()]);
    let sent = request("POST", ACTIVATION, &json!([element(1)]).to_string());
    let answer = tokio::spawn({
        let url = server.url().to_owned();
        async move { talk(&url, &sent).await }
    });
    while get(&sandbox, &format!("{ACTIVATION}/req-0001"), &[]).await.status != 200 {
        tokio::task::yield_now().await;
    }
    assert!(!answer.is_finished());
    within(Duration::from_secs(5), server.shutdown()).await.unwrap().unwrap();
    assert!(answer.await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_not_http_is_answered_or_hung_up_on() {
    let server = serve(&sandbox(0)).await;
    for bytes in [&b"\x16\x03\x01\x00\x00\r\n\r\n"[..], b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n"] {
        let answer = talk(server.url(), bytes).await;
        assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 4"));
    }
    assert!(talk(server.url(), &request("GET", LIST, "")).await.starts_with(b"HTTP/1.1 200"));
}
