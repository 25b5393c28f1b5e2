//! `--reason`: the codes that fit a change, and the way for those that are not known here.

use apex_mobility::domain::ReasonCode;
use clap::{Args, ValueEnum};

/// The codes that are known for one kind of change.
pub(crate) trait Codes: ValueEnum + std::fmt::Debug + Send + Sync + 'static {
    /// All of them, as the command line shows what it wants: `CR|PR`.
    const SHOWN: &'static str;
}

/// Why a change is made.
#[derive(Debug, Args)]
pub(crate) struct ReasonArgs<C: Codes> {
    /// Why
    #[arg(long, value_enum, ignore_case = true, value_name = C::SHOWN)]
    #[arg(required_unless_present = "other_reason")]
    reason: Option<C>,
    /// A reason code that is not listed here, sent as it is: AT&T decides whether it fits
    #[arg(long, value_name = "CODE", conflicts_with = "reason")]
    other_reason: Option<ReasonCode>,
}

impl<C: Codes> ReasonArgs<C> {
    /// The code.
    pub(crate) fn code(&self) -> ReasonCode {
        let known = || self.reason.as_ref()?.to_possible_value().map(|value| value.get_name().to_owned());
        self.other_reason.clone().unwrap_or_else(|| ReasonCode::unchecked(known().unwrap_or_default()))
    }
}
