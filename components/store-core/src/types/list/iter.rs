//! Going through a list from any element in either direction.

use super::{At, List};
use crate::types::{Element, listpack};

/// Elements of a list.
pub struct Iter<'a> {
    list: &'a List,
    at: At,
    pack: listpack::Iter<'a>,
    backwards: bool,
}

impl<'a> Iter<'a> {
    pub(super) fn new(list: &'a List, index: usize, backwards: bool) -> Iter<'a> {
        let (at, offset) = list.locate(index);
        let node = list.pack(at);
        let mut pack = node.iter();
        if backwards {
            for _ in offset + 1..node.len() {
                pack.next_back();
            }
        } else if let Some(place) = node.seek(offset as i64) {
            pack = node.iter_from(place);
        }
        Iter { list, at, pack, backwards }
    }

    #[cold]
    fn next_node(&mut self) -> Option<Element<'a>> {
        self.at = self.list.step(self.at, self.backwards)?;
        self.pack = self.list.pack(self.at).iter();
        self.next()
    }
}

impl<'a> Iterator for Iter<'a> {
    type Item = Element<'a>;

    #[inline]
    fn next(&mut self) -> Option<Element<'a>> {
        let element = if self.backwards { self.pack.next_back() } else { self.pack.next() };
        if element.is_some() { element } else { self.next_node() }
    }
}
