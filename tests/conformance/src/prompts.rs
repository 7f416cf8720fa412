//! The prompts that the catalog does not write out.

use lockstep_runtime::contract::{
    Completing, Completion, CompletionError, Content, Context, PromptError, PromptMessages,
};

use crate::Conformance;
use crate::asking::{elicited, text_form};
use crate::contract::Prompts;
use crate::contract::prompts::{
    TestInputRequiredResultPromptArguments, TestPromptWithEmbeddedResourceArguments,
    TestPromptWithImageArguments,
};
use crate::media::PNG;

impl Prompts for Conformance {
    async fn test_prompt_with_arguments_complete_arg1(
        &self,
        _: &Context,
        completing: Completing,
    ) -> Result<Completion, CompletionError> {
        Ok(Completion::among(&["paris", "park", "party", "test", "testing"], &completing.value))
    }

    /// Depends on the other argument, where that is known.
    async fn test_prompt_with_arguments_complete_arg2(
        &self,
        _: &Context,
        Completing { value, context, .. }: Completing,
    ) -> Result<Completion, CompletionError> {
        let first = context.get("arg1").map_or("nothing", String::as_str);
        Ok(Completion::among(&[&format!("{first}-one"), &format!("{first}-two")], &value))
    }

    async fn test_prompt_with_embedded_resource(
        &self,
        _: &Context,
        TestPromptWithEmbeddedResourceArguments { resource_uri }: TestPromptWithEmbeddedResourceArguments,
    ) -> Result<PromptMessages, PromptError> {
        let content = Content::text("Embedded resource content for testing.").with_mime_type("text/plain");
        let messages = PromptMessages::new().resource(resource_uri.as_str(), content);
        Ok(messages.user("Please process the embedded resource above."))
    }

    async fn test_prompt_with_image(
        &self,
        _: &Context,
        TestPromptWithImageArguments {}: TestPromptWithImageArguments,
    ) -> Result<PromptMessages, PromptError> {
        let messages = PromptMessages::new().image(&PNG, "image/png");
        Ok(messages.user("Please analyze the image above."))
    }

    async fn test_input_required_result_prompt(
        &self,
        context: &Context,
        TestInputRequiredResultPromptArguments {}: TestInputRequiredResultPromptArguments,
    ) -> Result<PromptMessages, PromptError> {
        let form = text_form("What is the prompt about?", "context").map_err(PromptError::internal)?;
        let answer = context.elicit("user_context", form).await?;
        Ok(PromptMessages::new().user(elicited(&answer)))
    }
}
