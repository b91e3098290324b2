//! What a function does with NETWORK and FILESYSTEM, and what a hostile one would like to do:
//! `WASM.CALL outside [KEYS key …] ARGS deed [word …]`.

mod fetch;
mod files;

use ferrite_udf::prelude::*;

/// ARGS: `deed [word …]`.
#[ferrite_udf::function]
pub fn call(keys: Keys, args: Args) -> Result<Reply> {
    match args.text(0)? {
        // The status and the body: authority, path, and how many milliseconds to wait for the first byte.
        "fetch" => {
            let (status, body) = fetch::get(args.text(1)?, args.text(2)?, args.parse_or(3, 60_000)?)?;
            Ok(Reply::Array(vec![i64::from(status).into(), body.into()]))
        }
        // Keeps the body in a key.
        "fetch-into" => {
            let (status, body) = fetch::get(args.text(1)?, args.text(2)?, 60_000)?;
            strings::set(keys.get(0)?, &body)?;
            Ok(i64::from(status).into())
        }
        // Bytes of a body that goes on without end, counted and not kept.
        "drain" => Ok((fetch::drain(args.text(1)?, args.text(2)?)? as i64).into()),
        // Begins requests and never reads a reply; how many were begun.
        "flood" => Ok(fetch::flood(args.text(1)?)?.into()),
        "connect" => {
            std::net::TcpStream::connect(args.text(1)?)?;
            Ok(().into())
        }
        "read" => files::read(args.text(1)?),
        "write" => files::write(args.text(1)?, args.text(2)?),
        "list" => files::list(args.text(1)?),
        // Counts a key up, call by call.
        "count" => {
            let mut last = 0;
            for _ in 0..args.parse_or(1, 10)? {
                last = strings::increment(keys.get(0)?, 1)?;
            }
            Ok(last.into())
        }
        // Writes, and fails behind it.
        "count-and-fail" => {
            strings::increment(keys.get(0)?, 1)?;
            bail!("on purpose")
        }
        "execute" => {
            let words: Vec<&[u8]> = (1..args.len()).map(|index| args.get(index)).collect::<Result<_>>()?;
            Ok(commands::execute(&words)?)
        }
        "sleep" => {
            std::thread::sleep(std::time::Duration::from_millis(args.parse_or(1, 1000)?));
            Ok(().into())
        }
        "loop" => loop {
            std::hint::black_box(());
        },
        "print" => {
            println!("printed outside");
            Ok(().into())
        }
        "panic" => {
            drop(std::panic::take_hook());
            panic!("outside");
        }
        other => bail!("no deed is called `{other}`"),
    }
}
