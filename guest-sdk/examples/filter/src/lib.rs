//! Doubles a field of a JSON value when a predicate holds, and writes the value back.
//!
//! ```text
//! SET user:1 '{"age": 30, "name": "Ada", "score": 21}'
//! WASM.CALL filter KEYS user:1 ARGS age >= 18 score
//! {"age":30,"name":"Ada","score":42}
//! ```
//!
//! The operators are `==`, `!=`, `<`, `<=`, `>`, `>=` and `contains` (text in text, or an element in an array). The
//! answer is null, and nothing is written, when the key or the field is absent or the predicate does not hold. Fields
//! are written in alphabetical order.

mod predicate;

use ferrite_udf::prelude::*;
use predicate::Operator;
use serde_json::{Number, Value};

/// KEYS: the value. ARGS: `field operator operand double`, where `double` names the field to double.
#[ferrite_udf::function]
pub fn call(keys: Keys, args: Args) -> Result<Option<String>> {
    let args = args.named(&["field", "operator", "operand", "double"]);
    let key = keys.get(0)?;
    let (field, name) = (args.text(0)?, args.text(3)?);
    let operator: Operator = args.parse(1)?;
    // What is no JSON stands for itself, so that nobody has to quote a word twice.
    let operand = serde_json::from_slice(args.get(2)?).or_else(|_| args.text(2).map(Value::from))?;

    let Some(stored) = strings::get(key)? else { return Ok(None) };
    let mut record: Value = serde_json::from_slice(&stored)?;
    match record.get(field) {
        Some(field) if operator.holds(field, &operand) => {}
        _ => return Ok(None),
    }
    match record.get_mut(name) {
        Some(Value::Number(number)) => *number = doubled(number)?,
        _ => bail!("`{name}` is not a number"),
    }
    // Work only where another crate of the build turned on serde_json's `preserve_order`.
    record.sort_all_objects();
    let text = record.to_string();
    // Only the value changes: a time to live stays as it is.
    strings::set_with(key, &text, strings::Expiry::Keep, strings::Condition::Always)?;
    Ok(Some(text))
}

/// An integer stays one.
fn doubled(number: &Number) -> Result<Number> {
    let twice = match (number.as_i64(), number.as_f64()) {
        (Some(integer), _) => integer.checked_mul(2).map(Number::from),
        (None, Some(double)) => Number::from_f64(double * 2.0),
        (None, None) => None,
    };
    match twice {
        Some(twice) => Ok(twice),
        None => bail!("twice {number} is too large"),
    }
}
