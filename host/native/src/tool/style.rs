//! Colours, on a terminal only.

use std::fmt::Display;
use std::io::IsTerminal;

fn coloured() -> bool {
    std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

fn painted(code: &str, text: impl Display) -> String {
    if coloured() { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_string() }
}

/// What went well.
pub(super) fn good(text: impl Display) -> String {
    painted("32", text)
}

/// What did not.
pub(super) fn bad(text: impl Display) -> String {
    painted("1;31", text)
}

/// A number with a comma between each three digits.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn long_numbers_are_grouped() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(super::grouped(number), text);
        }
    }
}
