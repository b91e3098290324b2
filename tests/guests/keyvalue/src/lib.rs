//! A program that uses `wasi:keyvalue` as the standard has it, prints what it finds, and knows nothing of who provides it.
#![cfg(target_family = "wasm")]

#[allow(missing_docs, unreachable_pub, dead_code, clippy::all, reason = "generated code")]
mod bindings {
    wit_bindgen::generate!({
        path: "../../../wit/keyvalue/deps/wasi-keyvalue",
        world: "wasi:keyvalue/imports",
        generate_all,
    });
}

use bindings::wasi::keyvalue::store::{self, Error};
use bindings::wasi::keyvalue::{atomics, batch};
use wasip2::exports::cli::run::Guest;

struct Program;

impl Guest for Program {
    fn run() -> Result<(), ()> {
        match use_a_bucket() {
            Ok(lines) => {
                let _ = wasip2::cli::stdout::get_stdout().blocking_write_and_flush(lines.join("\n").as_bytes());
                Ok(())
            }
            Err(error) => {
                let _ = wasip2::cli::stderr::get_stderr().blocking_write_and_flush(format!("{error:?}").as_bytes());
                Err(())
            }
        }
    }
}

fn use_a_bucket() -> Result<Vec<String>, Error> {
    let bucket = store::open("")?;
    let mut lines = Vec::new();
    let mut note = |name: &str, value: String| lines.push(format!("{name}: {value}"));
    note("absent", format!("{:?}", bucket.get("greeting")?));
    bucket.set("greeting", b"hello")?;
    note("present", format!("{:?}", bucket.get("greeting")?));
    bucket.set("greeting", &[0, 255, 13, 10])?;
    note("any bytes", format!("{:?}", bucket.get("greeting")?));
    note("exists", format!("{:?} {:?}", bucket.exists("greeting")?, bucket.exists("nothing")?));
    note("increment", format!("{:?}", atomics::increment(&bucket, "counter", 5)?));
    note("increment again", format!("{:?}", atomics::increment(&bucket, "counter", 37)?));
    note("counter", format!("{:?}", bucket.get("counter")?.map(String::from_utf8)));
    note("increment of text", format!("{:?}", atomics::increment(&bucket, "greeting", 1).is_err()));
    let entries: Vec<_> = (0..2500).map(|number| (format!("key {number}"), vec![number as u8; 3])).collect();
    batch::set_many(&bucket, &entries)?;
    let names = ["key 7".to_owned(), "nothing".to_owned(), "key 2499".to_owned()];
    note("many", format!("{:?}", batch::get_many(&bucket, &names)?));
    let mut keys = Vec::new();
    let mut cursor = None;
    loop {
        let page = bucket.list_keys(cursor)?;
        keys.extend(page.keys);
        cursor = page.cursor;
        if cursor.is_none() {
            break;
        }
    }
    keys.sort();
    keys.dedup();
    note("keys", format!("{} {:?}", keys.len(), keys.first()));
    batch::delete_many(&bucket, &names)?;
    bucket.delete("greeting")?;
    bucket.delete("nothing")?;
    note("deleted", format!("{:?} {:?}", bucket.get("greeting")?, bucket.exists("key 7")?));
    Ok(lines)
}

wasip2::cli::command::export!(Program);
