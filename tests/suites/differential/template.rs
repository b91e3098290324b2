//! The notation of a row: a command's form, filled with arguments by chance.
//!
//! | notation | meaning |
//! | --- | --- |
//! | `WORD` | itself |
//! | `LEFT\|RIGHT` | one of these |
//! | `<member>` | an argument from the pool of this name |
//! | `<key>`, `<same>` | a key, mostly of the row's family; the last one again |
//! | `[ … ]` | sometimes |
//! | `{ … }` | once or more often, seldom more often than a packed collection has room |
//! | `#{ … }` | how often, mostly as a right number, and then so often |
//! | `( … / … )` | one of these |
//! | `any( … / … )` | none to three of these, in any order |
//! | `;` | the next command, on the same session at once |
//! | `~order` in front | what is free in the reply: [`Free`] |
//! | `!` in front | without mistakes: with them, more would be free |

use crate::compare::Free;
use crate::generate::Source;
use crate::pools::{self, Pool, Word};

/// A row as it is written: how often it comes, compared with its family's others, and its form.
pub(crate) type Row = (usize, &'static str);

/// A row that is ready to be filled.
pub(crate) struct Template {
    pub(crate) weight: usize,
    /// Whether an argument may be missing, or another one.
    pub(crate) may_be_wrong: bool,
    commands: Vec<(Free, Vec<Part>)>,
}

enum Part {
    Word(&'static str),
    Choice(Vec<&'static str>),
    Pool(Pool),
    Key,
    Same,
    Optional(Vec<Part>),
    Repeated(Vec<Part>),
    Counted(Vec<Part>),
    OneOf(Vec<Vec<Part>>),
    AnyOf(Vec<Vec<Part>>),
}

impl Template {
    /// Reads a row's form. A row that is wrong is a mistake in this test, so it panics.
    pub(crate) fn new((weight, text): Row) -> Template {
        let command = |text: &'static str| {
            let mut tokens: Vec<&'static str> = text.split_whitespace().rev().collect();
            let free = match tokens.last().and_then(|token| token.strip_prefix('~')) {
                Some(name) => {
                    tokens.pop();
                    Free::named(name).unwrap_or_else(|| panic!("`~{name}` in `{text}`"))
                }
                None => Free::Nothing,
            };
            let mut lists = parts(&mut tokens);
            assert!(tokens.is_empty() && lists.len() == 1, "`{text}` does not fit together");
            (free, lists.pop().expect("the length has been asserted"))
        };
        let (text, may_be_wrong) = match text.strip_prefix("! ") {
            Some(text) => (text, false),
            None => (text, !text.contains(" ; ")),
        };
        Template { weight, may_be_wrong, commands: text.split(" ; ").map(command).collect() }
    }

    /// The commands, with arguments.
    pub(crate) fn fill(&self, source: &mut Source<'_>) -> Vec<(Free, Vec<Word>)> {
        let filled = self.commands.iter().map(|(free, parts)| {
            let mut argv = Vec::new();
            fill(parts, source, &mut argv);
            (*free, argv)
        });
        filled.collect()
    }
}

/// Reads to the end, or to the bracket that closes; what `/` separates are several lists. The next token is the last.
fn parts(tokens: &mut Vec<&'static str>) -> Vec<Vec<Part>> {
    let mut lists = vec![Vec::new()];
    while let Some(token) = tokens.pop() {
        let part = match token {
            "]" | "}" | ")" => break,
            "/" => {
                lists.push(Vec::new());
                continue;
            }
            "[" => Part::Optional(parts(tokens).swap_remove(0)),
            "{" => Part::Repeated(parts(tokens).swap_remove(0)),
            "#{" => Part::Counted(parts(tokens).swap_remove(0)),
            "(" => Part::OneOf(parts(tokens)),
            "any(" => Part::AnyOf(parts(tokens)),
            "<key>" => Part::Key,
            "<same>" => Part::Same,
            _ => match token.strip_prefix('<').and_then(|name| name.strip_suffix('>')) {
                Some(name) => Part::Pool(pools::named(name).unwrap_or_else(|| panic!("there is no pool `{name}`"))),
                None if token.contains('|') => Part::Choice(token.split('|').collect()),
                None => Part::Word(token),
            },
        };
        lists.last_mut().expect("there is one at least").push(part);
    }
    lists
}

fn fill(parts: &[Part], source: &mut Source<'_>, argv: &mut Vec<Word>) {
    for part in parts {
        match part {
            Part::Word(word) => argv.push(word.as_bytes().to_vec()),
            Part::Choice(words) => {
                let word = source.random.pick(words).as_bytes().to_vec();
                argv.push(word);
            }
            Part::Pool(pool) => argv.push(pool(source.random)),
            Part::Key => argv.push(source.key()),
            Part::Same => argv.push(source.same.clone()),
            Part::Optional(parts) => {
                if source.random.one_in(2) {
                    fill(parts, source, argv);
                }
            }
            Part::Repeated(parts) => {
                for _ in 0..times(source) {
                    fill(parts, source, argv);
                }
            }
            Part::Counted(parts) => {
                let times = times(source).min(6);
                argv.push(match source.random.below(30) {
                    0 => source.random.pick(&[b"0".as_slice(), b"-1", b"abc", b"9223372036854775807", b"100"]).to_vec(),
                    1 => (times + 1).to_string().into_bytes(),
                    2 => (times - 1).to_string().into_bytes(),
                    _ => times.to_string().into_bytes(),
                });
                for _ in 0..times {
                    fill(parts, source, argv);
                }
            }
            Part::OneOf(lists) => {
                let chosen = source.random.below(lists.len());
                fill(lists.get(chosen).expect("it is below the length"), source, argv);
            }
            Part::AnyOf(lists) => {
                for _ in 0..source.random.below(4) {
                    let chosen = source.random.below(lists.len());
                    fill(lists.get(chosen).expect("it is below the length"), source, argv);
                }
            }
        }
    }
}

/// How often what repeats does.
fn times(source: &mut Source<'_>) -> usize {
    match source.random.below(60) {
        0..30 => 1,
        30..45 => 2,
        45..52 => 3,
        52..59 => 4 + source.random.below(6),
        _ if source.random.one_in(6) => 100 + source.random.below(60),
        _ => 10 + source.random.below(30),
    }
}
