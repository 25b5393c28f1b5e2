//! Ctrl-C and a polite request to end (SIGTERM).

/// Comes back when the process is asked to end. Each call waits for one such request; one that comes between two calls
/// is not lost.
pub(crate) async fn asked_to_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{Signal, SignalKind, signal};
        use tokio::sync::Mutex;

        /// Listens from the first call on.
        static LISTENING: Mutex<Option<(Signal, Signal)>> = Mutex::const_new(None);

        let mut listening = LISTENING.lock().await;
        if listening.is_none() {
            let signals = signal(SignalKind::interrupt()).and_then(|interrupt| {
                let terminate = signal(SignalKind::terminate())?;
                Ok((interrupt, terminate))
            });
            *listening = signals.ok();
        }
        if let Some((interrupt, terminate)) = listening.as_mut() {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    if tokio::signal::ctrl_c().await.is_err() {
        // No signals to be had on this system: never asked.
        std::future::pending::<()>().await;
    }
}
