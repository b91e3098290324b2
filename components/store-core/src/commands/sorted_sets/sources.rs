//! What ZUNION and its relatives work on: sorted sets, and sets whose members have the score 1.

use ferrite_resp::Args;
use ferrite_resp::number::{parse_f64, parse_i64};

use crate::context::Context;
use crate::error::Error;
use crate::keyspace::{Database, Keyspace};
use crate::types::{Collection, Set, SortedSet, Typed};

/// A key's content.
#[derive(Clone, Copy)]
pub(super) enum Source<'a> {
    Missing,
    Set(&'a Set),
    Sorted(&'a SortedSet),
}

impl Source<'_> {
    pub(super) fn len(&self) -> usize {
        match self {
            Source::Missing => 0,
            Source::Set(set) => set.len(),
            Source::Sorted(set) => set.len(),
        }
    }

    /// The bytes that it takes, about.
    pub(super) fn memory(&self) -> usize {
        /// How many members are looked at to learn how large they are.
        const SAMPLES: usize = 5;
        match self {
            Source::Missing => 0,
            Source::Set(set) => set.memory(SAMPLES),
            Source::Sorted(set) => set.memory(SAMPLES),
        }
    }

    pub(super) fn score(&self, member: &[u8]) -> Option<f64> {
        match self {
            Source::Missing => None,
            Source::Set(set) => set.contains(member).then_some(1.0),
            Source::Sorted(set) => set.score(member),
        }
    }

    /// Visits all members, as long as `visit` says true.
    pub(super) fn each(&self, visit: &mut dyn FnMut(&[u8], f64) -> bool) {
        match self {
            Source::Missing => {}
            Source::Set(set) => set.each(&mut |member| visit(&member.text(), 1.0)),
            Source::Sorted(set) => set.each(0, usize::MAX, false, visit),
        }
    }
}

/// How several scores of a member become one.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Aggregate {
    #[default]
    Sum,
    Min,
    Max,
}

impl Aggregate {
    pub(super) fn of(self, one: f64, other: f64) -> f64 {
        match self {
            // Infinities that cancel each other out are nothing.
            Aggregate::Sum if (one + other).is_nan() => 0.0,
            Aggregate::Sum => one + other,
            Aggregate::Min if other < one => other,
            Aggregate::Max if other > one => other,
            Aggregate::Min | Aggregate::Max => one,
        }
    }
}

/// The arguments of ZUNION and its relatives.
pub(super) struct Request<'a> {
    pub(super) names: Args<'a>,
    /// One for each key, or none at all.
    pub(super) weights: Vec<f64>,
    pub(super) aggregate: Aggregate,
    pub(super) with_scores: bool,
    /// 0 for none.
    pub(super) limit: usize,
}

/// Which arguments a command has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Form {
    /// WEIGHTS and AGGREGATE.
    pub(super) aggregates: bool,
    /// WITHSCORES.
    pub(super) replies: bool,
    /// LIMIT.
    pub(super) counts: bool,
}

impl<'a> Request<'a> {
    /// Reads the arguments from the number of keys at index `first` on, and the keys themselves.
    pub(super) fn parse(cx: &mut Context<'a>, first: usize, form: Form) -> Result<Request<'a>, Error> {
        let count = cx.integer(first)?;
        if count < 1 {
            let name = cx.command.name;
            return Err(Error::Quoting(
                format!("ERR at least 1 input key is needed for '{name}' command").into_bytes(),
            ));
        }
        let count = usize::try_from(count).ok().filter(|&count| count < cx.args.len() - first).ok_or(Error::Syntax)?;
        let names = cx.args.slice(first + 1, count);
        check(cx, names)?;
        let (weights, limit) = (Vec::new(), 0);
        let mut request = Request { names, weights, aggregate: Aggregate::Sum, with_scores: false, limit };
        let mut at = first + 1 + count;
        while at < cx.args.len() {
            let left = cx.args.len() - at;
            if form.aggregates && left > count && cx.is(at, "WEIGHTS") {
                let weights = cx.args.slice(at + 1, count);
                let weights = weights.iter().map(parse_f64).collect::<Option<Vec<f64>>>();
                request.weights = weights.ok_or(Error::fixed("ERR weight value is not a float"))?;
                at += count;
            } else if form.aggregates && left > 1 && cx.is(at, "AGGREGATE") {
                request.aggregate = match cx.arg(at + 1).to_ascii_lowercase().as_slice() {
                    b"sum" => Aggregate::Sum,
                    b"min" => Aggregate::Min,
                    b"max" => Aggregate::Max,
                    _ => return Err(Error::Syntax),
                };
                at += 1;
            } else if form.replies && cx.is(at, "WITHSCORES") {
                request.with_scores = true;
            } else if form.counts && left > 1 && cx.is(at, "LIMIT") {
                let limit = parse_i64(cx.arg(at + 1)).filter(|&limit| limit >= 0);
                let limit = limit.ok_or(Error::fixed("ERR LIMIT can't be negative"))?;
                request.limit = usize::try_from(limit).unwrap_or(usize::MAX);
                at += 1;
            } else {
                return Err(Error::Syntax);
            }
            at += 1;
        }
        Ok(request)
    }

    /// What the keys hold, each with its weight.
    pub(super) fn sources<'k>(&self, keys: &'k Keyspace, database: Database) -> Vec<(Source<'k>, f64)> {
        let weights = self.weights.iter().copied().chain(std::iter::repeat(1.0));
        let source = |name| match keys.view(database, name) {
            Some(Collection::Set(set)) => Source::Set(set),
            Some(Collection::SortedSet(set)) => Source::Sorted(set),
            _ => Source::Missing,
        };
        self.names.iter().map(source).zip(weights).collect()
    }
}

/// Reads each of these keys: none may hold anything else than a set or a sorted set.
fn check(cx: &mut Context<'_>, names: Args<'_>) -> Result<(), Error> {
    let database = cx.database();
    names.iter().try_for_each(|name| match cx.keys().get(database, name).map(|entry| entry.collection()) {
        None | Some(Some(Collection::Set(_) | Collection::SortedSet(_))) => Ok(()),
        Some(_) => Err(Error::WrongType),
    })
}
