//! YAML as a tree that knows where each part stands. Anchors, aliases, tags, duplicate keys and further documents
//! are refused: a catalog is read by people first.

use std::iter::Peekable;
use std::vec::IntoIter;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span};
use serde_json::Value;

use crate::error::{Error, Place};

/// Part of a YAML document.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) at: Position,
    pub(crate) content: Content,
}

/// Line and column, both from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
        error.excerpt = self.text.lines().nth(at.line - 1).map(|line| line.trim_end().to_owned());
        error
    }

    pub(crate) fn parse(&self) -> Result<Node, Error> {
        let events: Result<Vec<_>, _> = Parser::new_from_str(self.text).collect();
        let events = events.map_err(|error| self.scan_error(&error))?;
        let structure = |event: &Event<'_>| {
            matches!(
                event,
                Event::Nothing
                    | Event::StreamStart
                    | Event::StreamEnd
                    | Event::DocumentStart(_)
                    | Event::DocumentEnd
            )
        };
        let events: Vec<_> = events.into_iter().filter(|(event, _)| !structure(event)).collect();
        let mut reader = Reader { file: *self, events: events.into_iter().peekable() };
        if reader.events.peek().is_none() {
            let start = Position { line: 1, column: 1 };
            return Err(self.error(start, "the file is empty").hint("start with `catalog:`"));
        }
        let node = reader.node(0)?;
        match reader.events.next() {
            None => Ok(node),
            Some((_, span)) => Err(self
                .error(position(span.start), "a second document starts here")
                .hint("a catalog is one document: remove the `---`")),
        }
    }

    fn scan_error(&self, error: &ScanError) -> Error {
        let at = position(*error.marker());
        let line = self.text.lines().nth(at.line - 1).unwrap_or_default();
        let found = self.error(at, format!("not YAML: {}", error.info()));
        if line.trim_start_matches(' ').starts_with('\t') {
            found.hint("indent with blanks: YAML allows no tabs there")
        } else {
            found
        }
    }
}

fn position(marker: Marker) -> Position {
    Position { line: marker.line().max(1), column: marker.col() + 1 }
}

struct Reader<'a> {
    file: File<'a>,
    events: Peekable<IntoIter<(Event<'a>, Span)>>,
}

/// Deepest nesting of a catalog.
const DEPTH: usize = 32;

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span), Error> {
        let last = Position { line: self.file.text.lines().count().max(1), column: 1 };
        self.events.next().ok_or_else(|| self.file.error(last, "the file ends too early"))
    }

    fn node(&mut self, depth: usize) -> Result<Node, Error> {
        let (event, span) = self.next()?;
        let at = position(span.start);
        if depth > DEPTH {
            return Err(self.file.error(at, format!("nested deeper than {DEPTH} levels")));
        }
        let content = match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.plain(at, anchor, tag.is_some())?;
                Content::Scalar(scalar(&text, style))
            }
            Event::SequenceStart(anchor, tag) => {
                self.plain(at, anchor, tag.is_some())?;
                self.list(depth)?
            }
            Event::MappingStart(anchor, tag) => {
                self.plain(at, anchor, tag.is_some())?;
                self.map(depth)?
            }
            Event::Alias(_) => {
                return Err(self
                    .file
                    .error(at, "an alias (`*name`) is not allowed here")
                    .hint("declare the type below `types:` and refer to it with `$ref`"));
            }
            _ => return Err(self.file.error(at, "a value is missing here")),
        };
        Ok(Node { at, content })
    }

    fn plain(&self, at: Position, anchor: usize, tagged: bool) -> Result<(), Error> {
        if anchor == 0 && !tagged {
            return Ok(());
        }
        let what = if tagged { "a tag (`!name`)" } else { "an anchor (`&name`)" };
        Err(self.file.error(at, format!("{what} is not allowed here")).hint("write the value out"))
    }

    fn list(&mut self, depth: usize) -> Result<Content, Error> {
        let mut items = Vec::new();
        while self.events.next_if(|(event, _)| *event == Event::SequenceEnd).is_none() {
            items.push(self.node(depth + 1)?);
        }
        Ok(Content::List(items))
    }

    fn map(&mut self, depth: usize) -> Result<Content, Error> {
        let mut members: Vec<(Key, Node)> = Vec::new();
        while self.events.next_if(|(event, _)| *event == Event::MappingEnd).is_none() {
            let key = self.node(depth + 1)?;
            let text = match key.content {
                Content::Scalar(Value::String(text)) => text,
                Content::Scalar(other) => other.to_string(),
                _ => return Err(self.file.error(key.at, "a key must be a word")),
            };
            if let Some((first, _)) = members.iter().find(|(known, _)| known.text == text) {
                return Err(self
                    .file
                    .error(key.at, format!("the key `{text}` stands here twice"))
                    .hint(format!("the first one is on line {}", first.at.line)));
            }
            members.push((Key { at: key.at, text }, self.node(depth + 1)?));
        }
        Ok(Content::Map(members))
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
        _ if text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')) => {
            let number = text.strip_prefix('+').unwrap_or(text);
            let integer = number.parse::<i64>().map(Value::from);
            integer.or_else(|_| number.parse::<f64>().map(Value::from)).unwrap_or_else(|_| Value::from(text))
        }
        _ => Value::from(text),
    }
}

impl Node {
    /// The tree as JSON.
    pub(crate) fn json(&self) -> Value {
        match &self.content {
            Content::Scalar(value) => value.clone(),
            Content::List(items) => items.iter().map(Node::json).collect(),
            Content::Map(members) => {
                members.iter().map(|(key, node)| (key.text.clone(), node.json())).collect()
            }
        }
    }

    /// What this is, for a message.
    pub(crate) fn kind(&self) -> &'static str {
        match &self.content {
            Content::Scalar(Value::Null) => "nothing",
            Content::Scalar(Value::Bool(_)) => "a boolean",
            Content::Scalar(Value::Number(_)) => "a number",
            Content::Scalar(_) => "a string",
            Content::List(_) => "a list",
            Content::Map(_) => "a map",
        }
    }
}
