//! A node of the ordered index: a leaf of members, or nodes below one another with how many members each holds.
//!
//! Beside each member stand the leading bits of its score, so that most comparisons read nothing else. Nodes are vectors
//! that grow a few places at a time: a leaf is rarely more than four fifths full, but its allocation is.

use super::member::Handle;
use super::order::Cut;
use super::slot::{Ordered, Slot, below, position};

/// The most members of a leaf. What a search in it costs is the lines of memory that it reads.
pub(super) const LEAF: usize = 64;
/// The most nodes of a node.
pub(super) const INNER: usize = LEAF;
/// A node that has no more than so many joins a neighbour that has few, too.
const SMALL: usize = LEAF / 8 * 3;
/// By how many places a leaf grows.
const STEP: usize = 8;

/// A node in a node, and what it begins with.
pub(super) struct Child {
    first: Slot,
    count: u32,
    node: Node,
}

pub(super) enum Node {
    Leaf(Vec<Slot>),
    Inner(Vec<Child>),
}

impl Ordered for Child {
    fn slot(&self) -> &Slot {
        &self.first
    }
}

impl Child {
    fn new(node: Node) -> Option<Child> {
        Some(Child { first: node.first()?, count: node.count() as u32, node })
    }
}

/// How many a full node keeps when it is split for one at this index: half of them, but all or none of them when it is at
/// an end, where ascending or descending scores will add the next ones, too.
#[inline]
fn split_at(index: usize, last: usize) -> usize {
    if index == 0 || index == last { index } else { last / 2 }
}

/// Which child a cut is in: the last one that begins in front of it, or the first.
#[inline]
fn child_at(children: &[Child], cut: &Cut<'_>) -> usize {
    position(children, cut).saturating_sub(1)
}

impl Node {
    /// How many members it holds.
    pub(super) fn count(&self) -> usize {
        match self {
            Node::Leaf(slots) => slots.len(),
            Node::Inner(children) => children.iter().map(|child| child.count as usize).sum(),
        }
    }

    fn first(&self) -> Option<Slot> {
        match self {
            Node::Leaf(slots) => slots.first().copied(),
            Node::Inner(children) => children.first().map(|child| child.first),
        }
    }

    /// How many members or nodes it has.
    fn width(&self) -> usize {
        match self {
            Node::Leaf(slots) => slots.len(),
            Node::Inner(children) => children.len(),
        }
    }

    /// How many members are in front of the cut.
    pub(super) fn rank(&self, cut: &Cut<'_>) -> usize {
        let (mut node, mut rank) = (self, 0);
        loop {
            match node {
                Node::Leaf(slots) => return rank + position(slots, cut),
                Node::Inner(children) => {
                    let at = child_at(children, cut);
                    let (before, rest) = children.split_at(at);
                    rank += before.iter().map(|child| child.count as usize).sum::<usize>();
                    let Some(child) = rest.first() else { return rank };
                    node = &child.node;
                }
            }
        }
    }

    /// Adds a member there; the right half, when the node had to be split.
    #[inline]
    pub(super) fn insert(&mut self, cut: &Cut<'_>, slot: Slot) -> Option<Child> {
        let mut node = &mut *self;
        while let Node::Inner(children) = node {
            let before = position(children, cut);
            let child = children.get_mut(before.saturating_sub(1))?;
            if before == 0 {
                child.first = slot;
            }
            child.count += 1;
            node = &mut child.node;
        }
        match node {
            Node::Leaf(slots) if slots.len() < LEAF => {
                let at = position(slots, cut);
                insert_slot(slots, at, slot);
                None
            }
            _ => self.insert_in_full(cut, slot),
        }
    }

    /// Adds a member that is counted already to a leaf that is full.
    #[inline(never)]
    fn insert_in_full(&mut self, cut: &Cut<'_>, slot: Slot) -> Option<Child> {
        match self {
            Node::Leaf(slots) => {
                let at = position(slots, cut);
                let middle = split_at(at, LEAF);
                let mut right = slots.split_off(middle);
                slots.shrink_to(middle + STEP);
                if at > middle || at == LEAF {
                    insert_slot(&mut right, at - middle, slot);
                } else {
                    insert_slot(slots, at, slot);
                }
                Child::new(Node::Leaf(right))
            }
            Node::Inner(children) => {
                let at = child_at(children, cut);
                let child = children.get_mut(at)?;
                let right = child.node.insert_in_full(cut, slot)?;
                child.count -= right.count;
                children.insert(at + 1, right);
                if children.len() <= INNER {
                    return None;
                }
                let right = children.split_off(split_at(at + 1, INNER).max(1));
                Child::new(Node::Inner(right))
            }
        }
    }

    /// Takes a member out that is in it; the cut is behind the member.
    #[inline]
    pub(super) fn remove(&mut self, cut: &Cut<'_>, handle: Handle) {
        let mut node = &mut *self;
        while let Node::Inner(children) = node {
            let at = child_at(children, cut);
            let Some(child) = children.get_mut(at) else { return };
            child.count -= 1;
            node = &mut child.node;
        }
        let Node::Leaf(slots) = node else { return };
        // Not where the cut is: that would read other members with the same leading bits.
        let mut at = below(slots, cut.prefix());
        while slots.get(at).is_some_and(|slot| slot.handle != handle) {
            at += 1;
        }
        debug_assert!(at < slots.len(), "the member is in it");
        if at < slots.len() {
            slots.remove(at);
            give_back(slots);
        }
        if at == 0 || slots.len() <= SMALL {
            self.mend(cut);
        }
    }

    /// Sets right what a leaf that has lost a member leaves behind; the cut is behind that member.
    #[inline(never)]
    fn mend(&mut self, cut: &Cut<'_>) {
        if let Node::Inner(children) = self {
            let at = child_at(children, cut);
            if let Some(child) = children.get_mut(at) {
                child.node.mend(cut);
                lost(children, at, 0);
            }
        }
    }

    /// Takes the members from `rank` on out, at most so many and none beyond its leaf; how many.
    pub(super) fn take(&mut self, rank: usize, most: usize, visit: &mut dyn FnMut(Handle)) -> usize {
        match self {
            Node::Leaf(slots) => {
                let end = slots.len().min(rank.saturating_add(most));
                let taken = slots.drain(rank.min(end)..end).map(|slot| visit(slot.handle)).count();
                give_back(slots);
                taken
            }
            Node::Inner(children) => {
                let (at, rank) = child_of_rank(children, rank);
                let Some(child) = children.get_mut(at) else { return 0 };
                let taken = child.node.take(rank, most, visit);
                lost(children, at, taken);
                taken
            }
        }
    }

    /// Visits the members from `rank` on, or from there towards the front, until it has been so many or `visit` says
    /// false; whether to go on.
    pub(super) fn visit(
        &self,
        rank: usize,
        left: &mut usize,
        backwards: bool,
        visit: &mut dyn FnMut(Handle) -> bool,
    ) -> bool {
        match self {
            Node::Leaf(slots) => {
                let mut each = |slot: &Slot| {
                    *left = left.saturating_sub(1);
                    visit(slot.handle) && *left > 0
                };
                match backwards {
                    false => slots.iter().skip(rank).all(&mut each),
                    true => slots.iter().take(rank.saturating_add(1)).rev().all(&mut each),
                }
            }
            Node::Inner(children) => {
                let (at, mut rank) = child_of_rank(children, rank);
                let mut each = |child: &Child| {
                    let goes_on = child.node.visit(rank, left, backwards, visit);
                    rank = if backwards { usize::MAX } else { 0 };
                    goes_on
                };
                match backwards {
                    false => children.iter().skip(at).all(&mut each),
                    true => children.iter().take(at + 1).rev().all(&mut each),
                }
            }
        }
    }

    /// Frees leaves, the last ones first, until none is left or the budget is spent.
    pub(super) fn free(&mut self, budget: &mut usize) {
        match self {
            Node::Leaf(slots) if slots.capacity() > 0 => {
                *slots = Vec::new();
                *budget = budget.saturating_sub(1);
            }
            Node::Leaf(_) => {}
            Node::Inner(children) => {
                while *budget > 0
                    && let Some(child) = children.last_mut()
                {
                    child.node.free(budget);
                    if child.node.width() == 0 {
                        children.pop();
                    }
                }
            }
        }
    }

    /// The node that takes the place of a root when there is no more than one below it.
    pub(super) fn only_child(&mut self) -> Option<Node> {
        match self {
            Node::Inner(children) if children.len() < 2 => {
                Some(children.pop().map_or(Node::Leaf(Vec::new()), |child| child.node))
            }
            _ => None,
        }
    }

    /// A root above a node that was split.
    pub(super) fn above(left: Node, right: Child) -> Node {
        Node::Inner(Child::new(left).into_iter().chain([right]).collect())
    }

    /// The bytes that it and what is below it have allocated.
    pub(super) fn allocated(&self) -> usize {
        match self {
            Node::Leaf(slots) => slots.capacity() * size_of::<Slot>(),
            Node::Inner(children) => {
                let below: usize = children.iter().map(|child| child.node.allocated()).sum();
                below + children.capacity() * size_of::<Child>()
            }
        }
    }

    /// Panics unless everything that must hold does; the depth.
    #[cfg(test)]
    pub(super) fn check(&self, is_root: bool) -> usize {
        match self {
            Node::Leaf(slots) => {
                assert!(slots.len() <= LEAF && (is_root || !slots.is_empty()));
                1
            }
            Node::Inner(children) => {
                assert!(children.len() <= INNER && children.len() > usize::from(is_root));
                let depths: Vec<usize> = children.iter().map(|child| child.node.check(false)).collect();
                for child in children {
                    assert_eq!(child.count as usize, child.node.count());
                    assert_eq!(Some(child.first.handle), child.node.first().map(|slot| slot.handle));
                    assert_eq!(Some(child.first.prefix), child.node.first().map(|slot| slot.prefix));
                }
                assert!(depths.windows(2).all(|pair| pair[0] == pair[1]));
                depths.first().map_or(0, |depth| depth + 1)
            }
        }
    }
}

#[inline]
fn insert_slot(slots: &mut Vec<Slot>, at: usize, slot: Slot) {
    if slots.len() == slots.capacity() {
        slots.reserve_exact(STEP);
    }
    slots.insert(at, slot);
}

/// Gives memory back that a leaf does not need any more.
#[inline]
fn give_back(slots: &mut Vec<Slot>) {
    if slots.capacity() > slots.len() + 2 * STEP {
        slots.shrink_to(slots.len() + STEP);
    }
}

/// Which child has the member of this rank, and its rank there.
fn child_of_rank(children: &[Child], mut rank: usize) -> (usize, usize) {
    for (at, child) in children.iter().enumerate() {
        if rank < child.count as usize {
            return (at, rank);
        }
        rank -= child.count as usize;
    }
    // Beyond the end: the last member, from which one may go backwards, or nothing.
    let last = children.len().saturating_sub(1);
    (last, children.last().map_or(0, |child| child.count as usize + rank))
}

/// Sets right what a child that has lost members leaves behind.
fn lost(children: &mut Vec<Child>, at: usize, members: usize) {
    let Some(child) = children.get_mut(at) else { return };
    child.count -= members as u32;
    match child.node.first() {
        Some(first) => child.first = first,
        None => drop(children.remove(at)),
    }
    // A small node …
    if children.get(at).is_none_or(|child| child.node.width() <= SMALL) {
        join(children, at);
        join(children, at.wrapping_sub(1));
    }
}

/// Makes one of a child and the next, if there are two and they are small enough.
fn join(children: &mut Vec<Child>, at: usize) {
    let Some([left, right]) = children.get(at..at.saturating_add(2)) else { return };
    // … merges with a neighbour, if the next insertion does not split them again.
    if left.node.width() + right.node.width() > 2 * SMALL {
        return;
    }
    let right = children.remove(at + 1);
    let Some(left) = children.get_mut(at) else { return };
    left.count += right.count;
    match (&mut left.node, right.node) {
        (Node::Leaf(slots), Node::Leaf(mut more)) => {
            slots.reserve_exact(more.len());
            slots.append(&mut more);
        }
        (Node::Inner(children), Node::Inner(mut more)) => {
            let seam = children.len().saturating_sub(1);
            children.append(&mut more);
            join(children, seam);
        }
        _ => debug_assert!(false, "neighbours are equally deep"),
    }
}
