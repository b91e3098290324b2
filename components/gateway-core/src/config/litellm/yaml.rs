//! A tree of YAML in which everything knows its line.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use crate::config::Mistake;
use crate::limits;

/// A value and where it is.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) line: usize,
    pub(super) value: Value,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// Without quotes it may also be a number, a truth value or nothing.
    Scalar {
        text: String,
        plain: bool,
    },
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// One member of a map.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) line: usize,
    pub(super) node: Node,
}

/// Reads one document. Aliases are copied, `<<` is merged as PyYAML does.
pub(super) fn read(text: &str) -> Result<Node, Mistake> {
    if text.len() > limits::CONFIG_BYTES {
        let expected = format!("at most {} bytes", limits::CONFIG_BYTES);
        return Err(Mistake::new("", format!("{} bytes", text.len()), expected));
    }
    let mut reader = Reader { parser: Parser::new_from_str(text), anchors: BTreeMap::new(), nodes: 0 };
    loop {
        match reader.next()? {
            (Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd, _) => {}
            (Event::StreamEnd, span) => return Err(mistake(span.start.line(), "nothing", "model_list")),
            (event, span) => {
                let node = reader.node(event, span, 0)?;
                return match (reader.next()?, reader.next()?) {
                    ((Event::DocumentEnd, _), (Event::StreamEnd, _)) => Ok(node),
                    (_, (_, span)) => Err(mistake(span.start.line(), "a second document", "one document")),
                };
            }
        }
    }
}

fn mistake(line: usize, found: &str, expected: impl Into<String>) -> Mistake {
    Mistake { line, key: String::new(), found: found.to_owned(), expected: expected.into() }
}

struct Reader<'t> {
    parser: Parser<'t, saphyr_parser::StrInput<'t>>,
    anchors: BTreeMap<usize, Node>,
    /// With all copies.
    nodes: usize,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Result<(Event<'t>, Span), Mistake> {
        match self.parser.next_event() {
            Some(Ok(event)) => Ok(event),
            // The parser's own words repeat nothing of the text but characters and names of anchors.
            Some(Err(error)) => Err(mistake(error.marker().line(), "text that is not YAML", error.info())),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn count(&mut self, nodes: usize, line: usize) -> Result<(), Mistake> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes > limits::YAML_NODES {
            return Err(mistake(line, "more values", format!("at most {}, aliases included", limits::YAML_NODES)));
        }
        Ok(())
    }

    fn node(&mut self, event: Event<'t>, span: Span, depth: usize) -> Result<Node, Mistake> {
        let line = span.start.line();
        if depth > limits::YAML_LEVELS {
            return Err(mistake(line, "deeper nesting", format!("at most {} levels", limits::YAML_LEVELS)));
        }
        self.count(1, line)?;
        let (anchor, value) = match event {
            Event::Scalar(text, style, anchor, _) => {
                (anchor, Value::Scalar { text: text.into_owned(), plain: style == ScalarStyle::Plain })
            }
            Event::SequenceStart(anchor, _) => {
                let mut items = Vec::new();
                loop {
                    match self.next()? {
                        (Event::SequenceEnd, _) => break,
                        (event, span) => items.push(self.node(event, span, depth + 1)?),
                    }
                }
                (anchor, Value::List(items))
            }
            Event::MappingStart(anchor, _) => (anchor, Value::Map(self.map(depth)?)),
            Event::Alias(anchor) => {
                let Some(node) = self.anchors.get(&anchor).cloned() else {
                    return Err(mistake(line, "an alias of what is not complete", "an alias of a whole value"));
                };
                self.count(size(&node), line)?;
                return Ok(node);
            }
            _ => return Err(mistake(line, "the end of the file", "a value")),
        };
        let node = Node { line, value };
        if anchor > 0 {
            self.count(size(&node), line)?;
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    fn map(&mut self, depth: usize) -> Result<Vec<Entry>, Mistake> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut merged: Vec<Entry> = Vec::new();
        let mut names = std::collections::BTreeSet::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                break;
            }
            let line = span.start.line();
            let Value::Scalar { text: name, plain } = self.node(event, span, depth + 1)?.value else {
                return Err(mistake(line, "a list or a map as a key", "a name"));
            };
            let (event, span) = self.next()?;
            let node = self.node(event, span, depth + 1)?;
            if name == "<<" && plain {
                match node.value {
                    Value::Map(entries) => merged.extend(entries),
                    _ => return Err(mistake(line, "something else behind <<", "an alias of a map")),
                }
            } else if names.insert(name.clone()) {
                entries.push(Entry { name, line, node });
            } else {
                let found = format!("{} for the second time", crate::config::shown::quoted(&name));
                return Err(mistake(line, &found, "each key once"));
            }
        }
        for entry in merged {
            if names.insert(entry.name.clone()) {
                entries.push(entry);
            }
        }
        Ok(entries)
    }
}

fn size(node: &Node) -> usize {
    match &node.value {
        Value::Scalar { .. } => 1,
        Value::List(items) => 1 + items.iter().map(size).sum::<usize>(),
        Value::Map(entries) => 1 + entries.iter().map(|entry| 1 + size(&entry.node)).sum::<usize>(),
    }
}
