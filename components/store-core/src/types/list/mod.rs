//! Lists: elements in the order of their positions, quick at both ends.
//!
//! A short list is one listpack; a long one is a chain of them, each of at most [`NODE_BYTES`] unless a single element is
//! larger. Redis calls either form `quicklist`.

mod chain;
mod collection;
mod edit;
mod form;
mod iter;
mod undo;
mod wanted;

#[cfg(test)]
mod tests;

pub use iter::Iter;
pub use undo::Inverse;
pub use wanted::Wanted;

use chain::{At, Chain};

use super::{Element, Listpack};

/// The most bytes of a node. Redis takes 8 KiB, but what changes in the middle moves what stands behind it.
const NODE_BYTES: usize = 2048;

/// What changes of a list are told to.
pub type Log<'a> = crate::keyspace::Log<'a, Inverse>;

/// A list.
#[derive(Default)]
pub struct List(Form);

enum Form {
    One(Listpack),
    /// At least two nodes.
    Many(Box<Chain>),
}

impl Default for Form {
    fn default() -> Form {
        Form::One(Listpack::new())
    }
}

#[allow(clippy::len_without_is_empty, reason = "`Typed::is_empty` is that of all types")]
impl List {
    /// How many elements there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Form::One(pack) => pack.len(),
            Form::Many(chain) => chain.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        matches!(&self.0, Form::One(pack) if pack.is_empty())
    }

    /// The index that a position counted from the front, or backwards from -1, is; none if there is no such element.
    pub fn index(&self, position: i64) -> Option<usize> {
        let len = self.len();
        let index = if position < 0 {
            len.checked_sub(usize::try_from(position.unsigned_abs()).ok()?)?
        } else {
            usize::try_from(position).ok()?
        };
        (index < len).then_some(index)
    }

    /// The element at this position, counted as by [`List::index`].
    pub fn get(&self, position: i64) -> Option<Element<'_>> {
        self.iter(self.index(position)?, false).next()
    }

    /// The elements from an index on, or from there towards the front.
    pub fn iter(&self, index: usize, backwards: bool) -> Iter<'_> {
        Iter::new(self, index, backwards)
    }

    /// Shows up to so many elements from an index on, until one is refused.
    #[inline]
    pub fn visit(&self, index: usize, mut count: usize, mut show: impl FnMut(Element<'_>) -> bool) {
        let (mut at, offset) = self.locate(index);
        let pack = self.pack(at);
        let Some(place) = pack.seek(offset as i64) else { return };
        let mut elements = pack.iter_from(place);
        while count > 0 {
            if let Some(element) = elements.next() {
                count -= 1;
                if !show(element) {
                    return;
                }
            } else {
                let Some(next) = self.step(at, false) else { return };
                (at, elements) = (next, self.pack(next).iter());
            }
        }
    }

    /// The listpacks that it is made of.
    pub fn packs(&self) -> impl Iterator<Item = &Listpack> {
        let (one, many) = match &self.0 {
            Form::One(pack) => (Some(pack), None),
            Form::Many(chain) => (None, Some(chain.packs())),
        };
        one.into_iter().chain(many.into_iter().flatten())
    }

    /// Adds the elements of a listpack behind the last.
    pub fn push_pack(&mut self, pack: Listpack) {
        if !pack.is_empty() {
            self.push_node(false, pack);
        }
    }
}
