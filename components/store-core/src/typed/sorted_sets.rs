//! `ferrite:store/sorted-sets`.

use super::collection::{Absent, Room, Then, change, check_elements, check_given, read, reduce};
use super::{CollectionError as Error, MAX_RETURNED_ELEMENTS, Order};
use crate::keyspace::notices::Class;
use crate::store::Store;
use crate::types::SortedSet;
use crate::types::positions::between;

pub use crate::types::sorted_set::{LexBound, LexRange, ScoreRange};

/// A member with its score.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// Any bytes.
    pub member: Vec<u8>,
    /// Not NaN.
    pub score: f64,
}

/// When [`add`] gives a member its score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// In any case.
    Always,
    /// Only if it is new.
    IfAbsent,
    /// Only if it is there.
    IfPresent,
    /// Only if it is new or the score is greater than the one there.
    IfGreater,
    /// Only if it is new or the score is less than the one there.
    IfLess,
}

impl Condition {
    fn allows(self, old: Option<f64>, new: f64) -> bool {
        match (self, old) {
            (Condition::IfPresent, None) | (Condition::IfAbsent, Some(_)) => false,
            (Condition::IfGreater, Some(old)) => new > old,
            (Condition::IfLess, Some(old)) => new < old,
            _ => true,
        }
    }
}

/// What [`add`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// How many members are new.
    pub added: u32,
    /// How many got another score.
    pub updated: u32,
}

impl Changes {
    /// The score that a member gets, if any; it counts.
    fn decide(&mut self, condition: Condition, old: Option<f64>, score: f64) -> Option<f64> {
        if !condition.allows(old, score) {
            return None;
        }
        match old {
            None => self.added += 1,
            Some(old) => self.updated += u32::from(old != score),
        }
        Some(score)
    }
}

/// Which members.
#[derive(Clone, Copy, Debug)]
pub enum Selection<'a> {
    /// From one rank to another, both included; negative ones count from the end.
    Ranks {
        /// The first.
        first: i64,
        /// The last.
        last: i64,
    },
    /// By their scores.
    Scores(ScoreRange),
    /// By their bytes, where all scores are equal.
    Members(LexRange<'a>),
}

impl Selection<'_> {
    /// The rank of the first of them, counted in this order, and how many there are.
    fn ranks(&self, set: &SortedSet, order: Order) -> (usize, usize) {
        let (first, count) = match self {
            // Ranks are those of the order.
            Selection::Ranks { first, last } => return between(set.len(), *first, *last).unwrap_or_default(),
            Selection::Scores(range) => set.ranks_by_score(range),
            Selection::Members(range) => set.ranks_by_lex(range),
        };
        match order {
            Order::Ascending => (first, count),
            Order::Descending => (set.len().saturating_sub(first + count), count),
        }
    }

    fn check(&self) -> Result<(), Error> {
        match self {
            Selection::Scores(range) if range.min.is_nan() || range.max.is_nan() => Err(Error::NotANumber),
            _ => Ok(()),
        }
    }
}

/// `count` members from a rank on, as the order counts them. There are so many.
fn gather(set: &SortedSet, first: usize, count: usize, order: Order) -> Result<Vec<Scored>, Error> {
    let (mut found, mut room) = (Vec::new(), Room::new());
    if count > 0 {
        let is_descending = order == Order::Descending;
        let first = if is_descending { (set.len() - 1).saturating_sub(first) } else { first };
        set.each(first, count, is_descending, &mut |member, score| {
            room.take(member.len()) && {
                found.push(Scored { member: member.to_vec(), score });
                true
            }
        });
    }
    room.end()?;
    Ok(found)
}

/// Gives members scores.
pub fn add(store: &mut Store, key: &[u8], members: &[(&[u8], f64)], condition: Condition) -> Result<Changes, Error> {
    check_given(store, members.len(), &mut members.iter().map(|(member, _)| member.len()))?;
    if members.iter().any(|(_, score)| score.is_nan()) {
        return Err(Error::NotANumber);
    }
    let mut changes = Changes::default();
    change::<SortedSet>(store, key, Absent::Create, (Class::SORTED_SET, "zadd"), &mut |set, log| {
        for &(member, score) in members {
            set.update(member, &mut |old| changes.decide(condition, old, score), log);
        }
        Ok(Then::Keep)
    })?;
    Ok(changes)
}

/// Adds to the score of a member, 0 when it is not there; returns the sum.
pub fn increment(store: &mut Store, key: &[u8], member: &[u8], by: f64) -> Result<f64, Error> {
    check_given(store, 1, &mut [member.len()].into_iter())?;
    if by.is_nan() {
        return Err(Error::NotANumber);
    }
    let mut sum = by;
    change::<SortedSet>(store, key, Absent::Create, (Class::SORTED_SET, "zincr"), &mut |set, log| {
        let decide = &mut |old: Option<f64>| {
            sum += old.unwrap_or_default();
            Some(sum).filter(|sum| !sum.is_nan())
        };
        set.update(member, decide, log);
        Ok(Then::Keep)
    })?;
    if sum.is_nan() { Err(Error::Overflow) } else { Ok(sum) }
}

/// Removes members, returns how many there were.
pub fn remove(store: &mut Store, key: &[u8], members: &[&[u8]]) -> Result<u64, Error> {
    check_elements(members.len())?;
    let mut removed = 0;
    reduce::<SortedSet>(store, key, (Class::SORTED_SET, "zrem"), &mut |set, log| {
        removed = members.iter().filter(|member| set.remove(member, log)).count();
        Ok(Then::Keep)
    })?;
    Ok(removed as u64)
}

/// Removes a selection of members, returns how many they were.
pub fn remove_range(store: &mut Store, key: &[u8], selection: &Selection<'_>) -> Result<u64, Error> {
    selection.check()?;
    let event = match selection {
        Selection::Ranks { .. } => "zremrangebyrank",
        Selection::Scores(_) => "zremrangebyscore",
        Selection::Members(_) => "zremrangebylex",
    };
    take(store, key, event, &mut |set| Ok(selection.ranks(set, Order::Ascending))).map(|count| count as u64)
}

/// Removes up to `count` members from the beginning of the order and returns them.
pub fn pop(store: &mut Store, key: &[u8], order: Order, count: u32) -> Result<Vec<Scored>, Error> {
    let mut popped = Vec::new();
    let event = if order == Order::Ascending { "zpopmin" } else { "zpopmax" };
    take(store, key, event, &mut |set| {
        let count = set.len().min(count as usize);
        if count > MAX_RETURNED_ELEMENTS {
            return Err(Error::ResultTooLarge);
        }
        popped = gather(set, 0, count, order)?;
        Ok((if order == Order::Ascending { 0 } else { set.len() - count }, count))
    })?;
    Ok(popped)
}

/// The rank of the first member, and how many there are.
type Ranks = Result<(usize, usize), Error>;

/// Removes the members of some ranks, returns how many they were.
fn take(
    store: &mut Store,
    key: &[u8],
    event: &'static str,
    ranks: &mut dyn FnMut(&SortedSet) -> Ranks,
) -> Result<usize, Error> {
    let mut taken = 0;
    reduce::<SortedSet>(store, key, (Class::SORTED_SET, event), &mut |set, log| {
        let (first, count) = ranks(set)?;
        taken = count;
        if count > 0 && count == set.len() {
            log.note(count as u64 - 1);
            return Ok(Then::Remove);
        }
        if count > 0 {
            set.take(first, count, log, &mut |_, _| {});
        }
        Ok(Then::Keep)
    })?;
    Ok(taken)
}

/// The scores of members, none for those that are not there.
pub fn scores(store: &mut Store, key: &[u8], members: &[&[u8]]) -> Result<Vec<Option<f64>>, Error> {
    check_elements(members.len())?;
    let (set, _) = read::<SortedSet>(store, key)?;
    Ok(members.iter().map(|member| set.and_then(|set| set.score(member))).collect())
}

/// How many members are in front of this one in the order; none when it is not there.
pub fn rank(store: &mut Store, key: &[u8], member: &[u8], order: Order) -> Result<Option<u64>, Error> {
    let (set, _) = read::<SortedSet>(store, key)?;
    let rank = set.and_then(|set| Some((set.rank(member)?, set.len())));
    Ok(rank.map(|(rank, len)| match order {
        Order::Ascending => rank as u64,
        Order::Descending => (len - 1 - rank) as u64,
    }))
}

/// How many members there are.
pub fn length(store: &mut Store, key: &[u8]) -> Result<u64, Error> {
    Ok(read::<SortedSet>(store, key)?.0.map_or(0, SortedSet::len) as u64)
}

/// How many members a selection has.
pub fn count(store: &mut Store, key: &[u8], selection: &Selection<'_>) -> Result<u64, Error> {
    selection.check()?;
    Ok(read::<SortedSet>(store, key)?.0.map_or(0, |set| selection.ranks(set, Order::Ascending).1) as u64)
}

/// Up to `count` members of a selection without its first `offset`.
pub fn range(
    store: &mut Store,
    key: &[u8],
    selection: &Selection<'_>,
    order: Order,
    (offset, count): (u32, u32),
) -> Result<Vec<Scored>, Error> {
    selection.check()?;
    let Some(set) = read::<SortedSet>(store, key)?.0 else { return Ok(Vec::new()) };
    let (first, there) = selection.ranks(set, order);
    let offset = there.min(offset as usize);
    gather(set, first + offset, (there - offset).min(count as usize), order)
}
