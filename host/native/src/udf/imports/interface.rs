//! An interface on its way into a linker. What uses the store runs where the function runs, if that is the shard, and on the
//! shard's thread while the function waits, if it is not.

use wasmtime::component::{ComponentNamedList, Lift, LinkerInstance, Lower};

use super::Context;
use crate::udf::away::Door;
use crate::udf::guest::Guest;

/// Takes host functions.
pub(super) struct Interface<'a> {
    instance: LinkerInstance<'a, Guest>,
    door: Option<&'a Door>,
}

impl<'a> Interface<'a> {
    /// For functions on the shard, or, with a door, off the shard.
    pub(super) fn new(instance: LinkerInstance<'a, Guest>, door: Option<&'a Door>) -> Interface<'a> {
        Interface { instance, door }
    }

    /// Offers a host function under its name.
    pub(super) fn func_wrap<P, R>(
        &mut self,
        name: &str,
        call: impl Fn(Context<'_>, P) -> wasmtime::Result<R> + Copy + Send + Sync + 'static,
    ) -> wasmtime::Result<()>
    where
        P: ComponentNamedList + Lift + Send + 'static,
        R: ComponentNamedList + Lower + Send + 'static,
    {
        let Some(door) = self.door else { return self.instance.func_wrap(name, call) };
        let door = door.clone();
        self.instance.func_wrap_async(name, move |context, params| {
            let door = door.clone();
            Box::new(async move { door.lend(context, params, call).await })
        })
    }
}
