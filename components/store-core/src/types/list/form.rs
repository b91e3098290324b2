//! One listpack or many: what the operations on a list need not know.

use super::chain::Counts;
use super::{At, Chain, Form, List, Listpack};

impl List {
    /// Which node an index is in, and which of its elements that is. The index is that of an element.
    pub(super) fn locate(&self, index: usize) -> (At, usize) {
        match &self.0 {
            Form::One(_) => (At::default(), index),
            Form::Many(chain) => chain.locate(index),
        }
    }

    /// The node at an end.
    #[inline]
    pub(super) fn end(&self, front: bool) -> At {
        match &self.0 {
            Form::One(_) => At::default(),
            Form::Many(chain) => chain.end(front),
        }
    }

    /// The node behind, or in front of, this one.
    pub(super) fn step(&self, at: At, backwards: bool) -> Option<At> {
        match &self.0 {
            Form::One(_) => None,
            Form::Many(chain) => chain.step(at, backwards),
        }
    }

    #[inline]
    pub(super) fn pack(&self, at: At) -> &Listpack {
        match &self.0 {
            Form::One(pack) => pack,
            Form::Many(chain) => chain.pack(at).expect("a node is only removed with what points to it"),
        }
    }

    /// Changes the elements of a node; if it loses all of them, it must be removed.
    #[inline]
    pub(super) fn edit<R>(&mut self, at: At, change: impl FnOnce(&mut Listpack) -> R) -> R {
        match &mut self.0 {
            Form::One(pack) => change(pack),
            Form::Many(chain) => chain.edit(at, change).expect("a node is only removed with what points to it"),
        }
    }

    /// The elements of the node at an end, and what to tell how many there are then; if all go, it must be removed.
    #[inline]
    pub(super) fn end_mut(&mut self, front: bool) -> (&mut Listpack, Option<Counts<'_>>) {
        match &mut self.0 {
            Form::One(pack) => (pack, None),
            Form::Many(chain) => {
                let (pack, counts) = chain.end_mut(front).expect("a chain has nodes");
                (pack, Some(counts))
            }
        }
    }

    /// Adds a node at an end.
    pub(super) fn push_node(&mut self, front: bool, pack: Listpack) {
        if self.pack_if_empty().is_some() {
            self.0 = Form::One(pack);
        } else {
            self.chain().push(front, pack);
        }
    }

    /// Adds a node behind this one; where it is. Others may move.
    pub(super) fn insert_behind(&mut self, at: At, pack: Listpack) -> At {
        let chain = self.chain();
        match chain.step(at, false) {
            Some(next) => chain.insert(next, pack),
            None => {
                chain.push(false, pack);
                chain.end(false)
            }
        }
    }

    /// Takes a node out.
    pub(super) fn remove_node(&mut self, at: At) -> Listpack {
        match &mut self.0 {
            Form::One(pack) => std::mem::take(pack),
            Form::Many(chain) => {
                let pack = chain.remove(at).expect("a node is only removed with what points to it");
                let last = chain.end(true);
                if chain.step(last, false).is_none()
                    && let Some(only) = chain.remove(last)
                {
                    self.0 = Form::One(only);
                }
                pack
            }
        }
    }

    fn pack_if_empty(&self) -> Option<&Listpack> {
        match &self.0 {
            Form::One(pack) if pack.is_empty() => Some(pack),
            _ => None,
        }
    }

    /// The list as a chain.
    fn chain(&mut self) -> &mut Chain {
        if let Form::One(pack) = &mut self.0 {
            let mut chain = Box::<Chain>::default();
            chain.push(false, std::mem::take(pack));
            self.0 = Form::Many(chain);
        }
        match &mut self.0 {
            Form::Many(chain) => chain,
            Form::One(_) => unreachable!("it has just become a chain"),
        }
    }
}
