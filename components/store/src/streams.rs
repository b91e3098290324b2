//! `ferrite:store/streams`.

use ferrite_store_core::typed::streams as core;
use ferrite_store_core::types::stream::{self, StreamId, TrimTo};

use crate::bindings::exports::ferrite::store::streams::{Entry, Guest, Id, NewId, Pending, Retention};
use crate::bindings::exports::ferrite::store::types::{Field, Order};
use crate::collections::{Answer, call, given, order, returned};
use crate::component::Component;

impl Guest for Component {
    fn append(key: Vec<u8>, id: NewId, fields: Vec<Field>, retention: Retention) -> Answer<Option<Id>> {
        let id = match id {
            NewId::Automatic => stream::NewId::Any,
            NewId::AtMs(ms) => stream::NewId::At(ms),
            NewId::Explicit(id) => stream::NewId::Exactly(own(id)),
        };
        call(|store| core::append(store, &key, id, &given(&fields), kept(retention))).map(|id| id.map(shown))
    }

    fn range(key: Vec<u8>, first: Id, last: Id, by: Order, count: u32) -> Answer<Vec<Entry>> {
        call(|store| core::range(store, &key, (own(first), own(last)), order(by), count)).map(entries)
    }

    fn length(key: Vec<u8>) -> Answer<u64> {
        call(|store| core::length(store, &key))
    }

    fn last_id(key: Vec<u8>) -> Answer<Option<Id>> {
        call(|store| core::last_id(store, &key)).map(|id| id.map(shown))
    }

    fn delete(key: Vec<u8>, ids: Vec<Id>) -> Answer<u64> {
        call(|store| core::delete(store, &key, &all(ids)))
    }

    fn trim(key: Vec<u8>, retention: Retention) -> Answer<u64> {
        call(|store| core::trim(store, &key, kept(retention)))
    }

    fn create_group(key: Vec<u8>, group: Vec<u8>, after: Option<Id>) -> Answer<bool> {
        call(|store| core::create_group(store, &key, &group, after.map(own)))
    }

    fn destroy_group(key: Vec<u8>, group: Vec<u8>) -> Answer<bool> {
        call(|store| core::destroy_group(store, &key, &group))
    }

    fn read_group(key: Vec<u8>, group: Vec<u8>, consumer: Vec<u8>, count: u32) -> Answer<Option<Vec<Entry>>> {
        let read = call(|store| core::read_group(store, &key, &group, &consumer, count));
        read.map(|read| read.map(entries))
    }

    fn claim(
        key: Vec<u8>,
        group: Vec<u8>,
        consumer: Vec<u8>,
        min_idle_ms: u64,
        count: u32,
    ) -> Answer<Option<Vec<Entry>>> {
        let claimed = call(|store| core::claim(store, &key, (&group, &consumer), min_idle_ms, count));
        claimed.map(|claimed| claimed.map(entries))
    }

    fn acknowledge(key: Vec<u8>, group: Vec<u8>, ids: Vec<Id>) -> Answer<u64> {
        call(|store| core::acknowledge(store, &key, &group, &all(ids)))
    }

    fn pending_entries(key: Vec<u8>, group: Vec<u8>) -> Answer<Option<Vec<Pending>>> {
        let pending = call(|store| core::pending(store, &key, &group));
        let shown = |of: core::PendingOf| Pending { consumer: of.consumer, entries: of.entries };
        pending.map(|consumers| consumers.map(|consumers| consumers.into_iter().map(shown).collect()))
    }
}

fn own(id: Id) -> StreamId {
    StreamId { ms: id.ms, seq: id.seq }
}

fn shown(id: StreamId) -> Id {
    Id { ms: id.ms, seq: id.seq }
}

fn all(ids: Vec<Id>) -> Vec<StreamId> {
    ids.into_iter().map(own).collect()
}

fn kept(retention: Retention) -> Option<TrimTo> {
    match retention {
        Retention::Everything => None,
        Retention::Newest(count) => Some(TrimTo::Length(count)),
        Retention::Since(id) => Some(TrimTo::From(own(id))),
    }
}

#[inline(never)]
fn entries(entries: Vec<core::Entry>) -> Vec<Entry> {
    entries.into_iter().map(|entry| Entry { id: shown(entry.id), fields: returned(entry.fields) }).collect()
}
