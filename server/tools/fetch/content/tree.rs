//! HTML becomes a tree of bounded depth, within a bounded time.
//!
//! The parser takes time that grows with the square of the nesting, and whatever walks a tree by calling itself takes
//! stack. So the depth is watched while the tree grows, not afterwards.

use std::borrow::Cow;
use std::cell::{Cell, Ref};
use std::time::Instant;

use dom_query::{Document, NodeId, NodeRef};
use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink as _};
use html5ever::tokenizer::TokenizerOpts;
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{Attribute, ParseOpts, QualName, parse_document};

/// Elements inside each other.
pub(super) const MAX_DEPTH: usize = 256;
/// Lists and quotations inside each other: each indents all of its lines.
const MAX_INDENTS: usize = 24;
/// How much the parser is given at once; depth and time are looked at in between.
const STEP: usize = 4 << 10;

/// Why there is no tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoTree {
    /// Elements are nested too deeply.
    TooDeep,
    /// The time is over.
    TooSlow,
}

/// Parses `html` until `deadline`.
pub(super) fn parse(html: &str, deadline: Instant) -> Result<Document, NoTree> {
    let options = ParseOpts {
        tokenizer: TokenizerOpts::default(),
        tree_builder: TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() },
    };
    let mut parser = parse_document(Bounded::default(), options);
    let mut rest = html;
    while !rest.is_empty() {
        let (step, after) = rest.split_at(rest.ceil_char_boundary(STEP));
        parser.process(StrTendril::from(step));
        if parser.tokenizer.sink.sink.too_deep.get() {
            return Err(NoTree::TooDeep);
        }
        if Instant::now() >= deadline {
            return Err(NoTree::TooSlow);
        }
        rest = after;
    }
    let document = parser.finish();
    // What misnested tags moved about is measured once more.
    if is_bounded(&document) { Ok(document) } else { Err(NoTree::TooDeep) }
}

fn is_bounded(document: &Document) -> bool {
    let mut open: Vec<(NodeRef<'_>, usize, usize)> = vec![(document.root(), 0, 0)];
    while let Some((node, depth, indents)) = open.pop() {
        let indented = node.has_name("ul") || node.has_name("ol") || node.has_name("blockquote");
        let indents = indents + usize::from(indented);
        if depth > MAX_DEPTH || indents > MAX_INDENTS {
            return false;
        }
        open.extend(node.children_it(false).map(|child| (child, depth + 1, indents)));
    }
    true
}

/// A tree that notices when it grows too deep; everything else is the library's.
#[derive(Default)]
struct Bounded {
    tree: Document,
    too_deep: Cell<bool>,
}

impl Bounded {
    fn look(&self, parent: &NodeId) {
        let above = self.tree.tree.ancestor_ids_of_it(parent, Some(MAX_DEPTH + 1)).count();
        if above >= MAX_DEPTH {
            self.too_deep.set(true);
        }
    }
}

impl TreeSink for Bounded {
    type Handle = NodeId;
    type Output = Document;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Document {
        self.tree
    }

    // Broken pages have one for every other tag, and nobody reads them.
    fn parse_error(&self, _message: Cow<'static, str>) {}

    fn get_document(&self) -> NodeId {
        self.tree.get_document()
    }

    fn elem_name<'a>(&'a self, target: &'a NodeId) -> Ref<'a, QualName> {
        self.tree.elem_name(target)
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, flags: ElementFlags) -> NodeId {
        self.tree.create_element(name, attributes, flags)
    }

    fn create_comment(&self, text: StrTendril) -> NodeId {
        self.tree.create_comment(text)
    }

    fn create_pi(&self, target: StrTendril, data: StrTendril) -> NodeId {
        self.tree.create_pi(target, data)
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        self.look(parent);
        self.tree.append(parent, child);
    }

    fn append_based_on_parent_node(&self, element: &NodeId, previous: &NodeId, child: NodeOrText<NodeId>) {
        self.look(element);
        self.tree.append_based_on_parent_node(element, previous, child);
    }

    fn append_doctype_to_document(&self, name: StrTendril, public_id: StrTendril, system_id: StrTendril) {
        self.tree.append_doctype_to_document(name, public_id, system_id);
    }

    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        self.tree.get_template_contents(target)
    }

    fn same_node(&self, one: &NodeId, other: &NodeId) -> bool {
        self.tree.same_node(one, other)
    }

    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.tree.set_quirks_mode(mode);
    }

    fn append_before_sibling(&self, sibling: &NodeId, child: NodeOrText<NodeId>) {
        self.look(sibling);
        self.tree.append_before_sibling(sibling, child);
    }

    fn add_attrs_if_missing(&self, target: &NodeId, attributes: Vec<Attribute>) {
        self.tree.add_attrs_if_missing(target, attributes);
    }

    fn remove_from_parent(&self, target: &NodeId) {
        self.tree.remove_from_parent(target);
    }

    fn reparent_children(&self, node: &NodeId, parent: &NodeId) {
        self.tree.reparent_children(node, parent);
    }

    fn is_mathml_annotation_xml_integration_point(&self, node: &NodeId) -> bool {
        self.tree.is_mathml_annotation_xml_integration_point(node)
    }
}
