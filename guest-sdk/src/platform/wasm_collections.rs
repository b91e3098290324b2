//! The store's collections in WebAssembly: every call goes to the component's imports.

use super::store::types as core;
use crate::collection::{CollectionError, Field, Order};

fn error(error: core::CollectionError) -> CollectionError {
    match error {
        core::CollectionError::WrongType => CollectionError::WrongType,
        core::CollectionError::NotANumber => CollectionError::NotANumber,
        core::CollectionError::Overflow => CollectionError::Overflow,
        core::CollectionError::NotPermitted => CollectionError::NotPermitted,
        core::CollectionError::OutOfMemory => CollectionError::OutOfMemory,
        core::CollectionError::TooManyElements => CollectionError::TooManyElements,
        core::CollectionError::ValueTooLong => CollectionError::ValueTooLong,
        core::CollectionError::ResultTooLarge => CollectionError::ResultTooLarge,
        core::CollectionError::UndoTooLarge => CollectionError::UndoTooLarge,
    }
}

fn ordered(order: Order) -> core::Order {
    match order {
        Order::Ascending => core::Order::Ascending,
        Order::Descending => core::Order::Descending,
    }
}

fn fields(fields: Vec<core::Field>) -> Vec<Field> {
    fields.into_iter().map(|field| Field { name: field.name, value: field.value }).collect()
}

fn given(fields: &[(&[u8], &[u8])]) -> Vec<core::Field> {
    fields.iter().map(|(name, value)| core::Field { name: name.to_vec(), value: value.to_vec() }).collect()
}

/// `ferrite:store/hashes`.
pub(crate) mod hashes {
    use super::super::store::hashes as wit;
    use super::{error, fields, given};
    use crate::hashes::{Error, Field, Page, Ttl};

    fn ttl(ttl: super::super::store::keys::Ttl) -> Ttl {
        use super::super::store::keys::Ttl as Given;
        match ttl {
            Given::Absent => Ttl::Absent,
            Given::Persistent => Ttl::Persistent,
            Given::ExpiresInMs(ms) => Ttl::ExpiresInMs(ms),
        }
    }

    pub(crate) fn get(key: &[u8], name: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        wit::get(key, name).map_err(error)
    }

    pub(crate) fn get_many(key: &[u8], names: &[&[u8]]) -> Result<Vec<Option<Vec<u8>>>, Error> {
        wit::get_many(key, names).map_err(error)
    }

    pub(crate) fn get_all(key: &[u8]) -> Result<Vec<Field>, Error> {
        wit::get_all(key).map_err(error).map(fields)
    }

    pub(crate) fn set(key: &[u8], fields: &[(&[u8], &[u8])]) -> Result<u64, Error> {
        wit::set(key, &given(fields).iter().collect::<Vec<_>>()).map_err(error)
    }

    pub(crate) fn delete(key: &[u8], names: &[&[u8]]) -> Result<u64, Error> {
        wit::delete(key, names).map_err(error)
    }

    pub(crate) fn contains(key: &[u8], name: &[u8]) -> Result<bool, Error> {
        wit::contains(key, name).map_err(error)
    }

    pub(crate) fn length(key: &[u8]) -> Result<u64, Error> {
        wit::length(key).map_err(error)
    }

    pub(crate) fn increment(key: &[u8], name: &[u8], by: i64) -> Result<i64, Error> {
        wit::increment(key, name, by).map_err(error)
    }

    pub(crate) fn increment_float(key: &[u8], name: &[u8], by: f64) -> Result<f64, Error> {
        wit::increment_float(key, name, by).map_err(error)
    }

    pub(crate) fn expire(key: &[u8], names: &[&[u8]], ttl_ms: u64) -> Result<u64, Error> {
        wit::expire(key, names, ttl_ms).map_err(error)
    }

    pub(crate) fn time_to_live(key: &[u8], name: &[u8]) -> Result<Ttl, Error> {
        wit::time_to_live(key, name).map_err(error).map(ttl)
    }

    pub(crate) fn scan(key: &[u8], cursor: u64, pattern: &[u8], count: u32) -> Result<Page, Error> {
        wit::scan(key, cursor, pattern, count)
            .map_err(error)
            .map(|page| Page { cursor: page.cursor, fields: fields(page.fields) })
    }

    pub(crate) fn set_if_absent(key: &[u8], name: &[u8], value: &[u8]) -> Result<bool, Error> {
        let field = wit::Field { name: name.to_vec(), value: value.to_vec() };
        wit::set_if_absent(key, &field).map_err(error)
    }
}

/// `ferrite:store/lists`.
pub(crate) mod lists {
    use super::super::store::lists as wit;
    use super::error;
    use crate::lists::{End, Error, Side};

    fn at(end: End) -> wit::End {
        match end {
            End::Front => wit::End::Front,
            End::Back => wit::End::Back,
        }
    }

    fn next_to(side: Side) -> wit::Side {
        match side {
            Side::Before => wit::Side::Before,
            Side::After => wit::Side::After,
        }
    }

    pub(crate) fn push(key: &[u8], end: End, elements: &[&[u8]]) -> Result<u64, Error> {
        wit::push(key, at(end), elements).map_err(error)
    }

    pub(crate) fn pop(key: &[u8], end: End, count: u32) -> Result<Vec<Vec<u8>>, Error> {
        wit::pop(key, at(end), count).map_err(error)
    }

    pub(crate) fn move_element(key: &[u8], end: End, to_key: &[u8], to_end: End) -> Result<Option<Vec<u8>>, Error> {
        wit::move_(key, at(end), to_key, at(to_end)).map_err(error)
    }

    pub(crate) fn length(key: &[u8]) -> Result<u64, Error> {
        wit::length(key).map_err(error)
    }

    pub(crate) fn get(key: &[u8], position: i64) -> Result<Option<Vec<u8>>, Error> {
        wit::get(key, position).map_err(error)
    }

    pub(crate) fn range(key: &[u8], first: i64, last: i64) -> Result<Vec<Vec<u8>>, Error> {
        wit::range(key, first, last).map_err(error)
    }

    pub(crate) fn find(key: &[u8], element: &[u8]) -> Result<Option<u64>, Error> {
        wit::find(key, element).map_err(error)
    }

    pub(crate) fn set(key: &[u8], position: i64, element: &[u8]) -> Result<bool, Error> {
        wit::set(key, position, element).map_err(error)
    }

    pub(crate) fn insert(key: &[u8], side: Side, pivot: &[u8], element: &[u8]) -> Result<Option<u64>, Error> {
        wit::insert(key, next_to(side), pivot, element).map_err(error)
    }

    pub(crate) fn remove(key: &[u8], end: End, count: u32, element: &[u8]) -> Result<u64, Error> {
        wit::remove(key, at(end), count, element).map_err(error)
    }

    pub(crate) fn trim(key: &[u8], first: i64, last: i64) -> Result<u64, Error> {
        wit::trim(key, first, last).map_err(error)
    }
}

/// `ferrite:store/sets`.
pub(crate) mod sets {
    use super::super::store::sets as wit;
    use super::error;
    use crate::sets::{Error, Operation, Page};

    fn by(operation: Operation) -> wit::Operation {
        match operation {
            Operation::Intersection => wit::Operation::Intersection,
            Operation::Union => wit::Operation::Union,
            Operation::Difference => wit::Operation::Difference,
        }
    }

    pub(crate) fn add(key: &[u8], members: &[&[u8]]) -> Result<u64, Error> {
        wit::add(key, members).map_err(error)
    }

    pub(crate) fn remove(key: &[u8], members: &[&[u8]]) -> Result<u64, Error> {
        wit::remove(key, members).map_err(error)
    }

    pub(crate) fn move_member(key: &[u8], to_key: &[u8], member: &[u8]) -> Result<bool, Error> {
        wit::move_(key, to_key, member).map_err(error)
    }

    pub(crate) fn contains_many(key: &[u8], members: &[&[u8]]) -> Result<Vec<bool>, Error> {
        wit::contains(key, members).map_err(error)
    }

    pub(crate) fn length(key: &[u8]) -> Result<u64, Error> {
        wit::length(key).map_err(error)
    }

    pub(crate) fn members(key: &[u8]) -> Result<Vec<Vec<u8>>, Error> {
        wit::members(key).map_err(error)
    }

    pub(crate) fn random(key: &[u8], count: u32) -> Result<Vec<Vec<u8>>, Error> {
        wit::random(key, count).map_err(error)
    }

    pub(crate) fn pop(key: &[u8], count: u32) -> Result<Vec<Vec<u8>>, Error> {
        wit::pop(key, count).map_err(error)
    }

    pub(crate) fn combine(operation: Operation, keys: &[&[u8]]) -> Result<Vec<Vec<u8>>, Error> {
        wit::combine(by(operation), keys).map_err(error)
    }

    pub(crate) fn combine_into(key: &[u8], operation: Operation, keys: &[&[u8]]) -> Result<u64, Error> {
        wit::combine_into(key, by(operation), keys).map_err(error)
    }

    pub(crate) fn scan(key: &[u8], cursor: u64, pattern: &[u8], count: u32) -> Result<Page, Error> {
        wit::scan(key, cursor, pattern, count)
            .map_err(error)
            .map(|page| Page { cursor: page.cursor, members: page.members })
    }
}

/// `ferrite:store/sorted-sets`.
pub(crate) mod sorted_sets {
    use super::super::store::sorted_sets as wit;
    use super::{error, ordered};
    use crate::sorted_sets::{Bound, Changes, Condition, Error, Order, Scored, Selection};

    fn when(condition: Condition) -> wit::Condition {
        match condition {
            Condition::Always => wit::Condition::Always,
            Condition::IfAbsent => wit::Condition::IfAbsent,
            Condition::IfPresent => wit::Condition::IfPresent,
            Condition::IfGreater => wit::Condition::IfGreater,
            Condition::IfLess => wit::Condition::IfLess,
        }
    }

    fn members(members: Vec<wit::Scored>) -> Vec<Scored> {
        members.into_iter().map(|scored| Scored { member: scored.member, score: scored.score }).collect()
    }

    fn done(changes: wit::Changes) -> Changes {
        Changes { added: changes.added, updated: changes.updated }
    }

    fn select(selection: &Selection<'_>) -> wit::Selection {
        let score = |bound, open| match bound {
            Bound::Open => wit::ScoreBound::Inclusive(open),
            Bound::Inclusive(score) => wit::ScoreBound::Inclusive(score),
            Bound::Exclusive(score) => wit::ScoreBound::Exclusive(score),
        };
        let member = |bound: Bound<&[u8]>| match bound {
            Bound::Open => wit::MemberBound::Open,
            Bound::Inclusive(bytes) => wit::MemberBound::Inclusive(bytes.to_vec()),
            Bound::Exclusive(bytes) => wit::MemberBound::Exclusive(bytes.to_vec()),
        };
        match *selection {
            Selection::Ranks(first, last) => wit::Selection::Ranks(wit::RankRange { first, last }),
            Selection::Scores(min, max) => wit::Selection::Scores(wit::ScoreRange {
                min: score(min, f64::NEG_INFINITY),
                max: score(max, f64::INFINITY),
            }),
            Selection::Members(min, max) => {
                wit::Selection::Members(wit::MemberRange { min: member(min), max: member(max) })
            }
        }
    }

    fn given(members: &[(&[u8], f64)]) -> Vec<wit::Scored> {
        members.iter().map(|(member, score)| wit::Scored { member: member.to_vec(), score: *score }).collect()
    }

    pub(crate) fn add_with(key: &[u8], members: &[(&[u8], f64)], condition: Condition) -> Result<Changes, Error> {
        wit::add(key, &given(members).iter().collect::<Vec<_>>(), when(condition)).map_err(error).map(done)
    }

    pub(crate) fn increment(key: &[u8], member: &[u8], by: f64) -> Result<f64, Error> {
        wit::increment(key, member, by).map_err(error)
    }

    pub(crate) fn remove(key: &[u8], members: &[&[u8]]) -> Result<u64, Error> {
        wit::remove(key, members).map_err(error)
    }

    pub(crate) fn remove_range(key: &[u8], selection: &Selection<'_>) -> Result<u64, Error> {
        wit::remove_range(key, &select(selection)).map_err(error)
    }

    pub(crate) fn pop(key: &[u8], order: Order, count: u32) -> Result<Vec<Scored>, Error> {
        wit::pop(key, ordered(order), count).map_err(error).map(members)
    }

    pub(crate) fn scores(key: &[u8], members: &[&[u8]]) -> Result<Vec<Option<f64>>, Error> {
        wit::scores(key, members).map_err(error)
    }

    pub(crate) fn rank(key: &[u8], member: &[u8], order: Order) -> Result<Option<u64>, Error> {
        wit::rank(key, member, ordered(order)).map_err(error)
    }

    pub(crate) fn length(key: &[u8]) -> Result<u64, Error> {
        wit::length(key).map_err(error)
    }

    pub(crate) fn count(key: &[u8], selection: &Selection<'_>) -> Result<u64, Error> {
        wit::count(key, &select(selection)).map_err(error)
    }

    pub(crate) fn range(
        key: &[u8],
        selection: &Selection<'_>,
        order: Order,
        offset: u32,
        count: u32,
    ) -> Result<Vec<Scored>, Error> {
        wit::range(key, &select(selection), ordered(order), offset, count).map_err(error).map(members)
    }
}

/// `ferrite:store/streams`.
pub(crate) mod streams {
    use super::super::store::streams as wit;
    use super::{error, fields, given, ordered};
    use crate::streams::{Entry, Error, Id, NewId, Order, Pending, Retention};

    fn own(id: Id) -> wit::Id {
        wit::Id { ms: id.ms, seq: id.seq }
    }

    fn shown(id: wit::Id) -> Id {
        Id { ms: id.ms, seq: id.seq }
    }

    fn new_id(id: NewId) -> wit::NewId {
        match id {
            NewId::Automatic => wit::NewId::Automatic,
            NewId::AtMs(ms) => wit::NewId::AtMs(ms),
            NewId::Explicit(id) => wit::NewId::Explicit(own(id)),
        }
    }

    fn kept(retention: Retention) -> wit::Retention {
        match retention {
            Retention::Everything => wit::Retention::Everything,
            Retention::Newest(count) => wit::Retention::Newest(count),
            Retention::Since(id) => wit::Retention::Since(own(id)),
        }
    }

    fn all(ids: &[Id]) -> Vec<wit::Id> {
        ids.iter().copied().map(own).collect()
    }

    fn consumers(pending: Vec<wit::Pending>) -> Vec<Pending> {
        pending.into_iter().map(|of| Pending { consumer: of.consumer, entries: of.entries }).collect()
    }

    fn entries(entries: Vec<wit::Entry>) -> Vec<Entry> {
        entries.into_iter().map(|entry| Entry { id: shown(entry.id), fields: fields(entry.fields) }).collect()
    }

    pub(crate) fn append_with(
        key: &[u8],
        id: NewId,
        fields: &[(&[u8], &[u8])],
        retention: Retention,
    ) -> Result<Option<Id>, Error> {
        wit::append(key, new_id(id), &given(fields).iter().collect::<Vec<_>>(), kept(retention))
            .map_err(error)
            .map(|id| id.map(shown))
    }

    pub(crate) fn range(key: &[u8], first: Id, last: Id, order: Order, count: u32) -> Result<Vec<Entry>, Error> {
        wit::range(key, own(first), own(last), ordered(order), count).map_err(error).map(entries)
    }

    pub(crate) fn length(key: &[u8]) -> Result<u64, Error> {
        wit::length(key).map_err(error)
    }

    pub(crate) fn last_id(key: &[u8]) -> Result<Option<Id>, Error> {
        wit::last_id(key).map_err(error).map(|id| id.map(shown))
    }

    pub(crate) fn delete(key: &[u8], ids: &[Id]) -> Result<u64, Error> {
        wit::delete(key, &all(ids)).map_err(error)
    }

    pub(crate) fn trim(key: &[u8], retention: Retention) -> Result<u64, Error> {
        wit::trim(key, kept(retention)).map_err(error)
    }

    pub(crate) fn create_group(key: &[u8], group: &[u8], after: Option<Id>) -> Result<bool, Error> {
        wit::create_group(key, group, after.map(own)).map_err(error)
    }

    pub(crate) fn destroy_group(key: &[u8], group: &[u8]) -> Result<bool, Error> {
        wit::destroy_group(key, group).map_err(error)
    }

    pub(crate) fn read_group(
        key: &[u8],
        group: &[u8],
        consumer: &[u8],
        count: u32,
    ) -> Result<Option<Vec<Entry>>, Error> {
        wit::read_group(key, group, consumer, count).map_err(error).map(|found| found.map(entries))
    }

    pub(crate) fn claim(
        key: &[u8],
        group: &[u8],
        consumer: &[u8],
        min_idle_ms: u64,
        count: u32,
    ) -> Result<Option<Vec<Entry>>, Error> {
        wit::claim(key, group, consumer, min_idle_ms, count).map_err(error).map(|found| found.map(entries))
    }

    pub(crate) fn acknowledge(key: &[u8], group: &[u8], ids: &[Id]) -> Result<u64, Error> {
        wit::acknowledge(key, group, &all(ids)).map_err(error)
    }

    pub(crate) fn pending(key: &[u8], group: &[u8]) -> Result<Option<Vec<Pending>>, Error> {
        wit::pending_entries(key, group).map_err(error).map(|found| found.map(consumers))
    }
}
