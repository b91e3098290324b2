//! Which members: those with scores, or with bytes, between two bounds.

use ferrite_resp::number;

use super::order::{Cut, compare_bytes};

/// Scores between two bounds.
#[derive(Clone, Copy, Debug)]
pub struct ScoreRange {
    /// The least.
    pub min: f64,
    /// Without the least itself.
    pub above_min: bool,
    /// The greatest.
    pub max: f64,
    /// Without the greatest itself.
    pub below_max: bool,
}

impl ScoreRange {
    /// Reads the bounds of ZRANGEBYSCORE: numbers as C reads them, each without itself behind a `(`.
    pub fn parse(min: &[u8], max: &[u8]) -> Option<ScoreRange> {
        let (min, above_min) = parse_score(min)?;
        let (max, below_max) = parse_score(max)?;
        Some(ScoreRange { min, above_min, max, below_max })
    }

    /// In front of the first score in the range, and behind the last.
    pub(super) fn cuts(&self) -> (Cut<'static>, Cut<'static>) {
        let first = if self.above_min { Cut::after_score(self.min) } else { Cut::before_score(self.min) };
        let last = if self.below_max { Cut::before_score(self.max) } else { Cut::after_score(self.max) };
        (first, last)
    }
}

fn parse_score(text: &[u8]) -> Option<(f64, bool)> {
    match text.strip_prefix(b"(") {
        Some(text) => Some((number::strtod(text)?, true)),
        None => Some((number::strtod(text)?, false)),
    }
}

/// One end of a range of bytes.
#[derive(Clone, Copy, Debug)]
pub enum LexBound<'a> {
    /// In front of everything: `-`.
    Least,
    /// Behind everything: `+`.
    Greatest,
    /// These bytes are in the range: `[bytes`.
    Inclusive(&'a [u8]),
    /// These bytes are just outside: `(bytes`.
    Exclusive(&'a [u8]),
}

/// Members of one score whose bytes are between two bounds.
#[derive(Clone, Copy, Debug)]
pub struct LexRange<'a> {
    /// Where it begins.
    pub min: LexBound<'a>,
    /// Where it ends.
    pub max: LexBound<'a>,
}

impl<'a> LexBound<'a> {
    /// Reads a bound of ZRANGEBYLEX.
    pub fn parse(text: &'a [u8]) -> Option<LexBound<'a>> {
        let (kind, bytes) = text.split_first()?;
        // What C sees as the end of the text is one.
        let ends = matches!(bytes, [] | [0, ..]);
        match kind {
            b'-' if ends => Some(LexBound::Least),
            b'+' if ends => Some(LexBound::Greatest),
            b'[' => Some(LexBound::Inclusive(bytes)),
            b'(' => Some(LexBound::Exclusive(bytes)),
            _ => None,
        }
    }
}

impl<'a> LexRange<'a> {
    /// Reads the bounds of ZRANGEBYLEX.
    pub fn parse(min: &'a [u8], max: &'a [u8]) -> Option<LexRange<'a>> {
        Some(LexRange { min: LexBound::parse(min)?, max: LexBound::parse(max)? })
    }

    /// Whether it begins behind these bytes.
    pub(super) fn is_behind(&self, member: &[u8]) -> bool {
        match self.min {
            LexBound::Least => false,
            LexBound::Greatest => true,
            LexBound::Inclusive(min) => compare_bytes(member, min).is_lt(),
            LexBound::Exclusive(min) => compare_bytes(member, min).is_le(),
        }
    }

    /// Whether it ends in front of these bytes.
    pub(super) fn is_before(&self, member: &[u8]) -> bool {
        match self.max {
            LexBound::Least => true,
            LexBound::Greatest => false,
            LexBound::Inclusive(max) => compare_bytes(member, max).is_gt(),
            LexBound::Exclusive(max) => compare_bytes(member, max).is_ge(),
        }
    }

    /// In front of the first member in the range and behind the last, where all have this score.
    pub(super) fn cuts(&self, score: f64) -> (Cut<'a>, Cut<'a>) {
        let first = match self.min {
            LexBound::Least => Cut::before_score(score),
            LexBound::Greatest => Cut::after_score(score),
            LexBound::Inclusive(min) => Cut::before(score, min),
            LexBound::Exclusive(min) => Cut::after(score, min),
        };
        let last = match self.max {
            LexBound::Least => Cut::before_score(score),
            LexBound::Greatest => Cut::after_score(score),
            LexBound::Inclusive(max) => Cut::after(score, max),
            LexBound::Exclusive(max) => Cut::before(score, max),
        };
        (first, last)
    }
}
