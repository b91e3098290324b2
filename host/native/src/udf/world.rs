//! Whether a component is a function: what it imports, what it exports, what it needs before it runs.

use wasmtime::component::Component;

use super::bindings::{UDF, VERSION};
use super::entry::Entries;
use super::imports::OFFERED;
use super::limits::Limits;
use super::permissions::Permissions;
use super::wasi;

/// How a module that is none is told.
const MAGIC: &[u8] = b"\0asm";
/// Version and layer of a core module; a component has layer 1.
const CORE: [u8; 4] = [1, 0, 0, 0];

/// Checks the first bytes, so that the commonest mistake gets an answer of its own.
pub(crate) fn check_bytes(bytes: &[u8]) -> Result<(), String> {
    match bytes.strip_prefix(MAGIC) {
        None => Err("the module does not begin with `\\0asm`: it is no WebAssembly".to_owned()),
        Some(rest) if rest.starts_with(&CORE) => Err(format!(
            "the module is a core module, and functions are components: build it with `ferrite udf build`, or wrap it \
             with `wasm-tools component new` (world {UDF}/function@{VERSION})"
        )),
        Some(_) => Ok(()),
    }
}

/// Checks imports, exports, and what an instance needs at the least; finds out how the component is called.
pub(crate) fn check(component: &Component, limits: Limits, permissions: Permissions) -> Result<Entries, String> {
    let (ty, engine) = (component.component_type(), component.engine());
    for (name, _) in ty.imports(engine) {
        check_import(name, permissions)?;
    }
    let entries = Entries::find(component)?;
    let Some(needs) = component.resources_required() else {
        return Err("the component imports core modules, whose needs cannot be known before it runs".to_owned());
    };
    let least = needs.max_initial_memory_size.unwrap_or_default();
    if least > limits.memory_bytes {
        return Err(format!(
            "the component begins with a memory of {least} bytes, more than its limit of {} (ask for more with MEMORY)",
            limits.memory_bytes
        ));
    }
    Ok(entries)
}

/// What `call` has to look like.
pub(crate) fn expected() -> String {
    format!(
        "a function exports the world {UDF}/function@{VERSION}: \
         `call: func(keys: list<list<u8>>, args: list<list<u8>>) -> result<reply, string>` (or the world \
         {UDF}/command, or functions of types that have text)"
    )
}

/// What there is of HTTP with NETWORK.
const HTTP: [&str; 2] = ["wasi:http/types", "wasi:http/outgoing-handler"];

fn check_import(name: &str, permissions: Permissions) -> Result<(), String> {
    let (interface, version) = name.split_once('@').unwrap_or((name, ""));
    if OFFERED.contains(&interface) {
        return if minor(version) == minor(VERSION) {
            Ok(())
        } else {
            Err(format!("the component imports `{name}`; this server offers version {VERSION}"))
        };
    }
    let has_network = permissions.contains(Permissions::NETWORK);
    if wasi::PACKAGES.iter().any(|package| interface.starts_with(package)) || has_network && HTTP.contains(&interface) {
        return if minor(version) == wasi::MINOR {
            Ok(())
        } else {
            Err(format!("the component imports `{name}`; this server offers WASI {}", wasi::MINOR))
        };
    }
    let reason = if interface.starts_with("wasi:http") {
        "with PERMISSIONS NETWORK=host:port it may import wasi:http/types and wasi:http/outgoing-handler"
    } else if interface.starts_with("wasi:") {
        "of WASI there are cli, clocks, random, io, filesystem and sockets"
    } else if interface.starts_with("ferrite:store/") {
        "a function may use of the store only its typed interfaces and commands"
    } else {
        "it is not offered"
    };
    Err(format!("the component imports `{name}`, which it may not: {reason} (offered: {})", OFFERED.join(", ")))
}

/// `0.1` of `0.1.7`: patch releases only add.
fn minor(version: &str) -> &str {
    version.rsplit_once('.').map_or(version, |(minor, _)| minor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offered_imports_pass_in_any_patch_version() {
        assert_eq!(
            check_import("ferrite:store/strings@0.1.0", Permissions::ALL.intersection(Permissions::WRITE)),
            Ok(())
        );
        assert_eq!(check_import("ferrite:udf/log@0.1.9", Permissions::ALL.intersection(Permissions::WRITE)), Ok(()));
        let error = check_import("ferrite:store/strings@0.2.0", Permissions::ALL.intersection(Permissions::WRITE))
            .expect_err("another minor version");
        assert!(error.contains("0.2.0") && error.contains(VERSION), "{error}");
    }

    #[test]
    fn a_refused_import_is_named_with_its_reason() {
        for (name, reason) in [
            ("wasi:http/outgoing-handler@0.2.0", "NETWORK"),
            ("wasi:keyvalue/store@0.2.0", "there are cli"),
            ("wasi:cli/environment@0.3.0", "this server offers WASI 0.2"),
            ("ferrite:store/transactions@0.1.0", "only its typed interfaces and commands"),
            ("acme:thing/thing", "not offered"),
        ] {
            let error = check_import(name, Permissions::ALL.intersection(Permissions::WRITE)).expect_err("not offered");
            assert!(error.contains(name) && error.contains(reason), "{error}");
        }
    }

    #[test]
    fn what_is_no_component_is_told_apart() {
        assert!(check_bytes(b"\0asm\x0d\0\x01\0").is_ok());
        assert!(check_bytes(b"\0asm\x01\0\0\0").expect_err("core").contains("ferrite udf build"));
        assert!(check_bytes(b"#!/bin/sh").expect_err("text").contains("no WebAssembly"));
    }
}
