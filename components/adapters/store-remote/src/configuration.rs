//! Where the store is.

use std::cell::RefCell;
use std::rc::Rc;

use ferrite_remote::{Failure, Store};
use wasip2::cli::environment;

use crate::bindings::wasi::config::store;

/// The values, in the environment or in `wasi:config`: the URL of the store's REST calls, and the token that it asks for.
const URL: &str = "store-url";
const TOKEN: &str = "store-token";

/// The store that the host says the first time that it is asked.
pub(crate) fn store() -> Result<Rc<Store>, Failure> {
    thread_local! {
        static STORE: RefCell<Option<Rc<Store>>> = const { RefCell::new(None) };
    }
    if let Some(store) = STORE.with_borrow(Clone::clone) {
        return Ok(store);
    }
    let url = value(URL)?.ok_or_else(|| {
        Failure::Unavailable(format!(
            "nobody said where it is: expected a value `{URL}`, such as http://127.0.0.1:8079, and its token as `{TOKEN}`, in the environment or in `wasi:config`"
        ))
    })?;
    let store = Store::new(&url, &value(TOKEN)?.unwrap_or_default()).map_err(Failure::Unavailable)?;
    let store = Rc::new(store);
    STORE.set(Some(Rc::clone(&store)));
    Ok(store)
}

/// A value of the environment, or else of `wasi:config`.
fn value(name: &str) -> Result<Option<String>, Failure> {
    let variables = environment::get_environment();
    if let Some((_, value)) = variables.into_iter().find(|(variable, _)| variable == name) {
        return Ok(Some(value));
    }
    store::get(name).map_err(|error| match error {
        store::Error::Upstream(reason) | store::Error::Io(reason) => {
            Failure::Unavailable(format!("the value {name} cannot be read: {reason}"))
        }
    })
}
