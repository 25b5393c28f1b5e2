//! Ctrl-C and a polite request to end (SIGTERM).

/// Comes back when the process is asked to end. Each call waits for one such request.
pub(crate) async fn asked_to_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
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
