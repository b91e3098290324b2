//! Why a call failed: one error line for the client, one counter in WASM.INFO.

use std::fmt;

use wasmtime::Trap;

use super::limits::{CROSSING_BYTES, ERROR_BYTES, LOG_LINE_BYTES};
use super::reply::ReplyFault;

/// Why a call came to nothing. Whatever it is, everything the call wrote has been undone.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Failure {
    /// The fuel of the call is used up; how much it had.
    Fuel(u64),
    /// The call took longer than this many milliseconds.
    Deadline(u64),
    /// All memories together would have held `asked` bytes.
    Memory { limit: u64, asked: u64 },
    /// Calls inside the function went deeper than its native stack.
    Stack,
    /// The function panicked and said why.
    Panic(String),
    /// Any other trap.
    Trap(String),
    /// WASM.KILL, or the server stops.
    Killed,
    /// The function returned an error.
    Returned(String),
    /// The function returned something that is no reply.
    Reply(ReplyFault),
    /// What would be needed to undo the writes outgrew its limit.
    Undo { limit: String, allowed: u64, requested: u64 },
    /// Functions called functions deeper than allowed.
    Depth(u32),
    /// There is no room for one more instance.
    Instances,
    /// A reply or an argument of an import was bigger than what may cross to the host at once.
    Crossing,
    /// The caller's words do not fit a typed function; which, and why.
    Argument(String),
    /// The values of the declared keys could not be read.
    Values(String),
    /// The function called the store more often than this.
    StoreCalls(u64),
    /// The reply had `size` bytes.
    ReplySize { limit: u64, size: u64 },
    /// The function was not begun: it is suspended, or called too often. The error line.
    Refused(String),
    /// The function ended itself with this status, and wrote this last.
    Exit(u8, Option<String>),
}

/// What WASM.INFO counts apart, in the order in which it shows them.
pub(crate) const KINDS: [&str; 19] = [
    "fuel",
    "deadline",
    "memory",
    "stack",
    "panic",
    "trap",
    "killed",
    "returned",
    "reply",
    "undo",
    "depth",
    "instances",
    "crossing",
    "argument",
    "values",
    "store-calls",
    "reply-size",
    "refused",
    "exit",
];

/// The index of `refused`.
pub(crate) const REFUSED: usize = 17;

/// Raised by the host itself to end a function; found again in the error that wasmtime hands back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    Killed,
    Deadline(u64),
    StoreCalls(u64),
    Exit(u8),
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stop::Killed => f.write_str("killed"),
            Stop::Deadline(ms) => write!(f, "deadline of {ms} ms exceeded"),
            Stop::StoreCalls(limit) => write!(f, "limit of {limit} store calls exceeded"),
            Stop::Exit(status) => write!(f, "exit with status {status}"),
        }
    }
}

impl std::error::Error for Stop {}

/// What the host knows about a call that wasmtime ended with an error.
#[derive(Debug, Default)]
pub(crate) struct Circumstances {
    /// The fuel that the call had.
    pub(crate) fuel: u64,
    /// The memory limit, and what a refused growth asked for.
    pub(crate) memory_limit: u64,
    pub(crate) memory_refused: Option<u64>,
    /// What the function said right before it trapped.
    pub(crate) panic: Option<String>,
    /// The end of what it wrote to standard error.
    pub(crate) last_words: Option<String>,
}

impl Failure {
    /// Reads wasmtime's error in the light of what the host saw.
    pub(crate) fn from_error(error: &wasmtime::Error, seen: Circumstances) -> Failure {
        if let Some(stop) = error.downcast_ref::<Stop>() {
            return match stop {
                Stop::Killed => Failure::Killed,
                Stop::Deadline(ms) => Failure::Deadline(*ms),
                Stop::StoreCalls(limit) => Failure::StoreCalls(*limit),
                Stop::Exit(status) => Failure::Exit(*status, seen.last_words),
            };
        }
        match error.downcast_ref::<Trap>() {
            Some(Trap::OutOfFuel) => return Failure::Fuel(seen.fuel),
            Some(Trap::StackOverflow) => return Failure::Stack,
            // The error's type is private to wasmtime; a test holds on to its text.
            None if error.root_cause().to_string().contains("fuel allocated for hostcalls") => {
                return Failure::Crossing;
            }
            _ => {}
        }
        // Without a hook for panics a runtime writes its last words to standard error, and then traps.
        let unreachable = matches!(error.downcast_ref(), Some(Trap::UnreachableCodeReached));
        let panic = seen.panic.or(seen.last_words.filter(|_| unreachable));
        // A guest that gets no memory aborts, with or without a last word about it. A panic about anything else is
        // its own reason, even if memory had been refused before and the guest had coped.
        let about_memory = panic.as_ref().is_none_or(|message| message.contains("alloc"));
        match (seen.memory_refused, panic) {
            (Some(asked), _) if about_memory => Failure::Memory { limit: seen.memory_limit, asked },
            (_, Some(message)) => Failure::Panic(message),
            (_, None) => Failure::Trap(trap_reason(error)),
        }
    }

    /// The index of this failure in [`KINDS`].
    pub(crate) fn kind(&self) -> usize {
        match self {
            Failure::Fuel(_) => 0,
            Failure::Deadline(_) => 1,
            Failure::Memory { .. } => 2,
            Failure::Stack => 3,
            Failure::Panic(_) => 4,
            Failure::Trap(_) => 5,
            Failure::Killed => 6,
            Failure::Returned(_) => 7,
            Failure::Reply(_) => 8,
            Failure::Undo { .. } => 9,
            Failure::Depth(_) => 10,
            Failure::Instances => 11,
            Failure::Crossing => 12,
            Failure::Argument(_) => 13,
            Failure::Values(_) => 14,
            Failure::StoreCalls(_) => 15,
            Failure::ReplySize { .. } => 16,
            Failure::Refused(_) => REFUSED,
            Failure::Exit(..) => 18,
        }
    }

    /// Whether the instance may serve another call: after a trap it may not, after a returned error it may.
    pub(crate) fn spares_instance(&self) -> bool {
        matches!(
            self,
            Failure::Returned(_)
                | Failure::Reply(_)
                | Failure::Undo { .. }
                | Failure::Argument(_)
                | Failure::Values(_)
                | Failure::ReplySize { .. }
                | Failure::Refused(_)
        )
    }

    /// Whether it is the function's own fault as a trap is: those in a row suspend it.
    pub(crate) fn is_trap(&self) -> bool {
        !self.spares_instance() && !matches!(self, Failure::Killed | Failure::Depth(_) | Failure::Instances)
    }
}

/// The error line without the leading `-`, never with a line break in it.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Fuel(had) => write!(f, "ERR wasm: fuel exhausted after {had}"),
            Failure::Deadline(ms) => write!(f, "ERR wasm: deadline of {ms} ms exceeded"),
            Failure::Memory { limit, asked } => {
                write!(f, "ERR wasm: memory limit of {limit} bytes exceeded (asked for {asked})")
            }
            Failure::Stack => f.write_str("ERR wasm: trap: call stack exhausted"),
            Failure::Panic(message) => write!(f, "ERR wasm: panic: {}", one_line(message, LOG_LINE_BYTES)),
            Failure::Trap(reason) => write!(f, "ERR wasm: trap: {}", one_line(reason, LOG_LINE_BYTES)),
            Failure::Killed => f.write_str("ERR wasm: killed"),
            Failure::Returned(text) => {
                let text = one_line(text, ERROR_BYTES);
                f.write_str(if has_code(&text) { "" } else { "ERR " })?;
                f.write_str(&text)
            }
            Failure::Reply(fault) => write!(f, "ERR wasm: invalid reply: {fault}"),
            Failure::Undo { limit, allowed, requested } => {
                write!(f, "ERR wasm: transaction limit {limit} of {allowed} exceeded (asked for {requested})")
            }
            Failure::Depth(limit) => write!(f, "ERR wasm: call depth of {limit} exceeded"),
            Failure::Exit(status, None) => write!(f, "ERR wasm: the function ended itself with exit status {status}"),
            Failure::Exit(status, Some(words)) => {
                let words = one_line(words, LOG_LINE_BYTES);
                write!(f, "ERR wasm: the function ended itself with exit status {status}: {words}")
            }
            Failure::Instances => f.write_str("ERR wasm: no room for another instance of a function"),
            Failure::Argument(text) => write!(f, "ERR wasm: {}", one_line(text, ERROR_BYTES)),
            Failure::Values(text) => write!(f, "ERR wasm: the values of the keys cannot be read: {text}"),
            Failure::Crossing => {
                write!(f, "ERR wasm: limit of {CROSSING_BYTES} bytes in one reply or argument exceeded")
            }
            Failure::StoreCalls(limit) => write!(f, "ERR wasm: limit of {limit} store calls exceeded"),
            Failure::ReplySize { limit, size } => {
                write!(f, "ERR wasm: reply limit of {limit} bytes exceeded ({size})")
            }
            Failure::Refused(line) => f.write_str(line),
        }
    }
}

/// Whether a text begins with an upper-case code of its own, as in `WRONGTYPE Operation against …`.
fn has_code(text: &str) -> bool {
    let code = text.split(' ').next().unwrap_or_default();
    code.len() >= 2
        && code.starts_with(|first: char| first.is_ascii_uppercase())
        && code.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

/// A text on one line: control characters become spaces, and what is past `most` bytes is cut at a character.
pub(crate) fn one_line(text: &str, most: usize) -> String {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let cut = text.get(..end).unwrap_or_default();
    cut.trim_end().chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// The innermost cause without the backtrace, which goes to the log.
fn trap_reason(error: &wasmtime::Error) -> String {
    match error.downcast_ref::<Trap>() {
        Some(Trap::UnreachableCodeReached) => "unreachable code reached".to_owned(),
        Some(trap) => trap.to_string().trim_start_matches("wasm trap: ").to_owned(),
        None => error.root_cause().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        Failure::Returned(text.to_owned()).to_string()
    }

    #[test]
    fn a_returned_error_gets_a_code_unless_it_has_one() {
        assert_eq!(shown("no such section"), "ERR no such section");
        assert_eq!(shown("LIMITED try again"), "LIMITED try again");
        assert_eq!(shown("ERR already"), "ERR already");
        assert_eq!(shown("Limited try again"), "ERR Limited try again");
        assert_eq!(shown("I am"), "ERR I am");
        assert_eq!(shown(""), "ERR ");
    }

    #[test]
    fn an_error_cannot_smuggle_a_second_reply() {
        assert_eq!(shown("a\r\n+OK\r\n"), "ERR a  +OK");
        assert_eq!(Failure::Panic("x\ny".to_owned()).to_string(), "ERR wasm: panic: x y");
    }

    #[test]
    fn long_texts_are_cut_at_a_character() {
        assert_eq!(one_line("aäb", 2), "a");
        assert_eq!(one_line("aäb", 3), "aä");
    }

    #[test]
    fn a_refused_growth_explains_an_abort_but_not_every_panic() {
        let seen = |panic: Option<&str>| Circumstances {
            memory_limit: 10,
            memory_refused: Some(20),
            panic: panic.map(str::to_owned),
            ..Circumstances::default()
        };
        let error = wasmtime::Error::from(Trap::UnreachableCodeReached);
        let memory = Failure::Memory { limit: 10, asked: 20 };
        assert_eq!(Failure::from_error(&error, seen(None)), memory);
        assert_eq!(Failure::from_error(&error, seen(Some("memory allocation of 9 bytes failed"))), memory);
        let other = Failure::from_error(&error, seen(Some("index out of range")));
        assert_eq!(other, Failure::Panic("index out of range".to_owned()));
    }

    #[test]
    fn every_kind_has_its_counter() {
        assert_eq!(KINDS.get(Failure::Instances.kind()), Some(&"instances"));
        assert_eq!(KINDS.get(Failure::Fuel(1).kind()), Some(&"fuel"));
        assert_eq!(KINDS.get(Failure::Returned(String::new()).kind()), Some(&"returned"));
        assert_eq!(KINDS.get(Failure::Values(String::new()).kind()), Some(&"values"));
    }
}
