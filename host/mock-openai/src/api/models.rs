//! `/v1/models`, which both APIs have under one path and in two shapes.

use serde_json::{Value, json};

use super::{ApiError, Dialect, Reply, Settings};

/// All models of the script.
pub(super) fn list(dialect: Dialect, settings: &Settings) -> Reply {
    let data: Vec<Value> = settings.models.iter().map(|name| model(name, dialect, settings)).collect();
    Reply::json(&match dialect {
        Dialect::Anthropic => json!({
            "data": data, "has_more": false, "first_id": settings.models.first(), "last_id": settings.models.last(),
        }),
        _ => json!({"object": "list", "data": data}),
    })
}

/// One model.
pub(super) fn one(name: &str, dialect: Dialect, settings: &Settings) -> Result<Reply, ApiError> {
    if !settings.models.iter().any(|other| other == name) {
        return Err(ApiError::no_model(name));
    }
    Ok(Reply::json(&model(name, dialect, settings)))
}

fn model(name: &str, dialect: Dialect, settings: &Settings) -> Value {
    match dialect {
        Dialect::Anthropic => json!({
            "type": "model", "id": name, "display_name": name, "created_at": "2025-01-01T00:00:00Z",
            "lifecycle": "active",
        }),
        _ => json!({"id": name, "object": "model", "created": settings.created, "owned_by": "ferrite-mock"}),
    }
}
