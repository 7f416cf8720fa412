//! Reads the JSON-RPC envelope of one message; what is inside `params` stays text.

use std::borrow::Cow;

use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::json::{is_object, members, not_null, string};
use super::reply::{INVALID_REQUEST, PARSE_ERROR, Refusal};

/// One message that is well-formed JSON-RPC 2.0.
pub(super) struct Envelope<'a> {
    /// What the message asks for.
    pub(super) kind: Kind<'a>,
    /// Its parameters; without any where the message has none.
    pub(super) params: Params<'a>,
}

/// What kind of message it is.
pub(super) enum Kind<'a> {
    /// Wants an answer under this id.
    Request { id: Cow<'a, str>, method: Cow<'a, str> },
    /// Wants no answer.
    Notification { method: Cow<'a, str> },
    /// Answers a request of ours; which one, where that can be read, and how.
    Response { id: Option<Cow<'a, str>>, result: Option<&'a RawValue>, error: Option<&'a RawValue> },
}

/// The members of `params` that the engine acts on; `null` counts as absent.
#[derive(Default)]
pub(super) struct Params<'a> {
    pub(super) whole: Option<&'a RawValue>,
    pub(super) meta: Option<&'a RawValue>,
    pub(super) name: Option<&'a RawValue>,
    pub(super) uri: Option<&'a RawValue>,
    pub(super) task_id: Option<&'a RawValue>,
    pub(super) cursor: Option<&'a RawValue>,
    pub(super) arguments: Option<&'a RawValue>,
    pub(super) request_id: Option<&'a RawValue>,
    pub(super) level: Option<&'a RawValue>,
    pub(super) input_responses: Option<&'a RawValue>,
    pub(super) request_state: Option<&'a RawValue>,
}

/// A message that cannot be served, and the id to say so under, if it could be read.
pub(super) struct Unreadable<'a> {
    pub(super) id: Option<Cow<'a, str>>,
    pub(super) refusal: Refusal,
    /// It answers something, and is itself not to be answered.
    pub(super) is_response: bool,
}

impl<'a> Envelope<'a> {
    /// Reads one message. An id may be `id_bytes` long, quotes included.
    pub(super) fn parse(message: &'a [u8], id_bytes: usize) -> Result<Self, Unreadable<'a>> {
        let unreadable = |refusal| Unreadable { id: None, refusal, is_response: false };
        let text = object_text(message).map_err(unreadable)?;
        let read = members(text, ["jsonrpc", "id", "method", "params", "result", "error"])
            .map_err(|error| unreadable(not_json(&error)))?;
        let [jsonrpc, id, method, params, result, error] = read.values;
        let is_response = method.is_none() && (result.is_some() || error.is_some());
        let unreadable = |refusal| Unreadable { id: None, refusal, is_response };
        if let Some(key) = read.repeated {
            let refusal =
                invalid(format!("the message has the member `{key}` more than once; send each member once"));
            return Err(unreadable(refusal));
        }
        let id = match id.map(|id| read_id(id, id_bytes)).transpose() {
            Ok(id) => id,
            Err(_) if is_response => None,
            Err(refusal) => return Err(unreadable(refusal)),
        };
        let kind = check_version(jsonrpc).and_then(|()| kind(id.clone(), method, result, error));
        let envelope = kind.and_then(|kind| Ok(Self { kind, params: Params::read(params)? }));
        // The id of an answer is one of ours: under it the client would take the error for its own request's.
        let id = id.filter(|_| !is_response);
        envelope.map_err(|refusal| Unreadable { id, refusal, is_response })
    }
}

impl<'a> Params<'a> {
    fn read(params: Option<&'a RawValue>) -> Result<Self, Refusal> {
        let Some(whole) = not_null(params) else {
            return Ok(Self::default());
        };
        if !is_object(whole) {
            return Err(invalid("`params` is not an object; send an object or leave `params` out"));
        }
        let read = members(
            whole.get(),
            [
                "_meta",
                "name",
                "uri",
                "taskId",
                "cursor",
                "arguments",
                "requestId",
                "level",
                "inputResponses",
                "requestState",
            ],
        )
        .map_err(|error| not_json(&error))?;
        if let Some(key) = read.repeated {
            return Err(invalid(format!(
                "`params` has the member `{key}` more than once; send each member once"
            )));
        }
        let [meta, name, uri, task_id, cursor, arguments, request_id, level, input_responses, request_state] =
            read.values.map(not_null);
        Ok(Self {
            whole: Some(whole),
            meta,
            name,
            uri,
            task_id,
            cursor,
            arguments,
            request_id,
            level,
            input_responses,
            request_state,
        })
    }
}

/// The messages of an array, as text; `None` if the message is none. They are not looked into.
pub(super) fn batch(message: &[u8]) -> Option<Result<Vec<&RawValue>, Refusal>> {
    let first = message.iter().find(|byte| !byte.is_ascii_whitespace());
    (first == Some(&b'[')).then(|| {
        let read = serde_json::from_slice(message);
        read.map_err(|error| match str::from_utf8(message) {
            Ok(_) => not_json(&error),
            Err(_) => Refusal::new(400, PARSE_ERROR, "the message is not UTF-8; send JSON as UTF-8"),
        })
    })
}

/// The message as text that starts like an object.
fn object_text(message: &[u8]) -> Result<&str, Refusal> {
    let parse_error = |message: String| Refusal::new(400, PARSE_ERROR, message);
    let text = str::from_utf8(message).map_err(|error| {
        parse_error(format!(
            "the message is not UTF-8: byte {} is invalid; send JSON as UTF-8",
            error.valid_up_to()
        ))
    })?;
    let first = text.trim_ascii_start().bytes().next();
    if first == Some(b'{') {
        return Ok(text);
    }
    if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
        return Err(not_json(&error));
    }
    Err(invalid("the message is not an object; send one JSON-RPC request or notification"))
}

/// The id as it is echoed: byte for byte, but for an integer written with a zero fraction.
pub(super) fn read_id(raw: &RawValue, longest: usize) -> Result<Cow<'_, str>, Refusal> {
    let text = raw.get();
    if text == "null" {
        return Err(invalid(
            "`id` is null; send a string or an integer, or leave `id` out to send a notification",
        ));
    }
    if text.len() > longest {
        return Err(invalid(format!("`id` is {} bytes long; send at most {longest}", text.len())));
    }
    if string(raw).is_some() {
        return Ok(Cow::Borrowed(text));
    }
    let (integer, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = integer.strip_prefix('-').unwrap_or(integer);
    let whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if whole && fraction.bytes().all(|byte| byte == b'0') {
        return Ok(Cow::Borrowed(integer));
    }
    Err(invalid("`id` is neither a string nor an integer; send one of the two"))
}

fn check_version(jsonrpc: Option<&RawValue>) -> Result<(), Refusal> {
    match jsonrpc {
        Some(raw) if string(raw).as_deref() == Some("2.0") => Ok(()),
        Some(_) => Err(invalid("`jsonrpc` is not \"2.0\"; send `\"jsonrpc\":\"2.0\"`")),
        None => Err(invalid("`jsonrpc` is missing; send \"2.0\" in it")),
    }
}

fn kind<'a>(
    id: Option<Cow<'a, str>>,
    method: Option<&'a RawValue>,
    result: Option<&'a RawValue>,
    error: Option<&'a RawValue>,
) -> Result<Kind<'a>, Refusal> {
    let answers = result.is_some() || error.is_some();
    let Some(method) = method else {
        return match answers {
            true => Ok(Kind::Response { id, result, error }),
            false => Err(invalid("the message has no `method`; name the method to call")),
        };
    };
    if answers {
        return Err(invalid(
            "the message has both `method` and `result` or `error`; send a request or a response",
        ));
    }
    let Some(method) = string(method) else {
        return Err(invalid("`method` is not a string; name the method to call"));
    };
    Ok(match id {
        Some(id) => Kind::Request { id, method },
        None => Kind::Notification { method },
    })
}

fn not_json(error: &serde_json::Error) -> Refusal {
    let place = format!("line {} column {}", error.line(), error.column());
    let message = format!("the message is not JSON at {place}; send one complete JSON-RPC message");
    Refusal::new(400, PARSE_ERROR, message)
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new(400, INVALID_REQUEST, message)
}
