//! `ferrite:store/maintenance`.

use super::abi::record;
use super::core::{Core, Export, Result};
use super::types::{Node, commands::Error};

/// The exports of the interface.
pub(super) struct Maintenance {
    tick: Export<u32, u64>,
    measure: Export<(), u32>,
    administer: Export<(u32, u32), u32>,
}

/// Figures of the engine.
#[derive(Debug, Clone, Copy, Default)]
pub struct Statistics {
    /// Bytes that the engine's allocator holds.
    pub used_memory_bytes: u64,
    /// Keys in all databases.
    pub keys: u64,
    /// Keys that have a time to live.
    pub expiring_keys: u64,
    /// Commands executed since the start.
    pub commands: u64,
    /// Open sessions.
    pub sessions: u64,
}
record!(Statistics { used_memory_bytes: u64, keys: u64, expiring_keys: u64, commands: u64, sessions: u64 });

impl Maintenance {
    pub(super) fn find(core: &mut Core) -> Result<Maintenance> {
        Ok(Maintenance {
            tick: Export::find(core, "maintenance", "tick")?,
            measure: Export::find(core, "maintenance", "measure")?,
            administer: Export::find(core, "maintenance", "administer")?,
        })
    }

    pub(super) fn tick(&self, core: &mut Core, budget_us: u32) -> Result<u64> {
        self.tick.call(core, budget_us)
    }

    pub(super) fn measure(&self, core: &mut Core) -> Result<Statistics> {
        self.measure.load(core, ())
    }

    pub(super) fn administer(
        &self,
        core: &mut Core,
        argv: &[&[u8]],
    ) -> Result<Option<std::result::Result<Vec<Node>, Error>>> {
        let argv = core.give_all(argv)?;
        self.administer.load(core, argv)
    }
}
