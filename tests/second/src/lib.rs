//! A second catalog on lockstep-runtime: the whole server.
#![forbid(unsafe_code)]

/// The generated contract.
pub mod contract {
    include!(concat!(env!("OUT_DIR"), "/contract.rs"));
}

use contract::prompts::RetellArguments;
use contract::resources::EchoParameters;
use contract::shout::{ShoutArguments, ShoutError, ShoutOutput};
use lockstep_runtime::contract::{
    Completing, Completion, CompletionError, Context, PromptError, PromptMessages, ResourceContents,
    ResourceError, ResourceList,
};
use lockstep_runtime::wire::latest::Resource;

/// One tool, two resources, two prompts.
#[derive(Clone, Copy, Debug)]
pub struct Second;

/// What has an echo, one word a page.
const WORDS: [&str; 3] = ["hello", "hill", "valley"];

impl contract::Resources for Second {
    async fn manual(&self, _context: &Context) -> Result<ResourceContents, ResourceError> {
        Ok(ResourceContents::text("# Be loud\n"))
    }

    async fn echo(
        &self,
        _context: &Context,
        EchoParameters { word }: EchoParameters,
    ) -> Result<ResourceContents, ResourceError> {
        match WORDS.contains(&word.as_str()) {
            true => Ok(ResourceContents::text(format!("{word} {word}"))),
            false => Err(ResourceError::not_found(format!("`{word}` has no echo"))),
        }
    }

    async fn echo_list(
        &self,
        _context: &Context,
        cursor: Option<&str>,
    ) -> Result<ResourceList, ResourceError> {
        let from = cursor.map_or(Some(0), |cursor| cursor.parse().ok());
        let word = from.and_then(|from: usize| Some((from, WORDS.get(from)?)));
        let (from, word) =
            word.ok_or_else(|| ResourceError::invalid_parameter("`cursor` is none of ours"))?;
        let page = ResourceList::new(vec![Resource::new(*word, format!("second://echoes/{word}"))]);
        match from + 1 < WORDS.len() {
            true => Ok(page.with_next_cursor((from + 1).to_string())),
            false => Ok(page),
        }
    }

    async fn echo_complete_word(
        &self,
        _context: &Context,
        completing: Completing,
    ) -> Result<Completion, CompletionError> {
        Ok(Completion::among(&WORDS, &completing.value))
    }

    async fn secret(&self, _context: &Context) -> Result<ResourceContents, ResourceError> {
        Ok(ResourceContents::text("nobody reads this"))
    }
}

impl contract::Prompts for Second {
    async fn retell(
        &self,
        _context: &Context,
        RetellArguments { word }: RetellArguments,
    ) -> Result<PromptMessages, PromptError> {
        Ok(PromptMessages::new().user(format!("Tell of {word}.")))
    }

    async fn retell_complete_word(
        &self,
        _context: &Context,
        completing: Completing,
    ) -> Result<Completion, CompletionError> {
        Ok(Completion::among(&WORDS, &completing.value))
    }
}

impl contract::Tools for Second {
    async fn shout(
        &self,
        _context: &Context,
        ShoutArguments { text }: ShoutArguments,
    ) -> Result<ShoutOutput, ShoutError> {
        if text.trim().is_empty() {
            return Err(ShoutError::nothing_to_say("the text is blank"));
        }
        Ok(ShoutOutput { text: text.to_uppercase() })
    }
}
