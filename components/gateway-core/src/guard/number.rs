//! Numbers as digits and as words, with units: "2" is "two", "$4,000" is "4000 dollars", "15%" is "15 percent".

use super::scan::Piece;
use super::stem::stem;

/// A number of a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Number {
    /// Digits without separators; a decimal point and what follows it stays as written, since versions have one too.
    pub(super) value: String,
    /// The unit's one name, or empty.
    pub(super) unit: &'static str,
    /// As in "3rd" and "third".
    pub(super) ordinal: bool,
    /// Written "one", which is often no number: "the one that", "in one line".
    pub(super) weak: bool,
}

/// How units are written (in lower case, but for those that only the case tells apart), and their one name.
const UNITS: &[(&str, &str)] = &[
    ("%", "%"),
    ("percent", "%"),
    ("$", "dollar"),
    ("dollar", "dollar"),
    ("usd", "dollar"),
    ("€", "euro"),
    ("euro", "euro"),
    ("eur", "euro"),
    ("£", "pound"),
    ("pound", "pound"),
    ("lb", "pound"),
    ("gbp", "pound"),
    ("¥", "yen"),
    ("yen", "yen"),
    ("ms", "millisecond"),
    ("millisecond", "millisecond"),
    ("s", "second"),
    ("sec", "second"),
    ("second", "second"),
    ("min", "minute"),
    ("minute", "minute"),
    ("h", "hour"),
    ("hr", "hour"),
    ("hour", "hour"),
    ("day", "day"),
    ("week", "week"),
    ("month", "month"),
    ("year", "year"),
    ("yr", "year"),
    ("am", "am"),
    ("pm", "pm"),
    ("mm", "mm"),
    ("millimeter", "mm"),
    ("cm", "cm"),
    ("centimeter", "cm"),
    ("centimetre", "cm"),
    ("m", "meter"),
    ("meter", "meter"),
    ("metre", "meter"),
    ("km", "km"),
    ("kilometer", "km"),
    ("kilometre", "km"),
    ("mile", "mile"),
    ("foot", "foot"),
    ("feet", "foot"),
    ("ft", "foot"),
    ("inch", "inch"),
    ("mg", "mg"),
    ("milligram", "mg"),
    ("g", "g"),
    ("gram", "g"),
    ("kg", "kg"),
    ("kilo", "kg"),
    ("kilogram", "kg"),
    ("oz", "ounce"),
    ("ounce", "ounce"),
    ("ml", "ml"),
    ("milliliter", "ml"),
    ("l", "liter"),
    ("liter", "liter"),
    ("litre", "liter"),
    ("tbsp", "tablespoon"),
    ("tablespoon", "tablespoon"),
    ("tsp", "teaspoon"),
    ("teaspoon", "teaspoon"),
    ("°", "degree"),
    ("°c", "celsius"),
    ("c", "celsius"),
    ("celsius", "celsius"),
    ("°f", "fahrenheit"),
    ("f", "fahrenheit"),
    ("fahrenheit", "fahrenheit"),
    ("kb", "kb"),
    ("mb", "mb"),
    ("gb", "gb"),
    ("tb", "tb"),
];

/// Units of one letter count only beside digits: "5 m", but not "m".
pub(super) fn unit(word: &str) -> Option<&'static str> {
    UNITS.iter().find(|(written, _)| *written == word).map(|(_, name)| *name)
}

/// Cardinal and ordinal words with their values; "second" is no ordinal where it measures time, which the caller knows.
const WORDS: &[(&str, u64, bool)] = &[
    ("zero", 0, false),
    ("one", 1, false),
    ("two", 2, false),
    ("three", 3, false),
    ("four", 4, false),
    ("five", 5, false),
    ("six", 6, false),
    ("seven", 7, false),
    ("eight", 8, false),
    ("nine", 9, false),
    ("ten", 10, false),
    ("eleven", 11, false),
    ("twelve", 12, false),
    ("dozen", 12, false),
    ("thirteen", 13, false),
    ("fourteen", 14, false),
    ("fifteen", 15, false),
    ("sixteen", 16, false),
    ("seventeen", 17, false),
    ("eighteen", 18, false),
    ("nineteen", 19, false),
    ("twenty", 20, false),
    ("thirty", 30, false),
    ("forty", 40, false),
    ("fifty", 50, false),
    ("sixty", 60, false),
    ("seventy", 70, false),
    ("eighty", 80, false),
    ("ninety", 90, false),
    ("twice", 2, false),
    ("thrice", 3, false),
    ("first", 1, true),
    ("second", 2, true),
    ("third", 3, true),
    ("fourth", 4, true),
    ("fifth", 5, true),
    ("sixth", 6, true),
    ("seventh", 7, true),
    ("eighth", 8, true),
    ("ninth", 9, true),
    ("tenth", 10, true),
    ("eleventh", 11, true),
    ("twelfth", 12, true),
    ("thirteenth", 13, true),
    ("fourteenth", 14, true),
    ("fifteenth", 15, true),
    ("sixteenth", 16, true),
    ("seventeenth", 17, true),
    ("eighteenth", 18, true),
    ("nineteenth", 19, true),
    ("twentieth", 20, true),
];

const MULTIPLIERS: &[(&str, u64)] = &[
    ("hundred", 100),
    ("thousand", 1_000),
    ("million", 1_000_000),
    ("billion", 1_000_000_000),
    ("k", 1_000),
    ("m", 1_000_000),
    ("bn", 1_000_000_000),
];

fn word_value(word: &str) -> Option<(u64, bool)> {
    WORDS.iter().find(|(written, ..)| *written == word).map(|(_, value, ordinal)| (*value, *ordinal))
}

fn multiplier(word: &str) -> Option<u64> {
    MULTIPLIERS.iter().find(|(written, _)| *written == word).map(|(_, by)| *by)
}

/// The number that these pieces begin with, and how many of them it takes, its unit among them.
pub(super) fn read(pieces: &[Piece]) -> Option<(Number, usize)> {
    let first = pieces.first()?;
    let word = |at: usize| pieces.get(at).map(|piece| piece.folded.as_str());
    let (mut number, mut taken) = if let Some(number) = written_in_digits(&first.folded) {
        (number, 1)
    } else if let Some(number) = roman(first) {
        return Some((number, 1));
    } else {
        let (value, ordinal) = word_value(&first.folded).or_else(|| match first.folded.as_str() {
            "hundred" | "thousand" | "million" | "billion" => multiplier(&first.folded).map(|by| (by, false)),
            _ => None,
        })?;
        let tens = (20..100).contains(&value) && !ordinal;
        match word(1).and_then(word_value).filter(|(unit, _)| tens && (1..10).contains(unit)) {
            Some((unit, ordinal)) => (cardinal(value + unit, ordinal), 2),
            None => (Number { weak: first.folded == "one", ..cardinal(value, ordinal) }, 1),
        }
    };
    if number.ordinal {
        return Some((number, taken));
    }
    while let Some(by) = word(taken).filter(|word| word.len() > 1).and_then(multiplier) {
        let Some(product) = number.value.parse::<u64>().ok().and_then(|value| value.checked_mul(by)) else { break };
        number.value = product.to_string();
        taken += 1;
    }
    if number.unit.is_empty() || number.unit == "degree" {
        let skip = usize::from(word(taken).is_some_and(|word| word == "degree" || word == "degrees"));
        let at = word(taken + skip);
        let found = at.and_then(|at| unit(at).or_else(|| unit(&stem(at).text)));
        // "Is 5 A" and "5 m" are short, so only pieces that are no stray letter of a formula count.
        if let Some(found) = found.filter(|_| !number.weak || at.is_some_and(|at| at.len() > 2)) {
            number.unit = found;
            taken += skip + 1;
        } else if skip == 1 {
            number.unit = "degree";
            taken += 1;
        }
    }
    Some((number, taken))
}

fn cardinal(value: u64, ordinal: bool) -> Number {
    Number { value: value.to_string(), unit: "", ordinal, weak: false }
}

/// "II" and "XIV" in upper case; a single letter is too often something else.
fn roman(piece: &Piece) -> Option<Number> {
    let text = piece.text.as_str();
    if !(2..=6).contains(&text.len()) || !text.bytes().all(|byte| b"IVX".contains(&byte)) {
        return None;
    }
    let digit = |byte| match byte {
        b'I' => 1_u64,
        b'V' => 5,
        _ => 10,
    };
    let mut value = 0;
    let mut highest = 0;
    for byte in text.bytes().rev() {
        let digit = digit(byte);
        value = if digit < highest { u64::checked_sub(value, digit)? } else { value + digit };
        highest = highest.max(digit);
    }
    Some(cardinal(value, false))
}

/// Digits with their separators, sign, currency, ending ("2nd", "10k") or unit ("5km") in one word.
fn written_in_digits(word: &str) -> Option<Number> {
    let (negative, word) = word.strip_prefix('-').map_or((false, word), |rest| (true, rest));
    let currency = word.chars().next().filter(|first| "$€£¥".contains(*first));
    let word = currency.map_or(word, |currency| word.get(currency.len_utf8()..).unwrap_or(""));
    let digits_end = word.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',').unwrap_or(word.len());
    let (digits, ending) = word.split_at_checked(digits_end)?;
    if !digits.starts_with(|c: char| c.is_ascii_digit()) || digits.ends_with(['.', ',']) {
        return None;
    }
    let mut number = Number { value: plain_digits(digits), unit: "", ordinal: false, weak: false };
    if let Some(currency) = currency {
        number.unit = UNITS.iter().find(|(written, _)| written.starts_with(currency)).map_or("", |(_, name)| name);
    }
    match ending {
        "" => {}
        "st" | "nd" | "rd" | "th" => number.ordinal = true,
        "k" | "m" | "bn" if currency.is_some() || ending == "k" => {
            let value: u64 = number.value.parse().ok()?;
            number.value = value.checked_mul(multiplier(ending)?)?.to_string();
        }
        _ => number.unit = unit(ending)?,
    }
    if negative {
        number.value.insert(0, '-');
    }
    Some(number)
}

/// Without separators of thousands and leading zeros. "1,5" is a decimal; "1.234.567" may be a version and stays.
fn plain_digits(digits: &str) -> String {
    let groups: Vec<&str> = digits.split(',').collect();
    let thousands = groups.len() > 1
        && groups.iter().skip(1).all(|group| group.split('.').next().is_some_and(|whole| whole.len() == 3));
    let text = if thousands { digits.replace(',', "") } else { digits.replace(',', ".") };
    let trimmed = text.trim_start_matches('0');
    if trimmed.is_empty() || trimmed.starts_with('.') { format!("0{trimmed}") } else { trimmed.to_owned() }
}
