//! Sorted sets: members with scores, in the order of both. A small one is packed into a listpack, a large one has a hash
//! table and a tree.

mod kind;
mod large;
mod member;
mod node;
mod order;
mod packed;
mod ranges;
mod slot;
mod tree;

#[cfg(test)]
mod tests;

pub use kind::Inverse;
pub(crate) use large::sorted;
pub use member::Member;
pub use ranges::{LexBound, LexRange, ScoreRange};

use ferrite_resp::number::format_f64;

use super::Listpack;
use crate::keyspace::Log;
use crate::keyspace::limits::Limits;
use crate::random::Random;
use crate::table::Table;
use large::Large;
use order::Cut;
use packed::Packed;

/// A sorted set. No score in it is NaN.
pub struct SortedSet(Form);

enum Form {
    Packed(Packed),
    Large(Box<Large>),
}

impl Default for SortedSet {
    fn default() -> SortedSet {
        SortedSet(Form::Packed(Packed::default()))
    }
}

impl SortedSet {
    /// How many members there are.
    #[inline]
    pub fn len(&self) -> usize {
        match &self.0 {
            Form::Packed(packed) => packed.len(),
            Form::Large(large) => large.len(),
        }
    }

    /// Whether there is none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The score of a member.
    #[inline]
    pub fn score(&self, member: &[u8]) -> Option<f64> {
        match &self.0 {
            Form::Packed(packed) => packed.find(member).map(|(_, score)| score),
            Form::Large(large) => large.score(member),
        }
    }

    /// How many members are in front of this one.
    pub fn rank(&self, member: &[u8]) -> Option<usize> {
        let score = self.score(member)?;
        Some(self.count_before(&Cut::before(score, member)))
    }

    fn count_before(&self, cut: &Cut<'_>) -> usize {
        match &self.0 {
            Form::Packed(packed) => packed.rank(cut),
            Form::Large(large) => large.rank(cut),
        }
    }

    /// The rank of the first member with a score in the range, and how many there are.
    pub fn ranks_by_score(&self, range: &ScoreRange) -> (usize, usize) {
        let (first, last) = range.cuts();
        let first = self.count_before(&first);
        (first, self.count_before(&last).saturating_sub(first))
    }

    /// The rank of the first member whose bytes are in the range, and how many there are. As in Redis, the answer means
    /// something only where all scores are equal.
    pub fn ranks_by_lex(&self, range: &LexRange<'_>) -> (usize, usize) {
        let (first, end) = match &self.0 {
            Form::Packed(packed) => packed.ranks_by_lex(range),
            Form::Large(large) => large.ranks_by_lex(range),
        };
        (first, end.saturating_sub(first))
    }

    /// Visits the members of `count` ranks from `first` on, or from there towards the front, as long as `visit` says true.
    pub fn each(&self, first: usize, count: usize, backwards: bool, visit: &mut dyn FnMut(&[u8], f64) -> bool) {
        match &self.0 {
            Form::Large(large) => large.visit(first, count, backwards, visit),
            Form::Packed(packed) if backwards => {
                let passed = packed.len().saturating_sub(first.saturating_add(1));
                packed.iter().rev().skip(passed).take(count).all(|(member, score)| visit(&member.text(), score));
            }
            Form::Packed(packed) => {
                packed.iter().skip(first).take(count).all(|(member, score)| visit(&member.text(), score));
            }
        }
    }

    /// A page of members with the texts of their scores, see [`Table::scan`]; all at once when they are packed. Redis
    /// prints large whole scores of packed members as integers here.
    pub fn scan(&self, cursor: u64, count: usize, visit: &mut dyn FnMut(&[u8], &[u8])) -> u64 {
        match &self.0 {
            Form::Packed(packed) => {
                packed.texts().for_each(|(member, score)| visit(&member.text(), &score.text()));
                0
            }
            Form::Large(large) => large.table().scan(cursor, count, &mut |member| {
                visit(member.bytes(), format_f64(member.score()).as_bytes());
            }),
        }
    }

    /// Visits a member chosen by chance.
    pub fn random(&self, random: &mut Random, visit: &mut dyn FnMut(&[u8], f64)) {
        match &self.0 {
            Form::Packed(packed) => {
                let rank = random.next().checked_rem(packed.len() as u64).unwrap_or(0);
                packed.iter().skip(rank as usize).take(1).for_each(|(member, score)| visit(&member.text(), score));
            }
            Form::Large(large) => {
                large.table().random(random).into_iter().for_each(|member| visit(member.bytes(), member.score()));
            }
        }
    }

    /// Visits `count` different members chosen by chance, all of them when there are not more.
    pub fn sample(&self, count: usize, random: &mut Random, visit: &mut dyn FnMut(&[u8], f64)) {
        match &self.0 {
            Form::Packed(packed) => {
                let (mut left, mut missing) = (packed.len() as u64, count.min(packed.len()) as u64);
                for (member, score) in packed.iter() {
                    if random.next() % left < missing {
                        missing -= 1;
                        visit(&member.text(), score);
                    }
                    left -= 1;
                }
            }
            Form::Large(large) => {
                large.table().sample(count, random, &mut |member| visit(member.bytes(), member.score()));
            }
        }
    }

    /// Gives a member the score that `decide` makes of the one it has, if any; none leaves it as it is.
    pub fn update(
        &mut self,
        member: &[u8],
        decide: &mut dyn FnMut(Option<f64>) -> Option<f64>,
        log: &mut Log<'_, Inverse>,
    ) {
        match &mut self.0 {
            Form::Large(large) => large.update(member, decide, log),
            Form::Packed(_) => self.update_packed(member, decide, log),
        }
    }

    #[inline(never)]
    fn update_packed(
        &mut self,
        member: &[u8],
        decide: &mut dyn FnMut(Option<f64>) -> Option<f64>,
        log: &mut Log<'_, Inverse>,
    ) {
        let Form::Packed(packed) = &self.0 else { return };
        let found = packed.find(member);
        let old = found.map(|(_, score)| score);
        let Some(score) = decide(old).filter(|&score| Some(score) != old) else { return };
        if found.is_some() || fits(packed.len() + 1, member.len(), log.limits) {
            return self.put_packed(member, old, score, log);
        }
        let old = self.spread(log.limits);
        log.record(|| Inverse::Restore(old));
        self.update(member, &mut |_| Some(score), log);
    }

    fn put_packed(&mut self, member: &[u8], old: Option<f64>, score: f64, log: &mut Log<'_, Inverse>) {
        let Form::Packed(packed) = &mut self.0 else { return };
        if let Some((place, _)) = old.and_then(|_| packed.find(member)) {
            packed.remove(place);
        }
        packed.insert(member, score);
        log.changed(|| match old {
            Some(old) => Inverse::Rescore(Member::new(member, old)),
            None => Inverse::Remove(member.into()),
        });
    }

    /// Makes a large one of a packed one; the packed one.
    #[cold]
    fn spread(&mut self, limits: &Limits) -> SortedSet {
        let mut large = Box::new(Large::new(limits.seed));
        self.each(0, usize::MAX, false, &mut |member, score| {
            let (hash, _) = large.find(member);
            large.insert(hash, Member::new(member, score));
            true
        });
        SortedSet(std::mem::replace(&mut self.0, Form::Large(large)))
    }

    /// An empty one for so many members.
    pub fn for_members(count: usize, limits: &Limits) -> SortedSet {
        let mut set = SortedSet::default();
        if count > limits.sorted_set_entries {
            set.spread(limits);
        }
        set
    }

    /// Adds a member that is not in it to a sorted set that is not yet a key's value.
    pub fn build(&mut self, member: &[u8], score: f64, limits: &Limits) {
        if let Form::Packed(packed) = &mut self.0 {
            if fits(packed.len() + 1, member.len(), limits) {
                return packed.insert(member, score);
            }
            self.spread(limits);
        }
        if let Form::Large(large) = &mut self.0 {
            let (hash, _) = large.find(member);
            large.insert(hash, Member::new(member, score));
        }
    }

    /// Removes a member; false when it was not there.
    pub fn remove(&mut self, member: &[u8], log: &mut Log<'_, Inverse>) -> bool {
        match &mut self.0 {
            Form::Packed(packed) => {
                let Some((place, score)) = packed.find(member) else { return false };
                packed.remove(place);
                log.changed(|| Inverse::Add(Member::new(member, score)));
            }
            Form::Large(large) => {
                let (hash, Some((at, _))) = large.find(member) else { return false };
                let member = large.remove(hash, at);
                log.changed(|| Inverse::Add(member));
            }
        }
        true
    }

    /// Removes the members of `count` ranks from `first` on, showing each.
    pub fn take(&mut self, first: usize, count: usize, log: &mut Log<'_, Inverse>, show: &mut dyn FnMut(&[u8], f64)) {
        match &mut self.0 {
            Form::Packed(packed) => packed.take(first, count, &mut |member, score| {
                show(member, score);
                log.changed(|| Inverse::Add(Member::new(member, score)));
            }),
            Form::Large(large) => large.take(first, count, &mut |member| {
                show(member.bytes(), member.score());
                log.changed(|| Inverse::Add(member));
            }),
        }
    }

    /// A sorted set of members that are in no order yet.
    pub(crate) fn of_table(table: Table<Member>, limits: &Limits) -> SortedSet {
        let longest = table.entries().map(|member| member.bytes().len()).max().unwrap_or(0);
        if !fits(table.len(), longest, limits) {
            return SortedSet(Form::Large(Box::new(Large::of_table(table))));
        }
        let mut packed = Packed::default();
        sorted(&table).into_iter().for_each(|member| packed.push(member.bytes(), member.score()));
        SortedSet(Form::Packed(packed))
    }

    /// A listpack of members and scores from outside; none unless it is a sorted set with at least one member.
    pub fn from_listpack(pack: Listpack, limits: &Limits) -> Option<SortedSet> {
        let packed = Packed::from_listpack(pack)?;
        let longest = packed.iter().map(|(member, _)| member.len()).max().unwrap_or(0);
        if fits(packed.len(), longest, limits) {
            return Some(SortedSet(Form::Packed(packed)));
        }
        let mut large = Box::new(Large::new(limits.seed));
        for (member, score) in packed.iter() {
            let member = &member.text();
            let (hash, _) = large.find(member);
            large.insert(hash, Member::new(member, score));
        }
        Some(SortedSet(Form::Large(large)))
    }

    /// Members and scores as Redis packs them, when it is packed.
    pub fn listpack(&self) -> Option<&Listpack> {
        match &self.0 {
            Form::Packed(packed) => Some(packed.listpack()),
            Form::Large(_) => None,
        }
    }
}

/// Whether so many members, the longest of which has so many bytes, are packed.
fn fits(members: usize, longest: usize, limits: &Limits) -> bool {
    members <= limits.sorted_set_entries && longest <= limits.sorted_set_bytes
}
