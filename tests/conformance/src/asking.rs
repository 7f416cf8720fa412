//! Questions to the client. In the newest revision each of them ends the call, which starts again with the answer.

use lockstep_runtime::contract::{ContentBlocks, Context, Role, SharedError};
use lockstep_runtime::wire::latest::{
    CreateMessageRequestParams, CreateMessageResult, CreateMessageResultContent, ElicitRequestFormParams,
    ElicitRequestFormParamsRequestedSchema, ElicitRequestUrlParams, ElicitResult, ElicitResultAction, Root,
    SamplingMessage, TextContent,
};
use serde_json::{Value, json};

type Answered = Result<ContentBlocks, SharedError>;

/// A form with this schema.
pub(crate) fn form(message: &str, schema: Value) -> Result<ElicitRequestFormParams, String> {
    let schema: ElicitRequestFormParamsRequestedSchema =
        serde_json::from_value(schema).map_err(|error| format!("the form is none: {error}"))?;
    Ok(ElicitRequestFormParams::new(message, schema))
}

/// A form with one required text.
pub(crate) fn text_form(message: &str, name: &str) -> Result<ElicitRequestFormParams, String> {
    let schema =
        json!({ "type": "object", "properties": { name: { "type": "string" } }, "required": [name] });
    form(message, schema)
}

fn one_message(text: &str) -> CreateMessageRequestParams {
    CreateMessageRequestParams::new(100, [SamplingMessage::new(TextContent::new(text), Role::User)])
}

/// What the person did, and what the form holds.
pub(crate) fn elicited(answer: &ElicitResult) -> String {
    let content = json!(answer.content);
    format!("the person chose {}: {content}", json!(answer.action))
}

fn sampled(answer: &CreateMessageResult) -> String {
    match &answer.content {
        CreateMessageResultContent::TextContent(content) => format!("the model said: {}", content.text),
        _ => "the model said something that is no text".to_owned(),
    }
}

fn folders(roots: &[Root]) -> String {
    let uris: Vec<&str> = roots.iter().map(|root| root.uri.as_str()).collect();
    uris.join(", ")
}

pub(crate) async fn sample(context: &Context, key: &str, prompt: &str) -> Answered {
    let answer = context.sample(key, one_message(prompt)).await?;
    Ok(sampled(&answer).into())
}

pub(crate) async fn elicit(context: &Context, key: &str, message: &str, schema: Value) -> Answered {
    let form = form(message, schema).map_err(SharedError::internal)?;
    let answer = context.elicit(key, form).await?;
    Ok(elicited(&answer).into())
}

pub(crate) async fn elicit_text(context: &Context, key: &str, message: &str, name: &str) -> Answered {
    let form = text_form(message, name).map_err(SharedError::internal)?;
    let answer = context.elicit(key, form).await?;
    Ok(elicited(&answer).into())
}

pub(crate) async fn roots(context: &Context, key: &str) -> Answered {
    let roots = context.roots(key).await?;
    Ok(folders(&roots).into())
}

pub(crate) async fn account(context: &Context, message: &str) -> Answered {
    let schema = json!({
        "type": "object",
        "properties": {
            "username": { "type": "string", "description": "Your name" },
            "email": { "type": "string", "description": "Your address" },
        },
        "required": ["username", "email"],
    });
    elicit(context, "account", message, schema).await
}

pub(crate) async fn defaults(context: &Context) -> Answered {
    let schema = json!({
        "type": "object",
        "properties": {
            "name": { "type": "string", "default": "John Doe" },
            "age": { "type": "integer", "default": 30 },
            "score": { "type": "number", "default": 95.5 },
            "status": { "type": "string", "enum": ["active", "inactive", "pending"], "default": "active" },
            "verified": { "type": "boolean", "default": true },
        },
    });
    elicit(context, "defaults", "Look at what is filled in", schema).await
}

pub(crate) async fn choices(context: &Context) -> Answered {
    let plain = json!(["option1", "option2", "option3"]);
    let titled = json!([
        { "const": "value1", "title": "First option" },
        { "const": "value2", "title": "Second option" },
        { "const": "value3", "title": "Third option" },
    ]);
    let schema = json!({
        "type": "object",
        "properties": {
            "untitledSingle": { "type": "string", "enum": plain },
            "titledSingle": { "type": "string", "oneOf": titled },
            "legacyEnum": {
                "type": "string",
                "enum": ["opt1", "opt2", "opt3"],
                "enumNames": ["Option one", "Option two", "Option three"],
            },
            "untitledMulti": { "type": "array", "items": { "type": "string", "enum": plain } },
            "titledMulti": { "type": "array", "items": { "anyOf": titled } },
        },
    });
    elicit(context, "choices", "Choose", schema).await
}

pub(crate) async fn page(context: &Context) -> Answered {
    let request = ElicitRequestUrlParams::new("Confirm on this page", "https://example.com/confirm");
    let answer = context.elicit("page", request).await?;
    Ok(match answer.action {
        ElicitResultAction::Accept => "the person opened the page".into(),
        action => format!("the person chose {}", json!(action)).into(),
    })
}

/// Three questions that do not wait for each other.
pub(crate) async fn together(context: &Context) -> Answered {
    let form = text_form("What is your name?", "name").map_err(SharedError::internal)?;
    let (name, greeting, roots) = tokio::join!(
        context.elicit("user_name", form),
        context.sample("greeting", one_message("Write a short greeting")),
        context.roots("client_roots"),
    );
    Ok(ContentBlocks::new().text(elicited(&name?)).text(sampled(&greeting?)).text(folders(&roots?)))
}

/// The second question stands behind the first answer.
pub(crate) async fn one_after_the_other(context: &Context) -> Answered {
    let first = text_form("Step 1: what is your name?", "name").map_err(SharedError::internal)?;
    let name = context.elicit("step1", first).await?;
    let second =
        text_form("Step 2: what is your favourite colour?", "color").map_err(SharedError::internal)?;
    let colour = context.elicit("step2", second).await?;
    Ok(ContentBlocks::new().text(elicited(&name)).text(elicited(&colour)))
}

/// What was known before the question is known after it, because the answer to the first call carries it.
pub(crate) async fn with_memory(context: &Context) -> Answered {
    let known = context.once("known", || async { "state-ok".to_owned() }).await;
    let form = text_form("Go on?", "confirm").map_err(SharedError::internal)?;
    let answer = context.elicit("confirm", form).await?;
    Ok(format!("{known}; {}", elicited(&answer)).into())
}

/// Only what the client says it can answer.
pub(crate) async fn what_the_client_can(context: &Context) -> Answered {
    let can = context.client_capabilities();
    let name = async {
        match can.elicitation {
            Some(_) => elicit_text(context, "user_name", "What is your name?", "name").await.map(Some),
            None => Ok(None),
        }
    };
    let greeting = async {
        match can.sampling {
            Some(_) => sample(context, "greeting", "Write a short greeting").await.map(Some),
            None => Ok(None),
        }
    };
    let folders = async {
        match can.roots {
            Some(_) => roots(context, "client_roots").await.map(Some),
            None => Ok(None),
        }
    };
    let (name, greeting, folders) = tokio::join!(name, greeting, folders);
    let answers = [name?, greeting?, folders?].into_iter().flatten();
    let done = ContentBlocks::from("asked what can be answered");
    Ok(answers.flat_map(|answer| answer.blocks).fold(done, ContentBlocks::with))
}
