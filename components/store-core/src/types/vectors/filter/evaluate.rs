//! What an expression is worth.

use ferrite_resp::number::strtod;

use super::{Binary, Node, Unary, Value};

/// The longest text that is taken for a number.
const MOST_DIGITS: usize = 255;

/// None where a field is missing.
pub(super) fn evaluate(node: &Node, field: &dyn Fn(&str) -> Option<Value>) -> Option<Value> {
    Some(match node {
        Node::Value(value) => value.clone(),
        Node::Field(name) => field(name)?,
        Node::List(elements) => {
            Value::List(elements.iter().map(|element| evaluate(element, field)).collect::<Option<_>>()?)
        }
        Node::Unary(operator, of) => {
            let of = evaluate(of, field)?;
            match operator {
                Unary::Not => truth(!is_true(&of)),
                Unary::Minus => Value::Number(-number(&of)),
            }
        }
        Node::Binary(operator, left, right) => apply(*operator, &evaluate(left, field)?, &evaluate(right, field)?),
    })
}

/// Numbers but 0, strings but the empty one, every list.
pub(super) fn is_true(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Number(number) => *number != 0.0,
        Value::Text(text) => !text.is_empty(),
        Value::List(_) => true,
    }
}

fn truth(holds: bool) -> Value {
    Value::Number(f64::from(u8::from(holds)))
}

/// What is no number counts as 0.
fn number(value: &Value) -> f64 {
    match value {
        Value::Number(number) => *number,
        Value::Text(text) if text.len() <= MOST_DIGITS => strtod(text.as_bytes()).unwrap_or(0.0),
        Value::Text(_) | Value::List(_) | Value::Null => 0.0,
    }
}

/// Strings by their bytes, null to itself, all else by numbers.
fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Text(left), Value::Text(right)) => left == right,
        (Value::Null, other) | (other, Value::Null) => *other == Value::Null,
        _ => number(left) == number(right),
    }
}

fn contains(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::List(elements), _) => elements.iter().any(|element| equal(element, part)),
        (Value::Text(whole), Value::Text(part)) => whole.contains(part.as_str()),
        _ => false,
    }
}

fn apply(operator: Binary, left: &Value, right: &Value) -> Value {
    let numbers = || (number(left), number(right));
    let compare = |by: fn(&f64, &f64) -> bool| {
        let (left, right) = numbers();
        truth(by(&left, &right))
    };
    let calculate = |by: fn(f64, f64) -> f64| {
        let (left, right) = numbers();
        Value::Number(by(left, right))
    };
    match operator {
        Binary::Or => truth(is_true(left) || is_true(right)),
        Binary::And => truth(is_true(left) && is_true(right)),
        Binary::Equal => truth(equal(left, right)),
        Binary::Unequal => truth(!equal(left, right)),
        Binary::Less => compare(f64::lt),
        Binary::LessOrEqual => compare(f64::le),
        Binary::Greater => compare(f64::gt),
        Binary::GreaterOrEqual => compare(f64::ge),
        Binary::In => truth(contains(right, left)),
        Binary::Add => calculate(|left, right| left + right),
        Binary::Subtract => calculate(|left, right| left - right),
        Binary::Multiply => calculate(|left, right| left * right),
        Binary::Divide => calculate(|left, right| left / right),
        Binary::Remainder => calculate(|left, right| left % right),
        Binary::Power => calculate(f64::powf),
    }
}
