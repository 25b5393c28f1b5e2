//! Two operations, a read and a write, and clients to send them with.

use std::time::{Duration, SystemTime};

use apex_mobility_core::clock::PausedClock;
use apex_mobility_core::transport::{Reply, ScriptedTransport};
use apex_mobility_core::{
    AppCredentials, Call, Client, ClientBuilder, DecodeError, EncodeError, Operation, Safety, Wire,
    decode_json_or_empty,
};
use bytes::Bytes;
use http::{Request, Response};

/// Reads a thing. Its answer is a JSON string.
#[derive(Debug, Clone)]
pub(crate) struct Read;

/// Changes a thing. Its answer is a JSON string.
#[derive(Debug, Clone)]
pub(crate) struct Write;

impl Operation for Read {
    type Output = Option<String>;
    const NAME: &'static str = "line.get";
    const SAFETY: Safety = Safety::Read;

    fn encode(&self, wire: &Wire<'_>) -> Result<Request<Bytes>, EncodeError> {
        wire.request(Self::NAME)?.path_value("subscriberNumber", "2145550101").finish()
    }

    fn decode(&self, answer: &Response<Bytes>, _: &Wire<'_>) -> Result<Self::Output, DecodeError> {
        decode_json_or_empty(answer.body())
    }
}

impl Operation for Write {
    type Output = Option<String>;
    const NAME: &'static str = "status.change";
    const SAFETY: Safety = Safety::Write;
    const READ_BACK: &'static str = "read the line";

    fn encode(&self, wire: &Wire<'_>) -> Result<Request<Bytes>, EncodeError> {
        wire.request(Self::NAME)?.path_value("subscriberNumber", "2145550101").json(&["S"])?.finish()
    }

    fn decode(&self, answer: &Response<Bytes>, _: &Wire<'_>) -> Result<Self::Output, DecodeError> {
        decode_json_or_empty(answer.body())
    }
}

/// 2026-01-19 12:00:00 UTC.
pub(crate) fn noon() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_768_824_000)
}

pub(crate) fn builder(transport: &ScriptedTransport) -> ClientBuilder {
    Client::builder()
        .base_url("https://example.com:8082")
        .credentials(AppCredentials::new("canary-id", "canary-secret"))
        .clock(PausedClock::starting_at(noon()))
        .transport(transport.clone())
}

pub(crate) fn scripted(script: impl IntoIterator<Item = Reply>) -> (Client, ScriptedTransport) {
    let transport = ScriptedTransport::new(script);
    (builder(&transport).build().unwrap(), transport)
}

pub(crate) fn read(client: &Client) -> Call<Read> {
    Call::new(client, Read)
}

pub(crate) fn write(client: &Client) -> Call<Write> {
    Call::new(client, Write)
}

pub(crate) fn ok() -> Reply {
    Reply::json(200, r#""done""#)
}
