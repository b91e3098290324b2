//! From a path to its answer.

mod admin;
pub(crate) mod body;
mod models;

use std::rc::Rc;

use crate::account::tenant::Tenant;
use crate::answer::{self, Format};
use crate::call::Api;
use crate::gateway::Gateway;
use crate::head::RequestHead;
use crate::inference;
use crate::metrics;
use crate::port::Port;
use crate::refusal::{Dialect, Refusal};

/// Whom a request goes to.
enum Route<'p> {
    Health,
    Ready,
    Metrics,
    Models,
    Model(&'p str),
    Admin,
    Call(Api),
}

impl<'p> Route<'p> {
    fn find(path: &'p str) -> Option<Self> {
        Some(match path {
            "/healthz" => Self::Health,
            "/readyz" => Self::Ready,
            "/metrics" => Self::Metrics,
            "/v1/models" => Self::Models,
            "/v1/chat/completions" => Self::Call(Api::Chat),
            "/v1/completions" => Self::Call(Api::Completions),
            "/v1/embeddings" => Self::Call(Api::Embeddings),
            "/v1/responses" => Self::Call(Api::Responses),
            "/v1/messages" => Self::Call(Api::Messages),
            _ if path.starts_with("/admin/") => Self::Admin,
            _ => Self::Model(path.strip_prefix("/v1/models/").filter(|name| !name.is_empty())?),
        })
    }

    /// The methods, as in an `allow` header.
    fn methods(&self) -> &'static str {
        match self {
            Self::Call(_) => "POST",
            Self::Admin => "GET, POST, DELETE",
            _ => "GET, HEAD",
        }
    }
}

/// A path as the log has it: without what stands in it.
pub(crate) fn name(path: &str) -> &'static str {
    const PLAIN: [&str; 9] = [
        "/healthz",
        "/readyz",
        "/metrics",
        "/v1/models",
        "/v1/chat/completions",
        "/v1/completions",
        "/v1/embeddings",
        "/v1/responses",
        "/v1/messages",
    ];
    const BEGINNINGS: [(&str, &str); 5] = [
        ("/v1/models/", "/v1/models/{name}"),
        ("/admin/keys", "/admin/keys"),
        ("/admin/budgets", "/admin/budgets"),
        ("/admin/cache", "/admin/cache"),
        ("/admin/routes", "/admin/routes"),
    ];
    let plain = PLAIN.iter().find(|known| **known == path).copied();
    let begins = || BEGINNINGS.iter().find(|(beginning, _)| path.starts_with(beginning)).map(|(_, name)| *name);
    plain.or_else(begins).unwrap_or("other")
}

/// Answers one request.
pub(crate) async fn answer(gateway: Rc<Gateway>, port: Rc<Port>, head: RequestHead) {
    let format = Format::accepted(&head);
    let Some(route) = Route::find(head.route()) else {
        return answer::refuse(&port, Dialect::OpenAi, format, &Refusal::unknown_path(head.route()));
    };
    let allowed = route.methods();
    if !allowed.split(", ").any(|method| method == head.method) {
        return answer::refuse(&port, Dialect::OpenAi, format, &Refusal::wrong_method(allowed));
    }
    if head.method == "HEAD" {
        port.be_silent();
    }
    match route {
        Route::Health => answer::text(&port, 200, "ok\n"),
        Route::Ready => match port.world.store(&[b"PING"]) {
            Ok(_) => answer::text(&port, 200, "ready\n"),
            Err(error) => answer::text(&port, 503, &format!("not ready: {error}\n")),
        },
        Route::Metrics => match metrics::page(&*port.world) {
            Some(page) => {
                let kind = ("content-type".to_owned(), "text/plain; version=0.0.4; charset=utf-8".to_owned());
                answer::whole(&port, 200, vec![kind], page.into_bytes());
            }
            None => answer::text(&port, 503, "the store does not answer\n"),
        },
        Route::Models | Route::Model(_) => match Tenant::of(&gateway, &port, &head) {
            Err(refusal) => answer::refuse(&port, models::dialect(&head), format, &refusal),
            Ok(tenant) => match route {
                Route::Model(name) => models::one(&gateway, &port, &head, format, &tenant, name).await,
                _ => models::list(&gateway, &port, &head, format, &tenant).await,
            },
        },
        Route::Admin => {
            if let Err(refusal) = admin::answer(&gateway, &port, &head, format).await {
                answer::refuse(&port, Dialect::OpenAi, format, &refusal);
            }
        }
        Route::Call(api) => {
            if let Err(denial) = inference::answer(&gateway, &port, &head, api, format).await {
                answer::deny(&port, api.dialect(), format, denial);
            }
        }
    }
}
