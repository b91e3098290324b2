//! What sorted sets and sets have in common, together, or apart.

use super::sources::{Form, Request, Source};
use crate::commands::reply::Elements;
use crate::context::Context;
use crate::error::Error;
use crate::keyspace::limits::Limits;
use crate::keyspace::notices::Class;
use crate::memory;
use crate::sorting;
use crate::table::Table;
use crate::types::sorted_set::{Member, sorted};
use crate::types::{Kind, SortedSet};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Operation {
    Union,
    Intersection,
    Difference,
}

pub(super) fn zunion(cx: &mut Context<'_>) -> Result<(), Error> {
    reply(cx, Operation::Union)
}

pub(super) fn zinter(cx: &mut Context<'_>) -> Result<(), Error> {
    reply(cx, Operation::Intersection)
}

pub(super) fn zdiff(cx: &mut Context<'_>) -> Result<(), Error> {
    reply(cx, Operation::Difference)
}

pub(super) fn zunionstore(cx: &mut Context<'_>) -> Result<(), Error> {
    store(cx, Operation::Union, "zunionstore")
}

pub(super) fn zinterstore(cx: &mut Context<'_>) -> Result<(), Error> {
    store(cx, Operation::Intersection, "zinterstore")
}

pub(super) fn zdiffstore(cx: &mut Context<'_>) -> Result<(), Error> {
    store(cx, Operation::Difference, "zdiffstore")
}

fn reply(cx: &mut Context<'_>, operation: Operation) -> Result<(), Error> {
    let form = Form { aggregates: operation != Operation::Difference, replies: true, counts: false };
    let request = Request::parse(cx, 1, form)?;
    let keys = &cx.store.keyspace;
    let sources = request.sources(keys, cx.session.database);
    let members = combine(operation, &request, sources, &keys.limits)?;
    let members = sorted(&members);
    let words = if request.with_scores && !cx.out.is_resp3() { 2 * members.len() } else { members.len() };
    cx.out.array(words);
    let mut elements = Elements::new(cx.out);
    let mut members = members.iter();
    members.all(|member| elements.push_member(member.bytes(), request.with_scores.then_some(member.score())));
    elements.end()
}

fn store(cx: &mut Context<'_>, operation: Operation, event: &'static str) -> Result<(), Error> {
    let form = Form { aggregates: operation != Operation::Difference, replies: false, counts: false };
    let request = Request::parse(cx, 2, form)?;
    let keys = &cx.store.keyspace;
    let sources = request.sources(keys, cx.session.database);
    let members = combine(operation, &request, sources, &keys.limits)?;
    let result = SortedSet::of_table(members, &keys.limits);
    let len = result.len();
    cx.store.keyspace.store(cx.session.database, cx.arg(1), result.into_collection(), None);
    if len > 0 {
        cx.notify(Class::SORTED_SET, event, cx.arg(1));
    }
    cx.reply_integer(len as i64)
}

pub(super) fn zintercard(cx: &mut Context<'_>) -> Result<(), Error> {
    let request = Request::parse(cx, 1, Form { aggregates: false, replies: false, counts: true })?;
    let sources = request.sources(&cx.store.keyspace, cx.session.database);
    let mut found = 0;
    intersect(&request, sources, &mut |_, _| {
        found += 1;
        found != request.limit
    });
    cx.reply_integer(found as i64)
}

/// The members of the result, in no order; none if there may be no memory for them.
fn combine(
    operation: Operation,
    request: &Request<'_>,
    mut sources: Vec<(Source<'_>, f64)>,
    limits: &Limits,
) -> Result<Table<Member>, Error> {
    let sizes = sources.iter().map(|(source, _)| source.memory());
    let most: usize = match operation {
        Operation::Union => sizes.sum(),
        Operation::Intersection => sizes.min().unwrap_or(0),
        Operation::Difference => sizes.take(1).sum(),
    };
    // Members and their scores, then the order that they are put into.
    if !memory::has_room(most.saturating_mul(2)) {
        return Err(Error::OutOfMemory);
    }
    let mut members = Table::new(limits.seed);
    match operation {
        Operation::Union => {
            // The order in which scores are added shows in the last digits of their sum.
            sorting::sort_by_key(&mut sources, |(source, _)| source.len());
            for (source, weight) in sources {
                source.each(&mut |member, score| {
                    let score = or_zero(weight * score);
                    let hash = members.hash(member);
                    match members.find(hash, member) {
                        Some(at) => {
                            let there: &mut Member = members.entry_mut(at);
                            there.set_score(request.aggregate.of(there.score(), score));
                        }
                        None => drop(members.insert(hash, Member::new(member, score))),
                    }
                    true
                });
            }
        }
        Operation::Intersection => intersect(request, sources, &mut |member, score| {
            members.insert(members.hash(member), Member::new(member, score));
            true
        }),
        Operation::Difference => {
            let Some(((first, _), others)) = sources.split_first() else { return Ok(members) };
            first.each(&mut |member, score| {
                if others.iter().all(|(other, _)| other.score(member).is_none()) {
                    members.insert(members.hash(member), Member::new(member, score));
                }
                true
            });
        }
    }
    Ok(members)
}

/// Visits what all sources have, as long as `visit` says true.
fn intersect(request: &Request<'_>, mut sources: Vec<(Source<'_>, f64)>, visit: &mut dyn FnMut(&[u8], f64) -> bool) {
    // The smallest source is looked up in the others.
    sorting::sort_by_key(&mut sources, |(source, _)| source.len());
    let Some(((smallest, weight), others)) = sources.split_first() else { return };
    smallest.each(&mut |member, score| {
        let scores = others.iter().map(|(other, weight)| Some(other.score(member)? * weight));
        let all =
            scores.into_iter().try_fold(or_zero(weight * score), |sum, score| Some(request.aggregate.of(sum, score?)));
        all.is_none_or(|score| visit(member, score))
    });
}

/// Zero for what is not a number: an infinite score with the weight 0.
fn or_zero(score: f64) -> f64 {
    if score.is_nan() { 0.0 } else { score }
}
