//! Texts with placeholders: `{{name}}`, `{{fenced name}}`, `{{#name}}…{{/name}}`.

use super::check::{Check, listed, nearest};
use super::model::{Piece, Template};
use crate::yaml::{Content, Node};

/// The template at `node`; `names` may stand in it, and `of` is what they are.
pub(super) fn template(
    check: &mut Check<'_>,
    node: &Node,
    what: &str,
    names: &[&str],
    of: &str,
) -> Option<Template> {
    check.text_of(node, what)?;
    let Content::Scalar(text) = &node.content else { return None };
    // The line break at the end of a block belongs to YAML, not to the text.
    let text = text.as_str()?.trim_end();
    let mut reader = Reader { check, node, names, of, open: Vec::new(), pieces: Vec::new() };
    reader.read(text);
    Some(Template { pieces: reader.pieces })
}

struct Reader<'r, 'n> {
    check: &'r mut Check<'n>,
    node: &'r Node,
    names: &'r [&'r str],
    of: &'r str,
    /// Sections that are not closed yet, with what stands before each.
    open: Vec<(String, Vec<Piece>)>,
    pieces: Vec<Piece>,
}

impl Reader<'_, '_> {
    fn read(&mut self, text: &str) {
        let mut rest = text;
        while let Some(start) = rest.find("{{") {
            self.text(&rest[..start]);
            let after = &rest[start + 2..];
            let Some(end) = after.find("}}") else {
                self.mistake("{{", "`{{` is never closed", "close it: `{{name}}`");
                rest = "";
                break;
            };
            self.placeholder(&after[..end]);
            rest = &after[end + 2..];
        }
        self.text(rest);
        while let Some((name, before)) = self.open.pop() {
            let hint = format!("add `{{{{/{name}}}}}` where it ends");
            self.mistake(&format!("{{{{#{name}"), &format!("`{{{{#{name}}}}}` is never closed"), &hint);
            self.close(name, before);
        }
    }

    fn text(&mut self, text: &str) {
        if !text.is_empty() {
            self.pieces.push(Piece::Text(text.to_owned()));
        }
    }

    fn close(&mut self, name: String, before: Vec<Piece>) {
        let inner = std::mem::replace(&mut self.pieces, before);
        self.pieces.push(Piece::Section(name, inner));
    }

    fn placeholder(&mut self, inner: &str) {
        let words: Vec<&str> = inner.split_whitespace().collect();
        match words.as_slice() {
            ["fenced", name] => {
                self.known(name, inner);
                self.pieces.push(Piece::Fenced((*name).to_owned()));
            }
            [word] => match (word.strip_prefix('#'), word.strip_prefix('/')) {
                (Some(name), _) => {
                    self.known(name, inner);
                    self.open.push((name.to_owned(), std::mem::take(&mut self.pieces)));
                }
                (None, Some(name)) => self.end(name, inner),
                (None, None) => {
                    self.known(word, inner);
                    self.pieces.push(Piece::Value((*word).to_owned()));
                }
            },
            _ => {
                let hint = "write `{{name}}`, `{{fenced name}}` or `{{#name}}…{{/name}}`";
                self.mistake(
                    &format!("{{{{{inner}}}}}"),
                    &format!("`{{{{{inner}}}}}` is no placeholder"),
                    hint,
                );
            }
        }
    }

    fn end(&mut self, name: &str, inner: &str) {
        match self.open.pop() {
            None => {
                let hint = format!("remove it, or add `{{{{#{name}}}}}` where the section starts");
                self.mistake(
                    &format!("{{{{{inner}}}}}"),
                    &format!("`{{{{/{name}}}}}` closes nothing"),
                    &hint,
                );
            }
            Some((open, before)) => {
                if open != name {
                    let message = format!("`{{{{/{name}}}}}` stands where `{{{{#{open}}}}}` must be closed");
                    self.mistake(
                        inner,
                        &message,
                        &format!("write `{{{{/{open}}}}}`: sections close inside out"),
                    );
                }
                self.close(open, before);
            }
        }
    }

    fn known(&mut self, name: &str, inner: &str) {
        if self.names.contains(&name) {
            return;
        }
        let hint = match (nearest(name, self.names), self.names) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, []) => format!("there is no {} to name", self.of),
            (None, names) => format!("the names here are {}", listed(names)),
        };
        self.mistake(&format!("{{{{{inner}}}}}"), &format!("`{name}` is no {}", self.of), &hint);
    }

    fn mistake(&mut self, part: &str, message: &str, hint: &str) {
        let at = self.check.locate(self.node, part);
        self.check.push(at, message, hint);
    }
}
