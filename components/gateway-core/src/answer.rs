//! Whole answers to clients.

use serde_json::Value;

use crate::flight::Denial;
use crate::head::{Headers, RequestHead};
use crate::port::Port;
use crate::refusal::{Dialect, Refusal};

/// How bodies are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Format {
    #[default]
    Json,
    /// <https://msgpack.org>, for devices.
    MessagePack,
}

impl Format {
    pub(crate) const MESSAGE_PACK: &'static str = "application/msgpack";

    /// What a client wants to read.
    pub(crate) fn accepted(head: &RequestHead) -> Self {
        let accepts = |text: &str| text.split([',', ';']).any(|part| is_message_pack(part.trim()));
        if head.header("accept").is_some_and(accepts) { Self::MessagePack } else { Self::Json }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::MessagePack => Self::MESSAGE_PACK,
        }
    }

    fn encode(self, value: &Value) -> Vec<u8> {
        match self {
            Self::Json => value.to_string().into_bytes(),
            Self::MessagePack => rmp_serde::to_vec(value).unwrap_or_default(),
        }
    }
}

pub(crate) fn is_message_pack(kind: &str) -> bool {
    ["application/msgpack", "application/x-msgpack", "application/vnd.msgpack"]
        .iter()
        .any(|known| kind.eq_ignore_ascii_case(known))
}

/// An answer of which everything is known.
pub(crate) fn whole(port: &Port, status: u16, mut headers: Headers, body: Vec<u8>) {
    headers.retain(|(name, _)| name != "content-length");
    headers.push(("content-length".to_owned(), body.len().to_string()));
    port.begin(status, headers);
    port.write(body);
    port.finish();
}

/// A text for people and programs that read lines.
pub(crate) fn text(port: &Port, status: u16, text: &str) {
    let headers = vec![("content-type".to_owned(), "text/plain; charset=utf-8".to_owned())];
    whole(port, status, headers, text.as_bytes().to_vec());
}

/// A tree, in the client's format.
pub(crate) fn value(port: &Port, format: Format, status: u16, mut headers: Headers, value: &Value) {
    headers.retain(|(name, _)| name != "content-type");
    headers.push(("content-type".to_owned(), format.content_type().to_owned()));
    whole(port, status, headers, format.encode(value));
}

/// A body of JSON text, in the client's format.
pub(crate) fn json(port: &Port, format: Format, status: u16, mut headers: Headers, body: Vec<u8>) {
    if format == Format::MessagePack
        && let Ok(tree) = crate::json::read(&body)
    {
        return value(port, format, status, headers, &tree);
    }
    if !headers.iter().any(|(name, _)| name == "content-type") {
        headers.push(("content-type".to_owned(), "application/json".to_owned()));
    }
    whole(port, status, headers, body);
}

/// No.
pub(crate) fn refuse(port: &Port, dialect: Dialect, format: Format, refusal: &Refusal) {
    value(port, format, refusal.status, refusal.headers(), &refusal.value(dialect));
}

/// No, perhaps in the upstream's words.
pub(crate) fn deny(port: &Port, dialect: Dialect, format: Format, denial: Denial) {
    match denial {
        Denial::Refusal(refusal) => refuse(port, dialect, format, &refusal),
        Denial::Upstream { status, headers, body } => json(port, format, status, headers, body),
    }
}
