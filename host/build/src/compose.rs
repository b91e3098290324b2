//! Components plugged into each other, as `wac plug` does it.

use crate::{Component, Error, component::write_if_changed, workspace};
use wac_graph::{CompositionGraph, EncodeOptions, plug, types::Package};

/// A program of one file: a store and an adapter in front.
pub struct Program {
    /// The name of its file, without the ending.
    pub name: &'static str,
    /// The folder of the component that is its front.
    pub front: &'static str,
    /// Folders of the store, and of what it asks for.
    pub store: &'static [&'static str],
    /// Folders of what the front asks for beside a store.
    pub plugs: &'static [&'static str],
}

/// The store with its environment over WASI.
const INSIDE: &[&str] = &["store", "environment"];

/// For hosts of `wasi:http`, such as `wasmtime serve`.
pub const HTTP: Program = Program { name: "ferrite-http", front: "http", store: INSIDE, plugs: &[] };
/// For hosts of `wasi:cli`, such as `wasmtime run`.
pub const CLI: Program = Program { name: "ferrite-cli", front: "cli", store: INSIDE, plugs: &[] };

/// The AI gateway without policies, for hosts of `wasi:http` and `wasi:config`.
pub const GATEWAY: Program =
    Program { name: "ferrite-gateway", front: "gateway", store: INSIDE, plugs: &["environment", "no-policies"] };

/// The same over a store elsewhere, which any number of instances share.
pub const GATEWAY_REMOTE: Program = Program {
    name: "ferrite-gateway-remote",
    front: "gateway",
    store: &["store-remote"],
    plugs: &["environment", "no-policies"],
};

/// All that `cargo components` writes.
pub const PROGRAMS: &[&Program] = &[&CLI, &GATEWAY, &GATEWAY_REMOTE, &HTTP];

impl Program {
    /// Builds its parts and plugs them into each other.
    pub fn build(&self) -> Result<Component, Error> {
        let guests = |folders: &[&str]| folders.iter().map(|one| workspace::guest(one)).collect::<Result<Vec<_>, _>>();
        let (store, front, plugs) = (guests(self.store)?, workspace::guest(self.front)?, guests(self.plugs)?);
        let failed =
            |error: anyhow::Error| Error::Encode { package: self.name.to_owned(), reason: format!("{error:#}") };
        let mut parts: Vec<&[u8]> = plugs.iter().map(|plug| plug.bytes.as_slice()).collect();
        let whole_store;
        match &store.iter().map(|part| part.bytes.as_slice()).collect::<Vec<_>>()[..] {
            [alone] => parts.insert(0, alone),
            [store, asked_for @ ..] => {
                whole_store = plugged(store, asked_for).map_err(failed)?;
                parts.insert(0, &whole_store);
            }
            [] => {}
        }
        let bytes = plugged(&front.bytes, &parts).map_err(failed)?;
        let path = front.path.with_file_name(self.name).with_extension("wasm");
        write_if_changed(&path, &bytes)?;
        let all = [store, vec![front], plugs].concat();
        let mut sources: Vec<_> = all.into_iter().flat_map(|one| one.sources).collect();
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
