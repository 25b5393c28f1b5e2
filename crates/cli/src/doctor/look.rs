//! The questions: one GET each, and what it goes by.

use std::fmt;

use apex_mobility::bytes::Bytes;
use apex_mobility::http::{Method, Request, Response};
use apex_mobility::{DecodeError, EncodeError, Operation, Safety, Wire};

/// Everything that is asked, in order. At most once each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Asked {
    FirstPage,
    SecondPage,
    LargestPage,
    TooLargePage,
    FilterFan,
    FilterBan,
    FilterNumber,
    ListedSuspended,
    ListedCancelled,
    Line,
    UnknownLine,
    SearchSim,
    SearchImei,
    SearchUnknownSim,
    FoundSuspended,
    FoundCancelled,
    CancelledLine,
    UnknownActivation,
    UnknownPort,
    Account,
    UnknownAccount,
    UnknownBatch,
    BatchesOfLine,
    NoSuchPath,
}

impl Asked {
    pub(crate) const ALL: [Self; 24] = [
        Self::FirstPage,
        Self::SecondPage,
        Self::LargestPage,
        Self::TooLargePage,
        Self::FilterFan,
        Self::FilterBan,
        Self::FilterNumber,
        Self::ListedSuspended,
        Self::ListedCancelled,
        Self::Line,
        Self::UnknownLine,
        Self::SearchSim,
        Self::SearchImei,
        Self::SearchUnknownSim,
        Self::FoundSuspended,
        Self::FoundCancelled,
        Self::CancelledLine,
        Self::UnknownActivation,
        Self::UnknownPort,
        Self::Account,
        Self::UnknownAccount,
        Self::UnknownBatch,
        Self::BatchesOfLine,
        Self::NoSuchPath,
    ];

    /// What a capture of it is called.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::FirstPage => "list-first-page",
            Self::SecondPage => "list-second-page",
            Self::LargestPage => "list-largest-page",
            Self::TooLargePage => "list-too-large-page",
            Self::FilterFan => "list-of-unknown-fan",
            Self::FilterBan => "list-of-unknown-ban",
            Self::FilterNumber => "list-of-unknown-number",
            Self::ListedSuspended => "list-suspended",
            Self::ListedCancelled => "list-cancelled",
            Self::Line => "line",
            Self::UnknownLine => "unknown-line",
            Self::SearchSim => "search-by-sim",
            Self::SearchImei => "search-by-imei",
            Self::SearchUnknownSim => "search-by-unknown-sim",
            Self::FoundSuspended => "search-suspended",
            Self::FoundCancelled => "search-cancelled",
            Self::CancelledLine => "cancelled-line",
            Self::UnknownActivation => "unknown-activation",
            Self::UnknownPort => "unknown-port",
            Self::Account => "account",
            Self::UnknownAccount => "unknown-account",
            Self::UnknownBatch => "unknown-pdp-batch",
            Self::BatchesOfLine => "pdp-of-line",
            Self::NoSuchPath => "no-such-path",
        }
    }

    /// The operation of the contract that it is a call of; none for the path that nobody has.
    pub(crate) const fn operation(self) -> Option<&'static str> {
        Some(match self {
            Self::FirstPage
            | Self::SecondPage
            | Self::LargestPage
            | Self::TooLargePage
            | Self::FilterFan
            | Self::FilterBan
            | Self::FilterNumber
            | Self::ListedSuspended
            | Self::ListedCancelled => "list.accounts",
            Self::Line | Self::UnknownLine | Self::CancelledLine => "line.get",
            Self::SearchSim
            | Self::SearchImei
            | Self::SearchUnknownSim
            | Self::FoundSuspended
            | Self::FoundCancelled => "line.search",
            Self::UnknownActivation => "activation.status",
            Self::UnknownPort => "port.item/status",
            Self::Account | Self::UnknownAccount => "billing.item/read",
            Self::UnknownBatch | Self::BatchesOfLine => "pdp.status",
            Self::NoSuchPath => return None,
        })
    }
}

/// A path that no gateway has: what it answers there is what it answers to a wrong path.
const NO_SUCH_PATH: &str = "/sp/mobility/nosuchthing/api/v1/nothing";

/// One question, ready to be sent.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Look {
    pub(crate) asked: Asked,
    /// The placeholder of the path and what fills it.
    value: Option<(&'static str, String)>,
    /// Headers by their keys in the wire profile.
    headers: Vec<(&'static str, String)>,
}

impl Look {
    pub(crate) const fn new(asked: Asked) -> Self {
        Self { asked, value: None, headers: Vec::new() }
    }

    #[must_use]
    pub(crate) fn at(mut self, placeholder: &'static str, value: impl Into<String>) -> Self {
        self.value = Some((placeholder, value.into()));
        self
    }

    #[must_use]
    pub(crate) fn with(mut self, header: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((header, value.into()));
        self
    }

    #[must_use]
    pub(crate) fn page(self, page: usize, size: usize) -> Self {
        self.with("current_page", page.to_string()).with("page_size", size.to_string())
    }
}

/// Values are customers' identifiers.
impl fmt::Debug for Look {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Look").field("asked", &self.asked).finish_non_exhaustive()
    }
}

/// Whatever the answer says, it is an answer: the one that is judged is the raw one.
impl Operation for Look {
    type Output = ();

    const NAME: &'static str = "doctor";
    const SAFETY: Safety = Safety::Read;

    fn encode(&self, wire: &Wire<'_>) -> Result<Request<Bytes>, EncodeError> {
        let Some(operation) = self.asked.operation() else {
            let mut request = Request::new(Bytes::new());
            *request.method_mut() = Method::GET;
            *request.uri_mut() = apex_mobility::http::Uri::from_static(NO_SUCH_PATH);
            return Ok(request);
        };
        let mut request = wire.request(operation)?;
        if let Some((placeholder, value)) = &self.value {
            request = request.path_value(placeholder, value);
        }
        for (key, value) in &self.headers {
            request = request.header(key, value)?;
        }
        request.finish()
    }

    fn decode(&self, _: &Response<Bytes>, _: &Wire<'_>) -> Result<(), DecodeError> {
        Ok(())
    }
}
