//! `ferrite:store/streams`.

use wasmtime::component::{ComponentType, Lift, Lower};

use super::abi::{list_of, record};
use super::collections::{Field, Flat, Give, Order, interface};
use super::core::Result;

/// `streams.id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ComponentType, Lift, Lower)]
#[component(record)]
pub(crate) struct Id {
    #[component(name = "ms")]
    pub(crate) ms: u64,
    #[component(name = "seq")]
    pub(crate) seq: u64,
}
record!(Id { ms: u64, seq: u64 });

/// `streams.entry`.
#[derive(Debug, Clone, ComponentType, Lift, Lower)]
#[component(record)]
pub(crate) struct Entry {
    #[component(name = "id")]
    pub(crate) id: Id,
    #[component(name = "fields")]
    pub(crate) fields: Vec<Field>,
}
record!(Entry { id: Id, fields: Vec<Field> });

/// `streams.pending`.
#[derive(Debug, Clone, ComponentType, Lift, Lower)]
#[component(record)]
pub(crate) struct Pending {
    #[component(name = "consumer")]
    pub(crate) consumer: Vec<u8>,
    #[component(name = "entries")]
    pub(crate) entries: u64,
}
record!(Pending { consumer: Vec<u8>, entries: u64 });
list_of!(Entry, Pending);

/// `streams.new-id`.
#[derive(Debug, Clone, Copy, ComponentType, Lift)]
#[component(variant)]
#[allow(dead_code, reason = "only wasmtime makes values of it, by lifting them")]
pub(crate) enum NewId {
    #[component(name = "automatic")]
    Automatic,
    #[component(name = "at-ms")]
    AtMs(u64),
    #[component(name = "explicit")]
    Explicit(Id),
}

/// `streams.retention`.
#[derive(Debug, Clone, Copy, ComponentType, Lift)]
#[component(variant)]
#[allow(dead_code, reason = "only wasmtime makes values of it, by lifting them")]
pub(crate) enum Retention {
    #[component(name = "everything")]
    Everything,
    #[component(name = "newest")]
    Newest(u64),
    #[component(name = "since")]
    Since(Id),
}

/// The number of a case, and two numbers that some cases have.
fn give_case(flat: &mut Flat<'_>, case: u32, first: u64, second: u64) {
    flat.u32(case);
    flat.u64(first);
    flat.u64(second);
}

impl Give for NewId {
    fn give(&self, flat: &mut Flat<'_>) -> Result<()> {
        match *self {
            NewId::Automatic => give_case(flat, 0, 0, 0),
            NewId::AtMs(ms) => give_case(flat, 1, ms, 0),
            NewId::Explicit(id) => give_case(flat, 2, id.ms, id.seq),
        }
        Ok(())
    }
}

impl Give for Retention {
    fn give(&self, flat: &mut Flat<'_>) -> Result<()> {
        match *self {
            Retention::Everything => give_case(flat, 0, 0, 0),
            Retention::Newest(count) => give_case(flat, 1, count, 0),
            Retention::Since(id) => give_case(flat, 2, id.ms, id.seq),
        }
        Ok(())
    }
}

impl Give for Option<Id> {
    fn give(&self, flat: &mut Flat<'_>) -> Result<()> {
        match *self {
            None => give_case(flat, 0, 0, 0),
            Some(id) => give_case(flat, 1, id.ms, id.seq),
        }
        Ok(())
    }
}

impl Give for Id {
    fn give(&self, flat: &mut Flat<'_>) -> Result<()> {
        flat.u64(self.ms);
        flat.u64(self.seq);
        Ok(())
    }
}

impl Give for &[Id] {
    fn give(&self, flat: &mut Flat<'_>) -> Result<()> {
        let bytes: Vec<u8> = self.iter().flat_map(|id| [id.ms, id.seq]).flat_map(u64::to_le_bytes).collect();
        let at = flat.core.give_aligned(&bytes)?;
        flat.u32(at);
        flat.u32(self.len() as u32);
        Ok(())
    }
}

interface!(Streams, StreamsOf, "streams" {
    append = "append"(key: &[u8], id: NewId, fields: &[(&[u8], &[u8])], retention: Retention) -> Option<Id>;
    range = "range"(key: &[u8], first: Id, last: Id, order: Order, count: u32) -> Vec<Entry>;
    length = "length"(key: &[u8]) -> u64;
    last_id = "last-id"(key: &[u8]) -> Option<Id>;
    delete = "delete"(key: &[u8], ids: &[Id]) -> u64;
    trim = "trim"(key: &[u8], retention: Retention) -> u64;
    create_group = "create-group"(key: &[u8], group: &[u8], after: Option<Id>) -> bool;
    destroy_group = "destroy-group"(key: &[u8], group: &[u8]) -> bool;
    read_group = "read-group"(key: &[u8], group: &[u8], consumer: &[u8], count: u32) -> Option<Vec<Entry>>;
    claim = "claim"(key: &[u8], group: &[u8], consumer: &[u8], min_idle_ms: u64, count: u32) -> Option<Vec<Entry>>;
    acknowledge = "acknowledge"(key: &[u8], group: &[u8], ids: &[Id]) -> u64;
    pending_entries = "pending-entries"(key: &[u8], group: &[u8]) -> Option<Vec<Pending>>;
});
