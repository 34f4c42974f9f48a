//! Panics of the database, caught: damage like any other, told in the log and not to whoever reads stderr.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::sync::Once;

thread_local! {
    /// Whether a panic of this thread would be caught here.
    static CAUGHT: Cell<bool> = const { Cell::new(false) };
}

static LISTENING: Once = Once::new();

/// What `call` gives; none where it panicked.
pub(super) fn caught<T>(call: impl FnOnce() -> T) -> Option<T> {
    LISTENING.call_once(listen);
    let before = CAUGHT.replace(true);
    let given = catch_unwind(AssertUnwindSafe(call)).ok();
    CAUGHT.set(before);
    given
}

/// A process has one hook for all its threads: panics that are not caught here go on to whoever had it before.
fn listen() {
    let others = panic::take_hook();
    panic::set_hook(Box::new(
        move |told| {
            if CAUGHT.try_with(Cell::get).unwrap_or(false) { log(told) } else { others(told) }
        },
    ));
}

fn log(told: &PanicHookInfo<'_>) {
    let at = told.location().map(ToString::to_string).unwrap_or_default();
    tracing::warn!(at, "the database gave up: {}", told.payload_as_str().unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn a_panic_that_is_caught_is_not_told_to_the_hook_before() {
        let told = Arc::new(AtomicUsize::new(0));
        let (count, this) = (Arc::clone(&told), std::thread::current().id());
        panic::set_hook(Box::new(move |_| {
            if std::thread::current().id() == this {
                count.fetch_add(1, Ordering::Relaxed);
            }
        }));
        listen();
        assert_eq!(caught(|| 7), Some(7));
        let inner = caught(|| (caught(|| -> u8 { panic!("within") }), 8));
        assert_eq!(inner, Some((None, 8)));
        assert_eq!(caught(|| -> u8 { panic!("caught") }), None);
        assert_eq!(told.load(Ordering::Relaxed), 0);
        assert!(catch_unwind(|| panic!("anybody's")).is_err());
        assert_eq!(told.load(Ordering::Relaxed), 1, "others' panics are told as before");
        drop(panic::take_hook());
    }
}
