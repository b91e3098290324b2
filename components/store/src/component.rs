//! The one store of this component instance, and what it asks of its host.

use std::cell::{RefCell, RefMut};

use ferrite_store_core::memory::Counting;
use ferrite_store_core::{Environment, Store};

use crate::allocator::Allocator;
use crate::bindings::ferrite::store::environment;

#[global_allocator]
static ALLOCATOR: Counting<Allocator> = Counting(Allocator::new());

/// What the component exports.
pub(crate) struct Component;

struct Host;

impl Environment for Host {
    fn now_us(&self) -> u64 {
        environment::now_us()
    }

    fn entropy(&self) -> u64 {
        environment::entropy()
    }
}

thread_local! {
    static STORE: &'static RefCell<Store> = Box::leak(Box::new(RefCell::new(Store::new(Box::new(Host)))));
}

/// Runs `work` on the store.
#[inline]
pub(crate) fn with_store<T>(work: impl FnOnce(&mut Store) -> T) -> T {
    work(&mut store())
}

/// The store. The component model lets nobody enter an instance twice, so it is never borrowed already. In one place,
/// because every export does this.
#[inline(never)]
fn store() -> RefMut<'static, Store> {
    STORE.with(|store| *store).borrow_mut()
}

crate::bindings::export!(Component with_types_in crate::bindings);
