//! OpenAI's API, and those that are compatible with it.

use serde_json::Value;

use super::{Prepared, Provider};
use crate::call::Call;
use crate::config::Deployment;
use crate::refusal::Refusal;

pub(crate) struct OpenAi;

impl Provider for OpenAi {
    fn prepare(&self, call: &Call, deployment: &Deployment) -> Result<Prepared, Refusal> {
        let mut body = call.body.clone();
        if let Some(model) = &deployment.model
            && let Some(field) = body.get_mut("model")
        {
            *field = Value::String(model.clone());
        }
        let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        if let Some(key) = &deployment.api_key {
            headers.push(("authorization".to_owned(), format!("Bearer {key}")));
        }
        Ok(Prepared { path: call.api.path(), headers, body: Value::Object(body).to_string().into_bytes() })
    }
}
