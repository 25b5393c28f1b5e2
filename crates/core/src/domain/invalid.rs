//! What is said to a person whose value was refused.

use std::borrow::Cow;
use std::fmt;

/// A value that breaks a rule of its type.
///
/// `Display` says what was given, what is wrong, what is allowed, and one example. A secret's text is
/// never kept. `Debug` hides the text, as it may be a customer's.
#[derive(Clone, PartialEq, Eq)]
pub struct InvalidValue(Box<Inner>);

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    what: &'static str,
    given: Option<String>,
    refusal: Refusal,
    allowed: &'static str,
    example: &'static str,
}

/// The kinds of mistake that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// Nothing was given.
    Empty,
    /// `8.9E+18`: a spreadsheet took an identifier for a number. The digits are lost.
    ExponentForm,
    /// `101000000016.0`: a spreadsheet took an identifier for a number.
    DecimalForm,
    /// Too few digits, where the missing ones are leading zeros.
    LostLeadingZeros,
    /// Too short or too long.
    Length,
    /// A character that cannot stand there.
    Character,
    /// The check digit does not fit the rest: most often a typing mistake.
    CheckDigit,
    /// Any other rule.
    Rule,
}

impl InvalidValue {
    /// The kind of value, for example `IMEI`.
    pub fn what(&self) -> &str {
        self.0.what
    }

    /// The text that was refused; `None` for a secret.
    pub fn given(&self) -> Option<&str> {
        self.0.given.as_deref()
    }

    /// The kind of mistake.
    pub fn fault(&self) -> Fault {
        self.0.refusal.fault
    }

    /// What is wrong with it, as the predicate of a sentence: `is written in exponent form`.
    pub fn problem(&self) -> &str {
        &self.0.refusal.problem
    }

    /// A way out that follows from the text, where there is one.
    pub fn hint(&self) -> Option<&str> {
        self.0.refusal.hint.as_deref()
    }

    /// The rule, as a sentence: `an IMEI is 15 digits with a valid check digit`.
    pub fn allowed(&self) -> &str {
        self.0.allowed
    }

    /// A value that would be accepted.
    pub fn example(&self) -> &str {
        self.0.example
    }

    /// A value that is needed and was not given.
    #[must_use]
    pub fn empty(what: &'static str, allowed: &'static str, example: &'static str) -> Self {
        Self::new(what, Some(""), Refusal::empty(), allowed, example)
    }

    /// A value that breaks a rule of a type outside this crate. `problem` is the predicate of a sentence:
    /// `is not a UUID`.
    #[must_use]
    pub fn broken_rule(
        what: &'static str,
        given: &str,
        problem: &'static str,
        allowed: &'static str,
        example: &'static str,
    ) -> Self {
        Self::new(what, Some(given), Refusal::rule(problem), allowed, example)
    }

    pub(crate) fn new(
        what: &'static str,
        given: Option<&str>,
        refusal: Refusal,
        allowed: &'static str,
        example: &'static str,
    ) -> Self {
        Self(Box::new(Inner { what, given: given.map(str::to_owned), refusal, allowed, example }))
    }
}

impl fmt::Display for InvalidValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { what, given, refusal, allowed, example } = &*self.0;
        f.write_str(what)?;
        match given {
            Some(text) if !text.trim().is_empty() => write!(f, " {}", Quoted(text))?,
            Some(_) => {}
            None => f.write_str(" (not shown)")?,
        }
        write!(f, " {}", refusal.problem)?;
        if let Some(hint) = &refusal.hint {
            write!(f, " ({hint})")?;
        }
        write!(f, "; {allowed}, for example {example}")
    }
}

impl fmt::Debug for InvalidValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InvalidValue")
            .field("what", &self.0.what)
            .field("fault", &self.0.refusal.fault)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for InvalidValue {}

/// Why a rule said no, before it is known whose rule it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) fault: Fault,
    pub(crate) problem: Cow<'static, str>,
    pub(crate) hint: Option<String>,
}

impl Refusal {
    pub(crate) fn new(fault: Fault, problem: impl Into<Cow<'static, str>>) -> Self {
        Self { fault, problem: problem.into(), hint: None }
    }

    pub(crate) fn with_hint(mut self, hint: String) -> Self {
        self.hint = Some(hint);
        self
    }

    pub(crate) fn empty() -> Self {
        Self::new(Fault::Empty, "is empty")
    }

    pub(crate) fn rule(problem: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Fault::Rule, problem)
    }

    pub(crate) fn character(c: char, expected: &str) -> Self {
        Self::new(Fault::Character, format!("contains {c:?}, which is not {expected}"))
    }
}

/// Text in quotes, without control characters, and cut to a length that fits a terminal line.
struct Quoted<'a>(&'a str);

const QUOTED_CHARS: usize = 60;

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.char_indices().nth(QUOTED_CHARS).and_then(|(end, _)| self.0.get(..end)) {
            Some(head) => write!(f, "{:?}", format_args!("{head}...").to_string()),
            None => write!(f, "{:?}", self.0),
        }
    }
}
