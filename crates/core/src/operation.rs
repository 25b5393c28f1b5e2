//! One operation of one API, without I/O: how its request is written and its answer read.

use std::fmt;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use http::{HeaderName, Request, Response};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::catalog::{NoOp, Signal};
use crate::domain::Date;
use crate::profile::WireProfile;
use crate::retry::Safety;
use crate::wire::Service;

/// How one operation goes over the wire. Pure: the same value encodes to the same request.
pub trait Operation: fmt::Debug + Send + Sync {
    /// What a success means to the caller.
    type Output: Send;

    /// The operation's key in the contract, for instance `line.get`. Where one path serves several
    /// operations the operation's own name follows a slash: `port.item/update`.
    const NAME: &'static str;

    /// Whether it can change anything.
    const SAFETY: Safety;

    /// For a write: the read that tells what came of it when the answer was lost, as an instruction to a
    /// person.
    const READ_BACK: &'static str = "";

    /// Writes the request; its URI is a path without host.
    ///
    /// # Errors
    /// When a value cannot be carried where the wire profile wants it.
    fn encode(&self, wire: &Wire<'_>) -> Result<Request<Bytes>, EncodeError>;

    /// Reads a 2xx answer.
    ///
    /// # Errors
    /// When the answer cannot be read, or lacks what the operation cannot do without.
    fn decode(&self, answer: &Response<Bytes>, wire: &Wire<'_>) -> Result<Self::Output, DecodeError>;

    /// Which refusals mean that the wanted state was there already.
    fn no_op(&self) -> NoOp {
        NoOp::Never
    }
}

/// What encoding and decoding may depend on besides the operation itself.
#[derive(Debug, Clone, Copy)]
pub struct Wire<'a> {
    /// Paths, headers and names in force.
    pub profile: &'a WireProfile,
    /// Today (UTC) by the client's clock.
    pub today: Date,
}

impl<'a> Wire<'a> {
    /// Starts the request of the operation `name`: path and method as the profile has them.
    ///
    /// # Errors
    /// When the profile knows no such operation.
    pub fn request(&self, name: &str) -> Result<RequestWriter<'a>, EncodeError> {
        let path_key = name.split_once('/').map_or(name, |(path_key, _)| path_key);
        let profile = self.profile;
        let path = profile.path(path_key);
        let method = profile.method(name).or_else(|| profile.method(path_key));
        let (Some(path), Some(method)) = (path, method) else {
            return Err(EncodeError::new(format!("the wire profile has no path and method for {name}")));
        };
        let mut request = Request::new(Bytes::new());
        *request.method_mut() = method.clone();
        insert_json(&mut request, profile.header("accept").unwrap_or(&ACCEPT));
        Ok(RequestWriter { profile, path: path.to_owned(), request })
    }

    /// Reads the line that a change of a line answers, as [`decode_written`] does, under the names of the
    /// contract.
    ///
    /// # Errors
    /// [`DecodeError::Unreadable`].
    pub fn changed_line(&self, answer: &Response<Bytes>) -> Result<Service, DecodeError> {
        Ok(self.contract_names(decode_written(answer.body())?))
    }

    /// A line under the names of the contract, whatever the profile calls them on the wire.
    #[must_use]
    pub fn contract_names(&self, line: Service) -> Service {
        line.renamed(self.profile)
    }
}

/// Everything but letters, digits and the marks that RFC 3986 leaves alone.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A request in the making.
#[derive(Debug)]
pub struct RequestWriter<'a> {
    profile: &'a WireProfile,
    path: String,
    request: Request<Bytes>,
}

impl RequestWriter<'_> {
    /// Fills the placeholder `{name}` of the path.
    #[must_use]
    pub fn path_value(mut self, name: &str, value: &str) -> Self {
        let value = utf8_percent_encode(value, SEGMENT).to_string();
        self.path = self.path.replace(&format!("{{{name}}}"), &value);
        self
    }

    /// Sets the header that the profile has under `key`.
    ///
    /// # Errors
    /// When the profile has no such key or the value cannot be a header's.
    pub fn header(mut self, key: &str, value: &str) -> Result<Self, EncodeError> {
        let Some(name) = self.profile.header(key) else {
            return Err(EncodeError::new(format!("the wire profile has no header {key}")));
        };
        let value = HeaderValue::from_str(value)
            .map_err(|_| EncodeError::new(format!("the header {name} cannot carry that value")))?;
        self.request.headers_mut().insert(name.clone(), value);
        Ok(self)
    }

    /// Sets the header under `key` when there is a value.
    ///
    /// # Errors
    /// As [`header`](Self::header).
    pub fn optional_header(self, key: &str, value: Option<&str>) -> Result<Self, EncodeError> {
        match value {
            Some(value) => self.header(key, value),
            None => Ok(self),
        }
    }

    /// Asks for a page, from 1, of so many items.
    ///
    /// # Errors
    /// When either is 0.
    pub fn page(self, number: u32, size: u32) -> Result<Self, EncodeError> {
        if number == 0 || size == 0 {
            let problem =
                format!("page {number} of {size} items: pages count from 1 and hold at least one item");
            return Err(EncodeError::new(problem));
        }
        self.header("current_page", &number.to_string())?.header("page_size", &size.to_string())
    }

    /// Sets the body.
    ///
    /// # Errors
    /// When the value cannot be written as JSON.
    pub fn json<T: Serialize + ?Sized>(mut self, body: &T) -> Result<Self, EncodeError> {
        let body = serde_json::to_vec(body)
            .map_err(|error| EncodeError::new(format!("the body cannot be written as JSON: {error}")))?;
        insert_json(&mut self.request, self.profile.header("content_type").unwrap_or(&CONTENT_TYPE));
        *self.request.body_mut() = Bytes::from(body);
        Ok(self)
    }

    /// The request.
    ///
    /// # Errors
    /// When a placeholder of the path was left, or the path is none.
    pub fn finish(mut self) -> Result<Request<Bytes>, EncodeError> {
        if let Some((_, rest)) = self.path.split_once('{') {
            let name = rest.split('}').next().unwrap_or(rest);
            return Err(EncodeError::new(format!("no value for {name} in the path")));
        }
        if self.path.split('/').skip(1).any(str::is_empty) {
            return Err(EncodeError::new("an empty value in the path".to_owned()));
        }
        *self.request.uri_mut() = self
            .path
            .parse()
            .map_err(|_| EncodeError::new("the wire profile's path is not a URL path".to_owned()))?;
        Ok(self.request)
    }
}

fn insert_json(request: &mut Request<Bytes>, name: &HeaderName) {
    request.headers_mut().insert(name.clone(), HeaderValue::from_static("application/json"));
}

/// A request could not be written; nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct EncodeError(String);

impl EncodeError {
    /// An error that says what could not be written. The message must not hold a customer's identifier.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

/// A 2xx answer could not be taken for a success.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The body is not what it should be.
    #[error("the answer cannot be read at {path}: {problem}")]
    Unreadable {
        /// The place in the body, as a JSON path, `.` for the whole.
        path: String,
        /// What is wrong there.
        problem: String,
    },
    /// The body can be read and lacks what the operation cannot do without, for instance the id to follow a
    /// request by.
    #[error("the answer names no {what}")]
    Missing {
        /// What is missing.
        what: &'static str,
        /// What that says, for the catalog: [`Signal::UnreadableSuccess`] where it says nothing.
        signal: Signal<'static>,
    },
}

impl DecodeError {
    /// The outcome cannot be told without it.
    #[must_use]
    pub const fn missing(what: &'static str) -> Self {
        Self::missing_means(what, Signal::UnreadableSuccess)
    }

    /// Its absence has a meaning in the contract: no such account, no batch.
    #[must_use]
    pub const fn missing_means(what: &'static str, signal: Signal<'static>) -> Self {
        Self::Missing { what, signal }
    }

    /// What the catalog makes of it.
    pub(crate) const fn signal(&self) -> Signal<'static> {
        match self {
            Self::Unreadable { .. } => Signal::UnreadableSuccess,
            Self::Missing { signal, .. } => *signal,
        }
    }
}

/// Reads a JSON body. A failure names its place.
///
/// # Errors
/// [`DecodeError::Unreadable`].
pub fn decode_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, DecodeError> {
    serde_json::from_slice(body).or_else(|plain| {
        // Read a second time for the place: keeping track of it costs time that successes need not pay.
        let mut reader = serde_json::Deserializer::from_slice(body);
        match serde_path_to_error::deserialize(&mut reader) {
            Ok(value) if reader.end().is_ok() => Ok(value),
            Ok(_) => Err(DecodeError::Unreadable { path: ".".to_owned(), problem: tidy(&plain) }),
            Err(error) => {
                Err(DecodeError::Unreadable { path: error.path().to_string(), problem: tidy(error.inner()) })
            }
        }
    })
}

/// Reads a JSON body that may be empty (contract 2.3: an empty 2xx to a write is accepted without detail). Null says
/// as little as nothing.
///
/// # Errors
/// [`DecodeError::Unreadable`].
pub fn decode_json_or_empty<T: DeserializeOwned>(body: &[u8]) -> Result<Option<T>, DecodeError> {
    if body.trim_ascii().is_empty() { Ok(None) } else { decode_json(body) }
}

/// Reads the answer to a write. An empty one is a write that was accepted without detail (contract 2.3): a value
/// of which nothing is said.
///
/// # Errors
/// [`DecodeError::Unreadable`].
pub fn decode_written<T: DeserializeOwned + Default>(body: &[u8]) -> Result<T, DecodeError> {
    Ok(decode_json_or_empty(body)?.unwrap_or_default())
}

/// serde's message without the value it quotes: that may be a customer's.
fn tidy(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    match error.classify() {
        serde_json::error::Category::Data => format!("unexpected type, line {line} column {column}"),
        serde_json::error::Category::Eof => format!("cut off at line {line} column {column}"),
        _ => format!("not JSON, line {line} column {column}"),
    }
}
