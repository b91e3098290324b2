//! Commands that no server should accept. Which, the features say that a test builds it with; without any, `EVIL.ECHO` and
//! its kin, which are accepted. Limit: WASM.LOAD refuses the list, names what is wrong, and leaves what was there.

#[allow(missing_docs, unreachable_pub, dead_code, clippy::all, reason = "generated code")]
mod bindings {
    wit_bindgen::generate!({
        path: "../../../wit/udf",
        world: "ferrite:udf/command",
        generate_all,
    });
}

use bindings::Guest;
use bindings::ferrite::store::{commands, strings, types::Node};
use bindings::ferrite::udf::descriptions::{Attributes, Description, KeyPositions, KeyRange};

struct Commands;

fn row(name: &str, arity: i32, attributes: Attributes, keys: KeyPositions) -> Description {
    Description { name: name.to_owned(), arity, attributes, keys, summary: format!("What {name} does.") }
}

impl Guest for Commands {
    fn describe() -> Vec<Description> {
        let none = Attributes::empty();
        let one_key = || KeyPositions::Range(KeyRange { first: 1, last: 1, step: 1 });
        if cfg!(feature = "clash-own") {
            return vec![row("fine", -1, none, KeyPositions::None), row("get", 2, Attributes::READONLY, one_key())];
        }
        if cfg!(feature = "clash-host") {
            return vec![row("wasm.call", -2, none, KeyPositions::None)];
        }
        if cfg!(feature = "bad-name") {
            return vec![row("a b\r\n+OK", -1, none, KeyPositions::None)];
        }
        if cfg!(feature = "many") {
            return (0..65).map(|number| row(&format!("many.{number}"), -1, none, KeyPositions::None)).collect();
        }
        if cfg!(feature = "empty") {
            return Vec::new();
        }
        if cfg!(feature = "endless") {
            loop {
                std::hint::black_box(0);
            }
        }
        if cfg!(feature = "reads-data") {
            // There is no data while a component is described: this traps.
            drop(strings::get(b"k"));
        }
        if cfg!(feature = "second") {
            return vec![row("EVIL.SECOND", -1, none, KeyPositions::None)];
        }
        vec![
            row("evil.echo", -1, Attributes::READONLY, KeyPositions::Keyword),
            row("EVIL.RUN", -2, Attributes::WRITE, KeyPositions::None),
            row("EVIL.PEEK", -2, Attributes::READONLY, KeyPositions::None),
            row("EVIL.PURE", -2, none, KeyPositions::None),
            row("EVIL.COUNTED", -3, Attributes::WRITE, KeyPositions::Counted(1)),
            row("EVIL.PAIRS", -3, Attributes::WRITE, KeyPositions::Range(KeyRange { first: 1, last: -1, step: 2 })),
            row(
                "EVIL.ALONE",
                1,
                Attributes::READONLY | Attributes::NO_MULTI | Attributes::NOSCRIPT,
                KeyPositions::None,
            ),
            row("EVIL.TRAP", -2, Attributes::WRITE, one_key()),
        ]
    }

    fn execute(argv: Vec<Vec<u8>>) -> Result<Vec<Node>, String> {
        let name = String::from_utf8_lossy(argv.first().map_or(&b""[..], Vec::as_slice)).to_ascii_uppercase();
        let rest = argv.get(1..).unwrap_or_default();
        match name.as_str() {
            "EVIL.RUN" | "EVIL.PEEK" | "EVIL.PURE" => commands::execute(rest).map_err(|error| match error {
                commands::Error::Command(line) | commands::Error::NotPermitted(line) => line,
                commands::Error::LimitExceeded(limit) => limit.name,
            }),
            "EVIL.TRAP" => {
                let key = rest.first().map_or(&b""[..], Vec::as_slice);
                drop(strings::append(key, b"spoilt"));
                panic!("on purpose");
            }
            _ => {
                let count = u32::try_from(argv.len()).unwrap_or(u32::MAX);
                Ok(std::iter::once(Node::Array(count)).chain(argv.into_iter().map(Node::Bytes)).collect())
            }
        }
    }
}

bindings::export!(Commands with_types_in bindings);
