//! `ferrite:store/transactions`.

use super::core::{Core, Export, Result};
use super::types::transactions::{Access, Error};

/// The exports of the interface.
pub(super) struct Transactions {
    select: Export<u32, u32>,
    begin: Export<u32, ()>,
    commit: Export<(), u32>,
    roll_back: Export<(), u32>,
}

impl Transactions {
    pub(super) fn find(core: &mut Core) -> Result<Transactions> {
        Ok(Transactions {
            select: Export::find(core, "transactions", "select")?,
            begin: Export::find(core, "transactions", "begin")?,
            commit: Export::find(core, "transactions", "commit")?,
            roll_back: Export::find(core, "transactions", "roll-back")?,
        })
    }

    pub(super) fn select(&self, core: &mut Core, database: u32) -> Result<bool> {
        Ok(self.select.call(core, database)? != 0)
    }

    pub(super) fn begin(&self, core: &mut Core, access: Access) -> Result<()> {
        self.begin.call(core, access as u32)
    }

    pub(super) fn commit(&self, core: &mut Core) -> Result<std::result::Result<(), Error>> {
        self.commit.load(core, ())
    }

    pub(super) fn roll_back(&self, core: &mut Core) -> Result<std::result::Result<(), Error>> {
        self.roll_back.load(core, ())
    }
}
