//! For unit tests: a worker of their own, and functions written as text.

use std::path::Path;
use std::sync::Arc;

use tokio::sync::oneshot;

use super::away::Away;
use super::cache::Cache;
use super::engine::function_engine;
use super::grants::Grants;
use super::limits::Limits;
use super::source::Source;
use super::ticker::{Caller, Ticker};
use super::worker::{Job, Prepared, Refusal, Worker, Workshop};
use crate::config::WasmSecurity;

/// The defaults of `[wasm.limits]`.
pub(super) const LIMITS: Limits = Limits {
    fuel: 1_000_000,
    memory_bytes: 67_108_864,
    timeout_ms: 5000,
    store_calls: 1_000_000,
    reply_bytes: 33_554_432,
    log_bytes: 16_384,
};

/// A worker with nothing else around it.
pub(super) struct Workbench {
    worker: Worker,
    ticker: Arc<Ticker>,
    /// Holds the cache, unless the test has a directory of its own.
    _temp: Option<tempfile::TempDir>,
}

/// While it lives, epochs advance.
pub(super) struct Ticking(Arc<Ticker>);

impl Drop for Ticking {
    fn drop(&mut self) {
        self.0.leave(Caller::Shard);
    }
}

impl Workbench {
    pub(super) fn new() -> Workbench {
        let temp = tempfile::tempdir().expect("a temporary directory");
        Workbench { _temp: Some(temp), ..Workbench::in_dir(Path::new("/nonexistent")) }
    }

    pub(super) fn in_dir(dir: &Path) -> Workbench {
        let engine = function_engine(268_435_456, true).expect("the engine can be made");
        let ticker = Arc::new(Ticker::start(&engine).expect("threads can be started"));
        let workshop = Workshop {
            engine,
            door: Away::new().door(),
            security: WasmSecurity::default(),
            ticker: Arc::clone(&ticker),
            module_dir: dir.to_owned(),
            max_module_bytes: 1 << 20,
            cache: Cache::new(dir, 1 << 30),
        };
        let worker = Worker::start(workshop).expect("threads can be started");
        Workbench { worker, ticker, _temp: None }
    }

    pub(super) fn prepare(&self, text: &str, limits: Limits) -> Result<Prepared, String> {
        self.prepare_bytes(wat::parse_str(text).expect("the test's text is valid"), limits)
    }

    pub(super) fn prepare_bytes(&self, bytes: Vec<u8>, limits: Limits) -> Result<Prepared, String> {
        let (done, prepared) = oneshot::channel();
        self.worker.submit(Job {
            name: Arc::from("f"),
            source: Source::new(bytes),
            limits,
            grants: Grants::default(),
            done,
        })?;
        prepared.blocking_recv().expect("the worker answers every job").map_err(Refusal::into_reason)
    }

    pub(super) fn running(&self) -> Ticking {
        self.ticker.enter(Caller::Shard);
        Ticking(Arc::clone(&self.ticker))
    }
}

/// A function with this body: four parameters (keys and their number, args and their number), a local `$i`; it leaves
/// the address of a `result<list<node>, string>`.
pub(super) fn function(body: &str) -> String {
    wrap("", "", "", body)
}

/// A function that has `$panic` of `ferrite:udf/log`, and data.
pub(super) fn with_log(body: &str, data: &str) -> String {
    let import = r#"(import "ferrite:udf/log@0.1.5" (instance $log (export "panic" (func (param "message" string)))))
        (core module $memory (memory (export "memory") 1))
        (core instance $shared (instantiate $memory))
        (core func $panic (canon lower (func $log "panic") (memory (core memory $shared "memory"))))"#;
    wrap(import, &format!(r#"(import "log" "panic" (func $panic (param i32 i32))) {data}"#), "shared", body)
}

/// The component around a body: `imports` of the component, `fields` of its core module, and, if not empty, the name
/// of the core instance whose memory the module uses while it imports `$panic`.
pub(super) fn wrap(imports: &str, fields: &str, shared: &str, body: &str) -> String {
    let (memory, with) = if shared.is_empty() {
        (r#"(memory (export "memory") 1)"#.to_owned(), String::new())
    } else {
        (
            r#"(import "shared" "memory" (memory 1)) (export "memory" (memory 0))"#.to_owned(),
            format!(r#"(with "shared" (instance ${shared})) (with "log" (instance (export "panic" (func $panic))))"#),
        )
    };
    let (import_fields, other_fields) =
        if shared.is_empty() { (String::new(), fields.to_owned()) } else { (fields.to_owned(), String::new()) };
    format!(
        r#"(component
            (import "ferrite:store/types@0.1.5" (instance $types
                (type $node' (variant (case "null") (case "boolean" bool) (case "integer" s64) (case "double" f64)
                    (case "bytes" (list u8)) (case "status" string) (case "failure" string)
                    (case "array" u32) (case "set" u32) (case "map" u32)))
                (export "node" (type $node (eq $node')))
                (type $reply' (list $node))
                (export "reply" (type (eq $reply')))))
            (alias export $types "reply" (type $reply))
            {imports}
            (core module $m
                {import_fields}
                {memory}
                (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
                {other_fields}
                (func $call (export "call") (param i32 i32 i32 i32) (result i32) (local $i i32) {body}))
            (core instance $i (instantiate $m {with}))
            (type $list (list (list u8)))
            (func (export "call") (param "keys" $list) (param "args" $list) (result (result $reply (error string)))
                (canon lift (core func $i "call") (memory (core memory $i "memory")) (realloc (core func $i "realloc")))))"#
    )
}
