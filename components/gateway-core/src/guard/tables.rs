//! What the guard knows of English: words to pass over, synonyms, phrases and opposites, read from `words/*.txt`.

use std::sync::LazyLock;

use super::stem::{Stem, stem};

/// The tables, sorted for binary search. Made at the first use, kept for the life of the process or component.
pub(super) struct Tables {
    function: Vec<String>,
    stop: Vec<String>,
    light: Vec<(String, u16)>,
    aliases: Vec<(String, String)>,
    synonyms: Vec<(String, String)>,
    phrases: Vec<(Vec<String>, &'static str)>,
    antonyms: Vec<(String, String, bool)>,
}

pub(super) static TABLES: LazyLock<Tables> = LazyLock::new(Tables::read);

impl Tables {
    fn read() -> Tables {
        let mut tables = Tables {
            function: words(include_str!("words/function.txt")),
            stop: words(include_str!("words/stop.txt")),
            light: classes(include_str!("words/light.txt")),
            aliases: groups(include_str!("words/aliases.txt")),
            synonyms: groups(include_str!("words/synonyms.txt")),
            phrases: phrases(include_str!("words/phrases.txt")),
            antonyms: Vec::new(),
        };
        let mut antonyms = Vec::new();
        for line in lines(include_str!("words/antonyms.txt")) {
            let (line, complementary) = line.strip_prefix('!').map_or((line, false), |rest| (rest, true));
            for pair in line.split(';') {
                if let [a, b] = pair.split_whitespace().collect::<Vec<_>>()[..] {
                    let (a, b) = (tables.canonical(&stem(a).text, a), tables.canonical(&stem(b).text, b));
                    antonyms.push((a.clone(), b.clone(), complementary));
                    antonyms.push((b, a, complementary));
                }
            }
        }
        antonyms.sort();
        tables.antonyms = antonyms;
        tables
    }

    /// Whether a word only joins others.
    pub(super) fn is_function(&self, word: &str) -> bool {
        contains(&self.function, word)
    }

    /// Whether a word says nothing of what a prompt is about.
    pub(super) fn is_stop(&self, word: &str, stem: &Stem) -> bool {
        contains(&self.stop, word)
            || contains(&self.stop, &stem.text)
            || stem.cut && contains(&self.stop, &format!("{}e", stem.text))
    }

    /// The class of a word that may be missing in the other prompt.
    pub(super) fn light(&self, word: &str) -> Option<u16> {
        let at = self.light.binary_search_by(|(entry, _)| entry.as_str().cmp(word)).ok()?;
        self.light.get(at).map(|(_, class)| *class)
    }

    /// The name that stands for this one and its other names, or the word itself.
    pub(super) fn alias(&self, stem: &str) -> String {
        find(&self.aliases, stem).unwrap_or(stem).to_owned()
    }

    /// The word that stands for all synonyms of this one, by its stem, else as it is written.
    pub(super) fn canonical(&self, stem: &str, word: &str) -> String {
        [&self.aliases, &self.synonyms]
            .into_iter()
            .find_map(|table| {
                find(table, stem).or_else(|| find(table, word)).or_else(|| {
                    // "us(ing)": the final "e" may have gone with the ending.
                    (word.len() > stem.len()).then(|| find(table, &format!("{stem}e"))).flatten()
                })
            })
            .unwrap_or(stem)
            .to_owned()
    }

    /// The longest phrase that these stems begin with: how many words it has, and the word that stands for it.
    pub(super) fn phrase<'a>(&self, stems: impl Iterator<Item = &'a str> + Clone) -> Option<(usize, &'static str)> {
        let first = stems.clone().next()?;
        let from = self.phrases.partition_point(|(words, _)| words.first().is_some_and(|word| word.as_str() < first));
        self.phrases
            .iter()
            .skip(from)
            .take_while(|(words, _)| words.first().is_some_and(|word| word == first))
            .filter(|(words, _)| {
                let mut stems = stems.clone();
                words.iter().all(|word| stems.next() == Some(word.as_str()))
            })
            .map(|(words, stands_for)| (words.len(), *stands_for))
            .max_by_key(|(length, _)| *length)
    }

    /// Whether two canonical words are opposites; `Some(true)` when one is the negation of the other.
    pub(super) fn opposite(&self, a: &str, b: &str) -> Option<bool> {
        let at = self.antonyms.partition_point(|(left, right, _)| (left.as_str(), right.as_str()) < (a, b));
        self.antonyms
            .get(at)
            .filter(|(left, right, _)| left == a && right == b)
            .map(|(_, _, complementary)| *complementary)
            .or_else(|| negated_form(a, b))
    }
}

/// "known" and "unknown", by prefix; a prefix may be longer or shorter for other words, so only both forms together count.
fn negated_form(a: &str, b: &str) -> Option<bool> {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let negated = short.len() > 3
        && long.ends_with(short)
        && ["un", "dis", "de", "in", "im", "il", "ir", "non", "mis", "a", "anti"]
            .iter()
            .any(|prefix| long.strip_prefix(prefix) == Some(short));
    negated.then_some(false)
}

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.starts_with('#') && !line.is_empty())
}

fn words(text: &'static str) -> Vec<String> {
    let mut words: Vec<String> = lines(text).flat_map(str::split_whitespace).map(str::to_owned).collect();
    words.sort();
    words.dedup();
    words
}

/// Each word with the number of its line.
fn classes(text: &'static str) -> Vec<(String, u16)> {
    let mut classes: Vec<_> = lines(text)
        .zip(0..)
        .flat_map(|(line, class)| line.split_whitespace().map(move |word| (word.to_owned(), class)))
        .collect();
    classes.sort();
    classes
}

/// Each word with the one that stands for it. A word stands in one line only: [`tests`] see to that.
fn groups(text: &'static str) -> Vec<(String, String)> {
    let mut groups = Vec::new();
    for line in lines(text) {
        if let Some(first) = line.split_whitespace().next() {
            for word in line.split_whitespace() {
                groups.push((word.to_owned(), first.to_owned()));
                groups.push((stem(word).text, first.to_owned()));
            }
        }
    }
    groups.sort();
    groups.dedup();
    groups
}

fn phrases(text: &'static str) -> Vec<(Vec<String>, &'static str)> {
    let mut phrases: Vec<_> = lines(text)
        .filter_map(|line| line.split_once('='))
        .map(|(phrase, word)| (phrase.split_whitespace().map(|word| stem(word).text).collect::<Vec<_>>(), word.trim()))
        .collect();
    phrases.sort();
    phrases
}

fn contains(sorted: &[String], word: &str) -> bool {
    sorted.binary_search_by(|entry| entry.as_str().cmp(word)).is_ok()
}

fn find<'a>(table: &'a [(String, String)], word: &str) -> Option<&'a str> {
    let at = table.binary_search_by(|(entry, _)| entry.as_str().cmp(word)).ok()?;
    table.get(at).map(|(_, first)| first.as_str())
}

#[cfg(test)]
mod tests {
    use super::{groups, phrases};

    #[test]
    fn no_word_stands_in_two_groups() {
        for text in [include_str!("words/aliases.txt"), include_str!("words/synonyms.txt")] {
            for pair in groups(text).windows(2) {
                assert_ne!(pair[0].0, pair[1].0, "{pair:?}");
            }
        }
    }

    #[test]
    fn no_phrase_is_listed_twice() {
        for pair in phrases(include_str!("words/phrases.txt")).windows(2) {
            assert_ne!(pair[0].0, pair[1].0);
        }
    }
}
