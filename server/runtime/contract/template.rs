//! Templates for the text block of a result and for the messages of a prompt.

use serde_json::{Map, Value};

/// A parsed template: see "Templates" in the catalog's language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Template(pub &'static [Piece]);

/// One piece of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text as it is.
    Text(&'static str),
    /// `{{name}}`: the value; text as it is, anything else as JSON, nothing where it is absent.
    Value(&'static str),
    /// `{{fenced name}}`: the value between lines of more backticks than it holds in a row, itself on its own lines.
    Fenced(&'static str),
    /// `{{#name}}…{{/name}}`: only where `name` is present and neither false, empty nor zero.
    Section(&'static str, &'static [Piece]),
}

impl Template {
    /// Puts the values in. Values are never read as templates.
    pub fn render(&self, values: &Map<String, Value>) -> String {
        let mut text = Text::default();
        text.pieces(self.0, values);
        text.out
    }
}

#[derive(Default)]
struct Text {
    out: String,
    /// A fence was closed and its line is not ended yet.
    after_fence: bool,
}

impl Text {
    fn pieces(&mut self, pieces: &[Piece], values: &Map<String, Value>) {
        for piece in pieces {
            match piece {
                Piece::Text(text) => self.push(text),
                Piece::Value(name) => {
                    if let Some(value) = present(values, name) {
                        self.push(&shown(value));
                    }
                }
                Piece::Fenced(name) => {
                    if let Some(value) = present(values, name) {
                        self.fenced(&shown(value));
                    }
                }
                Piece::Section(name, inner) => {
                    if present(values, name).is_some_and(counts) {
                        self.pieces(inner, values);
                    }
                }
            }
        }
    }

    fn push(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if self.after_fence && !text.starts_with('\n') {
            self.out.push('\n');
        }
        self.after_fence = false;
        self.out.push_str(text);
    }

    fn fenced(&mut self, text: &str) {
        let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(longest.max(2) + 1);
        if self.after_fence || !(self.out.is_empty() || self.out.ends_with('\n')) {
            self.out.push('\n');
        }
        self.after_fence = false;
        self.out.push_str(&fence);
        self.out.push('\n');
        self.out.push_str(text);
        if !(text.is_empty() || text.ends_with('\n')) {
            self.out.push('\n');
        }
        self.out.push_str(&fence);
        self.after_fence = true;
    }
}

fn present<'a>(values: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    values.get(name).filter(|value| !value.is_null())
}

/// Whether a section with this value stays.
fn counts(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(flag) => *flag,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
