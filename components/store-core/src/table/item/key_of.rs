//! The key of an item, for who keeps a second way to it.

use std::mem::ManuallyDrop;
use std::ptr::NonNull;

use super::Item;

/// The key of an item that somebody else owns.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeyOf(NonNull<u8>);

// SAFETY: nothing but an address; whoever reads through it answers for the item.
unsafe impl Send for KeyOf {}

impl KeyOf {
    /// # Safety
    /// The item is alive, and stays so as long as its key is used.
    pub(crate) unsafe fn bytes<'a>(self) -> &'a [u8] {
        let item = ManuallyDrop::new(Item(self.0));
        let parts = item.parts();
        // SAFETY: `new` has written these bytes, and the item is alive.
        unsafe { std::slice::from_raw_parts(item.base().add(parts.key), parts.key_len) }
    }
}

impl Item {
    /// Its key, for whoever knows how long the item lives.
    pub(crate) fn key_of(&self) -> KeyOf {
        KeyOf(self.0)
    }
}
