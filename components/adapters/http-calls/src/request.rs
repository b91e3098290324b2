//! One request, from its head to its answer.

use std::cell::RefCell;

use ferrite_http::limits::BODY_BYTES;
use ferrite_http::{Answer, Call, Form, Head as Read, Origin, Replies, events};
use ferrite_resp::Value;

use crate::{access, bindings};

use crate::bindings::exports::ferrite::http::calls::{Answer as Told, Asked, Guest, GuestRequest, Head, Settings};

struct Component;

impl Guest for Component {
    type Request = Request;

    fn configure(settings: Settings) {
        access::configure(settings);
    }

    fn most_body_bytes() -> u32 {
        BODY_BYTES as u32
    }

    fn still_here() -> Vec<u8> {
        events::STILL_HERE.to_vec()
    }
}

/// Its parts come one after the other, and the component model lets one call in at a time: no cell is borrowed twice.
struct Request {
    head: Head,
    origin: RefCell<Origin>,
    call: RefCell<Option<Call>>,
    replies: RefCell<Replies>,
}

impl Request {
    fn head(&self) -> Read<'_> {
        let headers = self.head.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
        Read::new(&self.head.method, &self.head.target, headers)
    }

    /// An answer that the page may read, if a page asked.
    fn tell(&self, mut answer: Answer) -> Told {
        self.origin.borrow().allow(&mut answer);
        told(answer)
    }

    /// The beginning of a subscription: what the store said first.
    fn subscribed(&self) -> Answer {
        match self.replies.borrow_mut().take() {
            Some(Value::Error(error)) => Answer::error(400, &String::from_utf8_lossy(&error)),
            Some(value) => {
                let answer = Answer::empty(200).with("Content-Type", events::CONTENT_TYPE);
                Answer { body: events::event(&value), ..answer }
            }
            None => Answer::error(503, "the store closed the session before it replied"),
        }
    }
}

impl GuestRequest for Request {
    fn new(head: Head) -> Self {
        Request { head, origin: RefCell::new(Origin::none()), call: RefCell::default(), replies: RefCell::default() }
    }

    fn greet(&self) -> Option<Told> {
        let head = self.head();
        match access::with(|access| access.greet(&head)) {
            // It has told the page already whether it may read this.
            Err(answer) => return Some(told(answer)),
            Ok(origin) => self.origin.replace(origin),
        };
        access::with(|access| access.authorize(&head)).err().map(|answer| self.tell(answer))
    }

    fn read(&self, body: Vec<u8>) -> Result<Asked, Told> {
        if body.len() > BODY_BYTES {
            return Err(self.tell(Call::too_long()));
        }
        let call = Call::read(&self.head(), &body).map_err(|answer| self.tell(answer))?;
        let has_events = matches!(call, Call::Subscription { .. });
        let replies = if has_events { 1 } else { call.replies() as u32 };
        let commands = call.to_resp();
        self.call.replace(Some(call));
        Ok(Asked { commands, replies, has_events })
    }

    fn feed(&self, replies: Vec<u8>) -> Result<u32, Told> {
        let mut all = self.replies.borrow_mut();
        all.feed(&replies).map_err(|error| self.tell(Answer::error(400, &format!("ERR {error}"))))?;
        Ok(all.len() as u32)
    }

    fn answer(&self) -> Told {
        let answer = match &*self.call.borrow() {
            None => Answer::error(500, "nothing was asked"),
            Some(Call::Subscription { .. }) => self.subscribed(),
            Some(call) => call.answer(self.replies.take(), Form::of(&self.head())),
        };
        self.tell(answer)
    }

    fn events(&self) -> Vec<u8> {
        let mut replies = self.replies.borrow_mut();
        std::iter::from_fn(|| replies.take()).flat_map(|value| events::event(&value)).collect()
    }

    fn fail(&self, status: u16, reason: String) -> Told {
        self.tell(Answer::error(status, &reason))
    }
}

fn told(Answer { status, headers, body }: Answer) -> Told {
    let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Told { status, headers, body }
}

bindings::export!(Component with_types_in bindings);
