//! What was asked and answered, without secrets and customers' values, to be sent to a colleague.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use apex_mobility::http::{HeaderMap, HeaderName};
use apex_mobility::{Client, redact};
use serde_json::{Value, json};

use super::answer::Reply;
use super::look::Asked;
use super::mask;
use crate::failure::Failure;

/// One request and its answer.
pub(crate) struct Exchanged<'a> {
    pub(crate) asked: Asked,
    pub(crate) sent: &'a HeaderMap,
    pub(crate) reply: &'a Reply,
    pub(crate) client: &'a Client,
}

impl Exchanged<'_> {
    /// What may be shown of it.
    pub(crate) fn shown(&self, secrets: &[String]) -> Value {
        let profile = self.client.wire_profile();
        let operation = self.asked.operation();
        let path =
            operation.map(|name| profile.path(name.split('/').next().unwrap_or(name)).unwrap_or_default());
        let sent: Vec<_> = self.sent.keys().map(HeaderName::as_str).collect();
        let headers = self.reply.headers.iter().map(|(name, value)| {
            let value = value.to_str().unwrap_or_default();
            (name.as_str().to_owned(), Value::String(self.header(name, value, secrets)))
        });
        json!({
            "asked": self.asked.name(),
            "request": {"method": "GET", "path": path.unwrap_or("a path that nobody has"), "headers": sent},
            "answer": {
                "status": self.reply.status,
                "headers": headers.collect::<serde_json::Map<_, _>>(),
                "body": self.body(secrets),
            },
        })
    }

    /// Headers of the contract and of HTTP that are no customer's stay; of others the form.
    fn header(&self, name: &HeaderName, value: &str, secrets: &[String]) -> String {
        const HARMLESS: [&str; 7] =
            ["content-type", "content-length", "date", "server", "allow", "retry-after", "connection"];
        let profile = self.client.wire_profile();
        let of_list = ["page_total", "refresh_timestamp"].map(|key| profile.header(key));
        if secrets.iter().any(|secret| value.contains(secret.as_str())) {
            return "[redacted]".to_owned();
        }
        if HARMLESS.contains(&name.as_str()) || of_list.contains(&Some(name)) {
            return redact::text(value).into_owned();
        }
        if name.as_str().contains("cookie") || name.as_str().contains("auth") {
            return "[redacted]".to_owned();
        }
        mask::form(value)
    }

    fn body(&self, secrets: &[String]) -> Value {
        let profile = self.client.wire_profile();
        match &self.reply.json {
            Some(body) => {
                let text = mask::json(body, secrets).to_string();
                let kept = redact::json_for(text.as_bytes(), profile);
                serde_json::from_str(&kept).unwrap_or(Value::String(kept))
            }
            None => {
                let kept = redact::json_for(&self.reply.body, profile);
                let hidden =
                    if self.reply.is_success() { mask::form(&kept) } else { mask::text(&kept, secrets) };
                Value::String(hidden)
            }
        }
    }
}

/// The directory that captures go to.
#[derive(Debug)]
pub(crate) struct Captures {
    directory: PathBuf,
    written: usize,
    failed: Option<String>,
}

impl Captures {
    /// Makes the directory, or takes an empty one.
    pub(crate) fn into(directory: &Path) -> Result<Self, Failure> {
        let cannot = |error: std::io::Error| {
            Failure::usage(
                format!("captures cannot be written to {}: {error}", directory.display()),
                "give a directory that is new or empty",
            )
        };
        fs::create_dir_all(directory).map_err(cannot)?;
        if fs::read_dir(directory).map_err(cannot)?.next().is_some() {
            return Err(Failure::usage(
                format!("{} is not empty", directory.display()),
                "give --captures a directory that is new or empty",
            ));
        }
        Ok(Self { directory: directory.to_owned(), written: 0, failed: None })
    }

    /// Writes one exchange to a file of its own.
    pub(crate) fn keep(&mut self, exchanged: &Exchanged<'_>, secrets: &[String]) {
        let name = format!("{:02}-{}.json", self.written + 1, exchanged.asked.name());
        let text = format!("{:#}\n", exchanged.shown(secrets));
        let file = fs::File::options().write(true).create_new(true).open(self.directory.join(&name));
        match file.and_then(|mut file| file.write_all(text.as_bytes())) {
            Ok(()) => self.written += 1,
            Err(error) => self.failed = self.failed.take().or(Some(format!("{name}: {error}"))),
        }
    }

    /// How many there are, or why not all.
    pub(crate) fn finish(self) -> Result<usize, Failure> {
        match self.failed {
            None => Ok(self.written),
            Some(what) => Err(Failure::captures_lost(format!("a capture could not be written: {what}"))),
        }
    }
}
