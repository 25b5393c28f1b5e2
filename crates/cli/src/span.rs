//! Lengths of time as people write them.

use std::time::Duration;

use jiff::SignedDuration;

/// Reads `30s`, `5m`, `1h 30m`, or ISO 8601: `PT5M`.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!("{text} of what? Give a unit: {text}s, {text}m or {text}h"));
    }
    let span: SignedDuration =
        text.parse().map_err(|_| "not a length of time; write it as 30s, 5m, 1h or PT5M".to_owned())?;
    match Duration::try_from(span) {
        Ok(span) if span >= Duration::from_millis(1) => Ok(span),
        _ => Err("must be longer than nothing".to_owned()),
    }
}

/// A length of time as it is said to a person: `30m`, `1h 30m`.
pub(crate) fn words(span: Duration) -> String {
    SignedDuration::try_from(span).map_or_else(|_| "ever".to_owned(), |span| format!("{span:#}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_people_write_them() {
        let table = [
            ("30s", 30),
            ("5m", 300),
            ("1h", 3600),
            ("1h 30m", 5400),
            ("90 seconds", 90),
            ("PT5M", 300),
            (" 2min ", 120),
        ];
        for (text, seconds) in table {
            assert_eq!(parse(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        assert_eq!(parse("250ms"), Ok(Duration::from_millis(250)));
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for text in ["", "30", "soon", "-5m", "0s", "5 parsecs", "1e99h"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
