//! Assumption variants: what AT&T might do otherwise than contract 7 assumes. A client must stay correct
//! under each.

use std::fmt;

/// A variant that is not known, or not to be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VariantError {
    /// No such flag.
    #[error("there is no variant `{flag}`; there are: {known}")]
    UnknownFlag {
        /// What was given.
        flag: String,
        /// All flags.
        known: String,
    },
    /// No such value of the flag.
    #[error("`{flag}` cannot be `{value}`; it can be: {allowed}")]
    UnknownValue {
        /// The flag.
        flag: &'static str,
        /// What was given.
        value: String,
        /// Its values.
        allowed: String,
    },
}

/// What a flag and its values mean.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct VariantMeaning {
    /// The flag.
    pub flag: &'static str,
    /// The question it answers.
    pub meaning: &'static str,
    /// Its values, the default first, each with what it stands for.
    pub values: Vec<(&'static str, &'static str)>,
}

/// Declares the flags of contract 7. The first value is the default.
macro_rules! variants {
    ($(
        $(#[doc = $doc:literal])*
        $flag:ident: $name:ident {
            $(#[doc = $first_doc:literal])* $first:ident = $first_word:literal,
            $($(#[doc = $value_doc:literal])* $value:ident = $word:literal,)+
        }
    )+) => {
        $(
            $(#[doc = $doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
            pub enum $name {
                $(#[doc = $first_doc])*
                #[default]
                $first,
                $($(#[doc = $value_doc])* $value,)+
            }

            impl $name {
                /// The value's name in control calls.
                #[must_use]
                pub fn as_str(self) -> &'static str {
                    match self { Self::$first => $first_word, $(Self::$value => $word,)+ }
                }

                fn read(word: &str) -> Result<Self, VariantError> {
                    match word {
                        $first_word => Ok(Self::$first),
                        $($word => Ok(Self::$value),)+
                        _ => Err(VariantError::UnknownValue {
                            flag: stringify!($flag),
                            value: word.to_owned(),
                            allowed: [$first_word, $($word),+].join(", "),
                        }),
                    }
                }
            }
        )+

        /// The variants in force.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        #[non_exhaustive]
        pub struct Variants {
            $($(#[doc = $doc])* pub $flag: $name,)+
        }

        impl Variants {
            /// Sets a flag by its name.
            ///
            /// # Errors
            /// When the flag or the value does not exist.
            pub fn set(&mut self, flag: &str, value: &str) -> Result<(), VariantError> {
                match flag {
                    $(stringify!($flag) => {
                        let value = $name::read(value)?;
                        self.$flag = value;
                        Ok(())
                    })+
                    _ => Err(VariantError::UnknownFlag {
                        flag: flag.to_owned(),
                        known: [$(stringify!($flag)),+].join(", "),
                    }),
                }
            }

            /// All flags with their values, by name.
            #[must_use]
            pub fn all(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($flag), self.$flag.as_str())),+]
            }

            /// All flags with all their values, the default first.
            #[must_use]
            pub fn choices() -> Vec<(&'static str, &'static [&'static str])> {
                vec![$((stringify!($flag), &[$first_word, $($word),+])),+]
            }

            /// All flags with what they and their values mean, in the order of [`choices`](Self::choices).
            #[must_use]
            pub fn meanings() -> Vec<VariantMeaning> {
                vec![$(VariantMeaning {
                    flag: stringify!($flag),
                    meaning: concat!($($doc),*).trim(),
                    values: vec![
                        ($first_word, concat!($($first_doc),*).trim()),
                        $(($word, concat!($($value_doc),*).trim()),)+
                    ],
                }),+]
            }
        }
    };
}

variants! {
    /// Whether the subscriber list heeds its filter headers.
    list_filters: ListFilters {
        /// By headers, all of them together.
        Headers = "headers",
        /// Every page is of all lines.
        Ignored = "ignored",
    }
    /// Which lines the subscriber list leaves out.
    list_gaps: ListGaps {
        /// Cancelled ones.
        CancelledHidden = "cancelled_hidden",
        /// None.
        CancelledShown = "cancelled_shown",
        /// Cancelled and some suspended ones.
        SuspendedMissing = "suspended_missing",
    }
    /// Whether a number may be on two pages of the subscriber list.
    list_duplicates: ListDuplicates {
        /// Each number once.
        Never = "never",
        /// A page begins with the last number of the page before.
        AcrossPages = "across_pages",
    }
    /// The status of a write that was taken.
    success_code: SuccessCode {
        /// 200.
        Ok = "200",
        /// 201.
        Created = "201",
        /// 202.
        Accepted = "202",
        /// 204, without a body.
        NoContent = "204",
    }
    /// How a business refusal is put.
    business_error: BusinessError {
        /// 400 with `errorDescription`.
        BadRequest = "400",
        /// 422 with `errorDescription`.
        Unprocessable = "422",
        /// 500 with `errorDescription`.
        ServerError = "500",
        /// 200 with `errorDescription`.
        OkWithText = "200_with_text",
        /// 400 with `message`.
        Message = "message",
        /// 400 with the legacy gateway's `RequestError`.
        RequestError = "request_error",
        /// 400 with TM Forum's `code`, `reason`, `message`, `status`.
        TmForum = "tm_forum",
        /// 400 with plain text.
        PlainText = "plain_text",
        /// 400 with `errorMessage`.
        ErrorMessage = "error_message",
        /// 200 with `message` in an element of `rejected`.
        RejectedList = "rejected_list",
        /// 200 with `reason` in an element of `failed`.
        FailedList = "failed_list",
    }
    /// How a line's status is spelled.
    status_spelling: StatusSpelling {
        /// A word in `status`, a letter in `subscriberStatus`.
        WordAndLetter = "word_and_letter",
        /// The same, with one l in `Canceled`.
        OneL = "canceled",
        /// A word in both.
        WordTwice = "word_twice",
        /// A letter in both.
        LetterOnly = "letter_only",
    }
    /// Whether a resume also restores a cancelled line.
    restore_mode: RestoreMode {
        /// Only the restore mode restores.
        RestoreOnly = "restore_only",
        /// So does a resume.
        ResumeToo = "resume_too",
    }
    /// What becomes of an activation whose ICCID is in use.
    duplicate_activation: DuplicateActivation {
        /// Its element is rejected.
        ElementRejected = "element_rejected",
        /// The whole POST is refused with 400.
        WholePostRefused = "whole_post_400",
        /// It is activated a second time.
        AcceptedTwice = "accepted_twice",
    }
    /// Whether a reserved activation shows its number.
    reserved_number: ReservedNumber {
        /// It does.
        Filled = "filled",
        /// Only an active one does.
        Empty = "empty",
    }
    /// What becomes of a number in an activation that no finished port stands behind.
    activation_port_number: ActivationPortNumber {
        /// A new number is assigned.
        Ignored = "ignored",
        /// The element is rejected.
        Rejected = "rejected",
    }
    /// Whether a confirmed port can be cancelled.
    port_cancel_after_cf: PortCancelAfterConfirm {
        /// It can.
        Allowed = "allowed",
        /// It cannot.
        Refused = "refused",
    }
    /// What `DN` of a port means.
    port_dn: PortDn {
        /// Denied, and final.
        Denied = "denied",
        /// Delayed: it goes back to `OP`.
        Delayed = "delayed",
    }
    /// How a line search answers.
    line_search: LineSearch {
        /// An array, empty for no match.
        Array = "array",
        /// One match as a bare object.
        SingleObject = "single_object",
        /// An array; 404 for no match.
        NotFound = "404",
    }
    /// Whether details show a cancelled line.
    cancelled_details: CancelledDetails {
        /// They do.
        Readable = "readable",
        /// 404.
        NotFound = "404",
    }
    /// What becomes of a transfer of billing responsibility inside the contract term.
    tobr_in_term: TobrInTerm {
        /// It commits, and a fee is charged.
        CommitWithFee = "commit_with_fee",
        /// It is refused.
        Refused = "refused",
    }
    /// Whether a device update may carry a plan.
    device_with_plan: DeviceWithPlan {
        /// It may.
        Accepted = "accepted",
        /// It may not.
        Refused = "refused",
    }
    /// How PDP replies are spelled.
    pdp_style: PdpStyle {
        /// camelCase with `Y` and `N`.
        CamelCase = "camel_case",
        /// `PascalCase`.
        PascalCase = "pascal_case",
        /// camelCase with booleans.
        Booleans = "bool",
    }
    /// Whether a look-up of static IPs holds them.
    pdp_lookup: PdpLookup {
        /// It does not.
        NoHold = "no_hold",
        /// For fifteen minutes.
        Hold = "hold_15_min",
    }
    /// What a bad line does to its PDP batch.
    pdp_bad_line: PdpBadLine {
        /// Its own element fails.
        ElementFails = "element_fails",
        /// The whole batch fails.
        BatchFails = "batch_fails",
    }
    /// What becomes of a change dated in the future.
    future_dates: FutureDates {
        /// It is scheduled.
        Scheduled = "scheduled",
        /// It is refused.
        Refused = "refused",
        /// It takes effect at once.
        AtOnce = "at_once",
    }
    /// How dates are written in replies.
    date_style: DateStyle {
        /// `2026-01-19Z`.
        DayZ = "day_z",
        /// `2026-01-19T00:00:00Z`.
        Rfc3339 = "rfc3339",
        /// `2026-01-19`.
        Day = "day",
    }
    /// How the hidden rate limit answers.
    throttle_style: ThrottleStyle {
        /// 429 with `Retry-After`.
        TooManyRequests = "429",
        /// 503 with `Retry-After`.
        Unavailable = "503",
        /// 403 with `POL0001`.
        Pol0001 = "403_pol0001",
    }
    /// What trace headers do.
    trace_headers: TraceHeaders {
        /// Nothing.
        Ignored = "ignored",
        /// They come back in the reply.
        Echoed = "echoed",
        /// A request that has one is refused with 400.
        Refused = "refused",
    }
}

impl fmt::Display for Variants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let changed =
            self.all().into_iter().zip(Self::default().all()).filter(|(now, default)| now != default);
        let words: Vec<_> = changed.map(|((flag, value), _)| format!("{flag}={value}")).collect();
        f.write_str(if words.is_empty() { "all defaults" } else { "" })?;
        f.write_str(&words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_can_be_set_and_read_back() {
        for (flag, values) in Variants::choices() {
            for value in values {
                let mut variants = Variants::default();
                variants.set(flag, value).unwrap();
                assert!(variants.all().contains(&(flag, value)), "{flag}={value}");
            }
        }
    }

    #[test]
    fn what_does_not_exist_is_refused_with_what_does() {
        let mut variants = Variants::default();
        assert!(variants.set("colour", "red").unwrap_err().to_string().contains("list_filters"));
        assert!(variants.set("date_style", "roman").unwrap_err().to_string().contains("rfc3339"));
    }
}
