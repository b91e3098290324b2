//! Arguments of `ferrite:store/sorted-sets`, borrowed from the function's memory.

use wasmtime::component::{ComponentType, Lift};

use super::Context;
use super::collections::{Bytes, Size};
use super::cost;
use crate::wasm::sorted_sets;

/// `sorted-sets.scored`, as it is given.
#[derive(ComponentType, Lift)]
#[component(record)]
pub(super) struct GivenScored {
    #[component(name = "member")]
    member: Bytes,
    #[component(name = "score")]
    score: f64,
}

impl Size for Vec<GivenScored> {
    fn fuel(&self) -> u64 {
        self.iter().map(|scored| cost::ELEMENT + scored.member.fuel()).sum()
    }
}

/// The members with their scores.
pub(super) fn pairs<'a>(context: &'a Context<'_>, members: &[GivenScored]) -> Vec<(&'a [u8], f64)> {
    members.iter().map(|scored| (scored.member.as_le_slice(context), scored.score)).collect()
}

/// `sorted-sets.rank-range`.
#[derive(Clone, Copy, ComponentType, Lift)]
#[component(record)]
pub(super) struct RankRange {
    #[component(name = "first")]
    first: i64,
    #[component(name = "last")]
    last: i64,
}

/// `sorted-sets.score-bound`.
#[derive(Clone, Copy, ComponentType, Lift)]
#[component(variant)]
#[allow(dead_code, reason = "only wasmtime makes values of it, by lifting them")]
pub(super) enum ScoreBound {
    #[component(name = "inclusive")]
    Inclusive(f64),
    #[component(name = "exclusive")]
    Exclusive(f64),
}

impl ScoreBound {
    fn laid(self) -> (u32, f64) {
        match self {
            ScoreBound::Inclusive(score) => (0, score),
            ScoreBound::Exclusive(score) => (1, score),
        }
    }
}

/// `sorted-sets.score-range`.
#[derive(Clone, Copy, ComponentType, Lift)]
#[component(record)]
pub(super) struct ScoreRange {
    #[component(name = "min")]
    min: ScoreBound,
    #[component(name = "max")]
    max: ScoreBound,
}

/// `sorted-sets.member-bound`.
#[derive(ComponentType, Lift)]
#[component(variant)]
#[allow(dead_code, reason = "only wasmtime makes values of it, by lifting them")]
pub(super) enum MemberBound {
    #[component(name = "open")]
    Open,
    #[component(name = "inclusive")]
    Inclusive(Bytes),
    #[component(name = "exclusive")]
    Exclusive(Bytes),
}

impl MemberBound {
    fn laid<'a>(&self, context: &'a Context<'_>) -> (u32, &'a [u8]) {
        match self {
            MemberBound::Open => (0, &[]),
            MemberBound::Inclusive(bytes) => (1, bytes.as_le_slice(context)),
            MemberBound::Exclusive(bytes) => (2, bytes.as_le_slice(context)),
        }
    }

    fn fuel(&self) -> u64 {
        match self {
            MemberBound::Open => 0,
            MemberBound::Inclusive(bytes) | MemberBound::Exclusive(bytes) => bytes.fuel(),
        }
    }
}

/// `sorted-sets.member-range`.
#[derive(ComponentType, Lift)]
#[component(record)]
pub(super) struct MemberRange {
    #[component(name = "min")]
    min: MemberBound,
    #[component(name = "max")]
    max: MemberBound,
}

/// `sorted-sets.selection`.
#[derive(ComponentType, Lift)]
#[component(variant)]
#[allow(dead_code, reason = "only wasmtime makes values of it, by lifting them")]
pub(super) enum Selection {
    #[component(name = "ranks")]
    Ranks(RankRange),
    #[component(name = "scores")]
    Scores(ScoreRange),
    #[component(name = "members")]
    Members(MemberRange),
}

impl Selection {
    /// As the store is given it.
    pub(super) fn laid<'a>(&self, context: &'a Context<'_>) -> sorted_sets::Selection<'a> {
        match self {
            Selection::Ranks(range) => sorted_sets::Selection::Ranks(range.first, range.last),
            Selection::Scores(range) => sorted_sets::Selection::Scores(range.min.laid(), range.max.laid()),
            Selection::Members(range) => {
                sorted_sets::Selection::Members(range.min.laid(context), range.max.laid(context))
            }
        }
    }
}

impl Size for Selection {
    fn fuel(&self) -> u64 {
        match self {
            Selection::Members(range) => range.min.fuel() + range.max.fuel(),
            Selection::Ranks(_) | Selection::Scores(_) => 0,
        }
    }
}
