//! Random JSON, the same for the same seed.
//!
//! `FERRITE_FUZZ_SEED` chooses other bodies, `FERRITE_FUZZ_BODIES` how many there are.

use serde_json::{Map, Value, json};

const SEED: u64 = 20_261_122;

/// A generator of numbers (xorshift64*).
pub(crate) struct Random(u64);

impl Random {
    /// The generator of this run; prints the seed that repeats it.
    pub(crate) fn of_run() -> Self {
        let seed = number("FERRITE_FUZZ_SEED").unwrap_or(SEED);
        println!("FERRITE_FUZZ_SEED={seed}");
        // Zero would stay zero.
        Self(seed.max(1))
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let mixed = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(mixed).expect("31 bits are a usize") % end.max(1)
    }

    /// True once in `times`.
    pub(crate) fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of several.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// A text, often of more than one byte a letter.
    pub(crate) fn text(&mut self) -> String {
        let length = 1 + self.below(12);
        (0..length).map(|_| *self.pick(&['a', 'b', ' ', '"', '\\', '\n', 'é', '漢', '🦀', '{', ':'])).collect()
    }

    /// A text that is neither empty nor white space, at its ends least of all.
    pub(crate) fn word(&mut self) -> String {
        format!("w{}.", self.text())
    }

    /// Any JSON, of the kind that makes code stumble.
    pub(crate) fn value(&mut self, depth: usize) -> Value {
        match self.below(if depth == 0 { 8 } else { 10 }) {
            0 => Value::Null,
            1 => json!(self.one_in(2)),
            2 => json!(self.below(1000)),
            3 => self.pick(&[json!(-1), json!(1e308), json!(u64::MAX), json!(i64::MIN), json!(0.5)]).clone(),
            4 => json!(""),
            5 | 6 => json!(self.text()),
            7 => json!(*self.pick(&WORDS)),
            8 => (0..self.below(4)).map(|_| self.value(depth - 1)).collect(),
            _ => {
                let mut object = Map::new();
                for _ in 0..self.below(5) {
                    let name = (*self.pick(&WORDS)).to_owned();
                    object.insert(name, self.value(depth - 1));
                }
                Value::Object(object)
            }
        }
    }

    /// Changes a few places of `value`: something else, something missing, something twice, another's place.
    pub(crate) fn damage(&mut self, value: &mut Value) {
        for _ in 0..1 + self.below(3) {
            self.damage_once(value);
        }
    }

    fn damage_once(&mut self, value: &mut Value) {
        if self.one_in(6) {
            *value = self.value(3);
            return;
        }
        match value {
            Value::Array(items) if !items.is_empty() => {
                let at = self.below(items.len());
                match self.below(8) {
                    0 => drop(items.remove(at)),
                    1 => {
                        let twice = items[at].clone();
                        items.insert(at, twice);
                    }
                    2 => items.swap(0, at),
                    _ => self.damage_once(&mut items[at]),
                }
            }
            Value::Object(fields) if !fields.is_empty() => {
                let at = self.below(fields.len());
                let name = fields.keys().nth(at).expect("the index is below the length").clone();
                match self.below(8) {
                    0 => drop(fields.remove(&name)),
                    1 => {
                        let name = (*self.pick(&WORDS)).to_owned();
                        let value = self.value(2);
                        fields.insert(name, value);
                    }
                    _ => self.damage_once(&mut fields[&name]),
                }
            }
            other => *other = self.value(2),
        }
    }
}

/// A number from the environment.
pub(crate) fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is a number, not {text}")))
}

/// Names and values that the conversions look for.
const WORDS: [&str; 48] = [
    "type",
    "text",
    "content",
    "role",
    "user",
    "assistant",
    "system",
    "tool",
    "tool_use",
    "tool_result",
    "tool_calls",
    "function",
    "arguments",
    "name",
    "id",
    "index",
    "delta",
    "choices",
    "message",
    "usage",
    "image_url",
    "url",
    "data:image/png;base64,AA==",
    "data:;,",
    "source",
    "base64",
    "media_type",
    "data",
    "input",
    "thinking",
    "signature",
    "stop_reason",
    "finish_reason",
    "end_turn",
    "stop",
    "error",
    "model",
    "messages",
    "max_tokens",
    "{}",
    "{\"a\":1}",
    "message_start",
    "content_block_start",
    "content_block_delta",
    "content_block_stop",
    "message_delta",
    "message_stop",
    "ping",
];
