//! Filter expressions: which of the near vectors a search wants, by their attributes. The language is that of Redis 8,
//! <https://redis.io/docs/latest/develop/data-types/vector-sets/filtered-search/>: numbers, strings, `null`, lists in
//! brackets, `.field`, arithmetic (`+ - * / % **`), comparisons, `in`, `and or not` (`&& || !`), parentheses. Beyond it there
//! are `true` and `false`, a minus in front of anything, exponents with a sign, and names of operators in any case.
//!
//! `words` takes a text apart, `parse` makes an [`Expression`] of the words, `evaluate` asks whether one holds.

mod evaluate;
mod parse;
mod words;

use std::fmt;

/// Bytes of an expression.
const MOST_BYTES: usize = 16 << 10;
/// Words of an expression: what operators make of them is evaluated recursively.
const MOST_WORDS: usize = 512;
/// Parentheses, brackets and signs inside of each other.
const MOST_DEPTH: usize = 64;

/// What a field or a part of an expression is worth. `true` and `false` are 1 and 0.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing, which is equal to nothing else.
    Null,
    /// A number.
    Number(f64),
    /// A string.
    Text(String),
    /// A list.
    List(Vec<Value>),
}

/// A parsed expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression(Node);

#[derive(Clone, Debug, PartialEq)]
enum Node {
    Value(Value),
    Field(String),
    List(Vec<Node>),
    Unary(Unary, Box<Node>),
    Binary(Binary, Box<Node>, Box<Node>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unary {
    Not,
    Minus,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Binary {
    Or,
    And,
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
}

/// Why a text is no expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The byte at which it was noticed, from 0.
    pub at: usize,
    /// What was expected there.
    pub expected: &'static str,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {} at byte {} of the filter", self.expected, self.at)
    }
}

impl std::error::Error for SyntaxError {}

impl Expression {
    /// Of a text of at most 16 KiB.
    pub fn parse(text: &str) -> Result<Expression, SyntaxError> {
        parse::parse(text).map(Expression)
    }

    /// Whether it holds; `field` gives what a field is worth, none for one that is missing. What asks for a missing field
    /// anywhere does not hold, as in Redis.
    pub fn holds(&self, field: &dyn Fn(&str) -> Option<Value>) -> bool {
        evaluate::evaluate(&self.0, field).is_some_and(|value| evaluate::is_true(&value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(text: &str) -> bool {
        let field = |name: &str| match name {
            "age" => Some(Value::Number(25.0)),
            "name" => Some(Value::Text("Alice".to_owned())),
            "active" => Some(Value::Number(1.0)),
            "empty" => Some(Value::Text(String::new())),
            "nothing" => Some(Value::Null),
            "7" => Some(Value::Text("seven".to_owned())),
            "to-day" => Some(Value::Number(1.0)),
            "scores" => Some(Value::List([85.0, 90.0].map(Value::Number).to_vec())),
            _ => None,
        };
        Expression::parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).holds(&field)
    }

    #[test]
    fn expressions_hold_as_in_redis() {
        for text in [
            ".age == 25",
            ".age > 20 and .age < 30",
            ".age<20||.age>=25",
            "!(.age == 26)",
            "not .age == 0",
            ".name == \"Alice\"",
            ".name != 'Bob'",
            ".active",
            ".scores",
            ".age in [25, 35]",
            ".name in [\"Alice\", \"David\"]",
            "85 in .scores",
            "\"lic\" in .name",
            "\"\" in .empty",
            ".age + 10 > 34",
            ".age / 5 == 5 && .age % 2 == 1",
            ".age ** 2 > 600",
            "2 ** 3 ** 2 == 512",
            "-.age == -25",
            "-2 ** 2 == 4",
            "3 -2 == 1",
            "(3)-2 == 1",
            "1 + 2 * 3 == 7",
            "(1 + 2) * 3 == 9",
            "10 - 3 - 2 == 5",
            "1 > 2 < 3",
            "5. == 5 and 1e3 == 1000",
            ".7 == 'seven'",
            ".to-day == 1",
            ".nothing == null and null == .nothing",
            ".nothing != 0",
            "not .nothing",
            // As numbers, where one side is one.
            "'5' == 5 and '5' in [5] and 'x' in [0]",
            ".name == 0 and .name + 1 == 1",
            // A list is 0.
            ".scores == 0",
            "!.empty",
            "'it\\'s' == \"it's\"",
            "true and not false",
        ] {
            assert!(holds(text), "{text}");
        }
        for text in [
            ".age == 26",
            ".missing",
            ".missing == \"x\"",
            ".missing != \"x\"",
            ".missing or .active",
            "not .missing",
            ".missing == null",
            "!.active",
            // Order is that of numbers.
            ".name > \"Al\"",
            ".name == 25",
            ".age in .name",
            ".name in \"\"",
            ".empty",
            "0",
            "null",
            "[1] == 1",
            "1 / 0 == 1",
            ".nothing == 0",
        ] {
            assert!(!holds(text), "{text}");
        }
    }

    #[test]
    fn what_is_no_expression_is_told_where() {
        for (text, at) in [
            ("", 0),
            (".age ==", 7),
            (".age = 25", 5),
            ("(.age", 5),
            (".age)", 4),
            ("'open", 0),
            ("1 2", 2),
            (".", 0),
            (".a.b", 2),
            ("[1, 2", 5),
            ("1 ~ 2", 2),
            ("and", 0),
        ] {
            let error = Expression::parse(text).expect_err(text);
            assert_eq!(error.at, at, "{text}: {error}");
        }
        assert!(Expression::parse(&"(".repeat(100_000)).is_err());
        assert!(Expression::parse(&"(".repeat(1000)).is_err());
        assert!(Expression::parse(&"!".repeat(1000)).is_err());
        assert!(Expression::parse(&format!("{}1{}", "(".repeat(60), ")".repeat(60))).is_ok());
        assert!(Expression::parse(&format!("1{}", " + 1".repeat(200))).is_ok());
        let long = Expression::parse(&format!("1{}", " + 1".repeat(2000))).expect_err("4001 words");
        assert_eq!(long.to_string(), "expected the end, after 512 words, at byte 1024 of the filter");
    }
}
