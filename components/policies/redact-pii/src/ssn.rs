//! US social security numbers: three, two and four digits, in the ranges that are given out.

use crate::cursor::Cursor;
use crate::number::{self, Number};
use crate::scan::{Before, Found};

pub(crate) fn find(cursor: &mut Cursor<'_>, before: Before) -> Option<Found> {
    if !number::begins(before) {
        return None;
    }
    let number = Number::read(cursor, 9, number::space_or_dash);
    let [area, block, serial, behind @ ..] = number.groups.as_slice() else { return None };
    let is_one = (area.length, block.length, serial.length) == (3, 2, 4)
        && block.separator == serial.separator
        && behind.is_empty()
        && !matches!(number.digits.as_slice(), [0, 0, 0, ..] | [6, 6, 6, ..] | [9, ..] | [_, _, _, 0, 0, ..])
        && !number.digits.ends_with(&[0, 0, 0, 0]);
    cursor.go_to(serial.end);
    (is_one && number::ends(cursor)).then_some(Found { end: serial.end, label: "[SSN]" })
}
