//! Whose request it is.

use super::{stored, window};
use crate::config::{Allowance, Key, Share};
use crate::gateway::Gateway;
use crate::head::RequestHead;
use crate::inference::presented_key;
use crate::limits;
use crate::port::Port;
use crate::refusal::Refusal;
use crate::world::Level;

/// Who asks, and whose limits hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tenant {
    /// The SHA-256 of the key; none where no key is needed.
    pub(crate) key: Option<String>,
    pub(crate) team: Option<String>,
    /// The key's own limits, and those of its team.
    pub(crate) scopes: Vec<Scope>,
}

/// Something that has limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scope {
    /// `k:` and the SHA-256 of a key, or `t:` and the name of a team.
    pub(crate) id: String,
    pub(crate) allowance: Allowance,
}

impl Tenant {
    /// Finds out whose request it is.
    pub(crate) fn of(gateway: &Gateway, port: &Port, head: &RequestHead) -> Result<Self, Refusal> {
        let required = gateway.config.requires_key();
        let presented = presented_key(head).filter(|key| !key.is_empty());
        let Some(presented) = presented else {
            let message = "No API key was given: the header `authorization: Bearer KEY` is expected.";
            return if required { Err(Refusal::unauthorized(message)) } else { Ok(Self::default()) };
        };
        let unknown = || Refusal::unauthorized("The API key is not known here.");
        if presented.len() > limits::KEY_BYTES {
            return if required { Err(unknown()) } else { Ok(Self::default()) };
        }
        let hash = Key::hash_of(presented);
        if let Some(key) = gateway.key(&hash) {
            return Ok(Self::with(gateway, hash, key.team.clone(), key.allowance.clone()));
        }
        if !required {
            return Ok(Self::default());
        }
        let found = stored::read(&*port.world, &hash).map_err(|error| {
            port.world.log(Level::Error, &format!("a key cannot be looked up: {error}"));
            Refusal::unavailable("Keys cannot be looked up at the moment.")
        })?;
        let stored = found.filter(|key| key.expires_ms.is_none_or(|at| at > port.now())).ok_or_else(unknown)?;
        Ok(Self::with(gateway, hash, stored.team, stored.allowance))
    }

    fn with(gateway: &Gateway, hash: String, team: Option<String>, allowance: Allowance) -> Self {
        let mut scopes = vec![Scope { id: format!("k:{hash}"), allowance }];
        if let Some(found) = gateway.config.teams.iter().find(|known| Some(&known.name) == team.as_ref()) {
            scopes.push(Scope { id: format!("t:{}", found.name), allowance: found.allowance.clone() });
        }
        Self { key: Some(hash), team, scopes }
    }

    /// Whether a model may be used, by its own name or the one that was asked for.
    pub(crate) fn may_use(&self, model: &str, asked: &str) -> bool {
        self.scopes.iter().all(|scope| scope.allowance.allows(model) || scope.allowance.allows(asked))
    }

    /// Who shares answers with this one.
    pub(crate) fn shares(&self, share: Share) -> String {
        match (share, &self.team, &self.key) {
            (Share::All, ..) | (_, _, None) => "*".to_owned(),
            (Share::Team, Some(team), _) => format!("t:{team}"),
            (_, _, Some(key)) => format!("k:{key}"),
        }
    }

    /// Counts one request; refused when there are too many in this minute.
    pub(crate) fn admit(&self, port: &Port) -> Result<(), Refusal> {
        let mut taken = Vec::new();
        for scope in &self.scopes {
            // What is left of tokens is for those too whose answer is there already; a call that reserves says it anew.
            if let Some(most) = scope.allowance.tpm {
                let used = window::now(&*port.world, &window::minute_key(&scope.id, "t", port.now()));
                if let Ok(used) = used {
                    port.standing.borrow_mut().tokens(most, most.saturating_sub(used));
                }
            }
            let Some(most) = scope.allowance.rpm else { continue };
            let key = window::minute_key(&scope.id, "r", port.now());
            match window::take_leaving(&*port.world, &key, 1, most, window::MINUTE_KEPT_MS) {
                Ok(Some(left)) => {
                    port.standing.borrow_mut().requests(most, left);
                    taken.push(key);
                }
                // Without its store a gateway goes on: only money needs it.
                Err(error) => port.world.log(Level::Warning, &format!("requests are not counted: {error}")),
                Ok(None) => {
                    port.standing.borrow_mut().requests(most, 0);
                    for key in taken {
                        let _ = window::give_back(&*port.world, &key, 1);
                    }
                    let message = format!("More than {most} requests in a minute.");
                    let wait = window::until_next_minute(port.now());
                    return Err(Refusal::rate_limited("rate_limit_exceeded", message, wait));
                }
            }
        }
        Ok(())
    }
}
