//! YAML as a tree that knows where each part stands. Anchors, aliases, tags, duplicate keys and further documents
//! are refused: a catalog is read by people first. All of them are reported at once; what was refused stays in the tree
//! as [`Content::Broken`], about which nothing more is said.

use std::iter::Peekable;
use std::vec::IntoIter;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span};
use serde_json::Value;

use crate::error::{Collector, Error, Place};

/// Part of a YAML document.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) at: Position,
    pub(crate) content: Content,
}

/// Line and column, both from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// A scalar, as the JSON value that YAML's core schema makes of it.
    Scalar(Value),
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
    /// Something that was refused and reported.
    Broken,
}

#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) at: Position,
    pub(crate) text: String,
}

/// One file: its name for diagnostics and its lines for excerpts.
#[derive(Clone, Copy)]
pub(crate) struct File<'a> {
    pub(crate) name: &'a str,
    pub(crate) text: &'a str,
}

impl File<'_> {
    pub(crate) fn error(&self, at: Position, message: impl Into<String>) -> Error {
        let place = Place::Position { file: self.name.to_owned(), line: at.line, column: at.column };
        let mut error = Error::new(place, message);
        let line = self.text.lines().nth(at.line.saturating_sub(1));
        error.excerpt = line.map(|line| line.trim_end().to_owned());
        error
    }

    /// The document, if there is one that YAML allows.
    pub(crate) fn parse(&self, errors: &mut Collector) -> Option<Node> {
        let events: Result<Vec<_>, _> = Parser::new_from_str(self.text).collect();
        let events = match events {
            Ok(events) => events,
            Err(error) => {
                errors.push(self.scan_error(&error));
                return None;
            }
        };
        let structure = |event: &Event<'_>| {
            matches!(event, Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd)
        };
        let events: Vec<_> = events.into_iter().filter(|(event, _)| !structure(event)).collect();
        let mut reader = Reader { file: *self, events: events.into_iter().peekable(), errors, deep: false };
        let start = reader.events.next();
        let node = start.and_then(|_| reader.node(0));
        let nothing = |node: &Node| matches!(node.content, Content::Scalar(Value::Null));
        let Some(node) = node.filter(|node| !nothing(node)) else {
            let start = Position { line: 1, column: 1 };
            errors.push(self.error(start, "the file is empty").hint("start with `catalog:`"));
            return None;
        };
        if let Some((_, span)) = reader.events.next() {
            let error = self.error(position(span.start), "a second document starts here");
            errors.push(error.hint("a catalog is one document: remove the `---`"));
        }
        Some(node)
    }

    fn scan_error(&self, error: &ScanError) -> Error {
        let mut at = position(*error.marker());
        // What ends too early is found behind the last line.
        let lines = self.text.lines().count().max(1);
        if at.line > lines {
            let last = self.text.lines().last().unwrap_or_default();
            at = Position { line: lines, column: last.trim_end().chars().count() + 1 };
        }
        let line = self.text.lines().nth(at.line - 1).unwrap_or_default();
        let tab = line.trim_start_matches(' ').starts_with('\t');
        let (message, hint) = if tab { TABS } else { explained(error.info()) };
        self.error(at, format!("not YAML: {message}")).hint(hint)
    }
}

const TABS: (&str, &str) = ("a tab indents this line", "indent with blanks: YAML allows no tabs there");

/// What the scanner's own words mean for somebody who writes a catalog, and what to do.
fn explained(info: &str) -> (&str, &'static str) {
    const KNOWN: [(&str, &str, &str); 17] = [
        ("tab", TABS.0, TABS.1),
        (
            "mapping values are not allowed",
            "a `:` stands where no key can be",
            "put a text that contains `: ` in quotes; otherwise look at the indentation of this line",
        ),
        (
            "simple key expect",
            "a line is neither `key: value` nor the continuation of a text",
            "write `key: value`, put a text of several lines below `|`, and check the indentation",
        ),
        (
            "did not find expected key",
            "this line does not stand at the depth of its neighbours",
            "indent it as the other keys of the same map; put a text with special characters in quotes",
        ),
        (
            "did not find expected '-' indicator",
            "this line does not stand at the depth of its list",
            "indent it as the other items, each of which starts with `- `",
        ),
        ("may not precede", "a blank is missing after the `:`", "write `key: value`"),
        (
            "expected node content",
            "a value is missing, or a bracket is not closed",
            "write the value, or close the bracket",
        ),
        ("flow mapping", "a `{` is not closed", "close it with `}`, and put `,` between members"),
        ("flow sequence", "a `[` is not closed", "close it with `]`, and put `,` between items"),
        ("misplaced bracket", "a bracket closes nothing", "remove it, or put the text in quotes"),
        ("end of stream", "a quote is not closed", "close the text with the quote that opened it"),
        ("unexpected eof", "the file ends inside a value", "close every bracket and quote"),
        (
            "trailing content after double-quoted",
            "something follows a quoted text",
            "end the line after the quote, or put all of it into the quotes",
        ),
        (
            "unknown escape",
            "a `\\` stands before a character that needs none",
            "write `\\\\`, or use single quotes",
        ),
        (
            "unknown anchor",
            "an alias (`*name`) is not allowed here",
            "write the value out, or put a text in quotes",
        ),
        (
            "indentation",
            "this line is indented in a way that fits nothing",
            "indent each level by two blanks",
        ),
        ("unexpected character", "a character that no plain text may start with", "put the text in quotes"),
    ];
    let known = KNOWN.iter().find(|(part, ..)| info.contains(part));
    known.map_or((info, "look at the quotes, brackets and indentation of this line"), |(_, message, hint)| {
        (message, hint)
    })
}

fn position(marker: Marker) -> Position {
    Position { line: marker.line().max(1), column: marker.col() + 1 }
}

struct Reader<'a, 'e> {
    file: File<'a>,
    events: Peekable<IntoIter<(Event<'a>, Span)>>,
    errors: &'e mut Collector,
    /// The nesting was refused already.
    deep: bool,
}

/// Deepest nesting of a catalog.
const DEPTH: usize = 32;

impl Reader<'_, '_> {
    fn refuse(&mut self, at: Position, message: impl Into<String>, hint: &str) {
        self.errors.push(self.file.error(at, message).hint(hint));
    }

    /// The next node; nothing at the end of the document.
    fn node(&mut self, depth: usize) -> Option<Node> {
        let (event, span) = self.events.next()?;
        let at = position(span.start);
        if depth > DEPTH {
            // A key and its value are equally deep: one of them says it.
            let said = std::mem::replace(&mut self.deep, true);
            let message = format!("nested deeper than {DEPTH} levels");
            if !said {
                self.refuse(at, message, "declare the inner parts below `types:` and refer to them");
            }
            self.skip(&event);
            return Some(Node { at, content: Content::Broken });
        }
        let (mut content, anchor, tagged) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                (Content::Scalar(scalar(&text, style)), anchor, tag.is_some())
            }
            Event::SequenceStart(anchor, tag) => (self.list(depth), anchor, tag.is_some()),
            Event::MappingStart(anchor, tag) => (self.map(depth), anchor, tag.is_some()),
            Event::Alias(_) => {
                let hint = "declare the type below `types:` and refer to it with `$ref`";
                self.refuse(at, "an alias (`*name`) is not allowed here", hint);
                (Content::Broken, 0, false)
            }
            _ => return None,
        };
        if anchor != 0 {
            self.refuse(at, "an anchor (`&name`) is not allowed here", "remove it, and write the value out");
        }
        if tagged {
            self.refuse(at, "a tag (`!name`) is not allowed here", "remove it; put a text in quotes");
            content = Content::Broken;
        }
        Some(Node { at, content })
    }

    /// Passes what `event` starts, without a call for each level of it.
    fn skip(&mut self, event: &Event<'_>) {
        let change = |event: &Event<'_>| match event {
            Event::SequenceStart(..) | Event::MappingStart(..) => 1,
            Event::SequenceEnd | Event::MappingEnd => -1,
            _ => 0,
        };
        let mut open = change(event);
        while open > 0 {
            let Some((event, _)) = self.events.next() else { return };
            open += change(&event);
        }
    }

    fn list(&mut self, depth: usize) -> Content {
        let mut items = Vec::new();
        while self.events.next_if(|(event, _)| *event == Event::SequenceEnd).is_none() {
            let Some(item) = self.node(depth + 1) else { break };
            items.push(item);
        }
        Content::List(items)
    }

    fn map(&mut self, depth: usize) -> Content {
        let mut members: Vec<(Key, Node)> = Vec::new();
        while self.events.next_if(|(event, _)| *event == Event::MappingEnd).is_none() {
            // Plain numbers would lose their spelling as JSON values: `1.10` is not `1.1`.
            let spelled = match self.events.peek() {
                Some((Event::Scalar(text, ..), _)) => text.to_string(),
                _ => String::new(),
            };
            let (Some(key), Some(mut node)) = (self.node(depth + 1), self.node(depth + 1)) else { break };
            match key.content {
                Content::Scalar(Value::String(_)) => {}
                Content::Broken => continue,
                Content::Scalar(Value::Null) => {
                    self.refuse(
                        key.at,
                        "a key is missing before the `:`",
                        "write a name, or remove the line",
                    );
                    continue;
                }
                Content::Scalar(_) => {
                    let message = format!("`{spelled}` is {}, but a key must be text", key.kind());
                    self.refuse(key.at, message, &format!("put it in quotes: `\"{spelled}\"`"));
                    continue;
                }
                _ => {
                    self.refuse(key.at, "a key must be text", "write one word before the `:`");
                    continue;
                }
            }
            if let Some((first, _)) = members.iter().find(|(known, _)| known.text == spelled) {
                let hint = format!("the first one is on line {}: keep one of them", first.at.line);
                self.refuse(key.at, format!("the key `{spelled}` stands here twice"), &hint);
                continue;
            }
            // Nothing at all stands nowhere: the key shows where it is missing.
            if matches!(node.content, Content::Scalar(Value::Null)) && node.at.line != key.at.line {
                node.at = key.at;
            }
            members.push((Key { at: key.at, text: spelled }, node));
        }
        Content::Map(members)
    }
}

/// YAML 1.2's core schema; only plain scalars are anything but strings.
fn scalar(text: &str, style: ScalarStyle) -> Value {
    if style != ScalarStyle::Plain {
        return Value::from(text);
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::from(true),
        "false" | "False" | "FALSE" => Value::from(false),
        _ => number(text).unwrap_or_else(|| Value::from(text)),
    }
}

fn number(text: &str) -> Option<Value> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.trim_start_matches('.').starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let number = text.strip_prefix('+').unwrap_or(text);
    let real = || number.parse::<f64>().ok().filter(|real| real.is_finite()).map(Value::from);
    number.parse::<i64>().map(Value::from).ok().or_else(real)
}

impl Node {
    /// The tree as JSON; null where something was refused.
    pub(crate) fn json(&self) -> Value {
        match &self.content {
            Content::Scalar(value) => value.clone(),
            Content::List(items) => items.iter().map(Node::json).collect(),
            Content::Map(members) => {
                members.iter().map(|(key, node)| (key.text.clone(), node.json())).collect()
            }
            Content::Broken => Value::Null,
        }
    }

    /// The text of a scalar that is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    /// The member `key` of a map.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        match &self.content {
            Content::Map(members) => {
                members.iter().find(|(known, _)| known.text == key).map(|(_, node)| node)
            }
            _ => None,
        }
    }

    /// What this is, for a message.
    pub(crate) fn kind(&self) -> &'static str {
        match &self.content {
            Content::Scalar(Value::Null) => "nothing",
            Content::Scalar(Value::Bool(_)) => "a boolean",
            Content::Scalar(Value::Number(_)) => "a number",
            Content::Scalar(_) => "text",
            Content::List(_) => "a list",
            Content::Map(_) => "a map",
            Content::Broken => "something refused",
        }
    }
}
