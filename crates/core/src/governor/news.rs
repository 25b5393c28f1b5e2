//! What the end of an attempt tells about the server.

use std::time::Duration;

use http::StatusCode;

use crate::transport::TransportError;

/// What the end of an attempt tells about the server, whatever it means for the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum News {
    /// It is there and takes requests; a refusal by a business rule is this too.
    Answered,
    /// It wants fewer requests.
    Throttled {
        /// How long it asks to be left alone, if it says so.
        wait: Option<Duration>,
        /// Whether this is a sign that it is there.
        is_there: bool,
    },
    /// It is not there, or so a gateway says.
    Silent {
        /// Whether the request may have left.
        sent: bool,
    },
}

impl News {
    pub(crate) const fn of_error(error: &TransportError) -> Self {
        match error {
            TransportError::NeverConnected(_) => Self::Silent { sent: false },
            TransportError::TimedOut | TransportError::Broken(_) => Self::Silent { sent: true },
            TransportError::TooLarge { .. } => Self::Answered,
        }
    }

    /// Contract 2.4 names three signals: 429, 503 with `Retry-After`, 403 with `POL0001`. A bare 503 is slowed
    /// down for as well, and may just as well be a gateway with nothing behind it.
    pub(crate) fn of_answer(
        status: StatusCode,
        legacy_throttle: bool,
        retry_after: Option<Duration>,
    ) -> Self {
        // No wait at all is no answer to how long.
        let wait = retry_after.filter(|wait| !wait.is_zero());
        match status.as_u16() {
            429 => Self::Throttled { wait, is_there: true },
            403 if legacy_throttle => Self::Throttled { wait, is_there: true },
            503 => Self::Throttled { wait, is_there: retry_after.is_some() },
            408 | 502 | 504 => Self::Silent { sent: true },
            _ => Self::Answered,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_end_of_an_attempt_says_something_about_the_server() {
        const LATER: Option<Duration> = Some(Duration::from_secs(7));
        let answer =
            |status, legacy, wait| News::of_answer(StatusCode::from_u16(status).unwrap(), legacy, wait);
        let throttled = |wait, is_there| News::Throttled { wait, is_there };

        assert_eq!(answer(429, false, None), throttled(None, true));
        assert_eq!(answer(429, false, LATER), throttled(LATER, true));
        assert_eq!(answer(429, false, Some(Duration::ZERO)), throttled(None, true));
        assert_eq!(answer(403, true, None), throttled(None, true));
        assert_eq!(answer(503, false, LATER), throttled(LATER, true));
        assert_eq!(answer(503, false, None), throttled(None, false));
        for status in [408, 502, 504] {
            assert_eq!(answer(status, false, LATER), News::Silent { sent: true }, "{status}");
        }
        for status in [200, 202, 302, 400, 401, 403, 404, 409, 422, 500, 501] {
            assert_eq!(answer(status, status == 401, LATER), News::Answered, "{status}");
        }

        let never = TransportError::NeverConnected("refused".into());
        assert_eq!(News::of_error(&never), News::Silent { sent: false });
        assert_eq!(News::of_error(&TransportError::TimedOut), News::Silent { sent: true });
        assert_eq!(News::of_error(&TransportError::Broken("cut".into())), News::Silent { sent: true });
        assert_eq!(News::of_error(&TransportError::TooLarge { limit: 1 }), News::Answered);
    }
}
