//! Stems of English words, so that "cancelling" meets "cancel" and "prices" meets "price".

/// A word without its ending of number or tense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stem {
    pub(super) text: String,
    /// Whether "ing" or "ed" was cut off, with which a final "e" may have gone.
    pub(super) cut: bool,
}

/// The stem of a folded word. Words of other alphabets, and short ones, are their own stems.
pub(super) fn stem(word: &str) -> Stem {
    if !word.is_ascii() || word.len() < 4 || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Stem { text: word.to_owned(), cut: false };
    }
    if let Some(base) = word.strip_suffix("ies").filter(|base| base.len() > 1) {
        return Stem { text: format!("{base}y"), cut: false };
    }
    if let Some(base) = word
        .strip_suffix("es")
        .filter(|base| base.len() > 2 && ["ss", "x", "z", "ch", "sh"].iter().any(|ending| base.ends_with(ending)))
    {
        return Stem { text: base.to_owned(), cut: false };
    }
    let plural = |base: &&str| base.len() > 2 && !["s", "u", "i"].iter().any(|ending| base.ends_with(ending));
    if let Some(base) = word.strip_suffix('s').filter(plural) {
        return stem(base);
    }
    for ending in ["ing", "ed"] {
        let has_vowel = |base: &&str| base.len() > 1 && base.bytes().any(|byte| b"aeiouy".contains(&byte));
        if let Some(base) = word.strip_suffix(ending).filter(has_vowel) {
            return Stem { text: undouble(base).to_owned(), cut: true };
        }
    }
    Stem { text: if word.len() > 5 { undouble_l(word) } else { word }.to_owned(), cut: false }
}

/// "stopp" (from "stopping") is "stop", but "pass" stays.
fn undouble(base: &str) -> &str {
    let bytes = base.as_bytes();
    match bytes {
        [.., before, last] if before == last && base.len() > 3 && !b"aeiouslzf".contains(last) => {
            base.get(..base.len() - 1).unwrap_or(base)
        }
        _ if base.len() > 5 => undouble_l(base),
        _ => base,
    }
}

/// British and American spelling differ in this letter: "cancelled" and "canceled".
fn undouble_l(base: &str) -> &str {
    base.strip_suffix('l').filter(|shorter| shorter.ends_with('l')).unwrap_or(base)
}

/// Whether two stems are forms of one word: "bak(ing)" and "bake", "calculate" and "calculation".
pub(super) fn same_word(a: &Stem, b: &Stem) -> bool {
    if a.text == b.text {
        return true;
    }
    // Most words differ early, and there are many to compare.
    if a.text.bytes().take(2).ne(b.text.bytes().take(2)) {
        return false;
    }
    let (short, long) = if a.text.len() <= b.text.len() { (a, b) } else { (b, a) };
    if short.cut && long.text.strip_suffix('e') == Some(short.text.as_str()) {
        return true;
    }
    derived(&short.text, &long.text)
}

/// Endings that make another part of speech of a word without changing what it is about.
const DERIVED: [(&str, &str); 18] = [
    ("", "al"),
    ("", "ment"),
    ("", "ation"),
    ("", "ion"),
    ("", "ly"),
    ("", "y"),
    ("", "ance"),
    ("", "ence"),
    ("", "able"),
    ("", "ible"),
    ("e", "ion"),
    ("e", "ing"),
    ("e", "al"),
    ("e", "able"),
    ("e", "ation"),
    ("y", "ication"),
    ("e", "ive"),
    ("able", "ibility"),
];

fn derived(short: &str, long: &str) -> bool {
    let shared = short.bytes().zip(long.bytes()).take_while(|(x, y)| x == y).count();
    // The longest endings of the table; what is longer cannot match, and there are many words to compare.
    if shared < 4 || short.len() - shared > 4 || long.len() - shared > 7 {
        return false;
    }
    DERIVED.iter().any(|(short_ending, long_ending)| {
        short
            .strip_suffix(short_ending)
            .zip(long.strip_suffix(long_ending))
            .is_some_and(|(left, right)| left == right && left.len() >= 4 && left.is_ascii())
    })
}

#[cfg(test)]
mod tests {
    use super::{same_word, stem};

    #[test]
    fn forms_of_one_word_are_the_same_and_neighbours_are_not() {
        for (a, b, same) in [
            ("prices", "price", true),
            ("baking", "bake", true),
            ("running", "run", true),
            ("cancelled", "canceled", true),
            ("cancelling", "cancel", true),
            ("boxes", "box", true),
            ("countries", "country", true),
            ("passed", "pass", true),
            ("calculate", "calculation", true),
            ("renewal", "renew", true),
            ("plan", "plane", false),
            ("file", "fill", false),
            ("employer", "employee", false),
            ("longer", "longest", false),
            ("status", "statu", false),
        ] {
            assert_eq!(same_word(&stem(a), &stem(b)), same, "{a} and {b}");
        }
    }
}
