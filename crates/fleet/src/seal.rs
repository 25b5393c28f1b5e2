//! Secrets of rows, sealed for the journal.
//!
//! A job must be able to go on after a crash, so what its rows need has to be kept, their PINs and passcodes too. They
//! are kept sealed (ChaCha20-Poly1305) under a key that is derived (HKDF-SHA256) from the app secret and the job's id:
//! whoever may send for the account can open them, and a journal alone gives nothing away. Each is bound to its row.

use std::collections::BTreeMap;

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};

use crate::field::Field;
use crate::row::Row;

/// What seals and opens the secrets of one job.
pub struct Seal {
    key: LessSafeKey,
}

/// Secrets that cannot be sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// The system's cryptography did not do its part.
    #[error("the row's secrets cannot be sealed")]
    Unsealable,
    /// They were sealed under another app secret, or changed since.
    #[error("the row's secrets were sealed under another app secret: give the input file again")]
    OtherSecret,
}

impl Seal {
    /// The seal of a job, under the app secret of those who may send for it.
    ///
    /// # Errors
    /// When the system's cryptography does not do its part.
    pub fn new(app_secret: &str, job: &str) -> Result<Self, SealError> {
        let derived = Salt::new(HKDF_SHA256, job.as_bytes()).extract(app_secret.as_bytes());
        let okm = derived.expand(&[b"apex-mobility-fleet row secrets"], &CHACHA20_POLY1305);
        let key = okm.map(UnboundKey::from).map_err(|_| SealError::Unsealable)?;
        Ok(Self { key: LessSafeKey::new(key) })
    }

    /// The secrets of a row, sealed; empty where it has none.
    ///
    /// # Errors
    /// When the system's cryptography does not do its part.
    pub fn seal(&self, place: u32, row: &Row) -> Result<String, SealError> {
        let secrets: BTreeMap<&str, &str> = row
            .cells()
            .filter(|(field, _)| field.is_secret())
            .map(|(field, value)| (field.as_str(), value))
            .collect();
        if secrets.is_empty() {
            return Ok(String::new());
        }
        let mut bytes = serde_json::to_vec(&secrets).map_err(|_| SealError::Unsealable)?;
        // A key is of one job, and a place of one row in it: no nonce comes twice.
        let sealed =
            self.key.seal_in_place_append_tag(nonce(place), Aad::from(place.to_be_bytes()), &mut bytes);
        sealed.map_err(|_| SealError::Unsealable)?;
        Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Puts the secrets back into their row.
    ///
    /// # Errors
    /// When they were sealed under another app secret, for another row, or changed since.
    pub fn open(&self, place: u32, sealed: &str, row: &mut Row) -> Result<(), SealError> {
        if sealed.is_empty() {
            return Ok(());
        }
        let mut bytes = bytes_of(sealed).ok_or(SealError::OtherSecret)?;
        let opened = self.key.open_in_place(nonce(place), Aad::from(place.to_be_bytes()), &mut bytes);
        let opened = opened.map_err(|_| SealError::OtherSecret)?;
        let secrets: BTreeMap<String, String> =
            serde_json::from_slice(opened).map_err(|_| SealError::OtherSecret)?;
        for (name, value) in secrets {
            row.set(Field::named(&name).ok_or(SealError::OtherSecret)?, value);
        }
        Ok(())
    }
}

fn nonce(place: u32) -> Nonce {
    let mut bytes = [0; NONCE_LEN];
    for (byte, of_place) in bytes.iter_mut().zip(place.to_be_bytes()) {
        *byte = of_place;
    }
    Nonce::assume_unique_for_key(bytes)
}

fn bytes_of(hex: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = hex
        .chars()
        .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()?;
    let pairs = digits.chunks(2).map(|pair| match pair {
        [high, low] => Some(high << 4 | low),
        _ => None,
    });
    pairs.collect()
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::FleetOperation;

    fn row() -> Row {
        let row = Row::new(2, FleetOperation::ResetVoicemail).with(Field::Number, "2145550101");
        row.with(Field::VoicemailPin, "867530")
    }

    fn bare() -> Row {
        Row::new(2, FleetOperation::ResetVoicemail).with(Field::Number, "2145550101")
    }

    #[test]
    fn what_was_sealed_is_opened_again_and_hidden_on_the_way() {
        let seal = Seal::new("app secret", "job").unwrap();
        let sealed = seal.seal(7, &row()).unwrap();
        assert!(!sealed.contains("867530") && !sealed.is_empty());
        let mut opened = bare();
        seal.open(7, &sealed, &mut opened).unwrap();
        assert_eq!(opened, row());
    }

    #[test]
    fn a_row_without_secrets_needs_no_seal() {
        let seal = Seal::new("app secret", "job").unwrap();
        assert_eq!(seal.seal(7, &bare()), Ok(String::new()));
        let mut opened = bare();
        seal.open(7, "", &mut opened).unwrap();
        assert_eq!(opened, bare());
    }

    #[test]
    fn another_secret_another_job_another_row_and_a_changed_text_are_refused() {
        let sealed = Seal::new("app secret", "job").unwrap().seal(7, &row()).unwrap();
        let flipped = sealed.replacen(|c: char| c != '0', "0", 1);
        let table = [
            (Seal::new("other", "job"), 7, sealed.as_str()),
            (Seal::new("app secret", "other"), 7, sealed.as_str()),
            (Seal::new("app secret", "job"), 8, sealed.as_str()),
            (Seal::new("app secret", "job"), 7, flipped.as_str()),
            (Seal::new("app secret", "job"), 7, "not hex"),
            (Seal::new("app secret", "job"), 7, "abc"),
        ];
        for (seal, place, text) in table {
            assert_eq!(
                seal.unwrap().open(place, text, &mut bare()),
                Err(SealError::OtherSecret),
                "{place} {text}"
            );
        }
    }
}
