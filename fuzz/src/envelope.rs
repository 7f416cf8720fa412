//! Messages. The first byte picks the way they take.

use std::collections::BTreeMap;
use std::time::Duration;

use lockstep_runtime::engine::{Accepted, Answer, Engine, Header, Headers, outgoing};
use serde::de::IgnoredAny;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::server::{Tools, block_on, engine, in_session, initialize, open};

/// Takes the message and judges what is answered.
pub fn run(bytes: &[u8]) {
    let Some((way, message)) = bytes.split_first() else { return };
    let engine = engine();
    let answer = block_on(async {
        match way % 8 {
            0 => post(&engine, message, &Headers { takes_events: true, ..Headers::default() }).await,
            1 => {
                let named = |key: &str| mirrored(message, key);
                let (method, name) = (named("method"), named("name").or_else(|| named("uri")));
                let headers = Headers {
                    protocol_version: Header::Value("2026-07-28"),
                    method: method.as_deref().map_or(Header::Absent, Header::Value),
                    name: name.as_deref().map_or(Header::Absent, Header::Value),
                    takes_events: true,
                    ..Headers::default()
                };
                post(&engine, message, &headers).await
            }
            2 => in_one(&engine, "2025-03-26", message).await,
            3 => in_one(&engine, "2025-11-25", message).await,
            4 => accept(&engine, None, message, false).await,
            5 => accept(&engine, Some("2025-03-26"), message, false).await,
            6 => accept(&engine, Some("2025-06-18"), message, false).await,
            _ => accept(&engine, Some("2024-11-05"), message, true).await,
        }
    });
    if let Some(answer) = answer {
        judge(message, &answer);
    }
}

async fn in_one(engine: &Engine<Tools>, revision: &str, message: &[u8]) -> Option<Vec<u8>> {
    let id = open(engine, revision).await.expect("there is room");
    post(engine, message, &in_session(&id)).await
}

/// The whole answer; nothing for one that goes on.
async fn post(engine: &Engine<Tools>, message: &[u8], headers: &Headers<'_>) -> Option<Vec<u8>> {
    match engine.post(message, headers).await {
        Answer::Reply(reply) => reply.body.map(|body| body.to_vec()),
        Answer::Stream(mut stream) => {
            let first = tokio::time::timeout(Duration::from_millis(5), stream.next());
            if let Ok(Some(event)) = first.await
                && let Some(data) = event.data.filter(|data| !data.is_empty())
            {
                assert!(serde_json::from_slice::<IgnoredAny>(&data).is_ok());
            }
            None
        }
    }
}

async fn accept(
    engine: &Engine<Tools>,
    revision: Option<&str>,
    message: &[u8],
    sessions_only: bool,
) -> Option<Vec<u8>> {
    let (output, _messages) = outgoing(Duration::from_millis(5));
    let channel = match sessions_only {
        true => engine.session_channel(output, &Headers::default()).expect("it is the first"),
        false => engine.channel(output),
    };
    if let Some(revision) = revision {
        let Accepted::Reply(_) = channel.accept(initialize(revision).as_bytes()) else { panic!("it waits") };
    }
    match channel.accept(message) {
        Accepted::Reply(reply) => reply.body.map(|body| body.to_vec()),
        Accepted::Subscription(_) => None,
        Accepted::Work(work) => {
            // A question to the client waits longer than this.
            let done = tokio::time::timeout(Duration::from_millis(5), work.run()).await;
            done.ok().flatten().map(|body| body.to_vec())
        }
    }
}

/// What a header repeats of a message.
fn mirrored(message: &[u8], key: &str) -> Option<String> {
    let message: Value = serde_json::from_slice(message).ok()?;
    let found = message.get(key).or_else(|| message.get("params")?.get(key))?;
    found.as_str().map(str::to_owned)
}

fn judge(message: &[u8], answer: &[u8]) {
    let shown = String::from_utf8_lossy(answer);
    assert!(
        answer.len() <= 10 * message.len() + 1024,
        "{} bytes for {}: {shown}",
        answer.len(),
        message.len()
    );
    assert!(!answer.contains(&b'\n'), "{shown}");
    if answer.starts_with(b"[") {
        let answers: Vec<&RawValue> = serde_json::from_slice(answer).expect("an answer is JSON");
        let parts: Vec<&RawValue> = serde_json::from_slice(message).expect("what is taken is JSON");
        assert!(answers.len() <= parts.len());
        for answer in answers {
            let fits = |part: &&RawValue| fits(part.get().as_bytes(), answer.get().as_bytes()).is_ok();
            assert!(parts.iter().any(fits), "{shown}");
        }
    } else if let Err(why) = fits(message, answer) {
        panic!("{why}: {shown}");
    }
}

/// Whether this is an answer to the message, as serde_json reads it.
fn fits(message: &[u8], answer: &[u8]) -> Result<(), String> {
    let answer: BTreeMap<String, &RawValue> =
        serde_json::from_slice(answer).map_err(|error| format!("it is no JSON: {error}"))?;
    let error: Option<Value> =
        answer.get("error").map(|error| serde_json::from_str(error.get()).expect("it is JSON"));
    if answer.contains_key("result") == error.is_some() {
        return Err("neither result nor error, or both".into());
    }
    let code = error.as_ref().and_then(|error| error["code"].as_i64());
    let refused = matches!(code, Some(-32700 | -32600));
    let read: Result<BTreeMap<String, &RawValue>, _> = serde_json::from_slice(message);
    let Some(id) = answer.get("id") else {
        // Over HTTP a notification that cannot be taken is refused as well.
        let nameless = read.is_ok_and(|read| !read.contains_key("id"));
        return if refused || nameless { Ok(()) } else { Err("no id".into()) };
    };
    let read = read.map_err(|error| format!("an answer to no object: {error}"))?;
    let sent = read.get("id").map(|id| id.get()).ok_or("an id that nobody sent")?;
    let whole = sent.split_once('.').filter(|_| !sent.starts_with('"')).map_or(sent, |(whole, _)| whole);
    if id.get() != sent && id.get() != whole {
        return Err(format!("the id {} for {sent}", id.get()));
    }
    // What serde_json does not read as a tree, such as huge numbers, cannot be compared.
    let Ok(tree) = serde_json::from_slice::<Value>(message) else { return Ok(()) };
    if refused {
        return Ok(());
    }
    let method = tree["method"].as_str().ok_or("a method that is no string")?;
    let echoed: Value = serde_json::from_str(id.get()).map_err(|error| error.to_string())?;
    if echoed.as_f64() != tree["id"].as_f64() || (echoed.is_string() && echoed != tree["id"]) {
        return Err(format!("the id {echoed} for {}", tree["id"]));
    }
    if let Some(error) = error.filter(|_| code == Some(-32601)) {
        let shown: String = method
            .chars()
            .map(|letter| if letter.is_control() { '\u{fffd}' } else { letter })
            .take(20)
            .collect();
        let said = error["message"].as_str().unwrap_or_default();
        if method.len() <= 64 && !said.contains(&format!("`{shown}")) {
            return Err(format!("it answers another method than {method}"));
        }
    }
    Ok(())
}
