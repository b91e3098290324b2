//! Functions that are policies: asked by the AI gateway, under the same limits as what clients call.

use std::rc::Rc;

use super::Functions;
use super::admission::Verdict;
use super::commands::load;
use super::failure::Failure;
use super::ticker::Caller;
use crate::gateway::bindings::exports::ferrite::gateway::exchanges::{Hook, PolicyAnswer};
use crate::server::{self, Shard};

/// Why a policy gave no answer.
#[derive(Debug)]
pub(crate) enum NoAnswer {
    /// There is no function of this name, or it is no policy.
    Missing,
    /// It returned this error.
    Error(String),
    /// It trapped, exceeded a limit, or was not begun; why.
    Failed(String),
}

impl Functions {
    /// Makes a function of a policy. `options` are the words that WASM.LOAD takes behind the module.
    pub(crate) async fn load_policy(
        shard: &Rc<Shard>,
        name: &str,
        module: Vec<u8>,
        options: Vec<Vec<u8>>,
    ) -> Result<(), String> {
        load::load_module(shard, name, module, options).await?;
        let functions = &shard.functions;
        match functions.find(name.as_bytes()) {
            Some(function) if function.entries().policy.is_some() && function.reach().is_none() => Ok(()),
            Some(function) => {
                let what = match function.entries().policy {
                    Some(_) => "it may not have NETWORK or FILESYSTEM: a policy runs on the shard".to_owned(),
                    None => format!(
                        "it does not export ferrite:gateway/policy, but {}",
                        function.entries().signatures().join(", ")
                    ),
                };
                functions.remove(shard, name.as_bytes()).map_err(|failure| failure.to_string())?;
                Err(what)
            }
            None => Err("another LOAD took its place".to_owned()),
        }
    }

    /// Asks a policy, on the shard, in database 0. Its writes, if it may write, are undone when it fails.
    pub(crate) fn ask_policy(&self, shard: &Rc<Shard>, name: &str, hook: &Hook) -> Result<PolicyAnswer, NoAnswer> {
        let function = self.find(name.as_bytes()).filter(|function| function.entries().policy.is_some());
        let function = function.ok_or(NoAnswer::Missing)?;
        // Nothing waits: a request is held up by its policies, not by what they took before.
        if let Verdict::Refuse(refusal) = self.admit(shard, &function, true) {
            return Err(NoAnswer::Failed(self.refused(&function, &refusal)));
        }
        if let Err(error) = self.running().select(&mut shard.store.borrow_mut(), 0) {
            return Err(NoAnswer::Failed(super::call::store_trapped(&error).to_string()));
        }
        shard.clock.freeze();
        self.ticker().enter(Caller::Shard);
        let permissions = function.description.permissions;
        let limits = function.description.limits;
        let (answer, _) = self.run(shard, &function, permissions, None, Vec::new, |instance, call| {
            instance.ask(call, Some(Rc::clone(shard)), hook, limits)
        });
        self.ticker().leave(Caller::Shard);
        shard.clock.unfreeze();
        server::deliver(shard);
        answer.map_err(|failure| match failure {
            Failure::Returned(text) => NoAnswer::Error(text),
            failure => NoAnswer::Failed(failure.to_string()),
        })
    }
}
