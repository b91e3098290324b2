//! VADD: an element of a vector set, which is made if it does not exist.

use ferrite_resp::number::parse_i64;

use super::vector::{Given, given};
use crate::commands::vectors::arguments::{check_element, check_room, of_set, width};
use crate::commands::vectors::writing::{Making, change};
use crate::context::Context;
use crate::error::Error;
use crate::types::VectorSet;
use crate::types::vector_set::{LINKS, Projection, USUAL_LINKS, VADD_EF, usual};
use crate::types::vectors::{Kind, Options as Made};

struct Options<'a> {
    kind: Kind,
    links: usize,
    ef: Option<usize>,
    attributes: Option<&'a [u8]>,
}

impl<'a> Options<'a> {
    fn parse(cx: &Context<'a>, first: usize) -> Result<Options<'a>, Error> {
        let mut options = Options { kind: Kind::Int8, links: USUAL_LINKS, ef: None, attributes: None };
        let mut at = first;
        while at < cx.args.len() {
            let has_value = at + 1 < cx.args.len();
            at += match () {
                // Elements come one after the other: there is nobody to compete with.
                () if cx.is(at, "CAS") => 1,
                () if cx.is(at, "NOQUANT") => options.kind(Kind::F32),
                () if cx.is(at, "Q8") => options.kind(Kind::Int8),
                () if cx.is(at, "BIN") => options.kind(Kind::Binary),
                () if cx.is(at, "EF") && has_value => {
                    options.ef = Some(width(cx, at + 1).ok_or(Error::fixed("ERR invalid EF"))?);
                    2
                }
                () if cx.is(at, "M") && has_value => {
                    let links = parse_i64(cx.arg(at + 1)).and_then(|links| usize::try_from(links).ok());
                    let links = links.filter(|links| LINKS.contains(links));
                    options.links = links.ok_or(Error::fixed("ERR invalid M"))?;
                    2
                }
                () if cx.is(at, "SETATTR") && has_value => {
                    options.attributes = Some(cx.arg(at + 1));
                    2
                }
                () => return Err(Error::fixed("ERR invalid option after element")),
            };
        }
        Ok(options)
    }

    fn kind(&mut self, kind: Kind) -> usize {
        self.kind = kind;
        1
    }

    /// Whether an element that comes like this fits into a set.
    fn check(&self, given: &Given, set: &VectorSet) -> Result<(), Error> {
        let (making, input) = (set.options(), given.numbers.len());
        if self.kind != making.kind {
            return Err(Error::fixed("ERR asked quantization mismatch with existing vector set"));
        }
        if self.links != making.links {
            return Err(Error::fixed("ERR asked M value mismatch with existing vector set"));
        }
        let own = making.dimension;
        let mismatch = || Error::line(format!("ERR Vector dimension mismatch - got {input} but set has {own}"));
        match (set.projection(), given.reduce) {
            (None, None) if input == own => Ok(()),
            (None, Some(_)) if input == own => {
                Err(Error::fixed("ERR cannot add projection to existing set without projection"))
            }
            (Some(projection), Some(to)) if to == own => {
                let from = projection.from();
                let mismatch = || {
                    format!("ERR Input dimension mismatch for projection - got {input} but projection expects {from}")
                };
                if input == from { Ok(()) } else { Err(Error::line(mismatch())) }
            }
            _ => Err(mismatch()),
        }
    }
}

pub(super) fn vadd(cx: &mut Context<'_>) -> Result<(), Error> {
    let (given, next) = given(cx, 2, true)?;
    if next >= cx.args.len() {
        return Err(Error::Arity("vadd".into()));
    }
    let name = cx.arg(next);
    let options = Options::parse(cx, next + 1)?;
    check_element(name, options.attributes.unwrap_or_default())?;
    let is_there = match cx.read::<VectorSet>(1)?.0 {
        Some(set) => options.check(&given, set).map(|()| true)?,
        None => false,
    };
    let dimension = given.reduce.unwrap_or(given.numbers.len());
    check_room(given.numbers.len(), options.links)?;
    let projection = given.reduce.filter(|_| !is_there).map(|to| Projection::new(given.numbers.len(), to));
    let making = Made { kind: options.kind, links: options.links, ef_construction: VADD_EF, ..usual(dimension) };
    let (mut numbers, mut is_new) = (given.numbers, false);
    change(cx, "vadd", Some(Making { options: making, projection, stays: false }), &mut |set, log| {
        numbers = of_set(set, std::mem::take(&mut numbers));
        is_new = set.put(name, &numbers, options.ef, log);
        if let Some(attributes) = options.attributes {
            set.set_attributes(name, Some(attributes).filter(|text| !text.is_empty()), log);
        }
    })?;
    cx.out.boolean(is_new);
    Ok(())
}
