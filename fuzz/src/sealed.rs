//! What clients carry. The first byte picks what is changed and how; each three bytes after it are a change: a place, and what
//! is done there.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lockstep_runtime::engine::{Answer, Engine, Header, Headers};
use serde_json::{Value, json};

use crate::server::{META, Tools, block_on, engine};

thread_local! {
    static SERVER: (Engine<Tools>, String, String) = {
        let engine = engine();
        let state = ask(&engine, false, None)["result"]["requestState"].as_str().expect("it asks").to_owned();
        let cursor = ask(&engine, true, None)["result"]["nextCursor"].as_str().expect("there is more").to_owned();
        (engine, state, cursor)
    };
}

/// Changes what the server gave out: it must open only as it was.
pub fn run(bytes: &[u8]) {
    let Some((how, rest)) = bytes.split_first() else { return };
    SERVER.with(|(engine, state, cursor)| {
        let (listing, foreign) = (how & 1 == 1, how & 8 == 8);
        let given = if listing != foreign { cursor } else { state };
        let sent = match how >> 1 & 3 {
            0 => text(given, rest),
            1 => {
                URL_SAFE_NO_PAD.encode(changed(&URL_SAFE_NO_PAD.decode(given).expect("it was encoded"), rest))
            }
            2 => String::from_utf8_lossy(rest).into_owned(),
            _ => URL_SAFE_NO_PAD.encode(rest),
        };
        let answer = ask(engine, listing, Some(&sent));
        if !foreign && sent == *given {
            assert!(answer["error"].is_null(), "it was not changed: {answer}");
        } else {
            assert_eq!(answer["error"]["code"], -32602, "{sent:?} opened, {given:?} was given: {answer}");
        }
    });
}

/// Changes that leave text.
fn text(given: &str, changes: &[u8]) -> String {
    String::from_utf8_lossy(&changed(given.as_bytes(), changes)).into_owned()
}

fn changed(given: &[u8], changes: &[u8]) -> Vec<u8> {
    let mut bytes = given.to_vec();
    for change in changes.as_chunks::<3>().0 {
        let [place, what, with] = *change;
        let place = usize::from(place) % (bytes.len() + 1);
        match what % 5 {
            0 if place < bytes.len() => bytes[place] ^= with,
            1 => bytes.insert(place, with),
            2 if place < bytes.len() => drop(bytes.remove(place)),
            3 => bytes.truncate(place),
            4 => bytes.extend_from_within(place..),
            _ => {}
        }
        bytes.truncate(4096);
    }
    bytes
}

/// Calls the tool that asks, or lists.
fn ask(engine: &Engine<Tools>, listing: bool, carried: Option<&str>) -> Value {
    let (method, name) = if listing { ("resources/list", "") } else { ("tools/call", "greet") };
    let carried = carried.map_or(String::new(), |carried| {
        format!(r#""{}":{},"#, if listing { "cursor" } else { "requestState" }, json!(carried))
    });
    let message = format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{{"name":"{name}",{carried}{META}}}}}"#
    );
    let headers = Headers {
        protocol_version: Header::Value("2026-07-28"),
        method: Header::Value(method),
        name: Header::Value(name),
        ..Headers::default()
    };
    match block_on(engine.post(message.as_bytes(), &headers)) {
        Answer::Reply(reply) => serde_json::from_slice(&reply.body.expect("it answers")).expect("it is JSON"),
        Answer::Stream(_) => panic!("nothing here streams"),
    }
}
