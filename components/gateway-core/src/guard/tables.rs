//! What the guard knows of English: words to pass over, synonyms, phrases and opposites, read from `words/*.txt`.

use std::sync::LazyLock;

use super::stem::{Stem, stem};

/// The tables, made at the first use and kept for the life of the process or component.
pub(super) struct Tables {
    function: Table,
    stop: Table,
    light: Table,
    aliases: Table,
    synonyms: Table,
    phrases: Table,
    antonyms: Table,
}

pub(super) static TABLES: LazyLock<Tables> = LazyLock::new(Tables::read);

/// Words or phrases, sorted, each with what the table says of it.
struct Table(Vec<(String, &'static str)>);

impl Table {
    fn new(mut entries: Vec<(String, &'static str)>) -> Table {
        entries.sort_unstable();
        entries.dedup();
        Table(entries)
    }

    fn get(&self, word: &str) -> Option<&'static str> {
        let at = self.0.binary_search_by(|(entry, _)| entry.as_str().cmp(word)).ok()?;
        self.0.get(at).map(|(_, says)| *says)
    }
}

/// More words than the longest phrase of `words/phrases.txt` has.
const PHRASE_WORDS: usize = 5;

impl Tables {
    fn read() -> Tables {
        let mut tables = Tables {
            function: classes(include_str!("words/function.txt")),
            stop: classes(include_str!("words/stop.txt")),
            light: classes(include_str!("words/light.txt")),
            aliases: groups(include_str!("words/aliases.txt")),
            synonyms: groups(include_str!("words/synonyms.txt")),
            phrases: phrases(include_str!("words/phrases.txt")),
            antonyms: Table(Vec::new()),
        };
        let mut antonyms = Vec::new();
        for line in lines(include_str!("words/antonyms.txt")) {
            let (line, mark) = line.strip_prefix('!').map_or((line, ""), |rest| (rest, "!"));
            for pair in line.split(';') {
                if let Some((a, b)) = pair.trim().split_once(' ') {
                    let (a, b) = (tables.canonical(&stem(a), a), tables.canonical(&stem(b), b));
                    antonyms.push((format!("{a} {b}"), mark));
                    antonyms.push((format!("{b} {a}"), mark));
                }
            }
        }
        tables.antonyms = Table::new(antonyms);
        tables
    }

    /// Whether a word only joins others.
    pub(super) fn is_function(&self, word: &str) -> bool {
        self.function.get(word).is_some()
    }

    /// Whether a word says nothing of what a prompt is about.
    pub(super) fn is_stop(&self, word: &str, stem: &Stem) -> bool {
        self.stop.get(word).or_else(|| by_stem(&self.stop, stem)).is_some()
    }

    /// The class of a word that may be missing in the other prompt.
    pub(super) fn light(&self, word: &str, stem: &Stem, canonical: &str) -> Option<&'static str> {
        self.light.get(word).or_else(|| by_stem(&self.light, stem)).or_else(|| self.light.get(canonical))
    }

    /// The name that stands for this one and its other names, or the word itself.
    pub(super) fn alias(&self, stem: &str) -> String {
        self.aliases.get(stem).unwrap_or(stem).to_owned()
    }

    /// The word that stands for all synonyms of this one, else its stem.
    pub(super) fn canonical(&self, stem: &Stem, word: &str) -> String {
        [&self.aliases, &self.synonyms]
            .into_iter()
            .find_map(|table| table.get(word).or_else(|| by_stem(table, stem)))
            .unwrap_or(&stem.text)
            .to_owned()
    }

    /// The longest phrase that these stems begin with: how many words it has, and the words that stand for it.
    pub(super) fn phrase(&self, stems: &[Stem]) -> Option<(usize, &'static str)> {
        let mut phrase = stems.first()?.text.clone();
        let mut longest = None;
        for (at, stem) in stems.iter().enumerate().take(PHRASE_WORDS).skip(1) {
            phrase.push(' ');
            phrase.push_str(&stem.text);
            longest = self.phrases.get(&phrase).map(|stands_for| (at + 1, stands_for)).or(longest);
        }
        longest
    }

    /// Whether two canonical words are opposites; `Some(true)` when one is the negation of the other.
    pub(super) fn opposite(&self, a: &str, b: &str) -> Option<bool> {
        let listed = self.antonyms.get(&format!("{a} {b}")).map(|mark| mark == "!");
        listed.or_else(|| is_negated_form(a, b).then_some(false))
    }
}

/// "us(ing)" stands under "use": the final "e" may have gone with the ending.
fn by_stem(table: &Table, stem: &Stem) -> Option<&'static str> {
    table.get(&stem.text).or_else(|| stem.cut.then(|| table.get(&format!("{}e", stem.text))).flatten())
}

/// "known" and "unknown", by prefix. Only both forms together count: "under" is no negation of "der".
fn is_negated_form(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    short.len() > 3
        && long.strip_suffix(short).is_some_and(|prefix| {
            ["un", "dis", "de", "in", "im", "il", "ir", "non", "mis", "a", "anti"].contains(&prefix)
        })
}

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.starts_with('#') && !line.is_empty())
}

/// Each word with the first one of its line, which names their class.
fn classes(text: &'static str) -> Table {
    let words =
        |line: &'static str| line.split(' ').map(move |word| (word.to_owned(), line.split(' ').next().unwrap_or("")));
    Table::new(lines(text).flat_map(words).collect())
}

/// As [`classes`], under the words' stems too.
fn groups(text: &'static str) -> Table {
    let Table(mut words) = classes(text);
    words.extend(words.clone().into_iter().map(|(word, first)| (stem(&word).text, first)));
    Table::new(words)
}

fn phrases(text: &'static str) -> Table {
    let stems = |phrase: &str| phrase.split_whitespace().map(|word| stem(word).text).collect::<Vec<_>>().join(" ");
    let halves = lines(text).filter_map(|line| line.split_once('='));
    Table::new(halves.map(|(phrase, word)| (stems(phrase), word.trim())).collect())
}

#[cfg(test)]
mod tests {
    use super::{PHRASE_WORDS, TABLES, Table};

    #[test]
    fn no_word_stands_in_two_groups() {
        let tables: [&Table; 4] = [&TABLES.aliases, &TABLES.synonyms, &TABLES.light, &TABLES.phrases];
        for table in tables {
            for pair in table.0.windows(2) {
                assert_ne!(pair[0].0, pair[1].0, "{pair:?}");
            }
        }
    }

    #[test]
    fn no_phrase_is_longer_than_what_is_looked_for() {
        assert!(TABLES.phrases.0.iter().all(|(phrase, _)| phrase.split(' ').count() < PHRASE_WORDS + 1));
    }
}
