//! Every buffer, queue and limit of the server, with unit and reason. `docs/limits.md` is made from [`table`].
//!
//! What a function may use is in `udf/limits.rs` and in the `[wasm]` tables of the configuration.

use std::time::Duration;

use ferrite_http::limits::{BODY_BYTES, CHANNELS, COMMANDS, REPLY_BYTES};

use crate::config::Config;

pub(crate) const SECOND: Duration = Duration::from_secs(1);

/// Bytes that one read takes from a socket, into a buffer that all clients of a shard share.
pub const READ_BUFFER_BYTES: usize = 64 << 10;
/// Bytes of one client's unfinished command.
pub const QUERY_BUFFER_BYTES: usize = 1 << 30;
/// The engine is asked whether it has room for more bytes than these before it is given them.
pub const BIG_INPUT_BYTES: usize = 1 << 20;
/// Bytes of replies that are gathered before a write, while functions run one after another.
pub const OUTPUT_BATCH_BYTES: usize = 64 << 10;
/// Bytes that are read from a client while a blocking command has it parked.
pub const PARKED_INPUT_BYTES: usize = 64 << 10;
/// After how long a parked session is offered its input again although nobody woke it.
pub const LONGEST_PARK: Duration = Duration::from_secs(24 * 60 * 60);
/// How long one client's functions run in a row before others have their turn.
pub const TURN_TIME: Duration = Duration::from_millis(1);
/// Bytes from others that wait for a client without a hard output limit of its own.
pub const PUSHED_BYTES: usize = 256 << 20;
/// The least time that a client gets to fall below the soft output limit.
pub const SHORTEST_SOFT_TIME: Duration = Duration::from_secs(1);
/// Microseconds that one tick may spend on expiry.
pub const TICK_BUDGET_US: u32 = 1000;
/// The least pause between two ticks.
pub const SHORTEST_TICK: Duration = Duration::from_millis(1);
/// The longest pause between two ticks.
pub const LONGEST_TICK: Duration = Duration::from_millis(100);
/// About how many bytes of a snapshot the store gives at once, and how many a start gives to it.
pub const SNAPSHOT_PIECE_BYTES: u32 = 256 << 10;
/// Microseconds of the shard's time for one of them.
pub const SNAPSHOT_SLICE_US: u32 = 1000;
/// Pieces of a snapshot that wait for the disk.
pub const SNAPSHOT_PIECES: usize = 16;
/// After a snapshot that failed, `save` begins none for so long (Redis' own).
pub const SNAPSHOT_RETRY: Duration = Duration::from_secs(5);
/// How long no client is accepted after the system refused one.
pub const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// How many times as long as a look at the sockets took, a running function is left alone.
pub const BUSY_REST_FACTOR: u32 = 4;
/// Commands of one client that are obeyed in one look while a function runs.
pub const BUSY_COMMANDS: usize = 16;
/// Bytes of a waiting client that are looked at while a function runs.
pub const BUSY_PEEK_BYTES: usize = 16 << 10;
/// File descriptors that are not for clients.
pub const RESERVED_FILES: u64 = 64;
/// How long clients may take the replies that are due to them after the server was asked to stop.
pub const SHUTDOWN_TIME: Duration = Duration::from_secs(10);
/// How often a stopping server looks whether they have.
pub const SHUTDOWN_POLL: Duration = Duration::from_millis(5);
/// Bytes of the stack of a shard's thread.
pub const SHARD_STACK_BYTES: usize = 16 << 20;

/// Milliseconds of functions after which a client that nobody interrupted has the shard to itself.
pub(crate) const ALONE_MS: u64 = 3;
/// Scrapes of the metrics at a time.
pub(crate) const METRICS_CONNECTIONS: usize = 4;
/// Bytes of a scrape's request.
pub(crate) const METRICS_HEADER_BYTES: usize = 8 << 10;
/// How long a scrape may take to send its request.
pub(crate) const METRICS_HEADER_TIME: Duration = Duration::from_secs(5);

/// Connections to the gateway at a time: each is a request in flight at most.
pub(crate) const GATEWAY_CONNECTIONS: usize = 4096;
/// Bytes of a request's line and headers there: keys and trace headers are long.
pub(crate) const GATEWAY_HEADER_BYTES: usize = 64 << 10;
/// Calls that wait for the gateway's model engine: each is a request that waits for a hit in the semantic cache, or for
/// vectors of its own.
pub(crate) const GATEWAY_EMBED_QUEUE: usize = 64;
/// Connections to one upstream that are kept while nobody uses them.
pub(crate) const GATEWAY_IDLE_CONNECTIONS: usize = 256;
/// How long they are kept.
pub(crate) const GATEWAY_IDLE_TIME: Duration = Duration::from_secs(60);

/// HTTP connections at a time.
pub(crate) const HTTP_CONNECTIONS: usize = 256;
/// Of them, those that listen to channels.
pub(crate) const HTTP_SUBSCRIBERS: usize = 128;
/// Bytes of a request's line and headers.
pub(crate) const HTTP_HEADER_BYTES: usize = 16 << 10;
/// How long a client may take to send them, also behind the answer to its last request.
pub(crate) const HTTP_HEADER_TIME: Duration = Duration::from_secs(10);
/// How long it may take to send the body.
pub(crate) const HTTP_BODY_TIME: Duration = Duration::from_secs(30);
/// Bytes of a body that is too long that are read and thrown away before the connection is closed.
pub(crate) const HTTP_DISCARDED_BYTES: usize = 16 << 20;
/// Bytes of a file.
pub(crate) const HTTP_FILE_BYTES: u64 = 32 << 20;
/// How long a stream of events may be silent.
pub(crate) const HTTP_STILL_HERE: Duration = Duration::from_secs(15);
/// File descriptors of an HTTP connection beside that of its session: the client's socket and one of a pair.
pub(crate) const HTTP_FILES_EACH: u64 = 2;

/// One limit, as it is documented.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What it is called: a setting's own name, or a constant's in lower case.
    pub name: &'static str,
    /// The value with its unit.
    pub value: String,
    /// What happens beyond it.
    pub beyond: &'static str,
    /// Why there is one, and why this one.
    pub reason: &'static str,
}

/// The limits of the server's sockets, clients and threads; settings with their defaults.
pub fn table() -> Vec<Row> {
    let server = Config::default().server;
    let row = |name, value, beyond, reason| Row { name, value, beyond, reason };
    vec![
        row(
            "maxclients",
            format!("{} clients", server.maxclients),
            "`-ERR max number of clients reached`, and the connection is closed",
            "Redis' setting. Lowered at start, with a warning, when the system allows fewer open files.",
        ),
        row(
            "reserved-files",
            format!("{RESERVED_FILES} file descriptors"),
            "`maxclients` is lowered at start",
            "Listeners, logs, modules and the compile cache must never compete with clients for descriptors.",
        ),
        row(
            "tcp-backlog",
            format!("{} connections", server.tcp_backlog),
            "the kernel lets the client try again",
            "Redis' setting; the kernel's own limit applies too.",
        ),
        row(
            "timeout",
            format!("{} s (0: never)", server.timeout),
            "the idle client is disconnected",
            "Redis' setting. A client that waits for a command of its own is not idle.",
        ),
        row(
            "tcp-keepalive",
            format!("{} s", server.tcp_keepalive),
            "a peer that answers no probe is disconnected",
            "Redis' setting: finds half-open connections.",
        ),
        row(
            "metrics",
            format!(
                "{METRICS_CONNECTIONS} scrapes at a time, a request of {} within {METRICS_HEADER_TIME:?}",
                bytes(METRICS_HEADER_BYTES)
            ),
            "others wait; a request that is too long or too slow is closed",
            "`/metrics` is for one or two collectors, and is answered on the shard.",
        ),
        row(
            "gateway-connections",
            format!("{GATEWAY_CONNECTIONS} connections"),
            "connections wait in the backlog",
            "Each is a request of the AI gateway in flight at most.",
        ),
        row(
            "gateway-header",
            format!("{} within {}", bytes(GATEWAY_HEADER_BYTES), time(HTTP_HEADER_TIME)),
            "431; the connection is closed when the time is over",
            "Keys and trace headers are long.",
        ),
        row(
            "gateway-idle-connections",
            format!("{GATEWAY_IDLE_CONNECTIONS} to one upstream, for {}", time(GATEWAY_IDLE_TIME)),
            "those that are not used are closed",
            "A new connection with TLS takes longer than most answers of a cache.",
        ),
        row(
            "gateway-embeddings",
            format!("{GATEWAY_EMBED_QUEUE} requests wait for the model engine"),
            "the semantic cache is not asked; an attempt of the provider `local` fails",
            "Whoever waits for it could have asked the model itself.",
        ),
        row(
            "http-connections",
            format!("{HTTP_CONNECTIONS} connections, {HTTP_SUBSCRIBERS} of them subscribers"),
            "connections wait in the backlog; a subscriber more is answered with 503",
            "Each request has a session, which counts as a client of `maxclients` too.",
        ),
        row(
            "http-header",
            format!("{} within {}", bytes(HTTP_HEADER_BYTES), time(HTTP_HEADER_TIME)),
            "431; the connection is closed when the time is over",
            "A command fits into its path; who sends a header byte by byte must not hold a connection for long.",
        ),
        row(
            "http-body",
            format!("{} within {}", bytes(BODY_BYTES), time(HTTP_BODY_TIME)),
            "413, and 408",
            "It is parsed as a whole. Of a longer one 16 MiB are read and thrown away, so that the client hears why.",
        ),
        row(
            "http-commands",
            format!("{COMMANDS} commands in a pipeline or transaction, {CHANNELS} channels in a subscription"),
            "400, and nothing is executed",
            "Small commands take more memory as lists than as JSON.",
        ),
        row(
            "http-replies",
            bytes(REPLY_BYTES),
            "400, after the commands were executed",
            "All replies to a request are held until the last one is there.",
        ),
        row("http-file", bytes(HTTP_FILE_BYTES as usize), "413", "A file of `http.root` is read as a whole."),
        row(
            "http-silence",
            time(HTTP_STILL_HERE),
            "a comment is sent",
            "Proxies close streams of events that are silent for long.",
        ),
        row(
            "read-buffer",
            bytes(READ_BUFFER_BYTES),
            "the rest stays in the kernel until the client's next turn",
            "One buffer for all clients of a shard: an idle client owns none, and one client's endless pipeline is \
             handled in pieces of this size, between which everybody else has a turn.",
        ),
        row(
            "query-buffer",
            bytes(QUERY_BUFFER_BYTES),
            "the client is disconnected",
            "Redis' `client-query-buffer-limit`. Only bytes that arrived take memory, never bytes that a header \
             announced, and the buffer never grows past what the command needs.",
        ),
        row(
            "parked-input",
            bytes(PARKED_INPUT_BYTES),
            "the rest stays in the kernel until the client goes on",
            "What a client sends while a blocking command has it parked is kept, so that the server sees it hang up.",
        ),
        row(
            "turn-replies",
            format!("{} and one reply", bytes(1 << 20)),
            "the client's next commands wait until it has taken its replies",
            "What a client that does not read can make the server hold, because nothing is read from it meanwhile. \
             Redis holds replies without limit.",
        ),
        row(
            "client-output-buffer-limit normal",
            "0 0 0 (none)".to_owned(),
            "the client is disconnected",
            "Redis' setting, hard and soft. Needed less than there, because of `turn-replies`.",
        ),
        row(
            "client-output-buffer-limit pubsub",
            "32 MiB, or 8 MiB for 60 s".to_owned(),
            "the client is disconnected",
            "Redis' setting: messages come whether the client reads or not, and others must not wait for it.",
        ),
        row(
            "pushed",
            bytes(PUSHED_BYTES),
            "the client is disconnected",
            "What others have for a client without a hard limit (MONITOR, invalidations). Redis holds it without limit.",
        ),
        row(
            "shortest-soft-time",
            time(SHORTEST_SOFT_TIME),
            "a shorter soft time counts as this one",
            "Below that, a client would be disconnected for one slow round trip.",
        ),
        row(
            "output-batch",
            bytes(OUTPUT_BATCH_BYTES),
            "replies are written before the next function runs",
            "Replies of a pipeline of function calls share a write, but not without bound.",
        ),
        row(
            "turn-time",
            time(TURN_TIME),
            "the rest of the pipeline waits for the client's next turn",
            "One client's pipeline of function calls must not keep others waiting.",
        ),
        row(
            "tick-budget",
            format!("{TICK_BUDGET_US} µs"),
            "expiry goes on in the next tick",
            "The most that expiry adds to the latency of a command.",
        ),
        row(
            "tick",
            format!("{} to {}", time(SHORTEST_TICK), time(LONGEST_TICK)),
            "the engine's wish is moved into these bounds",
            "At most 1,000 and at least 10 ticks a second, Redis' `hz`.",
        ),
        row(
            "snapshot-slice",
            format!("{SNAPSHOT_SLICE_US} µs"),
            "the snapshot goes on in the next slice",
            "Between two slices all clients have their turn. One value may take longer: a string, or a collection that is \
             written to while a snapshot runs, which is written out as it was before.",
        ),
        row(
            "snapshot-pieces",
            format!("{SNAPSHOT_PIECES} of {}", bytes(SNAPSHOT_PIECE_BYTES as usize)),
            "the snapshot waits for the disk",
            "What a slow disk can make the host hold.",
        ),
        row(
            "accept-pause",
            time(ACCEPT_PAUSE),
            "clients wait in the backlog",
            "Accepting again at once, when the system has no descriptors, would only burn the processor.",
        ),
        row(
            "busy-rest",
            format!("{BUSY_REST_FACTOR} times the last look"),
            "WASM.KILL and SHUTDOWN wait that much longer",
            "Looking at ten thousand sockets must not take more than a fifth of a running function's time.",
        ),
        row(
            "busy-commands",
            format!("{BUSY_COMMANDS} commands of a client and look"),
            "the rest waits for the next look",
            "A client that sends AUTH without end must not delay another's WASM.KILL.",
        ),
        row(
            "busy-peek",
            bytes(BUSY_PEEK_BYTES),
            "a longer command waits until the function has ended",
            "All commands that are obeyed while a function runs are short.",
        ),
        row(
            "shutdown-time",
            time(SHUTDOWN_TIME),
            "replies that were not taken are lost",
            "Redis' `shutdown-timeout`: a client that never reads must not keep the server alive.",
        ),
        row(
            "shard-stack",
            bytes(SHARD_STACK_BYTES),
            "see `max_call_depth`, which is reached before",
            "The store and functions that call functions run on this stack, half a mebibyte for each level.",
        ),
    ]
}

fn bytes(count: usize) -> String {
    match count {
        _ if count >= 1 << 30 => format!("{} GiB", count >> 30),
        _ if count >= 1 << 20 => format!("{} MiB", count >> 20),
        _ => format!("{} KiB", count >> 10),
    }
}

fn time(duration: Duration) -> String {
    match duration.as_millis() {
        millis if millis % 1000 == 0 => format!("{} s", millis / 1000),
        millis => format!("{millis} ms"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/limits.md");
    const BEGIN: &str = "<!-- made from host/native/src/limits.rs -->\n";
    const END: &str = "<!-- until here -->\n";

    /// With `FERRITE_WRITE_DOCS=1` it writes the table instead of comparing it.
    #[test]
    fn the_document_holds_exactly_these_limits() {
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

    #[test]
    fn names_are_unique() {
        let mut names: Vec<_> = table().into_iter().map(|row| row.name).collect();
        names.sort_unstable();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
