//! Components plugged into each other, as `wac plug` does it.

use crate::{Component, Error, component::write_if_changed, workspace};
use wac_graph::{CompositionGraph, EncodeOptions, plug, types::Package};

/// A program of one file: the store, its environment over WASI, and an adapter in front.
pub struct Program {
    /// The name of its file, without the ending.
    pub name: &'static str,
    /// The folder of the component that is its front.
    pub front: &'static str,
    /// Folders of what the front asks for beside a store.
    pub plugs: &'static [&'static str],
}

/// For hosts of `wasi:http`, such as `wasmtime serve`.
pub const HTTP: Program = Program { name: "ferrite-http", front: "http", plugs: &[] };
/// For hosts of `wasi:cli`, such as `wasmtime run`.
pub const CLI: Program = Program { name: "ferrite-cli", front: "cli", plugs: &[] };

/// The AI gateway without policies, for hosts of `wasi:http` and `wasi:config`.
pub const GATEWAY: Program =
    Program { name: "ferrite-gateway", front: "gateway", plugs: &["environment", "no-policies"] };

/// All that `cargo components` writes.
pub const PROGRAMS: &[&Program] = &[&CLI, &GATEWAY, &HTTP];

impl Program {
    /// Builds its parts and plugs them into each other.
    pub fn build(&self) -> Result<Component, Error> {
        let (environment, store) = (workspace::guest("environment")?, workspace::guest("store")?);
        let front = workspace::guest(self.front)?;
        let plugs = self.plugs.iter().map(|plug| workspace::guest(plug)).collect::<Result<Vec<_>, _>>()?;
        let failed =
            |error: anyhow::Error| Error::Encode { package: self.name.to_owned(), reason: format!("{error:#}") };
        let store_bytes = plugged(&store.bytes, &[&environment.bytes]).map_err(failed)?;
        let all: Vec<&[u8]> =
            [&store_bytes].into_iter().chain(plugs.iter().map(|plug| &plug.bytes)).map(Vec::as_slice).collect();
        let bytes = plugged(&front.bytes, &all).map_err(failed)?;
        let path = front.path.with_file_name(self.name).with_extension("wasm");
        write_if_changed(&path, &bytes)?;
        let mut sources = [environment.sources, store.sources, front.sources].concat();
        sources.extend(plugs.into_iter().flat_map(|plug| plug.sources));
        sources.sort();
        sources.dedup();
        Ok(Component { package: self.name.to_owned(), path, bytes, sources })
    }
}

/// `socket` with what `plugs` export in place of its imports of the same names, as `wac plug` does it.
pub fn plugged(socket: &[u8], plugs: &[&[u8]]) -> anyhow::Result<Vec<u8>> {
    let mut graph = CompositionGraph::new();
    let socket = Package::from_bytes("ferrite:socket", None, socket, graph.types_mut())?;
    let socket = graph.register_package(socket)?;
    let mut exports = Vec::with_capacity(plugs.len());
    for (index, bytes) in plugs.iter().enumerate() {
        let package = Package::from_bytes(&format!("ferrite:plug{index}"), None, *bytes, graph.types_mut())?;
        exports.push(graph.register_package(package)?);
    }
    plug(&mut graph, exports, socket)?;
    Ok(graph.encode(EncodeOptions::default())?)
}
