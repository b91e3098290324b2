//! What arguments of several commands are: places, units, distances, and how to search.

use ferrite_resp::number;

use super::search::Form;
use crate::context::Context;
use crate::error::Error;
use crate::types::SortedSet;
use crate::types::geo::{Point, Shape};

fn float(cx: &Context<'_>, index: usize, otherwise: Error) -> Result<f64, Error> {
    number::parse_f64(cx.arg(index)).ok_or(otherwise)
}

/// The argument and the one behind it as longitude and latitude.
pub(super) fn point(cx: &Context<'_>, index: usize) -> Result<Point, Error> {
    let longitude = float(cx, index, Error::NotAFloat)?;
    let latitude = float(cx, index + 1, Error::NotAFloat)?;
    Point::new(longitude, latitude).ok_or_else(|| {
        let [longitude, latitude] = [longitude, latitude].map(|degrees| number::format_fixed(degrees, 6));
        Error::line(format!("ERR invalid longitude,latitude pair {longitude},{latitude}"))
    })
}

/// The argument as a unit of length, in metres.
pub(super) fn unit(cx: &Context<'_>, index: usize) -> Result<f64, Error> {
    match () {
        () if cx.is(index, "m") => Ok(1.0),
        () if cx.is(index, "km") => Ok(1000.0),
        () if cx.is(index, "ft") => Ok(0.3048),
        () if cx.is(index, "mi") => Ok(1609.34),
        () => Err(Error::fixed("ERR unsupported unit provided. please use M, KM, FT, MI")),
    }
}

/// The argument and the one behind it as a radius with its unit.
pub(super) fn circle(cx: &Context<'_>, index: usize) -> Result<(Shape, f64), Error> {
    let radius = float(cx, index, Error::fixed("ERR need numeric radius"))?;
    if radius < 0.0 {
        return Err(Error::fixed("ERR radius cannot be negative"));
    }
    Ok((Shape::Circle { radius }, unit(cx, index + 1)?))
}

/// The argument and the two behind it as width, height and their unit.
fn rectangle(cx: &Context<'_>, index: usize) -> Result<(Shape, f64), Error> {
    let width = float(cx, index, Error::fixed("ERR need numeric width"))?;
    let height = float(cx, index + 1, Error::fixed("ERR need numeric height"))?;
    if width < 0.0 || height < 0.0 {
        return Err(Error::fixed("ERR height or width cannot be negative"));
    }
    Ok((Shape::Rectangle { width, height }, unit(cx, index + 2)?))
}

/// The place of a member that must be there.
pub(super) fn member(set: &SortedSet, name: &[u8]) -> Result<Point, Error> {
    let score = set.score(name).ok_or(Error::fixed("ERR could not decode requested zset member"))?;
    Ok(Point::of_score(score))
}

/// In which order to reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Nearest,
    Farthest,
}

/// What to search, and what to make of it.
#[derive(Default)]
pub(super) struct Options<'a> {
    /// Where; none as long as nobody said.
    pub(super) center: Option<Point>,
    /// A member was named, perhaps of a key that does not exist.
    has_member: bool,
    /// How far, with the unit in metres.
    pub(super) shape: Option<(Shape, f64)>,
    pub(super) with_distance: bool,
    pub(super) with_hash: bool,
    pub(super) with_point: bool,
    pub(super) order: Option<Order>,
    /// How many at most, 0 for all.
    pub(super) count: usize,
    /// Any of them rather than the nearest.
    pub(super) any: bool,
    /// Where to store the result.
    pub(super) target: Option<&'a [u8]>,
    /// Store distances instead of places.
    pub(super) stores_distance: bool,
}

impl<'a> Options<'a> {
    /// Reads the options from an index on; `set` is what is searched.
    pub(super) fn parse(
        &mut self,
        cx: &Context<'a>,
        form: &Form,
        first: usize,
        set: Option<&SortedSet>,
    ) -> Result<(), Error> {
        let mut at = first;
        while at < cx.args.len() {
            let behind = cx.args.len() - at - 1;
            at += match () {
                () if cx.is(at, "WITHDIST") => flag(&mut self.with_distance),
                () if cx.is(at, "WITHHASH") => flag(&mut self.with_hash),
                () if cx.is(at, "WITHCOORD") => flag(&mut self.with_point),
                () if cx.is(at, "ANY") => flag(&mut self.any),
                () if cx.is(at, "ASC") => put(&mut self.order, Order::Nearest, 1),
                () if cx.is(at, "DESC") => put(&mut self.order, Order::Farthest, 1),
                () if cx.is(at, "COUNT") && behind >= 1 => {
                    let count = cx.integer(at + 1)?;
                    if count <= 0 {
                        return Err(Error::fixed("ERR COUNT must be > 0"));
                    }
                    self.count = usize::try_from(count).unwrap_or(usize::MAX);
                    2
                }
                () if form.is_search => self.parse_search(cx, form, at, set)?,
                () if cx.is(at, "STORE") && behind >= 1 && form.may_store => {
                    self.stores_distance = false;
                    put(&mut self.target, cx.arg(at + 1), 2)
                }
                () if cx.is(at, "STOREDIST") && behind >= 1 && form.may_store => {
                    self.stores_distance = true;
                    put(&mut self.target, cx.arg(at + 1), 2)
                }
                () => return Err(Error::Syntax),
            };
        }
        self.check(cx, form)
    }

    /// An option of GEOSEARCH and GEOSEARCHSTORE alone; how many arguments it has.
    fn parse_search(
        &mut self,
        cx: &Context<'a>,
        form: &Form,
        at: usize,
        set: Option<&SortedSet>,
    ) -> Result<usize, Error> {
        let behind = cx.args.len() - at - 1;
        let has_point = self.center.is_some() && !self.has_member;
        let (has_circle, has_rectangle) = match self.shape {
            Some((Shape::Circle { .. }, _)) => (true, false),
            Some((Shape::Rectangle { .. }, _)) => (false, true),
            None => (false, false),
        };
        match () {
            () if cx.is(at, "STOREDIST") && form.may_store => Ok(flag(&mut self.stores_distance)),
            () if cx.is(at, "FROMMEMBER") && behind >= 1 && !has_point => {
                self.has_member = true;
                if let Some(set) = set {
                    self.center = Some(member(set, cx.arg(at + 1))?);
                }
                Ok(2)
            }
            () if cx.is(at, "FROMLONLAT") && behind >= 2 && !self.has_member => {
                Ok(put(&mut self.center, point(cx, at + 1)?, 3))
            }
            () if cx.is(at, "BYRADIUS") && behind >= 2 && !has_rectangle => {
                Ok(put(&mut self.shape, circle(cx, at + 1)?, 3))
            }
            () if cx.is(at, "BYBOX") && behind >= 3 && !has_circle => {
                Ok(put(&mut self.shape, rectangle(cx, at + 1)?, 4))
            }
            () => Err(Error::Syntax),
        }
    }

    /// What does not fit together.
    fn check(&self, cx: &Context<'_>, form: &Form) -> Result<(), Error> {
        if self.target.is_some() && (self.with_distance || self.with_hash || self.with_point) {
            let what = if form.is_search { "GEOSEARCHSTORE" } else { "STORE option in GEORADIUS" };
            let line = format!("ERR {what} is not compatible with WITHDIST, WITHHASH and WITHCOORD options");
            return Err(Error::line(line));
        }
        if form.is_search && self.center.is_none() && !self.has_member {
            let before = "ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for ";
            return Err(Error::quoting(before, cx.arg(0), ""));
        }
        if form.is_search && self.shape.is_none() {
            return Err(Error::quoting("ERR exactly one of BYRADIUS and BYBOX can be specified for ", cx.arg(0), ""));
        }
        if self.any && self.count == 0 {
            return Err(Error::fixed("ERR the ANY argument requires COUNT argument"));
        }
        Ok(())
    }
}

fn flag(option: &mut bool) -> usize {
    *option = true;
    1
}

fn put<T>(option: &mut Option<T>, value: T, arguments: usize) -> usize {
    *option = Some(value);
    arguments
}
