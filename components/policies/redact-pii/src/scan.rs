//! Goes through a text once, and puts labels in the place of what the kinds find.

use crate::cursor::Cursor;
use crate::{address, card, email, iban, phone, secret, ssn};

/// What came of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scanned<'t> {
    /// With labels, and without [`rest`](Scanned::rest).
    pub text: String,
    /// The end of the text, about which nothing can be said before more of it is there; empty at the last piece.
    pub rest: &'t str,
}

/// The last two characters before a place, the nearer one last: of what comes out, not of what was there, which nobody
/// who looks at the next piece of a stream would know.
pub(crate) type Before = [Option<char>; 2];

/// Where something ends, and what is put in its place.
pub(crate) struct Found {
    pub(crate) end: usize,
    pub(crate) label: &'static str,
}

/// A kind of data: what of it begins at this place.
type Kind = fn(&mut Cursor<'_>, Before) -> Option<Found>;

/// In the order in which they are asked: the first one takes it.
const KINDS: [Kind; 7] = [email::find, secret::find, iban::find, address::find, ssn::find, card::find, phone::find];

/// Redacts a text. `window` is what comes right before it, as it came out of the scan before; `last` says that nothing
/// comes behind it.
///
/// For every way to cut a text into pieces the results are the same when put together: a place is decided on only when
/// no kind wanted to look further, and the only thing that counts of what lies behind is what came out of it.
pub fn scan<'t>(window: &str, text: &'t str, last: bool) -> Scanned<'t> {
    let mut out = String::with_capacity(text.len());
    let mut before = last_two(window);
    let mut in_secret = window.ends_with(secret::CUT);
    let mut rest = text;
    'places: while let Some(character) = rest.chars().next() {
        let at = text.len() - rest.len();
        if in_secret && secret::goes_on(character) {
            rest = rest.get(character.len_utf8()..).unwrap_or_default();
            continue;
        }
        in_secret = false;
        if may_begin(character, before) {
            for kind in KINDS {
                let mut cursor = Cursor::new(text, at);
                let found = kind(&mut cursor, if is_escape(before) { [None, None] } else { before });
                if cursor.is_starved() && !last {
                    break 'places;
                }
                if let Some(Found { end, label }) = found {
                    out.push_str(label);
                    before = last_two(label);
                    in_secret = label == secret::CUT;
                    rest = text.get(end..).unwrap_or_default();
                    continue 'places;
                }
            }
        }
        out.push(character);
        before = [before[1], Some(character)];
        rest = rest.get(character.len_utf8()..).unwrap_or_default();
    }
    Scanned { text: out, rest }
}

fn last_two(text: &str) -> Before {
    let mut backwards = text.chars().rev();
    let last = backwards.next();
    [backwards.next(), last]
}

/// Whether any kind begins with this character behind those: none begins in the middle of a word or number.
fn may_begin(character: char, before: Before) -> bool {
    let begins = is_word(character) || matches!(character, '+' | '(' | ':');
    begins && !is_escape([before[1], Some(character)]) && (is_escape(before) || !before[1].is_some_and(is_word))
}

/// An end of a line as JSON writes it, in the answers that are JSON themselves: its letter is none of a word.
fn is_escape(characters: Before) -> bool {
    matches!(characters, [Some('\\'), Some('n' | 'r' | 't')])
}

/// Letters of words that a name in an address may have, digits and `_`. Scripts without spaces between words are not
/// among them, as what is before an address there is another word.
pub(crate) fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric()
        || character == '_'
        || (matches!(character, '\u{c0}'..='\u{24f}' | '\u{370}'..='\u{52f}') && character.is_alphabetic())
}
