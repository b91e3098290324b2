//! What a policy is told by whoever runs the gateway: JSON in the store.

use std::cell::RefCell;
use std::rc::Rc;

use serde_json::Value;

use super::limits;
use crate::{Error, Result, strings};

/// A configuration under a key of the store, read anew whenever what is there has changed: a SET is all that it takes
/// to configure a policy while it runs.
#[derive(Debug)]
pub struct Configuration<T> {
    key: &'static str,
    /// What was read the last time, and what became of it.
    seen: RefCell<Option<(Vec<u8>, Rc<T>)>>,
}

impl<T> Configuration<T> {
    /// The configuration under this key: `gateway:policy:` and the policy's name by custom.
    pub const fn new(key: &'static str) -> Self {
        Self { key, seen: RefCell::new(None) }
    }

    /// The configuration as it is now, in the form that `read` makes of it. It fails without one, on a text that is no
    /// JSON or longer than [`limits::CONFIGURATION_BYTES`], and where `read` does: the error names the key.
    pub fn get(&self, read: impl FnOnce(&Value) -> Result<T>) -> Result<Rc<T>> {
        let failed = |why: &dyn std::fmt::Display| Error::msg(format_args!("the store's `{}`: {why}", self.key));
        let Some(text) = strings::get(self.key)? else {
            return Err(failed(&"it is missing, JSON is expected"));
        };
        if let Some((seen, configuration)) = &*self.seen.borrow()
            && *seen == text
        {
            return Ok(Rc::clone(configuration));
        }
        if text.len() > limits::CONFIGURATION_BYTES {
            let most = limits::CONFIGURATION_BYTES;
            return Err(failed(&format_args!("{} bytes, at most {most} are expected", text.len())));
        }
        let value = serde_json::from_slice(&text).map_err(|error| failed(&error))?;
        let configuration = Rc::new(read(&value).map_err(|error| failed(&error.line().trim_start_matches("ERR ")))?);
        *self.seen.borrow_mut() = Some((text, Rc::clone(&configuration)));
        Ok(configuration)
    }
}
