//! The limits of functions as rows for `docs/limits.md`.

use super::limits::*;
use super::running::MOST_LEVELS;
use crate::config::Config;
use crate::limits::Row;

/// Settings with their defaults, then what is no setting.
pub(crate) fn table() -> Vec<Row> {
    let wasm = Config::default().wasm;
    let (limits, ceilings) = (wasm.limits, wasm.ceilings);
    let row = |name, value, beyond, reason| Row { name, value, beyond, reason };
    vec![
        row(
            "max_fuel",
            format!("{} units, at most {} by LOAD", limits.max_fuel, ceilings.max_fuel),
            "`-ERR wasm: fuel exhausted after …`, the call is undone",
            "One unit a wasm operator, one a byte that a bulk operator moves. A store call costs 100, its bytes, and 10 \
             for each key that KEYS, SCAN or FLUSHALL may look at. What a function calls spends its fuel too.",
        ),
        row(
            "max_duration_ms",
            format!("{} ms, at most {} by LOAD", limits.max_duration_ms, ceilings.max_duration_ms),
            "`-ERR wasm: deadline of … ms exceeded`, the call is undone",
            "Fuel counts work, not time: this bounds what fuel misjudges. Looked at each millisecond, between two \
             operators; a copy as big as the memory is one operator and takes some milliseconds.",
        ),
        row(
            "max_memory",
            format!("{} bytes, at most {} by LOAD", limits.max_memory, ceilings.max_memory),
            "the growth is refused; a function that cannot go on without it fails with `-ERR wasm: memory limit of …`",
            "All linear memories and tables of an instance together.",
        ),
        row(
            "max_call_depth",
            format!("{} levels, {MOST_LEVELS} whatever is set", limits.max_call_depth),
            "`-ERR wasm: call depth of … exceeded`",
            "Functions that call functions: each level needs native stack.",
        ),
        row(
            "wasm-stack",
            bytes(WASM_STACK_BYTES as u64),
            "`-ERR wasm: trap: call stack exhausted`",
            "Calls inside of one function. A toolchain may set a smaller stack of its own, in linear memory.",
        ),
        row(
            "max_module_bytes",
            bytes(ceilings.max_module_bytes),
            "LOAD is refused before the file is read",
            "The biggest modules known, language runtimes with their libraries, have some 20 MB.",
        ),
        row(
            "module_dir",
            format!("{MODULE_DIR_FILES} modules, {} of options for each", bytes(MODULE_OPTIONS_BYTES)),
            "the rest is not loaded; the log says which options are refused",
            "Functions that are there when the server starts.",
        ),
        row(
            "compile-queue",
            format!("{COMPILE_QUEUE} modules"),
            "LOAD is refused",
            "One module is compiled at a time; those that wait hold their bytes.",
        ),
        row(
            "compile-cache",
            bytes(CACHE_BYTES),
            "what was used longest ago is removed",
            "Compiled code on disk, several times as big as the modules.",
        ),
        row(
            "function-name",
            format!("{NAME_BYTES} bytes"),
            "LOAD is refused",
            "Letters, digits, `-`, `_` and `.`: it appears in logs and figures.",
        ),
        row(
            "crossing",
            bytes(CROSSING_BYTES as u64),
            "`-ERR wasm: limit of … bytes in one reply or argument exceeded`",
            "A reply, or the arguments of one import. A list of a few bytes can name the same memory a million times, \
             so the function's own memory is no bound.",
        ),
        row(
            "reply-nodes",
            format!("{REPLY_NODES} nodes"),
            "`-ERR wasm: invalid reply: …`",
            "As many as a command of Redis may have arguments.",
        ),
        row(
            "reply-depth",
            format!("{REPLY_DEPTH} levels"),
            "`-ERR wasm: invalid reply: …`",
            "Clients parse replies recursively.",
        ),
        row(
            "command-arguments",
            format!("{COMMAND_ARGUMENTS} arguments"),
            "`commands.execute` returns `limit-exceeded`",
            "As many as a client's command may have.",
        ),
        row(
            "described-commands",
            format!("{DESCRIBED_COMMANDS} of a component, names of {COMMAND_NAME_BYTES} bytes"),
            "LOAD is refused",
            "Each is a row of the engine's table. A summary is cut at 1 KiB.",
        ),
        row(
            "typed-functions",
            format!(
                "{TYPED_FUNCTIONS} of a component; {SIGNATURE_TYPES} types in one's own, {SIGNATURE_DEPTH} deep, written in {}",
                bytes(SIGNATURE_BYTES as u64)
            ),
            "more functions: LOAD is refused; a larger type: that function cannot be called, and WASM.INFO says why",
            "A component of a few bytes can name a type of a million parts.",
        ),
        row(
            "typed-argument",
            format!(
                "{} of a `list<u8>` or of WAVE text, of that also no more than {} divided by the parts of its type",
                bytes(TYPED_BYTES as u64),
                bytes(WAVE_STEPS as u64)
            ),
            "`-ERR wasm: argument 1 (`…`): expected at most …`",
            "Each byte may take ninety of the host's while it is converted, and each name in a text is looked for among \
             those of its type. A `string` may be as long as any argument.",
        ),
        row("error-text", bytes(ERROR_BYTES as u64), "the text is cut", "An error is one line that a person reads."),
        row(
            "log-line",
            bytes(LOG_LINE_BYTES as u64),
            "the line is cut, and says so; a panic's message is cut too",
            "Control characters become spaces: a line cannot forge another.",
        ),
        row(
            "max_log_bytes",
            format!("{} bytes, each line counting {LOG_LINE_OVERHEAD} more", limits.max_log_bytes),
            "the rest of the call's lines are dropped, and the log says so",
            "A function in a loop must not fill the disk of its server.",
        ),
        row(
            "log-kept",
            format!("{LOG_KEPT_LINES} lines and {} of a function", bytes(LOG_KEPT_BYTES as u64)),
            "the oldest make room",
            "What WASM.LOG shows. The server's own log has all of it.",
        ),
        row(
            "max_store_calls",
            format!("{} of a call", limits.max_store_calls),
            "`-ERR wasm: limit of … store calls exceeded`, the call is undone",
            "Each costs at least 100 units of fuel too: this bounds functions that were given much fuel.",
        ),
        row(
            "max_reply_bytes",
            format!("{} bytes, a node counting 16", limits.max_reply_bytes),
            "`-ERR wasm: reply limit of … bytes exceeded`, the call is undone",
            "A reply is in memory twice on its way to the client.",
        ),
        row(
            "suspend_after",
            format!("{} calls in a row that trap", limits.suspend_after),
            "`-ERR wasm: function … is suspended …`, for 1 s, then twice as long each time, up to 64 s",
            "A function that is broken costs an instance a call. One call that goes well, or a LOAD, ends it.",
        ),
        row(
            "RATE",
            "none, whatever LOAD says".to_owned(),
            "`-ERR wasm: function … may be called … times a second …`",
            "Calls of clients and of functions count alike.",
        ),
        row(
            "budget function",
            format!("{:.0} % of the shard's time over {} ms", wasm.budget.function * 100.0, wasm.budget.window_ms),
            "the call waits until nobody else wants the shard, or with `exceeded = \"fail\"` fails; in EXEC it fails \
             once the function is a second beyond its share",
            "Many short calls must not stall the shard as one long one cannot. Between two calls others are served.",
        ),
        row(
            "budget all_functions",
            format!("{:.0} % of the shard's time over {} ms", wasm.budget.all_functions * 100.0, wasm.budget.window_ms),
            "as above",
            "The sum of all functions.",
        ),
        row(
            "patterns",
            format!("{PATTERNS} of {PATTERN_BYTES} bytes for READ, and for WRITE"),
            "LOAD is refused",
            "Each is matched against every key that a narrowed function touches.",
        ),
        row(
            "hosts and directories",
            format!("{HOSTS} hosts, {MOUNTS} directories of a function"),
            "LOAD is refused",
            "Each is looked at for every request, or opened for every call.",
        ),
        row(
            "off-shard calls",
            format!("{AWAY_CALLS} at a time, {AWAY_QUEUE} more wait"),
            "`-ERR wasm: … calls of functions off the shard run already …`",
            "Functions with NETWORK or FILESYSTEM. Each has a stack and an instance of its own, with the limits of a call.",
        ),
        row(
            "off-shard store calls",
            format!("{AWAY_STORE_CALLS} waiting for the shard"),
            "the function waits, within its time",
            "The shard does one after the other, and serves clients in between.",
        ),
        row(
            "http-bodies",
            format!("{} sent and as many received by a call", bytes(HTTP_BODY_BYTES as u64)),
            "the body ends with `HTTP-request-body-size` or `HTTP-response-body-size`",
            "Bodies are streamed: what a function keeps of them counts as its memory.",
        ),
        row(
            "http-requests",
            format!("{HTTP_REQUESTS} of a call, {HTTP_CONCURRENT} at a time"),
            "the request fails with `connection-limit-reached`",
            "Each has a connection of its own. None outlives its call.",
        ),
        row(
            "wasi-handles",
            format!("{WASI_HANDLES} of an instance"),
            "`-ERR wasm: trap: limit of … open WASI handles exceeded`",
            "Each lives in the host's memory until the function drops it.",
        ),
        row(
            "random-bytes",
            bytes(RANDOM_BYTES as u64),
            "`-ERR wasm: trap: limit of … random bytes at once exceeded`",
            "They are made in one go, and cost 4 units of fuel each.",
        ),
        row(
            "pool max_instances",
            format!("{} idle instances of a function", wasm.pool.max_instances),
            "the instance is dropped after its call",
            "Calls run one after the other: only functions that call themselves need more than one.",
        ),
        row(
            "INSTANCES",
            "none, whatever LOAD says".to_owned(),
            "`-ERR wasm: function … runs … times at once already …`",
            "Functions that call themselves, and calls off the shard; no more instances of it are kept idle either.",
        ),
        row(
            "instances",
            format!("{TOTAL_INSTANCES} of all functions"),
            "idle instances are dropped, then `-ERR wasm: no room for another instance of a function`",
            "Each reserves 4 GiB of address space, so that no bounds check is compiled; memory is taken on use only.",
        ),
        row(
            "memories and tables",
            format!("{MEMORIES_PER_COMPONENT} and {TABLES_PER_COMPONENT} of a component, {TABLE_ELEMENTS} elements"),
            "LOAD is refused",
            "Enough for composed components and for the language runtimes that were tried.",
        ),
        row(
            "busy-after",
            format!("{BUSY_AFTER_MS} ms"),
            "the host looks at its sockets in the middle of the call",
            "WASM.KILL and SHUTDOWN are obeyed from then on; shorter calls pay nothing for it.",
        ),
    ]
}

fn bytes(count: u64) -> String {
    match count {
        _ if count >= 1 << 30 => format!("{} GiB", count >> 30),
        _ if count >= 1 << 20 => format!("{} MiB", count >> 20),
        _ => format!("{} KiB", count >> 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/limits.md");
    const BEGIN: &str = "<!-- made from host/native/src/udf/limits_table.rs -->\n";
    const END: &str = "<!-- until here: functions -->\n";

    /// With `FERRITE_WRITE_DOCS=1` it writes the table instead of comparing it.
    #[test]
    fn the_document_holds_exactly_the_limits_of_functions() {
        let mut expected = "| limit | value | beyond it | reason |\n| --- | --- | --- | --- |\n".to_owned();
        for Row { name, value, beyond, reason } in table() {
            expected.push_str(&format!("| `{name}` | {value} | {beyond} | {reason} |\n"));
        }
        let document = std::fs::read_to_string(DOCUMENT).expect("docs/limits.md is there");
        let (before, rest) = document.split_once(BEGIN).expect("the document says where the table begins");
        let (present, after) = rest.split_once(END).expect("the document says where the table ends");
        if std::env::var_os("FERRITE_WRITE_DOCS").is_some_and(|value| value == "1") {
            std::fs::write(DOCUMENT, [before, BEGIN, &expected, END, after].concat()).expect("it is writable");
        } else {
            assert_eq!(present, expected, "run `FERRITE_WRITE_DOCS=1 cargo test -p ferrite limits` to write it");
        }
    }
}
