//! The store's collections outside of WebAssembly: every call goes to the store of the sandbox.

use super::with_store;
use crate::collection::{CollectionError, Field, Order};
use ferrite_store_core::typed as core;

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

/// `ferrite:store/hashes`.
pub(crate) mod hashes {
    use super::{core::hashes as core, error, fields, with_store};
    use crate::hashes::{Error, Field, Page, Ttl};

    fn ttl(ttl: ferrite_store_core::typed::keys::Ttl) -> Ttl {
        use ferrite_store_core::typed::keys::Ttl as Given;
        match ttl {
            Given::Absent => Ttl::Absent,
            Given::Persistent => Ttl::Persistent,
            Given::ExpiresInMs(ms) => Ttl::ExpiresInMs(ms),
        }
    }

    pub(crate) fn get(key: &[u8], name: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        with_store(|store| core::get(store, key, name)).map_err(error)
    }

    pub(crate) fn get_many(key: &[u8], names: &[&[u8]]) -> Result<Vec<Option<Vec<u8>>>, Error> {
        with_store(|store| core::get_many(store, key, names)).map_err(error)
    }

    pub(crate) fn get_all(key: &[u8]) -> Result<Vec<Field>, Error> {
        with_store(|store| core::get_all(store, key)).map_err(error).map(fields)
    }

    pub(crate) fn set(key: &[u8], fields: &[(&[u8], &[u8])]) -> Result<u64, Error> {
        with_store(|store| core::set(store, key, fields)).map_err(error)
    }

    pub(crate) fn delete(key: &[u8], names: &[&[u8]]) -> Result<u64, Error> {
        with_store(|store| core::delete(store, key, names)).map_err(error)
    }

    pub(crate) fn contains(key: &[u8], name: &[u8]) -> Result<bool, Error> {
        with_store(|store| core::contains(store, key, name)).map_err(error)
    }

    pub(crate) fn length(key: &[u8]) -> Result<u64, Error> {
        with_store(|store| core::length(store, key)).map_err(error)
    }

    pub(crate) fn increment(key: &[u8], name: &[u8], by: i64) -> Result<i64, Error> {
        with_store(|store| core::increment(store, key, name, by)).map_err(error)
    }

    pub(crate) fn increment_float(key: &[u8], name: &[u8], by: f64) -> Result<f64, Error> {
        with_store(|store| core::increment_float(store, key, name, by)).map_err(error)
    }

    pub(crate) fn expire(key: &[u8], names: &[&[u8]], ttl_ms: u64) -> Result<u64, Error> {
        with_store(|store| core::expire(store, key, names, ttl_ms)).map_err(error)
    }

    pub(crate) fn time_to_live(key: &[u8], name: &[u8]) -> Result<Ttl, Error> {
        with_store(|store| core::time_to_live(store, key, name)).map_err(error).map(ttl)
    }

    pub(crate) fn scan(key: &[u8], cursor: u64, pattern: &[u8], count: u32) -> Result<Page, Error> {
        with_store(|store| core::scan(store, key, cursor, pattern, count))
            .map_err(error)
            .map(|page| Page { cursor: page.cursor, fields: fields(page.fields) })
    }

    pub(crate) fn set_if_absent(key: &[u8], name: &[u8], value: &[u8]) -> Result<bool, Error> {
        with_store(|store| core::set_if_absent(store, key, (name, value))).map_err(error)
    }
}

/// `ferrite:store/lists`.
pub(crate) mod lists {
    use super::{core::lists as core, error, with_store};
    use crate::lists::{End, Error, Side};

    fn at(end: End) -> core::End {
        match end {
            End::Front => core::End::Front,
            End::Back => core::End::Back,
        }
    }

    fn next_to(side: Side) -> core::Side {
        match side {
            Side::Before => core::Side::Before,
            Side::After => core::Side::After,
        }
    }

    pub(crate) fn push(key: &[u8], end: End, elements: &[&[u8]]) -> Result<u64, Error> {
        with_store(|store| core::push(store, key, at(end), elements)).map_err(error)
    }

    pub(crate) fn pop(key: &[u8], end: End, count: u32) -> Result<Vec<Vec<u8>>, Error> {
        with_store(|store| core::pop(store, key, at(end), count)).map_err(error)
    }

    pub(crate) fn length(key: &[u8]) -> Result<u64, Error> {
        with_store(|store| core::length(store, key)).map_err(error)
    }

    pub(crate) fn get(key: &[u8], position: i64) -> Result<Option<Vec<u8>>, Error> {
        with_store(|store| core::get(store, key, position)).map_err(error)
    }

    pub(crate) fn range(key: &[u8], first: i64, last: i64) -> Result<Vec<Vec<u8>>, Error> {
        with_store(|store| core::range(store, key, first, last)).map_err(error)
    }

    pub(crate) fn find(key: &[u8], element: &[u8]) -> Result<Option<u64>, Error> {
        with_store(|store| core::find(store, key, element)).map_err(error)
    }

    pub(crate) fn set(key: &[u8], position: i64, element: &[u8]) -> Result<bool, Error> {
        with_store(|store| core::set(store, key, position, element)).map_err(error)
    }

    pub(crate) fn insert(key: &[u8], side: Side, pivot: &[u8], element: &[u8]) -> Result<Option<u64>, Error> {
        with_store(|store| core::insert(store, key, next_to(side), pivot, element)).map_err(error)
    }

    pub(crate) fn remove(key: &[u8], end: End, count: u32, element: &[u8]) -> Result<u64, Error> {
        with_store(|store| core::remove(store, key, at(end), count, element)).map_err(error)
    }

    pub(crate) fn trim(key: &[u8], first: i64, last: i64) -> Result<u64, Error> {
        with_store(|store| core::trim(store, key, first, last)).map_err(error)
    }

    pub(crate) fn move_element(key: &[u8], end: End, to_key: &[u8], to_end: End) -> Result<Option<Vec<u8>>, Error> {
        with_store(|store| core::move_element(store, (key, at(end)), (to_key, at(to_end)))).map_err(error)
    }
}

/// `ferrite:store/sets`.
pub(crate) mod sets {
    use super::{core::sets as core, error, with_store};
    use crate::sets::{Error, Operation, Page};

    fn by(operation: Operation) -> core::Operation {
        match operation {
            Operation::Intersection => core::Operation::Intersection,
            Operation::Union => core::Operation::Union,
            Operation::Difference => core::Operation::Difference,
        }
    }

    pub(crate) fn add(key: &[u8], members: &[&[u8]]) -> Result<u64, Error> {
        with_store(|store| core::add(store, key, members)).map_err(error)
    }

    pub(crate) fn remove(key: &[u8], members: &[&[u8]]) -> Result<u64, Error> {
        with_store(|store| core::remove(store, key, members)).map_err(error)
    }

    pub(crate) fn move_member(key: &[u8], to_key: &[u8], member: &[u8]) -> Result<bool, Error> {
        with_store(|store| core::move_member(store, key, to_key, member)).map_err(error)
    }

    pub(crate) fn contains_many(key: &[u8], members: &[&[u8]]) -> Result<Vec<bool>, Error> {
        with_store(|store| core::contains(store, key, members)).map_err(error)
    }

    pub(crate) fn length(key: &[u8]) -> Result<u64, Error> {
        with_store(|store| core::length(store, key)).map_err(error)
    }

    pub(crate) fn members(key: &[u8]) -> Result<Vec<Vec<u8>>, Error> {
        with_store(|store| core::members(store, key)).map_err(error)
    }

    pub(crate) fn random(key: &[u8], count: u32) -> Result<Vec<Vec<u8>>, Error> {
        with_store(|store| core::random(store, key, count)).map_err(error)
    }

    pub(crate) fn pop(key: &[u8], count: u32) -> Result<Vec<Vec<u8>>, Error> {
        with_store(|store| core::pop(store, key, count)).map_err(error)
    }

    pub(crate) fn combine(operation: Operation, keys: &[&[u8]]) -> Result<Vec<Vec<u8>>, Error> {
        with_store(|store| core::combine(store, by(operation), keys)).map_err(error)
    }

    pub(crate) fn combine_into(key: &[u8], operation: Operation, keys: &[&[u8]]) -> Result<u64, Error> {
        with_store(|store| core::combine_into(store, key, by(operation), keys)).map_err(error)
    }

    pub(crate) fn scan(key: &[u8], cursor: u64, pattern: &[u8], count: u32) -> Result<Page, Error> {
        with_store(|store| core::scan(store, key, cursor, pattern, count))
            .map_err(error)
            .map(|page| Page { cursor: page.cursor, members: page.members })
    }
}

/// `ferrite:store/sorted-sets`.
pub(crate) mod sorted_sets {
    use super::{core::sorted_sets as core, error, ordered, with_store};
    use crate::sorted_sets::{Bound, Changes, Condition, Error, Order, Scored, Selection};

    fn when(condition: Condition) -> core::Condition {
        match condition {
            Condition::Always => core::Condition::Always,
            Condition::IfAbsent => core::Condition::IfAbsent,
            Condition::IfPresent => core::Condition::IfPresent,
            Condition::IfGreater => core::Condition::IfGreater,
            Condition::IfLess => core::Condition::IfLess,
        }
    }

    fn members(members: Vec<core::Scored>) -> Vec<Scored> {
        members.into_iter().map(|scored| Scored { member: scored.member, score: scored.score }).collect()
    }

    fn done(changes: core::Changes) -> Changes {
        Changes { added: changes.added, updated: changes.updated }
    }

    fn select<'a>(selection: &Selection<'a>) -> core::Selection<'a> {
        let score = |bound, open| match bound {
            Bound::Open => (open, false),
            Bound::Inclusive(score) => (score, false),
            Bound::Exclusive(score) => (score, true),
        };
        let member = |bound, open| match bound {
            Bound::Open => open,
            Bound::Inclusive(bytes) => core::LexBound::Inclusive(bytes),
            Bound::Exclusive(bytes) => core::LexBound::Exclusive(bytes),
        };
        match *selection {
            Selection::Ranks(first, last) => core::Selection::Ranks { first, last },
            Selection::Scores(min, max) => {
                let ((min, above_min), (max, below_max)) = (score(min, f64::NEG_INFINITY), score(max, f64::INFINITY));
                core::Selection::Scores(core::ScoreRange { min, above_min, max, below_max })
            }
            Selection::Members(min, max) => core::Selection::Members(core::LexRange {
                min: member(min, core::LexBound::Least),
                max: member(max, core::LexBound::Greatest),
            }),
        }
    }

    pub(crate) fn add_with(key: &[u8], members: &[(&[u8], f64)], condition: Condition) -> Result<Changes, Error> {
        with_store(|store| core::add(store, key, members, when(condition))).map_err(error).map(done)
    }

    pub(crate) fn increment(key: &[u8], member: &[u8], by: f64) -> Result<f64, Error> {
        with_store(|store| core::increment(store, key, member, by)).map_err(error)
    }

    pub(crate) fn remove(key: &[u8], members: &[&[u8]]) -> Result<u64, Error> {
        with_store(|store| core::remove(store, key, members)).map_err(error)
    }

    pub(crate) fn remove_range(key: &[u8], selection: &Selection<'_>) -> Result<u64, Error> {
        with_store(|store| core::remove_range(store, key, &select(selection))).map_err(error)
    }

    pub(crate) fn pop(key: &[u8], order: Order, count: u32) -> Result<Vec<Scored>, Error> {
        with_store(|store| core::pop(store, key, ordered(order), count)).map_err(error).map(members)
    }

    pub(crate) fn scores(key: &[u8], members: &[&[u8]]) -> Result<Vec<Option<f64>>, Error> {
        with_store(|store| core::scores(store, key, members)).map_err(error)
    }

    pub(crate) fn rank(key: &[u8], member: &[u8], order: Order) -> Result<Option<u64>, Error> {
        with_store(|store| core::rank(store, key, member, ordered(order))).map_err(error)
    }

    pub(crate) fn length(key: &[u8]) -> Result<u64, Error> {
        with_store(|store| core::length(store, key)).map_err(error)
    }

    pub(crate) fn count(key: &[u8], selection: &Selection<'_>) -> Result<u64, Error> {
        with_store(|store| core::count(store, key, &select(selection))).map_err(error)
    }

    pub(crate) fn range(
        key: &[u8],
        selection: &Selection<'_>,
        by: Order,
        offset: u32,
        count: u32,
    ) -> Result<Vec<Scored>, Error> {
        with_store(|store| core::range(store, key, &select(selection), ordered(by), (offset, count)))
            .map_err(error)
            .map(members)
    }
}

/// `ferrite:store/streams`.
pub(crate) mod streams {
    use super::{core::streams as core, error, fields, ordered, with_store};
    use crate::streams::{Entry, Error, Id, NewId, Order, Pending, Retention};
    use ferrite_store_core::types::stream::{NewId as CoreId, StreamId, TrimTo};

    fn own(id: Id) -> StreamId {
        StreamId { ms: id.ms, seq: id.seq }
    }

    fn shown(id: StreamId) -> Id {
        Id { ms: id.ms, seq: id.seq }
    }

    fn new_id(id: NewId) -> CoreId {
        match id {
            NewId::Automatic => CoreId::Any,
            NewId::AtMs(ms) => CoreId::At(ms),
            NewId::Explicit(id) => CoreId::Exactly(own(id)),
        }
    }

    fn kept(retention: Retention) -> Option<TrimTo> {
        match retention {
            Retention::Everything => None,
            Retention::Newest(count) => Some(TrimTo::Length(count)),
            Retention::Since(id) => Some(TrimTo::From(own(id))),
        }
    }

    fn all(ids: &[Id]) -> Vec<StreamId> {
        ids.iter().copied().map(own).collect()
    }

    fn consumers(pending: Vec<core::PendingOf>) -> Vec<Pending> {
        pending.into_iter().map(|of| Pending { consumer: of.consumer, entries: of.entries }).collect()
    }

    fn entries(entries: Vec<core::Entry>) -> Vec<Entry> {
        entries.into_iter().map(|entry| Entry { id: shown(entry.id), fields: fields(entry.fields) }).collect()
    }

    pub(crate) fn append_with(
        key: &[u8],
        id: NewId,
        fields: &[(&[u8], &[u8])],
        retention: Retention,
    ) -> Result<Option<Id>, Error> {
        with_store(|store| core::append(store, key, new_id(id), fields, kept(retention)))
            .map_err(error)
            .map(|id| id.map(shown))
    }

    pub(crate) fn length(key: &[u8]) -> Result<u64, Error> {
        with_store(|store| core::length(store, key)).map_err(error)
    }

    pub(crate) fn last_id(key: &[u8]) -> Result<Option<Id>, Error> {
        with_store(|store| core::last_id(store, key)).map_err(error).map(|id| id.map(shown))
    }

    pub(crate) fn delete(key: &[u8], ids: &[Id]) -> Result<u64, Error> {
        with_store(|store| core::delete(store, key, &all(ids))).map_err(error)
    }

    pub(crate) fn trim(key: &[u8], retention: Retention) -> Result<u64, Error> {
        with_store(|store| core::trim(store, key, kept(retention))).map_err(error)
    }

    pub(crate) fn create_group(key: &[u8], group: &[u8], after: Option<Id>) -> Result<bool, Error> {
        with_store(|store| core::create_group(store, key, group, after.map(own))).map_err(error)
    }

    pub(crate) fn destroy_group(key: &[u8], group: &[u8]) -> Result<bool, Error> {
        with_store(|store| core::destroy_group(store, key, group)).map_err(error)
    }

    pub(crate) fn read_group(
        key: &[u8],
        group: &[u8],
        consumer: &[u8],
        count: u32,
    ) -> Result<Option<Vec<Entry>>, Error> {
        with_store(|store| core::read_group(store, key, group, consumer, count))
            .map_err(error)
            .map(|found| found.map(entries))
    }

    pub(crate) fn acknowledge(key: &[u8], group: &[u8], ids: &[Id]) -> Result<u64, Error> {
        with_store(|store| core::acknowledge(store, key, group, &all(ids))).map_err(error)
    }

    pub(crate) fn pending(key: &[u8], group: &[u8]) -> Result<Option<Vec<Pending>>, Error> {
        with_store(|store| core::pending(store, key, group)).map_err(error).map(|found| found.map(consumers))
    }

    pub(crate) fn range(key: &[u8], first: Id, last: Id, by: Order, count: u32) -> Result<Vec<Entry>, Error> {
        let found = with_store(|store| core::range(store, key, (own(first), own(last)), ordered(by), count));
        found.map_err(error).map(entries)
    }

    pub(crate) fn claim(
        key: &[u8],
        group: &[u8],
        consumer: &[u8],
        min_idle_ms: u64,
        count: u32,
    ) -> Result<Option<Vec<Entry>>, Error> {
        let claimed = with_store(|store| core::claim(store, key, (group, consumer), min_idle_ms, count));
        claimed.map_err(error).map(|found| found.map(entries))
    }
}
