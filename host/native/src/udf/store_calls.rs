//! The store's exports that the generated bindings have not, or not for borrowed lists of lists: typed so that slices
//! go straight from guest to store.

use wasmtime::component::{ComponentNamedList, Lift, Lower, TypedFunc};

use super::bindings::{Node, STORE, VERSION, commands, keys, strings};
use crate::wasm::StoreInstance;

/// Many byte strings, borrowed from the memory of a function.
type Slices = (&'static [&'static [u8]],);
type Key = (&'static [u8],);
type Export<P, T, E> = TypedFunc<P, (Result<T, E>,)>;

/// `keys` whole, and of the other interfaces what takes lists of lists.
pub(crate) struct StoreCalls {
    pub(crate) exists: Export<Slices, u64, keys::Error>,
    pub(crate) delete: Export<Slices, u64, keys::Error>,
    pub(crate) kind: Export<Key, Option<keys::Kind>, keys::Error>,
    pub(crate) time_to_live: Export<Key, keys::Ttl, keys::Error>,
    pub(crate) expire: Export<(&'static [u8], u64), bool, keys::Error>,
    pub(crate) persist: Export<Key, bool, keys::Error>,
    pub(crate) rename: Export<(&'static [u8], &'static [u8]), bool, keys::Error>,
    pub(crate) scan: Export<(u64, &'static [u8], u32), keys::Page, keys::Error>,
    pub(crate) get_many: Export<Slices, Vec<Option<Vec<u8>>>, strings::Error>,
    pub(crate) execute: Export<Slices, Vec<Node>, commands::Error>,
}

impl std::fmt::Debug for StoreCalls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoreCalls").finish_non_exhaustive()
    }
}

impl StoreCalls {
    /// Finds them among the exports of the store component.
    pub(crate) fn new(store: &mut StoreInstance) -> wasmtime::Result<StoreCalls> {
        Ok(StoreCalls {
            exists: export(store, "keys", "exists")?,
            delete: export(store, "keys", "delete")?,
            kind: export(store, "keys", "type")?,
            time_to_live: export(store, "keys", "time-to-live")?,
            expire: export(store, "keys", "expire")?,
            persist: export(store, "keys", "persist")?,
            rename: export(store, "keys", "rename")?,
            scan: export(store, "keys", "scan")?,
            get_many: export(store, "strings", "get-many")?,
            execute: export(store, "commands", "execute")?,
        })
    }
}

fn export<P, R>(store: &mut StoreInstance, interface: &str, name: &str) -> wasmtime::Result<TypedFunc<P, R>>
where
    P: ComponentNamedList + Lower,
    R: ComponentNamedList + Lift,
{
    let interface = format!("{STORE}/{interface}@{VERSION}");
    let (context, _, instance) = store.parts();
    let function = instance
        .get_export_index(&mut *context, None, &interface)
        .and_then(|exports| instance.get_export_index(&mut *context, Some(&exports), name))
        .and_then(|index| instance.get_func(&mut *context, index))
        .ok_or_else(|| wasmtime::Error::msg(format!("the store component has no {interface}.{name}")))?;
    function.typed(&*context)
}
