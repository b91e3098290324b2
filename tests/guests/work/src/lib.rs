//! The work that functions are compared by with Lua: text, numbers, JSON, many keys.

mod city;
mod numbers;
mod slug;

use ferrite_udf::prelude::*;

pub use city::city;
pub use numbers::numbers;
pub use slug::{TITLE, slug, slugs};

/// ARGS[1] says which work; `city` takes a JSON text, `slug` a text, `slugs` and `numbers` a count, and `keys` the KEYS, of whose values
/// it returns the bytes.
#[ferrite_udf::function]
pub fn call(keys: Keys, args: Args) -> Result<Reply> {
    let args = args.named(&["work", "input"]);
    Ok(match args.get(0)? {
        b"city" => Reply::from(city(args.get(1)?)?),
        b"slug" => Reply::from(slug(args.get(1)?)),
        b"slugs" => Reply::from(slugs(args.parse(1)?) as i64),
        b"numbers" => Reply::from(numbers(args.parse(1)?) as i64),
        b"keys" => {
            let names: Vec<&[u8]> = (0..keys.len()).map(|index| keys.get(index)).collect::<Result<_, _>>()?;
            let values = strings::get_many(&names)?;
            Reply::from(values.iter().flatten().map(|value| value.len() as i64).sum::<i64>())
        }
        b"each-key" => {
            let mut bytes = 0;
            for index in 0..keys.len() {
                bytes += strings::get(keys.get(index)?)?.map_or(0, |value| value.len() as i64);
            }
            Reply::from(bytes)
        }
        other => bail!("there is no work {:?}", String::from_utf8_lossy(other)),
    })
}
