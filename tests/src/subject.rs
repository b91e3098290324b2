//! One check, two servers: what holds for `redis-server` must hold for Ferrite, and the other way round.

use std::net::SocketAddr;

use anyhow::Result;

use crate::client::Client;
use crate::require::require;
use crate::server::{FerriteServer, RedisServer};

/// Which server a check is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The reference.
    Redis,
    /// Ours.
    Ferrite,
}

impl Subject {
    /// Starts the server with these arguments, or `None` after a printed skip.
    pub fn start(self, arguments: &[&str]) -> Result<Option<Server>> {
        Ok(match self {
            Subject::Redis if require("redis-server").is_none() => None,
            Subject::Redis => Some(Server::Redis(RedisServer::start_with(arguments)?)),
            Subject::Ferrite => Some(Server::Ferrite(FerriteServer::start(arguments)?)),
        })
    }
}

/// A running server of either kind.
#[derive(Debug)]
pub enum Server {
    /// The reference.
    Redis(RedisServer),
    /// Ours.
    Ferrite(FerriteServer),
}

impl Server {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        match self {
            Server::Redis(server) => server.address(),
            Server::Ferrite(server) => server.address(),
        }
    }

    /// Its port as an argument.
    pub fn port(&self) -> String {
        self.address().port().to_string()
    }

    /// A new connection.
    pub fn connect(&self) -> Result<Client> {
        Client::connect(self.address())
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        match self {
            Server::Redis(server) => server.pid(),
            Server::Ferrite(server) => server.pid(),
        }
    }
}

/// Makes of each check, a `fn(Subject) -> anyhow::Result<()>`, two tests: `on_redis::…` and `on_ferrite::…`.
#[macro_export]
macro_rules! on_both {
    ($($check:ident),* $(,)?) => {
        mod on_redis {
            $(
                #[test]
                fn $check() -> anyhow::Result<()> {
                    super::$check($crate::subject::Subject::Redis)
                }
            )*
        }
        mod on_ferrite {
            $(
                #[test]
                fn $check() -> anyhow::Result<()> {
                    super::$check($crate::subject::Subject::Ferrite)
                }
            )*
        }
    };
}
