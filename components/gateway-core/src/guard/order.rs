//! Who does what to whom: the same words with two of them exchanged, as in "from A to B" and "from B to A".

use std::collections::BTreeMap;

use super::limits::MAX_ORDERED_WORDS;
use super::prompt::{Prompt, Weight, Word};
use super::{Comparison, Rule, Verdict, differ, tally};

/// Words after which it matters what stands on which side.
const DIRECTIONS: &[&str] = &["to", "into", "onto", "from", "than", "over", "in", "by", "for", "with"];

/// Words that make the sides alike: "the difference between A and B".
const SYMMETRIC: &[&str] = &["differ", "difference", "between", "compare", "comparison", "distance", "versus", "vs"];

pub(super) fn roles(compared: &Comparison) -> Option<Verdict> {
    let (a, b) = (compared.a, compared.b);
    let symmetric = |prompt: &Prompt| prompt.words.iter().any(|word| SYMMETRIC.contains(&word.stem.text.as_str()));
    if symmetric(a) || symmetric(b) {
        return None;
    }
    directions(a, b).or_else(|| exchange(a, b))
}

/// The words beside a word of direction, at most two on each side.
struct Sides<'p> {
    direction: &'static str,
    before: Vec<&'p Word>,
    after: Vec<&'p Word>,
}

/// "A to B" in one and "B to A" in the other, where a word of direction has the same words beside it.
fn directions(a: &Prompt, b: &Prompt) -> Option<Verdict> {
    let (left, right) = (sides(a), sides(b));
    let has = |words: &[&Word], word: &Word| words.iter().any(|other| other.matches(word));
    left.iter().find_map(|x| {
        let y = right.iter().find(|y| {
            let only = |word: &Word, here: &[&Word], there: &[&Word]| has(here, word) && !has(there, word);
            y.direction == x.direction
                && x.before.iter().any(|word| only(word, &y.after, &x.after) && !has(&y.before, word))
                && x.after.iter().any(|word| only(word, &y.before, &x.before) && !has(&y.after, word))
        })?;
        let text = |sides: &Sides| {
            let join = |words: &[&Word]| words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
            format!("{} {} {}", join(&sides.before), sides.direction, join(&sides.after))
        };
        Some(differ(Rule::Order, &text(x), &text(y)))
    })
}

/// Each word of direction with the words beside it; "from A to B" also as "A to B", and so "to B from A".
fn sides(prompt: &Prompt) -> Vec<Sides<'_>> {
    let content = |word: &&Word| word.weight != Weight::Stop || word.folded.starts_with(|c: char| c.is_ascii_digit());
    let direction = |word: &Word| match DIRECTIONS.iter().find(|direction| **direction == word.folded) {
        Some(&("into" | "onto")) => Some("to"),
        other => other.copied(),
    };
    let mut all = Vec::new();
    for (at, word) in prompt.words.iter().enumerate() {
        let Some(direction_here) = direction(word) else { continue };
        let (before, after) = prompt.words.split_at_checked(at).unwrap_or_default();
        let near = |word: &&Word| direction(word).is_none();
        let before: Vec<&Word> = before.iter().rev().take_while(near).filter(content).take(2).collect();
        let after: Vec<&Word> = after.iter().skip(1).take_while(near).filter(content).take(2).collect();
        all.push(Sides { direction: direction_here, before, after });
    }
    for at in 1..all.len() {
        if let Some([Sides { direction: "to", after: to, .. }, Sides { direction: "from", after: from, .. }]) =
            all.get(at - 1..=at)
        {
            let turned = Sides { direction: "to", before: from.clone(), after: to.clone() };
            all.push(turned);
        }
    }
    all
}

/// `X … Y` in one and `Y … X` in the other, with the same words before, between and after.
fn exchange(a: &Prompt, b: &Prompt) -> Option<Verdict> {
    let content = |prompt| -> Vec<&Word> {
        let prompt: &Prompt = prompt;
        prompt.words.iter().filter(|word| word.weight != Weight::Stop).collect()
    };
    let passive = |prompt: &Prompt| prompt.words.iter().any(|word| word.folded == "by");
    // Where small words change too, a sentence was turned: "my filter's change", "the change of my filter".
    fn small(prompt: &Prompt) -> BTreeMap<&str, usize> {
        tally(prompt.words.iter().filter(|word| word.weight == Weight::Stop).map(|word| word.folded.as_str()))
    }
    let (left, right) = (content(a), content(b));
    if small(a) != small(b) || left.len() != right.len() || left.len() > MAX_ORDERED_WORDS || passive(a) != passive(b) {
        return None;
    }
    let same = |x: &&Word, y: &&Word| x.matches(y);
    let equal = |x: &[&Word], y: &[&Word]| x.len() == y.len() && x.iter().zip(y).all(|(x, y)| same(x, y));
    let start = left.iter().zip(&right).take_while(|(x, y)| same(x, y)).count();
    let end = left.iter().rev().zip(right.iter().rev()).take_while(|(x, y)| same(x, y)).count();
    let left = left.get(start..left.len().checked_sub(end)?)?;
    let right = right.get(start..right.len().checked_sub(end)?)?;
    for first in 1..left.len() {
        for last in 1..left.len().saturating_sub(first) {
            let middle = left.len() - first - last;
            let (Some((x, rest)), Some((other_y, other_rest))) =
                (left.split_at_checked(first), right.split_at_checked(last))
            else {
                continue;
            };
            let (Some((between, y)), Some((other_between, other_x))) =
                (rest.split_at_checked(middle), other_rest.split_at_checked(middle))
            else {
                continue;
            };
            if middle > 0 && equal(x, other_x) && equal(y, other_y) && equal(between, other_between) {
                let text = |words: &[&Word]| words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
                return Some(differ(Rule::Order, &text(x), &text(y)));
            }
        }
    }
    None
}
