//! The operation of the Number Change API, without I/O.

use apex_mobility_core::domain::{LineNumber, NpaNxx, SubscriberNumber, ZipCode};
use apex_mobility_core::{DecodeError, EncodeError, Operation, Safety, Wire, decode_written};
use bytes::Bytes;
use http::{Request, Response};
use serde::Serialize;

use crate::model::{ChangedNumber, NumberChoice};

/// Changes a line's number (contract 4.6, `number.change`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeNumber {
    /// The line, by the number it has.
    pub number: SubscriberNumber,
    /// The ZIP of its primary place of use.
    pub service_zip: ZipCode,
    /// Who chooses the new number.
    pub choice: NumberChoice,
}

impl Operation for ChangeNumber {
    type Output = ChangedNumber;

    const NAME: &'static str = "number.change";
    const SAFETY: Safety = Safety::Write;
    const READ_BACK: &'static str = "wait 5 minutes and read the old number: if the line is still there, send it again; \
                                     if not, search the line by its SIM and adopt the number found";

    fn encode(&self, wire: &Wire<'_>) -> Result<Request<Bytes>, EncodeError> {
        // contract 4.6: a line without its NPA-NXX is invalid, so the choice cannot hold one.
        let (npa_nxx, line) = match &self.choice {
            NumberChoice::SystemAssigned => (None, None),
            NumberChoice::InNpaNxx(npa_nxx) => (Some(npa_nxx), None),
            NumberChoice::Vanity(npa_nxx, line) => (Some(npa_nxx), Some(line)),
        };
        let body = Change {
            service_zip_code: self.service_zip.as_str(),
            npa_nxx: npa_nxx.map(NpaNxx::as_str),
            line: line.map(LineNumber::as_str),
        };
        wire.request(Self::NAME)?.path_value("subscriberNumber", self.number.as_str()).json(&body)?.finish()
    }

    fn decode(&self, answer: &Response<Bytes>, _: &Wire<'_>) -> Result<ChangedNumber, DecodeError> {
        decode_written(answer.body())
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change<'a> {
    service_zip_code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    npa_nxx: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<&'a str>,
}
