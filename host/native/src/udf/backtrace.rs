//! Where in its code a function was when it failed, for components that carry names.

use wasmtime::WasmBacktrace;

/// Frames shown, from the innermost on.
const FRAMES: usize = 6;
/// Bytes of one name: generic functions have long ones.
const NAME_BYTES: usize = 80;

/// Functions of the language's own way to report a panic, which are in every backtrace and explain nothing.
const MACHINERY: [&str; 8] =
    ["__rust", "rust_begin_unwind", "rust_panic", "std::panicking", "core::panicking", "std::sys", "abort", "__cabi"];

/// `inner < outer < call`; none when the component has no names.
pub(crate) fn describe(error: &wasmtime::Error) -> Option<String> {
    let backtrace = error.downcast_ref::<WasmBacktrace>()?;
    let names: Vec<String> = backtrace
        .frames()
        .iter()
        .filter_map(|frame| frame.func_name())
        .map(plain)
        .filter(|name| !MACHINERY.iter().any(|known| name.starts_with(known)))
        .take(FRAMES)
        .collect();
    (!names.is_empty()).then(|| names.join(" < "))
}

/// Without the hash that Rust puts behind a name, and not too long.
fn plain(name: &str) -> String {
    let name = format!("{:#}", rustc_demangle::demangle(name));
    name.chars().filter(|c| !c.is_control()).take(NAME_BYTES).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_shown_as_they_were_written() {
        assert_eq!(plain("_ZN4core3fmt9Formatter3pad17h0123456789abcdefE"), "core::fmt::Formatter::pad");
        assert_eq!(plain("call"), "call");
        assert_eq!(plain(&"x".repeat(1000)).len(), NAME_BYTES);
    }
}
