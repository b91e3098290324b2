//! Components plugged into each other, as `wac plug` does it.

use crate::{Component, Error, component::write_if_changed, workspace};
use wac_graph::{CompositionGraph, EncodeOptions, plug, types::Package};

/// The name of what [`http`] makes.
pub const HTTP: &str = "ferrite-http";

/// The store with its environment over WASI and `wasi:http` in front: one file for `wasmtime serve`.
pub fn http() -> Result<Component, Error> {
    let (environment, store) = (workspace::guest("environment")?, workspace::guest("store")?);
    let http = workspace::guest("http")?;
    let failed = |error: anyhow::Error| Error::Encode { package: HTTP.to_owned(), reason: format!("{error:#}") };
    let store_bytes = plugged(&store.bytes, &environment.bytes).map_err(failed)?;
    let bytes = plugged(&http.bytes, &store_bytes).map_err(failed)?;
    let path = http.path.with_file_name(HTTP).with_extension("wasm");
    write_if_changed(&path, &bytes)?;
    let mut sources = [environment.sources, store.sources, http.sources].concat();
    sources.sort();
    sources.dedup();
    Ok(Component { package: HTTP.to_owned(), path, bytes, sources })
}

/// `socket` with what `plug` exports in place of its imports of the same names.
fn plugged(socket: &[u8], exports: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut graph = CompositionGraph::new();
    let socket = Package::from_bytes("ferrite:socket", None, socket, graph.types_mut())?;
    let socket = graph.register_package(socket)?;
    let exports = Package::from_bytes("ferrite:plug", None, exports, graph.types_mut())?;
    let exports = graph.register_package(exports)?;
    plug(&mut graph, vec![exports], socket)?;
    Ok(graph.encode(EncodeOptions::default())?)
}
