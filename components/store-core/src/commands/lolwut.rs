//! LOLWUT: the version, and something to look at. <https://redis.io/docs/latest/commands/lolwut/>

use std::fmt::Write;

use crate::command::{Command, Flags};
use crate::context::Context;
use crate::error::Error;
use crate::store::VERSION;

/// Whoever asks for a version with numbers behind it asks for a picture.
fn lolwut(cx: &mut Context<'_>) -> Result<(), Error> {
    const MOST_COLUMNS: i64 = 160;
    const MOST_ROWS: i64 = 80;
    let (mut columns, mut rows) = (33, 9);
    if cx.args.len() >= 3 && cx.is(1, "VERSION") {
        cx.integer(2)?;
        let size = |index, usual: i64, most| match cx.args.len() {
            length if length > index => cx.integer(index).map(|number| number.clamp(1, most)),
            _ => Ok(usual),
        };
        columns = size(3, columns, MOST_COLUMNS)?;
        rows = size(4, rows, MOST_ROWS)?;
    }
    let mut picture = String::new();
    for row in 0..rows {
        for column in 0..columns {
            picture.push(crystal(column * 2 - columns + 1, row * 4 - 2 * rows + 2, columns.min(2 * rows)));
        }
        picture.push('\n');
    }
    let _ = writeln!(picture, "Ferrite, iron that remembers. Redis ver. {VERSION}");
    cx.out.verbatim(*b"txt", picture.as_bytes());
    Ok(())
}

/// Domains of a magnet: rings that lean the other way in every quarter.
fn crystal(x: i64, y: i64, size: i64) -> char {
    let distance = x.abs() + y.abs();
    match distance {
        _ if distance > size => ' ',
        _ if distance / 3 % 2 == 1 => '.',
        _ if (x < 0) == (y < 0) => '/',
        _ => '\\',
    }
}

/// The family's rows.
pub(crate) static TABLE: &[Command] = &[Command::new("lolwut", -1, lolwut)
    .group("server")
    .flags(&[Flags::READONLY, Flags::FAST])
    .docs("5.0.0", "", "Something to look at, and the version.")];
