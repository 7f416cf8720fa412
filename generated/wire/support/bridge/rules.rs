//! The functions that `spec/bridge.toml` names.
//!
//! `before` and `with` functions of a variant stay in the vocabulary of the value they get; the generated conversion
//! carries the result across. `with` functions of a field make the other side's value, or nothing. `fill` functions
//! make a value from the session's facts and from what the other side has under that name.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{Crossing, Refused, json as to_json};
use crate::Object;
use crate::latest::{
    AudioContent, BlobResourceContents, ClientCapabilitiesElicitation, ClientCapabilitiesSampling,
    ContentBlock, EmbeddedResource, LegacyTitledEnumSchema, PrimitiveSchemaDefinition, RequestId,
    RequestMetaObject, ResourceLink, SamplingMessageContent, SamplingMessageContentBlock, TextContent,
    TitledSingleSelectEnumSchema, Tool, ToolAnnotations, UntitledSingleSelectEnumSchema,
};

type Made<T> = Result<T, Refused>;

const DRAFT_07: &str = "http://json-schema.org/draft-07/schema";

pub(crate) fn title_into_annotations(_: &mut Crossing, mut tool: Tool) -> Made<Tool> {
    if let Some(title) = tool.title.take() {
        tool.annotations.get_or_insert_with(ToolAnnotations::default).title.get_or_insert(title);
    }
    Ok(tool)
}

pub(crate) fn audio_as_resource(_: &mut Crossing, audio: AudioContent) -> Made<ContentBlock> {
    let mut contents = BlobResourceContents::new(audio.data, "embedded:audio");
    contents.mime_type = Some(audio.mime_type);
    let mut resource = EmbeddedResource::new(contents);
    resource.annotations = audio.annotations;
    Ok(resource.into())
}

pub(crate) fn link_as_text(_: &mut Crossing, link: ResourceLink) -> Made<ContentBlock> {
    let mut text = TextContent::new(format!("{}: {}", link.name, link.uri));
    text.annotations = link.annotations;
    Ok(text.into())
}

pub(crate) fn sampled_audio_as_text(_: &mut Crossing, audio: AudioContent) -> Made<SamplingMessageContent> {
    Ok(TextContent::new(format!("[audio, {}]", audio.mime_type)).into())
}

pub(crate) fn only_block(
    crossing: &mut Crossing,
    blocks: Vec<SamplingMessageContentBlock>,
) -> Made<SamplingMessageContent> {
    let one = <[SamplingMessageContentBlock; 1]>::try_from(blocks);
    let [block] =
        one.map_err(|_| crossing.refused("a message holds exactly one block before revision 2025-11-25"))?;
    Ok(match block {
        SamplingMessageContentBlock::TextContent(block) => block.into(),
        SamplingMessageContentBlock::ImageContent(block) => block.into(),
        SamplingMessageContentBlock::AudioContent(block) => block.into(),
        SamplingMessageContentBlock::ToolUseContent(block) => block.into(),
        SamplingMessageContentBlock::ToolResultContent(block) => block.into(),
        SamplingMessageContentBlock::Unknown(_) => {
            return Err(crossing.refused("the content is of an unknown type"));
        }
    })
}

pub(crate) fn titled_as_legacy(
    _: &mut Crossing,
    field: TitledSingleSelectEnumSchema,
) -> Made<PrimitiveSchemaDefinition> {
    let (values, titles): (Vec<_>, Vec<_>) =
        field.one_of.into_iter().map(|option| (option.r#const, option.title)).unzip();
    let mut legacy = LegacyTitledEnumSchema::new(values);
    legacy.enum_names = Some(titles);
    (legacy.title, legacy.description) = (field.title, field.description);
    Ok(legacy.into())
}

pub(crate) fn untitled_as_legacy(
    _: &mut Crossing,
    field: UntitledSingleSelectEnumSchema,
) -> Made<PrimitiveSchemaDefinition> {
    let mut legacy = LegacyTitledEnumSchema::new(field.r#enum);
    (legacy.title, legacy.description) = (field.title, field.description);
    Ok(legacy.into())
}

pub(crate) fn object_only(_: &mut Crossing, value: Value) -> Made<Option<Object>> {
    Ok(match value {
        Value::Object(object) => Some(object),
        _ => None,
    })
}

pub(crate) fn schema_without_headers<S: Serialize, T: DeserializeOwned>(
    crossing: &mut Crossing,
    schema: S,
) -> Made<Option<T>> {
    same_json(crossing, without_headers(&schema))
}

pub(crate) fn schema_before_dialects<S: Serialize, T: DeserializeOwned>(
    crossing: &mut Crossing,
    schema: S,
) -> Made<Option<T>> {
    same_json(crossing, without_dialect(without_headers(&schema)))
}

pub(crate) fn object_schema<S: Serialize, T: DeserializeOwned>(
    crossing: &mut Crossing,
    schema: S,
) -> Made<Option<T>> {
    let schema = without_headers(&schema);
    if is_object_schema(&schema) { same_json(crossing, schema) } else { Ok(None) }
}

pub(crate) fn object_schema_before_dialects<S: Serialize, T: DeserializeOwned>(
    crossing: &mut Crossing,
    schema: S,
) -> Made<Option<T>> {
    let schema = without_dialect(without_headers(&schema));
    if is_object_schema(&schema) { same_json(crossing, schema) } else { Ok(None) }
}

fn is_object_schema(schema: &Value) -> bool {
    schema.get("type") == Some(&json!("object"))
}

fn without_headers<S: Serialize>(schema: &S) -> Value {
    let mut schema = to_json(schema).unwrap_or_default();
    rewrite_properties(&mut schema);
    // The older schemas type these two; what is of another type there is left out.
    if let Value::Object(members) = &mut schema {
        if members.get("properties").is_some_and(|properties| !properties.is_object()) {
            members.remove("properties");
        }
        let strings =
            |value: &Value| value.as_array().is_some_and(|items| items.iter().all(Value::is_string));
        if members.get("required").is_some_and(|required| !strings(required)) {
            members.remove("required");
        }
    }
    schema
}

/// Objects for boolean property schemas, and no header annotations, through nested properties.
fn rewrite_properties(schema: &mut Value) {
    let Value::Object(members) = schema else { return };
    members.remove("x-mcp-header");
    let Some(Value::Object(properties)) = members.get_mut("properties") else { return };
    for property in properties.values_mut() {
        match property {
            Value::Object(_) => rewrite_properties(property),
            Value::Bool(false) => *property = json!({ "not": {} }),
            _ => *property = json!({}),
        }
    }
}

fn without_dialect(mut schema: Value) -> Value {
    if let Value::Object(members) = &mut schema {
        let draft_07 =
            |dialect: &Value| dialect.as_str().is_some_and(|text| text.trim_end_matches('#') == DRAFT_07);
        if members.get("$schema").is_some_and(|dialect| !draft_07(dialect)) {
            members.remove("$schema");
        }
    }
    schema
}

pub(crate) fn same_json<S: Serialize, T: DeserializeOwned>(_: &mut Crossing, value: S) -> Made<Option<T>> {
    Ok(serde_json::to_value(value).ok().and_then(|value| serde_json::from_value(value).ok()))
}

pub(crate) fn elicitation_id(crossing: &mut Crossing, _: Option<Value>) -> Made<String> {
    let id = crossing.facts().elicitation_id.clone();
    id.ok_or_else(|| crossing.refused("an elicitation by address needs an id from the session"))
}

pub(crate) fn request_id(crossing: &mut Crossing, known: Option<Value>) -> Made<RequestId> {
    let known = known.and_then(|id| serde_json::from_value(id).ok());
    let id = known.or_else(|| crossing.facts().request_id.clone());
    id.ok_or_else(|| crossing.refused("a request needs an id from the session"))
}

pub(crate) fn request_meta(crossing: &mut Crossing, known: Option<Value>) -> Made<RequestMetaObject> {
    let facts = crossing.facts();
    let mut meta = RequestMetaObject::new(facts.client_capabilities.clone(), latest_revision());
    meta.client_info = facts.client_info.clone();
    meta.log_level = facts.log_level;
    if let Some(Value::Object(mut known)) = known {
        let token = known.remove("progressToken");
        meta.progress_token = token.and_then(|token| serde_json::from_value(token).ok());
        // A client of an older revision cannot speak in the latest one's name.
        let is_reserved = |(key, _): &(String, Value)| key.starts_with("io.modelcontextprotocol/");
        let (reserved, own): (Object, Object) = known.into_iter().partition(is_reserved);
        meta.extra = own;
        reserved.keys().for_each(|key| crossing.lost(key));
    }
    Ok(meta)
}

fn latest_revision() -> &'static str {
    crate::REVISIONS.last().copied().unwrap_or_default()
}

pub(crate) fn empty_object<S>(_: &mut Crossing, _: S) -> Made<Option<Object>> {
    Ok(Some(Object::new()))
}

pub(crate) fn plain_sampling(_: &mut Crossing, _: Object) -> Made<Option<ClientCapabilitiesSampling>> {
    Ok(Some(ClientCapabilitiesSampling::default()))
}

pub(crate) fn form_elicitation(_: &mut Crossing, _: Object) -> Made<Option<ClientCapabilitiesElicitation>> {
    Ok(Some(ClientCapabilitiesElicitation {
        form: Some(Object::new()),
        ..ClientCapabilitiesElicitation::default()
    }))
}
