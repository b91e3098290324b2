//! GEOSEARCH and its earlier forms: the places in an area.

use super::arguments::{Options, Order, circle, member, point};
use super::found::{Found, find};
use crate::context::Context;
use crate::error::Error;
use crate::keyspace::notices::Class;
use crate::sorting;
use crate::types::geo::Area;
use crate::types::{Kind, SortedSet};

/// Which command it is.
pub(super) struct Form {
    /// The argument that is searched.
    key: usize,
    /// Whether the options say where and how far, as those of GEOSEARCH do.
    pub(super) is_search: bool,
    /// Whether the argument behind the key is a member rather than a place.
    by_member: bool,
    /// Whether the result may become a key.
    pub(super) may_store: bool,
}

const RADIUS: Form = Form { key: 1, is_search: false, by_member: false, may_store: true };
const BY_MEMBER: Form = Form { by_member: true, ..RADIUS };

pub(super) fn georadius(cx: &mut Context<'_>) -> Result<(), Error> {
    search(cx, &RADIUS)
}

pub(super) fn georadius_ro(cx: &mut Context<'_>) -> Result<(), Error> {
    search(cx, &Form { may_store: false, ..RADIUS })
}

pub(super) fn georadiusbymember(cx: &mut Context<'_>) -> Result<(), Error> {
    search(cx, &BY_MEMBER)
}

pub(super) fn georadiusbymember_ro(cx: &mut Context<'_>) -> Result<(), Error> {
    search(cx, &Form { may_store: false, ..BY_MEMBER })
}

pub(super) fn geosearch(cx: &mut Context<'_>) -> Result<(), Error> {
    search(cx, &Form { key: 1, is_search: true, by_member: false, may_store: false })
}

pub(super) fn geosearchstore(cx: &mut Context<'_>) -> Result<(), Error> {
    search(cx, &Form { key: 2, is_search: true, by_member: false, may_store: true })
}

fn search(cx: &mut Context<'_>, form: &Form) -> Result<(), Error> {
    let database = cx.database();
    cx.store.keyspace.read::<SortedSet>(database, cx.arg(form.key))?;
    let set = cx.store.keyspace.view(database, cx.arg(form.key)).and_then(SortedSet::of);
    let mut options = Options::default();
    let first = match form {
        Form { is_search: true, may_store, .. } => {
            options.target = may_store.then(|| cx.arg(1));
            form.key + 1
        }
        Form { by_member: false, .. } => {
            options.center = Some(point(cx, 2)?);
            options.shape = Some(circle(cx, 4)?);
            6
        }
        Form { by_member: true, .. } => {
            // Of a key that does not exist Redis does not look at the radius.
            if let Some(set) = set {
                options.center = Some(member(set, cx.arg(2))?);
                options.shape = Some(circle(cx, 3)?);
            }
            5
        }
    };
    options.parse(cx, form, first, set)?;
    let mut found = Vec::new();
    if let (Some(set), Some(center), Some((shape, unit))) = (set, options.center, options.shape) {
        // The nearest of them: without an order a number alone says nothing.
        let order = options.order.or((options.count > 0 && !options.any).then_some(Order::Nearest));
        let limit = if options.any { options.count } else { 0 };
        found = find(set, &Area { center, shape, unit }, limit)?;
        match order {
            Some(Order::Nearest) => sorting::sort_by(&mut found, |one, other| one.distance.total_cmp(&other.distance)),
            Some(Order::Farthest) => sorting::sort_by(&mut found, |one, other| other.distance.total_cmp(&one.distance)),
            None => {}
        }
        if options.count > 0 {
            found.truncate(options.count);
        }
        found.iter_mut().for_each(|found| found.distance /= unit);
    }
    match options.target {
        Some(target) => store(cx, target, &found, options.stores_distance),
        None => super::found::reply(cx.out, &found, &options),
    }
}

fn store(cx: &mut Context<'_>, target: &[u8], found: &[Found], distances: bool) -> Result<(), Error> {
    let database = cx.database();
    let limits = &cx.store.keyspace.limits;
    let mut set = SortedSet::for_members(found.len(), limits);
    for found in found {
        // In an area that goes around the earth a place may be found twice.
        if set.score(&found.member).is_none() {
            set.build(&found.member, if distances { found.distance } else { found.score }, limits);
        }
    }
    let changes = cx.store.keyspace.stats.changes + (found.len() as u64).max(1);
    if cx.store.keyspace.store(database, target, set.into_collection(), None) {
        cx.store.keyspace.stats.changes = changes;
    }
    if !found.is_empty() {
        let event = if cx.command.name == "geosearchstore" { "geosearchstore" } else { "georadiusstore" };
        cx.notify(Class::SORTED_SET, event, target);
    }
    cx.reply_integer(found.len() as i64)
}
