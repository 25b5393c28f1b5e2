//! What a rule answers, before variants and faults shape it into HTTP.

use std::fmt;

use serde::Serialize;

/// A rule's answer.
pub(crate) type Answer = Result<Done, Refusal>;

/// The request was carried out.
#[derive(Debug, Default)]
pub(crate) struct Done {
    /// Reply headers, by their keys in the wire profile.
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Done {
    pub(crate) fn json(body: &impl Serialize) -> Self {
        // A reply is made of text and lists: it always serializes.
        Self { headers: Vec::new(), body: serde_json::to_vec(body).unwrap_or_default() }
    }

    pub(crate) fn with_header(mut self, key: &'static str, value: impl fmt::Display) -> Self {
        self.headers.push((key, value.to_string()));
        self
    }
}

/// The request was not carried out, and changed nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) kind: RefusalKind,
    pub(crate) text: String,
    pub(crate) envelope: Envelope,
}

/// contract 2.3: there is no single shape of an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Envelope {
    /// `errorDescription`.
    Description,
    /// Activation puts a `responseMessage` beside it.
    Activation,
    /// PDP has a `message`, as its successes do.
    Pdp,
    /// An id, with the text as a `description` beside it.
    Id(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RefusalKind {
    /// A rule of the carrier. Variant `business_error` says how it is put.
    Business,
    /// The request itself is wrong.
    Invalid,
    NotFound,
    Unauthorized,
    WrongMethod,
    TooLarge,
}

impl Refusal {
    pub(crate) fn new(kind: RefusalKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into(), envelope: Envelope::Description }
    }

    pub(crate) fn business(text: impl Into<String>) -> Self {
        Self::new(RefusalKind::Business, text)
    }

    pub(crate) fn invalid(text: impl Into<String>) -> Self {
        Self::new(RefusalKind::Invalid, text)
    }

    pub(crate) fn not_found(text: impl Into<String>) -> Self {
        Self::new(RefusalKind::NotFound, text)
    }

    /// contract 6, row 8: a 404 that says no more than `/service/`.
    pub(crate) fn without_service(id: String) -> Self {
        Self { envelope: Envelope::Id(id), ..Self::not_found("/service/") }
    }

    pub(crate) fn of_activation(mut self) -> Self {
        self.envelope = Envelope::Activation;
        self
    }

    pub(crate) fn of_pdp(mut self) -> Self {
        self.envelope = Envelope::Pdp;
        self
    }
}
