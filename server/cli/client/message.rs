//! JSON-RPC messages: what goes out is written, what comes in is told apart.

use std::collections::VecDeque;

use lockstep_wire::Object;
use lockstep_wire::v2025_11_25::{
    Error as RpcError, JsonrpcErrorResponse, JsonrpcMessage, JsonrpcNotification, JsonrpcRequest, RequestId,
};
use serde::Serialize;
use serde_json::{Value, json};

use super::trouble::Trouble;

/// One message of the server.
#[derive(Debug)]
pub(super) enum Message {
    Request {
        id: RequestId,
        method: String,
        params: Value,
    },
    Notification {
        method: String,
        params: Value,
    },
    /// An error may come without an id, where the server could not read one.
    Answer {
        id: Option<RequestId>,
        outcome: Result<Value, RpcError>,
    },
}

impl Message {
    pub(super) fn read(mut message: Value) -> Result<Self, Trouble> {
        let result = message.get_mut("result").map(Value::take);
        if result.is_some() {
            // What the result must be depends on the method: only the envelope is read here.
            message["result"] = json!({});
        }
        let params = |params: Option<Object>| params.map_or(Value::Null, Value::Object);
        let read = serde_json::from_value(message);
        Ok(
            match read
                .map_err(|error| Trouble::Garbled(format!("the server sent no MCP message: {error}")))?
            {
                JsonrpcMessage::JsonrpcRequest(request) => {
                    Self::Request { id: request.id, method: request.method, params: params(request.params) }
                }
                JsonrpcMessage::JsonrpcNotification(notification) => {
                    Self::Notification { method: notification.method, params: params(notification.params) }
                }
                JsonrpcMessage::JsonrpcResultResponse(answer) => {
                    Self::Answer { id: Some(answer.id), outcome: Ok(result.unwrap_or_default()) }
                }
                JsonrpcMessage::JsonrpcErrorResponse(answer) => {
                    Self::Answer { id: answer.id, outcome: Err(answer.error) }
                }
            },
        )
    }
}

pub(super) fn request(id: u32, method: &str, params: Option<Value>) -> Value {
    let mut request = JsonrpcRequest::new(i64::from(id), method);
    request.params = object(params);
    written(&request)
}

pub(super) fn notification(method: &str, params: Option<Value>) -> Value {
    let mut notification = JsonrpcNotification::new(method);
    notification.params = object(params);
    written(&notification)
}

pub(super) fn answer(id: RequestId, outcome: Result<Value, RpcError>) -> Value {
    match outcome {
        Ok(result) => json!({ "jsonrpc": "2.0", "id": written(&id), "result": result }),
        Err(error) => {
            let mut answer = JsonrpcErrorResponse::new(error);
            answer.id = Some(id);
            written(&answer)
        }
    }
}

fn object(params: Option<Value>) -> Option<Object> {
    params.and_then(|params| match params {
        Value::Object(params) => Some(params),
        _ => None,
    })
}

/// A wire type as JSON; none of them has a key that is no text.
pub(super) fn written(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// The messages in a text: one, or in 2025-03-26 an array of them.
pub(super) fn split(text: &[u8]) -> Result<VecDeque<Value>, Trouble> {
    match serde_json::from_slice(text) {
        Ok(Value::Array(messages)) => Ok(messages.into()),
        Ok(message) => Ok([message].into()),
        Err(error) => Err(Trouble::Garbled(format!("the server sent no JSON: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn read(message: Value) -> Message {
        Message::read(message).expect("it is a message")
    }

    #[test]
    fn kinds() {
        let result = json!([1, "kept as it is"]);
        let answered = read(json!({ "jsonrpc": "2.0", "id": 1, "result": result }));
        assert!(matches!(answered, Message::Answer { id: Some(_), outcome: Ok(found) } if found == result));
        let refused = read(json!({ "jsonrpc": "2.0", "error": { "code": -32700, "message": "no" } }));
        assert!(matches!(refused, Message::Answer { id: None, outcome: Err(_) }));
        let asked = read(json!({ "jsonrpc": "2.0", "id": "a", "method": "ping" }));
        assert!(matches!(asked, Message::Request { method, .. } if method == "ping"));
        assert!(Message::read(json!({ "id": 1, "result": {} })).is_err());
        assert!(Message::read(json!("text")).is_err());
    }

    #[test]
    fn written_as_the_protocol_has_them() {
        assert_eq!(
            request(1, "tools/list", Some(json!({ "cursor": "x" }))),
            json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": { "cursor": "x" } })
        );
        assert_eq!(
            notification("notifications/initialized", None),
            json!({ "jsonrpc": "2.0", "method": "notifications/initialized" })
        );
        let error = RpcError::new(-32601, "no");
        assert_eq!(
            answer(7.into(), Err(error)),
            json!({ "jsonrpc": "2.0", "id": 7, "error": { "code": -32601, "message": "no" } })
        );
    }

    #[test]
    fn batches() {
        assert_eq!(split(b"[{},{}]").expect("two").len(), 2);
        assert_eq!(split(b"{}").expect("one").len(), 1);
        assert!(split(b"<html>").is_err());
    }
}
