//! A prompt cut into pieces: words, numbers, code and operators, with what their writing tells about them.

/// One word or code-like token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    /// As written, without the punctuation around it.
    pub(super) text: String,
    /// In lower case, with one kind of apostrophe, and digits and letters of full width made plain.
    pub(super) folded: String,
    /// Whether a sentence begins here, where a capital letter says nothing.
    pub(super) starts: bool,
    /// Within quotation marks or backquotes, or code by its look: must be the same in the other prompt.
    pub(super) literal: bool,
    /// The last part of a word with hyphens.
    pub(super) ends_compound: bool,
    /// A comma, colon or the like follows.
    pub(super) pause: bool,
}

const BEFORE: &[char] = &['(', '[', '{', '<', '¿', '¡', '\'', '‘', '*', '„', '‚', '…'];
const AFTER: &[char] =
    &['.', ',', ';', ':', '!', '?', ')', ']', '}', '>', '\'', '’', '‘', '*', '…', '。', '？', '！', '、'];
const OPERATORS: &[char] =
    &['+', '-', '*', '/', '=', '<', '>', '!', '^', '%', '|', '&', '~', '×', '÷', '−', '≤', '≥', '≠'];
const QUOTES: &[char] = &['"', '“', '”', '«', '»', '`'];

/// The pieces of `text`, or nothing when there are more than `limit`.
pub(super) fn scan(text: &str, limit: usize) -> Option<Vec<Piece>> {
    let text: String = text.chars().filter_map(plain).collect();
    // A lone mark is an inch or a slip of the finger, and quotes nothing.
    let mut marks = QUOTES.iter().map(|mark| text.matches(*mark).count()).sum::<usize>();
    marks -= marks % 2;
    let mut scanner = Scanner { pieces: Vec::new(), starts: true, quoted: false };
    for line in text.lines() {
        scanner.starts = true;
        for chunk in line.split_whitespace() {
            let mut rest = chunk;
            loop {
                let (part, mark) = match rest.find(QUOTES) {
                    Some(at) if marks > 0 => (rest.get(..at).unwrap_or(""), rest.get(at..)),
                    _ => (rest, None),
                };
                scanner.chunk(part);
                let Some(mark) = mark else { break };
                marks -= 1;
                scanner.quoted = !scanner.quoted;
                scanner.starts |= scanner.quoted;
                rest = mark.get(mark.chars().next().map_or(0, char::len_utf8)..).unwrap_or("");
            }
            if scanner.pieces.len() > limit {
                return None;
            }
        }
    }
    let mut pieces = scanner.pieces;
    let operators: Vec<bool> = pieces.iter().map(is_operator).collect();
    for (at, piece) in pieces.iter_mut().enumerate() {
        // The article is a variable in "a - b".
        let beside = [at.checked_sub(1), at.checked_add(1)];
        let beside = beside.into_iter().flatten().any(|at| operators.get(at).copied().unwrap_or(false));
        piece.literal |= beside && piece.text.chars().count() == 1 && piece.text.starts_with(char::is_alphabetic);
    }
    Some(pieces)
}

fn is_operator(piece: &Piece) -> bool {
    piece.text.chars().all(|c| OPERATORS.contains(&c))
}

/// One form for characters that are written in several ways; nothing for those that are not seen.
fn plain(c: char) -> Option<char> {
    let code = u32::from(c);
    match code {
        0xAD | 0x200B..=0x200F | 0x2060 | 0xFEFF | 0xFE0F => None,
        0x2018 | 0x2019 | 0x02BC => Some('\''),
        0x2010..=0x2012 => Some('-'),
        0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0),
        0x0660..=0x0669 => char::from_u32(code - 0x0660 + 0x30),
        0x06F0..=0x06F9 => char::from_u32(code - 0x06F0 + 0x30),
        0x0966..=0x096F => char::from_u32(code - 0x0966 + 0x30),
        _ => Some(c),
    }
}

struct Scanner {
    pieces: Vec<Piece>,
    starts: bool,
    quoted: bool,
}

impl Scanner {
    /// What stands between white space and quotation marks.
    fn chunk(&mut self, chunk: &str) {
        if chunk.is_empty() {
            return;
        }
        if !chunk.chars().any(char::is_alphanumeric) {
            self.symbols(chunk);
            return;
        }
        let word = chunk.trim_start_matches(BEFORE).trim_end_matches(AFTER);
        // A flag of a command keeps its hyphens, and so does a negative number; a dash does not.
        let word = if word.starts_with('-') && !word.starts_with("-\u{2014}") { word } else { word.trim_matches('-') };
        let word = word.trim_matches(['–', '—']);
        let pause = chunk.ends_with([',', ':', ';', '.', '!', '?']);
        self.word(word);
        if let Some(last) = self.pieces.last_mut() {
            last.pause = pause;
        }
        self.starts =
            chunk.trim_end_matches([')', ']', '\'', '*']).ends_with(['.', ':', '!', '?', '…', '。', '？', '！']);
    }

    /// "+" and "==" are part of a formula; "-" is so after a number; marks like "–" and "…" are nothing.
    fn symbols(&mut self, chunk: &str) {
        let after_value = self
            .pieces
            .last()
            .is_some_and(|last| last.text.chars().count() == 1 || last.text.ends_with(|c: char| c.is_ascii_digit()));
        let operator = chunk.chars().all(|c| OPERATORS.contains(&c));
        if operator
            && !(matches!(chunk, "&" | "!" | "!!" | "*" | "/" | ">" | "|") || chunk.starts_with('-') && !after_value)
        {
            self.push(chunk, true, true);
        } else if chunk.chars().any(|c| !c.is_ascii() && !"–—…·•«»¿¡。、，".contains(c)) {
            self.push(chunk, self.quoted, true);
        }
        self.starts |= chunk.ends_with(['.', '!', '?', ':', '•', '–', '—', '-', '*']);
    }

    fn word(&mut self, word: &str) {
        if word.is_empty() {
            return;
        }
        let parts: Vec<&str> = word.split(['-', '–', '—']).collect();
        let letters =
            |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_alphabetic() || c == '\'' || c == '.');
        let digits = |part: &&str| {
            let mut chars = part.chars();
            let led = chars.next().is_some_and(|c| c.is_ascii_digit() || "$€£¥".contains(c));
            led && part.chars().any(char::is_numeric)
        };
        let numbered = parts.iter().rposition(digits).is_none_or(|last| parts.iter().take(last).all(digits));
        if parts.len() > 1 && parts.iter().all(|part| letters(part) || digits(part)) && numbered {
            let last = parts.len() - 1;
            for (at, part) in parts.into_iter().enumerate() {
                self.push(part, self.quoted, at == last);
            }
            return;
        }
        let slashed: Vec<&str> = word.split('/').collect();
        if slashed.len() > 1
            && slashed.iter().all(|part| part.chars().count() > 1 && part.chars().all(char::is_alphabetic))
        {
            for part in slashed {
                self.push(part, self.quoted, false);
            }
            return;
        }
        // "GPT-4", "gpt 4" in one word and "utf-8" have one key each.
        let joined = word.len() > 3 && word.starts_with(char::is_alphabetic) && parts.len() > 1;
        let joined = joined && word.chars().all(|c| c.is_alphanumeric() || c == '-');
        let number = digits(&word) && word.chars().all(|c| c.is_alphanumeric() || "$€£¥.,%°".contains(c));
        let negative = word.strip_prefix('-').is_some_and(|rest| digits(&rest));
        let literal = !number && !negative && looks_like_code(word);
        let text = if joined { word.replace('-', "") } else { word.to_owned() };
        self.push(&text, self.quoted || literal || joined, false);
    }

    fn push(&mut self, text: &str, literal: bool, ends_compound: bool) {
        let folded = text.to_lowercase();
        self.pieces.push(Piece {
            text: text.to_owned(),
            folded,
            starts: std::mem::take(&mut self.starts),
            literal,
            ends_compound,
            pause: false,
        });
    }
}

/// Identifiers, paths, addresses and formulas, by the characters within; "C++" and "Wait..." are judged as words.
fn looks_like_code(word: &str) -> bool {
    let inner_dot = word.trim_matches('.').contains('.') && !abbreviation(word);
    inner_dot
        || word.contains([
            '_', '/', '\\', '@', '=', '<', '>', '^', '|', '~', '{', '}', '(', '[', '$', '*', ':', '#', '+', '%',
        ])
        || word.starts_with('-')
        || (word.contains('&') && word.len() > 1)
        || (word.chars().any(char::is_numeric) && word.chars().any(char::is_alphabetic))
        || word.chars().zip(word.chars().skip(1)).any(|(a, b)| a.is_lowercase() && b.is_uppercase())
}

/// "e.g." and "U.S.": letters, each with its dot.
fn abbreviation(word: &str) -> bool {
    word.split('.').all(|part| part.chars().count() <= 1)
}
