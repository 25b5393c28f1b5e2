//! No secret and no identifier in `Debug`, in errors, or in what is traced.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::sync::Once;

use apex_mobility_core::transport::Reply;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::spine::probe::{ok, read, scripted, write};

thread_local! {
    static TRACED: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Keeps everything that a test's thread traces, as text. Installed for the whole process: whether a
/// place traces at all is remembered per process.
struct Everything;

struct Writer<'a>(&'a mut String);

impl Visit for Writer<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        writeln!(self.0, "{}={value:?}", field.name()).unwrap();
    }
}

impl Subscriber for Everything {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        TRACED.with_borrow_mut(|text| span.record(&mut Writer(text)));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        TRACED.with_borrow_mut(|text| values.record(&mut Writer(text)));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        TRACED.with_borrow_mut(|text| event.record(&mut Writer(text)));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

fn trace_everything() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tracing::subscriber::set_global_default(Everything).unwrap());
}

const ECHO: &str =
    r#"{"errorDescription":"no such line 2145550101, secret canary-secret","passcode":"canary"}"#;

#[tokio::test(start_paused = true)]
async fn spans_and_events_name_the_operation_and_nobody() {
    trace_everything();
    let (client, _) = scripted([Reply::json(504, ECHO), ok(), Reply::json(400, ECHO)]);
    let _ = read(&client).send().await;
    let _ = write(&client).send().await;

    let traced = TRACED.take();
    for shown in [
        "apex.operation=\"line.get\"",
        "otel.kind=\"client\"",
        "http.request.method=\"GET\"",
        "url.template=\"/sp/mobility/lineconfig/api/v1/service/{subscriberNumber}\"",
        "server.address=\"example.com\"",
        "http.response.status_code=504",
        "http.response.status_code=200",
        "http.request.resend_count=1",
        "attempt=2",
    ] {
        assert!(traced.contains(shown), "{shown} is missing in\n{traced}");
    }
    for hidden in ["2145550101", "canary"] {
        assert!(!traced.contains(hidden), "{traced}");
    }
}

#[tokio::test(start_paused = true)]
async fn debug_of_clients_calls_and_errors_hides_both() {
    let (client, _) = scripted([Reply::json(400, ECHO)]);
    let error = write(&client).send().await.unwrap_err();
    let shown = format!("{client:?} {:?} {error:?}", write(&client));
    for hidden in ["2145550101", "canary"] {
        assert!(!shown.contains(hidden), "{shown}");
    }
    assert!(error.body().unwrap().contains("2145550101"), "the body is there for who asks");
    assert!(!error.body().unwrap().contains("\"canary\""), "but no secret: {:?}", error.body());
}

#[tokio::test(start_paused = true)]
async fn an_error_is_one_line_with_the_servers_words() {
    let (client, _) = scripted([Reply::json(400, "{\"errorDescription\":\"subscriber\\n  is inactive\"}")]);
    let error = write(&client).send().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "status.change: the server answered 400 Bad Request: subscriber is inactive; nothing was changed"
    );
    assert!(std::error::Error::source(&error).is_none());
}
