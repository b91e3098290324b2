//! One instance of the store component, and every call into it that servers and functions make.

use std::fmt;
use std::rc::Rc;

use wasmtime::{Linker, Store};

use super::ahead::Ahead;
use super::commands::Commands;
use super::core::Core;
use super::environment::{self, Environment};
use super::hashes::{Hashes, HashesOf};
use super::keys::{Keys, KeysOf};
use super::lists::{Lists, ListsOf};
use super::maintenance::Maintenance;
use super::sets::{Sets, SetsOf};
use super::snapshots::{DumpError, Piece, RestoreError, Restored, Snapshots};
use super::sorted_sets::{SortedSets, SortedSetsOf};
use super::streams::{Streams, StreamsOf};
use super::strings::{Strings, StringsOf};
use super::transactions::Transactions;
use super::types::{Node, commands};
use super::vectors::{Vectors, VectorsOf};
use super::wire::Wire;
use super::{Access, Clock, Delivery, Event, Fact, Session, Statistics, StoreModule, TransactionError, Turn, engines};

/// The store component trapped: its data cannot be trusted any more, and the server must not go on with it.
#[derive(Debug)]
pub struct StoreTrapped {
    cause: wasmtime::Error,
}

impl fmt::Display for StoreTrapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the store component trapped: {:?}", self.cause)
    }
}

impl std::error::Error for StoreTrapped {}

impl From<wasmtime::Error> for StoreTrapped {
    fn from(cause: wasmtime::Error) -> StoreTrapped {
        StoreTrapped { cause }
    }
}

/// A running store component. Every error of its methods means that it trapped, or answered what it cannot answer;
/// nothing that it says after that can be trusted.
pub struct StoreInstance {
    // Before the memory that it touches.
    ahead: Ahead,
    core: Core,
    wire: Wire,
    strings: Strings,
    keys: Keys,
    hashes: Hashes,
    lists: Lists,
    sets: Sets,
    sorted_sets: SortedSets,
    streams: Streams,
    vectors: Vectors,
    commands: Commands,
    transactions: Transactions,
    maintenance: Maintenance,
    snapshots: Snapshots,
}

impl fmt::Debug for StoreInstance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreInstance").finish_non_exhaustive()
    }
}

impl StoreInstance {
    /// An empty store that reads the time from `clock`.
    pub fn new(module: &StoreModule, clock: Rc<Clock>) -> Result<StoreInstance, StoreTrapped> {
        let mut linker = Linker::<Environment>::new(module.engine());
        environment::link(&mut linker)?;
        // What the component's other core modules would provide is only needed to make resources of handles.
        let mut store = Store::new(module.engine(), Environment::new(clock));
        let instance = linker.instantiate(&mut store, &module.module)?;
        if let Ok(initialize) = instance.get_typed_func::<(), ()>(&mut store, "_initialize") {
            initialize.call(&mut store, ())?;
        }
        let mut core = Core::new(store, instance)?;
        engines::prefer_huge_pages(core.base());
        let mut ahead = Ahead::new(core.base());
        ahead.follow(core.memory().len());
        Ok(StoreInstance {
            ahead,
            wire: Wire::find(&mut core)?,
            strings: Strings::find(&mut core)?,
            keys: Keys::find(&mut core)?,
            hashes: Hashes::find(&mut core)?,
            lists: Lists::find(&mut core)?,
            sets: Sets::find(&mut core)?,
            sorted_sets: SortedSets::find(&mut core)?,
            streams: Streams::find(&mut core)?,
            vectors: Vectors::find(&mut core)?,
            commands: Commands::find(&mut core)?,
            transactions: Transactions::find(&mut core)?,
            maintenance: Maintenance::find(&mut core)?,
            snapshots: Snapshots::find(&mut core)?,
            core,
        })
    }

    /// Opens a session; both addresses are shown by CLIENT LIST and may be empty.
    pub fn open_session(&mut self, address: &str, local_address: &str) -> Result<Session, StoreTrapped> {
        Ok(self.wire.open(&mut self.core, address, local_address)?)
    }

    /// Ends a session. It must not be used any more.
    pub fn close_session(&mut self, session: &Session) -> Result<(), StoreTrapped> {
        Ok(self.wire.close(&mut self.core, session)?)
    }

    /// Runs the complete commands at the front of `input`.
    #[inline]
    pub fn exchange(&mut self, session: &Session, input: &[u8]) -> Result<Turn, StoreTrapped> {
        let turn = self.wire.exchange(&mut self.core, session, input)?;
        self.ahead.follow(self.core.memory().len());
        Ok(turn)
    }

    /// Answers the commands that a [`super::Next::Host`] turn handed out, then goes on with `input`.
    pub fn resume(&mut self, session: &Session, replies: &[u8], input: &[u8]) -> Result<Turn, StoreTrapped> {
        Ok(self.wire.resume(&mut self.core, session, replies, input)?)
    }

    /// Deliveries since the last call, oldest first.
    pub fn take_outbox(&mut self) -> Result<Vec<Delivery>, StoreTrapped> {
        Ok(self.wire.take_outbox(&mut self.core)?)
    }

    /// Events since the last call, oldest first.
    pub fn take_events(&mut self) -> Result<Vec<Event>, StoreTrapped> {
        Ok(self.wire.take_events(&mut self.core)?)
    }

    /// Tells the engine what only the host knows.
    pub fn learn(&mut self, facts: impl IntoIterator<Item = Fact>) -> Result<(), StoreTrapped> {
        Ok(self.wire.learn(&mut self.core, facts.into_iter().collect())?)
    }

    /// Chooses the database of typed calls; false when there is no such database.
    pub(crate) fn select(&mut self, database: u32) -> Result<bool, StoreTrapped> {
        Ok(self.transactions.select(&mut self.core, database)?)
    }

    /// Opens a transaction, inside of one that is open already if there is one.
    pub(crate) fn begin(&mut self, access: Access) -> Result<(), StoreTrapped> {
        Ok(self.transactions.begin(&mut self.core, access)?)
    }

    /// Ends the innermost transaction and keeps its writes.
    pub(crate) fn commit(&mut self) -> Result<Result<(), TransactionError>, StoreTrapped> {
        Ok(self.transactions.commit(&mut self.core)?)
    }

    /// Ends the innermost transaction and undoes its writes.
    pub(crate) fn roll_back(&mut self) -> Result<Result<(), TransactionError>, StoreTrapped> {
        Ok(self.transactions.roll_back(&mut self.core)?)
    }

    /// Expires keys for about `budget_us` microseconds; returns in how many it wants to be called again.
    pub fn tick(&mut self, budget_us: u32) -> Result<u64, StoreTrapped> {
        let pause = self.maintenance.tick(&mut self.core, budget_us)?;
        self.ahead.follow(self.core.memory().len());
        Ok(pause)
    }

    /// The engine's figures.
    pub fn measure(&mut self) -> Result<Statistics, StoreTrapped> {
        Ok(self.maintenance.measure(&mut self.core)?)
    }

    /// Begins a snapshot.
    pub fn dump_begin(&mut self) -> Result<Result<(), DumpError>, StoreTrapped> {
        Ok(self.snapshots.dump_begin(&mut self.core)?)
    }

    /// The next bytes of the snapshot.
    pub fn dump_next(&mut self, most_bytes: u32, budget_us: u32) -> Result<Result<Piece, DumpError>, StoreTrapped> {
        Ok(self.snapshots.dump_next(&mut self.core, most_bytes, budget_us)?)
    }

    /// Ends a snapshot that is not whole.
    pub fn dump_abort(&mut self) -> Result<(), StoreTrapped> {
        Ok(self.snapshots.dump_abort(&mut self.core)?)
    }

    /// The last whole snapshot is stored.
    pub fn dump_kept(&mut self) -> Result<(), StoreTrapped> {
        Ok(self.snapshots.dump_kept(&mut self.core)?)
    }

    /// How many changes are in no stored snapshot.
    pub fn unsaved(&mut self) -> Result<u64, StoreTrapped> {
        Ok(self.snapshots.unsaved(&mut self.core)?)
    }

    /// Begins to load a file.
    pub fn restore_begin(&mut self) -> Result<Result<(), RestoreError>, StoreTrapped> {
        Ok(self.snapshots.restore_begin(&mut self.core)?)
    }

    /// Loads the next bytes of the file.
    pub fn restore_next(&mut self, bytes: &[u8]) -> Result<Result<(), RestoreError>, StoreTrapped> {
        Ok(self.snapshots.restore_next(&mut self.core, bytes)?)
    }

    /// The file has no more bytes.
    pub fn restore_end(&mut self) -> Result<Result<Restored, RestoreError>, StoreTrapped> {
        Ok(self.snapshots.restore_end(&mut self.core)?)
    }

    /// `ferrite:store/strings`.
    #[inline]
    pub(crate) fn strings(&mut self) -> StringsOf<'_> {
        StringsOf(&mut self.core, &self.strings)
    }

    /// `ferrite:store/keys`.
    pub(crate) fn keys(&mut self) -> KeysOf<'_> {
        KeysOf(&mut self.core, &self.keys)
    }

    /// `ferrite:store/hashes`.
    pub(crate) fn hashes(&mut self) -> HashesOf<'_> {
        HashesOf(&mut self.core, &self.hashes)
    }

    /// `ferrite:store/lists`.
    pub(crate) fn lists(&mut self) -> ListsOf<'_> {
        ListsOf(&mut self.core, &self.lists)
    }

    /// `ferrite:store/sets`.
    pub(crate) fn sets(&mut self) -> SetsOf<'_> {
        SetsOf(&mut self.core, &self.sets)
    }

    /// `ferrite:store/sorted-sets`.
    pub(crate) fn sorted_sets(&mut self) -> SortedSetsOf<'_> {
        SortedSetsOf(&mut self.core, &self.sorted_sets)
    }

    /// `ferrite:store/streams`.
    pub(crate) fn streams(&mut self) -> StreamsOf<'_> {
        StreamsOf(&mut self.core, &self.streams)
    }

    /// `ferrite:store/vectors`.
    pub(crate) fn vectors(&mut self) -> VectorsOf<'_> {
        VectorsOf(&mut self.core, &self.vectors)
    }

    /// Any command of the table, `ferrite:store/commands`.
    pub(crate) fn execute(&mut self, argv: &[&[u8]]) -> wasmtime::Result<Result<Vec<Node>, commands::Error>> {
        self.commands.execute(&mut self.core, argv)
    }

    /// A command of administrators; none when it is not one.
    pub(crate) fn administer(
        &mut self,
        argv: &[&[u8]],
    ) -> wasmtime::Result<Option<Result<Vec<Node>, commands::Error>>> {
        self.maintenance.administer(&mut self.core, argv)
    }
}
