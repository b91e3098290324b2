//! `ferrite:store/commands`.

use super::core::{Core, Export, Result};
use super::types::{Node, commands::Error};

/// The exports of the interface.
pub(super) struct Commands {
    execute: Export<(u32, u32), u32>,
}

impl Commands {
    pub(super) fn find(core: &mut Core) -> Result<Commands> {
        Ok(Commands { execute: Export::find(core, "commands", "execute")? })
    }

    pub(super) fn execute(&self, core: &mut Core, argv: &[&[u8]]) -> Result<std::result::Result<Vec<Node>, Error>> {
        let argv = core.give_all(argv)?;
        self.execute.load(core, argv)
    }
}
