//! Fields in a listpack: names, values and, in one of triples, times, which are 0 for never.

use super::Field;
use crate::types::listpack::Place;
use crate::types::{Element, Listpack};

/// A name and a value.
pub(super) const PAIR: usize = 2;
/// A name, a value and a time.
pub(super) const TRIPLE: usize = 3;

/// A small hash some of whose fields expire.
pub struct Timed {
    pub(super) pack: Listpack,
    /// No field expires before this time.
    pub(super) earliest_ms: i64,
}

/// Where the field of this name is.
#[inline]
pub(super) fn find(pack: &Listpack, width: usize, name: &[u8]) -> Option<Place> {
    pack.find(pack.first(), name, width - 1)
}

/// The place of a field's value.
pub(super) fn value(pack: &Listpack, at: Place) -> Place {
    pack.next(at).expect("a name is followed by a value")
}

/// The field there.
pub(super) fn field(pack: &Listpack, at: Place, width: usize) -> Field<'_> {
    let value_at = value(pack, at);
    let expire_ms = if width == TRIPLE { pack.next(value_at).and_then(|at| time(pack.get(at))) } else { None };
    Field { name: pack.get(at), value: pack.get(value_at), expire_ms }
}

fn time(element: Element<'_>) -> Option<i64> {
    element.as_integer().filter(|&time| time != 0)
}

/// Visits every field.
pub(super) fn each(pack: &Listpack, width: usize, visit: &mut dyn FnMut(Field<'_>)) {
    let mut elements = pack.iter();
    while let (Some(name), Some(value)) = (elements.next(), elements.next()) {
        let expire_ms = if width == TRIPLE { elements.next().and_then(time) } else { None };
        visit(Field { name, value, expire_ms });
    }
}

/// The number of the field there.
pub(super) fn index(pack: &Listpack, at: Place, width: usize) -> u32 {
    (pack.len() - pack.iter_from(at).count()) as u32 / width as u32
}

/// Adds a field in front of the one with this number, or behind the last.
pub(super) fn insert(pack: &mut Listpack, width: usize, index: u32, field: &Field<'_>) {
    match pack.seek(i64::from(index) * width as i64) {
        Some(at) => {
            // Each takes the place of the one before.
            if width == TRIPLE {
                pack.insert(Some(at), Element::Integer(field.expire_ms.unwrap_or(0)));
            }
            pack.insert(Some(at), compact(field.value));
            pack.insert(Some(at), compact(field.name));
        }
        None => push(pack, width, field),
    }
}

/// Adds a field behind the last.
pub(super) fn push(pack: &mut Listpack, width: usize, field: &Field<'_>) {
    pack.push_back(compact(field.name));
    pack.push_back(compact(field.value));
    if width == TRIPLE {
        pack.push_back(Element::Integer(field.expire_ms.unwrap_or(0)));
    }
}

/// Gives the field there another value and, if it has one, another time.
pub(super) fn replace(pack: &mut Listpack, at: Place, width: usize, new: Element<'_>, expire_ms: Option<i64>) {
    let value_at = value(pack, at);
    pack.replace(value_at, compact(new));
    if width == TRIPLE {
        replace_time(pack, at, expire_ms);
    }
}

/// Gives the field there, of a triple, another time.
pub(super) fn replace_time(pack: &mut Listpack, at: Place, expire_ms: Option<i64>) {
    if let Some(time_at) = pack.next(value(pack, at)) {
        pack.replace(time_at, Element::Integer(expire_ms.unwrap_or(0)));
    }
}

fn compact(element: Element<'_>) -> Element<'_> {
    match element {
        Element::Bytes(bytes) => Element::compact(bytes),
        integer => integer,
    }
}
