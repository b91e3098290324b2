//! VCARD, VDIM, VEMB, VGETATTR, VISMEMBER, VRANDMEMBER, VRANGE, VINFO, VLINKS: what is in a set.

use ferrite_resp::Writer;
use ferrite_resp::number::parse_i64;

use crate::commands::reply::Elements;
use crate::context::Context;
use crate::error::Error;
use crate::random::Random;
use crate::types::sorted_set::LexRange;
use crate::types::vector_set::Projection;
use crate::types::vectors::Kind;
use crate::types::{Element, SortedSet, VectorSet};

/// An element that is there: its set and its slot.
type Place<'a> = (&'a VectorSet, u32);

/// The element in the argument behind its key, and where the reply goes.
fn element<'a>(cx: &'a mut Context<'_>) -> Result<(Option<Place<'a>>, &'a mut Writer), Error> {
    let name = cx.arg(2);
    let (set, out) = cx.read::<VectorSet>(1)?;
    let found = set.and_then(|set| Some((set, set.slot(name)?)));
    Ok((found, out))
}

pub(super) fn vcard(cx: &mut Context<'_>) -> Result<(), Error> {
    let (set, out) = cx.read::<VectorSet>(1)?;
    out.integer(set.map_or(0, VectorSet::len) as i64);
    Ok(())
}

pub(super) fn vdim(cx: &mut Context<'_>) -> Result<(), Error> {
    let (set, out) = cx.read::<VectorSet>(1)?;
    let set = set.ok_or(Error::fixed("ERR key does not exist"))?;
    out.integer(set.options().dimension as i64);
    Ok(())
}

pub(super) fn vismember(cx: &mut Context<'_>) -> Result<(), Error> {
    let (found, out) = element(cx)?;
    out.boolean(found.is_some());
    Ok(())
}

pub(super) fn vgetattr(cx: &mut Context<'_>) -> Result<(), Error> {
    let (found, out) = element(cx)?;
    out.optional_bulk(found.and_then(|(set, slot)| set.attributes(slot)));
    Ok(())
}

pub(super) fn vemb(cx: &mut Context<'_>) -> Result<(), Error> {
    let options = cx.args.skip(3);
    let is_raw = !options.is_empty();
    if options.iter().any(|option| !option.eq_ignore_ascii_case(b"RAW")) {
        return Err(Error::fixed("ERR invalid option"));
    }
    let (found, out) = element(cx)?;
    let Some((set, slot)) = found else {
        out.null();
        return Ok(());
    };
    if is_raw {
        raw(set, slot, out);
        return Ok(());
    }
    let numbers = set.index().vector(slot).unwrap_or_default();
    out.array(numbers.len());
    numbers.iter().for_each(|number| out.double(f64::from(*number)));
    Ok(())
}

/// The vector as it is kept: its kind, its bytes, how long it was, and what the greatest code stands for.
fn raw(set: &VectorSet, slot: u32, out: &mut Writer) {
    let (index, kind) = (set.index(), set.options().kind);
    let bytes = index.bytes_of(slot);
    // Behind codes stands their scale, which is said otherwise here.
    let codes = bytes.get(..set.options().dimension).unwrap_or_default();
    out.array(if kind == Kind::Int8 { 4 } else { 3 });
    out.simple(name(kind));
    out.bulk(if kind == Kind::Int8 { codes } else { &bytes });
    out.double(f64::from(index.length(slot)));
    if kind == Kind::Int8 {
        out.double(f64::from(index.range(slot)));
    }
}

/// What Redis calls it.
fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::F32 => "f32",
        Kind::Int8 => "int8",
        Kind::Binary => "bin",
    }
}

pub(super) fn vinfo(cx: &mut Context<'_>) -> Result<(), Error> {
    let (set, out) = cx.read::<VectorSet>(1)?;
    let Some(set) = set else {
        out.null_array();
        return Ok(());
    };
    out.map(9);
    out.simple("quant-type");
    out.simple(name(set.options().kind));
    for (field, value) in [
        ("hnsw-m", set.options().links as u64),
        ("vector-dim", set.options().dimension as u64),
        ("projection-input-dim", set.projection().map_or(0, Projection::from) as u64),
        ("size", set.len() as u64),
        ("max-level", u64::from(set.index().top_level())),
        ("attributes-count", set.attributed() as u64),
        ("vset-uid", set.uid()),
        ("hnsw-max-node-uid", set.inserted()),
    ] {
        out.simple(field);
        out.integer(value as i64);
    }
    Ok(())
}

pub(super) fn vlinks(cx: &mut Context<'_>) -> Result<(), Error> {
    let with_scores = match cx.args.len() {
        3 => false,
        4 if cx.is(3, "WITHSCORES") => true,
        _ => return Err(Error::Arity("vlinks".into())),
    };
    let (found, out) = element(cx)?;
    let Some((set, slot)) = found else {
        out.null();
        return Ok(());
    };
    let levels = set.index().neighbours(slot).unwrap_or_default();
    out.array(levels.len());
    for level in levels.iter().rev() {
        if with_scores {
            out.map(level.len());
        } else {
            out.array(level.len());
        }
        for near in level {
            out.bulk(set.name(near.slot).unwrap_or_default());
            if with_scores {
                out.double(f64::from(set.similarity(near.distance) as f32));
            }
        }
    }
    Ok(())
}

pub(super) fn vrandmember(cx: &mut Context<'_>) -> Result<(), Error> {
    let count = match cx.args.len() {
        2 => None,
        3 => Some(parse_i64(cx.arg(2)).ok_or(Error::fixed("ERR COUNT value is not an integer"))?),
        _ => return Err(Error::Arity("vrandmember".into())),
    };
    if count == Some(0) {
        cx.out.array(0);
        return Ok(());
    }
    let mut random = Random::new(cx.keys().random.next());
    let (set, out) = cx.read::<VectorSet>(1)?;
    let Some(set) = set else {
        if count.is_some() {
            out.array(0);
        } else {
            out.null();
        }
        return Ok(());
    };
    let Some(count) = count else {
        out.optional_bulk(set.random(&mut random));
        return Ok(());
    };
    let wanted = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
    let (start, mut found) = (out.len(), 0);
    let mut elements = Elements::new(out);
    if count > 0 {
        set.sample(wanted, &mut random, &mut |name| found += usize::from(elements.push(Element::Bytes(name))));
    } else {
        while found < wanted && elements.push(Element::Bytes(set.random(&mut random).unwrap_or_default())) {
            found += 1;
        }
    }
    elements.end()?;
    out.array_at(start, found);
    Ok(())
}

/// Whether this is an end of a range of names: the first or the last of all, or a name behind `[` or `(`.
fn is_bound(text: &[u8]) -> bool {
    matches!(text, b"-" | b"+" | [b'[' | b'(', _, ..])
}

pub(super) fn vrange(cx: &mut Context<'_>) -> Result<(), Error> {
    let count = match cx.args.len() {
        4 => -1,
        5 => parse_i64(cx.arg(4)).ok_or(Error::fixed("ERR invalid COUNT value"))?,
        _ => return Err(Error::Arity("vrange".into())),
    };
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let (first, last) = (cx.arg(2), cx.arg(3));
    if !is_bound(first) {
        return Err(Error::fixed("ERR invalid start range format"));
    }
    if !is_bound(last) {
        return Err(Error::fixed("ERR invalid end range format"));
    }
    let range = LexRange::parse(first, last).filter(|_| first != b"+" && last != b"-");
    let range = range.ok_or(Error::fixed("ERR '-' can only be used as first argument, '+' only as second"))?;
    let limits = cx.store.keyspace.limits.clone();
    let (set, out) = cx.read::<VectorSet>(1)?;
    // Names of equal scores are in the order of their bytes.
    let mut sorted = SortedSet::for_members(set.map_or(0, VectorSet::len), &limits);
    set.into_iter().flat_map(VectorSet::names).for_each(|name| sorted.build(name, 0.0, &limits));
    let (rank, found) = sorted.ranks_by_lex(&range);
    let start = out.len();
    let mut elements = Elements::new(out);
    let mut shown = 0;
    sorted.each(rank, found.min(count), false, &mut |name, _| {
        let has_room = elements.push(Element::Bytes(name));
        shown += usize::from(has_room);
        has_room
    });
    elements.end()?;
    out.array_at(start, shown);
    Ok(())
}
