//! A second catalog of ten lines on lockstep-runtime: the whole server.
#![forbid(unsafe_code)]

/// The generated contract.
pub mod contract {
    include!(concat!(env!("OUT_DIR"), "/contract.rs"));
}

use contract::shout::{ShoutArguments, ShoutError, ShoutOutput};
use lockstep_runtime::contract::Context;

/// The one tool there is.
#[derive(Clone, Copy, Debug)]
pub struct Second;

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
