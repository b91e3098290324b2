//! A session for one request.

use ferrite_http::{Answer, Call, Replies};

use crate::bindings::ferrite::store::maintenance;
use crate::bindings::ferrite::store::wire::{Next, Pending, Session, Turn, take_events, take_outbox};

/// Microseconds of a tick.
const TICK_US: u32 = 1000;

/// Runs the commands; replies are missing when the store closed the session early.
pub(crate) fn exchange(call: &Call) -> Result<Replies, Answer> {
    let session = Session::new("", "");
    let input = call.to_resp();
    let (mut replies, mut rest) = (Replies::new(), &input[..]);
    loop {
        let Turn { consumed, replies: bytes, next, has } = session.exchange(rest);
        rest = rest.get(consumed as usize..).unwrap_or_default();
        replies.feed(&bytes).map_err(|error| Answer::error(400, &format!("ERR {error}")))?;
        // For others, and for hosts that are more than this one.
        if has.contains(Pending::OUTBOX) {
            take_outbox();
        }
        if has.contains(Pending::EVENTS) {
            take_events();
        }
        match next {
            Next::Again => {}
            Next::Input | Next::Need(_) | Next::Close => return Ok(replies),
            Next::Parked(_) => {
                let reason = "ERR nobody could end this wait: a blocking command needs `ferrite serve --http`";
                return Err(Answer::error(400, reason));
            }
            Next::Host(_) => return Err(Answer::error(400, "ERR this host executes no commands of its own")),
        }
    }
}

/// Lets the store do what nobody asks for.
pub(crate) fn tick() {
    maintenance::tick(TICK_US);
}
