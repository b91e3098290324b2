//! Commands that functions and other components run, without a client.

use std::fmt;

use ferrite_resp::{Args, Protocol, Writer};

use crate::command::Flags;
use crate::dispatch::Flow;
use crate::error::Error;
use crate::rows::Row;
use crate::session::Session;
use crate::store::Store;

/// Why a function's command failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommandError {
    /// The command's own error, as its line without the leading `-`.
    Command(String),
    /// It is not for functions, or not in a read-only transaction.
    NotPermitted(String),
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CommandError::Command(line) | CommandError::NotPermitted(line) => f.write_str(line),
        }
    }
}

impl std::error::Error for CommandError {}

impl Store {
    /// Runs one command in the selected database and returns its RESP3 reply. Commands that belong to a connection, to a
    /// transaction or to an administrator are refused.
    pub fn execute(&mut self, argv: &[&[u8]]) -> Result<Vec<u8>, CommandError> {
        let args = Args::from(argv);
        self.read_clock();
        let row = match self.find_row(args) {
            Ok(row) if row.accepts(args.len()) => row,
            Ok(row) => return Err(CommandError::Command(Error::Arity(row.full_name().into()).to_string())),
            Err(error) => return Err(CommandError::Command(error.to_string())),
        };
        let flags = row.flags();
        // Scripts of Redis may SELECT. A function works in its caller's database, whoever calls it: a host that nests
        // calls would else have to put the outer one's database back after each of them.
        let selects = matches!(&row, Row::Own { command, .. } if command.name == "select");
        if flags.intersects(Flags::NOSCRIPT | Flags::ADMIN) || matches!(row, Row::Host(_)) || selects {
            return Err(not_for_functions(&row));
        }
        if flags.intersects(Flags::WRITE.union(Flags::MAY_REPLICATE)) && !self.keyspace.may_write() {
            let name = row.full_name();
            return Err(CommandError::NotPermitted(format!("'{name}' writes, and this call only reads")));
        }
        if flags.contains(Flags::DENYOOM) && self.out_of_memory() {
            return Err(CommandError::Command(Error::OutOfMemory.to_string()));
        }
        self.execute_row(&row, args)
    }

    /// Runs a command of administrators; none when it is not one, or one that writes keys. No rollback undoes it.
    pub fn administer(&mut self, argv: &[&[u8]]) -> Option<Result<Vec<u8>, CommandError>> {
        let args = Args::from(argv);
        let row = self.find_row(args).ok()?;
        let flags = row.flags();
        if !flags.contains(Flags::ADMIN) || flags.contains(Flags::WRITE) {
            return None;
        }
        if !row.accepts(args.len()) {
            return Some(Err(CommandError::Command(Error::Arity(row.full_name().into()).to_string())));
        }
        if flags.intersects(Flags::PROTECTED | Flags::NO_MULTI) || matches!(row, Row::Host(_)) {
            return Some(Err(not_for_functions(&row)));
        }
        self.read_clock();
        Some(self.execute_row(&row, args))
    }

    fn execute_row(&mut self, row: &Row, args: Args<'_>) -> Result<Vec<u8>, CommandError> {
        let mut session = self.function_session.take().unwrap_or_else(|| Box::new(function_session()));
        session.database = self.selected;
        let mut out = Writer::new(Protocol::Resp3);
        let flow = self.call(&mut session, row, args, &mut out);
        self.selected = session.database;
        self.function_session = Some(session);
        if !matches!(flow, Flow::Go) {
            // What the host or the connection would have to do.
            return Err(not_for_functions(row));
        }
        let reply = out.into_vec();
        match reply.strip_prefix(b"-") {
            Some(line) => Err(CommandError::Command(String::from_utf8_lossy(line.trim_ascii_end()).into_owned())),
            None => Ok(reply),
        }
    }
}

fn not_for_functions(row: &Row) -> CommandError {
    CommandError::NotPermitted(format!("'{}' is not allowed from functions", row.full_name()))
}

fn function_session() -> Session {
    let mut session = Session::new(0, "", "", 0);
    session.protocol = Protocol::Resp3;
    session.authenticated = true;
    session.is_function = true;
    session
}
