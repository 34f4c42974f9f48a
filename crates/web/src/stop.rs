//! The word that a process is ending: said once, heard by everyone who waits.

use tokio::sync::watch;

/// Says it.
#[derive(Debug)]
pub struct Stopper(watch::Sender<bool>);

/// Hears it; also where the one who would say it is gone.
#[derive(Debug, Clone)]
pub struct Stop(watch::Receiver<bool>);

/// A new pair.
pub fn pair() -> (Stopper, Stop) {
    let (send, receive) = watch::channel(false);
    (Stopper(send), Stop(receive))
}

impl Stopper {
    /// Ends the waiting of everyone.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Stop {
    /// Waits until it is said.
    pub async fn stopped(&mut self) {
        // An error means that nobody can say it any more, which comes to the same.
        let _ = self.0.wait_for(|stopped| *stopped).await;
    }

    /// Whether it was said.
    pub fn is_stopped(&self) -> bool {
        *self.0.borrow() || self.0.has_changed().is_err()
    }
}
