//! The list of models: `GET /v1/models` of both APIs.
//!
//! OpenAI lists all models at once, Anthropic in pages; a page becomes the list of its models.

use super::fields::{Object, Path, array, copy_unknown, get, object, required, text};
use super::problem::Problem;
use super::time;
use serde_json::{Map, Value, json};

/// Anthropic's list for OpenAI's.
pub fn to_messages(list: &Value) -> Result<Value, Problem> {
    let models = convert(list, model_to_messages)?;
    let id = |model: Option<&Value>| model.and_then(|model| model.get("id")).cloned().unwrap_or(Value::Null);
    let (first, last) = (id(models.first()), id(models.last()));
    Ok(json!({ "data": models, "has_more": false, "first_id": first, "last_id": last }))
}

/// OpenAI's list for Anthropic's.
pub fn to_chat(list: &Value) -> Result<Value, Problem> {
    Ok(json!({ "object": "list", "data": convert(list, model_to_chat)? }))
}

fn convert(list: &Value, one: fn(&Object, &str) -> Value) -> Result<Vec<Value>, Problem> {
    let at = Path::Root;
    let data_at = at.key("data");
    let models = array(object(list, &at)?, &at, "data")?.ok_or_else(|| data_at.missing("an array of models"))?;
    let mut converted = Vec::with_capacity(models.len());
    for (index, model) in models.iter().enumerate() {
        let at = data_at.index(index);
        let model = object(model, &at)?;
        converted.push(one(model, required(model, &at, "id")?));
    }
    Ok(converted)
}

/// One model. What only OpenAI-compatible servers tell (`owned_by`, `max_model_len`) stays.
fn model_to_messages(model: &Object, id: &str) -> Value {
    let created = get(model, "created").and_then(Value::as_i64).unwrap_or(0);
    let mut out = Map::new();
    out.insert("type".into(), json!("model"));
    out.insert("id".into(), json!(id));
    out.insert("display_name".into(), json!(text(model, "display_name").unwrap_or(id)));
    // The API gives the epoch where the date is not known.
    out.insert("created_at".into(), json!(time::rfc3339(created)));
    out.insert("lifecycle".into(), json!(text(model, "lifecycle").unwrap_or("active")));
    copy_unknown(model, &["object", "created"], &mut out);
    Value::Object(out)
}

fn model_to_chat(model: &Object, id: &str) -> Value {
    let created = text(model, "created_at").and_then(time::unix).unwrap_or(0);
    let mut out = Map::new();
    out.insert("id".into(), json!(id));
    out.insert("object".into(), json!("model"));
    out.insert("created".into(), json!(created));
    out.insert("owned_by".into(), json!(text(model, "owned_by").unwrap_or("anthropic")));
    copy_unknown(model, &["type", "created_at"], &mut out);
    Value::Object(out)
}
