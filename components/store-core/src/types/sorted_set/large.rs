//! A large sorted set: members by name in a hash table, and in order in a tree that refers to them.

use super::Inverse;
use super::member::{Handle, Member};
use super::order::{Cut, compare};
use super::ranges::LexRange;
use super::tree::Tree;
use crate::keyspace::Log;
use crate::memory;
use crate::sorting;
use crate::table::{Keyed, Position, Table};

/// Members with their scores. What is in the table is in the tree, and nothing else.
pub(super) struct Large {
    table: Table<Member>,
    order: Tree,
}

impl Keyed for Member {
    #[inline]
    fn key(&self) -> &[u8] {
        self.bytes()
    }
}

/// Members as they are in order.
pub(crate) fn sorted(table: &Table<Member>) -> Vec<&Member> {
    let mut members: Vec<&Member> = table.entries().collect();
    sorting::sort_by(&mut members, |one, other| compare((one.score(), one.bytes()), (other.score(), other.bytes())));
    members
}

impl Large {
    pub(super) fn new(seed: [u64; 2]) -> Large {
        Large { table: Table::new(seed), order: Tree::new() }
    }

    /// Members that are in no order yet.
    pub(super) fn of_table(table: Table<Member>) -> Large {
        let mut order = Tree::new();
        sorted(&table).iter().for_each(|member| order.insert(member.handle()));
        Large { table, order }
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        self.table.len()
    }

    #[inline]
    pub(super) fn score(&self, member: &[u8]) -> Option<f64> {
        let at = self.table.find(self.table.hash(member), member)?;
        Some(self.table.entry(at).score())
    }

    /// The hash of a member, and where it is with its score.
    #[inline]
    pub(super) fn find(&self, member: &[u8]) -> (u64, Option<(Position, f64)>) {
        let hash = self.table.hash(member);
        let found = self.table.find(hash, member);
        (hash, found.map(|at| (at, self.table.entry(at).score())))
    }

    /// See [`super::SortedSet::update`].
    #[inline]
    pub(super) fn update(
        &mut self,
        member: &[u8],
        decide: &mut dyn FnMut(Option<f64>) -> Option<f64>,
        log: &mut Log<'_, Inverse>,
    ) {
        let hash = self.table.hash(member);
        let found = self.table.find(hash, member);
        let old = found.map(|at| self.table.entry(at).score());
        let Some(score) = decide(old).filter(|&score| Some(score) != old) else { return };
        match (found, old) {
            (Some(at), Some(old)) => {
                self.rescore(at, score);
                log.changed(|| Inverse::Rescore(Member::new(member, old)));
            }
            _ => {
                self.insert(hash, Member::new(member, score));
                log.changed(|| Inverse::Remove(member.into()));
            }
        }
    }

    /// Adds a member that is not in it.
    pub(super) fn insert(&mut self, hash: u64, member: Member) {
        let handle = member.handle();
        self.table.insert(hash, member);
        self.order.insert(handle);
    }

    #[inline]
    pub(super) fn rescore(&mut self, at: Position, score: f64) {
        let member = self.table.entry_mut(at);
        self.order.remove(member.handle());
        member.set_score(score);
        self.order.insert(member.handle());
    }

    pub(super) fn remove(&mut self, hash: u64, at: Position) -> Member {
        self.order.remove(self.table.entry(at).handle());
        self.table.remove(hash, at)
    }

    /// Takes out the members of `count` ranks from `first` on.
    pub(super) fn take(&mut self, first: usize, count: usize, give: &mut dyn FnMut(Member)) {
        let table = &mut self.table;
        self.order.take(first, count, &mut |handle| {
            // SAFETY: the member lives in the table until it is taken out below.
            let name = unsafe { handle.bytes() };
            let hash = table.hash(name);
            if let Some(at) = table.find(hash, name) {
                give(table.remove(hash, at));
            }
        });
    }

    pub(super) fn rank(&self, cut: &Cut<'_>) -> usize {
        self.order.rank(cut)
    }

    /// The ranks of the members in the range, where all have the score of the first.
    pub(super) fn ranks_by_lex(&self, range: &LexRange<'_>) -> (usize, usize) {
        let Some(first) = self.order.get(0) else { return (0, 0) };
        // SAFETY: what is in the tree is in the table.
        let (first, last) = range.cuts(unsafe { first.score() });
        (self.order.rank(&first), self.order.rank(&last))
    }

    /// See [`Tree::visit`].
    pub(super) fn visit(&self, first: usize, count: usize, backwards: bool, visit: &mut dyn FnMut(&[u8], f64) -> bool) {
        // SAFETY: what is in the tree is in the table, which is borrowed as long as this takes.
        let mut each = |member: Handle| unsafe { visit(member.bytes(), member.score()) };
        self.order.visit(first, count, backwards, &mut each);
    }

    /// The members by name.
    pub(super) fn table(&self) -> &Table<Member> {
        &self.table
    }

    pub(super) fn duplicate(&self) -> Large {
        let mut copy = Large { table: self.table.fresh(), order: Tree::new() };
        self.visit(0, usize::MAX, false, &mut |member, score| {
            copy.insert(copy.table.hash(member), Member::new(member, score));
            true
        });
        copy
    }

    /// The bytes that it takes, estimated from so many members (0: all).
    pub(super) fn memory(&self, samples: usize) -> usize {
        let members = self.table.memory(samples, |member| memory::taken(member.allocated()));
        memory::taken(size_of::<Large>()) + members + self.order.allocated()
    }

    /// See [`crate::types::Typed::free_some`].
    pub(super) fn free_some(&mut self, budget: &mut usize) -> bool {
        self.order.free_some(budget) && self.table.free_some(budget)
    }
}
