//! Results as a person reads them; what a server wrote reaches a terminal without its control characters.

use std::borrow::Cow;
use std::io::{ErrorKind, IsTerminal, Write};

use lockstep_runtime::contract::unframed;
use lockstep_wire::latest::{
    ContentBlock, EmbeddedResourceResource, Prompt, Resource, ResourceTemplate, Tool,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::schema;
use crate::cli::Failure;

/// How long a line in a list may be.
const WIDTH: usize = 110;

/// One line on stderr about what this client noticed.
pub(super) fn note(text: &str) {
    note_as("note", text);
}

pub(super) fn note_as(kind: &str, text: &str) {
    eprintln!("{}", plain(&format!("{kind}: {}", text.replace('\n', " "))));
}

/// A text without what moves a cursor, changes colours or reverses the reading order.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    let harmful = |letter: char| {
        (letter.is_control() && !matches!(letter, '\n' | '\t'))
            || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if text.contains(harmful) {
        text.chars()
            .map(|letter| if harmful(letter) { '\u{fffd}' } else { letter })
            .collect::<String>()
            .into()
    } else {
        text.into()
    }
}

/// Writes to stdout; that nobody reads any more is no failure.
pub(in crate::cli) fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    let text = if stdout.is_terminal() { plain(text) } else { text.into() };
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::new(1, format!("standard output failed: {error}"), "check where it leads"))
        }
        _ => Ok(()),
    }
}

/// What a tool answered: its blocks, and the structured content unless a block says it already.
pub(super) fn called(result: &Value) -> String {
    let content = result["content"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut out: String = content.iter().map(block).collect();
    let Some(structured) = result.get("structuredContent") else { return out };
    let said = content.iter().filter_map(|block| block["text"].as_str().map(unframed));
    if !said.into_iter().any(|text| says(text, structured)) {
        out += &format!("{structured:#}\n");
    }
    out
}

/// Whether a text says all of a structured content: as its JSON, or as the one member that servers put round a value
/// that is no object.
fn says(text: &str, structured: &Value) -> bool {
    let value = serde_json::from_str::<Value>(text).ok();
    let alone =
        structured.as_object().filter(|object| object.len() == 1).and_then(|object| object.values().next());
    value.as_ref() == Some(structured)
        || alone.is_some_and(|alone| alone.as_str() == Some(text) || value.as_ref() == Some(alone))
}

/// A block: its text, or one line about what it is.
fn block(block: &Value) -> String {
    let typed = ContentBlock::deserialize(block);
    let line = match typed {
        // The frame is for models; a person, or a program behind a pipe, wants what is inside.
        Ok(ContentBlock::TextContent(text)) => return ended(unframed(&text.text).to_owned()),
        Ok(ContentBlock::ImageContent(image)) => data("image", &image.mime_type, &image.data),
        Ok(ContentBlock::AudioContent(audio)) => data("audio", &audio.mime_type, &audio.data),
        Ok(ContentBlock::ResourceLink(link)) => {
            let kind = link.mime_type.map(|kind| format!(", {kind}")).unwrap_or_default();
            format!("[link {}: {}{kind}]", link.name, link.uri)
        }
        Ok(ContentBlock::EmbeddedResource(embedded)) => match embedded.resource {
            EmbeddedResourceResource::TextResourceContents(text) => {
                resource(&text.uri, text.mime_type.as_deref(), text.text.len())
            }
            EmbeddedResourceResource::BlobResourceContents(blob) => {
                resource(&blob.uri, blob.mime_type.as_deref(), decoded(&blob.blob))
            }
        },
        Ok(ContentBlock::Unknown(_)) | Err(_) => {
            format!(
                "[{}, {}]",
                block["type"].as_str().unwrap_or("unknown block"),
                size(block.to_string().len())
            )
        }
    };
    line + "\n"
}

fn data(kind: &str, mime_type: &str, data: &str) -> String {
    format!("[{kind} {mime_type}, {}]", size(decoded(data)))
}

fn resource(uri: &str, mime_type: Option<&str>, length: usize) -> String {
    let kind = mime_type.map(|kind| format!("{kind}, ")).unwrap_or_default();
    format!("[resource {uri}, {kind}{}]", size(length))
}

/// How many bytes a base64 text stands for.
fn decoded(base64: &str) -> usize {
    base64.trim_end_matches('=').len() * 3 / 4
}

fn size(bytes: usize) -> String {
    let tenths = |unit: usize| {
        let tenths = (bytes * 10 + unit / 2) / unit;
        format!("{}.{}", tenths / 10, tenths % 10)
    };
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} KB", tenths(1_000)),
        _ => format!("{} MB", tenths(1_000_000)),
    }
}

fn ended(mut text: String) -> String {
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// The tools, each with its arguments.
pub(super) fn tools(list: &Value) -> String {
    let tools = list["tools"].as_array().map(Vec::as_slice).unwrap_or_default();
    if tools.is_empty() {
        return "the server has no tools\n".to_owned();
    }
    let shown: Vec<String> = tools.iter().map(tool).collect();
    shown.join("\n")
}

fn tool(tool: &Value) -> String {
    let Some(typed) = read::<Tool>(tool) else { return raw(tool) };
    let title = typed.title.or_else(|| typed.annotations.and_then(|annotations| annotations.title));
    let mut out = head(&typed.name, title.as_deref());
    out += &described(typed.description.as_deref());
    for argument in schema::arguments(&tool["inputSchema"]) {
        out += &format!("    {argument}\n");
    }
    out
}

/// The resources and the templates of a server.
pub(super) fn resources(list: &Value) -> String {
    let resources = list["resources"].as_array().into_iter().flatten().map(|listed| {
        let Some(typed) = read::<Resource>(listed) else { return raw(listed) };
        let length = typed.size.and_then(|length| usize::try_from(length).ok()).map(size);
        let kind = [typed.mime_type, length].into_iter().flatten().collect::<Vec<_>>().join(", ");
        let name = typed.title.as_deref().unwrap_or(&typed.name);
        named(&typed.uri, name, &kind) + &described(typed.description.as_deref())
    });
    let templates = list["resourceTemplates"].as_array().into_iter().flatten().map(|listed| {
        let Some(typed) = read::<ResourceTemplate>(listed) else { return raw(listed) };
        let kind = typed.mime_type.unwrap_or_default();
        let name = typed.title.as_deref().unwrap_or(&typed.name);
        named(&typed.uri_template, name, &kind) + &described(typed.description.as_deref())
    });
    let out: String = resources.chain(templates).collect();
    if out.is_empty() { "the server has no resources\n".to_owned() } else { out }
}

fn named(uri: &str, name: &str, kind: &str) -> String {
    let kind = if kind.is_empty() { String::new() } else { format!(" ({kind})") };
    format!("{uri} — {name}{kind}\n")
}

/// What was read: texts as they are, other contents in one line.
pub(super) fn contents(result: &Value) -> String {
    let contents = result["contents"].as_array().into_iter().flatten();
    let shown = contents.map(|content| match content["text"].as_str() {
        Some(text) => ended(text.to_owned()),
        None => {
            let uri = content["uri"].as_str().unwrap_or_default();
            let length = decoded(content["blob"].as_str().unwrap_or_default());
            resource(uri, content["mimeType"].as_str(), length) + "\n"
        }
    });
    shown.collect()
}

/// The prompts, each with its arguments.
pub(super) fn prompts(list: &Value) -> String {
    let prompts = list["prompts"].as_array().map(Vec::as_slice).unwrap_or_default();
    if prompts.is_empty() {
        return "the server has no prompts\n".to_owned();
    }
    let shown = prompts.iter().map(|listed| {
        let Some(typed) = read::<Prompt>(listed) else { return raw(listed) };
        let mut out = head(&typed.name, typed.title.as_deref()) + &described(typed.description.as_deref());
        for argument in typed.arguments.unwrap_or_default() {
            let required = if argument.required == Some(true) { ", required" } else { "" };
            let about = argument.description.as_deref().map(first_line).filter(|about| !about.is_empty());
            let about = about.map(|about| format!(" — {about}")).unwrap_or_default();
            out += &format!("    {}: text{required}{about}\n", argument.name);
        }
        out
    });
    shown.collect::<Vec<_>>().join("\n")
}

/// A prompt's messages, each under who says it.
pub(super) fn prompt(result: &Value) -> String {
    let messages = result["messages"].as_array().into_iter().flatten();
    let shown = messages.map(|message| {
        format!("{}:\n{}", message["role"].as_str().unwrap_or("unknown"), block(&message["content"]))
    });
    shown.collect::<Vec<_>>().join("\n")
}

fn head(name: &str, title: Option<&str>) -> String {
    match title.filter(|title| *title != name) {
        Some(title) => format!("{name} — {title}\n"),
        None => format!("{name}\n"),
    }
}

fn described(description: Option<&str>) -> String {
    let line = description.map(first_sentence).filter(|line| !line.is_empty());
    line.map(|line| cut(format!("  {line}")) + "\n").unwrap_or_default()
}

/// A line that is not too long for a list.
pub(super) fn cut(line: String) -> String {
    if line.chars().count() <= WIDTH {
        return line;
    }
    line.chars().take(WIDTH - 1).collect::<String>() + "…"
}

/// What a description begins with, wherever its lines end.
fn first_sentence(text: &str) -> String {
    let lines: Vec<&str> = text.trim().lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
    let mut text = lines.join(" ");
    let ends = text.match_indices(". ").map(|(place, _)| place + 1);
    let end = ends.into_iter().find(|end| text[*end..].trim_start().starts_with(char::is_uppercase));
    text.truncate(end.unwrap_or(text.len()));
    text
}

pub(super) fn first_line(text: &str) -> String {
    text.trim().lines().next().unwrap_or_default().trim_end().to_owned()
}

fn read<T: DeserializeOwned>(value: &Value) -> Option<T> {
    T::deserialize(value).ok()
}

/// What is not what the protocol says is shown as it came.
fn raw(value: &Value) -> String {
    format!("{value}\n")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn blocks() {
        let result = json!({ "content": [
            { "type": "text", "text": "two\nlines" },
            { "type": "image", "mimeType": "image/png", "data": "A".repeat(1600) },
            { "type": "audio", "mimeType": "audio/wav", "data": "AAA=" },
            { "type": "resource_link", "name": "report", "uri": "file:///r.md", "mimeType": "text/markdown" },
            { "type": "resource", "resource": { "uri": "a:b", "text": "12345" } },
            { "type": "resource", "resource": { "uri": "a:c", "mimeType": "application/pdf", "blob": "AAAA" } },
            { "type": "hologram", "depth": 3 },
        ] });
        assert_eq!(
            called(&result),
            "two\nlines\n[image image/png, 1.2 KB]\n[audio audio/wav, 2 B]\n\
             [link report: file:///r.md, text/markdown]\n[resource a:b, 5 B]\n\
             [resource a:c, application/pdf, 3 B]\n[hologram, 29 B]\n"
        );
    }

    #[test]
    fn structured_content_is_said_once() {
        let text = json!({ "type": "text", "text": "{ \"b\": 1, \"a\": 2 }" });
        let same = json!({ "content": [text], "structuredContent": { "a": 2, "b": 1 } });
        assert_eq!(called(&same), "{ \"b\": 1, \"a\": 2 }\n");
        let other = json!({ "content": [text], "structuredContent": { "a": 3 } });
        assert_eq!(called(&other), "{ \"b\": 1, \"a\": 2 }\n{\n  \"a\": 3\n}\n");
        assert_eq!(called(&json!({ "content": [], "structuredContent": null })), "null\n");
        for (said, wrapped) in [("done", json!("done")), ("5", json!(5)), ("5", json!("5"))] {
            let text = json!({ "type": "text", "text": said });
            let result = json!({ "content": [text], "structuredContent": { "result": wrapped } });
            assert_eq!(called(&result), format!("{said}\n"));
        }
    }

    #[test]
    fn lists() {
        let list = json!({ "tools": [
            { "name": "a", "title": "First", "description": "Does it,\nand that. And more.", "inputSchema": {
                "type": "object", "required": ["x"], "properties": { "x": { "type": "string" } },
            } },
            { "name": "b", "inputSchema": { "type": "object" } },
        ] });
        assert_eq!(tools(&list), "a — First\n  Does it, and that.\n    x: string, required\n\nb\n");
        assert_eq!(tools(&json!({ "tools": [] })), "the server has no tools\n");
        let list = json!({
            "resources": [{ "uri": "a:b", "name": "b", "mimeType": "text/plain", "size": 1200 }],
            "resourceTemplates": [{ "uriTemplate": "a:{x}", "name": "any", "description": "One of many." }],
        });
        assert_eq!(resources(&list), "a:b — b (text/plain, 1.2 KB)\na:{x} — any\n  One of many.\n");
        let list = json!({ "prompts": [{ "name": "p", "arguments": [
            { "name": "x", "required": true, "description": "What to say." }, { "name": "y" },
        ] }] });
        assert_eq!(prompts(&list), "p\n    x: text, required — What to say.\n    y: text\n");
    }

    #[test]
    fn readings() {
        let read = json!({ "contents": [{ "uri": "a:b", "text": "x" }, { "uri": "a:c", "blob": "AAAA" }] });
        assert_eq!(contents(&read), "x\n[resource a:c, 3 B]\n");
        let text = |text: &str| json!({ "type": "text", "text": text });
        let got = json!({ "messages": [
            { "role": "user", "content": text("Hello") }, { "role": "assistant", "content": text("Hi") },
        ] });
        assert_eq!(prompt(&got), "user:\nHello\n\nassistant:\nHi\n");
    }

    #[test]
    fn a_terminal_is_not_remote_controlled() {
        assert_eq!(plain("a\u{1b}[31mb\r\u{202e}c\td\n"), "a\u{fffd}[31mb\u{fffd}\u{fffd}c\td\n");
    }

    #[test]
    fn sizes() {
        for (bytes, expected) in
            [(0, "0 B"), (999, "999 B"), (1000, "1.0 KB"), (1249, "1.2 KB"), (2_500_000, "2.5 MB")]
        {
            assert_eq!(size(bytes), expected);
        }
    }
}
