//! `/mock/…`: the script and the requests, at run time.

use hyper::{Method, StatusCode};
use serde_json::json;

use crate::script::Script;
use crate::service::Shared;

const TEXT: &str = "text/plain; charset=utf-8";
const JSON: &str = "application/json";

/// The status, content type and body that answer a call; `path` is what follows `/mock/`.
pub(crate) fn answer(
    shared: &Shared,
    method: &Method,
    path: &str,
    body: Option<&[u8]>,
) -> (StatusCode, &'static str, String) {
    let bad = |text: String| (StatusCode::BAD_REQUEST, TEXT, text);
    match (path, method) {
        ("requests", &Method::GET) => {
            let (total, requests) = shared.record.list();
            (StatusCode::OK, JSON, json!({"total": total, "requests": requests}).to_string())
        }
        ("requests", &Method::DELETE) => {
            shared.record.clear();
            (StatusCode::NO_CONTENT, TEXT, String::new())
        }
        ("script", &Method::PUT) => match body.map(std::str::from_utf8) {
            None => bad("the script is too long".to_owned()),
            Some(Err(error)) => bad(format!("the script is no UTF-8: {error}")),
            Some(Ok(text)) => match text.parse::<Script>() {
                Ok(script) => {
                    shared.set_script(script);
                    (StatusCode::NO_CONTENT, TEXT, String::new())
                }
                Err(error) => bad(error.to_string()),
            },
        },
        ("requests" | "script", _) => {
            let text = "GET and DELETE /mock/requests, PUT /mock/script".to_owned();
            (StatusCode::METHOD_NOT_ALLOWED, TEXT, text)
        }
        _ => (StatusCode::NOT_FOUND, TEXT, "there are /mock/requests and /mock/script".to_owned()),
    }
}
