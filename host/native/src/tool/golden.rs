//! The file of golden cases, in TOML: what is called, and what comes of it.
//!
//! ```toml
//! load = "PERMISSIONS WRITE"            # words for WASM.LOAD
//! fuel = 10_000                         # the most that a case may take; a case may say its own
//!
//! [[case]]
//! name = "a counter goes on"
//! setup = ["SET visits 41"]             # commands, as lines or as lists of words
//! keys = ["visits"]
//! args = [1]
//! reply = 42                            # or `error = "ERR …"`; see `expected`
//! after = { visits = "42" }             # keys afterwards
//! ```

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::expected::Expected;
use super::words;

/// All cases of a function.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Golden {
    /// Words for WASM.LOAD.
    #[serde(default)]
    pub(super) load: String,
    /// The most fuel that a case may take, unless it says its own.
    pub(super) fuel: Option<u64>,
    #[serde(rename = "case", default)]
    pub(super) cases: Vec<Case>,
}

/// One call on an empty store.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Case {
    /// What holds, as a sentence.
    pub(super) name: String,
    /// Words for WASM.LOAD in the place of the file's.
    pub(super) load: Option<String>,
    /// Commands before the call, each of which must succeed.
    #[serde(default)]
    pub(super) setup: Vec<Words>,
    /// Which of the component's functions, if it has several.
    pub(super) function: Option<String>,
    #[serde(default)]
    pub(super) keys: Vec<Word>,
    #[serde(default)]
    pub(super) args: Vec<Word>,
    /// A command in the place of a call with `keys` and `args`.
    pub(super) command: Option<Words>,
    /// What the call replies.
    pub(super) reply: Option<Expected>,
    /// The error that the call replies.
    pub(super) error: Option<Expected>,
    /// Keys afterwards.
    #[serde(default)]
    pub(super) after: BTreeMap<String, Expected>,
    /// The most fuel that the call may take.
    pub(super) fuel: Option<u64>,
}

/// A text, or a number as text.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "expected a text or a number")]
pub(super) enum Word {
    Text(String),
    Integer(i64),
    Float(f64),
}

impl Word {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Word::Text(text) => text.clone().into_bytes(),
            Word::Integer(number) => number.to_string().into_bytes(),
            Word::Float(number) => number.to_string().into_bytes(),
        }
    }
}

/// A command.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "expected a command: one text, or a list of words")]
pub(super) enum Words {
    Line(String),
    List(Vec<Word>),
}

impl Words {
    /// Its words; the error is about quotes.
    pub(super) fn split(&self) -> Result<Vec<Vec<u8>>, String> {
        match self {
            Words::Line(line) => words::split(line),
            Words::List(list) => Ok(bytes(list)),
        }
    }

    /// The command for a reader.
    pub(super) fn shown(&self) -> String {
        match self {
            Words::Line(line) => line.clone(),
            Words::List(list) => {
                let words: Vec<_> =
                    list.iter().map(|word| String::from_utf8_lossy(&word.bytes()).into_owned()).collect();
                words.join(" ")
            }
        }
    }
}

/// The bytes of words.
pub(super) fn bytes(words: &[Word]) -> Vec<Vec<u8>> {
    words.iter().map(Word::bytes).collect()
}

impl Golden {
    /// Reads a file; the error names the place.
    pub(super) fn read(path: &Path) -> Result<Golden, String> {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        Golden::parse(&text).map_err(|error| format!("{}: {error}", path.display()))
    }

    fn parse(text: &str) -> Result<Golden, String> {
        let golden: Golden = toml::from_str(text).map_err(|error| error.to_string())?;
        if golden.cases.is_empty() {
            return Err("there is no [[case]] in it".to_owned());
        }
        for case in &golden.cases {
            case.check().map_err(|error| format!("case \"{}\": {error}", case.name))?;
        }
        Ok(golden)
    }
}

impl Case {
    fn check(&self) -> Result<(), String> {
        if self.reply.is_some() == self.error.is_some() {
            return Err("it must expect either a `reply` or an `error`".to_owned());
        }
        if self.command.is_some() && !(self.keys.is_empty() && self.args.is_empty() && self.function.is_none()) {
            return Err("`command` stands in the place of `function`, `keys` and `args`".to_owned());
        }
        for words in self.setup.iter().chain(&self.command) {
            if words.split()?.is_empty() {
                return Err("a command has no words".to_owned());
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_says_what_is_called_and_what_comes_of_it() {
        let golden = Golden::parse(
            "load = 'PERMISSIONS WRITE'\nfuel = 9\n[[case]]\nname = 'n'\nsetup = ['SET a \"b c\"', ['SET', 'd', 5]]\n\
             keys = ['a']\nargs = [7, 'x']\nreply = [1, { is = 'nil' }]\nafter = { a = 'b c' }\n",
        )
        .expect("the file is correct");
        let case = golden.cases.first().expect("there is one case");
        assert_eq!(bytes(&case.args), [b"7".to_vec(), b"x".to_vec()]);
        let setup: Vec<_> = case.setup.iter().map(|words| words.split().expect("quotes are closed").len()).collect();
        assert_eq!(setup, [3, 3]);
    }

    #[test]
    fn mistakes_are_told_with_their_case() {
        for (text, part) in [
            ("", "no [[case]]"),
            ("[[case]]\nname = 'n'", "case \"n\": it must expect either"),
            ("[[case]]\nname = 'n'\nreply = 1\nerror = 'ERR'", "either"),
            ("[[case]]\nname = 'n'\nreply = 1\nsetup = ['SET \"a']", "not closed"),
            ("[[case]]\nname = 'n'\nreply = 1\ncommand = 'PING'\nkeys = ['k']", "in the place of"),
            ("[[case]]\nname = 'n'\nreply = 1\nrepli = 1", "repli"),
            ("[[case]]\nname = 'n'\nreply = { lik = 'x' }", "lik"),
        ] {
            let error = Golden::parse(text).expect_err(text);
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
