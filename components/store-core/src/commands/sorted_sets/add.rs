//! ZADD and ZINCRBY.

use ferrite_resp::Args;
use ferrite_resp::number::parse_f64;

use crate::context::Context;
use crate::error::Error;
use crate::keyspace::notices::Class;
use crate::memory;
use crate::types::SortedSet;

/// When a member gets its new score, and what is counted.
#[derive(Default)]
struct Options {
    /// NX: only if it is not there.
    if_absent: bool,
    /// XX: only if it is there.
    if_present: bool,
    /// GT: only if the new score is greater.
    if_greater: bool,
    /// LT: only if the new score is less.
    if_less: bool,
    /// CH: members with other scores count, too.
    counts_changes: bool,
    /// INCR: the score is added to the one there.
    increments: bool,
}

impl Options {
    /// The options, and the index of the first score.
    #[inline]
    fn parse(cx: &Context<'_>, increments: bool) -> Result<(Options, usize), Error> {
        let mut options = Options { increments, ..Options::default() };
        let mut at = 2;
        while let Some(option) = cx.args.get(at).and_then(|word| options.named(word)) {
            *option = true;
            at += 1;
        }
        let words = cx.args.len() - at;
        if words == 0 || !words.is_multiple_of(2) {
            return Err(Error::Syntax);
        }
        if at > 2 || increments {
            options.check(words)?;
        }
        Ok((options, at))
    }

    /// Whether they go together, and with so many words behind them.
    #[inline(never)]
    fn check(&self, words: usize) -> Result<(), Error> {
        if self.if_absent && self.if_present {
            return Err(Error::fixed("ERR XX and NX options at the same time are not compatible"));
        }
        if [self.if_absent, self.if_greater, self.if_less].iter().filter(|is_set| **is_set).count() > 1 {
            return Err(Error::fixed("ERR GT, LT, and/or NX options at the same time are not compatible"));
        }
        if self.increments && words > 2 {
            return Err(Error::fixed("ERR INCR option supports a single increment-element pair"));
        }
        Ok(())
    }

    #[inline]
    fn named(&mut self, word: &[u8]) -> Option<&mut bool> {
        // Most words here are scores.
        if !word.first()?.is_ascii_alphabetic() || word.len() > 4 { None } else { self.option(word) }
    }

    #[inline(never)]
    fn option(&mut self, word: &[u8]) -> Option<&mut bool> {
        let named = [
            ("nx", &mut self.if_absent),
            ("xx", &mut self.if_present),
            ("gt", &mut self.if_greater),
            ("lt", &mut self.if_less),
            ("ch", &mut self.counts_changes),
            ("incr", &mut self.increments),
        ];
        named.into_iter().find_map(|(name, option)| name.as_bytes().eq_ignore_ascii_case(word).then_some(option))
    }

    /// The score that a member gets, if any; NaN is none.
    #[inline]
    fn decide(&self, old: Option<f64>, score: f64) -> Option<f64> {
        let Some(old) = old else { return (!self.if_present).then_some(score) };
        let score = if self.increments { old + score } else { score };
        let is_refused = self.if_absent || self.if_less && score >= old || self.if_greater && score <= old;
        (!is_refused).then_some(score)
    }
}

pub(super) fn zadd(cx: &mut Context<'_>) -> Result<(), Error> {
    add(cx, false)
}

pub(super) fn zincrby(cx: &mut Context<'_>) -> Result<(), Error> {
    add(cx, true)
}

#[inline]
fn read(pairs: Args<'_>, at: usize) -> Result<f64, Error> {
    parse_f64(pairs.at(at)).ok_or(Error::NotAFloat)
}

fn add(cx: &mut Context<'_>, increments: bool) -> Result<(), Error> {
    let (options, first) = Options::parse(cx, increments)?;
    let pairs = cx.args.skip(first);
    // All scores are read before the first member changes.
    let mut score = read(pairs, 0)?;
    let mut at = 2;
    while at < pairs.len() {
        read(pairs, at)?;
        at += 2;
    }
    if !memory::has_room(pairs.total_bytes()) {
        return Err(Error::OutOfMemory);
    }
    if options.if_present {
        let (database, key) = (cx.database(), cx.arg(1));
        if cx.keys().existing::<SortedSet>(database, key)?.is_none() {
            return reply(cx, &options, 0, None);
        }
    }
    let mut writing = cx.create::<SortedSet>(1)?;
    let (set, mut log) = writing.edit();
    let (mut counted, mut result) = (0, None);
    let mut at = 0;
    while at < pairs.len() {
        if at > 0 {
            score = read(pairs, at)?;
        }
        let mut decide = |old: Option<f64>| {
            result = options.decide(old, score);
            counted += i64::from(result.is_some() && (old.is_none() || options.counts_changes && old != result));
            result.filter(|new| !new.is_nan())
        };
        set.update(pairs.at(at + 1), &mut decide, &mut log);
        at += 2;
    }
    writing.event(Class::SORTED_SET, if options.increments { "zincr" } else { "zadd" });
    drop(writing);
    if result.is_some_and(f64::is_nan) {
        return Err(Error::fixed("ERR resulting score is not a number (NaN)"));
    }
    reply(cx, &options, counted, result)
}

fn reply(cx: &mut Context<'_>, options: &Options, counted: i64, score: Option<f64>) -> Result<(), Error> {
    match score {
        _ if !options.increments => cx.out.integer(counted),
        Some(score) => cx.out.double(score),
        None => cx.out.null(),
    }
    Ok(())
}
