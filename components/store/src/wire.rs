//! `ferrite:store/wire`: the engine's own types to and from the contract's.

use ferrite_store_core as core;
use ferrite_store_core::command::Flags;

use crate::bindings::exports::ferrite::store::wire::{
    CommandFlags, CommandRow, Delivery, Event, Fact, Guest, GuestSession, HostCall, KeyPositions, KeyRange, Next,
    Origin, Pending, SaveMode, Turn,
};
use crate::component::{Component, with_store};

/// A session of the contract: the engine's id of one.
pub(crate) struct Session(u64);

impl GuestSession for Session {
    fn new(address: String, local_address: String) -> Session {
        Session(with_store(|store| store.open_session(&address, &local_address)))
    }

    fn id(&self) -> u64 {
        self.0
    }

    fn exchange(&self, input: Vec<u8>) -> Turn {
        turn(with_store(|store| store.exchange(self.0, &input)))
    }

    fn resume(&self, replies: Vec<u8>, input: Vec<u8>) -> Turn {
        turn(with_store(|store| store.resume(self.0, &replies, &input)))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        with_store(|store| store.close_session(self.0));
    }
}

impl Guest for Component {
    type Session = Session;

    fn take_outbox() -> Vec<Delivery> {
        let deliveries = with_store(core::Store::take_outbox).into_iter();
        deliveries.map(|core::Delivery { sessions, bytes }| Delivery { sessions, bytes }).collect()
    }

    fn take_events() -> Vec<Event> {
        with_store(core::Store::take_events).into_iter().map(event).collect()
    }

    fn learn(facts: Vec<Fact>) {
        with_store(|store| facts.into_iter().for_each(|new| store.learn(fact(new))));
    }
}

fn turn(turn: core::Turn) -> Turn {
    let next = match turn.next {
        core::Next::Input => Next::Input,
        // The parser's limits keep a command below 4 GiB.
        core::Next::Need(bytes) => Next::Need(bytes as u32),
        core::Next::Again => Next::Again,
        core::Next::Host(call) => Next::Host(HostCall {
            database: call.database,
            protocol_version: call.protocol_version,
            origin: if call.in_exec { Origin::Exec } else { Origin::Single },
            commands: call.commands,
        }),
        core::Next::Parked(until_us) => Next::Parked(until_us),
        core::Next::Close => Next::Close,
    };
    let mut has = Pending::empty();
    has.set(Pending::OUTBOX, turn.outbox);
    has.set(Pending::EVENTS, turn.events);
    has.set(Pending::SUBSCRIBED, turn.subscribed);
    Turn { consumed: turn.consumed as u32, replies: turn.replies, next, has }
}

fn event(event: core::Event) -> Event {
    match event {
        core::Event::Setting { name, value } => Event::Setting((name, value)),
        core::Event::CloseSession(id) => Event::CloseSession(id),
        core::Event::ShutDown(mode) => Event::ShutDown(match mode {
            core::SaveMode::Unspecified => SaveMode::Unspecified,
            core::SaveMode::Save => SaveMode::Save,
            core::SaveMode::Discard => SaveMode::Discard,
        }),
    }
}

fn fact(fact: Fact) -> core::Fact {
    match fact {
        Fact::Setting((name, value)) => core::Fact::Setting { name, value },
        Fact::Info((field, value)) => core::Fact::Info { field, value },
        Fact::Command(row) => core::Fact::Command(command(row)),
        Fact::RemoveCommand(name) => core::Fact::RemoveCommand(name),
    }
}

fn command(row: CommandRow) -> core::HostCommand {
    let names = [
        (CommandFlags::READONLY, Flags::READONLY),
        (CommandFlags::WRITE, Flags::WRITE),
        (CommandFlags::ADMIN, Flags::ADMIN),
        (CommandFlags::NO_MULTI, Flags::NO_MULTI),
        (CommandFlags::NOSCRIPT, Flags::NOSCRIPT),
        (CommandFlags::ALLOW_BUSY, Flags::ALLOW_BUSY),
    ];
    let set = names.into_iter().filter(|(name, _)| row.attributes.contains(*name));
    core::HostCommand {
        name: row.name,
        arity: row.arity,
        flags: set.fold(Flags::empty(), |flags, (_, flag)| flags | flag),
        keys: match row.keys {
            KeyPositions::None => core::HostKeys::None,
            KeyPositions::Counted(index) => core::HostKeys::Counted(index),
            KeyPositions::Keyword => core::HostKeys::Keyword,
            KeyPositions::Range(KeyRange { first, last, step }) => core::HostKeys::Range { first, last, step },
        },
        summary: row.summary,
    }
}
