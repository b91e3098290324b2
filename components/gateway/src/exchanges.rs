//! The shell without I/O: events in, actions out.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use ferrite_gateway::{Config, Exchange, Gateway};

use crate::bindings::exports::ferrite::gateway::exchanges::{
    Action, Event, Guest, GuestExchange, Mistake, RequestHead,
};
use crate::world::{Outbox, Shell, Sink};
use crate::{bindings, configuration, convert};

/// Actions that one crossing returns, and bytes of the client's in them; the contract names both.
const BATCH_ACTIONS: usize = 16;
const BATCH_BYTES: usize = 64 << 10;

struct Component;

impl Guest for Component {
    type Exchange = Numbered;

    fn configure(toml: String, variables: Vec<(String, String)>) -> Result<(), Vec<Mistake>> {
        configuration::configure(&toml, variables).map_err(|mistakes| {
            let shown = |mistake: ferrite_gateway::Mistake| Mistake {
                line: u32::try_from(mistake.line).unwrap_or(u32::MAX),
                text: ferrite_gateway::Mistake { line: 0, ..mistake }.to_string(),
            };
            mistakes.into_iter().map(shown).collect()
        })
    }
}

/// An exchange that others can wake.
struct Numbered {
    number: u64,
    exchange: RefCell<Exchange>,
}

/// What exchanges have for the host beside their actions.
fn outbox() -> &'static Outbox {
    thread_local! {
        // One an instance, which lives as long as it does.
        static OUTBOX: &'static Outbox = Box::leak(Box::default());
    }
    OUTBOX.with(|outbox| *outbox)
}

impl GuestExchange for Numbered {
    fn new(head: RequestHead) -> Self {
        thread_local! {
            static LAST: Cell<u64> = const { Cell::new(0) };
        }
        let number = LAST.get() + 1;
        LAST.set(number);
        let world = Shell::new(number, Sink::Host(outbox()));
        let gateway = configuration::gateway().unwrap_or_else(|| Gateway::new(Config::default()));
        Numbered { number, exchange: RefCell::new(Exchange::new(gateway, world, convert::head(head))) }
    }

    fn number(&self) -> u64 {
        self.number
    }

    fn handle(&self, event: Event) -> Vec<Action> {
        self.exchange.borrow_mut().handle(convert::event(event));
        self.more()
    }

    fn more(&self) -> Vec<Action> {
        let mut actions = Vec::new();
        let mut bytes = 0;
        // Several a crossing, but no more than the host may hold for a client that reads slowly.
        while bytes < BATCH_BYTES && actions.len() < BATCH_ACTIONS {
            let Some(action) = self.exchange.borrow_mut().next() else { break };
            if let ferrite_gateway::Action::Write(piece) = &action {
                bytes += piece.len();
            }
            actions.push(convert::action(action));
        }
        let outbox = outbox();
        let mut told: Vec<Action> =
            outbox.lines.take().into_iter().map(|(level, text)| Action::Log((convert::level(level), text))).collect();
        let woken = outbox.woken.take();
        if !woken.is_empty() {
            told.push(Action::Wake(woken));
        }
        // First: others do not wait for this one's client, and behind `finish` nothing is done any more.
        told.append(&mut actions);
        told
    }
}

bindings::export!(Component with_types_in bindings);
