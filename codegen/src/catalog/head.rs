//! What the catalog says of the server: `catalog`, `scopes`, and the icons of anything.

use indexmap::IndexMap;
use serde_json::Value;

use super::check::{Check, Map, listed};
use super::keys;
use super::load::Entry;
use super::model::{Catalog, Icon, TokenCaps};
use crate::yaml::Node;

/// The catalog with what its head says, and nothing else.
pub(super) fn head<'n>(check: &mut Check<'n>, trees: &'n [Option<Node>]) -> Catalog {
    check.file = 0;
    let root = trees.first().and_then(Option::as_ref);
    let node = root.and_then(|root| root.get("catalog"));
    let head = node.map(|node| check.map(node, "`catalog`", keys::HEAD));
    let mut name = String::new();
    let mut version = String::new();
    if let Some(head) = &head {
        name = check.required_text(head, "name");
        version = check.required_text(head, "version");
    }
    let mut text = |key: &str| head.as_ref().and_then(|head| check.text(head, key));
    let (title, description, website) = (text("title"), text("description"), text("website"));
    let mut catalog = Catalog {
        files: vec![],
        at: check.spot(node.or(root).map(|node| node.at).unwrap_or_default()),
        title: title.unwrap_or_else(|| name.clone()),
        name,
        version,
        description,
        website,
        icons: vec![],
        tokens: TokenCaps::default(),
        scopes: IndexMap::new(),
        types: IndexMap::new(),
        tools: vec![],
        resources: vec![],
        prompts: vec![],
    };
    let Some(head) = head else { return catalog };
    if let (Some(website), Some(node)) = (&catalog.website, head.node("website"))
        && !website.starts_with("https://")
        && !website.starts_with("http://")
    {
        let hint = "write the whole address, such as `https://example.com`";
        check.push(node.at, format!("`{website}` is no website's address"), hint);
    }
    catalog.icons = icons(check, &head);
    if let Some(node) = head.node("tokens") {
        let caps = check.map(node, "`tokens`", keys::TOKENS);
        let mut cap = |key| {
            let positive = |value: &Value| value.as_u64().filter(|number| *number > 0);
            check.number(&caps, key, "a number of tokens, such as 900", positive)
        };
        catalog.tokens = TokenCaps { tool: cap("tool"), total: cap("total") };
    }
    catalog
}

pub(super) fn scopes<'n>(check: &mut Check<'n>, entries: &[Entry<'n>]) {
    for Entry { file, key, node } in entries {
        check.file = *file;
        if key.text.is_empty() || key.text.contains(|c: char| c.is_whitespace() || c == '"' || c == '\\') {
            let hint = "use letters, digits and signs such as `:`, without blanks: `db:read`";
            check.push(key.at, format!("`{}` cannot be a scope's name", key.text), hint);
        }
        let allows = check.text_of(node, &format!("what `{}` allows", key.text)).unwrap_or_default();
        check.scopes.insert(key.text.clone(), allows);
    }
}

pub(super) fn icons<'n>(check: &mut Check<'n>, of: &Map<'n>) -> Vec<Icon> {
    let nodes = check.list(of, "icons");
    nodes.into_iter().map(|node| icon(check, node)).collect()
}

fn icon<'n>(check: &mut Check<'n>, node: &'n Node) -> Icon {
    let map = check.map(node, "an icon", keys::ICON);
    let src = check.required_text(&map, "src");
    if let Some(node) = map.node("src").filter(|_| !src.is_empty())
        && !src.starts_with("https:")
        && !src.starts_with("data:")
    {
        let hint = "clients load icons from `https:` and `data:` addresses only";
        check.push(node.at, format!("`{src}` cannot be an icon's address"), hint);
    }
    let sizes = check.texts(&map, "sizes");
    for (size, node) in &sizes {
        let number = |text: &str| text.parse::<u32>().is_ok_and(|number| number > 0);
        let measured = size.split_once('x').is_some_and(|(width, height)| number(width) && number(height));
        if !measured && size != "any" {
            check.push(node.at, format!("`{size}` is no size of an icon"), "write `48x48`, or `any`");
        }
    }
    let theme = check.text(&map, "theme");
    if let (Some(theme), Some(node)) = (&theme, map.node("theme")) {
        const THEMES: &[&str] = &["light", "dark"];
        if !THEMES.contains(&theme.as_str()) {
            check.push(node.at, format!("`{theme}` is no theme"), format!("write one of {}", listed(THEMES)));
        }
    }
    Icon {
        src,
        mime_type: mime_type(check, &map),
        sizes: sizes.into_iter().map(|(size, _)| size).collect(),
        theme,
    }
}

pub(super) fn mime_type<'n>(check: &mut Check<'n>, map: &Map<'n>) -> Option<String> {
    let text = check.text(map, "mimeType")?;
    let node = map.node("mimeType")?;
    let valid = |part: &str| !part.is_empty() && !part.contains(char::is_whitespace);
    if !text.split_once('/').is_some_and(|(kind, rest)| valid(kind) && !rest.is_empty()) {
        let hint = "write two parts, such as `text/markdown` or `application/json`";
        check.push(node.at, format!("`{text}` is no media type"), hint);
    }
    Some(text)
}
