//! Questions to a client: whether it can be asked, how they are put, and whether the answer fits.

use lockstep_wire::bridge::SessionFacts;
use lockstep_wire::latest::{
    ClientCapabilities, CreateMessageRequestParamsIncludeContext, ElicitRequestFormParamsRequestedSchema,
    ElicitRequestParams, ElicitResult, ElicitResultAction, InputRequest, InputResponse,
};
use serde_json::{Value, json};

use crate::contract::InputError;
use crate::engine::reply::shorten;

use super::Revision;
use super::legacy::Legacy;

/// One question as it stands in the latest revision.
#[derive(Clone, Debug)]
pub(in super::super) struct Question(pub(in super::super) InputRequest);

impl Question {
    /// What the client lacks to be asked this, as a `ClientCapabilities` object; `None` if it lacks nothing.
    pub(in super::super) fn lacking(&self, client: &ClientCapabilities) -> Option<Value> {
        match &self.0 {
            InputRequest::ElicitRequest(request) => {
                let declared = client.elicitation.as_ref();
                match &request.params {
                    // An empty object means forms.
                    ElicitRequestParams::ElicitRequestFormParams(_) => {
                        let can = declared.is_some_and(|can| can.form.is_some() || can.url.is_none());
                        (!can).then(|| json!({ "elicitation": { "form": {} } }))
                    }
                    ElicitRequestParams::ElicitRequestUrlParams(_) => {
                        let can = declared.is_some_and(|can| can.url.is_some());
                        (!can).then(|| json!({ "elicitation": { "url": {} } }))
                    }
                }
            }
            InputRequest::CreateMessageRequest(request) => {
                let (params, can) = (&request.params, client.sampling.as_ref());
                let tools = params.tools.is_some() || params.tool_choice.is_some();
                let context = params
                    .include_context
                    .as_ref()
                    .is_some_and(|context| *context != CreateMessageRequestParamsIncludeContext::None);
                match can {
                    None => Some(json!({ "sampling": {} })),
                    Some(can) if tools && can.tools.is_none() => Some(json!({ "sampling": { "tools": {} } })),
                    Some(can) if context && can.context.is_none() => {
                        Some(json!({ "sampling": { "context": {} } }))
                    }
                    Some(_) => None,
                }
            }
            InputRequest::ListRootsRequest(_) => client.roots.is_none().then(|| json!({ "roots": {} })),
        }
    }

    /// The question as a request of the server, for a client of a revision with a handshake; `None` where that revision
    /// cannot ask so.
    pub(in super::super) fn request(
        &self,
        revision: Revision,
        id: u64,
        elicitation_id: &str,
    ) -> Option<Vec<u8>> {
        let facts =
            SessionFacts { elicitation_id: Some(elicitation_id.to_owned()), ..SessionFacts::default() };
        let (method, params) = Legacy::of(revision)?.input_request(self.0.clone(), facts)?;
        let mut message = format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"{method}\"").into_bytes();
        if let Some(params) = params {
            message.extend_from_slice(b",\"params\":");
            message.extend_from_slice(&params);
        }
        message.push(b'}');
        Some(message)
    }

    /// Reads the answer to this question.
    ///
    /// # Errors
    ///
    /// It is not an answer to this question: why.
    pub(in super::super) fn answer(
        &self,
        revision: Revision,
        answer: &str,
    ) -> Result<InputResponse, InputError> {
        let unreadable = |error: serde_json::Error| InputError::Invalid(shorten(&error.to_string(), 200));
        let legacy = Legacy::of(revision);
        Ok(match &self.0 {
            InputRequest::ElicitRequest(request) => {
                let result: ElicitResult = match legacy {
                    None => serde_json::from_str(answer).map_err(unreadable)?,
                    Some(legacy) => legacy.elicited(answer).map_err(unreadable)?,
                };
                if let ElicitRequestParams::ElicitRequestFormParams(form) = &request.params
                    && result.action == ElicitResultAction::Accept
                {
                    check_form(&form.requested_schema, &result).map_err(InputError::Invalid)?;
                }
                InputResponse::ElicitResult(result)
            }
            InputRequest::CreateMessageRequest(_) => InputResponse::CreateMessageResult(match legacy {
                None => serde_json::from_str(answer).map_err(unreadable)?,
                Some(legacy) => legacy.sampled(answer).map_err(unreadable)?,
            }),
            InputRequest::ListRootsRequest(_) => InputResponse::ListRootsResult(match legacy {
                None => serde_json::from_str(answer).map_err(unreadable)?,
                Some(legacy) => legacy.rooted(answer).map_err(unreadable)?,
            }),
        })
    }
}

/// What all of these lack together, as one `ClientCapabilities` object.
pub(in super::super) fn missing_capabilities(lacking: impl IntoIterator<Item = Value>) -> Value {
    let mut all = json!({});
    for one in lacking {
        merge(&mut all, one);
    }
    all
}

fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert_with(|| json!({})), value);
            }
        }
        (into, from) => *into = from,
    }
}

/// Checks the content of an accepted form against the schema that was sent.
fn check_form(schema: &ElicitRequestFormParamsRequestedSchema, answer: &ElicitResult) -> Result<(), String> {
    let unwritable = |error: serde_json::Error| error.to_string();
    let schema = serde_json::to_value(schema).map_err(unwritable)?;
    let content = serde_json::to_value(&answer.content).map_err(unwritable)?;
    let empty = serde_json::Map::new();
    let content = content.as_object().unwrap_or(&empty);
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if !content.contains_key(name) {
            return Err(format!("`{}` is missing", shorten(name, 64)));
        }
    }
    for (name, value) in content {
        let field = &schema["properties"][name];
        if !field.is_null() {
            check_field(field, value).map_err(|why| format!("`{}` {why}", shorten(name, 64)))?;
        }
    }
    Ok(())
}

/// Forms are flat and primitive, so this is all of JSON Schema that they can say; `format` is the client's to help with.
fn check_field(schema: &Value, value: &Value) -> Result<(), String> {
    let kind = schema["type"].as_str().unwrap_or_default();
    let fits = match kind {
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        _ => true,
    };
    if !fits {
        return Err(format!("is not of type {kind}"));
    }
    let limit = |name: &str| schema[name].as_f64();
    let within = |what: &str, size: Option<f64>, least: &str, most: &str| match size {
        Some(size) if limit(least).is_some_and(|least| size < least) => Err(format!("{what} is too small")),
        Some(size) if limit(most).is_some_and(|most| size > most) => Err(format!("{what} is too large")),
        _ => Ok(()),
    };
    let count = |count: usize| count as f64;
    within("its length", value.as_str().map(|text| count(text.chars().count())), "minLength", "maxLength")?;
    within("it", value.as_f64(), "minimum", "maximum")?;
    within("its number of choices", value.as_array().map(|list| count(list.len())), "minItems", "maxItems")?;
    match value {
        Value::Array(chosen) => chosen.iter().try_for_each(|one| among(&schema["items"], one)),
        one => among(schema, one),
    }
}

/// Whether the value is one of the choices, where there are any: `enum`, or titled ones.
fn among(schema: &Value, value: &Value) -> Result<(), String> {
    let titled = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array());
    let found = match (schema["enum"].as_array(), titled) {
        (Some(choices), _) => choices.contains(value),
        (None, Some(choices)) => choices.iter().any(|choice| choice["const"] == *value),
        (None, None) => true,
    };
    if found { Ok(()) } else { Err("is none of the choices".into()) }
}
