//! A 2xx answer that lacks what the operation cannot do without.

use apex_mobility_core::catalog::{Class, Signal};
use apex_mobility_core::transport::Reply;
use apex_mobility_core::{
    Call, DecodeError, Effect, EncodeError, Error, ErrorKind, Operation, Safety, Wire, decode_json,
};
use bytes::Bytes;
use http::{Request, Response};

use crate::spine::probe::scripted;

/// Never finds what it looks for.
#[derive(Debug)]
struct Lacking<const WRITE: bool>(Signal<'static>);

impl<const WRITE: bool> Operation for Lacking<WRITE> {
    type Output = ();
    const NAME: &'static str = "billing.item/read";
    const SAFETY: Safety = if WRITE { Safety::Write } else { Safety::Read };

    fn encode(&self, wire: &Wire<'_>) -> Result<Request<Bytes>, EncodeError> {
        wire.request(Self::NAME)?.path_value("billingAccountNumber", "000000000001").finish()
    }

    fn decode(&self, answer: &Response<Bytes>, _: &Wire<'_>) -> Result<(), DecodeError> {
        decode_json::<serde_json::Value>(answer.body())?;
        Err(DecodeError::missing_means("owner", self.0))
    }
}

async fn lacking<const WRITE: bool>(signal: Signal<'static>, body: &'static str) -> Error {
    let (client, _) = scripted([Reply::json(200, body)]);
    let call = Call::new(&client, Lacking::<WRITE>(signal));
    call.send().await.unwrap_err()
}

#[tokio::test(start_paused = true)]
async fn a_thing_that_is_not_there_is_not_found_in_the_servers_words() {
    for (signal, row) in [(Signal::NotThere, 44), (Signal::UnknownBatch, 38)] {
        let error = lacking::<false>(signal, r#"{"message": "no such thing"}"#).await;
        assert_eq!((error.class(), error.effect()), (Class::NotFound, Effect::None));
        assert_eq!((error.kind(), error.row().unwrap().number), (ErrorKind::FailureInSuccess, row));
        assert_eq!(
            error.to_string(),
            "billing.item/read: the server answered 200 OK, but the answer names no owner: no such thing"
        );
        assert_eq!(error.message(), "no such thing");
        assert_eq!(error.what(), "the server answered 200 OK, but the answer names no owner");
        assert_eq!(error.attempts(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_whose_answer_names_nothing_to_follow_it_by_is_of_unknown_outcome() {
    for (signal, row) in [(Signal::NoBatchId, 37), (Signal::UnreadableSuccess, 46)] {
        let error = lacking::<true>(signal, "{}").await;
        assert_eq!((error.class(), error.effect()), (Class::Ambiguous, Effect::Unknown));
        assert_eq!((error.kind(), error.row().unwrap().number), (ErrorKind::Unreadable, row));
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_cannot_be_read_says_nothing_about_what_is_there() {
    let error = lacking::<false>(Signal::NotThere, "<html>").await;
    assert_eq!((error.class(), error.row().unwrap().number), (Class::Ambiguous, 46));
}
