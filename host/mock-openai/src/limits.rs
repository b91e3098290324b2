//! Every buffer, queue and count of the mock, with unit and reason.

use std::time::Duration;

/// Connections at a time; more of them wait in the backlog. A test opens a thousand, and each takes a descriptor.
pub const CONNECTIONS: usize = 4096;
/// How long accepting pauses when the system has no descriptors: trying again at once would only burn the processor.
pub(crate) const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// Bytes of a request's body; 413 beyond. It is parsed as a whole, and prompts with images take tens of megabytes.
pub const BODY_BYTES: usize = 64 << 20;
/// Requests that are remembered when nothing else is said; the oldest are forgotten first.
pub const KEPT_REQUESTS: usize = 1000;
/// Bytes of headers and bodies of all remembered requests together; the oldest are forgotten first.
pub const KEPT_BYTES: usize = 64 << 20;
/// Bytes of one remembered body; the rest of it is counted only.
pub const KEPT_BODY_BYTES: usize = 256 << 10;
/// Bytes of a script: it is written by people.
pub const SCRIPT_BYTES: usize = 1 << 20;
/// Rules of a script: each request is compared with all of them.
pub const RULES: usize = 1000;
/// Steps of one pattern once `*n` is written out.
pub const PATTERN_STEPS: usize = 100_000;
/// The longest pause that a script may ask for. `fault = "stall"` waits for ever.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(24 * 60 * 60);
/// Tokens of an answer: an answer that is no stream is in memory as a whole.
pub const TOKENS: usize = 1_000_000;
/// Bytes of the user's text that an answer repeats.
pub const ECHO_BYTES: usize = 4096;
/// Bytes in which an answer that is no stream is handed to the connection, so that it is known how much a client took.
pub(crate) const PIECE_BYTES: usize = 16 << 10;
/// Bytes of an endless body, unless the script says otherwise: the client is expected to give up long before.
pub const ENDLESS_BYTES: u64 = 10_000_000_000;
/// Choices of one request (`n`), OpenAI's own limit.
pub const CHOICES: u64 = 128;
/// Tools of one request, OpenAI's own limit: each is looked for in the text.
pub const TOOLS: usize = 128;
/// Bytes of the arguments of one call, and of an answer that is made up from a schema.
pub const ARGUMENT_BYTES: usize = 16 << 10;
/// Bytes of all prompts that `echo` repeats in one answer: it is in memory as a whole.
pub const ECHOED_PROMPT_BYTES: usize = 16 << 20;
/// Texts of one request for embeddings, OpenAI's own limit.
pub const EMBEDDING_INPUTS: usize = 2048;
/// Tokens of all texts of one request for embeddings, OpenAI's own limit.
pub const EMBEDDING_TOKENS: usize = 300_000;
/// Numbers of an embedding, those of OpenAI's largest model.
pub const DIMENSIONS: u64 = 3072;
/// Numbers of all embeddings of one answer together: they are in memory as a whole.
pub const EMBEDDING_NUMBERS: usize = 4 << 20;
/// Nesting of a JSON schema for which arguments are made up; what is deeper becomes `null`.
pub(crate) const SCHEMA_DEPTH: usize = 16;
/// Requests that a [`Mock`](crate::Mock) remembers: tests look at ten thousand of them.
pub const TEST_KEPT_REQUESTS: usize = 20_000;
