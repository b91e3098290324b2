//! A panic under test becomes the error line that a client would read.

use super::panics::message;
use std::{
    any::Any,
    cell::{Cell, RefCell},
    panic::{self, AssertUnwindSafe},
    sync::Once,
};

thread_local! {
    static CATCHING: Cell<bool> = const { Cell::new(false) };
    static MESSAGE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Runs a function; its panic becomes the error line, and is not printed.
pub(crate) fn catch<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(install);
    let outer = CATCHING.replace(true);
    // What the function had borrowed of the store is given back by unwinding, and its writes are undone by the caller.
    let outcome = panic::catch_unwind(AssertUnwindSafe(run));
    CATCHING.set(outer);
    outcome.map_err(|_: Box<dyn Any + Send>| format!("ERR wasm: panic: {}", MESSAGE.take().unwrap_or_default()))
}

/// The hook belongs to the whole process: panics on other threads, and outside of calls, go where they always went.
fn install() {
    let previous = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if CATCHING.get() {
            MESSAGE.set(Some(message(info)));
        } else {
            previous(info);
        }
    }));
}
