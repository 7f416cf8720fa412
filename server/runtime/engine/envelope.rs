//! Reads the JSON-RPC envelope of one message; what is inside `params` stays text.

use std::borrow::Cow;

use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::json::{Members, Raw, is_object, members, not_null, string};
use super::limits::Limits;
use super::reply::{INVALID_REQUEST, PARSE_ERROR, Refusal};
use super::scan::Scan;

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
    Response { id: Option<Cow<'a, str>>, result: Option<Raw<'a>>, error: Option<Raw<'a>> },
}

/// The members of `params` that the engine acts on; `null` counts as absent.
#[derive(Default)]
pub(super) struct Params<'a> {
    pub(super) whole: Option<Raw<'a>>,
    pub(super) meta: Option<Raw<'a>>,
    /// The revision that `_meta` claims, or what is wrong with the claim.
    pub(super) claim: Claim<'a>,
    /// `progressToken` of `_meta`.
    pub(super) progress_token: Option<Raw<'a>>,
    pub(super) name: Option<Raw<'a>>,
    pub(super) uri: Option<Raw<'a>>,
    pub(super) task_id: Option<Raw<'a>>,
    pub(super) cursor: Option<Raw<'a>>,
    pub(super) arguments: Option<Raw<'a>>,
    pub(super) request_id: Option<Raw<'a>>,
    pub(super) level: Option<Raw<'a>>,
    pub(super) input_responses: Option<Raw<'a>>,
    pub(super) request_state: Option<Raw<'a>>,
}

/// A message that cannot be served, and the id to say so under, if it could be read.
pub(super) struct Unreadable<'a> {
    pub(super) id: Option<Cow<'a, str>>,
    pub(super) refusal: Refusal,
    /// It answers something, and is itself not to be answered.
    pub(super) is_response: bool,
}

/// The revision that a message claims for itself.
#[derive(Clone, Copy, Default)]
pub(super) enum Claim<'a> {
    /// It claims none.
    #[default]
    None,
    /// It claims this one.
    Revision(Raw<'a>),
    /// What is wrong with the claim.
    Malformed(&'static str),
}

/// The member of `_meta` whose presence makes a message a modern one.
pub(super) const CLAIM: &str = "io.modelcontextprotocol/protocolVersion";

/// The members that are read: of a message, of its `params`, and of their `_meta`.
const MESSAGE: [&str; 6] = ["jsonrpc", "id", "method", "params", "result", "error"];
const PARAMS: [&str; 10] = [
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
];
const META: [&str; 2] = [CLAIM, "progressToken"];

impl<'a> Envelope<'a> {
    /// Reads one message in one pass, if there is nothing unusual about its text; `None` leaves the question open.
    pub(super) fn scan(message: &'a [u8], limits: &Limits) -> Option<Result<Self, Unreadable<'a>>> {
        let text = str::from_utf8(message).ok()?;
        let mut scan = Scan::new(text, limits.depth, limits.nodes);
        let (mut params, mut meta) = (None, None);
        let read = scan.members(&MESSAGE, |scan, index| {
            if MESSAGE[index] != "params" || scan.peek() != Some(b'{') {
                return Some(None);
            }
            params = Some(scan.members(&PARAMS, |scan, index| {
                if PARAMS[index] != "_meta" || scan.peek() != Some(b'{') {
                    return Some(None);
                }
                meta = Some(scan.members(&META, |_, _| Some(None))?);
                Some(Some(()))
            })?);
            Some(Some(()))
        })?;
        scan.end()?;
        Some(Self::put_together(read, limits.id_bytes, |whole| match params {
            Some(params) => Params::new(whole, params, || meta.map(Ok)),
            // Of any other kind.
            None => Params::read(whole),
        }))
    }

    /// Reads one message. An id may be `id_bytes` long, quotes included.
    pub(super) fn parse(message: &'a [u8], id_bytes: usize) -> Result<Self, Unreadable<'a>> {
        let unreadable = |refusal| Unreadable { id: None, refusal, is_response: false };
        let text = object_text(message).map_err(unreadable)?;
        let read = members(text, &MESSAGE).map_err(|error| unreadable(not_json(&error)))?;
        Self::put_together(read, id_bytes, Params::read)
    }

    fn put_together(
        read: Members<'a, 6>,
        id_bytes: usize,
        params_of: impl FnOnce(Raw<'a>) -> Result<Params<'a>, Refusal>,
    ) -> Result<Self, Unreadable<'a>> {
        let repeated = read.first_repeated(&MESSAGE);
        let [jsonrpc, id, method, params, result, error] = read.values;
        let is_response = method.is_none() && (result.is_some() || error.is_some());
        let unreadable = |refusal| Unreadable { id: None, refusal, is_response };
        if let Some(key) = repeated {
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
        let envelope = kind.and_then(|kind| {
            let params = not_null(params).map(params_of).transpose()?;
            Ok(Self { kind, params: params.unwrap_or_default() })
        });
        // The id of an answer is one of ours: under it the client would take the error for its own request's.
        let id = id.filter(|_| !is_response);
        envelope.map_err(|refusal| Unreadable { id, refusal, is_response })
    }
}

impl<'a> Params<'a> {
    fn read(whole: Raw<'a>) -> Result<Self, Refusal> {
        if !is_object(whole) {
            return Err(invalid("`params` is not an object; send an object or leave `params` out"));
        }
        let read = members(whole.get(), &PARAMS).map_err(|error| not_json(&error))?;
        let meta = read.values[0].filter(|meta| is_object(*meta));
        Self::new(whole, read, || meta.map(|meta| members(meta.get(), &META)))
    }

    fn new(
        whole: Raw<'a>,
        read: Members<'a, 10>,
        meta_members: impl FnOnce() -> Option<Result<Members<'a, 2>, serde_json::Error>>,
    ) -> Result<Self, Refusal> {
        if let Some(key) = read.first_repeated(&PARAMS) {
            return Err(invalid(format!(
                "`params` has the member `{key}` more than once; send each member once"
            )));
        }
        let (claim, progress_token) = match meta_members() {
            None => (Claim::None, None),
            Some(Err(_)) => (Claim::Malformed("cannot be read"), None),
            Some(Ok(Members { values: [_, token], repeated: [true, _] })) => {
                (Claim::Malformed("occurs more than once"), token)
            }
            Some(Ok(Members { values: [claim, token], .. })) => {
                (claim.map_or(Claim::None, Claim::Revision), token)
            }
        };
        let [meta, name, uri, task_id, cursor, arguments, request_id, level, input_responses, request_state] =
            read.values.map(not_null);
        Ok(Self {
            whole: Some(whole),
            meta,
            claim,
            progress_token,
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
pub(super) fn read_id(raw: Raw<'_>, longest: usize) -> Result<Cow<'_, str>, Refusal> {
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

fn check_version(jsonrpc: Option<Raw<'_>>) -> Result<(), Refusal> {
    match jsonrpc {
        Some(raw) if string(raw).as_deref() == Some("2.0") => Ok(()),
        Some(_) => Err(invalid("`jsonrpc` is not \"2.0\"; send `\"jsonrpc\":\"2.0\"`")),
        None => Err(invalid("`jsonrpc` is missing; send \"2.0\" in it")),
    }
}

fn kind<'a>(
    id: Option<Cow<'a, str>>,
    method: Option<Raw<'a>>,
    result: Option<Raw<'a>>,
    error: Option<Raw<'a>>,
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
