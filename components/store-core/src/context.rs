//! What a command's function is given: the store, the session that asked, its arguments, and where the reply goes.

use ferrite_resp::{Args, Protocol, Writer};

use crate::command::Command;
use crate::error::Error;
use crate::keyspace::notices::Class;
use crate::keyspace::{Database, Keyspace, Writing};
use crate::session::Session;
use crate::store::Store;
use crate::types::Kind;

/// The surroundings of one command.
pub struct Context<'a> {
    /// The engine. The session that asked is not among its sessions meanwhile.
    pub store: &'a mut Store,
    /// The session that asked.
    pub session: &'a mut Session,
    /// The command's row.
    pub command: &'static Command,
    /// The name and its arguments, at least as many as the arity asks for.
    pub args: Args<'a>,
    /// The reply.
    pub out: &'a mut Writer,
}

impl<'a> Context<'a> {
    /// The databases.
    #[inline]
    pub fn keys(&mut self) -> &mut Keyspace {
        &mut self.store.keyspace
    }

    /// The database that the session has selected.
    #[inline]
    pub fn database(&self) -> Database {
        self.session.database
    }

    /// The collection of the key in this argument, none when there is no such key, and where the reply goes.
    #[inline]
    pub fn read<T: Kind>(&mut self, index: usize) -> Result<(Option<&T>, &mut Writer), Error> {
        let collection = self.store.keyspace.read(self.session.database, self.args.at(index))?;
        Ok((collection, self.out))
    }

    /// Whether a key holds a value of this type.
    pub fn holds<T: Kind>(&mut self, key: &[u8]) -> bool {
        let entry = self.store.keyspace.peek(self.session.database, key);
        entry.and_then(|entry| entry.collection()).is_some_and(|collection| T::of(collection).is_some())
    }

    /// The collection of the key in this argument, to be written to; none when there is no such key.
    #[inline]
    pub fn existing<T: Kind>(&mut self, index: usize) -> Result<Option<Writing<'_, T>>, Error> {
        self.store.keyspace.existing(self.session.database, self.args.at(index))
    }

    /// The collection of the key in this argument, to be written to, created if there is no such key.
    #[inline]
    pub fn create<T: Kind>(&mut self, index: usize) -> Result<Writing<'_, T>, Error> {
        self.store.keyspace.create(self.session.database, self.args.at(index))
    }

    /// The argument at this index, the name being 0; empty when there is none.
    #[inline]
    pub fn arg(&self, index: usize) -> &'a [u8] {
        self.args.at(index)
    }

    /// The argument as a 64-bit signed integer.
    pub fn integer(&self, index: usize) -> Result<i64, Error> {
        ferrite_resp::number::parse_i64(self.arg(index)).ok_or(Error::NotAnInteger)
    }

    /// Whether the argument is this keyword, in any case.
    pub fn is(&self, index: usize, keyword: &str) -> bool {
        self.arg(index).eq_ignore_ascii_case(keyword.as_bytes())
    }

    /// The command's full name (`client|list`).
    pub fn full_name(&self) -> String {
        let container = self.store.rows.own(self.arg(0)).map(|(_, container)| container);
        match container.filter(|container| !container.subcommands.is_empty()) {
            Some(container) => format!("{}|{}", container.name, self.command.name),
            None => self.command.name.to_owned(),
        }
    }

    /// Something happened to a key of the session's database: see [`Keyspace::notify`].
    #[inline]
    pub fn notify(&mut self, class: Class, event: &'static str, key: &[u8]) {
        self.store.keyspace.notify(class, event, self.session.database, key);
    }

    /// The session speaks this version from here on.
    pub(crate) fn set_protocol(&mut self, protocol: Protocol) {
        self.session.protocol = protocol;
        self.out.set_protocol(protocol);
        if self.store.outbox.turn_of == self.session.id {
            self.store.outbox.own.set_protocol(protocol);
        }
    }

    /// Replies `OK`.
    pub fn ok(&mut self) -> Result<(), Error> {
        self.out.ok();
        Ok(())
    }

    /// Replies the lines of a HELP subcommand, each with what it explains.
    pub fn reply_help(&mut self, lines: &[(&str, &str)]) -> Result<(), Error> {
        let name = String::from_utf8_lossy(self.arg(0)).to_ascii_uppercase();
        self.out.array(2 * lines.len() + 3);
        self.out.simple(&format!("{name} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:"));
        for (usage, meaning) in lines.iter().chain([&("HELP", "Prints this help.")]) {
            self.out.simple(usage);
            self.out.simple(&format!("    {meaning}"));
        }
        Ok(())
    }

    /// Replies an integer.
    pub fn reply_integer(&mut self, number: i64) -> Result<(), Error> {
        self.out.integer(number);
        Ok(())
    }
}
