//! Every limit on functions that is no setting, and the three that WASM.LOAD may ask for.

use super::fuel::UNMETERED;
use crate::config::{WasmCeilings, WasmLimits};

/// Bytes of a function's name: it appears in logs, in INFO and in metrics.
pub(crate) const NAME_BYTES: usize = 64;
/// Nodes of one reply, as `ferrite:store/types` promises: Redis' own limit on the arguments of a command.
pub(crate) const REPLY_NODES: usize = 1_048_576;
/// Arguments of a command that a function executes: as many as a client's command may have.
pub(crate) const COMMAND_ARGUMENTS: usize = 1_048_576;
/// Aggregates inside aggregates of one reply, as `ferrite:store/types` promises: clients parse replies recursively.
pub(crate) const REPLY_DEPTH: usize = 32;
/// Bytes that one crossing from a function to the host may make the host allocate or walk: a list of a few bytes can
/// name the same memory a million times, so the function's own memory is no bound.
pub(crate) const CROSSING_BYTES: usize = 64 << 20;
/// Bytes of a line in the log, and of a panic's message.
pub(crate) const LOG_LINE_BYTES: usize = 1024;
/// What a line counts for beside its text: its time, its level, the function's name.
pub(crate) const LOG_LINE_OVERHEAD: usize = 64;
/// Lines, and bytes of them, that WASM.LOG can still show of a function.
pub(crate) const LOG_KEPT_LINES: usize = 128;
pub(crate) const LOG_KEPT_BYTES: usize = 64 << 10;
/// Bytes of the error text that a function returns: an error is one line that a person reads.
pub(crate) const ERROR_BYTES: usize = 8 << 10;
/// Bytes of the name of a command that a component describes.
pub(crate) const COMMAND_NAME_BYTES: usize = 64;
/// Commands that one component may add: each is a row of the engine's table.
pub(crate) const DESCRIBED_COMMANDS: usize = 64;
/// Bytes of a command's summary, the rest is cut.
pub(crate) const SUMMARY_BYTES: usize = 1024;
/// Typed functions of one component: each keeps its types and their text.
pub(crate) const TYPED_FUNCTIONS: usize = 256;
/// Types inside of the type of one function, and how deep they are nested: a component of a few bytes can name a type of
/// a million parts.
pub(crate) const SIGNATURE_TYPES: usize = 1000;
pub(crate) const SIGNATURE_DEPTH: usize = 32;
/// Bytes of a signature's text.
pub(crate) const SIGNATURE_BYTES: usize = 8 << 10;
/// Bytes of one argument that becomes a list or is read as WAVE text: each byte may take ninety of the host's.
pub(crate) const TYPED_BYTES: usize = 1 << 20;
/// Bytes of WAVE text times the parts of the type that it is a value of: names in a text are looked for among all those
/// of its type, while no clock runs.
pub(crate) const WAVE_STEPS: usize = 8 << 20;
/// Milliseconds after which a running function lets the host look at its sockets.
pub(crate) const BUSY_AFTER_MS: u64 = 5;
/// Native stack of wasm code in one instance; nested calls need it once for each level.
pub(crate) const WASM_STACK_BYTES: usize = 512 << 10;
/// Instances of all functions together, whatever they do: each takes slots of the pooling allocator.
pub(crate) const TOTAL_INSTANCES: u32 = 1000;
/// Core instances, memories and tables of all functions together.
pub(crate) const TOTAL_CORE_INSTANCES: u32 = 4 * TOTAL_INSTANCES;
/// Linear memories of one component. Toolchains link one; composed components have one for each part.
pub(crate) const MEMORIES_PER_COMPONENT: u32 = 8;
/// Tables of one component, among them those of the shims that `wit-component` adds.
pub(crate) const TABLES_PER_COMPONENT: u32 = 32;
/// Core instances of one component: Python's needs about a dozen.
pub(crate) const CORE_INSTANCES_PER_COMPONENT: u32 = 64;
/// Elements of one table: language runtimes with tens of thousands of functions exist.
pub(crate) const TABLE_ELEMENTS: usize = 100_000;
/// Modules in `module_dir` that are loaded at start.
pub(crate) const MODULE_DIR_FILES: usize = 1000;
/// Bytes of the file beside a module there.
pub(crate) const MODULE_OPTIONS_BYTES: u64 = 64 << 10;
/// Patterns of keys that LOAD may grant to a function, for reading and for writing.
pub(crate) const PATTERNS: usize = 64;
/// Bytes of one of them: each is matched against every key that the function touches.
pub(crate) const PATTERN_BYTES: usize = 512;
/// Hosts that LOAD may grant to a function.
pub(crate) const HOSTS: usize = 64;
/// Bytes of one of them: the longest name there is, and a port.
pub(crate) const HOST_BYTES: usize = 260;
/// Directories that LOAD may grant to a function.
pub(crate) const MOUNTS: usize = 16;
/// Calls of functions off the shard that run at the same time.
pub(crate) const AWAY_CALLS: usize = 16;
/// Calls of functions off the shard that wait for one of these to end.
pub(crate) const AWAY_QUEUE: usize = 64;
/// Native stacks for them, and for the check of a module that is loaded meanwhile.
pub(crate) const AWAY_STACKS: u32 = AWAY_CALLS as u32 + 4;
/// Store calls of functions off the shard that wait for the shard.
pub(crate) const AWAY_STORE_CALLS: usize = 64;
/// Threads for what the system cannot do without waiting: files, and names of hosts.
pub(crate) const AWAY_BLOCKING_THREADS: usize = 4;
/// Bytes of a standard stream of a call that are kept until it has ended; of more, the end.
pub(crate) const AWAY_OUTPUT_BYTES: usize = 16 << 10;
/// Bytes that one call may send in bodies of requests, and as many that it may receive.
pub(crate) const HTTP_BODY_BYTES: usize = 16 << 20;
/// HTTP requests of one call.
pub(crate) const HTTP_REQUESTS: u32 = 100;
/// HTTP requests of one call at the same time.
pub(crate) const HTTP_CONCURRENT: u32 = 8;
/// Handles of WASI that one instance may hold: each lives in the host's memory until the function drops it.
pub(crate) const WASI_HANDLES: u32 = 1024;
/// Random bytes at once: they are made in one go, on the shard.
pub(crate) const RANDOM_BYTES: usize = 1 << 20;
/// Modules that wait for the compiling thread.
pub(crate) const COMPILE_QUEUE: usize = 64;
/// Bytes of compiled modules kept on disk.
pub(crate) const CACHE_BYTES: u64 = 1 << 30;

/// What one call may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Units of fuel, about one for each wasm operator.
    pub(crate) fuel: u64,
    /// Bytes of all memories and tables of an instance together.
    pub(crate) memory_bytes: u64,
    /// Milliseconds on the clock on the wall.
    pub(crate) timeout_ms: u64,
    /// Calls on the store.
    pub(crate) store_calls: u64,
    /// Bytes of the reply, a node counting 16.
    pub(crate) reply_bytes: u64,
    /// Bytes of lines for the log.
    pub(crate) log_bytes: u64,
}

/// What WASM.LOAD asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct AskedLimits {
    pub(crate) fuel: Option<u64>,
    pub(crate) memory_bytes: Option<u64>,
    pub(crate) timeout_ms: Option<u64>,
}

impl AskedLimits {
    /// The limits of the function: what was asked or else the default, never above the ceilings.
    pub(crate) fn settle(self, defaults: &WasmLimits, ceilings: &WasmCeilings) -> Result<Limits, String> {
        let fuel = bounded("FUEL", self.fuel, defaults.max_fuel, ceilings.max_fuel, "max_fuel")?;
        Ok(Limits {
            fuel: if defaults.meter_fuel { fuel } else { UNMETERED },
            memory_bytes: bounded("MEMORY", self.memory_bytes, defaults.max_memory, ceilings.max_memory, "max_memory")?,
            timeout_ms: bounded(
                "TIMEOUT",
                self.timeout_ms,
                defaults.max_duration_ms,
                ceilings.max_duration_ms,
                "max_duration_ms",
            )?,
            store_calls: defaults.max_store_calls,
            reply_bytes: defaults.max_reply_bytes,
            log_bytes: defaults.max_log_bytes,
        })
    }
}

fn bounded(word: &str, asked: Option<u64>, default: u64, ceiling: u64, setting: &str) -> Result<u64, String> {
    match asked {
        // A default above the ceiling is the operator's own doing; the ceiling is the harder word.
        None => Ok(default.min(ceiling)),
        Some(0) => Err(format!("{word} must be at least 1")),
        Some(asked) if asked > ceiling => {
            Err(format!("{word} {asked} is more than the allowed {ceiling} ([wasm.ceilings] {setting})"))
        }
        Some(asked) => Ok(asked),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_what_was_asked_or_the_default_and_never_above_the_ceiling() {
        let (defaults, ceilings) = (WasmLimits::default(), WasmCeilings::default());
        let limits = AskedLimits { fuel: Some(7), ..AskedLimits::default() }.settle(&defaults, &ceilings);
        assert_eq!(limits, Ok(Limits { fuel: 7, ..crate::udf::testing::LIMITS }));
        let asked = AskedLimits { memory_bytes: Some(268_435_457), ..AskedLimits::default() };
        assert_eq!(
            asked.settle(&defaults, &ceilings),
            Err("MEMORY 268435457 is more than the allowed 268435456 ([wasm.ceilings] max_memory)".to_owned())
        );
        let none = AskedLimits { timeout_ms: Some(0), ..AskedLimits::default() };
        assert_eq!(none.settle(&defaults, &ceilings), Err("TIMEOUT must be at least 1".to_owned()));
    }
}
