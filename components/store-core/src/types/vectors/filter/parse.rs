//! Words to a tree, by how tightly operators bind.

use super::words::{Word, unquoted, words};
use super::{Binary, MOST_DEPTH, Node, SyntaxError, Unary, Value};

pub(super) fn parse(text: &str) -> Result<Node, SyntaxError> {
    let words = words(text)?;
    let mut parser = Parser { words: &words, next: 0, end: text.len(), depth: 0 };
    let node = parser.expression(0)?;
    match parser.peek() {
        None => Ok(node),
        Some(_) => Err(parser.expected("an operator or the end")),
    }
}

struct Parser<'a> {
    words: &'a [(usize, Word<'a>)],
    next: usize,
    end: usize,
    depth: usize,
}

/// How tightly an operator binds, loosest first.
fn binds(operator: Binary) -> u8 {
    match operator {
        Binary::Or => 1,
        Binary::And => 2,
        Binary::Equal
        | Binary::Unequal
        | Binary::Less
        | Binary::LessOrEqual
        | Binary::Greater
        | Binary::GreaterOrEqual
        | Binary::In => 3,
        Binary::Add | Binary::Subtract => 4,
        Binary::Multiply | Binary::Divide | Binary::Remainder => 5,
        Binary::Power => 6,
    }
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<Word<'a>> {
        self.words.get(self.next).map(|(_, word)| *word)
    }

    fn behind(&self) -> Option<Word<'a>> {
        self.words.get(self.next + 1).map(|(_, word)| *word)
    }

    fn expected(&self, expected: &'static str) -> SyntaxError {
        SyntaxError { at: self.words.get(self.next).map_or(self.end, |(at, _)| *at), expected }
    }

    /// Operators that bind at least so tightly, from the left; powers from the right.
    fn expression(&mut self, least: u8) -> Result<Node, SyntaxError> {
        let mut left = self.value()?;
        while let Some(Word::Operator(operator)) = self.peek() {
            let tightness = binds(operator);
            if tightness < least {
                break;
            }
            self.next += 1;
            let right = if operator == Binary::Power {
                self.deeper(|parser| parser.expression(tightness))?
            } else {
                self.expression(tightness + 1)?
            };
            left = Node::Binary(operator, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn deeper<T>(&mut self, run: impl FnOnce(&mut Self) -> Result<T, SyntaxError>) -> Result<T, SyntaxError> {
        if self.depth == MOST_DEPTH {
            return Err(self.expected("less nesting than 64 levels"));
        }
        self.depth += 1;
        let result = run(self);
        self.depth -= 1;
        result
    }

    fn value(&mut self) -> Result<Node, SyntaxError> {
        let word = self.peek().ok_or_else(|| self.expected("a value"))?;
        let node = match word {
            Word::Null => Node::Value(Value::Null),
            Word::Number(number) => Node::Value(Value::Number(number)),
            Word::Text(text) => Node::Value(Value::Text(unquoted(text))),
            Word::Field(name) => Node::Field(name.to_owned()),
            // The sign of a number is part of it: it binds more tightly than any operator.
            Word::Operator(Binary::Subtract) if matches!(self.behind(), Some(Word::Number(_))) => {
                self.next += 1;
                let Some(Word::Number(number)) = self.peek() else { return Err(self.expected("a number")) };
                Node::Value(Value::Number(-number))
            }
            Word::Not | Word::Operator(Binary::Subtract) => {
                self.next += 1;
                let operator = if word == Word::Not { Unary::Not } else { Unary::Minus };
                let of = self.deeper(Self::value)?;
                return Ok(Node::Unary(operator, Box::new(of)));
            }
            Word::Open => {
                self.next += 1;
                let node = self.deeper(|parser| parser.expression(0))?;
                self.take(Word::Close, "`)`")?;
                return Ok(node);
            }
            Word::OpenList => {
                self.next += 1;
                return self.deeper(Self::list);
            }
            _ => return Err(self.expected("a value")),
        };
        self.next += 1;
        Ok(node)
    }

    fn list(&mut self) -> Result<Node, SyntaxError> {
        let mut elements = Vec::new();
        while self.peek() != Some(Word::CloseList) {
            if !elements.is_empty() {
                self.take(Word::Comma, "`,` or `]`")?;
            }
            elements.push(self.expression(0)?);
        }
        self.next += 1;
        Ok(Node::List(elements))
    }

    fn take(&mut self, word: Word<'_>, expected: &'static str) -> Result<(), SyntaxError> {
        if self.peek() != Some(word) {
            return Err(self.expected(expected));
        }
        self.next += 1;
        Ok(())
    }
}
