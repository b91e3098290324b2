//! What an instance off the shard has around it: WASI and `wasi:http` with what it was granted, and nothing more.

use std::sync::Arc;

use wasmtime::component::{Linker, ResourceTable};
use wasmtime_wasi::{FsPerms, WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use super::Reach;
use super::http::Network;
use super::output::Kept;
use crate::udf::guest::Guest;
use crate::udf::limits::{RANDOM_BYTES, WASI_HANDLES};
use crate::udf::wasi::{STDERR, STDOUT};

/// The state of one instance.
pub(crate) struct World {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    table: ResourceTable,
    network: Network,
    stdout: Kept,
    stderr: Kept,
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World").field("network", &self.network).finish_non_exhaustive()
    }
}

impl World {
    /// Opens the directories, and gives the function the network that it was granted.
    pub(crate) fn new(reach: &Reach) -> wasmtime::Result<World> {
        let (stdout, stderr) = (Kept::default(), Kept::default());
        let mut wasi = WasiCtx::builder();
        wasi.stdout(stdout.clone()).stderr(stderr.clone()).max_random_size(RANDOM_BYTES as u64);
        // Sockets of its own would lead past the hosts that were named.
        wasi.allow_tcp(false).allow_udp(false).allow_ip_name_lookup(false);
        for mount in reach.mounts.iter() {
            let perms = if mount.is_writable { FsPerms::ReadWrite } else { FsPerms::ReadOnly };
            wasi.preopened_dir(&mount.path, &mount.name, perms)?;
        }
        let mut table = ResourceTable::new();
        table.set_max_capacity(WASI_HANDLES as usize);
        let network = Network::new(Arc::clone(&reach.hosts), reach.any_host);
        Ok(World { wasi: wasi.build(), http: WasiHttpCtx::new(), table, network, stdout, stderr })
    }
}

/// Offers WASI with files, and `wasi:http`.
pub(crate) fn add(linker: &mut Linker<Guest>) -> wasmtime::Result<()> {
    wasmtime_wasi::p2::add_to_linker_async(linker)?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(linker)
}

const HAS_A_WORLD: &str = "only instances that are made with a world are linked to it";

impl Guest {
    fn world(&mut self) -> &mut World {
        self.world.as_mut().expect(HAS_A_WORLD)
    }

    /// Logs what the call wrote to its standard streams.
    pub(super) fn log_world(&mut self) {
        let Some(world) = &self.world else { return };
        for (stream, text) in [(STDOUT, world.stdout.take()), (STDERR, world.stderr.take())] {
            if !text.is_empty() {
                self.write_output(stream, &text);
            }
        }
    }
}

impl WasiView for Guest {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        let world = self.world();
        WasiCtxView { ctx: &mut world.wasi, table: &mut world.table }
    }
}

impl WasiHttpView for Guest {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        let world = self.world();
        WasiHttpCtxView { ctx: &mut world.http, table: &mut world.table, hooks: &mut world.network }
    }
}
