//! Who is calling: the `app-id` and `app-secret` pair (contract 2.1).

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;

use crate::transport::BoxError;

/// A pair of application id and secret. Static: AT&T's gateway hands out no tokens.
#[derive(Clone)]
pub struct AppCredentials {
    id: String,
    secret: SecretString,
}

impl AppCredentials {
    /// The environment variable that [`from_env`](Self::from_env) takes the id from.
    pub const ID_VARIABLE: &'static str = "APEX_APP_ID";
    /// The environment variable that [`from_env`](Self::from_env) takes the secret from.
    pub const SECRET_VARIABLE: &'static str = "APEX_APP_SECRET";

    /// A pair.
    pub fn new(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self { id: id.into(), secret: SecretString::from(secret.into()) }
    }

    /// The pair in `APEX_APP_ID` and `APEX_APP_SECRET`.
    ///
    /// # Errors
    /// [`CredentialsError`] names the variable that is missing or empty.
    pub fn from_env() -> Result<Self, CredentialsError> {
        let read = |name: &'static str| {
            std::env::var(name)
                .ok()
                .filter(|value| !value.trim().is_empty())
                .ok_or_else(|| CredentialsError::new(format!("the environment variable {name} is not set")))
        };
        Ok(Self::new(read(Self::ID_VARIABLE)?, read(Self::SECRET_VARIABLE)?))
    }

    /// The application id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn id_value(&self) -> Result<HeaderValue, CredentialsError> {
        header_value(&self.id, "app-id")
    }

    pub(crate) fn secret_value(&self) -> Result<HeaderValue, CredentialsError> {
        let mut value = header_value(self.secret.expose_secret(), "app-secret")?;
        value.set_sensitive(true);
        Ok(value)
    }

    fn same(&self, other: &Self) -> bool {
        self.id == other.id && self.secret.expose_secret() == other.secret.expose_secret()
    }
}

fn header_value(text: &str, what: &str) -> Result<HeaderValue, CredentialsError> {
    HeaderValue::from_str(text).map_err(|_| {
        CredentialsError::new(format!("the {what} holds characters that no HTTP header can carry"))
    })
}

impl fmt::Debug for AppCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppCredentials").field("id", &"[redacted]").field("secret", &"[redacted]").finish()
    }
}

/// Credentials could not be had.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct CredentialsError {
    message: String,
    #[source]
    source: Option<BoxError>,
}

impl CredentialsError {
    /// An error that says what is missing. The message must not hold a secret.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), source: None }
    }

    /// The same, with its cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.source = Some(source.into());
        self
    }
}

/// Where a client gets its credentials, for instance a vault.
///
/// The client asks once and keeps the answer; after a 401 it asks again, once for all calls that wait.
#[async_trait]
pub trait CredentialsProvider: fmt::Debug + Send + Sync {
    /// The pair to use now.
    ///
    /// # Errors
    /// When it cannot be had; the call then fails unsent.
    async fn credentials(&self) -> Result<AppCredentials, CredentialsError>;
}

#[async_trait]
impl CredentialsProvider for AppCredentials {
    async fn credentials(&self) -> Result<Self, CredentialsError> {
        Ok(self.clone())
    }
}

/// Keeps what a provider answered, and asks it one call at a time.
#[derive(Debug)]
pub(crate) struct CredentialCache {
    provider: Arc<dyn CredentialsProvider>,
    current: Mutex<Option<AppCredentials>>,
}

impl CredentialCache {
    pub(crate) fn new(provider: Arc<dyn CredentialsProvider>) -> Self {
        Self { provider, current: Mutex::new(None) }
    }

    pub(crate) async fn get(&self) -> Result<AppCredentials, CredentialsError> {
        let mut current = self.current.lock().await;
        if let Some(pair) = current.as_ref() {
            return Ok(pair.clone());
        }
        let fresh = self.provider.credentials().await?;
        *current = Some(fresh.clone());
        Ok(fresh)
    }

    /// The server refused `used`: asks the provider again unless another call already did. Gives the new
    /// pair when it differs.
    pub(crate) async fn replace(&self, used: &AppCredentials) -> Option<AppCredentials> {
        let mut current = self.current.lock().await;
        if let Some(pair) = current.as_ref().filter(|pair| !pair.same(used)) {
            return Some(pair.clone());
        }
        let fresh = self.provider.credentials().await.ok()?;
        if fresh.same(used) {
            return None;
        }
        *current = Some(fresh.clone());
        Some(fresh)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[derive(Debug, Default)]
    struct Vault {
        asked: AtomicUsize,
    }

    #[async_trait]
    impl CredentialsProvider for Vault {
        async fn credentials(&self) -> Result<AppCredentials, CredentialsError> {
            let asked = self.asked.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            Ok(AppCredentials::new("id", format!("secret-{asked}")))
        }
    }

    #[test]
    fn debug_shows_neither_id_nor_secret() {
        let shown = format!("{:?}", AppCredentials::new("canary-id", "canary-secret"));
        assert!(!shown.contains("canary"), "{shown}");
    }

    #[test]
    fn a_secret_that_no_header_can_carry_is_refused_without_being_shown() {
        let error = AppCredentials::new("id", "canary\n").secret_value().unwrap_err();
        assert!(!format!("{error} {error:?}").contains("canary"));
    }

    #[tokio::test]
    async fn many_calls_ask_the_provider_once() {
        let vault = Arc::new(Vault::default());
        let cache = CredentialCache::new(vault.clone());
        let asked = futures_util::future::join_all((0..20).map(|_| cache.get())).await;
        assert!(asked.iter().all(Result::is_ok));
        assert_eq!(vault.asked.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_refused_pair_is_replaced_once_for_all_who_used_it() {
        let vault = Arc::new(Vault::default());
        let cache = CredentialCache::new(vault.clone());
        let used = cache.get().await.unwrap();
        let replaced = futures_util::future::join_all((0..20).map(|_| cache.replace(&used))).await;
        assert!(replaced.iter().all(Option::is_some));
        assert_eq!(vault.asked.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_static_pair_is_not_replaced_by_itself() {
        let pair = AppCredentials::new("id", "secret");
        let cache = CredentialCache::new(Arc::new(pair.clone()));
        assert!(cache.replace(&pair).await.is_none());
    }
}
