//! A policy that does what the text says: `panic`, `loop`, `eat`, `err`, `nonsense`, `refuse`, `keep`, `count`, `read keys`;
//! anything else passes.
#![allow(clippy::panic, clippy::infinite_loop, reason = "that is what it is for")]

use std::cell::Cell;
use std::hint::black_box;

use ferrite_udf::policy::{Chunk, ChunkVerdict, Policy, Verdict};
use ferrite_udf::{Result, bail, strings};

#[derive(Default)]
struct Unruly {
    asked: Cell<u32>,
}

enum Word {
    Nothing,
    Nonsense,
    Refuse(String),
    Keep,
}

impl Unruly {
    fn obey(&self, text: &str) -> Result<Word> {
        self.asked.set(self.asked.get() + 1);
        let is_told = |word: &str| text.contains(&format!("please {word}"));
        if is_told("panic") {
            panic!("I was told to");
        }
        if is_told("loop") {
            loop {
                black_box(self);
            }
        }
        if is_told("eat") {
            let mut eaten: Vec<Vec<u8>> = Vec::new();
            loop {
                eaten.push(black_box(vec![1; 1 << 20]));
            }
        }
        if is_told("err") {
            bail!("I was told to");
        }
        if is_told("nonsense") {
            return Ok(Word::Nonsense);
        }
        if is_told("keep") {
            return Ok(Word::Keep);
        }
        if is_told("count") {
            return Ok(Word::Refuse(format!("asked {} times", self.asked.get())));
        }
        if is_told("read keys") {
            return Ok(Word::Refuse(format!("{:?}", strings::get("gateway:key:secret"))));
        }
        Ok(if is_told("refuse") { Word::Refuse("no".to_owned()) } else { Word::Nothing })
    }

    fn whole(&self, body: &str) -> Result<Verdict> {
        Ok(match self.obey(body)? {
            Word::Nothing | Word::Keep => Verdict::Continue,
            Word::Nonsense => Verdict::Replace("{\"this\": is no JSON".to_owned()),
            Word::Refuse(message) => Verdict::Refuse { status: 451, message },
        })
    }
}

impl Policy for Unruly {
    fn on_request(&self, body: &str) -> Result<Verdict> {
        self.whole(body)
    }

    fn on_response(&self, body: &str) -> Result<Verdict> {
        self.whole(body)
    }

    fn on_chunk(&self, chunk: Chunk) -> Result<ChunkVerdict> {
        Ok(match self.obey(&chunk.text)? {
            Word::Nothing => ChunkVerdict::Continue,
            Word::Nonsense | Word::Keep => ChunkVerdict::Hold { send: String::new(), keep: "k".repeat(1 << 20) },
            Word::Refuse(message) => ChunkVerdict::Refuse(message),
        })
    }
}

ferrite_udf::policy!(Unruly);
