//! The specification's comments as rustdoc: links resolved, nothing that Markdown would misread.

use std::collections::BTreeMap;

use crate::names::type_name;

/// Turns upstream's text into Markdown. `definitions` maps upstream's names to the Rust names of the module.
pub(crate) fn markdown(text: &str, definitions: &BTreeMap<&str, String>) -> String {
    let text = links(text, definitions);
    let mut fenced = false;
    let lines = text.lines().map(|line| {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            return if fenced && line.trim() == "```" { "```text".to_owned() } else { line.to_owned() };
        }
        if fenced { line.to_owned() } else { prose(line) }
    });
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// A text of the catalog as Markdown in which nothing is code for rustdoc to compile: no block by indentation, and no
/// fence of a language. Characters that a comment cannot hold are dropped.
pub(crate) fn plain(text: &str) -> String {
    let mut fenced = false;
    let mut lines: Vec<String> = Vec::new();
    for line in text.split(['\n', '\r']) {
        let line: String = line.chars().filter(|c| !in_no_comment(*c)).collect();
        if ["```", "~~~"].iter().any(|fence| line.trim_start().starts_with(fence)) {
            fenced = !fenced;
            lines.push("```".to_owned());
        } else if fenced {
            lines.push(line);
        } else {
            // Blanks behind a list's mark would make a block, and so would a fence.
            let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
            lines.push(shortened(&shortened(&line, "```", "``"), "~~~", "~~"));
        }
    }
    lines.extend(fenced.then(|| "```".to_owned()));
    markdown(&lines.join("\n"), &BTreeMap::new())
}

/// Every `long` run of a character made so short that it is no fence.
fn shortened(line: &str, long: &str, short: &str) -> String {
    let mut line = line.to_owned();
    while line.contains(long) {
        line = line.replace(long, short);
    }
    line
}

/// Control characters but for tabs, and those that turn the direction of writing: the compiler refuses them.
fn in_no_comment(c: char) -> bool {
    (c.is_control() && c != '\t') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// `{@link Name}` and `{@link Nametext}` (upstream's generator loses the bar between the two) become links.
fn links(text: &str, definitions: &BTreeMap<&str, String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{@link ") {
        let Some((inside, behind)) = after.split_once('}') else { break };
        out.push_str(before);
        out.push_str(&link(inside.trim(), definitions));
        rest = behind;
    }
    out + rest
}

fn link(inside: &str, definitions: &BTreeMap<&str, String>) -> String {
    let target = inside.split([' ', '|']).next().unwrap_or(inside);
    // The longest known name in front tells where the text begins.
    let known = definitions.keys().filter(|name| target.starts_with(**name)).max_by_key(|name| name.len());
    match known {
        Some(name) => {
            let label = inside[name.len()..].trim_start_matches([' ', '|']).trim();
            let rust = &definitions[name];
            if label.is_empty() { format!("[`{rust}`]") } else { format!("[`{label}`]({rust})") }
        }
        None => {
            let (name, member) = target.split_once('.').unwrap_or((target, ""));
            match definitions.get(name) {
                Some(rust) => format!("[`{rust}::{}`]({rust})", type_name(member)),
                None => format!("`{inside}`"),
            }
        }
    }
}

/// Code spans and links stay; other angle and square brackets are text, bare addresses become links, and a
/// site-relative link leads to the site.
fn prose(line: &str) -> String {
    let line = line.replace("](/", "](https://modelcontextprotocol.io/");
    let mut rest = line.trim_start();
    let indent = line.len() - rest.len();
    // Four blanks would make a code block, which rustdoc would take for a test.
    let mut out = " ".repeat(if indent >= 4 { 2 } else { indent });
    while let Some(first) = rest.chars().next() {
        let (text, taken) = match first {
            '`' => verbatim(rest, rest[1..].find('`').map(|end| end + 2)),
            '[' => match link_length(rest) {
                Some(length) => verbatim(rest, Some(length)),
                None => ("\\[".to_owned(), 1),
            },
            '<' | '>' => (format!("\\{first}"), 1),
            'h' if rest.starts_with("http://") || rest.starts_with("https://") => {
                let end = rest.find([' ', ',', ')']).unwrap_or(rest.len());
                let address = rest[..end].trim_end_matches('.');
                (format!("<{address}>"), address.len())
            }
            other => (other.to_string(), other.len_utf8()),
        };
        out.push_str(&text);
        rest = &rest[taken..];
    }
    out
}

fn verbatim(rest: &str, length: Option<usize>) -> (String, usize) {
    let length = length.unwrap_or(1);
    (rest[..length].to_owned(), length)
}

/// The length of the link that `rest` opens with: `[text](target)`, or a [`links`] result without a target.
fn link_length(rest: &str) -> Option<usize> {
    if let Some(code) = rest.strip_prefix("[`") {
        let end = code.find('`')? + 3;
        if rest[end..].starts_with(']') && !rest[end + 1..].starts_with('(') {
            return Some(end + 1);
        }
    }
    let middle = rest.find("](")?;
    let text = &rest[1..middle];
    let target = rest[middle..].find(')')?;
    (!text.contains('[')).then_some(middle + target + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_catalog_is_compiled() {
        for (text, expected) in [
            ("a\n\n    let x = y;", "a\n\nlet x = y;"),
            ("-     let x = y;", "- let x = y;"),
            ("- ```rust\nlet x", "- ``rust\nlet x"),
            ("```rust\n  let x\n```\nb", "```text\n  let x\n```\nb"),
            ("~~~no_run\nlet x", "```text\nlet x\n```"),
            ("a\rb\u{202e}c\u{0}", "a\nbc"),
        ] {
            assert_eq!(plain(text), expected);
        }
    }

    #[test]
    fn upstream_text_is_valid_markdown() {
        let definitions =
            BTreeMap::from([("Tool", "Tool".to_owned()), ("JSONRPCError", "JsonrpcError".to_owned())]);
        for (upstream, expected) in [
            ("a {@link Tooltools/list} b", "a [`tools/list`](Tool) b"),
            ("{@link JSONRPCError}", "[`JsonrpcError`]"),
            ("{@link Nothing}", "`Nothing`"),
            (
                "See [General fields: `_meta`](/x#meta) now",
                "See [General fields: `_meta`](https://modelcontextprotocol.io/x#meta) now",
            ),
            ("a [b] <c>", "a \\[b] \\<c\\>"),
            ("at https://example.com/a.", "at <https://example.com/a>."),
            ("`<kept>`", "`<kept>`"),
        ] {
            assert_eq!(markdown(upstream, &definitions), expected);
        }
    }
}
