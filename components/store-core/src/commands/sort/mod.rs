//! SORT and SORT_RO. <https://redis.io/docs/latest/commands/sort/>

mod arena;
mod order;
mod pattern;

use arena::{Arena, Span};

use super::reply::Elements;
use crate::command::{Begin, Command, Find, Flags, Handler, KeySpec, one_key};
use crate::context::Context;
use crate::error::Error;
use crate::keyspace::notices::Class;
use crate::memory;
use crate::types::{Element, Kind, List, Set, SortedSet, Typed};

/// What the options ask for.
#[derive(Default)]
struct Options<'a> {
    descending: bool,
    alphabetic: bool,
    /// The first element and how many; a negative number means all.
    limit: Option<(i64, i64)>,
    by: Option<&'a [u8]>,
    /// Any BY named no other key: then nothing is sorted.
    keeps_order: bool,
    get: Vec<&'a [u8]>,
    target: Option<&'a [u8]>,
}

impl<'a> Options<'a> {
    fn parse(cx: &Context<'a>, may_store: bool) -> Result<Options<'a>, Error> {
        let mut options = Options::default();
        let mut at = 2;
        while at < cx.args.len() {
            let left = cx.args.len() - at - 1;
            if cx.is(at, "ASC") {
                options.descending = false;
            } else if cx.is(at, "DESC") {
                options.descending = true;
            } else if cx.is(at, "ALPHA") {
                options.alphabetic = true;
            } else if cx.is(at, "LIMIT") && left >= 2 {
                options.limit = Some((cx.integer(at + 1)?, cx.integer(at + 2)?));
                at += 2;
            } else if cx.is(at, "STORE") && left >= 1 && may_store {
                options.target = Some(cx.arg(at + 1));
                at += 1;
            } else if cx.is(at, "BY") && left >= 1 {
                options.by = Some(cx.arg(at + 1));
                options.keeps_order |= !pattern::is_variable(cx.arg(at + 1));
                at += 1;
            } else if cx.is(at, "GET") && left >= 1 {
                options.get.push(cx.arg(at + 1));
                at += 1;
            } else {
                return Err(Error::Syntax);
            }
            at += 1;
        }
        Ok(options)
    }

    /// The first and the number of the elements that are wanted, of so many.
    fn window(&self, len: usize) -> (usize, usize) {
        let Some((start, count)) = self.limit else { return (0, len) };
        let start = usize::try_from(start.max(0)).unwrap_or(usize::MAX).min(len);
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        (start, count.min(len - start))
    }
}

fn sort(cx: &mut Context<'_>) -> Result<(), Error> {
    run(cx, true)
}

fn sort_ro(cx: &mut Context<'_>) -> Result<(), Error> {
    run(cx, false)
}

fn run(cx: &mut Context<'_>, may_store: bool) -> Result<(), Error> {
    let mut options = Options::parse(cx, may_store)?;
    let (database, is_function) = (cx.database(), cx.session.is_function);
    let mut sorts = !options.keeps_order;
    let mut arena = Arena::default();
    let mut window = (0, 0);
    let mut elements = Vec::new();
    if let Some(entry) = cx.store.keyspace.get(database, cx.arg(1)) {
        let collection = entry.collection().ok_or(Error::WrongType)?;
        // What keeps its order is read from where the window begins.
        let mut from = |len: usize, sorts: bool| {
            window = options.window(len);
            if sorts {
                return (0, len);
            }
            let count = window.1;
            std::mem::replace(&mut window, (0, count))
        };
        if let Some(list) = List::of(collection) {
            let (start, count) = from(list.len(), sorts);
            let backwards = !sorts && options.descending;
            let first = if backwards { list.len().saturating_sub(1 + start) } else { start };
            elements = arena.take(count, list.memory(1), &mut |visit| {
                list.iter(first, backwards).take(count).all(visit);
            })?;
        } else if let Some(set) = Set::of(collection) {
            // What is kept, or done again elsewhere, must not depend on how a set happens to lie.
            let is_kept = options.target.is_some() || is_function;
            let (start, count) = from(set.len(), sorts || is_kept);
            if !sorts && is_kept {
                (sorts, options.alphabetic, options.by) = (true, true, None);
            }
            let mut at = 0;
            elements = arena.take(count, set.memory(1), &mut |visit| {
                set.each(&mut |member| {
                    at += 1;
                    at <= start || at <= start + count && visit(member)
                });
            })?;
        } else if let Some(set) = SortedSet::of(collection) {
            let (start, count) = from(set.len(), sorts);
            let backwards = !sorts && options.descending;
            let first = if backwards { set.len().saturating_sub(1 + start) } else { start };
            elements = arena.take(count, set.memory(1), &mut |visit| {
                set.each(first, count, backwards, &mut |member, _| visit(Element::Bytes(member)));
            })?;
        } else {
            return Err(Error::WrongType);
        }
    }
    if sorts {
        order::sort(&mut cx.store.keyspace, database, &options, &mut arena, &mut elements)?;
    }
    let wanted = elements.iter().skip(window.0).take(window.1);
    match options.target {
        Some(target) => store(cx, &options, &mut arena, wanted, target),
        None => reply(cx, &options, &mut arena, wanted),
    }
}

fn reply<'a>(
    cx: &mut Context<'_>,
    options: &Options<'_>,
    arena: &mut Arena,
    wanted: impl ExactSizeIterator<Item = &'a Span>,
) -> Result<(), Error> {
    let database = cx.database();
    super::reply::check_count(wanted.len() as u64 * options.get.len().max(1) as u64)?;
    cx.out.array(wanted.len() * options.get.len().max(1));
    let mut replies = Elements::new(cx.out);
    for element in wanted {
        if options.get.is_empty() {
            replies.push(Element::Bytes(arena.bytes(*element)));
        }
        for pattern in &options.get {
            let end = arena.len();
            match pattern::look_up(&mut cx.store.keyspace, database, pattern, arena, *element)? {
                Some(found) => drop(replies.push(Element::Bytes(arena.bytes(found)))),
                None => replies.out.null(),
            }
            arena.truncate(end);
        }
    }
    replies.end()
}

fn store<'a>(
    cx: &mut Context<'_>,
    options: &Options<'_>,
    arena: &mut Arena,
    wanted: impl ExactSizeIterator<Item = &'a Span>,
    target: &[u8],
) -> Result<(), Error> {
    /// What an element takes in a list beyond its bytes, at the most.
    const AROUND: usize = 16;
    /// How many bytes may be copied before it is asked whether there is memory for them.
    const STEP: usize = 1 << 20;
    let database = cx.database();
    let limits = cx.store.keyspace.limits.clone();
    let mut list = List::default();
    let mut unproven = 0;
    let mut copy = |list: &mut List, bytes: &[u8]| {
        unproven += bytes.len() + AROUND;
        if unproven > STEP {
            if !memory::has_room(unproven + STEP) {
                return Err(Error::OutOfMemory);
            }
            unproven = 0;
        }
        list.build(bytes, &limits);
        Ok(())
    };
    for element in wanted {
        if options.get.is_empty() {
            copy(&mut list, arena.bytes(*element))?;
        }
        for pattern in &options.get {
            let end = arena.len();
            let found = pattern::look_up(&mut cx.store.keyspace, database, pattern, arena, *element)?;
            // What is not there becomes an empty element.
            copy(&mut list, arena.bytes(found.unwrap_or_default()))?;
            arena.truncate(end);
        }
    }
    let len = list.len();
    let changes = cx.store.keyspace.stats.changes + (len as u64).max(1);
    if cx.store.keyspace.store(database, target, list.into_collection(), None) {
        cx.store.keyspace.stats.changes = changes;
    }
    if len > 0 {
        cx.notify(Class::LIST, "sortstore", target);
    }
    cx.reply_integer(len as i64)
}

const fn row(name: &'static str, handler: Handler) -> Command {
    Command::new(name, -2, handler)
        .group("generic")
        .categories(&["set", "sortedset", "list", "dangerous"])
        .flags(&[Flags::MOVABLE_KEYS])
}

/// Keys whose names are made of what is sorted.
const BY_PATTERN: KeySpec = KeySpec { flags: &["RO", "access"], begin: Begin::Unknown, find: NOWHERE };
const TARGET: KeySpec = KeySpec { flags: &["OW", "update"], begin: Begin::Option("STORE", OTHERS), find: ONE };
const OTHERS: &[(&str, usize)] = &[("LIMIT", 2), ("GET", 1), ("BY", 1)];
const ONE: Find = Find::Range { last: 0, step: 1, limit: 0 };
const NOWHERE: Find = ONE;
const COST: &str = "O(N+M*log(M)) where N is the number of elements in the list or set to sort, and M the number of \
                    returned elements. When the elements are not sorted, complexity is O(N).";

/// The family's rows.
pub(crate) static TABLE: &[Command] = &[
    row("sort", sort)
        .flags(&[Flags::WRITE, Flags::DENYOOM])
        .keys(&[one_key(&["RO", "access"]), BY_PATTERN, TARGET])
        .docs("1.0.0", COST, "Sorts a list, set or sorted set."),
    row("sort_ro", sort_ro).flags(&[Flags::READONLY]).keys(&[one_key(&["RO", "access"]), BY_PATTERN]).docs(
        "7.0.0",
        COST,
        "Sorts a list, set or sorted set, and stores nothing.",
    ),
];
