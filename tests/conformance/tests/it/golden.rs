//! One long conversation per revision, as it goes over the wire: every frame fits the revision's schema, is the same over
//! every transport, and is kept in `tests/transcripts/golden`. `UPDATE_GOLDEN=1` writes what it is now.

use std::fs;

use serde_json::Value;

use crate::data::{Over, Revision, folder, transcripts_of};
use crate::judge;
use crate::run::{Frame, play};

const WIDTH: usize = 140;

pub(crate) fn golden_run(letters: &str) {
    let folder = folder().join("golden");
    let scenario = transcripts_of(&folder.join("scenario.toml")).remove(0);
    let mut differing = Vec::new();
    for revision in letters.chars().map(Revision) {
        let frames = |over| play(&scenario, revision, over);
        let failed = |over: Over, why: &str| panic!("{} over {}: {why}", revision.name(), over.name());
        let stdio = frames(Over::Stdio).unwrap_or_else(|why| failed(Over::Stdio, &why));
        let mistakes = judge::judge(revision, &stdio);
        assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));

        let path = folder.join(format!("{}.txt", revision.name()));
        let text = render(revision, &stdio);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&path, &text).expect("it can be written");
        } else if fs::read_to_string(&path).ok().as_deref() != Some(&*text) {
            differing.push(revision.name());
        }
        for over in scenario.cases().into_iter().filter(|(found, _)| *found == revision).map(|(_, over)| over)
        {
            let others = frames(over).unwrap_or_else(|why| failed(over, &why));
            let mistakes = judge::judge(revision, &others);
            assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
            let received = |frames: &[Frame]| -> Vec<Value> {
                let frames = frames.iter().filter(|frame| !frame.sent);
                frames.map(|frame| normal(serde_json::from_str(&frame.text).expect("it is JSON"))).collect()
            };
            for (here, there) in received(&stdio).iter().zip(&received(&others)) {
                assert_eq!(here, there, "{} says something else over {}", revision.name(), over.name());
            }
            assert_eq!(received(&stdio).len(), received(&others).len(), "{}", over.name());
        }
    }
    assert!(
        differing.is_empty(),
        "the wire of {differing:?} changed; UPDATE_GOLDEN=1 writes it, git shows how"
    );
}

/// What is another at every run is left out.
fn normal(mut value: Value) -> Value {
    match &mut value {
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                *member = match name.as_str() {
                    "requestState" | "cursor" | "nextCursor" | "elicitationId" => {
                        Value::from(format!("<{name}>"))
                    }
                    _ => normal(member.take()),
                };
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = normal(item.take())),
        _ => {}
    }
    value
}

fn render(revision: Revision, frames: &[Frame]) -> String {
    let mut text = format!(
        "# {}: every message of the conversation in scenario.toml, `>` to the server and `<` from it.\n",
        revision.name()
    );
    for frame in frames {
        if frame.sent {
            text.push('\n');
        }
        text += if frame.sent { "> " } else { "< " };
        match serde_json::from_str(&frame.text) {
            Ok(value) => lines(&normal(value), 2, &mut text),
            Err(_) => text += &frame.text,
        }
        text.push('\n');
    }
    text
}

/// JSON on one line where it fits, else a line for each member.
fn lines(value: &Value, indent: usize, text: &mut String) {
    let compact = value.to_string();
    let inside = match value {
        Value::Object(members) if indent + compact.len() > WIDTH && !members.is_empty() => {
            members.iter().map(|(name, member)| (Some(name), member)).collect::<Vec<_>>()
        }
        Value::Array(items) if indent + compact.len() > WIDTH && !items.is_empty() => {
            items.iter().map(|item| (None, item)).collect()
        }
        _ => return text.push_str(&compact),
    };
    if value.as_array().is_some_and(|items| items.iter().all(|item| !item.is_object() && !item.is_array())) {
        return flow(&inside, indent, text);
    }
    let (open, close) = if value.is_object() { ('{', '}') } else { ('[', ']') };
    text.push(open);
    for (number, (name, member)) in inside.into_iter().enumerate() {
        text.push_str(if number > 0 { ",\n" } else { "\n" });
        text.push_str(&" ".repeat(indent + 2));
        if let Some(name) = name {
            text.push_str(&format!("{}:", Value::from(name.as_str())));
        }
        lines(member, indent + 2, text);
    }
    text.push('\n');
    text.push_str(&" ".repeat(indent));
    text.push(close);
}

/// A list of plain values: as many on a line as fit.
fn flow(items: &[(Option<&String>, &Value)], indent: usize, text: &mut String) {
    text.push_str("[\n");
    text.push_str(&" ".repeat(indent + 2));
    let mut column = indent + 2;
    for (number, (_, item)) in items.iter().enumerate() {
        let comma = if number + 1 < items.len() { "," } else { "" };
        let item = format!("{item}{comma}");
        if number > 0 && column + item.len() > WIDTH {
            text.push('\n');
            text.push_str(&" ".repeat(indent + 2));
            column = indent + 2;
        }
        column += item.len();
        text.push_str(&item);
    }
    text.push('\n');
    text.push_str(&" ".repeat(indent));
    text.push(']');
}
