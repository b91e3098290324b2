//! Replies that no SDK would send: `WASM.CALL evil-reply [KEYS key] ARGS kind`. It writes KEYS[1] first, where there is
//! one, so that a test sees whether a call whose reply is refused is rolled back.
//!
//! The limit of all of these is the host's check that a reply is the nodes of exactly one tree.
//!
//! | kind | nodes |
//! | --- | --- |
//! | `empty` | none at all |
//! | `two` | two trees |
//! | `short` | an array of five with one element |
//! | `huge-array` | an array of 4,294,967,295 with one element |
//! | `huge-map` | a map of 4,294,967,295 pairs with one key |
//! | `odd-map` | a map of one pair with a key and no value |
//! | `status-lines` | a status with a line end and another reply in it |
//! | `failure-lines` | an error inside of an array with a line end and another reply in it |
//! | `error-lines` | fails with an error of two lines, the second of them a forged reply |
//! | `error-empty` | fails with an error of no text |

#[allow(missing_docs, unreachable_pub, dead_code, clippy::all, reason = "generated code")]
mod bindings {
    wit_bindgen::generate!({
        path: "../../../wit/udf",
        world: "function",
        ownership: Borrowing { duplicate_if_necessary: false },
        generate_all,
    });
}

use bindings::{Guest, ferrite::store::strings, ferrite::store::types::Node};

struct Function;

impl Guest for Function {
    fn call(keys: Vec<Vec<u8>>, args: Vec<Vec<u8>>) -> Result<Vec<Node>, String> {
        if let Some(key) = keys.first() {
            strings::set(key, b"evil", strings::Expiry::Clear, strings::Condition::Always)
                .map_err(|error| format!("{error:?}"))?;
        }
        const FORGED: &str = "fine\r\n+forged\r\n";
        Ok(match args.first().map(Vec::as_slice) {
            Some(b"empty") => vec![],
            Some(b"two") => vec![Node::Integer(1), Node::Integer(2)],
            Some(b"short") => vec![Node::Array(5), Node::Null],
            Some(b"huge-array") => vec![Node::Array(u32::MAX), Node::Null],
            Some(b"huge-map") => vec![Node::Map(u32::MAX), Node::Null],
            Some(b"odd-map") => vec![Node::Map(1), Node::Null],
            Some(b"status-lines") => vec![Node::Status(FORGED.to_owned())],
            Some(b"failure-lines") => vec![Node::Array(1), Node::Failure(format!("ERR {FORGED}"))],
            Some(b"error-lines") => return Err(FORGED.to_owned()),
            Some(b"error-empty") => return Err(String::new()),
            _ => return Err("ERR unknown kind of reply".to_owned()),
        })
    }
}

bindings::export!(Function with_types_in bindings);
