//! Control calls to a sandbox that is served: which one, and what it answers.

use std::net::IpAddr;

use apex_mobility::http::{Method, Request, Response, StatusCode, Uri};
use apex_mobility::retry::RetryPolicy;
use apex_mobility::{
    AppCredentials, BASE_URL_VARIABLE, Call, Client, DecodeError, EncodeError, ErrorKind, Operation, Safety,
    Wire, bytes::Bytes, decode_json,
};
use clap::Args;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::failure::Failure;

/// Which sandbox.
#[derive(Debug, Args)]
#[command(next_help_heading = "Connection")]
pub(super) struct SandboxArgs {
    /// Where the sandbox is served [default: APEX_BASE_URL if that is on this machine, else
    /// http://127.0.0.1:8082]
    #[arg(long, value_name = "URL", display_order = 800)]
    url: Option<String>,
}

const USUAL: &str = "http://127.0.0.1:8082";

impl SandboxArgs {
    pub(super) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        self.send(Method::GET, path, None).await
    }

    pub(super) async fn put<T: DeserializeOwned>(&self, path: &str, body: &Value) -> Result<T, Failure> {
        self.send(Method::PUT, path, Some(body)).await
    }

    pub(super) async fn post<T: DeserializeOwned>(&self, path: &str, body: &Value) -> Result<T, Failure> {
        self.send(Method::POST, path, Some(body)).await
    }

    pub(super) async fn delete<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        self.send(Method::DELETE, path, None).await
    }

    async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<T, Failure> {
        let call = ControlCall { method, path: path.to_owned(), body: body.map(Value::to_string) };
        let url = self.url();
        let client = Client::builder()
            .base_url(url.as_str())
            // Control calls ask for none.
            .credentials(AppCredentials::new("sandbox", "sandbox"))
            .retry(RetryPolicy::never())
            .build()
            .map_err(|error| Failure::from(error).with_next("correct --url"))?;
        let answer = Call::new(&client, call).send().await.map_err(|error| failure(&error, &url))?;
        serde_json::from_value(answer.value).map_err(|_| no_sandbox(&url))
    }

    /// A server that APEX_BASE_URL names is taken only on this machine: AT&T's own is never sent a control call.
    fn url(&self) -> String {
        let from_environment = || std::env::var(BASE_URL_VARIABLE).ok().filter(|url| is_local(url.trim()));
        self.url.clone().or_else(from_environment).unwrap_or_else(|| USUAL.to_owned()).trim().to_owned()
    }
}

fn is_local(url: &str) -> bool {
    let host = url.parse::<Uri>().ok().and_then(|uri| uri.host().map(str::to_owned));
    host.is_some_and(|host| {
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
    })
}

fn failure(error: &apex_mobility::Error, url: &str) -> Failure {
    if error.kind() == ErrorKind::Connect {
        return Failure::local(format!("no sandbox can be reached at {url}"))
            .with_next("start one with `apex sandbox serve`, or say with --url where it is served");
    }
    // A sandbox says in one member why it refused.
    let told: Option<Value> = error.body().and_then(|body| serde_json::from_str(body).ok());
    match told.as_ref().and_then(|body| body.get("error")?.as_str()) {
        Some(why) if error.status() == Some(StatusCode::NOT_FOUND) => {
            Failure::not_found(format!("the sandbox answered: {why}"), "check the number")
                .with_changed("nothing was changed")
        }
        Some(why) => Failure::usage(format!("the sandbox refused: {why}"), "correct the command line")
            .with_changed("nothing was changed"),
        None => no_sandbox(url),
    }
}

fn no_sandbox(url: &str) -> Failure {
    Failure::local(format!("what answers at {url} is no sandbox, or one of another version"))
        .with_changed("unknown: it is not known what answered")
        .with_next("check --url and APEX_BASE_URL")
}

/// One control call. It is sent once.
#[derive(Debug)]
struct ControlCall {
    method: Method,
    path: String,
    body: Option<String>,
}

impl Operation for ControlCall {
    type Output = Value;
    const NAME: &'static str = "sandbox.control";
    const SAFETY: Safety = Safety::Write;

    fn encode(&self, _: &Wire<'_>) -> Result<Request<Bytes>, EncodeError> {
        Request::builder()
            .method(self.method.clone())
            .uri(format!("/_sandbox/{}", self.path))
            .header("content-type", "application/json")
            .body(Bytes::from(self.body.clone().unwrap_or_default()))
            .map_err(|error| EncodeError::new(error.to_string()))
    }

    fn decode(&self, answer: &Response<Bytes>, _: &Wire<'_>) -> Result<Value, DecodeError> {
        decode_json(answer.body())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_taken_from_the_environment() {
        for url in ["http://127.0.0.1:8082", "http://localhost:1", "http://LOCALHOST", "http://[::1]:8082/x"]
        {
            assert!(is_local(url), "{url}");
        }
        for url in ["https://apsapi.att.com:8082", "http://10.0.0.1", "http://localhost.example.com", "", "x"]
        {
            assert!(!is_local(url), "{url}");
        }
    }
}
