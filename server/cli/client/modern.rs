//! The era without sessions: every request says who asks, and is asked again where the server needs more.

use std::time::Duration;

use lockstep_wire::latest::{
    ClientCapabilities, ClientCapabilitiesElicitation, Implementation, InputRequest, InputRequests,
    InputRequiredResult, RequestMetaObject,
};
use lockstep_wire::{Object, latest};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::headers::{self, Header};
use super::message::written;
use super::session::Session;
use super::trouble::Trouble;
use super::{NAME, ROUND_LIMIT};

/// How long to wait before a request is sent again that lacks nothing.
const PAUSE: Duration = Duration::from_millis(200);

/// A request, again and again until the server has all it needs.
pub(super) async fn ask(session: &mut Session, method: &str, params: Value) -> Result<Value, Trouble> {
    let headers = if method == "tools/call" { argument_headers(session, &params).await? } else { Vec::new() };
    let (mut responses, mut state) = (Value::Null, None);
    for _ in 0..=ROUND_LIMIT {
        let mut params = params.clone();
        if !responses.is_null() {
            params["inputResponses"] = responses.take();
        }
        if let Some(state) = state.take() {
            params["requestState"] = Value::String(state);
        }
        let params = self::params(session, method, params)?;
        let limit = session.limit();
        let result = exchange(session, method, params, &headers, limit).await?;
        match result["resultType"].as_str() {
            // Strictly a mistake, which the check of the whole result names.
            Some("complete") | None => return Ok(result),
            Some("input_required") => {}
            Some(other) => {
                let other =
                    format!("the server answered `{method}` with a result of the unknown type `{other}`");
                return Err(Trouble::Garbled(other));
            }
        }
        let wanted = InputRequiredResult::deserialize(&result).map_err(|error| {
            Trouble::Garbled(format!("`{method}` asks for input in no known way: {error}"))
        })?;
        state = wanted.request_state;
        match wanted.input_requests.filter(|requests| !requests.is_empty()) {
            Some(requests) => responses = answer_all(session, requests, &result["inputRequests"])?,
            None => sleep(PAUSE).await,
        }
    }
    Err(Trouble::Garbled(format!("`{method}` asks for input more than {ROUND_LIMIT} times")))
}

/// Answers every request; its text as well, because that has the fields of a form in their order.
fn answer_all(session: &mut Session, requests: InputRequests, texts: &Value) -> Result<Value, Trouble> {
    let mut responses = Object::new();
    for (key, request) in requests {
        let refused =
            |what: &str| Trouble::Garbled(format!("the server asks for {what}, which was not offered"));
        let response = match request {
            InputRequest::ElicitRequest(_) => {
                session.person.elicit(&texts[&key]["params"]).map_err(Trouble::Garbled)?
            }
            InputRequest::ListRootsRequest(_) => {
                session.person.roots().ok_or_else(|| refused("`roots/list`"))?
            }
            InputRequest::CreateMessageRequest(_) => return Err(refused("`sampling/createMessage`")),
        };
        responses.insert(key, response);
    }
    Ok(Value::Object(responses))
}

/// Parameters with what the server has to know of this client, by the types of the revision.
pub(super) fn params(session: &Session, method: &str, mut params: Value) -> Result<Value, Trouble> {
    params["_meta"] = meta(session, method);
    let params = session.revision.params(method, params);
    Ok(params.map_err(|error| Trouble::Garbled(error.to_string()))?.unwrap_or_default())
}

fn meta(session: &Session, method: &str) -> Value {
    let elicitation = ClientCapabilitiesElicitation { form: Some(Object::new()), url: Some(Object::new()) };
    let able = ClientCapabilities {
        elicitation: Some(elicitation),
        roots: session.person.root().map(|_| Object::new()),
        ..ClientCapabilities::default()
    };
    let mut meta = RequestMetaObject::new(able, session.revision.as_str());
    meta.client_info = Some(Implementation::new(NAME, env!("CARGO_PKG_VERSION")));
    if method == "tools/call" {
        meta.log_level = Some(latest::LoggingLevel::Info);
        meta.progress_token = Some(latest::ProgressToken::String(method.to_owned()));
    }
    written(&meta)
}

/// One request and its answer, with the headers that go with it.
pub(super) async fn exchange(
    session: &mut Session,
    method: &str,
    params: Value,
    more: &[Header],
    limit: Duration,
) -> Result<Value, Trouble> {
    let mut headers = headers::of_method(method, &params);
    headers.extend_from_slice(more);
    session.exchange(method, Some(params), &headers, limit).await
}

/// `Mcp-Param-*` of a call over HTTP, for which the tool's schema has to be known.
async fn argument_headers(session: &mut Session, params: &Value) -> Result<Vec<Header>, Trouble> {
    let no_arguments = Object::new();
    let arguments = params["arguments"].as_object().unwrap_or(&no_arguments);
    if !session.link.has_headers() || arguments.is_empty() {
        return Ok(Vec::new());
    }
    let tools = match Box::pin(session.list("tools/list", "tools")).await {
        Ok(tools) => tools,
        // The call itself will be told what is wrong.
        Err(Trouble::Refused { .. }) => json!({}),
        Err(trouble) => return Err(trouble),
    };
    let tool = tools["tools"].as_array().into_iter().flatten().find(|tool| tool["name"] == params["name"]);
    let headers = tool.map(|tool| headers::of_arguments(&tool["inputSchema"], arguments)).transpose();
    let headers = headers.map_err(|mark| {
        Trouble::Garbled(format!(
            "`{}` must not be called over HTTP: {mark}",
            params["name"].as_str().unwrap_or("")
        ))
    })?;
    Ok(headers.unwrap_or_default())
}
