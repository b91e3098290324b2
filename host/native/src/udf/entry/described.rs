//! Commands that a component describes: checked when it is loaded, called as any command is.

use std::collections::BTreeSet;
use std::fmt;

use ferrite_resp::Args;

use super::super::bindings::{Attributes, Description, Positions};
use super::super::failure::one_line;
use super::super::limits::{COMMAND_ARGUMENTS, COMMAND_NAME_BYTES, DESCRIBED_COMMANDS, SUMMARY_BYTES};
use super::super::permissions::Permissions;
use crate::wasm::{CommandFlags, CommandRow, KeyPositions};

/// A command that passed every check which needs nothing but its description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Described {
    /// Upper case.
    pub(crate) name: Box<str>,
    arity: i32,
    pub(crate) data: Data,
    no_multi: bool,
    /// Refused from within functions.
    pub(crate) noscript: bool,
    keys: KeyPositions,
    summary: String,
}

/// What a command does with data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Data {
    /// It uses none.
    Nothing,
    /// It reads.
    Reads,
    /// It may write.
    Writes,
}

impl Data {
    /// What a call may do at most, whatever the function was granted.
    pub(crate) fn allowed(self) -> Permissions {
        match self {
            Data::Nothing => Permissions::ALL.without_data(),
            Data::Reads => Permissions::ALL.read_only(),
            Data::Writes => Permissions::ALL,
        }
    }
}

/// Checks a component's whole list.
pub(crate) fn check(list: Vec<Description>) -> Result<Vec<Described>, String> {
    if list.is_empty() {
        return Err("`describe` returns no commands".to_owned());
    }
    if list.len() > DESCRIBED_COMMANDS {
        return Err(format!(
            "`describe` returns {} commands, and a component may add {DESCRIBED_COMMANDS}",
            list.len()
        ));
    }
    let mut names = BTreeSet::new();
    let mut checked = Vec::with_capacity(list.len());
    for description in list {
        let described = Described::new(description)?;
        if !names.insert(described.name.clone()) {
            return Err(format!("`describe` returns the command `{}` twice", described.name));
        }
        checked.push(described);
    }
    Ok(checked)
}

impl Described {
    fn new(description: Description) -> Result<Described, String> {
        let Description { name, arity, attributes, keys, summary } = description;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let begins_well = name.starts_with(|first: char| first.is_ascii_alphabetic());
        if !begins_well || name.len() > COMMAND_NAME_BYTES || !name.bytes().all(plain) {
            return Err(format!(
                "a command's name has 1 to {COMMAND_NAME_BYTES} letters, digits, '-', '_' or '.' and begins with a \
                 letter, and '{}' does not",
                one_line(&name, 2 * COMMAND_NAME_BYTES)
            ));
        }
        let name = name.to_ascii_uppercase();
        let refuse = |why: String| Err(format!("the command `{name}` {why}"));
        // The name is an argument, and a client's command has at most so many.
        if arity == 0 || arity.unsigned_abs() as usize > COMMAND_ARGUMENTS {
            return refuse(format!("has the arity {arity}: it is at least 1, or -1 for any number of arguments"));
        }
        let has = |attribute| attributes.contains(attribute);
        let data = match (has(Attributes::READONLY), has(Attributes::WRITE)) {
            (true, true) => return refuse("is both `readonly` and `write`".to_owned()),
            (true, false) => Data::Reads,
            (false, true) => Data::Writes,
            (false, false) => Data::Nothing,
        };
        let least = arity.unsigned_abs();
        let keys = match keys {
            Positions::None => KeyPositions::None,
            Positions::Keyword => KeyPositions::Keyword,
            Positions::Counted(index) if (1..least).contains(&index) => KeyPositions::Counted(index),
            Positions::Counted(index) => {
                return refuse(format!(
                    "has its number of keys at argument {index}, and {} arguments are sure",
                    least - 1
                ));
            }
            Positions::Range(range) => {
                if range.first == 0 || range.first >= least && arity > 0 {
                    return refuse(format!("has its first key at argument {}, where none can be", range.first));
                }
                if range.step == 0 {
                    return refuse("has a step of 0 from one key to the next".to_owned());
                }
                let ends_before = u32::try_from(range.last).is_ok_and(|last| last < range.first);
                if range.last == 0 || ends_before || arity > 0 && range.last >= arity {
                    return refuse(format!("has its last key at argument {}, where none can be", range.last));
                }
                KeyPositions::Range { first: range.first, last: range.last, step: range.step }
            }
        };
        Ok(Described {
            arity,
            data,
            no_multi: has(Attributes::NO_MULTI),
            noscript: has(Attributes::NOSCRIPT),
            keys,
            summary: one_line(&summary, SUMMARY_BYTES),
            name: name.into(),
        })
    }

    /// What the engine learns.
    pub(crate) fn row(&self) -> CommandRow {
        CommandRow {
            name: self.name.to_string(),
            arity: self.arity,
            flags: CommandFlags {
                readonly: self.data == Data::Reads,
                write: self.data == Data::Writes,
                no_multi: self.no_multi,
                noscript: self.noscript,
                ..CommandFlags::default()
            },
            keys: self.keys,
            summary: self.summary.clone(),
        }
    }

    /// Whether this many arguments, the name included, are right; the error is Redis' own.
    pub(crate) fn check_arity(&self, arguments: usize) -> Result<(), WrongArity> {
        let wanted = self.arity.unsigned_abs() as usize;
        let fits = if self.arity > 0 { arguments == wanted } else { arguments >= wanted };
        if fits { Ok(()) } else { Err(WrongArity(self.name.to_ascii_lowercase())) }
    }

    /// Where the keys are among the arguments; none where the arguments do not fit.
    pub(crate) fn key_positions(&self, argv: Args<'_>) -> impl Iterator<Item = usize> + use<> {
        let (range, step) = match self.keys {
            KeyPositions::None => (0..0, 1),
            KeyPositions::Counted(index) => {
                let first = index as usize + 1;
                let count = argv.get(index as usize).and_then(ferrite_resp::number::parse_i64);
                let end =
                    count.and_then(|count| usize::try_from(count).ok()).and_then(|count| first.checked_add(count));
                (first..end.filter(|&end| end <= argv.len()).unwrap_or(first), 1)
            }
            KeyPositions::Keyword => {
                let find = |word: &[u8]| argv.iter().position(|argument| argument.eq_ignore_ascii_case(word));
                let end = find(b"ARGS").unwrap_or(argv.len());
                (find(b"KEYS").filter(|&keys| keys < end).map_or(0..0, |keys| keys + 1..end), 1)
            }
            KeyPositions::Range { first, last, step } => {
                let end = match usize::try_from(last) {
                    Ok(last) => last + 1,
                    Err(_) => (argv.len() + 1).saturating_sub(last.unsigned_abs() as usize),
                };
                let first = first as usize;
                (if end <= argv.len() { first..end } else { 0..0 }, step.max(1) as usize)
            }
        };
        range.step_by(step)
    }
}

/// A command that came with too few or too many arguments.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct WrongArity(String);

impl fmt::Display for WrongArity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ERR wrong number of arguments for '{}' command", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::bindings::KeyRange;
    use super::*;

    fn description(name: &str) -> Description {
        Description {
            name: name.to_owned(),
            arity: -2,
            attributes: Attributes::READONLY,
            keys: Positions::None,
            summary: "Does\r\nsomething.".to_owned(),
        }
    }

    fn with(change: impl FnOnce(&mut Description)) -> Result<Described, String> {
        let mut description = description("shop.take");
        change(&mut description);
        check(vec![description]).map(|mut list| list.remove(0))
    }

    fn range(first: u32, last: i32, step: u32) -> Positions {
        Positions::Range(KeyRange { first, last, step })
    }

    #[test]
    fn a_description_becomes_a_row_of_one_line_in_upper_case() {
        let row = with(|_| {}).expect("it is right").row();
        assert_eq!((row.name.as_str(), row.arity, row.summary.as_str()), ("SHOP.TAKE", -2, "Does  something."));
        assert!(row.flags.readonly && !row.flags.write && !row.flags.no_multi);
    }

    #[test]
    fn what_makes_no_sense_is_refused_by_name() {
        let long = "a".repeat(65);
        for name in ["", "a b", "1st", "ä", "a\r\nb", "*", "config|get", &long] {
            let error = with(|description| description.name = name.to_owned()).expect_err(name);
            assert!(error.contains("a command's name"), "{error}");
        }
        type Change = fn(&mut Description);
        let cases: [(Change, &str); 11] = [
            (|it| it.arity = 0, "arity 0"),
            (|it| it.arity = i32::MIN, "arity -2147483648"),
            (|it| it.attributes = Attributes::READONLY | Attributes::WRITE, "both"),
            (|it| it.keys = Positions::Counted(0), "argument 0"),
            (|it| it.keys = Positions::Counted(2), "argument 2"),
            (|it| it.keys = range(0, 1, 1), "first key at argument 0"),
            (|it| it.keys = range(1, 0, 1), "last key at argument 0"),
            (|it| it.keys = range(3, 2, 1), "last key at argument 2"),
            (|it| it.keys = range(1, -1, 0), "step of 0"),
            (
                |it| {
                    it.arity = 2;
                    it.keys = range(2, 2, 1);
                },
                "first key at argument 2",
            ),
            (
                |it| {
                    it.arity = 2;
                    it.keys = range(1, 2, 1);
                },
                "last key at argument 2",
            ),
        ];
        for (change, part) in cases {
            let error = with(change).expect_err(part);
            assert!(error.contains("SHOP.TAKE") && error.contains(part), "{error}");
        }
        assert!(check(Vec::new()).expect_err("none").contains("no commands"));
        assert!(check(vec![description("a"), description("A")]).expect_err("twice").contains("twice"));
        let many = (0..65).map(|number| description(&format!("c{number}"))).collect();
        assert!(check(many).expect_err("65").contains("65 commands"));
    }

    #[test]
    fn keys_are_found_where_the_description_says() {
        let keys = |positions: Positions, line: &str| {
            let described = with(|it| it.keys = positions).expect("it is right");
            let words: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
            described.key_positions(Args::from(&words[..])).collect::<Vec<_>>()
        };
        assert_eq!(keys(range(1, -1, 2), "c a 1 b 2"), [1, 3]);
        assert_eq!(keys(range(1, 1, 1), "c a b"), [1]);
        assert_eq!(keys(range(2, 4, 1), "c a b"), [0; 0]);
        assert_eq!(keys(range(5, -1, 1), "c a b"), [0; 0]);
        assert_eq!(keys(Positions::Counted(1), "c 2 a b x"), [2, 3]);
        assert_eq!(keys(Positions::Counted(1), "c 9 a"), [0; 0]);
        assert_eq!(keys(Positions::Counted(1), "c -1 a"), [0; 0]);
        assert_eq!(keys(Positions::Keyword, "c KEYS a b ARGS d"), [2, 3]);
    }

    #[test]
    fn the_number_of_arguments_is_checked_as_redis_does() {
        let exact = with(|it| it.arity = 2).expect("it is right");
        assert_eq!(exact.check_arity(2), Ok(()));
        let error = exact.check_arity(3).expect_err("too many").to_string();
        assert_eq!(error, "ERR wrong number of arguments for 'shop.take' command");
        let open = with(|it| it.arity = -2).expect("it is right");
        assert_eq!((open.check_arity(9), open.check_arity(1).is_err()), (Ok(()), true));
    }
}
