//! `--reason`: the codes that fit a change, and the way for those that are not known here.

use std::ffi::OsStr;
use std::marker::PhantomData;

use apex_mobility::domain::ReasonCode;
use clap::builder::{EnumValueParser, PossibleValue, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, Args, Command, ValueEnum};

/// The codes that are known for one kind of change.
pub(crate) trait Codes: ValueEnum + std::fmt::Debug + Send + Sync + 'static {
    /// All of them, as the command line shows what it wants: `CR|PR`.
    const SHOWN: &'static str;
}

/// Why a change is made.
#[derive(Debug, Args)]
pub(crate) struct ReasonArgs<C: Codes> {
    /// Why
    #[arg(long, value_parser = Known::<C>(PhantomData), ignore_case = true, value_name = C::SHOWN)]
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

/// Reads a code. Whoever gives another one is told what each stands for: the letters alone do not say.
#[derive(Debug)]
struct Known<C>(PhantomData<C>);

impl<C> Clone for Known<C> {
    fn clone(&self) -> Self {
        Self(PhantomData)
    }
}

impl<C: Codes> TypedValueParser for Known<C> {
    type Value = C;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<C, clap::Error> {
        EnumValueParser::<C>::new().parse_ref(command, arg, value).map_err(|_| {
            let flag = arg.map(ToString::to_string).unwrap_or_default();
            let mut text =
                format!("invalid value '{}' for '{flag}'; it is one of:\n", value.to_string_lossy());
            for code in C::value_variants().iter().filter_map(ValueEnum::to_possible_value) {
                let meaning = code.get_help().map(ToString::to_string).unwrap_or_default();
                text.push_str(&format!("  {:<4}  {meaning}\n", code.get_name()));
            }
            text.push_str("another code goes with --other-reason CODE: AT&T decides whether it fits\n");
            clap::Error::raw(ErrorKind::InvalidValue, text).with_cmd(command)
        })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(C::value_variants().iter().filter_map(ValueEnum::to_possible_value)))
    }
}
