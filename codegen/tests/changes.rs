//! Changes of the catalog: each kind from one pair of small catalogs, and whether it breaks callers.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use lockstep_codegen::{Catalog, CatalogChange, Sources};

const OLD: &str = "\
catalog: { name: small, version: 1.0.0 }
scopes: { a:read: Read, b:read: Read more }
types:
  Item:
    type: object
    properties:
      id: { type: integer, minimum: 1 }
      tag: { type: string }
    required: [id]
tools:
  find:
    title: Find
    description: Find things.
    annotations: { readOnly: true, destructive: false, openWorld: false }
    policy: { scopes: [a:read, b:read], timeout: 5s, rate: 60/min, output: 1MiB }
    input:
      properties:
        text: { type: string, minLength: 1, maxLength: 10 }
        kind: { enum: [small, large], default: small }
        limit: { type: integer, minimum: 1, maximum: 100, default: 10 }
      required: [text]
    output:
      properties:
        items: { type: array, items: { $ref: \"#/types/Item\" }, maxItems: 5 }
        state: { enum: [done, partial] }
        note: { type: string }
      required: [items, state]
    errors:
      gone: { hint: Look elsewhere. }
    aliases:
      search: { query: text }
resources:
  page: { uri: \"pages:///{name}\", title: Page, description: A page., mimeType: text/plain, subscribe: true }
prompts:
  ask:
    title: Ask
    description: Ask.
    arguments: { about: { maxLength: 20 }, tone: { enum: [kind, plain], default: kind } }
    messages: [{ user: \"Ask about {{about}} in a {{tone}} way.\" }]
";

fn catalog(yaml: &str) -> Catalog {
    let files = Sources::from([("tools.yaml".to_owned(), yaml.to_owned())]);
    Catalog::parse("tools.yaml", &files).unwrap_or_else(|errors| panic!("{errors}"))
}

fn shown(change: &CatalogChange) -> String {
    let kind = serde_json::to_value(change.kind).unwrap();
    let breaks = if change.breaking { "breaks" } else { "fine" };
    let at = change.at.as_deref().unwrap_or("-");
    format!("{breaks} {} {at} {}", kind.as_str().unwrap(), change.text)
}

/// `from` becomes `to`, and that is said so; the way back is said as `back`.
#[track_caller]
fn changes(from: &str, to: &str, there: &[&str], back: &[&str]) {
    assert!(OLD.contains(from), "`{from}` is not in the catalog");
    let (old, new) = (catalog(OLD), catalog(&OLD.replacen(from, to, 1)));
    let said = |changes: Vec<CatalogChange>| changes.iter().map(shown).collect::<Vec<_>>();
    assert_eq!(said(old.changes(&new)), there, "from `{from}` to `{to}`");
    assert_eq!(said(new.changes(&old)), back, "from `{to}` back to `{from}`");
}

#[test]
fn nothing_changes_by_itself() {
    changes("find", "find", &[], &[]);
}

#[test]
fn schemas_that_are_none_of_the_language() {
    let small = |rest: &str| {
        let head = "catalog: { name: small, version: 1.0.0 }\ntools:\n  find:\n    title: Find\n    description: Find.\n";
        catalog(&format!("{head}{rest}"))
    };
    let [typed, raw, other] = [
        "    output: { properties: { done: { type: boolean } } }\n",
        "    inputSchema: { type: object }\n    content: true\n",
        "    inputSchema: { type: object, minProperties: 1 }\n    content: true\n",
    ]
    .map(small);
    let said = |was: &Catalog, is: &Catalog| was.changes(is).iter().map(shown).collect::<Vec<_>>();
    let input = "breaks changed inputSchema the schema of the arguments is another, and what that breaks cannot be said";
    assert_eq!(
        said(&typed, &raw),
        [input, "breaks changed content now: the tool makes its content blocks itself"]
    );
    assert_eq!(
        said(&raw, &typed),
        [input, "breaks changed content no longer: the tool makes its content blocks itself"]
    );
    assert_eq!(said(&raw, &other), [input]);
    assert!(said(&raw, &raw).is_empty());
}

#[test]
fn arguments() {
    changes(
        "      required: [text]\n",
        "        more: { type: string }\n      required: [text, more]\n",
        &["breaks added input.more it is new and required"],
        &["breaks removed input.more it is no longer there"],
    );
    changes(
        "      required: [text]\n",
        "        more: { type: string }\n      required: [text]\n",
        &["fine added input.more it is new"],
        &["breaks removed input.more it is no longer there"],
    );
    changes(
        "        limit:",
        "        max:",
        &["breaks renamed input.limit it is called `max` now", "fine added input.max it is new"],
        &["breaks renamed input.max it is called `limit` now", "fine added input.limit it is new"],
    );
    changes(
        "maximum: 100,",
        "maximum: 50,",
        &["breaks narrowed input.limit the most is 50, was 100"],
        &["fine widened input.limit the most is 100, was 50"],
    );
    changes(
        "minLength: 1, ",
        "",
        &["fine widened input.text the least of characters is none, was 1"],
        &["breaks narrowed input.text the least of characters is 1, was none"],
    );
    changes(
        "[small, large]",
        "[small, huge]",
        &[
            "breaks narrowed input.kind the value `large` is gone",
            "fine widened input.kind the value `huge` is new",
        ],
        &[
            "breaks narrowed input.kind the value `huge` is gone",
            "fine widened input.kind the value `large` is new",
        ],
    );
    changes(
        "default: 10 }",
        "default: 20 }",
        &["fine default-changed input.limit the default is `20`, was `10`"],
        &["fine default-changed input.limit the default is `10`, was `20`"],
    );
    changes(
        "text: { type: string, minLength: 1, maxLength: 10 }",
        "text: { type: boolean }",
        &["breaks changed input.text it is a boolean, was a string"],
        &["breaks changed input.text it is a string, was a boolean"],
    );
}

#[test]
fn results() {
    changes(
        "        note: { type: string }\n",
        "",
        &["breaks removed output.note it is no longer there"],
        &["fine added output.note it is new"],
    );
    changes(
        "required: [items, state]",
        "required: [items]",
        &["breaks made-optional output.state it may be absent now"],
        &["fine made-required output.state it is required now"],
    );
    changes(
        "[done, partial]",
        "[done, partial, lost]",
        &["breaks widened output.state the value `lost` is new"],
        &["fine narrowed output.state the value `lost` is gone"],
    );
    changes(
        "{ type: integer, minimum: 1 }",
        "{ type: integer, minimum: 0 }",
        &["breaks widened output.items[].id the least is 0, was 1"],
        &["fine narrowed output.items[].id the least is 1, was 0"],
    );
}

#[test]
fn names_and_aliases() {
    changes(
        "      search: { query: text }\n",
        "      look: { query: text }\n",
        &[
            "fine added aliases.look it can also be called `look`",
            "breaks removed aliases.search `search` can no longer be called",
        ],
        &[
            "fine added aliases.search it can also be called `search`",
            "breaks removed aliases.look `look` can no longer be called",
        ],
    );
    changes(
        "search: { query: text }",
        "search: { words: text }",
        &[
            "breaks renamed aliases.search.query it is called `words` now",
            "breaks added aliases.search.words it is new and required",
        ],
        &[
            "breaks renamed aliases.search.words it is called `query` now",
            "breaks added aliases.search.query it is new and required",
        ],
    );
    let (old, new) = (
        catalog(OLD),
        catalog(
            &OLD.replace("  find:\n", "  locate:\n")
                .replace("    aliases:\n", "    aliases:\n      find: {}\n"),
        ),
    );
    let said: Vec<String> = old.changes(&new).iter().map(shown).collect();
    assert_eq!(said, ["fine renamed - it is `locate` now, and can still be called by this name"]);
    let gone = catalog(&OLD.replace("  find:\n", "  locate:\n"));
    let said: Vec<String> = old.changes(&gone).iter().map(shown).collect();
    assert_eq!(said, ["breaks removed - it is no longer there", "fine added - it is new"]);
}

#[test]
fn errors_and_policy() {
    changes(
        "      gone: { hint: Look elsewhere. }",
        "      lost: { hint: Look elsewhere. }",
        &["fine removed errors.gone the error is gone", "fine added errors.lost the error is new"],
        &["fine removed errors.lost the error is gone", "fine added errors.gone the error is new"],
    );
    changes(
        "{ hint: Look elsewhere. }",
        "{ hint: Look elsewhere., retryable: true }",
        &["fine changed errors.gone it can be retried now"],
        &["fine changed errors.gone it can no longer be retried"],
    );
    changes(
        "timeout: 5s, rate: 60/min",
        "timeout: 2s, rate: 2/s",
        &[
            "breaks lowered policy.timeout 2 s, was 5 s",
            "fine raised policy.rate 2 calls a second, was 60 calls a minute",
        ],
        &[
            "fine raised policy.timeout 5 s, was 2 s",
            "breaks lowered policy.rate 60 calls a minute, was 2 calls a second",
        ],
    );
    changes(
        "destructive: false",
        "destructive: true",
        &["breaks changed annotations.destructive `destructive` is true, was false"],
        &["fine changed annotations.destructive `destructive` is false, was true"],
    );
    changes(
        "    title: Find\n",
        "    title: Find\n    optIn: true\n",
        &["breaks turned-on optIn it is off until the operator turns it on now"],
        &["fine turned-off optIn no longer: it is off until the operator turns it on"],
    );
    changes(
        "description: Find things.",
        "description: Find all things.",
        &["fine changed description the description is another"],
        &["fine changed description the description is another"],
    );
    let with = |scopes: &str| {
        catalog(&OLD.replace("title: Page", &format!("policy: {{ scopes: [{scopes}] }}, title: Page")))
    };
    let said: Vec<String> = with("a:read").changes(&with("b:read")).iter().map(shown).collect();
    assert_eq!(
        said,
        [
            "breaks added policy.scopes callers need the scope `b:read`",
            "fine removed policy.scopes callers no longer need the scope `a:read`"
        ]
    );
}

#[test]
fn resources_and_prompts() {
    changes(
        "pages:///{name}",
        "pages:///all/{name}",
        &["breaks changed uri the address is `pages:///all/{name}`, was `pages:///{name}`"],
        &["breaks changed uri the address is `pages:///{name}`, was `pages:///all/{name}`"],
    );
    changes(
        "subscribe: true",
        "list: true",
        &[
            "fine turned-on list the server lists what there is now",
            "breaks turned-off subscribe no longer: clients may subscribe",
        ],
        &[
            "breaks turned-off list no longer: the server lists what there is",
            "fine turned-on subscribe clients may subscribe now",
        ],
    );
    changes(
        "about: { maxLength: 20 }",
        "about: { maxLength: 10 }",
        &["breaks narrowed arguments.about the most of characters is 10, was 20"],
        &["fine widened arguments.about the most of characters is 20, was 10"],
    );
    changes(
        "  ask:\n",
        "  beg:\n",
        &["breaks removed - it is no longer there", "fine added - it is new"],
        &["breaks removed - it is no longer there", "fine added - it is new"],
    );
}

#[test]
fn a_change_says_where_it_is() {
    let new = catalog(&OLD.replace("maximum: 100,", "maximum: 50,"));
    let change = &catalog(OLD).changes(&new)[0];
    assert_eq!(change.to_string(), "tool `find`, input.limit: the most is 50, was 100 (tools.yaml:20)");
}
