//! Who does what to whom: the same words with two of them exchanged, as in "from A to B" and "from B to A".

use super::limits::MAX_ORDERED_WORDS;
use super::prompt::{Prompt, Weight, Word};
use super::{Rule, Verdict, differ};

/// Words after which it matters what stands on which side.
const DIRECTIONS: &[&str] = &["to", "into", "onto", "from", "than", "over", "in", "by", "for"];

/// Words that make the sides alike: "the difference between A and B".
const SYMMETRIC: &[&str] = &["differ", "difference", "between", "compare", "comparison", "distance", "versus", "vs"];

pub(super) fn roles(a: &Prompt, b: &Prompt) -> Option<Verdict> {
    let symmetric = |prompt: &Prompt| prompt.words.iter().any(|word| SYMMETRIC.contains(&word.canonical.as_str()) || SYMMETRIC.contains(&word.folded.as_str()));
    if symmetric(a) || symmetric(b) {
        return None;
    }
    directions(a, b).or_else(|| exchange(a, b))
}

/// "A to B" in one and "B to A" in the other, where a word of direction has the same words beside it.
fn directions(a: &Prompt, b: &Prompt) -> Option<Verdict> {
    let (left, right) = (pairs(a), pairs(b));
    left.iter().find_map(|(direction, from, to)| {
        let swapped = right.iter().any(|(other, x, y)| {
            other == direction && from.matches(y) && to.matches(x) && !from.matches(to)
        });
        let text = |x: &Word, y: &Word| format!("{} {direction} {}", x.text, y.text);
        swapped.then(|| differ(Rule::Order, &text(from, to), &text(to, from)))
    })
}

/// Each word of direction with the nearest words of content before and after it; "from A to B" as "A to B".
fn pairs(prompt: &Prompt) -> Vec<(&'static str, &Word, &Word)> {
    let content = |word: &&Word| word.weight != Weight::Stop || word.folded.starts_with(|c: char| c.is_ascii_digit());
    let mut pairs = Vec::new();
    for (at, word) in prompt.words.iter().enumerate() {
        let Some(direction) = DIRECTIONS.iter().find(|direction| **direction == word.folded) else { continue };
        let direction = if *direction == "into" || *direction == "onto" { "to" } else { direction };
        let before = prompt.words.get(..at).and_then(|words| words.iter().rev().find(content));
        let after = prompt.words.get(at + 1..).and_then(|words| words.iter().find(content));
        if let (Some(before), Some(after)) = (before, after) {
            pairs.push((direction, before, after));
        }
    }
    // "to B from A" says what "from A to B" says.
    for at in 0..pairs.len() {
        if let [("to", _, to), ("from", _, from)] = pairs.get(at..at + 2).unwrap_or(&[]) {
            let (from, to) = (*from, *to);
            pairs.push(("to", from, to));
        }
    }
    pairs
}

/// `X … Y` in one and `Y … X` in the other, with the same words before, between and after.
fn exchange(a: &Prompt, b: &Prompt) -> Option<Verdict> {
    let content = |prompt| -> Vec<&Word> {
        let prompt: &Prompt = prompt;
        prompt.words.iter().filter(|word| word.weight != Weight::Stop).collect()
    };
    let passive = |prompt: &Prompt| prompt.words.iter().any(|word| word.folded == "by");
    let (left, right) = (content(a), content(b));
    if left.len() != right.len() || left.len() > MAX_ORDERED_WORDS || passive(a) != passive(b) {
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
            let (Some((x, rest)), Some((other_y, other_rest))) = (left.split_at_checked(first), right.split_at_checked(last)) else {
                continue;
            };
            let (Some((between, y)), Some((other_between, other_x))) = (rest.split_at_checked(middle), other_rest.split_at_checked(middle))
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
