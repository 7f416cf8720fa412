//! The tools.

use std::sync::atomic::Ordering;
use std::time::Duration;

use lockstep_runtime::contract::{Content, ContentBlocks, Context, LoggingLevel, SharedError};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, sleep_until};

use crate::contract::test_custom_header::Count;
use crate::contract::*;
use crate::media::{PNG, WAV};
use crate::{Conformance, asking};

/// Between steps that a client watches.
const PAUSE: Duration = Duration::from_millis(50);

/// When a client that was let go is expected again.
const COME_BACK_AFTER: Duration = Duration::from_millis(500);

/// How often a sleeper tells how far it is.
const TELL_EVERY: u32 = 100;

/// Sleeps until the time is over or nobody waits any more.
async fn sleep_and_tell(context: &Context, ms: u32) -> Result<(), SharedError> {
    let start = Instant::now();
    let mut slept = 0;
    while slept < ms {
        slept = slept.saturating_add(TELL_EVERY).min(ms);
        tokio::select! {
            () = context.cancellation.cancelled() => {
                return Err(SharedError::cancelled(format!("woken before {slept} ms")));
            }
            () = sleep_until(start + Duration::from_millis(slept.into())) => {}
        }
        context.progress(slept.into(), Some(ms.into()), None);
    }
    Ok(())
}

impl Tools for Conformance {
    async fn test_simple_text(
        &self,
        _: &Context,
        test_simple_text::TestSimpleTextArguments {}: test_simple_text::TestSimpleTextArguments,
    ) -> Result<ContentBlocks, test_simple_text::TestSimpleTextError> {
        Ok("This is a simple text response for testing.".into())
    }

    async fn test_image_content(
        &self,
        _: &Context,
        test_image_content::TestImageContentArguments {}: test_image_content::TestImageContentArguments,
    ) -> Result<ContentBlocks, test_image_content::TestImageContentError> {
        Ok(ContentBlocks::new().image(&PNG, "image/png"))
    }

    async fn test_audio_content(
        &self,
        _: &Context,
        test_audio_content::TestAudioContentArguments {}: test_audio_content::TestAudioContentArguments,
    ) -> Result<ContentBlocks, test_audio_content::TestAudioContentError> {
        Ok(ContentBlocks::new().audio(&WAV, "audio/wav"))
    }

    async fn test_embedded_resource(
        &self,
        _: &Context,
        test_embedded_resource::TestEmbeddedResourceArguments {}: test_embedded_resource::TestEmbeddedResourceArguments,
    ) -> Result<ContentBlocks, test_embedded_resource::TestEmbeddedResourceError> {
        let content = Content::text("This is an embedded resource content.").with_mime_type("text/plain");
        Ok(ContentBlocks::new().resource("test://embedded-resource", content))
    }

    async fn test_multiple_content_types(
        &self,
        _: &Context,
        test_multiple_content_types::TestMultipleContentTypesArguments {}: test_multiple_content_types::TestMultipleContentTypesArguments,
    ) -> Result<ContentBlocks, test_multiple_content_types::TestMultipleContentTypesError> {
        let content = Content::text(r#"{"test":"data","value":123}"#).with_mime_type("application/json");
        let blocks = ContentBlocks::from("Multiple content types test:").image(&PNG, "image/png");
        Ok(blocks.resource("test://mixed-content-resource", content))
    }

    async fn test_error_handling(
        &self,
        _: &Context,
        test_error_handling::TestErrorHandlingArguments {}: test_error_handling::TestErrorHandlingArguments,
    ) -> Result<ContentBlocks, test_error_handling::TestErrorHandlingError> {
        Err(test_error_handling::TestErrorHandlingError::on_purpose("this tool fails on purpose"))
    }

    async fn test_tool_with_progress(
        &self,
        context: &Context,
        test_tool_with_progress::TestToolWithProgressArguments {}: test_tool_with_progress::TestToolWithProgressArguments,
    ) -> Result<ContentBlocks, test_tool_with_progress::TestToolWithProgressError> {
        for (step, done) in [0.0, 50.0, 100.0].into_iter().enumerate() {
            if step > 0 {
                sleep(PAUSE).await;
            }
            context.progress(done, Some(100.0), Some(&format!("{done} of 100")));
        }
        Ok("three steps".into())
    }

    async fn test_tool_with_logging(
        &self,
        context: &Context,
        test_tool_with_logging::TestToolWithLoggingArguments {}: test_tool_with_logging::TestToolWithLoggingArguments,
    ) -> Result<ContentBlocks, test_tool_with_logging::TestToolWithLoggingError> {
        for (step, text) in ["started", "at work", "done"].into_iter().enumerate() {
            if step > 0 {
                sleep(PAUSE).await;
            }
            context.log(LoggingLevel::Info, Some("test"), text);
        }
        Ok("three messages".into())
    }

    async fn test_sampling(
        &self,
        context: &Context,
        test_sampling::TestSamplingArguments { prompt }: test_sampling::TestSamplingArguments,
    ) -> Result<ContentBlocks, test_sampling::TestSamplingError> {
        Ok(asking::sample(context, "prompt", &prompt).await?)
    }

    async fn test_elicitation(
        &self,
        context: &Context,
        test_elicitation::TestElicitationArguments { message }: test_elicitation::TestElicitationArguments,
    ) -> Result<ContentBlocks, test_elicitation::TestElicitationError> {
        Ok(asking::account(context, &message).await?)
    }

    async fn test_elicitation_sep1034_defaults(
        &self,
        context: &Context,
        test_elicitation_sep1034_defaults::TestElicitationSep1034DefaultsArguments {}: test_elicitation_sep1034_defaults::TestElicitationSep1034DefaultsArguments,
    ) -> Result<ContentBlocks, test_elicitation_sep1034_defaults::TestElicitationSep1034DefaultsError> {
        Ok(asking::defaults(context).await?)
    }

    async fn test_elicitation_sep1330_enums(
        &self,
        context: &Context,
        test_elicitation_sep1330_enums::TestElicitationSep1330EnumsArguments {}: test_elicitation_sep1330_enums::TestElicitationSep1330EnumsArguments,
    ) -> Result<ContentBlocks, test_elicitation_sep1330_enums::TestElicitationSep1330EnumsError> {
        Ok(asking::choices(context).await?)
    }

    async fn test_reconnection(
        &self,
        context: &Context,
        test_reconnection::TestReconnectionArguments {}: test_reconnection::TestReconnectionArguments,
    ) -> Result<ContentBlocks, test_reconnection::TestReconnectionError> {
        context.release_connection(COME_BACK_AFTER);
        sleep(2 * PAUSE).await;
        Ok("the answer waited for its client".into())
    }

    async fn json_schema_2020_12_tool(
        &self,
        _: &Context,
        json_schema_2020_12_tool::JsonSchema202012ToolArguments(arguments): json_schema_2020_12_tool::JsonSchema202012ToolArguments,
    ) -> Result<ContentBlocks, json_schema_2020_12_tool::JsonSchema202012ToolError> {
        Ok(Value::Object(arguments).to_string().into())
    }

    async fn test_missing_capability(
        &self,
        context: &Context,
        test_missing_capability::TestMissingCapabilityArguments {}: test_missing_capability::TestMissingCapabilityArguments,
    ) -> Result<ContentBlocks, test_missing_capability::TestMissingCapabilityError> {
        Ok(asking::sample(context, "question", "Does anybody hear this?").await?)
    }

    async fn test_streaming_elicitation(
        &self,
        context: &Context,
        test_streaming_elicitation::TestStreamingElicitationArguments {}: test_streaming_elicitation::TestStreamingElicitationArguments,
    ) -> Result<ContentBlocks, test_streaming_elicitation::TestStreamingElicitationError> {
        Ok(asking::elicit_text(context, "user_name", "What is your name?", "name").await?)
    }

    async fn test_logging_tool(
        &self,
        context: &Context,
        test_logging_tool::TestLoggingToolArguments {}: test_logging_tool::TestLoggingToolArguments,
    ) -> Result<ContentBlocks, test_logging_tool::TestLoggingToolError> {
        context.log(LoggingLevel::Info, Some("test"), "somebody asked for this");
        Ok("a message for whoever wants it".into())
    }

    async fn test_trigger_tool_change(
        &self,
        context: &Context,
        test_trigger_tool_change::TestTriggerToolChangeArguments {}: test_trigger_tool_change::TestTriggerToolChangeArguments,
    ) -> Result<ContentBlocks, test_trigger_tool_change::TestTriggerToolChangeError> {
        context.changes().tools();
        Ok("told that the tools changed".into())
    }

    async fn test_trigger_prompt_change(
        &self,
        context: &Context,
        test_trigger_prompt_change::TestTriggerPromptChangeArguments {}: test_trigger_prompt_change::TestTriggerPromptChangeArguments,
    ) -> Result<ContentBlocks, test_trigger_prompt_change::TestTriggerPromptChangeError> {
        context.changes().prompts();
        Ok("told that the prompts changed".into())
    }

    async fn test_input_required_result_elicitation(
        &self,
        context: &Context,
        test_input_required_result_elicitation::TestInputRequiredResultElicitationArguments {}: test_input_required_result_elicitation::TestInputRequiredResultElicitationArguments,
    ) -> Result<ContentBlocks, test_input_required_result_elicitation::TestInputRequiredResultElicitationError>
    {
        Ok(asking::elicit_text(context, "user_name", "What is your name?", "name").await?)
    }

    async fn test_input_required_result_sampling(
        &self,
        context: &Context,
        test_input_required_result_sampling::TestInputRequiredResultSamplingArguments {}: test_input_required_result_sampling::TestInputRequiredResultSamplingArguments,
    ) -> Result<ContentBlocks, test_input_required_result_sampling::TestInputRequiredResultSamplingError>
    {
        Ok(asking::sample(context, "capital_question", "What is the capital of France?").await?)
    }

    async fn test_input_required_result_list_roots(
        &self,
        context: &Context,
        test_input_required_result_list_roots::TestInputRequiredResultListRootsArguments {}: test_input_required_result_list_roots::TestInputRequiredResultListRootsArguments,
    ) -> Result<ContentBlocks, test_input_required_result_list_roots::TestInputRequiredResultListRootsError>
    {
        Ok(asking::roots(context, "client_roots").await?)
    }

    async fn test_input_required_result_request_state(
        &self,
        context: &Context,
        test_input_required_result_request_state::TestInputRequiredResultRequestStateArguments {}: test_input_required_result_request_state::TestInputRequiredResultRequestStateArguments,
    ) -> Result<
        ContentBlocks,
        test_input_required_result_request_state::TestInputRequiredResultRequestStateError,
    > {
        Ok(asking::with_memory(context).await?)
    }

    async fn test_input_required_result_multiple_inputs(
        &self,
        context: &Context,
        test_input_required_result_multiple_inputs::TestInputRequiredResultMultipleInputsArguments {}: test_input_required_result_multiple_inputs::TestInputRequiredResultMultipleInputsArguments,
    ) -> Result<
        ContentBlocks,
        test_input_required_result_multiple_inputs::TestInputRequiredResultMultipleInputsError,
    > {
        Ok(asking::together(context).await?)
    }

    async fn test_input_required_result_multi_round(
        &self,
        context: &Context,
        test_input_required_result_multi_round::TestInputRequiredResultMultiRoundArguments {}: test_input_required_result_multi_round::TestInputRequiredResultMultiRoundArguments,
    ) -> Result<ContentBlocks, test_input_required_result_multi_round::TestInputRequiredResultMultiRoundError>
    {
        Ok(asking::one_after_the_other(context).await?)
    }

    async fn test_input_required_result_tampered_state(
        &self,
        context: &Context,
        test_input_required_result_tampered_state::TestInputRequiredResultTamperedStateArguments {}: test_input_required_result_tampered_state::TestInputRequiredResultTamperedStateArguments,
    ) -> Result<
        ContentBlocks,
        test_input_required_result_tampered_state::TestInputRequiredResultTamperedStateError,
    > {
        Ok(asking::with_memory(context).await?)
    }

    async fn test_input_required_result_capabilities(
        &self,
        context: &Context,
        test_input_required_result_capabilities::TestInputRequiredResultCapabilitiesArguments {}: test_input_required_result_capabilities::TestInputRequiredResultCapabilitiesArguments,
    ) -> Result<
        ContentBlocks,
        test_input_required_result_capabilities::TestInputRequiredResultCapabilitiesError,
    > {
        Ok(asking::what_the_client_can(context).await?)
    }

    async fn test_custom_header(
        &self,
        _: &Context,
        test_custom_header::TestCustomHeaderArguments { value, count, flag }: test_custom_header::TestCustomHeaderArguments,
    ) -> Result<ContentBlocks, test_custom_header::TestCustomHeaderError> {
        let count = count.map(Count::get);
        Ok(json!({ "value": value.as_str(), "count": count, "flag": flag }).to_string().into())
    }

    async fn echo(
        &self,
        _: &Context,
        echo::EchoArguments { text }: echo::EchoArguments,
    ) -> Result<ContentBlocks, echo::EchoError> {
        Ok(text.into_inner().into())
    }

    async fn slow(
        &self,
        context: &Context,
        slow::SlowArguments { ms, marker }: slow::SlowArguments,
    ) -> Result<ContentBlocks, slow::SlowError> {
        let marker = match (&marker, &self.markers) {
            (None, _) => None,
            (Some(name), Some((folder, journal))) => {
                Some((folder.join(name.as_str()), journal.begin(name.as_str())))
            }
            (Some(_), None) => return Err(slow::SlowError::no_markers("there is no folder for markers")),
        };
        sleep_and_tell(context, ms.get()).await?;
        if let Some((path, entry)) = marker {
            std::fs::write(path, "done\n")
                .map_err(|error| SharedError::internal(format!("no marker was left: {error}")))?;
            entry.done();
        }
        Ok(format!("slept {ms} ms").into())
    }

    async fn test_update_watched_resource(
        &self,
        context: &Context,
        test_update_watched_resource::TestUpdateWatchedResourceArguments {}: test_update_watched_resource::TestUpdateWatchedResourceArguments,
    ) -> Result<ContentBlocks, test_update_watched_resource::TestUpdateWatchedResourceError> {
        let changes = self.watched.fetch_add(1, Ordering::Relaxed) + 1;
        context.changes().resource("test://watched-resource");
        Ok(format!("changed {changes} times").into())
    }

    async fn test_update_resource(
        &self,
        context: &Context,
        test_update_resource::TestUpdateResourceArguments { uri }: test_update_resource::TestUpdateResourceArguments,
    ) -> Result<ContentBlocks, test_update_resource::TestUpdateResourceError> {
        context.changes().resource(uri.as_str());
        Ok(format!("told that `{uri}` changed").into())
    }

    async fn test_roots(
        &self,
        context: &Context,
        test_roots::TestRootsArguments {}: test_roots::TestRootsArguments,
    ) -> Result<ContentBlocks, test_roots::TestRootsError> {
        Ok(asking::roots(context, "roots").await?)
    }

    async fn test_url_elicitation(
        &self,
        context: &Context,
        test_url_elicitation::TestUrlElicitationArguments {}: test_url_elicitation::TestUrlElicitationArguments,
    ) -> Result<ContentBlocks, test_url_elicitation::TestUrlElicitationError> {
        Ok(asking::page(context).await?)
    }

    async fn test_structured(
        &self,
        _: &Context,
        test_structured::TestStructuredArguments {}: test_structured::TestStructuredArguments,
    ) -> Result<test_structured::TestStructuredOutput, test_structured::TestStructuredError> {
        Ok(test_structured::TestStructuredOutput {
            text: "structured".to_owned(),
            number: 42.try_into()?,
            list: vec![true, false].try_into()?,
        })
    }

    async fn test_resource_link(
        &self,
        _: &Context,
        test_resource_link::TestResourceLinkArguments {}: test_resource_link::TestResourceLinkArguments,
    ) -> Result<ContentBlocks, test_resource_link::TestResourceLinkError> {
        let content =
            Content::text("This is the content of the static text resource.").with_mime_type("text/plain");
        let blocks = ContentBlocks::new().link("static_text", "test://static-text");
        Ok(blocks.resource("test://static-text", content))
    }

    async fn test_panic(
        &self,
        _: &Context,
        test_panic::TestPanicArguments {}: test_panic::TestPanicArguments,
    ) -> Result<ContentBlocks, test_panic::TestPanicError> {
        panic!("this tool panics on purpose")
    }

    async fn test_trace(
        &self,
        context: &Context,
        test_trace::TestTraceArguments {}: test_trace::TestTraceArguments,
    ) -> Result<ContentBlocks, test_trace::TestTraceError> {
        let trace = context.trace().map(|trace| {
json!({ "traceparent": trace.traceparent, "tracestate": trace.tracestate, "baggage": trace.baggage })
});
        Ok(json!({ "trace": trace, "principal": context.principal() }).to_string().into())
    }
}
