//! A policy that takes personal data and secrets out of what goes to a model, and out of what comes back.
//!
//! | in the text | instead |
//! | --- | --- |
//! | e-mail addresses | `[EMAIL]` |
//! | phone numbers: international (`+49 30 1234567`, `0049…`), with a leading zero and separators (`030 1234567`), North American (`(415) 555-2671`) | `[PHONE]` |
//! | numbers of payment cards, by network, length and Luhn's check digit | `[CARD]` |
//! | IBANs, by country, length and check digits | `[IBAN]` |
//! | IPv4 and IPv6 addresses | `[IP]` |
//! | US social security numbers | `[SSN]` |
//! | API keys (`sk-…`, `AKIA…`, `ghp_…` and others by their prefixes), JSON web tokens | `[SECRET]` |
//!
//! It looks at texts only: what people and models say, what they are told, what tools return, and in requests the
//! string values among the arguments of tool calls. Identifiers, names of tools and everything else stay as they are.
//! It takes no configuration, calls nothing, and its component imports no function.
//!
//! # Streams
//! What is split over pieces is found: the policy holds back the end of a text as long as what comes next could make it
//! part of something, and no longer. That is a word at most times, as a word may be the begin of an e-mail address, and
//! 10 KiB at the most, for a secret. However a text is cut into pieces, a client gets what it would get in one piece.
//!
//! # What it does not find
//! Names and postal addresses; numbers without any mark (`4155552671`: most such numbers are none of phones); what is
//! written to be missed (`bob at example dot com`); the text that is in images. Arguments of tool calls in answers
//! stay, as the client's tool needs them; the model has seen redacted texts only. `logprobs` go where an answer's text
//! is changed, but a stream's stay: forbid them where that matters. Where a text is JSON itself, a number without
//! quotes becomes a label without quotes.
//!
//! # Layout
//! [`scan`] goes through a text and asks the kinds, each a file of its own, through a cursor that knows when a kind
//! looked past the end: then it has to wait for more.

mod address;
mod card;
mod cursor;
mod email;
mod iban;
mod limits;
mod number;
mod phone;
mod scan;
mod secret;
mod ssn;

pub use scan::{Scanned, scan};

use ferrite_udf::Result;
use ferrite_udf::policy::{Body, Chunk, ChunkVerdict, Policy, Verdict};

/// The policy.
#[derive(Clone, Copy, Debug, Default)]
pub struct RedactPii;

impl Policy for RedactPii {
    fn on_request(&self, body: &str) -> Result<Verdict> {
        Ok(redacted(Body::request(body)?))
    }

    fn on_response(&self, body: &str) -> Result<Verdict> {
        Ok(redacted(Body::answer(body)?))
    }

    fn on_chunk(&self, chunk: Chunk) -> Result<ChunkVerdict> {
        let Scanned { text, rest } = scan(&chunk.window, &chunk.text, chunk.last);
        if text == chunk.text {
            return Ok(ChunkVerdict::Continue);
        }
        Ok(ChunkVerdict::Hold { send: text, keep: rest.to_owned() })
    }
}

fn redacted(mut body: Body) -> Verdict {
    body.replace_texts(|_, text| Some(scan("", text, true).text));
    body.verdict()
}

ferrite_udf::policy!(RedactPii);
