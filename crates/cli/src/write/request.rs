//! `--dry-run`: a request as it would be sent, without what is secret.

use std::collections::BTreeMap;

use apex_mobility::bytes::Bytes;
use apex_mobility::http::Request;
use apex_mobility::{WireProfile, redact};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::args::Format;
use crate::printer::{Cell, Column, Printer, Record};

/// A request that was not sent.
pub(super) struct Shown {
    method: String,
    url: String,
    headers: BTreeMap<String, String>,
    /// Without secrets; empty where the request has none.
    body: String,
}

const HIDDEN: &str = "[redacted]";

impl Shown {
    /// Where no server is set, the URL starts with the variable that would name it.
    pub(super) fn of(request: &Request<Bytes>, profile: &WireProfile, server_is_set: bool) -> Self {
        let url = match request.uri().path_and_query() {
            Some(path) if !server_is_set => format!("$APEX_BASE_URL{path}"),
            _ => request.uri().to_string(),
        };
        let mut headers: BTreeMap<_, _> = request
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        let added = [
            ("app_id", HIDDEN),
            ("app_secret", HIDDEN),
            ("x_trace_id", "[new for each call]"),
            ("x_transaction_id", "[new for each attempt]"),
        ];
        for (key, value) in added {
            if let Some(name) = profile.header(key) {
                headers.insert(name.to_string(), value.to_owned());
            }
        }
        let body = redact::json_for(request.body(), profile);
        Self { method: request.method().to_string(), url, headers, body }
    }

    pub(super) fn print(&self, printer: &Printer) {
        match printer.format() {
            Format::Table => printer.text(&self.text()),
            format => printer.record(&self.flat(format)),
        }
    }

    fn text(&self) -> String {
        let mut text = format!("{} {}\n", self.method, self.url);
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\n"));
        }
        if !self.body.is_empty() {
            text.push_str(&format!("\n{}\n", indented(&self.body)));
        }
        text
    }

    fn flat(&self, format: Format) -> Flat<'_> {
        let body = match format {
            // One level deeper: the body is a member of a document.
            Format::Json => indented(&self.body).replace('\n', "\n  "),
            _ => self.body.clone(),
        };
        let body = match RawValue::from_string(body) {
            _ if self.body.is_empty() => Body::None,
            Ok(json) => Body::Json(json),
            Err(_) => Body::Text(&self.body),
        };
        Flat { method: &self.method, url: &self.url, headers: &self.headers, body }
    }
}

#[derive(Serialize)]
struct Flat<'a> {
    method: &'a str,
    url: &'a str,
    headers: &'a BTreeMap<String, String>,
    body: Body<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Body<'a> {
    None,
    Json(Box<RawValue>),
    /// Cut off for its length.
    Text(&'a str),
}

impl Record for Flat<'_> {
    const COLUMNS: &'static [Column] = &[
        Column::new("method", "METHOD"),
        Column::new("url", "URL"),
        Column::new("headers", "HEADERS"),
        Column::new("body", "BODY"),
    ];

    fn cells(&self) -> Vec<Cell> {
        let headers: Vec<_> = self.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        let body = match &self.body {
            Body::None => "",
            Body::Json(json) => json.get(),
            Body::Text(text) => text,
        };
        vec![Cell::new(self.method), Cell::new(self.url), Cell::new(headers.join("; ")), Cell::new(body)]
    }
}

/// JSON over several lines, its members in the order they have. Takes JSON that is cut off too.
fn indented(json: &str) -> String {
    let mut text = String::with_capacity(json.len() * 2);
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    let mut signs = json.chars().filter(|sign| !sign.is_control()).peekable();
    let line = |text: &mut String, depth: usize| {
        text.push('\n');
        text.extend(std::iter::repeat_n("  ", depth));
    };
    while let Some(sign) = signs.next() {
        if in_string {
            text.push(sign);
            in_string = escaped || sign != '"';
            escaped = !escaped && sign == '\\';
            continue;
        }
        match sign {
            ' ' => {}
            '{' | '[' => {
                text.push(sign);
                if let Some(end) = signs.next_if(|next| matches!(next, '}' | ']')) {
                    text.push(end);
                } else {
                    depth += 1;
                    line(&mut text, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(&mut text, depth);
                text.push(sign);
            }
            ',' => {
                text.push(sign);
                line(&mut text, depth);
            }
            ':' => text.push_str(": "),
            _ => {
                text.push(sign);
                in_string = sign == '"';
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_laid_out_and_its_order_kept() {
        let json = r#"{"b":[{"name":"x","value":"1, {2}: \"3\" \\"},{}],"a":[],"n":null}"#;
        let laid_out = "{\n  \"b\": [\n    {\n      \"name\": \"x\",\n      \"value\": \"1, {2}: \\\"3\\\" \\\\\"\n    },\n    {}\n  ],\n  \"a\": [],\n  \"n\": null\n}";
        assert_eq!(indented(json), laid_out);
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(read(json), read(laid_out));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_laid_out_without_harm(text in "\\PC*", names in proptest::collection::vec("\\PC*", 0..5)) {
            indented(&text);
            let json = serde_json::json!({ "names": names, "text": text }).to_string();
            let read: serde_json::Value = serde_json::from_str(&indented(&json)).unwrap();
            proptest::prop_assert_eq!(read.to_string(), json);
        }
    }
}
