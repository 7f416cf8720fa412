//! HTML: its links made whole, its hidden parts removed, then its main text or all of it.

use std::collections::BTreeSet;
use std::time::Instant;

use dom_query::{Document, NodeRef};
use dom_smoothie::{Config, Readability, TextMode};
use url::Url;

use super::tree::{NoTree, parse};
use super::{Content, Extract, Format, Link, hidden, short};

/// Elements of a page that its main text is looked for in.
const MAX_ELEMENTS: usize = 50_000;
/// Links that are listed.
const MAX_LINKS: usize = 1_000;
/// Longest text of a link, in characters.
const MAX_LINK_CHARS: usize = 200;

/// Reads a page, on a thread that may take until `deadline`.
pub(super) fn read(
    html: &str,
    url: &Url,
    format: Format,
    extract: Extract,
    deadline: Instant,
) -> Result<Content, NoTree> {
    let document = parse(html, deadline)?;
    let mut content = Content { language: language(&document), ..Content::default() };
    let base = document.base_uri().and_then(|base| url.join(&base).ok()).unwrap_or_else(|| url.clone());
    if format == Format::Markdown {
        resolve_addresses(&document, &base);
    }
    let settings = |text_mode| Config {
        max_elements_to_parse: MAX_ELEMENTS,
        // Its reader of JSON is not one for hostile input.
        disable_json_ld: true,
        // The language of a listing is told by a class.
        keep_classes: true,
        text_mode,
        ..Config::default()
    };
    let mode = if format == Format::Markdown { TextMode::Markdown } else { TextMode::Formatted };
    let reader = Readability::with_document(document, Some(url.as_str()), Some(settings(mode)));
    let mut reader = reader.map_err(|_| NoTree::TooDeep)?;
    let facts = reader.get_article_metadata(None);
    content.title = Some(facts.title);
    content.byline = facts.byline;
    content.published = facts.published_time.or(facts.modified_time);
    content.language = facts.lang.or(content.language);
    if format == Format::Raw {
        html.clone_into(&mut content.text);
        return Ok(content);
    }
    content.hidden_removed = hidden::remove(&reader.doc);
    if Instant::now() >= deadline {
        return Err(NoTree::TooSlow);
    }
    match format {
        Format::Links => {
            let (links, cut) = links(&reader.doc, &base);
            content.links = links;
            if cut {
                content.warnings.push("links_cut");
            }
        }
        Format::Metadata | Format::Raw => {}
        Format::Markdown | Format::Text => {
            let all = reader.doc.clone();
            let article = (extract == Extract::Article).then(|| reader.parse().ok()).flatten();
            if let Some(article) = article.filter(|article| !article.text_content.trim().is_empty()) {
                content.byline = article.byline.or(content.byline);
                content.text = article.text_content.to_string();
            } else {
                content.text = everything(&all, format);
                if extract == Extract::Article {
                    content.warnings.push("no_article");
                }
            }
        }
    }
    Ok(content)
}

fn everything(document: &Document, format: Format) -> String {
    let Some(body) = document.body() else { return document.text().to_string() };
    if format == Format::Markdown { body.md(None).to_string() } else { body.formatted_text().to_string() }
}

fn language(document: &Document) -> Option<String> {
    document.html_root().attr("lang").map(|language| language.to_string())
}

/// Makes addresses whole; those that lead nowhere, such as scripts and data, go.
fn resolve_addresses(document: &Document, base: &Url) {
    let mut open = vec![document.root()];
    while let Some(node) = open.pop() {
        if node.has_name("a") {
            resolve(&node, "href", base);
        } else if node.has_name("img") {
            resolve(&node, "src", base);
            node.remove_attrs(&["srcset", "data-src", "data-srcset"]);
        }
        open.extend(node.children_it(false));
    }
}

fn resolve(node: &NodeRef<'_>, attribute: &str, base: &Url) {
    let Some(value) = node.attr(attribute) else { return };
    match web_address(&value, base) {
        Some(url) => node.set_attr(attribute, url.as_str()),
        None => node.remove_attr(attribute),
    }
}

fn web_address(value: &str, base: &Url) -> Option<Url> {
    let url = base.join(value.trim()).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.as_str().len() <= crate::egress::MAX_URL_BYTES)
        .then_some(url)
}

/// Each address once, in the order of the page.
fn links(document: &Document, base: &Url) -> (Vec<Link>, bool) {
    let (mut links, mut seen) = (Vec::new(), BTreeSet::new());
    for node in document.root().descendants_it().filter(|node| node.has_name("a")) {
        let Some(mut url) = node.attr("href").and_then(|href| web_address(&href, base)) else { continue };
        url.set_fragment(None);
        let url = String::from(url);
        if !seen.insert(url.clone()) {
            continue;
        }
        if links.len() == MAX_LINKS {
            return (links, true);
        }
        links.push(Link { url, text: short(&node.text()).chars().take(MAX_LINK_CHARS).collect() });
    }
    (links, false)
}
