//! Plays the gateway for a policy under test: one text of a stream, piece by piece.

use super::{Chunk, ChunkVerdict, Policy, limits};
use crate::{Error, Result};

/// What came of a stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Streamed {
    /// What the client got after each piece, and at last what was held back.
    pub sent: Vec<String>,
    /// Why the stream was cut, if it was.
    pub refused: Option<String>,
}

impl Streamed {
    /// All that the client got.
    pub fn text(&self) -> String {
        self.sent.concat()
    }
}

/// Passes the pieces of a stream through a policy as a gateway does: what it keeps comes before the next piece, what it
/// let through is its window, and after the last piece it is asked once more, with `last`. It fails as the policy does,
/// and where the policy keeps more than [`limits::KEPT_BYTES`].
pub fn stream<S: AsRef<str>>(policy: &impl Policy, pieces: &[S]) -> Result<Streamed> {
    let mut streamed = Streamed::default();
    let (mut kept, mut window) = (String::new(), String::new());
    let texts = pieces.iter().map(|piece| (piece.as_ref(), false)).chain([("", true)]);
    for (text, last) in texts {
        let text = std::mem::take(&mut kept) + text;
        let sent = match policy.on_chunk(Chunk { text: text.clone(), window: window.clone(), last })? {
            ChunkVerdict::Continue => text,
            ChunkVerdict::Hold { send, keep } if last => send + &keep,
            ChunkVerdict::Hold { keep, .. } if keep.len() > limits::KEPT_BYTES => {
                let (has, most) = (keep.len(), limits::KEPT_BYTES);
                return Err(Error::msg(format_args!("the policy keeps {has} bytes, and may keep {most}")));
            }
            ChunkVerdict::Hold { send, keep } => {
                kept = keep;
                send
            }
            ChunkVerdict::Refuse(message) => {
                streamed.refused = Some(message);
                return Ok(streamed);
            }
        };
        window.push_str(&sent);
        let from = window.len().saturating_sub(limits::WINDOW_BYTES);
        window.drain(..window.ceil_char_boundary(from));
        streamed.sent.push(sent);
    }
    Ok(streamed)
}
