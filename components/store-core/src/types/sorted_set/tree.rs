//! The index of a large sorted set by order: a B+tree that knows how many members are below each node, so that ranks and
//! counts take logarithmic time, and so does every change.
//!
//! It refers to members and does not own them: a member must be taken out before it is freed or its score changes.

use super::member::Handle;
use super::node::Node;
use super::order::Cut;
use super::slot::Slot;

/// Members in the order of their scores.
pub(crate) struct Tree {
    root: Node,
    len: usize,
}

impl Tree {
    pub(crate) fn new() -> Tree {
        Tree { root: Node::Leaf(Vec::new()), len: 0 }
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Adds a member that is not in it.
    pub(crate) fn insert(&mut self, member: Handle) {
        // SAFETY: the caller keeps the member alive while it is in the tree.
        let cut = unsafe { Cut::before(member.score(), member.bytes()) };
        if let Some(right) = self.root.insert(&cut, Slot::new(member)) {
            let left = std::mem::replace(&mut self.root, Node::Leaf(Vec::new()));
            self.root = Node::above(left, right);
        }
        self.len += 1;
    }

    /// Takes out a member that is in it.
    pub(crate) fn remove(&mut self, member: Handle) {
        // SAFETY: the caller keeps the member alive while it is in the tree.
        let cut = unsafe { Cut::after(member.score(), member.bytes()) };
        self.root.remove(&cut, member);
        self.len -= 1;
        self.flatten();
    }

    /// Takes out the members of `count` ranks from `first` on, in order.
    pub(crate) fn take(&mut self, first: usize, count: usize, visit: &mut dyn FnMut(Handle)) {
        let mut left = count.min(self.len.saturating_sub(first));
        while left > 0 {
            let taken = self.root.take(first, left, visit);
            debug_assert!(taken > 0, "every rank below the length has a member");
            if taken == 0 {
                return;
            }
            left -= taken;
            self.len -= taken;
            self.flatten();
        }
    }

    fn flatten(&mut self) {
        while let Some(root) = self.root.only_child() {
            self.root = root;
        }
    }

    /// How many members are in front of the cut.
    pub(crate) fn rank(&self, cut: &Cut<'_>) -> usize {
        self.root.rank(cut)
    }

    /// The member of this rank.
    pub(crate) fn get(&self, rank: usize) -> Option<Handle> {
        let mut found = None;
        self.visit(rank, 1, false, &mut |member| {
            found = Some(member);
            true
        });
        found
    }

    /// Visits the members of `count` ranks from `first` on, or from there towards the front, as long as `visit` says true.
    pub(crate) fn visit(&self, first: usize, count: usize, backwards: bool, visit: &mut dyn FnMut(Handle) -> bool) {
        if first < self.len && count > 0 {
            self.root.visit(first, &mut { count }, backwards, visit);
        }
    }

    /// Frees about `budget` nodes, which it takes off; whether that was all. The members may be gone already, and nothing
    /// else may be asked of the tree afterwards.
    pub(crate) fn free_some(&mut self, budget: &mut usize) -> bool {
        self.len = 0;
        self.root.free(budget);
        *budget > 0
    }

    /// The bytes that its nodes have allocated.
    pub(crate) fn allocated(&self) -> usize {
        self.root.allocated()
    }
}

#[cfg(test)]
#[path = "tree_tests.rs"]
mod tests;
