//! How much there may be of everything. Those with a key in the configuration are the values without it.

/// Bytes of a configuration: thousands of models.
pub const CONFIG_BYTES: usize = 4 << 20;
/// Values of a `config.yaml` of LiteLLM, copies by aliases included: more than thousands of models have.
#[cfg(feature = "litellm")]
pub const YAML_NODES: usize = 200_000;
/// Levels of nesting in such a file: LiteLLM's keys have seven.
#[cfg(feature = "litellm")]
pub const YAML_LEVELS: usize = 32;
/// Deployments of one model: each request looks at all of them.
pub const DEPLOYMENTS: usize = 64;
/// Bytes of a request's body (`server.max_body_bytes`): long contexts and images as base64 fit.
pub const BODY_BYTES: usize = 16 << 20;
/// The most that `server.max_body_bytes` may say, in bytes: body, its tree and what is sent upstream are in memory
/// together.
pub const BODY_BYTES_MOST: usize = 256 << 20;
/// Bytes of an upstream's answer that is no stream (`server.max_answer_bytes`): a batch of 2,048 embeddings of 1,536
/// numbers is 40 MB as text, and rare.
pub const ANSWER_BYTES: usize = 64 << 20;
/// The most that `server.max_answer_bytes` may say, in bytes.
pub const ANSWER_BYTES_MOST: usize = 512 << 20;
/// Bytes of an upstream's error that are read to find out what it says.
pub const ERROR_BYTES: usize = 64 << 10;
/// Bytes of one event of a stream: a whole answer in one event, as some upstreams send tool calls.
pub const SSE_EVENT_BYTES: usize = 1 << 20;
/// Bytes of a stream before its first content: pings and role announcements of a patient upstream.
pub const STREAM_PREFIX_BYTES: usize = 1 << 20;
/// Bytes of a name of a model, in a request and in the configuration.
pub const MODEL_NAME_BYTES: usize = 256;
/// Bytes of a virtual key, as sent by a client.
pub const KEY_BYTES: usize = 512;
/// Bytes of text before a policy's payload that it may look at.
pub const POLICY_WINDOW_BYTES: usize = 4 << 10;
/// Bytes of text that a policy may hold back.
pub const POLICY_KEPT_BYTES: usize = 16 << 10;
/// How long a connection to an upstream may take, in milliseconds (`connect_timeout_ms`).
pub const CONNECT_TIMEOUT_MS: u64 = 10_000;
/// How long the head of an answer, and the first content of a stream, may take, in milliseconds
/// (`first_byte_timeout_ms`): models that think say nothing for minutes.
pub const FIRST_BYTE_TIMEOUT_MS: u64 = 300_000;
/// How long an upstream may be silent within an answer, in milliseconds (`between_bytes_timeout_ms`).
pub const BETWEEN_BYTES_TIMEOUT_MS: u64 = 120_000;
/// How long an attempt, and a request with all its attempts, may take, in milliseconds (`total_timeout_ms`).
pub const TOTAL_TIMEOUT_MS: u64 = 600_000;
/// Further attempts after the first (`retries`).
pub const RETRIES: u32 = 2;
/// The most that `retries` may say.
pub const RETRIES_MOST: u32 = 20;
/// Models that one request may fall back through, the first one included: fallbacks of fallbacks count.
pub const FALLBACK_MODELS: usize = 8;
/// How long an answer is kept in the cache, in milliseconds (`cache.ttl_seconds`).
pub const CACHE_TTL_MS: u64 = 3_600_000;
/// Bytes of the largest answer in the cache (`cache.max_entry_bytes`); a stream is recorded up to this size.
pub const CACHE_ENTRY_BYTES: usize = 256 << 10;
/// The most that `cache.max_entry_bytes` may say, in bytes: so much is in memory for each request that is recorded.
pub const CACHE_ENTRY_BYTES_MOST: usize = 16 << 20;
/// Tokens of an answer that are reserved where the request sets no limit: more than nearly all answers have.
pub const OUTPUT_TOKENS: u64 = 4096;
/// Clients that read one answer from upstream.
pub const FLIGHT_READERS: usize = 1024;
/// Bytes of an answer that its slowest reader may be behind: then nothing more is read from upstream.
pub const FLIGHT_WINDOW_BYTES: usize = 64 << 10;
/// Levels of nesting in a request's body: that of serde_json.
pub const JSON_LEVELS: usize = 128;
/// Members of one object of JSON or MessagePack from outside, those with the same name included: the hash tables of trees
/// have no random seed in wasm, so that names can be chosen which make each lookup as long as the table; to insert so
/// many takes about 0.2 s natively, twice as many four times that. The largest object of a real request, the properties of a tool, has hundreds.
pub const JSON_MEMBERS: u32 = 8_192;
/// Squares of the members of all objects of one text together, as names that collide cost: two of the greatest objects.
pub const JSON_MEMBER_SQUARES: u64 = 2 * (JSON_MEMBERS as u64).pow(2);
/// Bytes of a body for `/admin`.
pub const ADMIN_BODY_BYTES: usize = 64 << 10;
/// Keys that `/admin` keeps in the store: all of them are listed at once.
pub const STORED_KEYS: u64 = 10_000;
/// How often a request joins another one's answer that is then given up, before it is given up too.
pub const FLIGHTS_JOINED: usize = 4;
/// Bytes of a question that may be found by its meaning: the guard's own limit.
pub const QUESTION_BYTES: usize = crate::guard::MAX_PROMPT_BYTES;
/// Neighbours that the guard looks at.
pub const SEMANTIC_CANDIDATES: usize = 4;
/// Questions of one context: the vectors of so many take 15 MB with 384 numbers each.
pub const SEMANTIC_ENTRIES: i64 = 10_000;
/// Numbers of a vector: that of the store.
pub const VECTOR_NUMBERS: usize = 4096;
/// How long a vector may take, in milliseconds: longer, and the upstream is as fast.
pub const EMBED_TIMEOUT_MS: u64 = 2_000;
/// Texts of one request that the gateway's own model engine makes embeddings of: as many as OpenAI takes.
pub const EMBEDDED_TEXTS: usize = 2_048;
/// Texts that the model engine gets in one call: a quarter of what it takes, so that between two calls others are served within
/// [`EMBED_TIMEOUT_MS`] even if all are as long as they can be.
pub const EMBED_CALL_TEXTS: usize = 16;
/// Bytes of all texts of one such call, and thus of one text: the engine's own limit too.
pub const EMBED_CALL_BYTES: usize = 1 << 20;
/// How long a policy may take, in milliseconds: its own limits are much shorter; this is for a driver that forgets it.
pub const POLICY_TIMEOUT_MS: u64 = 10_000;
/// Bytes of an upstream's list of models.
pub const MODEL_LIST_BYTES: usize = 4 << 20;
/// How long an upstream's list of models may take, in milliseconds; then it is left out.
pub const MODEL_LIST_TIMEOUT_MS: u64 = 10_000;
