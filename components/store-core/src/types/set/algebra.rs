//! What sets have in common, together, or apart.

use super::Set;
use crate::error::Error;
use crate::keyspace::limits::Limits;
use crate::memory;
use crate::sorting;
use crate::types::{Element, Typed};

/// How to make one set of several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// What all of them have.
    Intersection,
    /// What any of them has.
    Union,
    /// What the first has and none of the others.
    Difference,
}

/// The result as a set, unless there may be no memory for it.
pub fn build(sets: &[Option<&Set>], operation: Operation, limits: &Limits) -> Result<Set, Error> {
    /// How many members are looked at to learn how large they are.
    const SAMPLES: usize = 5;
    let most: usize = match operation {
        Operation::Union => sets.iter().flatten().map(|set| set.memory(SAMPLES)).sum(),
        Operation::Difference => sets.iter().take(1).flatten().map(|set| set.memory(SAMPLES)).sum(),
        Operation::Intersection => sets.iter().flatten().map(|set| set.memory(SAMPLES)).min().unwrap_or(0),
    };
    if !memory::has_room(most) {
        return Err(Error::OutOfMemory);
    }
    let mut result = Set::default();
    if operation == Operation::Difference && takes_away(sets) {
        result.prepare_for_all_of(sets.first().copied().flatten(), limits);
    }
    visit(sets, operation, &mut |member| {
        result.build(member, limits);
        true
    });
    Ok(result)
}

/// Whether Redis makes this difference by taking the other sets' members away from a copy of the first, which then has the
/// form that all of the first needed; else it looks each of the first's members up in the others.
fn takes_away(sets: &[Option<&Set>]) -> bool {
    let Some((Some(first), others)) = sets.split_first() else { return false };
    let others = || others.iter().flatten();
    let lookups = first.len().saturating_mul(1 + others().count()) / 2;
    let visits = others().fold(first.len(), |sum, set| sum.saturating_add(set.len()));
    lookups > visits && !others().any(|set| std::ptr::eq(*set, *first))
}

/// Visits the members of an intersection or difference, as long as `visit` says true.
pub fn visit<'a>(sets: &[Option<&'a Set>], operation: Operation, visit: &mut dyn FnMut(Element<'a>) -> bool) {
    match operation {
        Operation::Intersection => {
            // The smallest set is looked up in the others.
            let Some(mut sets) = sets.iter().copied().collect::<Option<Vec<&Set>>>() else { return };
            sorting::sort_by_key(&mut sets, |set| set.len());
            let Some((smallest, others)) = sets.split_first() else { return };
            smallest.each(&mut |member| !others.iter().all(|set| set.contains_element(member)) || visit(member));
        }
        Operation::Difference => {
            let Some((Some(first), others)) = sets.split_first() else { return };
            first.each(&mut |member| others.iter().flatten().any(|set| set.contains_element(member)) || visit(member));
        }
        Operation::Union => sets.iter().flatten().for_each(|set| set.each(visit)),
    }
}
