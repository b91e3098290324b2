//! What a name in a call leads to: a function, or one of its typed functions behind a dot.

use std::rc::Rc;

use ferrite_resp::Args;

use super::Functions;
use super::entry::{Request, Typed, no_call};
use super::function::Function;

/// What is to be called.
pub(crate) struct Target {
    pub(crate) function: Rc<Function>,
    /// The place of a typed function.
    typed: Option<usize>,
}

/// Why a name leads nowhere.
#[derive(Debug)]
pub(crate) enum NoTarget {
    /// There is no function of this name.
    Unknown,
    /// There is one, and this is what it says.
    Otherwise(String),
}

impl Target {
    /// The call with these words.
    #[inline]
    pub(crate) fn request<'a>(&'a self, keys: Args<'a>, args: Args<'a>) -> Request<'a> {
        match self.typed() {
            None => Request::Call { keys, args },
            Some(function) => Request::Typed { function, keys, args },
        }
    }

    #[inline]
    fn typed(&self) -> Option<&Typed> {
        self.typed.and_then(|place| self.function.entries().typed.at(place))
    }
}

impl Functions {
    /// What a name leads to: the function that has all of it, or else what is behind its last dot in the one before.
    #[inline]
    pub(crate) fn target(&self, name: &[u8]) -> Result<Target, NoTarget> {
        match self.find(name) {
            Some(function) if function.entries().plain.is_some() => Ok(Target { function, typed: None }),
            found => self.target_otherwise(name, found),
        }
    }

    #[cold]
    fn no_plain(function: &Function) -> NoTarget {
        NoTarget::Otherwise(no_call(&function.description.name, function.entries()))
    }

    fn target_otherwise(&self, name: &[u8], found: Option<Rc<Function>>) -> Result<Target, NoTarget> {
        if let Some(function) = found {
            return Err(Functions::no_plain(&function));
        }
        let dot = name.iter().rposition(|&byte| byte == b'.').ok_or(NoTarget::Unknown)?;
        let (before, behind) = (name.get(..dot).unwrap_or_default(), name.get(dot + 1..).unwrap_or_default());
        let function = self.find(before).ok_or(NoTarget::Unknown)?;
        let set = &function.entries().typed;
        let whole = || String::from_utf8_lossy(name).into_owned();
        match set.named(behind) {
            Some(Ok(place)) => Ok(Target { typed: Some(place), function }),
            Some(Err(why)) => Err(NoTarget::Otherwise(format!("ERR wasm: '{}' cannot be called: {why}", whole()))),
            None => {
                let names: Vec<&str> = set.callable().map(|typed| typed.name.as_str()).collect();
                let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
                let owner = &function.description.name;
                let error =
                    format!("ERR wasm: there is no function '{}' ('{owner}' has typed functions: {names})", whole());
                Err(NoTarget::Otherwise(error))
            }
        }
    }
}
