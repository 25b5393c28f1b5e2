//! What was found of one assumption.

/// Whether an assumption holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Holds,
    Differs,
    Untold,
}

impl Verdict {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Differs => "differs",
            Self::Untold => "could not be told",
        }
    }
}

/// How an assumption fared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) verdict: Verdict,
    /// What was seen, without a customer's data.
    pub(crate) what: String,
    /// What that means for whoever uses the client.
    pub(crate) means: &'static str,
    pub(crate) corrections: Vec<Correction>,
}

/// An entry of the wire profile that makes it right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Correction {
    pub(crate) section: &'static str,
    pub(crate) key: String,
    pub(crate) value: String,
    pub(crate) why: &'static str,
}

impl Found {
    pub(crate) fn holds(what: impl Into<String>) -> Self {
        Self { verdict: Verdict::Holds, what: what.into(), means: "", corrections: Vec::new() }
    }

    pub(crate) fn differs(what: impl Into<String>, means: &'static str) -> Self {
        Self { verdict: Verdict::Differs, what: what.into(), means, corrections: Vec::new() }
    }

    pub(crate) fn untold(why: impl Into<String>) -> Self {
        Self { verdict: Verdict::Untold, what: why.into(), means: "", corrections: Vec::new() }
    }

    #[must_use]
    pub(crate) fn with(mut self, correction: Option<Correction>) -> Self {
        self.corrections.extend(correction);
        self
    }
}

/// A judgement that stops where there is nothing to judge.
pub(crate) type Judged = Result<Found, String>;
