//! `ferrite:store/sorted-sets`.

use ferrite_store_core::typed::sorted_sets as core;

use crate::bindings::exports::ferrite::store::sorted_sets::{
    Changes, Condition, Guest, MemberBound, ScoreBound, Scored, Selection,
};
use crate::bindings::exports::ferrite::store::types::Order;
use crate::collections::{Answer, call, order, slices};
use crate::component::Component;

impl Guest for Component {
    fn add(key: Vec<u8>, members: Vec<Scored>, condition: Condition) -> Answer<Changes> {
        let condition = match condition {
            Condition::Always => core::Condition::Always,
            Condition::IfAbsent => core::Condition::IfAbsent,
            Condition::IfPresent => core::Condition::IfPresent,
            Condition::IfGreater => core::Condition::IfGreater,
            Condition::IfLess => core::Condition::IfLess,
        };
        let members: Vec<(&[u8], f64)> = members.iter().map(|scored| (&*scored.member, scored.score)).collect();
        let changes = call(|store| core::add(store, &key, &members, condition))?;
        Ok(Changes { added: changes.added, updated: changes.updated })
    }

    fn increment(key: Vec<u8>, member: Vec<u8>, by: f64) -> Answer<f64> {
        call(|store| core::increment(store, &key, &member, by))
    }

    fn remove(key: Vec<u8>, members: Vec<Vec<u8>>) -> Answer<u64> {
        call(|store| core::remove(store, &key, &slices(&members)))
    }

    fn remove_range(key: Vec<u8>, selection: Selection) -> Answer<u64> {
        call(|store| core::remove_range(store, &key, &select(&selection)))
    }

    fn pop(key: Vec<u8>, by: Order, count: u32) -> Answer<Vec<Scored>> {
        call(|store| core::pop(store, &key, order(by), count)).map(returned)
    }

    fn scores(key: Vec<u8>, members: Vec<Vec<u8>>) -> Answer<Vec<Option<f64>>> {
        call(|store| core::scores(store, &key, &slices(&members)))
    }

    fn rank(key: Vec<u8>, member: Vec<u8>, by: Order) -> Answer<Option<u64>> {
        call(|store| core::rank(store, &key, &member, order(by)))
    }

    fn length(key: Vec<u8>) -> Answer<u64> {
        call(|store| core::length(store, &key))
    }

    fn count(key: Vec<u8>, selection: Selection) -> Answer<u64> {
        call(|store| core::count(store, &key, &select(&selection)))
    }

    fn range(key: Vec<u8>, selection: Selection, by: Order, offset: u32, count: u32) -> Answer<Vec<Scored>> {
        let found = call(|store| core::range(store, &key, &select(&selection), order(by), (offset, count)));
        found.map(returned)
    }
}

#[inline(never)]
fn returned(members: Vec<core::Scored>) -> Vec<Scored> {
    members.into_iter().map(|scored| Scored { member: scored.member, score: scored.score }).collect()
}

#[inline(never)]
fn select(selection: &Selection) -> core::Selection<'_> {
    let score = |bound: ScoreBound| match bound {
        ScoreBound::Inclusive(score) => (score, false),
        ScoreBound::Exclusive(score) => (score, true),
    };
    match selection {
        Selection::Ranks(range) => core::Selection::Ranks { first: range.first, last: range.last },
        Selection::Scores(range) => {
            let ((min, above_min), (max, below_max)) = (score(range.min), score(range.max));
            core::Selection::Scores(core::ScoreRange { min, above_min, max, below_max })
        }
        Selection::Members(range) => core::Selection::Members(core::LexRange {
            min: bound(&range.min, core::LexBound::Least),
            max: bound(&range.max, core::LexBound::Greatest),
        }),
    }
}

fn bound<'a>(bound: &'a MemberBound, open: core::LexBound<'a>) -> core::LexBound<'a> {
    match bound {
        MemberBound::Open => open,
        MemberBound::Inclusive(bytes) => core::LexBound::Inclusive(bytes),
        MemberBound::Exclusive(bytes) => core::LexBound::Exclusive(bytes),
    }
}
