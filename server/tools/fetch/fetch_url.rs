//! `fetch_url`: one page or several, in the contract's words.

use std::time::Duration;

use futures_util::future::join_all;
use lockstep_runtime::contract::{Context, ModelledError as _, SharedError};
use lockstep_tools::fetch_url::{
    Extract as ExtractArgument, FetchUrlArguments, FetchUrlError, FetchUrlOutput, Format as FormatArgument,
};
use lockstep_tools::{Page, PageLink, PageProblem};

use super::content::{Content, Extract, Format};
use super::page::{PageRequest, Part};
use super::{Fetch, until};
use crate::egress::TOTAL;
use crate::ground::{Budget, MAX_STRUCTURED_BYTES, Turn};

/// Of a page's part of an answer, what is left to its facts: addresses, title, hash, warnings. In bytes.
const FACTS: usize = 8 << 10;

pub(in super::super) async fn fetch_url(
    fetch: &Fetch,
    context: &Context,
    FetchUrlArguments {
        url,
        urls,
        format,
        extract,
        start_index,
        max_length,
        content_hash,
        max_age_s,
        timeout,
    }: FetchUrlArguments,
) -> Result<FetchUrlOutput, FetchUrlError> {
    let (urls, single) = match (url, urls) {
        (Some(url), None) => (vec![url.into_inner()], true),
        (None, Some(urls)) if !urls.get().is_empty() => {
            (urls.into_inner().into_iter().map(|url| url.into_inner()).collect(), false)
        }
        _ => {
            return Err(
                SharedError::invalid_argument("either `url` or `urls` is needed, and not both").into()
            );
        }
    };
    if !single && (start_index > 0 || content_hash.is_some()) {
        let message = "`start_index` and `content_hash` are for one `url`";
        return Err(SharedError::invalid_argument(message).into());
    }
    let time = Duration::from_secs(u64::from(timeout.get())).min(TOTAL);
    let room = MAX_STRUCTURED_BYTES / urls.len() - FACTS;
    let request = |url, turn: &Turn| PageRequest {
        url,
        format: format_of(format),
        extract: extract_of(extract),
        start: usize::try_from(start_index).unwrap_or(usize::MAX),
        length: max_length.get() as usize,
        // In JSON a line break, a quotation mark or a backslash takes two bytes.
        bytes: room / 2,
        content_hash: content_hash.as_ref().map(|hash| hash.get().to_owned()),
        max_age: Duration::from_secs(u64::from(max_age_s.get())),
        principal: context.principal().map(str::to_owned),
        deadline: until(turn, time),
    };
    let work = async |turn: Turn| {
        let requests: Vec<PageRequest> = urls.into_iter().map(|url| request(url, &turn)).collect();
        let parts = join_all(requests.iter().map(|request| fetch.pages.part(request))).await;
        let mut pages = Vec::new();
        for (PageRequest { url, .. }, part) in requests.into_iter().zip(parts) {
            match part.map_err(FetchUrlError::from) {
                Ok(part) => pages.push(page(url, part, Budget::new(room))),
                Err(error) if single => return Err(error),
                Err(error) => pages.push(problem(url, &error)),
            }
        }
        Ok(pages)
    };
    let pages = fetch.family.run(context, work).await?;
    Ok(FetchUrlOutput { pages, untrusted: true })
}

fn format_of(format: FormatArgument) -> Format {
    match format {
        FormatArgument::Markdown => Format::Markdown,
        FormatArgument::Text => Format::Text,
        FormatArgument::Raw => Format::Raw,
        FormatArgument::Links => Format::Links,
        FormatArgument::Metadata => Format::Metadata,
    }
}

fn extract_of(extract: ExtractArgument) -> Extract {
    match extract {
        ExtractArgument::Article => Extract::Article,
        ExtractArgument::Full => Extract::Full,
    }
}

fn page(url: String, part: Part, mut room: Budget) -> Page {
    let Part { version, text, start, next, total, from_cache } = part;
    let content = &version.content;
    let has_text = !text.is_empty() || total > 0;
    let links: Vec<PageLink> = links(content).take_while(|link| room.take(link)).collect();
    let mut warnings: Vec<String> = content.warnings.iter().map(|&warning| warning.to_owned()).collect();
    if links.len() < content.links.len() {
        warnings.push("links_cut".to_owned());
    }
    Page {
        url,
        final_url: Some(version.final_url.clone()),
        status: Some(i64::from(version.status)),
        content_type: Some(version.content_type.clone()).filter(|name| !name.is_empty()),
        charset: Some(content.charset.clone()).filter(|name| !name.is_empty()),
        title: content.title.clone(),
        byline: content.byline.clone(),
        published: content.published.clone(),
        language: content.language.clone(),
        content: has_text.then_some(text),
        links: Some(links).filter(|links| !links.is_empty()),
        start_index: has_text.then_some(start as u64),
        next_index: next.map(|next| next as u64),
        total_chars: has_text.then_some(total as u64),
        content_hash: Some(version.hash.clone()),
        from_cache: Some(from_cache),
        fetched_at: version.fetched_at.to_string().parse().ok(),
        redirects: Some(version.redirects.clone()).filter(|redirects| !redirects.is_empty()),
        hidden_removed: Some(u64::from(content.hidden_removed)),
        warnings: Some(warnings).filter(|warnings| !warnings.is_empty()),
        error: None,
    }
}

fn links(content: &Content) -> impl Iterator<Item = PageLink> {
    content.links.iter().map(|link| PageLink { url: link.url.clone(), text: link.text.clone() })
}

/// Why one of several pages could not be fetched.
fn problem(url: String, error: &FetchUrlError) -> Page {
    let detail = error.detail();
    let problem = PageProblem {
        code: error.code().to_owned(),
        message: detail.message.clone(),
        retryable: error.retryable(),
        hint: detail.hint.clone().unwrap_or_else(|| error.hint().to_owned()),
    };
    Page {
        url,
        final_url: None,
        status: None,
        content_type: None,
        charset: None,
        title: None,
        byline: None,
        published: None,
        language: None,
        content: None,
        links: None,
        start_index: None,
        next_index: None,
        total_chars: None,
        content_hash: None,
        from_cache: None,
        fetched_at: None,
        redirects: None,
        hidden_removed: None,
        warnings: None,
        error: Some(problem),
    }
}
