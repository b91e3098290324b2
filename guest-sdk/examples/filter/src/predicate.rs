//! A comparison of two JSON values.

use ferrite_udf::FromArgument;
use serde_json::Value;
use std::cmp::Ordering;

/// How a field is compared with the operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
    Contains,
}

impl FromArgument for Operator {
    const EXPECTED: &'static str = "one of == != < <= > >= contains";

    fn from_argument(argument: &[u8]) -> Option<Self> {
        Some(match argument {
            b"==" => Self::Equal,
            b"!=" => Self::NotEqual,
            b"<" => Self::Less,
            b"<=" => Self::AtMost,
            b">" => Self::Greater,
            b">=" => Self::AtLeast,
            b"contains" => Self::Contains,
            _ => return None,
        })
    }
}

impl Operator {
    /// Values of different types are unequal, and neither is less.
    pub(crate) fn holds(self, field: &Value, operand: &Value) -> bool {
        let order = order(field, operand);
        match self {
            Self::Equal => order == Some(Ordering::Equal) || field == operand,
            Self::NotEqual => order != Some(Ordering::Equal) && field != operand,
            Self::Less => order == Some(Ordering::Less),
            Self::AtMost => matches!(order, Some(Ordering::Less | Ordering::Equal)),
            Self::Greater => order == Some(Ordering::Greater),
            Self::AtLeast => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
            Self::Contains => match (field, operand) {
                (Value::String(text), Value::String(part)) => text.contains(part.as_str()),
                (Value::Array(elements), element) => elements.contains(element),
                _ => false,
            },
        }
    }
}

/// The order of two numbers or two texts; 1 and 1.0 are the same number.
fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => match (left.as_i64(), right.as_i64()) {
            (Some(left), Some(right)) => Some(left.cmp(&right)),
            _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
        },
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        _ => None,
    }
}
