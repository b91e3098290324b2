//! What is asked of a model.

use serde_json::{Map, Value};

use crate::limits;
use crate::refusal::{Dialect, Refusal};

/// The paths behind which there are models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Api {
    /// `/v1/chat/completions`
    Chat,
}

impl Api {
    /// The path below an upstream's base URL.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Chat => "/chat/completions",
        }
    }

    pub(crate) fn dialect(self) -> Dialect {
        Dialect::OpenAi
    }
}

/// A request for a model, as the client made it.
pub(crate) struct Call {
    pub(crate) api: Api,
    /// What the client calls the model.
    pub(crate) model: String,
    /// The whole body.
    pub(crate) body: Map<String, Value>,
}

impl Call {
    /// Reads the fields that the gateway needs; the others are the upstream's business.
    pub(crate) fn new(api: Api, body: Value) -> Result<Self, Refusal> {
        let Value::Object(body) = body else {
            return Err(Refusal::invalid("The request's body is not a JSON object."));
        };
        let model = match body.get("model") {
            Some(Value::String(model)) if model.len() <= limits::MODEL_NAME_BYTES => model.clone(),
            Some(Value::String(_)) => return Err(Refusal::unknown_model("(a name of many characters)")),
            _ => return Err(Refusal::invalid_field("model", "`model` is missing: a string is expected.")),
        };
        Ok(Self { api, model, body })
    }
}
