//! The largest packages of a section, among all keys `pkg:<name>`.
//!
//! Each value is a JSON object with the fields `Package`, `Section` and `Size` (a number, or its digits as text), among
//! others. This is what scripts in other stores are bad at: 60,000 keys are read in pages, many values a crossing, and
//! of each value only as much is parsed as it takes to know that it is not wanted.
//!
//! ```text
//! WASM.LOAD top-by-size top-by-size.wasm FUEL 1000000000
//! WASM.CALL top-by-size ARGS games 2
//! 1) 1) "flightgear-data-base"
//!    2) (integer) 1423741960
//! 2) 1) "0ad-data"
//!    2) (integer) 1391806900
//! ```
//!
//! Packages of the same size come in the order of their names.

mod fields;
mod ranking;

use ferrite_udf::prelude::*;
use ranking::Ranking;

/// Names a crossing: enough to make the crossings cheap, few enough for the values to fit the memory of a function.
const PAGE: u32 = 1000;

/// ARGS: `section n [pattern]`, where the pattern of keys is `pkg:*` unless it is given. Returns `[[name, size], …]`.
#[ferrite_udf::function]
pub fn call(_keys: Keys, args: Args) -> Result<Vec<(Vec<u8>, u64)>> {
    let args = args.named(&["section", "n", "pattern"]);
    let section = args.get(0)?;
    let mut ranking = Ranking::new(args.parse(1)?);
    let pattern = if args.len() > 2 { args.get(2)? } else { b"pkg:*" };

    for page in keys::pages(pattern, PAGE) {
        for value in strings::get_many(&page?)?.iter().flatten() {
            if let Some((name, size)) = fields::name_and_size(value, section) {
                ranking.offer(name, size);
            }
        }
    }
    Ok(ranking.into_rows())
}
