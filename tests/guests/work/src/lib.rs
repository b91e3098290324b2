//! The work that functions are compared by with Lua: text, numbers, JSON, many keys.

mod city;
mod mandelbrot;
mod many;
mod matrix;
mod numbers;
mod slug;

use ferrite_udf::prelude::*;

pub use city::city;
pub use mandelbrot::mandelbrot;
pub use matrix::matrix;
pub use numbers::numbers;
pub use slug::{TITLE, slug, slugs};

/// ARGS[1] says which work; `city` takes a JSON text, `slug` a text, the others a count or the KEYS.
#[ferrite_udf::function]
pub fn call(keys: Keys, args: Args) -> Result<Reply> {
    let args = args.named(&["work", "input"]);
    Ok(match args.get(0)? {
        b"city" => Reply::from(city(args.get(1)?)?),
        b"slug" => Reply::from(slug(args.get(1)?)),
        b"slugs" => Reply::from(slugs(args.parse(1)?) as i64),
        b"numbers" => Reply::from(numbers(args.parse(1)?) as i64),
        b"keys" => many::declared(&keys)?,
        b"each-key" => many::declared_one_by_one(&keys)?,
        b"range" => many::range(args.parse(1)?)?,
        b"range-each" => many::range_one_by_one(args.parse(1)?)?,
        b"matrix" => Reply::from(matrix(args.parse(1)?) as i64),
        b"mandelbrot" => Reply::from(mandelbrot(args.parse(1)?) as i64),
        other => bail!("there is no work {:?}", String::from_utf8_lossy(other)),
    })
}
