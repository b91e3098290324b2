//! Modules that come and go: loaded, called, replaced, unloaded, refused.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use ferrite_tests::functions::{ask, load_bytes};
use ferrite_tests::{Client, FerriteServer};

/// Different bytes of each component: a custom section more. Each is compiled once and comes from the cache then.
const VARIANTS: u8 = 4;

/// Loads, in their order, on one connection.
pub(crate) struct Modules {
    client: Client,
    modules: Vec<(&'static str, Arc<[u8]>)>,
}

impl Modules {
    /// Builds the components.
    pub(crate) fn prepare(server: &FerriteServer) -> Result<Modules> {
        let mut client = server.connect()?;
        let mut modules = Vec::new();
        for variant in 0..VARIANTS {
            for (guest, call) in [("empty", ""), ("get", "KEYS k"), ("evil", "ARGS calls 0"), ("rate-limit", "")] {
                let mut bytes = ferrite_build::guest(guest)?.bytes;
                // A custom section: its number, its length, the length of its name, its name.
                bytes.extend([0, 2, 1, b'a' + variant]);
                modules.push((call, bytes.into()));
            }
        }
        ensure!(client.command(&["SET", "k", "value"])? == b"+OK\r\n");
        let mut modules = Modules { client, modules };
        // All are in the compile cache before anything is counted.
        for number in 0..modules.modules.len() as u64 {
            modules.come_and_go(number, "pooled")?;
        }
        Ok(modules)
    }

    /// A module comes and goes, and every tenth time others are refused.
    pub(crate) fn turn(&mut self, done: u64) -> Result<u64> {
        self.come_and_go(done, if done.is_multiple_of(2) { "fresh" } else { "pooled" })?;
        if done % 10 == 9 {
            self.are_refused()?;
        }
        Ok(1)
    }

    fn come_and_go(&mut self, number: u64, isolation: &str) -> Result<()> {
        let (call, module) = self.module(number)?;
        let name = format!("module-{number}");
        let options = ["PERMISSIONS", "WRITE", "ISOLATION", isolation];
        let reply = load_bytes(&mut self.client, &name, &module, &options)?;
        ensure!(reply == "+OK\r\n", "{name}: {reply}");
        let reply = ask(&mut self.client, &format!("WASM.CALL {name} {call}"))?;
        // Without its arguments the rate limiter answers with an error: that is a call as well.
        ensure!(!call.is_empty() && !reply.starts_with('-') || call.is_empty(), "{name}: {reply}");
        if number.is_multiple_of(3) {
            let (_, other) = self.module(number + 1)?;
            let reply = load_bytes(&mut self.client, &name, &other, &["REPLACE"])?;
            ensure!(reply == "+OK\r\n", "{name}: {reply}");
        }
        ensure!(ask(&mut self.client, &format!("WASM.UNLOAD {name}"))? == "+OK\r\n", "{name} goes");
        Ok(())
    }

    /// Nothing of what is refused stays: bytes that are no component, one that is cut short, one that asks for too much.
    fn are_refused(&mut self) -> Result<()> {
        let (_, module) = self.module(0)?;
        let half = module.get(..module.len() / 2).unwrap_or_default();
        let noise: Vec<u8> = (0..4096_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        for (bytes, options) in [(half, &[][..]), (&noise, &[]), (&module, &["MEMORY", "1024"])] {
            let reply = load_bytes(&mut self.client, "refused", bytes, options)?;
            ensure!(reply.starts_with("-ERR wasm: cannot load 'refused': "), "{reply}");
        }
        Ok(())
    }

    fn module(&self, number: u64) -> Result<(&'static str, Arc<[u8]>)> {
        let index = usize::try_from(number % self.modules.len() as u64)?;
        self.modules.get(index).cloned().context("a remainder is an index")
    }
}
