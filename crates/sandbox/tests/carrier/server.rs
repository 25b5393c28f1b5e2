//! The sandbox behind a socket.

use std::time::Duration;

use apex_mobility_core::clock::within;
use apex_mobility_sandbox::{Fault, FaultRule, Garbled, Sandbox, Server, ServerHandle, When};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::caller::{ACTIVATION, LIST, element, sandbox};

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
         content-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len(),
    )
    .into_bytes()
}

async fn serve(sandbox: &Sandbox) -> ServerHandle {
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

/// Sends a request that a fault disturbs; the bytes that came back, and how the connection ended.
async fn disturbed(rule: FaultRule) -> (Sandbox, Vec<u8>, std::io::Result<usize>) {
    let sandbox = sandbox(0);
    let server = serve(&sandbox).await;
    sandbox.set_faults([rule]);
    let address = server.url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let body = json!([element(1)]).to_string();
    stream.write_all(&request("POST", ACTIVATION, &body)).await.unwrap();
    let mut answer = Vec::new();
    let end = stream.read_to_end(&mut answer).await;
    // One call breaks one connection.
    assert!(talk(server.url(), &request("GET", LIST, "")).await.starts_with(b"HTTP/1.1 200"));
    sandbox.advance(Duration::from_secs(240));
    (sandbox, answer, end)
}

fn first(fault: Fault) -> FaultRule {
    FaultRule::new(fault, "activation.submit", When::Nth(1)).unwrap()
}

#[tokio::test]
async fn a_reset_is_a_reset_and_does_not_tell_whether_it_committed() {
    for (fault, commits) in [(Fault::F1, false), (Fault::F2, true)] {
        let (sandbox, answer, end) = disturbed(first(fault)).await;
        assert_eq!(end.unwrap_err().kind(), std::io::ErrorKind::ConnectionReset, "{fault}");
        assert!(answer.is_empty(), "{fault}");
        assert_eq!(sandbox.ledger().len(), usize::from(commits), "{fault}");
    }
}

#[tokio::test]
async fn a_cut_connection_ends_in_the_middle_of_the_body() {
    let (sandbox, answer, end) = disturbed(first(Fault::F8).garbled(Garbled::CutConnection)).await;
    end.unwrap();
    let text = String::from_utf8(answer).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
    assert_eq!(body.len(), length.parse::<usize>().unwrap() / 2);
    assert!(body.starts_with("[{"), "{body}");
    assert_eq!(sandbox.ledger().len(), 1);
}

#[tokio::test]
async fn a_late_answer_comes_late_and_whole() {
    let (sandbox, answer, end) = disturbed(first(Fault::F4).delayed(Duration::from_millis(20))).await;
    end.unwrap();
    assert!(String::from_utf8(answer).unwrap().starts_with("HTTP/1.1 200 OK"));
    assert_eq!(sandbox.ledger().len(), 1);
}

#[tokio::test]
async fn an_answer_that_comes_too_late_does_not_hold_up_a_stop() {
    let sandbox = sandbox(0);
    let server = serve(&sandbox).await;
    sandbox.set_faults([first(Fault::F4)]);
    let sent = request("POST", ACTIVATION, &json!([element(1)]).to_string());
    let answer = tokio::spawn({
        let url = server.url().to_owned();
        async move { talk(&url, &sent).await }
    });
    while sandbox.arrivals("activation.submit") != Some(1) {
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
