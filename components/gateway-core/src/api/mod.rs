//! From a path to its answer: one file for each.

mod body;
mod models_call;

use std::rc::Rc;

use crate::call::Api;
use crate::gateway::Gateway;
use crate::head::{Headers, RequestHead};
use crate::port::Port;
use crate::refusal::{Dialect, Refusal};

/// Whom a request goes to.
enum Route {
    Health,
    Call(Api),
}

impl Route {
    fn find(path: &str) -> Option<Self> {
        Some(match path {
            "/healthz" => Self::Health,
            "/v1/chat/completions" => Self::Call(Api::Chat),
            _ => return None,
        })
    }

    /// The methods, as in an `allow` header.
    fn methods(&self) -> &'static str {
        match self {
            Self::Health => "GET, HEAD",
            Self::Call(_) => "POST",
        }
    }
}

/// Answers one request.
pub(crate) async fn answer(gateway: Rc<Gateway>, port: Rc<Port>, head: RequestHead) {
    let Some(route) = Route::find(head.route()) else {
        return refuse(&port, Dialect::OpenAi, &Refusal::unknown_path(head.route()));
    };
    let allowed = route.methods();
    if !allowed.split(", ").any(|method| method == head.method) {
        return refuse(&port, Dialect::OpenAi, &Refusal::wrong_method(allowed));
    }
    match route {
        Route::Health => whole(&port, 200, text_headers(), b"ok\n".to_vec()),
        Route::Call(api) => {
            if let Err(refusal) = models_call::answer(&gateway, &port, &head, api).await {
                refuse(&port, api.dialect(), &refusal);
            }
        }
    }
}

/// An answer of which everything is known.
fn whole(port: &Port, status: u16, mut headers: Headers, body: Vec<u8>) {
    headers.push(("content-length".to_owned(), body.len().to_string()));
    port.begin(status, headers);
    port.write(body);
    port.finish();
}

fn refuse(port: &Port, dialect: Dialect, refusal: &Refusal) {
    let mut headers = json_headers();
    headers.extend(refusal.headers());
    whole(port, refusal.status, headers, refusal.value(dialect).to_string().into_bytes());
}

fn json_headers() -> Headers {
    vec![("content-type".to_owned(), "application/json".to_owned())]
}

fn text_headers() -> Headers {
    vec![("content-type".to_owned(), "text/plain; charset=utf-8".to_owned())]
}
