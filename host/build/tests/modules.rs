//! What stays a core module: the gateway at Fastly Compute.

/// Bytes; the platform takes a hundred times as much.
const LARGEST: usize = 1_100_000;

#[test]
fn the_gateway_at_fastly_is_a_small_core_module() {
    let module = ferrite_build::guest("gateway-fastly").expect("it is built");
    assert!(module.bytes.starts_with(b"\0asm\x01\0\0\0"), "it is no core module");
    assert!(module.bytes.len() < LARGEST, "it has {} bytes", module.bytes.len());
    let has = |name: &str| module.bytes.windows(name.len()).any(|bytes| bytes == name.as_bytes());
    assert!(has("fastly_http_req") && has("wasi_snapshot_preview1"));
    // What it is made from: of its path dependencies too.
    assert!(module.sources.iter().any(|source| source.ends_with("store-remote-core/src")), "{:?}", module.sources);
}
