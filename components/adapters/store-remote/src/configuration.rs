//! Where the store is.

use std::cell::RefCell;
use std::rc::Rc;

use ferrite_remote::{Failure, Store};

use crate::bindings::wasi::config::store;

/// The values of `wasi:config`: the URL of the store's REST calls, and the token that it asks for.
const URL: &str = "store-url";
const TOKEN: &str = "store-token";

/// The store that `wasi:config` says the first time that it is asked.
pub(crate) fn store() -> Result<Rc<Store>, Failure> {
    thread_local! {
        static STORE: RefCell<Option<Rc<Store>>> = const { RefCell::new(None) };
    }
    if let Some(store) = STORE.with_borrow(Clone::clone) {
        return Ok(store);
    }
    let url = value(URL)?.ok_or_else(|| {
        Failure::Unavailable(format!(
            "nobody said where it is: give `wasi:config` a value `{URL}`, such as http://127.0.0.1:8079, and its token as `{TOKEN}`"
        ))
    })?;
    let store = Store::new(&url, &value(TOKEN)?.unwrap_or_default()).map_err(Failure::Unavailable)?;
    let store = Rc::new(store);
    STORE.set(Some(Rc::clone(&store)));
    Ok(store)
}

fn value(name: &str) -> Result<Option<String>, Failure> {
    store::get(name).map_err(|error| match error {
        store::Error::Upstream(reason) | store::Error::Io(reason) => {
            Failure::Unavailable(format!("the value {name} cannot be read: {reason}"))
        }
    })
}
