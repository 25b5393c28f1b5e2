//! Ctrl-C and a polite request to end (SIGTERM).

#[cfg(unix)]
mod listening {
    use tokio::signal::unix::{Signal, SignalKind, signal};
    use tokio::sync::{Mutex, MutexGuard};

    static LISTENING: Mutex<Option<(Signal, Signal)>> = Mutex::const_new(None);

    /// Both signals, listened to from the first call on.
    pub(super) async fn now() -> MutexGuard<'static, Option<(Signal, Signal)>> {
        let mut listening = LISTENING.lock().await;
        if listening.is_none() {
            let signals = signal(SignalKind::interrupt()).and_then(|interrupt| {
                let terminate = signal(SignalKind::terminate())?;
                Ok((interrupt, terminate))
            });
            *listening = signals.ok();
        }
        listening
    }
}

/// From now on a request to end does not end the process by itself: whoever sends something that cannot be taken back
/// listens before it leaves.
pub(crate) async fn listen() {
    #[cfg(unix)]
    drop(listening::now().await);
}

/// Comes back when the process is asked to end. Each call waits for one such request; one that comes between two calls
/// is not lost.
pub(crate) async fn asked_to_end() {
    #[cfg(unix)]
    {
        if let Some((interrupt, terminate)) = listening::now().await.as_mut() {
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
