//! The commands that loaded functions add to those of the server.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::bindings::Node;
use super::entry::{Data, Described};
use super::function::Function;
use super::limits::COMMAND_NAME_BYTES;
use super::permissions::Permissions;
use crate::wasm::{Fact, StoreInstance};

/// By their upper-case names.
#[derive(Debug, Default)]
pub(crate) struct Added(RefCell<BTreeMap<Box<[u8]>, Command>>);

/// One of them, and whose it is.
#[derive(Debug, Clone)]
pub(crate) struct Command {
    pub(crate) function: Rc<Function>,
    pub(crate) described: Rc<Described>,
}

impl Added {
    /// The command of this name, in any case.
    pub(crate) fn find(&self, name: &[u8]) -> Option<Command> {
        let commands = self.0.borrow();
        if commands.is_empty() {
            return None;
        }
        let mut upper = [0; COMMAND_NAME_BYTES];
        let upper = upper.get_mut(..name.len())?;
        upper.copy_from_slice(name);
        upper.make_ascii_uppercase();
        commands.get(&*upper).cloned()
    }

    /// Whether the function may be loaded in the place of the one that has its name: its commands need permissions, and
    /// names that nobody else has. The error says which.
    pub(crate) fn check(
        &self,
        name: &str,
        described: &[Rc<Described>],
        granted: Permissions,
        store: &mut StoreInstance,
    ) -> Result<(), String> {
        for command in described {
            let (needed, does) = match command.data {
                Data::Nothing => continue,
                Data::Reads => (Permissions::READ, "reads"),
                Data::Writes => (Permissions::WRITE, "writes"),
            };
            if !granted.contains(needed) {
                return Err(format!("the command `{}` {does}: load it with PERMISSIONS {needed}", command.name));
            }
        }
        for command in described {
            match self.find(command.name.as_bytes()) {
                Some(other) if *other.function.description.name == *name => {}
                Some(other) => {
                    return Err(format!(
                        "the command `{}` is one of the function '{}' already",
                        command.name, other.function.description.name
                    ));
                }
                None if is_known(&command.name, store)? => {
                    return Err(format!("the server has a command `{}` already", command.name));
                }
                None => {}
            }
        }
        Ok(())
    }

    /// Takes the commands of one function away and adds those of another, in one step; returns what the engine has to
    /// learn of it.
    pub(crate) fn swap(&self, old: Option<&Function>, new: Option<&Rc<Function>>) -> Vec<Fact> {
        let mut commands = self.0.borrow_mut();
        let mut facts = Vec::new();
        for described in old.into_iter().flat_map(|old| &old.commands) {
            commands.remove(described.name.as_bytes());
            facts.push(Fact::RemoveCommand(described.name.to_string()));
        }
        if let Some(function) = new {
            for described in &function.commands {
                let command = Command { function: Rc::clone(function), described: Rc::clone(described) };
                commands.insert(described.name.as_bytes().into(), command);
                facts.push(Fact::Command(described.row()));
            }
        }
        facts
    }
}

/// Whether the engine has a command of this name, its own or one that the host taught it.
fn is_known(name: &str, store: &mut StoreInstance) -> Result<bool, String> {
    let found = store.execute(&[b"COMMAND", b"INFO", name.as_bytes()]).map_err(|error| format!("{error:#}"))?;
    match found.as_deref() {
        Ok([Node::Array(1), Node::Null]) => Ok(false),
        Ok(_) => Ok(true),
        Err(_) => Err("the engine did not say which commands it has".to_owned()),
    }
}

/// What a command answers that is there no more.
pub(crate) fn gone(name: &[u8]) -> String {
    let name = name.get(..name.len().min(COMMAND_NAME_BYTES)).unwrap_or_default();
    format!("ERR wasm: the command '{}' is gone: its function was unloaded or replaced", name.escape_ascii())
}
