//! How much there may be of everything. Those with a key in the configuration are the values without it.

/// Bytes of a request's body (`server.max_body_bytes`): long contexts and images as base64 fit.
pub const BODY_BYTES: usize = 16 << 20;
/// The most that `server.max_body_bytes` may say, in bytes: body, its tree and what is sent upstream are in memory together.
pub const BODY_BYTES_MOST: usize = 256 << 20;
/// Levels of nesting in a request's JSON: that of serde_json.
pub const JSON_LEVELS: usize = 128;
/// Bytes of an upstream's answer that is no stream (`server.max_answer_bytes`): a batch of 2,048 embeddings of 1,536
/// numbers is 40 MB as text, and rare.
pub const ANSWER_BYTES: usize = 64 << 20;
/// Bytes of an upstream's error that are read to find out what it says.
pub const ERROR_BYTES: usize = 64 << 10;
/// Bytes of one event of a stream: a whole answer in one event, as some upstreams send tool calls.
pub const SSE_EVENT_BYTES: usize = 1 << 20;
/// Bytes of a stream before its first content: pings and role announcements of a patient upstream.
pub const STREAM_PREFIX_BYTES: usize = 1 << 20;
/// Bytes of a model's name in a request.
pub const MODEL_NAME_BYTES: usize = 256;
/// Bytes of a virtual key, as sent by a client.
pub const KEY_BYTES: usize = 512;
/// Bytes of text before a policy's payload that it may look at.
pub const POLICY_WINDOW_BYTES: usize = 4 << 10;
/// Bytes of text that a policy may hold back.
pub const POLICY_KEPT_BYTES: usize = 16 << 10;
/// How long a connection to an upstream may take, in milliseconds (`connect_timeout_ms`).
pub const CONNECT_TIMEOUT_MS: u64 = 10_000;
