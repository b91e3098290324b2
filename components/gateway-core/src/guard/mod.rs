//! The guard of the semantic cache: whether two prompts that embeddings find similar ask for the same answer.
//!
//! Embeddings hardly tell "enable" from "disable", 2023 from 2024, or Alice from Bob. The guard compares what they
//! miss: numbers, negations, names, opposites, the order of words ("from A to B") and the kind of question; and it asks that
//! every word that carries content has the same word, a form of it or a synonym in the other prompt. When in doubt it
//! refuses: a refusal costs an upstream call, a wrong hit costs a wrong answer.
//!
//! Its words are English. In other languages prompts agree when they differ in punctuation, capitals or order alone.
//!
//! ```
//! use ferrite_gateway::guard::{Rule, Verdict, agree};
//!
//! assert_eq!(agree("How do I turn off notifications?", "how can I disable notifications"), Verdict::Agree);
//! let Verdict::Differ { rule, left, right } = agree("Sales of 2023", "Sales of 2024") else { panic!("they differ") };
//! assert_eq!((rule, left.as_str(), right.as_str()), (Rule::Number, "2023", "2024"));
//! ```

mod limits;
mod number;
mod order;
mod prompt;
mod question;
mod scan;
mod stem;
mod tables;

use std::collections::BTreeMap;
use std::fmt;

pub use limits::{
    DEFAULT_THRESHOLD, MAX_ORDERED_WORDS, MAX_PROMPT_BYTES, MAX_PROMPT_WORDS, MAX_QUOTED_CHARS, MAX_UNMATCHED_WORDS,
};

use number::Number;
use prompt::{Prompt, Weight, Word};
use stem::stem;
use tables::TABLES;

/// What the guard says of two prompts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// One answer may serve both.
    Agree,
    /// They ask for different things.
    Differ {
        /// The rule that spoke.
        rule: Rule,
        /// What the first prompt has; empty when only the second has something.
        left: String,
        /// What the second prompt has; empty when only the first has something.
        right: String,
    },
}

/// The rules, in the order in which they are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// A prompt is longer than [`MAX_PROMPT_BYTES`] or [`MAX_PROMPT_WORDS`].
    Length,
    /// Numbers, dates, versions, amounts or their units.
    Number,
    /// One prompt negates.
    Negation,
    /// Opposites, such as enable and disable.
    Antonym,
    /// A name, identifier, path, quotation or acronym that the other prompt lacks.
    Name,
    /// Another word that carries content.
    Word,
    /// The same words with their roles exchanged.
    Order,
    /// Why, when, who and so on.
    Question,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Rule::Length => "length",
            Rule::Number => "number",
            Rule::Negation => "negation",
            Rule::Antonym => "antonym",
            Rule::Name => "name",
            Rule::Word => "word",
            Rule::Order => "order",
            Rule::Question => "question",
        })
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Agree => f.write_str("agree"),
            Verdict::Differ { rule, left, right } => write!(f, "{rule}: {left:?} against {right:?}"),
        }
    }
}

/// Whether a stored answer to `a` may serve `b`, or which rule says that it may not. The order of the two does not
/// matter. Work is bounded by the limits of this module; longer prompts do not agree, unless they are equal.
pub fn agree(a: &str, b: &str) -> Verdict {
    if a == b {
        return Verdict::Agree;
    }
    if a.len().max(b.len()) > MAX_PROMPT_BYTES {
        return differ(Rule::Length, &format!("{} bytes", a.len()), &format!("{} bytes", b.len()));
    }
    let (Some(a), Some(b)) = (Prompt::read(a), Prompt::read(b)) else {
        return differ(Rule::Length, "too many words", "too many words");
    };
    let compared = Comparison::of(&a, &b);
    if compared.left.len().max(compared.right.len()) > MAX_UNMATCHED_WORDS {
        let first = |words: &[&Word]| words.first().map(|word| word.text.clone()).unwrap_or_default();
        return differ(Rule::Word, &first(&compared.left), &first(&compared.right));
    }
    let rules = [numbers, opposites, words, order::roles, questions];
    rules.iter().find_map(|rule| rule(&compared)).unwrap_or(Verdict::Agree)
}

/// Two prompts and the words of each that have no match in the other.
struct Comparison<'p> {
    a: &'p Prompt,
    b: &'p Prompt,
    left: Vec<&'p Word>,
    right: Vec<&'p Word>,
}

impl<'p> Comparison<'p> {
    fn of(a: &'p Prompt, b: &'p Prompt) -> Comparison<'p> {
        Comparison { a, b, left: unmatched(a, b), right: unmatched(b, a) }
    }
}

fn differ(rule: Rule, left: &str, right: &str) -> Verdict {
    let short = |text: &str| text.chars().take(MAX_QUOTED_CHARS).collect();
    Verdict::Differ { rule, left: short(left), right: short(right) }
}

const QUANTIFIERS: &[&str] = &["all", "both", "many", "several"];

/// Each number needs its equal, with the same unit where both have one; numbers without a unit keep their order.
fn numbers(compared: &Comparison) -> Option<Verdict> {
    let (a, b) = (compared.a, compared.b);
    let equal = |x: &Number, y: &Number| {
        x.value == y.value && x.ordinal == y.ordinal && (x.unit == y.unit || x.unit.is_empty() || y.unit.is_empty())
    };
    let mut left: Vec<&Number> = a.numbers.iter().collect();
    let mut right: Vec<&Number> = b.numbers.iter().collect();
    left.retain(|x| {
        // The same unit is the better partner: "5 m and 5 s".
        let at = right
            .iter()
            .position(|y| equal(x, y) && x.unit == y.unit)
            .or_else(|| right.iter().position(|y| equal(x, y)));
        at.map(|at| right.remove(at)).is_none()
    });
    let strong = |numbers: &[&Number]| numbers.iter().find(|number| !number.weak).map(|number| spoken(number));
    let (x, y) = (strong(&left), strong(&right));
    if x.is_some() || y.is_some() {
        let any = |numbers: &[&Number]| numbers.first().map(|number| spoken(number)).unwrap_or_default();
        return Some(differ(Rule::Number, &x.unwrap_or_else(|| any(&left)), &y.unwrap_or_else(|| any(&right))));
    }
    // "one" may be no number, but it is one beside "all".
    let quantifier = |words: &[&Word]| {
        words.iter().find(|word| QUANTIFIERS.contains(&word.canonical.as_str())).map(|word| word.text.clone())
    };
    if let Some(all) = quantifier(&compared.right).filter(|_| !left.is_empty()) {
        return Some(differ(Rule::Number, "one", &all));
    }
    if let Some(all) = quantifier(&compared.left).filter(|_| !right.is_empty()) {
        return Some(differ(Rule::Number, &all, "one"));
    }
    let bare = |prompt: &Prompt| -> Vec<String> {
        prompt.numbers.iter().filter(|number| number.unit.is_empty() && !number.weak).map(spoken).collect()
    };
    let (x, y) = (bare(a), bare(b));
    (x.len() == y.len() && x != y).then(|| differ(Rule::Number, &x.join(" "), &y.join(" ")))
}

fn spoken(number: &Number) -> String {
    let ordinal = if number.ordinal { "." } else { "" };
    format!("{}{ordinal} {}", number.value, number.unit).trim_end().to_owned()
}

/// Words of `a` that have no match in `b`, as many as it takes to see that there are too many.
fn unmatched<'p>(a: &'p Prompt, b: &Prompt) -> Vec<&'p Word> {
    // "flash cards" is "flashcards".
    let joined = |words: &[Word]| -> Vec<String> {
        let join = |pair: &[Word]| pair.iter().map(|word| word.folded.as_str()).collect::<String>();
        words.windows(2).map(|pair| stem(&join(pair)).text).collect()
    };
    let (pairs_of_a, pairs_of_b) = (joined(&a.words), joined(&b.words));
    let pairs_of_b = tally(pairs_of_b.iter().map(String::as_str));
    let stems_of_b = tally(b.words.iter().map(|word| word.stem.text.as_str()));
    let known = tally(b.words.iter().map(|word| word.canonical.as_str()));
    let matched = |(at, word): &(usize, &Word)| {
        known.contains_key(word.canonical.as_str())
            || b.words.iter().any(|other| word.matches(other))
            || pairs_of_b.contains_key(word.stem.text.as_str())
            || [at.checked_sub(1), Some(*at)]
                .into_iter()
                .flatten()
                .filter_map(|at| pairs_of_a.get(at))
                .any(|pair| stems_of_b.contains_key(pair.as_str()))
    };
    let unmatched = a.words.iter().enumerate().filter(|entry| !matched(entry)).map(|(_, word)| word);
    unmatched.take(MAX_UNMATCHED_WORDS + 1).collect()
}

/// Opposites that stand one in each prompt, and negations; "not allowed" may answer "forbidden".
fn opposites(compared: &Comparison) -> Option<Verdict> {
    let (a, b) = (compared.a, compared.b);
    let (more, fewer) = (surplus(a, b, &compared.left), surplus(b, a, &compared.right));
    let mut pairs = more.iter().flat_map(|x| fewer.iter().map(move |y| (x, y)));
    let found = pairs.find_map(|(x, y)| TABLES.opposite(&x.canonical, &y.canonical).map(|negates| (x, y, negates)));
    let negated = a.negations.len().abs_diff(b.negations.len());
    match found {
        Some((_, _, true)) if negated == 1 => None,
        Some((x, y, _)) => Some(differ(Rule::Antonym, &x.text, &y.text)),
        None if negated % 2 == 0 && a.negations.is_empty() == b.negations.is_empty() => None,
        None => {
            let first = |prompt: &Prompt| prompt.negations.first().cloned().unwrap_or_default();
            Some(differ(Rule::Negation, &first(a), &first(b)))
        }
    }
}

/// The unmatched words of `a`, and those that it has more often than `b`, each once: "white or black? I am white".
fn surplus<'p>(a: &'p Prompt, b: &Prompt, unmatched: &[&'p Word]) -> Vec<&'p Word> {
    let content = |word: &&Word| word.weight != Weight::Stop;
    let here = tally(a.words.iter().filter(content).map(|word| word.canonical.as_str()));
    let there = tally(b.words.iter().map(|word| word.canonical.as_str()));
    let more = here.into_iter().filter(|(word, count)| *count > there.get(word).copied().unwrap_or(0));
    let often = more.filter_map(|(canonical, _)| a.words.iter().find(|word| word.canonical == canonical));
    unmatched.iter().copied().chain(often).take(MAX_UNMATCHED_WORDS * 2).collect()
}

/// How often each text occurs.
fn tally<'t>(texts: impl Iterator<Item = &'t str>) -> BTreeMap<&'t str, usize> {
    let mut tally = BTreeMap::new();
    for text in texts {
        *tally.entry(text).or_insert(0) += 1;
    }
    tally
}

/// Every name and every word of content has its match; of light words, one prompt may have more.
fn words(compared: &Comparison) -> Option<Verdict> {
    let (left, right) = (&compared.left, &compared.right);
    let compensated =
        |x: &Word, others: &[&Word]| others.iter().any(|y| TABLES.opposite(&x.canonical, &y.canonical) == Some(true));
    let of = |words: &[&Word], others: &[&Word], weight: Weight| {
        words.iter().find(|word| word.weight == weight && !compensated(word, others)).map(|word| word.text.clone())
    };
    for (weight, rule) in [(Weight::Name, Rule::Name), (Weight::Content, Rule::Word)] {
        let (x, y) = (of(left, right, weight), of(right, left, weight));
        if x.is_some() || y.is_some() {
            let other = |words: &[&Word]| {
                words.iter().find(|word| word.weight != Weight::Stop).map(|word| word.text.clone()).unwrap_or_default()
            };
            return Some(differ(rule, &x.unwrap_or_else(|| other(left)), &y.unwrap_or_else(|| other(right))));
        }
    }
    left.iter().filter(|word| matches!(word.weight, Weight::Light(_)) && !compensated(word, right)).find_map(|word| {
        let other = right.iter().find(|other| other.weight == word.weight && !compensated(other, left))?;
        Some(differ(Rule::Word, &word.text, &other.text))
    })
}

fn questions(compared: &Comparison) -> Option<Verdict> {
    question::differ(compared.a.kinds, compared.b.kinds).map(|(left, right)| differ(Rule::Question, left, right))
}
