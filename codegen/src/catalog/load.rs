//! The files of a catalog: the root, and what it imports.

use indexmap::IndexMap;

use super::check::{Check, listed, nearest};
use super::keys;
use crate::Sources;
use crate::error::Error;
use crate::yaml::{Content, File, Key, Node};

/// Reads `root` and what it imports; a file that is no YAML leaves nothing.
pub(super) fn load(check: &mut Check<'_>, root: &str, files: &Sources) -> Vec<Option<Node>> {
    let Some(text) = files.get(root) else {
        check
            .errors
            .push(Error::file(root, "the file is missing").hint("write it; `docs/catalog.md` says how"));
        return vec![];
    };
    let mut trees = vec![read(check, root, text)];
    let imports = trees[0].as_ref().and_then(|tree| tree.get("imports")).cloned();
    let items = match imports.as_ref().map(|node| (&node.content, node)) {
        Some((Content::List(items), _)) => items.as_slice(),
        Some((_, node)) => {
            check.wrong(node, "`imports`", "a list of files", "write `imports: [tools/some.yaml]`");
            &[]
        }
        None => &[],
    };
    let folder = root.rfind('/').map_or("", |end| &root[..=end]);
    for item in items {
        check.file = 0;
        if let Some(path) = import(check, item, folder, files) {
            let text = files.get(&path).map(String::as_str).unwrap_or_default();
            let tree = read(check, &path, text);
            trees.push(tree);
        }
    }
    trees
}

fn read(check: &mut Check<'_>, path: &str, text: &str) -> Option<Node> {
    check.files.push((path.to_owned(), text.to_owned()));
    let tree = File { name: path, text }.parse(&mut check.errors);
    check.partial |= tree.is_none();
    tree
}

/// The path of a file to import.
fn import(check: &mut Check<'_>, item: &Node, folder: &str, files: &Sources) -> Option<String> {
    let Some(written) = check.text_of(item, "each item of `imports`") else {
        check.partial = true;
        return None;
    };
    let refusal = if written.starts_with('/') || written.contains(':') {
        Some(("is not relative", "write the path from this file's folder, such as `tools/some.yaml`"))
    } else if written.split('/').any(|part| part == "..") {
        Some((
            "leaves this file's folder",
            "move the file below this one's folder, and write its path from there",
        ))
    } else if written.contains('\\') {
        Some(("separates folders with `\\`", "write `/` between folders"))
    } else if written.split('/').any(|part| part.is_empty() || part == ".") {
        Some(("has an empty step", "write the path from this file's folder, such as `tools/some.yaml`"))
    } else {
        None
    };
    if let Some((why, hint)) = refusal {
        check.partial = true;
        check.push(item.at, format!("the path `{written}` {why}"), hint);
        return None;
    }
    let path = format!("{folder}{written}");
    if let Some(index) = check.files.iter().position(|(name, _)| *name == path) {
        let (message, hint) = match index {
            0 => (format!("`{written}` imports itself"), "remove it from `imports`"),
            _ => (format!("`{written}` is imported twice"), "remove one of them"),
        };
        check.push(item.at, message, hint);
        return None;
    }
    if !files.contains_key(&path) {
        check.partial = true;
        let there: Vec<&str> = files
            .keys()
            .filter(|file| !check.files.iter().any(|(known, _)| known == *file))
            .filter_map(|file| file.strip_prefix(folder))
            .filter(|file| file.ends_with(".yaml"))
            .collect();
        let hint = match nearest(&written, &there) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write `{path}`, or remove it from `imports`"),
        };
        check.push(item.at, format!("there is no file `{path}`"), hint);
        return None;
    }
    Some(path)
}

/// An entry of a section, and the file it stands in.
#[derive(Clone, Copy)]
pub(super) struct Entry<'n> {
    pub(super) file: usize,
    pub(super) key: &'n Key,
    pub(super) node: &'n Node,
}

/// The sections of all files together.
#[derive(Default)]
pub(super) struct Sections<'n> {
    pub(super) scopes: Vec<Entry<'n>>,
    pub(super) types: Vec<Entry<'n>>,
    pub(super) errors: Vec<Entry<'n>>,
    pub(super) tools: Vec<Entry<'n>>,
    pub(super) resources: Vec<Entry<'n>>,
    pub(super) prompts: Vec<Entry<'n>>,
}

pub(super) fn sections<'n>(check: &mut Check<'n>, trees: &'n [Option<Node>]) -> Sections<'n> {
    let mut sections: IndexMap<&str, Vec<Entry<'n>>> = IndexMap::new();
    let mut empty = true;
    for (file, tree) in trees.iter().enumerate() {
        let Some(tree) = tree else { continue };
        check.file = file;
        let (of, known) = match file {
            0 => ("the catalog", keys::ROOT),
            _ => ("an imported file", keys::IMPORTED),
        };
        let mut map = check.open(tree, of);
        check.only(&mut map, known, |key, _| match (file, key) {
            (0, _) => None,
            (_, "catalog") => Some((
                "an imported file has no `catalog`".to_owned(),
                "remove it: the file that imports this one says what the server is".to_owned(),
            )),
            (_, "imports") => Some((
                "an imported file imports nothing".to_owned(),
                "list the file in the `imports` of the first file".to_owned(),
            )),
            _ => None,
        });
        if file == 0 {
            check.missing(&map, "catalog", "add `catalog: { name: my-server, version: 0.1.0 }`");
        }
        empty &= !["tools", "resources", "prompts"].iter().any(|key| map.has(key));
        for name in keys::IMPORTED {
            for (key, node) in check.entries(&map, name) {
                let known = sections.entry(name).or_default();
                match known.iter().find(|known| known.key.text == key.text) {
                    Some(first) => {
                        let place =
                            check.files.get(first.file).map(|(name, _)| name.as_str()).unwrap_or_default();
                        let hint = format!("the first one is in {place} on line {}", first.key.at.line);
                        check.push(key.at, format!("`{}` stands twice in `{name}`", key.text), hint);
                    }
                    None => known.push(Entry { file, key, node }),
                }
            }
        }
    }
    check.file = 0;
    if let (true, false, Some(Some(tree))) = (empty, check.partial, trees.first()) {
        let offers = listed(&["tools", "resources", "prompts"]);
        check.push(tree.at, "the catalog has no `tools`", format!("add at least one of {offers}"));
    }
    let mut take = |name: &str| sections.shift_remove(name).unwrap_or_default();
    Sections {
        scopes: take("scopes"),
        types: take("types"),
        errors: take("errors"),
        tools: take("tools"),
        resources: take("resources"),
        prompts: take("prompts"),
    }
}
