//! Answers in revision 2025-11-25: the latest shapes taken apart and built again from this revision's types.
//!
//! Taking apart names every member, so that a new one does not compile until it has a place here or is left out.

use lockstep_wire::latest;
use lockstep_wire::v2025_11_25::{
    AudioContent, BlobResourceContents, CallToolResult, ContentBlock, EmbeddedResource,
    EmbeddedResourceResource, ImageContent, Implementation, InitializeResult, ResourceLink,
    ServerCapabilities, ServerCapabilitiesTools, TextContent, TextResourceContents, Tool,
};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::contract::Catalog;

use super::{Rendered, Revision};

/// The result of `initialize`.
pub(super) fn opening(catalog: &Catalog, instructions: Option<&str>) -> Rendered {
    let mut server_info = Implementation::new(catalog.name, catalog.version);
    server_info.title = Some(catalog.title.into());
    serde_json::to_vec(&InitializeResult {
        meta: None,
        capabilities: ServerCapabilities {
            tools: Some(ServerCapabilitiesTools { list_changed: None }),
            ..ServerCapabilities::default()
        },
        instructions: instructions.map(ToOwned::to_owned),
        protocol_version: Revision::V2025_11_25.as_str().into(),
        server_info,
    })
}

/// The result of `tools/list`.
pub(super) fn tools(tools: &[latest::Tool]) -> Rendered {
    let tools = tools.iter().map(|tool| self::tool(tool.clone())).collect::<Result<Vec<_>, _>>()?;
    serde_json::to_vec(&json!({ "tools": tools }))
}

/// The result of `tools/call`.
pub(super) fn call_result(result: latest::CallToolResult) -> Rendered {
    let latest::CallToolResult { meta, content, is_error, result_type: _, structured_content } = result;
    let structured_content = match structured_content {
        Some(Value::Object(object)) => Some(object),
        _ => None,
    };
    serde_json::to_vec(&CallToolResult {
        meta: meta.map(|meta| meta.extra).filter(|extra| !extra.is_empty()),
        content: content.into_iter().filter_map(block).collect(),
        is_error,
        structured_content,
    })
}

/// A tool of the list. This revision's types name only some JSON Schema keywords; the others belong to JSON Schema,
/// not to a later revision, and go out as well.
fn tool(tool: latest::Tool) -> Result<Value, serde_json::Error> {
    let latest::Tool { meta, annotations, description, icons, input_schema, name, output_schema, title } =
        tool;
    let input_schema = schema(&input_schema)?;
    let output_schema = output_schema.map(|output| schema(&output)).transpose()?;
    let output_schema = output_schema.filter(|output| output.get("type") == Some(&json!("object")));
    let tool = Tool {
        meta,
        annotations,
        description,
        execution: None,
        icons,
        input_schema: serde_json::from_value(input_schema.clone())?,
        name,
        output_schema: output_schema.clone().map(serde_json::from_value).transpose()?,
        title,
    };
    let mut value = serde_json::to_value(tool)?;
    value["inputSchema"] = input_schema;
    if let Some(output_schema) = output_schema {
        value["outputSchema"] = output_schema;
    }
    Ok(value)
}

/// A schema without the header annotation, and with objects for the boolean schemas of properties.
fn schema(schema: &impl Serialize) -> Result<Value, serde_json::Error> {
    let mut schema = serde_json::to_value(schema)?;
    if let Value::Object(schema) = &mut schema {
        rewrite(schema);
    }
    Ok(schema)
}

fn rewrite(schema: &mut Map<String, Value>) {
    schema.remove("x-mcp-header");
    let Some(Value::Object(properties)) = schema.get_mut("properties") else {
        return;
    };
    for property in properties.values_mut() {
        match property {
            Value::Bool(true) => *property = json!({}),
            Value::Bool(false) => *property = json!({ "not": {} }),
            Value::Object(property) => rewrite(property),
            _ => {}
        }
    }
}

/// A content block; one that no revision knows is left out.
fn block(block: latest::ContentBlock) -> Option<ContentBlock> {
    Some(match block {
        latest::ContentBlock::TextContent(latest::TextContent { meta, annotations, text }) => {
            ContentBlock::TextContent(TextContent { meta, annotations, text })
        }
        latest::ContentBlock::ImageContent(latest::ImageContent { meta, annotations, data, mime_type }) => {
            ContentBlock::ImageContent(ImageContent { meta, annotations, data, mime_type })
        }
        latest::ContentBlock::AudioContent(latest::AudioContent { meta, annotations, data, mime_type }) => {
            ContentBlock::AudioContent(AudioContent { meta, annotations, data, mime_type })
        }
        latest::ContentBlock::ResourceLink(link) => ContentBlock::ResourceLink(resource_link(link)),
        latest::ContentBlock::EmbeddedResource(latest::EmbeddedResource { meta, annotations, resource }) => {
            ContentBlock::EmbeddedResource(EmbeddedResource {
                meta,
                annotations,
                resource: contents(resource),
            })
        }
        latest::ContentBlock::Unknown(_) => return None,
    })
}

fn resource_link(link: latest::ResourceLink) -> ResourceLink {
    let latest::ResourceLink { meta, annotations, description, icons, mime_type, name, size, title, uri } =
        link;
    ResourceLink { meta, annotations, description, icons, mime_type, name, size, title, uri }
}

fn contents(resource: latest::EmbeddedResourceResource) -> EmbeddedResourceResource {
    match resource {
        latest::EmbeddedResourceResource::TextResourceContents(contents) => {
            let latest::TextResourceContents { meta, mime_type, text, uri } = contents;
            EmbeddedResourceResource::TextResourceContents(TextResourceContents {
                meta,
                mime_type,
                text,
                uri,
            })
        }
        latest::EmbeddedResourceResource::BlobResourceContents(contents) => {
            let latest::BlobResourceContents { meta, blob, mime_type, uri } = contents;
            EmbeddedResourceResource::BlobResourceContents(BlobResourceContents {
                meta,
                blob,
                mime_type,
                uri,
            })
        }
    }
}
