//! The one owner of retry safety.

use http::StatusCode;

/// Whether an operation can change anything at AT&T.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Safety {
    /// Reads only: may be sent again.
    Read,
    /// May change something: is never sent again once it may have arrived.
    Write,
}

/// What came of one attempt, as far as resending is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    /// No connection came about (DNS, TCP, TLS): nothing was sent.
    NeverConnected,
    /// The request may have arrived and no whole answer came back: time ran out, the connection broke,
    /// or the answer was cut or too large.
    Lost,
    /// An answer came back whole.
    Answered {
        /// Its status.
        status: StatusCode,
        /// The body carries the legacy gateway's throttle id, `POL0001`.
        legacy_throttle: bool,
        /// The catalog knows the text as a refusal by business rule, so AT&T looked and did nothing.
        business_refusal: bool,
    },
    /// The answer was a success, but what it says cannot be read or names no request to follow.
    UnreadableSuccess,
}

/// What may be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The answer is a success.
    Done,
    /// Sending the same request again cannot do anything twice.
    Retry {
        /// What is known if no further attempt follows.
        otherwise: Effect,
        /// The server asked to be left alone for a while.
        throttled: bool,
    },
    /// Not to be sent again.
    Stop(Effect),
}

/// What a call that did not succeed has changed at AT&T.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// A read: it cannot have changed anything.
    None,
    /// A write that never left: nothing changed.
    NotSent,
    /// A write that AT&T refused: nothing changed.
    Rejected,
    /// A write that may have been carried out. Only a read can tell.
    Unknown,
}

/// Decides whether a request may be sent again (contract 2.4, 2.5).
///
/// A write is sent again only where it cannot have been carried out: the connection never came about, or
/// the server turned it away for its rate (429, or the legacy gateway's 403 with `POL0001`).
#[must_use]
pub fn classify(safety: Safety, happened: Happened) -> Decision {
    use Decision::{Done, Retry, Stop};
    use Effect::{NotSent, Rejected, Unknown};

    let lost = match safety {
        Safety::Read => Effect::None,
        Safety::Write => Unknown,
    };
    let refused = match safety {
        Safety::Read => Effect::None,
        Safety::Write => Rejected,
    };
    let never_sent = match safety {
        Safety::Read => Effect::None,
        Safety::Write => NotSent,
    };
    let if_read = |throttled| match safety {
        Safety::Read => Retry { otherwise: lost, throttled },
        Safety::Write => Stop(lost),
    };

    match happened {
        Happened::NeverConnected => Retry { otherwise: never_sent, throttled: false },
        Happened::Lost => if_read(false),
        Happened::UnreadableSuccess => Stop(lost),
        Happened::Answered { status, legacy_throttle, business_refusal } => match status.as_u16() {
            200..=299 => Done,
            429 => Retry { otherwise: refused, throttled: true },
            403 if legacy_throttle => Retry { otherwise: refused, throttled: true },
            503 => if_read(true),
            // On these, text proves nothing: the gateway gave up, the back end may not have.
            408 | 502 | 504 => if_read(false),
            500..=599 if business_refusal => Stop(refused),
            500..=599 => if_read(false),
            400..=499 => Stop(refused),
            // A redirect or an interim answer: nothing says whether the write was taken.
            _ => Stop(lost),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn retry(otherwise: Effect, throttled: bool) -> Decision {
        Decision::Retry { otherwise, throttled }
    }

    /// The whole table of contract 2.5, every status once per flag combination.
    #[test]
    fn every_outcome_is_decided_as_the_contract_says() {
        let mut seen = 0;
        for safety in [Safety::Read, Safety::Write] {
            let read = safety == Safety::Read;
            let refused = if read { Effect::None } else { Effect::Rejected };
            let lost = if read { Effect::None } else { Effect::Unknown };
            let never = if read { Effect::None } else { Effect::NotSent };
            let reads = |throttled| if read { retry(lost, throttled) } else { Decision::Stop(lost) };

            assert_eq!(classify(safety, Happened::NeverConnected), retry(never, false));
            assert_eq!(classify(safety, Happened::Lost), reads(false));
            assert_eq!(classify(safety, Happened::UnreadableSuccess), Decision::Stop(lost));

            for code in 100..=999u16 {
                for legacy_throttle in [false, true] {
                    for business_refusal in [false, true] {
                        let status = StatusCode::from_u16(code).unwrap();
                        let got = classify(
                            safety,
                            Happened::Answered { status, legacy_throttle, business_refusal },
                        );
                        let want = match code {
                            200..=299 => Decision::Done,
                            429 => retry(refused, true),
                            403 if legacy_throttle => retry(refused, true),
                            408 | 502 | 504 => reads(false),
                            503 => reads(true),
                            500 | 501 | 505..=599 if business_refusal => Decision::Stop(refused),
                            500 | 501 | 505..=599 => reads(false),
                            400..=499 => Decision::Stop(refused),
                            _ => Decision::Stop(lost),
                        };
                        assert_eq!(got, want, "{safety:?} {code} {legacy_throttle} {business_refusal}");
                        seen += 1;
                    }
                }
            }
        }
        assert_eq!(seen, 2 * 900 * 4);
    }

    #[test]
    fn a_write_is_resent_only_when_it_cannot_have_been_carried_out() {
        for code in 100..=999u16 {
            for legacy_throttle in [false, true] {
                for business_refusal in [false, true] {
                    let status = StatusCode::from_u16(code).unwrap();
                    let happened = Happened::Answered { status, legacy_throttle, business_refusal };
                    if let Decision::Retry { otherwise, .. } = classify(Safety::Write, happened) {
                        assert_ne!(otherwise, Effect::Unknown, "{code}");
                    }
                }
            }
        }
    }
}
