//! A policy that keeps conversations to the topics that are wanted, by words and phrases.
//!
//! Its configuration is JSON under the key `gateway:policy:topics` of the gateway's store, where a SET changes it at
//! once:
//!
//! ```json
//! {
//!   "deny": ["insider trading", "weapon*", "賭博"],
//!   "allow": ["order", "delivery", "refund*"],
//!   "message": "I can only help with orders.",
//!   "status": 403
//! }
//! ```
//!
//! - `deny`: a request in which one of these is said, by anybody but whoever runs the application (system and developer
//!   messages, instructions), is refused, and so is an answer. A stream ends with an error before the phrase: the
//!   policy holds back what could become one, and no more.
//! - `allow`: if there is one, something of it has to be said by users in a conversation; answers are not asked for it.
//! - `message` and `status` (400 to 499) are what the client gets.
//!
//! # What a phrase finds
//! Upper and lower case make no difference in any script (`STRASSE` is `straße`), nor does what is between two words,
//! up to 16 characters of spaces and punctuation. Characters that nobody sees (soft hyphens, zero-width spaces) are not
//! there. A phrase is found as whole words; with `*` at its end also where its last word goes on. In scripts that put
//! no spaces between words, or put endings to them (Chinese, Japanese, Korean, Thai and their neighbours), it is found
//! anywhere. Accents count, in the form in which they are written.
//!
//! Words are words: who writes around them is not found, and neither are other languages' words. This is the fence
//! beside a path, for applications with a purpose; it is no judgement of what a text means.

mod limits;
mod phrases;
mod settings;
mod words;

pub use phrases::{Phrases, Place};
pub use settings::Settings;

use ferrite_udf::Result;
use ferrite_udf::policy::{Body, Chunk, ChunkVerdict, Configuration, Policy, Role, Verdict};

/// The policy.
#[derive(Debug)]
pub struct Topics {
    settings: Configuration<Settings>,
}

impl Default for Topics {
    fn default() -> Self {
        Self { settings: Configuration::new("gateway:policy:topics") }
    }
}

impl Policy for Topics {
    fn on_request(&self, body: &str) -> Result<Verdict> {
        let settings = self.settings.get(Settings::read)?;
        let mut body = Body::request(body)?;
        let (mut denied, mut allowed) = (false, settings.allow.is_empty());
        body.replace_texts(|role, text| {
            denied |= role != Role::System && settings.deny.are_in(text);
            allowed |= role == Role::User && settings.allow.are_in(text);
            None
        });
        Ok(if denied || !allowed { settings.refusal() } else { Verdict::Continue })
    }

    fn on_response(&self, body: &str) -> Result<Verdict> {
        let settings = self.settings.get(Settings::read)?;
        let mut denied = false;
        Body::answer(body)?.replace_texts(|_, text| {
            denied |= settings.deny.are_in(text);
            None
        });
        Ok(if denied { settings.refusal() } else { Verdict::Continue })
    }

    fn on_chunk(&self, chunk: Chunk) -> Result<ChunkVerdict> {
        let settings = self.settings.get(Settings::read)?;
        Ok(match settings.deny.find(&chunk.window, &chunk.text, chunk.last) {
            Place::Nowhere => ChunkVerdict::Continue,
            Place::Found => ChunkVerdict::Refuse(settings.message.clone()),
            Place::MaybeFrom(at) => {
                let (send, keep) = chunk.text.split_at_checked(at).unwrap_or((&chunk.text, ""));
                ChunkVerdict::Hold { send: send.to_owned(), keep: keep.to_owned() }
            }
        })
    }
}

ferrite_udf::policy!(Topics);
