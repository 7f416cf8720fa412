//! Counts tokens as OpenAI's o200k vocabulary has them, which the package carries. Other models' vocabularies differ,
//! mostly by less than a fifth: the numbers are estimates.

use std::sync::LazyLock;

use bpe_openai::Tokenizer;

static TOKENIZER: LazyLock<&'static Tokenizer> = LazyLock::new(bpe_openai::o200k_base);

/// The tokens of `text`.
pub(crate) fn count(text: &str) -> u64 {
    TOKENIZER.count(text) as u64
}
