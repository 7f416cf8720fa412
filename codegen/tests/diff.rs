//! What is said to have changed between revisions is what the specification's own changes are.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod sources;

use lockstep_codegen::{Change, ChangeKind, diff};

use sources::sources;

fn between(older: &str, newer: &str) -> Vec<Change> {
    diff(&sources(), older, newer).unwrap()
}

/// Of what happened to fields from `older` to `newer`, all that is said of the types in `expected` is there, and for
/// these types nothing else.
#[track_caller]
fn fields(older: &str, newer: &str, expected: &[&str]) {
    let changes = between(older, newer);
    let of = |line: &str| line[1..].split(['.', '`']).next().unwrap().to_owned();
    let types: Vec<String> = expected.iter().map(|line| of(line)).collect();
    let found: Vec<String> = changes
        .iter()
        .filter(|change| change.kind.subject() == "fields" && types.contains(&change.ty))
        .map(Change::to_string)
        .collect();
    for line in expected {
        assert!(found.iter().any(|found| found == line), "missing: {line}\nin:\n{}", found.join("\n"));
    }
    for line in &found {
        assert!(expected.contains(&line.as_str()), "not expected: {line}");
    }
}

/// The names of all changes of one kind.
fn named(changes: &[Change], kind: ChangeKind) -> Vec<&str> {
    changes.iter().filter(|change| change.kind == kind).map(|change| change.ty.as_str()).collect()
}

#[test]
fn from_2024_11_05_to_2025_03_26() {
    let changes = between("2024-11-05", "2025-03-26");
    assert_eq!(
        named(&changes, ChangeKind::TypeAdded),
        ["Annotations", "AudioContent", "JSONRPCBatchRequest", "JSONRPCBatchResponse", "ToolAnnotations"]
    );
    assert_eq!(named(&changes, ChangeKind::TypeRemoved), ["Annotated"]);
    // `annotations` got a named type and stayed what it was: no change.
    let rest: Vec<String> = changes[6..].iter().map(Change::to_string).collect();
    assert_eq!(
        rest,
        [
            "`CallToolResult.content[]` widened: also `AudioContent`",
            "`CreateMessageResult.content` widened: also `AudioContent`",
            "`JSONRPCMessage` widened: also `array<JSONRPCRequest | JSONRPCNotification>`, `array<JSONRPCResponse | JSONRPCError>`",
            "`ProgressNotification.params.message` added: optional `string`",
            "`PromptMessage.content` widened: also `AudioContent`",
            "`SamplingMessage.content` widened: also `AudioContent`",
            "`ServerCapabilities.completions` added: optional `object`",
            "`Tool.annotations` added: optional `ToolAnnotations`",
        ]
    );
}

#[test]
fn from_2025_03_26_to_2025_06_18() {
    let changes = between("2025-03-26", "2025-06-18");
    assert_eq!(named(&changes, ChangeKind::MethodAdded), ["ElicitRequest"]);
    assert_eq!(named(&changes, ChangeKind::TypeRemoved), ["JSONRPCBatchRequest", "JSONRPCBatchResponse"]);
    assert_eq!(named(&changes, ChangeKind::TypeRenamed), ["ResourceTemplateReference"]);
    fields(
        "2025-03-26",
        "2025-06-18",
        &[
            "`Annotations.lastModified` added: optional `string`",
            "`CallToolResult.structuredContent` added: optional `object`",
            "`CallToolResult.content[]` widened: also `ResourceLink`",
            "`ClientCapabilities.elicitation` added: optional `object`",
            "`ClientResult` widened: also `ElicitResult`",
            "`CompleteRequest.params.context` added: optional `{arguments?}`",
            "`Implementation.title` added: optional `string`",
            "`JSONRPCMessage` narrowed: no longer `array<JSONRPCRequest | JSONRPCNotification>`, `array<JSONRPCResponse | JSONRPCError>`",
            "`PromptMessage.content` widened: also `ResourceLink`",
            "`PromptReference.title` added: optional `string`",
            "`Resource._meta` added: optional `object`",
            "`Resource.title` added: optional `string`",
            "`Root._meta` added: optional `object`",
            "`ServerRequest` widened: also `ElicitRequest`",
            "`Tool._meta` added: optional `object`",
            "`Tool.outputSchema` added: optional `{properties?, required?, type: \"object\"}`",
            "`Tool.title` added: optional `string`",
        ],
    );
}

#[test]
fn from_2025_06_18_to_2025_11_25() {
    let changes = between("2025-06-18", "2025-11-25");
    assert_eq!(named(&changes, ChangeKind::TypeRemoved), [""; 0]);
    assert_eq!(
        named(&changes, ChangeKind::TypeRenamed),
        ["JSONRPCErrorResponse", "JSONRPCResultResponse", "LegacyTitledEnumSchema"]
    );
    assert_eq!(
        named(&changes, ChangeKind::MethodAdded),
        [
            "ElicitationCompleteNotification",
            "TaskStatusNotification",
            "CancelTaskRequest",
            "GetTaskRequest",
            "ListTasksRequest",
            "GetTaskPayloadRequest",
        ]
    );
    fields(
        "2025-06-18",
        "2025-11-25",
        &[
            "`CallToolRequest.params.task` added: optional `TaskMetadata`",
            "`CancelledNotification.params.requestId` made optional: `RequestId`",
            "`ClientCapabilities.tasks` added: optional `{cancel?, list?, requests?{elicitation?{create?}, sampling?{createMessage?}}}`",
            "`ClientCapabilities.elicitation.form` added: optional `object`",
            "`ClientCapabilities.elicitation.url` added: optional `object`",
            "`ClientCapabilities.sampling.context` added: optional `object`",
            "`ClientCapabilities.sampling.tools` added: optional `object`",
            "`CreateMessageRequest.params.task` added: optional `TaskMetadata`",
            "`CreateMessageRequest.params.toolChoice` added: optional `ToolChoice`",
            "`CreateMessageRequest.params.tools` added: optional `array<Tool>`",
            "`CreateMessageResult.content` widened: also `ToolUseContent`, `ToolResultContent`, `array<SamplingMessageContentBlock>`",
            "`ElicitRequest.params` widened: also `ElicitRequestURLParams`",
            "`ElicitRequest.params.mode` added: optional `\"form\"`",
            "`ElicitRequest.params.task` added: optional `TaskMetadata`",
            "`ElicitRequest.params.requestedSchema.$schema` added: optional `string`",
            "`ElicitResult.content.{}` widened: also `array<string>`",
            "`Implementation.description` added: optional `string`",
            "`Implementation.icons` added: optional `array<Icon>`",
            "`Implementation.websiteUrl` added: optional `string`",
            "`JSONRPCErrorResponse.id` made optional: `RequestId`",
            "`LegacyTitledEnumSchema.default` added: optional `string`",
            "`NumberSchema.default` added: optional `number`",
            "`SamplingMessage._meta` added: optional `object`",
            "`SamplingMessage.content` widened: also `ToolUseContent`, `ToolResultContent`, `array<SamplingMessageContentBlock>`",
            "`Tool.execution` added: optional `ToolExecution`",
            "`Tool.icons` added: optional `array<Icon>`",
            "`Tool.inputSchema.$schema` added: optional `string`",
            "`Tool.outputSchema.$schema` added: optional `string`",
        ],
    );
    // Envelopes and parameters that are spelled out now say nothing new.
    for respelled in
        ["ListToolsRequest", "GetPromptRequest", "InitializeRequest", "ProgressNotification", "PingRequest"]
    {
        assert!(!changes.iter().any(|change| change.ty == respelled), "{respelled} is said to have changed");
    }
}

#[test]
fn from_2025_11_25_to_2026_07_28() {
    let changes = between("2025-11-25", "2026-07-28");
    assert_eq!(named(&changes, ChangeKind::TypeRenamed), [""; 0]);
    assert_eq!(
        named(&changes, ChangeKind::MethodAdded),
        ["SubscriptionsAcknowledgedNotification", "DiscoverRequest", "SubscriptionsListenRequest"]
    );
    assert_eq!(
        named(&changes, ChangeKind::MethodChanged),
        ["ElicitRequest", "ProgressNotification", "ListRootsRequest", "CreateMessageRequest"]
    );
    assert_eq!(named(&changes, ChangeKind::MethodRemoved).len(), 13);
    fields(
        "2025-11-25",
        "2026-07-28",
        &[
            "`CallToolRequestParams.inputResponses` added: optional `InputResponses`",
            "`CallToolRequestParams.requestState` added: optional `string`",
            "`CallToolRequestParams.task` removed: was optional `TaskMetadata`",
            "`CallToolRequestParams._meta` made required: `RequestMetaObject`",
            "`CallToolRequestParams._meta.io.modelcontextprotocol/clientCapabilities` added: required `ClientCapabilities`",
            "`CallToolRequestParams._meta.io.modelcontextprotocol/clientInfo` added: optional `Implementation`",
            "`CallToolRequestParams._meta.io.modelcontextprotocol/logLevel` added: optional `LoggingLevel`",
            "`CallToolRequestParams._meta.io.modelcontextprotocol/protocolVersion` added: required `string`",
            "`CallToolResult.resultType` added: required `string`",
            "`CallToolResult._meta.io.modelcontextprotocol/serverInfo` added: optional `Implementation`",
            "`CallToolResult.structuredContent` widened: `object` is `any` now",
            "`CancelledNotificationParams._meta.io.modelcontextprotocol/subscriptionId` added: optional `RequestId`",
            "`CancelledNotificationParams.requestId` made required: `RequestId`",
            "`ClientCapabilities.extensions` added: optional `map<JSONObject>`",
            "`ClientCapabilities.tasks` removed: was optional `{cancel?, list?, requests?{elicitation?{create?}, sampling?{createMessage?}}}`",
            "`ClientCapabilities.roots.listChanged` removed: was optional `boolean`",
            "`ClientNotification` narrowed: no longer `InitializedNotification`, `ProgressNotification`, `TaskStatusNotification`, `RootsListChangedNotification`",
            "`ElicitRequest.id` removed: was required `RequestId`",
            "`ElicitRequest.jsonrpc` removed: was required `\"2.0\"`",
            "`ElicitRequestURLParams._meta` removed: was optional `{progressToken?}`",
            "`ElicitRequestURLParams.elicitationId` removed: was required `string`",
            "`ElicitRequestURLParams.task` removed: was optional `TaskMetadata`",
            "`ListRootsResult._meta` removed: was optional `object`",
            "`ListToolsRequest.params` made required: `PaginatedRequestParams`",
            "`ListToolsResult.cacheScope` added: required `\"private\" | \"public\"`",
            "`ListToolsResult.resultType` added: required `string`",
            "`ListToolsResult.ttlMs` added: required `integer >= 0`",
            "`ListToolsResult._meta.io.modelcontextprotocol/serverInfo` added: optional `Implementation`",
            "`ServerCapabilities.extensions` added: optional `map<JSONObject>`",
            "`ServerCapabilities.tasks` removed: was optional `{cancel?, list?, requests?{tools?{call?}}}`",
            "`Tool.execution` removed: was optional `ToolExecution`",
            "`Tool.inputSchema.properties` removed: was optional `map<object>`; the object takes any member",
            "`Tool.inputSchema.required` removed: was optional `array<string>`; the object takes any member",
            "`Tool.outputSchema.properties` removed: was optional `map<object>`; the object takes any member",
            "`Tool.outputSchema.required` removed: was optional `array<string>`; the object takes any member",
            "`Tool.outputSchema.type` removed: was required `\"object\"`; the object takes any member",
        ],
    );
    let values = "`CompleteResult.completion.values` narrowed: at most 100 items";
    assert!(changes.iter().any(|change| change.to_string() == values));
}

#[test]
fn a_revision_is_the_same_as_itself() {
    for revision in ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"] {
        assert_eq!(between(revision, revision), []);
    }
}

#[test]
fn a_revision_that_is_not_there_is_an_error() {
    let errors = diff(&sources(), "2025-11-25", "2025-11-26").unwrap_err().to_string();
    assert!(errors.contains("there is no revision `2025-11-26`") && errors.contains("hint: "), "{errors}");
}
