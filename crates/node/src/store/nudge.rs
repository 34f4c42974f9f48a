//! sled does not always wake whoever waits for a write when that write fails: the error is noted, and nobody told. A
//! later flush meets the note and wakes them all. So while a flush takes long, others are made after it.

use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{Builder, Scope, scope};
use std::time::Duration;

use super::caught::caught;

/// How long a flush takes before the first is made after it; before each further one, twice as long as before.
const FIRST: Duration = Duration::from_secs(1);
/// No more are made after one flush.
const MOST: u32 = 12;

/// Flushes what was written to the system; an error where that failed, and never silence.
pub(super) fn flush(db: &sled::Db) -> Result<usize, sled::Error> {
    scope(|scope| {
        let _awake = watch(scope, db);
        db.flush()
    })
}

/// Watches over the flush that the caller begins now, until what is given is dropped. Where no thread can be had, nobody
/// does.
fn watch<'scope>(scope: &'scope Scope<'scope, '_>, db: &'scope sled::Db) -> Option<SyncSender<()>> {
    let (awake, ended) = sync_channel(0);
    let watching = move || {
        for n in 0..MOST {
            match ended.recv_timeout(FIRST * 2_u32.pow(n)) {
                Err(RecvTimeoutError::Timeout) => {
                    // One that itself comes to wait for a write that fails is woken by the next.
                    let _ = Builder::new().spawn_scoped(scope, || caught(|| db.flush()));
                }
                Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    };
    Builder::new().name("kenes-nudge".to_owned()).spawn_scoped(scope, watching).ok().map(|_| awake)
}
