//! Which names stand for a secret.

use crate::profile::WireProfile;

/// The names of secrets, compared without letter case and without anything but letters and digits:
/// `app-secret`, `appSecret` and `APP_SECRET` are one name.
#[derive(Debug, Default)]
pub(super) struct SecretNames {
    /// Names that the profile puts in the place of ours.
    replaced: Vec<String>,
}

impl SecretNames {
    pub(super) fn of(profile: &WireProfile) -> Self {
        let pin = plain(&profile.characteristic("voicemailPin"));
        let secret = profile.header("app_secret").map(|name| plain(name.as_str()));
        Self { replaced: [Some(pin), secret].into_iter().flatten().collect() }
    }

    /// By parts of the name rather than by a list: a reply may call the secret of our request otherwise.
    pub(super) fn holds(&self, name: &str) -> bool {
        let name = plain(name);
        let parts = ["passcode", "password", "passwd", "passphrase", "secret", "pincode", "pinnumber"];
        parts.iter().any(|part| name.contains(part))
            || name.ends_with("pin")
            || name.ends_with("pwd")
            || self.replaced.contains(&name)
    }
}

/// The object in which account numbers are secrets: whoever has number, account and PIN can port the line away.
pub(super) fn is_losing_carrier(name: &str) -> bool {
    plain(name) == "oldserviceprovider"
}

/// An account number, inside the losing carrier's object.
pub(super) fn is_account(name: &str) -> bool {
    let name = plain(name);
    name.contains("account") || name == "ban"
}

/// The half of a `{name, value}` pair that holds the value.
pub(super) fn is_value(name: &str) -> bool {
    let name = plain(name);
    name.ends_with("value") || name.ends_with("values")
}

/// The half of a `{name, value}` pair that says what the value is.
pub(super) fn is_label(name: &str) -> bool {
    let name = plain(name);
    name.ends_with("name") || name == "key"
}

fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}
