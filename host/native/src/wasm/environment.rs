//! What the store component imports: time and entropy, nothing else.

use std::rc::Rc;

use wasmtime::{Caller, Linker};

use super::Clock;
use crate::random::RandomNumbers;

/// The world around one instance of the store.
pub(super) struct Environment {
    clock: Rc<Clock>,
    random: RandomNumbers,
}

impl Environment {
    pub(super) fn new(clock: Rc<Clock>) -> Environment {
        Environment { clock, random: RandomNumbers::default() }
    }
}

/// Offers the imports of the core module. The handles of the component's own resource `session` are its addresses.
pub(super) fn link(linker: &mut Linker<Environment>) -> wasmtime::Result<()> {
    let environment = format!("ferrite:store/environment@{}", super::CONTRACT);
    linker.func_wrap(&environment, "now-us", |caller: Caller<'_, Environment>| caller.data().clock.now_us())?;
    linker.func_wrap(&environment, "entropy", |mut caller: Caller<'_, Environment>| caller.data_mut().random.next())?;
    let wire = format!("[export]ferrite:store/wire@{}", super::CONTRACT);
    linker.func_wrap(&wire, "[resource-new]session", |address: u32| address)?;
    linker.func_wrap(&wire, "[resource-rep]session", |address: u32| address)?;
    linker.func_wrap(&wire, "[resource-drop]session", |_: u32| {})?;
    Ok(())
}
