//! A panic as one line of text, the same in a component and in a test.

use std::panic::PanicHookInfo;

/// Put together without format strings, which would be a tenth of a small component.
pub(crate) fn message(info: &PanicHookInfo<'_>) -> String {
    let what = info.payload_as_str().unwrap_or("a value that is no text");
    match info.location() {
        Some(place) => [what, " (", place.file(), ":", &place.line().to_string(), ")"].concat(),
        None => what.to_owned(),
    }
}
