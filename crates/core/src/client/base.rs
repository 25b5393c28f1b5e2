//! Where the server is: what is allowed as its URL, and how a path is put onto it.

use std::fmt;

use http::Uri;
use http::uri::{Authority, PathAndQuery, Scheme};
use url::{Host, Url};

use crate::error::Error;

/// Scheme, authority and path prefix of the server.
#[derive(Debug, Clone)]
pub(crate) struct Base {
    scheme: Scheme,
    authority: Authority,
    prefix: String,
}

impl Base {
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        let bad = |why: &str| {
            Error::configuration(format!(
                "the base URL cannot be used: {why}; it looks like https://apsapi.att.com:8082"
            ))
        };
        let url = Url::parse(text).map_err(|error| bad(&error.to_string()))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(bad("it holds a user name or password"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(bad("it holds a query or fragment"));
        }
        let scheme = match url.scheme() {
            "https" => Scheme::HTTPS,
            // App-id and app-secret travel in headers: in the clear only on this machine.
            "http" if is_loopback(&url) => Scheme::HTTP,
            "http" => return Err(bad("plain HTTP is allowed to loopback addresses only")),
            other => return Err(bad(&format!("unknown scheme {other}"))),
        };
        let authority = url[url::Position::BeforeHost..url::Position::AfterPort]
            .parse()
            .map_err(|_| bad("no host in it"))?;
        Ok(Self { scheme, authority, prefix: url.path().trim_end_matches('/').to_owned() })
    }

    /// Whether what is sent can be read on the way: to this machine alone.
    #[cfg(feature = "http-client")]
    pub(super) fn is_plain(&self) -> bool {
        self.scheme == Scheme::HTTP
    }

    pub(crate) fn host(&self) -> &str {
        self.authority.host()
    }

    /// The path on this server.
    pub(crate) fn join(&self, path: &Uri) -> Result<Uri, String> {
        let path_and_query = match path.path_and_query() {
            Some(path) if self.prefix.is_empty() => Ok(path.clone()),
            Some(path) => PathAndQuery::try_from(format!("{}{path}", self.prefix)),
            None => PathAndQuery::try_from("/"),
        };
        let path_and_query = path_and_query.map_err(|error| error.to_string())?;
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(path_and_query);
        Uri::from_parts(parts).map_err(|error| error.to_string())
    }
}

impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme, self.authority, self.prefix)
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
