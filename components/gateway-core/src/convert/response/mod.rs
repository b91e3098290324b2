//! Answers that are one JSON object: a chat completion and a message.

mod to_chat;
mod to_messages;

pub use to_chat::to_chat;
pub use to_messages::to_messages;
