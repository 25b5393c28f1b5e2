//! What a line's packet data profile holds: an access point and a static address.

use std::net::{Ipv4Addr, Ipv6Addr};

use compact_str::{CompactString, ToCompactString};

use super::identifier::identifier;
use super::invalid::{Fault, Refusal};

identifier! {
    /// The name of an access point (APN), in lower case. Contract 5, confirmed: 3GPP TS 23.003, 9.1.1.
    pub struct AccessPointName;
    what: "APN",
    allowed: "an APN is labels of letters, digits and hyphens with dots between, at most 62 characters",
    example: "apn.example",
    normalize: access_point_name,
    debug: shown,
}

identifier! {
    /// An IPv4 address that a line keeps. Contract 5: confirmed, its policy inferred.
    pub struct StaticIp;
    what: "static IP",
    allowed: "a static IP is an IPv4 address that a host can have",
    example: "10.20.0.11",
    normalize: static_ip,
    debug: hidden,
}

impl StaticIp {
    /// The address, if the text is one.
    pub fn address(&self) -> Option<Ipv4Addr> {
        self.0.parse().ok()
    }

    /// What is unusual about an allowed address: one that the whole internet can reach.
    pub fn warning(&self) -> Option<&'static str> {
        let address = self.address()?;
        let [first, second, ..] = address.octets();
        let carrier_grade_nat = first == 100 && (64..128).contains(&second);
        (!address.is_private() && !carrier_grade_nat)
            .then_some("is a public address; static IPs are usually private ones")
    }
}

/// Encoded, each label is its length in one octet and its text (3GPP TS 23.003: 63 octets at most).
const APN_ENCODED_OCTETS: usize = 63;

fn access_point_name(text: &str) -> Result<CompactString, Refusal> {
    let name = CompactString::from(text.trim().to_ascii_lowercase());
    if name.is_empty() {
        return Err(Refusal::empty());
    }
    if name == "*" {
        return Err(Refusal::rule("is the wildcard, which no single line can have"));
    }
    let mut encoded = 0;
    for label in name.split('.') {
        check_apn_label(label)?;
        encoded += 1 + label.len();
    }
    if encoded > APN_ENCODED_OCTETS {
        return Err(Refusal::new(Fault::Length, format!("takes {encoded} octets encoded, more than 63")));
    }
    if let Some(prefix) = ["rac", "lac", "sgsn", "rnc"].into_iter().find(|prefix| name.starts_with(prefix)) {
        return Err(Refusal::rule(format!("starts with {prefix:?}, which is reserved")));
    }
    if name.ends_with(".gprs") {
        return Err(Refusal::rule("ends with \".gprs\", which is reserved"));
    }
    Ok(name)
}

fn check_apn_label(label: &str) -> Result<(), Refusal> {
    if label.is_empty() {
        return Err(Refusal::rule("has an empty label"));
    }
    if let Some(c) = label.chars().find(|&c| !c.is_ascii_alphanumeric() && c != '-') {
        return Err(Refusal::character(c, "a letter, a digit or a hyphen"));
    }
    if label.starts_with('-') || label.ends_with('-') {
        return Err(Refusal::rule("has a label that starts or ends with a hyphen"));
    }
    Ok(())
}

fn static_ip(text: &str) -> Result<CompactString, Refusal> {
    if text.is_empty() {
        return Err(Refusal::empty());
    }
    let Ok(address) = text.parse::<Ipv4Addr>() else {
        return Err(match text.parse::<Ipv6Addr>() {
            Ok(_) => Refusal::rule("is an IPv6 address"),
            Err(_) => Refusal::rule("is not four numbers from 0 to 255 with dots between"),
        });
    };
    let refused = if address.is_unspecified() {
        "is the address of no host"
    } else if address.is_loopback() {
        "is a loopback address"
    } else if address.is_link_local() {
        "is a link-local address"
    } else if address.is_multicast() {
        "is a multicast address"
    } else if address.is_broadcast() {
        "is the broadcast address"
    } else {
        return Ok(address.to_compact_string());
    };
    Err(Refusal::rule(refused))
}
