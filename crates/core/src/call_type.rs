//! The macro that makes the call types of the API crates.

/// Makes the type that callers hold between naming an operation and sending it.
///
/// An API crate cannot add setters to [`Call`](crate::Call), a type of this crate; the macro makes a local type around
/// it with everything that all operations share, and the crate adds the setters of its own fields.
///
/// ```text
/// call! {
///     /// Reads one line.
///     pub struct GetLine(operations::GetLine);
/// }
/// ```
#[macro_export]
macro_rules! call {
    ($(#[$meta:meta])* $visibility:vis struct $name:ident($operation:ty);) => {
        $(#[$meta])*
        #[derive(Debug, Clone)]
        #[must_use = "nothing is sent until `send` is called"]
        $visibility struct $name($crate::Call<$operation>);

        impl $crate::IntoCall for $name {
            type Operation = $operation;

            fn into_call(self) -> $crate::Call<$operation> {
                self.0
            }
        }

        impl $name {
            pub(crate) fn new(client: &$crate::Client, operation: $operation) -> Self {
                Self($crate::Call::new(client, operation))
            }

            /// Sends it.
            ///
            /// # Errors
            /// [`Error`]($crate::Error) says what happened, whether anything changed, and what to do next.
            pub async fn send(self) -> Result<<$operation as $crate::Operation>::Output, $crate::Error> {
                self.0.send().await.map(|response| response.value)
            }

            /// Sends it, and gives the answer's status, headers and timing too.
            ///
            /// # Errors
            /// As [`send`](Self::send).
            pub async fn send_with_meta(
                self,
            ) -> Result<$crate::Response<<$operation as $crate::Operation>::Output>, $crate::Error> {
                self.0.send().await
            }

            /// The request as it would be sent, without credentials and trace ids. Sends nothing.
            ///
            /// # Errors
            /// When the request cannot be written.
            pub fn request(&self) -> Result<$crate::http::Request<$crate::bytes::Bytes>, $crate::Error> {
                self.0.request()
            }

            /// At most this long for the whole call, waits and further attempts included.
            pub fn with_timeout(mut self, timeout: ::std::time::Duration) -> Self {
                self.0.options.timeout = Some(timeout);
                self
            }

            /// At most this long for one attempt.
            pub fn with_attempt_timeout(mut self, timeout: ::std::time::Duration) -> Self {
                self.0.options.attempt_timeout = Some(timeout);
                self
            }

            /// Another pair of credentials than the client's.
            pub fn with_credentials(mut self, credentials: $crate::AppCredentials) -> Self {
                self.0.options.credentials = Some(credentials);
                self
            }

            /// Another id than a new one for `x-trace-id`.
            pub fn with_trace_id(mut self, id: impl Into<String>) -> Self {
                self.0.options.trace_id = Some(id.into());
                self
            }

            /// Another retry policy than the client's.
            pub fn with_retry(mut self, policy: $crate::retry::RetryPolicy) -> Self {
                self.0.options.retry = Some(policy);
                self
            }
        }
    };
}
