//! How changes of a hash are undone.

use super::packed;
use super::{Field, Hash};
use crate::table::{Item, Keyed};

/// How to undo one change.
pub enum Inverse {
    /// Remove this field.
    Remove(Box<[u8]>),
    /// Put this field back; in a small hash as the one with this number if it is not there.
    Put {
        /// The field as it was.
        item: Item,
        /// Its number.
        index: u32,
    },
    /// Give this field its former time of expiry.
    Expire {
        /// The field.
        name: Box<[u8]>,
        /// Milliseconds since the Unix epoch.
        old_ms: Option<i64>,
    },
    /// Go back to this form of the same content.
    Form(Hash),
}

impl Inverse {
    pub(super) fn put(field: &Field<'_>, index: u32) -> Inverse {
        Inverse::Put { item: Item::new(&field.name.text(), &field.value.text(), field.expire_ms), index }
    }

    pub(super) fn bytes(&self) -> usize {
        match self {
            Inverse::Remove(name) | Inverse::Expire { name, .. } => name.len(),
            Inverse::Put { item, .. } => item.allocated(),
            Inverse::Form(small) => small.packed().map_or(0, |(pack, _)| pack.allocated()),
        }
    }
}

impl Hash {
    pub(super) fn undo(&mut self, inverse: Inverse) {
        match inverse {
            Inverse::Form(form) => *self = form,
            Inverse::Expire { name, old_ms } => self.put_time(&name, old_ms),
            Inverse::Remove(name) => match self {
                Hash::Large(large) => {
                    if let Some((hash, at)) = large.position(&name) {
                        large.table.remove(hash, at);
                    }
                }
                _ => {
                    if let Some((pack, width)) = self.packed_mut()
                        && let Some(at) = packed::find(pack, width, &name)
                    {
                        pack.remove(at, width);
                    }
                }
            },
            Inverse::Put { item, index } => match self {
                Hash::Large(large) => match large.position(item.key()) {
                    Some((_, at)) => drop(large.swap(at, item)),
                    None => large.add(item),
                },
                _ => {
                    let field = Field::from(&item);
                    if let Some((pack, width)) = self.packed_mut() {
                        match packed::find(pack, width, item.key()) {
                            Some(at) => packed::replace(pack, at, width, field.value, field.expire_ms),
                            None => packed::insert(pack, width, index, &field),
                        }
                    }
                    self.note_time(field.expire_ms);
                }
            },
        }
    }
}
