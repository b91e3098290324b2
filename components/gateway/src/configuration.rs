//! Where the shells get their configuration from.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use ferrite_gateway::{Config, Gateway, Mistake};

use wasip2::cli::environment;

use crate::bindings::wasi::config::store;

/// The value that is the configuration, as a TOML text.
const TEXT: &str = "gateway";
/// Without it: the base URL of the one upstream of all models, and the key for it.
const UPSTREAM: &str = "upstream";
const UPSTREAM_KEY: &str = "upstream-key";

thread_local! {
    static GATEWAY: RefCell<Option<Rc<Gateway>>> = const { RefCell::new(None) };
}

/// The gateway of this instance, if it is configured.
pub(crate) fn gateway() -> Option<Rc<Gateway>> {
    GATEWAY.with_borrow(Clone::clone)
}

/// Takes a configuration.
pub(crate) fn configure(toml: &str, variables: Vec<(String, String)>) -> Result<(), Vec<Mistake>> {
    let variables: HashMap<String, String> = variables.into_iter().collect();
    let config = Config::parse(toml, &|name| variables.get(name).cloned())?;
    GATEWAY.set(Some(Gateway::new(config)));
    Ok(())
}

/// The gateway of this instance, configured by what the host says the first time that it is asked. The error is a text for
/// whoever runs it.
pub(crate) fn from_host() -> Result<Rc<Gateway>, String> {
    if let Some(gateway) = gateway() {
        return Ok(gateway);
    }
    let config = match (value(TEXT)?, value(UPSTREAM)?) {
        (Some(toml), _) => Config::parse(&toml, &|name| value(name).ok().flatten()).map_err(|mistakes| {
            let mistakes: Vec<String> = mistakes.iter().map(Mistake::to_string).collect();
            format!("the configuration has mistakes:\n{}", mistakes.join("\n"))
        })?,
        (None, Some(url)) => {
            Config::single(&url, value(UPSTREAM_KEY)?.as_deref()).map_err(|mistake| mistake.to_string())?
        }
        (None, None) => {
            return Err(format!(
                "there is no configuration: expected a value `{TEXT}` (a TOML text), or `{UPSTREAM}` (a base URL), in the environment or in `wasi:config`"
            ));
        }
    };
    let gateway = Gateway::new(config);
    GATEWAY.set(Some(Rc::clone(&gateway)));
    Ok(gateway)
}

/// A value of the environment, or else of `wasi:config`.
fn value(name: &str) -> Result<Option<String>, String> {
    let variables = environment::get_environment();
    if let Some((_, value)) = variables.into_iter().find(|(variable, _)| variable == name) {
        return Ok(Some(value));
    }
    store::get(name).map_err(|error| match error {
        store::Error::Upstream(reason) | store::Error::Io(reason) => {
            format!("the value {name} cannot be read: {reason}")
        }
    })
}
