//! What an expression is worth.

use super::{Binary, Node, Unary, Value};

/// None where a field is missing, or numbers are calculated of what is none.
pub(super) fn evaluate(node: &Node, field: &dyn Fn(&str) -> Option<Value>) -> Option<Value> {
    Some(match node {
        Node::Value(value) => value.clone(),
        Node::Field(name) => field(name)?,
        Node::List(elements) => {
            Value::List(elements.iter().map(|element| evaluate(element, field)).collect::<Option<_>>()?)
        }
        Node::Unary(Unary::Not, of) => truth(!is_true(&evaluate(of, field)?)),
        Node::Unary(Unary::Minus, of) => Value::Number(-number(&evaluate(of, field)?)?),
        Node::Binary(Binary::Or, left, right) => {
            // What is missing on one side may still hold on the other.
            truth([left, right].into_iter().any(|side| evaluate(side, field).is_some_and(|value| is_true(&value))))
        }
        Node::Binary(Binary::And, left, right) => {
            truth(is_true(&evaluate(left, field)?) && is_true(&evaluate(right, field)?))
        }
        Node::Binary(operator, left, right) => apply(*operator, &evaluate(left, field)?, &evaluate(right, field)?)?,
    })
}

/// Numbers but 0, strings but the empty one, every list.
pub(super) fn is_true(value: &Value) -> bool {
    match value {
        Value::Number(number) => *number != 0.0,
        Value::Text(text) => !text.is_empty(),
        Value::List(_) => true,
    }
}

fn truth(holds: bool) -> Value {
    Value::Number(f64::from(u8::from(holds)))
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => Some(*number),
        Value::Text(_) | Value::List(_) => None,
    }
}

fn apply(operator: Binary, left: &Value, right: &Value) -> Option<Value> {
    use std::cmp::Ordering;
    let order = || match (left, right) {
        (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
        _ => number(left)?.partial_cmp(&number(right)?),
    };
    let calculate = |by: fn(f64, f64) -> f64| Some(Value::Number(by(number(left)?, number(right)?)));
    match operator {
        Binary::Equal => Some(truth(left == right)),
        Binary::Unequal => Some(truth(left != right)),
        Binary::Less => Some(truth(order()? == Ordering::Less)),
        Binary::LessOrEqual => Some(truth(order()? != Ordering::Greater)),
        Binary::Greater => Some(truth(order()? == Ordering::Greater)),
        Binary::GreaterOrEqual => Some(truth(order()? != Ordering::Less)),
        Binary::In => Some(truth(match (left, right) {
            (_, Value::List(elements)) => elements.contains(left),
            (Value::Text(part), Value::Text(whole)) => whole.contains(part.as_str()),
            _ => false,
        })),
        Binary::Add => calculate(|left, right| left + right),
        Binary::Subtract => calculate(|left, right| left - right),
        Binary::Multiply => calculate(|left, right| left * right),
        Binary::Divide => calculate(|left, right| left / right),
        Binary::Remainder => calculate(|left, right| left % right),
        Binary::Power => calculate(f64::powf),
        Binary::And | Binary::Or => None,
    }
}
