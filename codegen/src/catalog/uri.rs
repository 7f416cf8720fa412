//! The address of a resource: plain, or a template of RFC 6570 of which only what can be read back is allowed.

use super::check::Check;
use super::model::UriPart;
use super::{formats, names};
use crate::yaml::Node;

/// The parts of the address at `node`; none after a mistake.
pub(super) fn parts(check: &mut Check<'_>, node: &Node, text: &str) -> Vec<UriPart> {
    let mut reader = Reader { check, node, parts: Vec::new(), broken: false };
    reader.read(text);
    if reader.broken { vec![] } else { reader.parts }
}

/// The address without the names of its variables.
pub(super) fn shape(parts: &[UriPart]) -> String {
    let part = |part: &UriPart| match part {
        UriPart::Literal(text) => text.clone(),
        UriPart::Segment(_) => "{}".to_owned(),
        UriPart::Rest(_) => "{+}".to_owned(),
        UriPart::Query(_) => String::new(),
    };
    parts.iter().map(part).collect()
}

/// The variables of an address, in its order; with each whether it must be there.
pub(super) fn variables(parts: &[UriPart]) -> Vec<(&str, bool)> {
    let mut found = Vec::new();
    for part in parts {
        match part {
            UriPart::Literal(_) => {}
            UriPart::Segment(name) | UriPart::Rest(name) => found.push((name.as_str(), true)),
            UriPart::Query(names) => found.extend(names.iter().map(|name| (name.as_str(), false))),
        }
    }
    found
}

struct Reader<'r, 'n> {
    check: &'r mut Check<'n>,
    node: &'r Node,
    parts: Vec<UriPart>,
    broken: bool,
}

impl Reader<'_, '_> {
    fn read(&mut self, text: &str) {
        let scheme = text.split_once(':').map(|(scheme, _)| scheme);
        let legal = |scheme: &str| {
            scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
        };
        if !scheme.is_some_and(legal) {
            self.mistake(text, "the address has no scheme", "start with one, such as `notes:///`");
        }
        let mut rest = text;
        while let Some(start) = rest.find('{') {
            self.literal(&rest[..start]);
            let after = &rest[start + 1..];
            let Some(end) = after.find('}') else {
                self.mistake(&rest[start..], "`{` is never closed", "close it: `{name}`");
                return;
            };
            self.expression(&after[..end]);
            rest = &after[end + 1..];
        }
        self.literal(rest);
    }

    fn literal(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if let Some(UriPart::Query(_)) = self.parts.last() {
            self.mistake(text, "the query must be the end of the address", "move `{?…}` to the end");
        }
        if text.contains('}') {
            self.mistake("}", "`}` closes nothing", "remove it, or open it: `{name}`");
        } else if !formats::uri_text(text) {
            let hint = "write other characters as `%XX`, such as `%20` for a blank";
            self.mistake(text, &format!("`{text}` cannot stand in an address"), hint);
        }
        self.parts.push(UriPart::Literal(text.to_owned()));
    }

    fn expression(&mut self, inner: &str) {
        let whole = format!("{{{inner}}}");
        if let Some(UriPart::Query(_)) = self.parts.last() {
            self.mistake(&whole, "the query must be the end of the address", "move `{?…}` to the end");
        }
        if let Some(names) = inner.strip_prefix('?') {
            if self
                .parts
                .iter()
                .any(|part| matches!(part, UriPart::Literal(text) if text.contains(['?', '#'])))
            {
                self.mistake(&whole, "the address has a query already", "move its names into `{?…}`");
            }
            let names: Vec<String> = names.split(',').map(|name| name.trim().to_owned()).collect();
            names.iter().for_each(|name| self.name(name, &whole));
            self.twice(&names, &whole);
            self.parts.push(UriPart::Query(names));
            return;
        }
        if let Some(UriPart::Segment(_) | UriPart::Rest(_)) = self.parts.last() {
            let hint = "put text between them, such as `/`: nothing else says where the one ends";
            self.mistake(&whole, "two expressions stand side by side", hint);
        }
        let part = match inner.chars().next() {
            Some('+') => UriPart::Rest(inner[1..].to_owned()),
            Some(operator @ ('#' | '.' | '/' | ';' | '&' | '=' | ',' | '!' | '@' | '|')) => {
                let hint = match operator {
                    '#' => "a fragment never reaches a server: write `{name}` or `{+name}`",
                    '&' => "put all names into one `{?a,b}` at the end",
                    '/' | '.' => "write the sign in front: `/{name}`",
                    _ => "write `{name}`, `{+name}` or `{?a,b}`",
                };
                self.mistake(&whole, &format!("the operator `{operator}` is not possible"), hint);
                return;
            }
            _ => UriPart::Segment(inner.to_owned()),
        };
        if let UriPart::Segment(name) | UriPart::Rest(name) = &part {
            self.name(name, &whole);
            self.twice(std::slice::from_ref(name), &whole);
        }
        self.parts.push(part);
    }

    fn name(&mut self, name: &str, whole: &str) {
        if name.is_empty() {
            self.mistake(whole, &format!("`{whole}` names no variable"), "write a name, such as `{name}`");
        } else if name.contains(',') {
            let hint = "write one name, and text between two expressions: `{a}/{b}`";
            self.mistake(whole, &format!("`{whole}` names several variables"), hint);
        } else if name.contains(['*', ':']) {
            self.mistake(whole, "modifiers such as `*` and `:3` are not possible", "write the name alone");
        } else {
            let at = self.check.locate(self.node, whole);
            self.broken |= !names::member(self.check, at, name, "variable");
        }
    }

    fn twice(&mut self, names: &[String], whole: &str) {
        let known: Vec<String> = variables(&self.parts).iter().map(|(name, _)| (*name).to_owned()).collect();
        for (index, name) in names.iter().enumerate() {
            if known.contains(name) || names.iter().take(index).any(|other| other == name) {
                self.mistake(whole, &format!("`{name}` stands in the address twice"), "rename one of them");
            }
        }
    }

    fn mistake(&mut self, part: &str, message: &str, hint: &str) {
        self.broken = true;
        let at = self.check.locate(self.node, part);
        self.check.push(at, message, hint);
    }
}
