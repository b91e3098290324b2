//! What conversions keep of a stream at most.

/// Tool calls in one streamed answer. OpenAI takes 128 tools a request; a model that calls more than that in one turn
/// is looping.
pub(super) const TOOL_CALLS: usize = 128;

/// Bytes of an id or a model's name that is repeated in every event of a stream. Real ones have less than 100.
pub(super) const NAME_BYTES: usize = 256;

/// Content blocks that are open at the same time in a stream of messages. Anthropic opens one after the other.
pub(super) const OPEN_BLOCKS: usize = 16;

/// Characters of a value from outside that are quoted in an error's text.
pub(super) const QUOTED_CHARS: usize = 60;

/// Characters of OpenAI's `user`: longer ones are refused, and Anthropic's `metadata.user_id` may be longer.
pub(super) const USER_CHARS: usize = 64;
