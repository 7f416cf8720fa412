//! What correct catalogs become, and that `spec/tools.schema.json` accepts the same ones.

use std::fs;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde_json::{Value, json};

use super::model::*;
use super::{Catalog, Kind, Schema};
use crate::Sources;
use crate::error::Collector;
use crate::yaml::File;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/catalog").join(name)
}

/// The feature of this name; it is one file.
#[track_caller]
fn feature(name: &str) -> Catalog {
    let text = fs::read_to_string(folder("features").join(format!("{name}.yaml"))).unwrap();
    match Catalog::parse("tools.yaml", &Sources::from([("tools.yaml".to_owned(), text)])) {
        Ok(catalog) => catalog,
        Err(errors) => panic!("{errors}"),
    }
}

fn tool<'a>(catalog: &'a Catalog, name: &str) -> &'a Tool {
    catalog.tools.iter().find(|tool| tool.name == name).unwrap()
}

fn member<'a>(members: &'a [Member], name: &str) -> &'a Member {
    members.iter().find(|member| member.name == name).unwrap()
}

fn text(text: &str) -> Piece {
    Piece::Text(text.to_owned())
}

fn value(name: &str) -> Piece {
    Piece::Value(name.to_owned())
}

#[test]
fn the_head_says_what_the_server_is() {
    let catalog = feature("catalog_head");
    assert_eq!(
        (catalog.name.as_str(), catalog.title.as_str(), catalog.version.as_str()),
        ("head", "The Head", "1.10")
    );
    assert_eq!(catalog.website.as_deref(), Some("https://example.com/head"));
    assert_eq!((catalog.tokens.tool, catalog.tokens.total), (Some(900), Some(6000)));
    let [icon] = catalog.icons.as_slice() else { panic!("{:?}", catalog.icons) };
    assert_eq!((icon.mime_type.as_deref(), icon.theme.as_deref()), (Some("image/png"), Some("dark")));
    assert_eq!(icon.sizes, ["48x48", "any"]);
    assert_eq!(feature("tools_minimal").title, "minimal", "the name stands in for the title");
}

#[test]
fn schemas_become_kinds() {
    let catalog = feature("types_shared");
    let Kind::Object(note) = &catalog.types["Note"].kind else { panic!() };
    assert!(matches!(&member(note, "id").schema.kind, Kind::Ref(name) if name == "Id"));
    assert!(matches!(member(note, "stars").schema.kind, Kind::Integer { min: Some(0), max: Some(5) }));
    assert_eq!(member(note, "stars").default, Some(json!(0)));
    assert!(matches!(member(note, "score").schema.kind, Kind::Number { min: Some(0.5), max: Some(9.5) }));
    assert!(matches!(
        &member(note, "tags").schema.kind,
        Kind::Array { min: Some(1), max: Some(8), unique: true, .. }
    ));
    assert!(matches!(member(note, "extra").schema.kind, Kind::Any));
    assert!(member(note, "id").required && !member(note, "tags").required);
    let input = member(&tool(&catalog, "note_get").input, "id");
    assert_eq!(
        input.schema.description.as_deref(),
        Some("Which."),
        "a reference has a description of its own"
    );
}

#[test]
fn unions_know_their_tag() {
    let catalog = feature("union");
    let Schema { kind: Kind::Union { tag, variants }, examples, .. } = &catalog.types["Area"] else {
        panic!()
    };
    assert_eq!((tag.as_str(), examples.len()), ("kind", 1));
    let names: Vec<_> = variants.iter().map(|variant| variant.value.as_str()).collect();
    assert_eq!(names, ["circle", "box"]);
    assert_eq!(variants[0].description.as_deref(), Some("A circle."));
    let members: Vec<_> = variants[1].members.iter().map(|member| member.name.as_str()).collect();
    assert_eq!(members, ["width", "height"], "the tag is no member");
}

#[test]
fn maps_enums_formats_and_patterns() {
    let catalog = feature("map");
    let input = &tool(&catalog, "label").input;
    let Kind::Map { values, max: Some(8) } = &member(input, "labels").schema.kind else { panic!() };
    assert!(matches!(values.kind, Kind::String { max: Some(64), .. }));
    assert!(
        matches!(&member(input, "settings").schema.kind, Kind::Map { values, .. } if matches!(values.kind, Kind::Any))
    );

    let catalog = feature("enums");
    assert!(matches!(&catalog.types["Level"].kind, Kind::Choice(values) if values == &["low", "high"]));

    let catalog = feature("formats");
    let formats = tool(&catalog, "plan").input.iter().map(|member| match member.schema.kind {
        Kind::String { format: Some(format), .. } => format,
        _ => panic!(),
    });
    assert!(formats.eq(Format::ALL.map(|(_, format)| format)));

    let catalog = feature("patterns");
    let Kind::String { pattern: Some(pattern), .. } = &catalog.types["Color"].kind else { panic!() };
    assert_eq!(pattern, "^#[0-9a-f]{6}$");
}

#[test]
fn headers_and_defaults_belong_to_members() {
    let catalog = feature("headers");
    let headers: Vec<_> =
        tool(&catalog, "ask").input.iter().filter_map(|member| member.header.as_deref()).collect();
    assert_eq!(headers, ["Database", "Shard", "Dry-Run", "Region"]);
    let catalog = feature("defaults");
    let input = &tool(&catalog, "list").input;
    assert_eq!(member(input, "range").default, Some(json!({ "from": 1 })));
    assert!(input.iter().all(|member| member.default.is_some() && !member.required));
}

#[test]
fn aliases_rename_default_and_set() {
    let catalog = feature("aliases");
    let [same, query, top, few, save] = tool(&catalog, "db_query").aliases.as_slice() else { panic!() };
    let pair = |own: &str, ours: &str| (own.to_owned(), ours.to_owned());
    assert!(same.renamed.is_empty() && same.defaults.is_empty() && same.set.is_empty());
    assert_eq!(query.renamed, [pair("query", "sql"), pair("limit", "max_rows")]);
    assert_eq!(
        (&top.renamed[..], &top.defaults[..]),
        (&[pair("n", "max_rows")][..], &[("max_rows".to_owned(), json!(5))][..])
    );
    assert_eq!((few.renamed.len(), &few.defaults[..]), (0, &[("max_rows".to_owned(), json!(3))][..]));
    assert_eq!(save.set, [("dry_run".to_owned(), json!(false))]);
}

#[test]
fn shared_errors_are_taken_and_changed() {
    let catalog = feature("errors_shared");
    let found: Vec<_> = catalog
        .tools
        .iter()
        .flat_map(|tool| &tool.errors)
        .map(|error| (error.name.as_str(), error.hint.as_str(), error.retryable, error.retry_after_seconds))
        .collect();
    assert_eq!(
        found,
        [
            ("not_found", "List what there is first.", false, None),
            ("locked", "Try again soon.", true, Some(120)),
            ("timeout", "Ask for less.", true, None),
            ("own", "Do something else.", false, None),
            ("locked", "Wait until the other writer is done.", false, None),
        ]
    );
}

#[test]
fn policies_are_measured() {
    let catalog = feature("policy");
    let all = &tool(&catalog, "all").policy;
    assert_eq!(all.scopes, ["db:read", "db:write"]);
    assert_eq!(
        (all.timeout_ms, all.concurrency, all.output_bytes),
        (Some(120_000), Some(8), Some(256 << 10))
    );
    assert_eq!(
        (all.rate, all.confirm, all.audit),
        (Some(Rate { calls: 5, seconds: 1 }), true, Audit::Arguments)
    );
    let few = &tool(&catalog, "few").policy;
    assert_eq!((few.timeout_ms, few.output_bytes, few.audit), (Some(500), Some(1 << 20), Audit::None));
    let more = &tool(&catalog, "more").policy;
    assert_eq!((more.rate, more.audit), (Some(Rate { calls: 100, seconds: 3600 }), Audit::Hash));
    assert_eq!(catalog.resources[0].policy.output_bytes, Some(64 << 10));
    assert_eq!(catalog.prompts[0].policy.scopes, ["ask"]);
}

#[test]
fn templates_become_pieces() {
    let catalog = feature("text_template");
    let pieces = &tool(&catalog, "read").text.as_ref().unwrap().pieces;
    let more = Piece::Section("more".to_owned(), vec![value("more")]);
    assert_eq!(
        pieces,
        &[
            text("# "),
            value("name"),
            text("\n"),
            Piece::Fenced("body".to_owned()),
            text("\n"),
            Piece::Section("truncated".to_owned(), vec![text("There is more: "), more]),
            text("\nA single { brace } stays."),
        ]
    );
}

#[test]
fn addresses_become_parts() {
    let catalog = feature("resources_template");
    let [file, page] = catalog.resources.as_slice() else { panic!() };
    assert_eq!(file.parts, [UriPart::Literal("files:///".to_owned()), UriPart::Rest("path".to_owned())]);
    assert!(matches!(file.parameters[0].schema.kind, Kind::String { .. }) && file.parameters[0].required);
    assert_eq!(page.parts[1], UriPart::Segment("section".to_owned()));
    let query = ["version", "raw", "lang"].map(str::to_owned).to_vec();
    assert_eq!(page.parts.last(), Some(&UriPart::Query(query)));
    let parameters: Vec<_> =
        page.parameters.iter().map(|member| (member.name.as_str(), member.required)).collect();
    assert_eq!(
        parameters,
        [("section", true), ("page", true), ("version", false), ("raw", false), ("lang", false)],
        "in the address's order"
    );
    let plain = feature("resources_static");
    assert!(!plain.resources[0].is_template() && plain.resources[0].subscribe);
    let listed = feature("resources_list_complete");
    assert!(listed.resources[0].list && listed.resources[0].complete == ["path", "folder"]);
    let annotated = feature("annotations");
    assert_eq!(annotated.resources[0].audience, ["user", "assistant"]);
    assert_eq!(annotated.resources[0].priority, Some(0.5));
    assert!(annotated.tools[0].annotations["destructiveHint"]);
}

#[test]
fn prompts_have_arguments_and_messages() {
    let catalog = feature("prompts_template");
    let prompt = &catalog.prompts[0];
    let required: Vec<_> = prompt
        .arguments
        .iter()
        .filter(|argument| argument.member.required)
        .map(|argument| argument.member.name.as_str())
        .collect();
    assert_eq!(required, ["language", "code"]);
    assert!(matches!(prompt.arguments[2].member.schema.kind, Kind::String { max: Some(262_144), .. }));
    let messages = prompt.messages.as_ref().unwrap();
    assert_eq!([messages[0].role, messages[1].role], ["user", "assistant"]);
    assert_eq!(messages[0].text.pieces.last(), Some(&Piece::Fenced("code".to_owned())));
    assert!(feature("prompts_code").prompts[0].messages.is_none());
    let completed = feature("prompts_complete");
    let complete: Vec<_> = completed.prompts[0].arguments.iter().map(|argument| argument.complete).collect();
    assert_eq!(complete, [true, false]);
}

#[test]
fn operators_turn_tools_on() {
    let catalog = feature("opt_in");
    assert!(catalog.tools[0].opt_in && catalog.resources[0].opt_in && catalog.prompts[0].opt_in);
    assert_eq!(catalog.tools[0].accept["name-is-vague"], "operators know what it is");
    let examples = &feature("examples").tools[0].examples;
    assert_eq!(examples[1], json!({ "words": ["red", "green"], "limit": 3 }));
}

#[test]
fn imported_files_know_where_they_stand() {
    let mut files = Sources::new();
    for name in ["tools.yaml", "notes.yaml", "tools/db.yaml", "unused.yaml"] {
        let text = fs::read_to_string(folder("features/imports").join(name)).unwrap();
        files.insert(format!("spec/{name}"), text);
    }
    let catalog = Catalog::parse("spec/tools.yaml", &files).unwrap();
    let names: Vec<_> = catalog.files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["spec/tools.yaml", "spec/tools/db.yaml", "spec/notes.yaml"]);
    assert_eq!((catalog.tools[0].at.file, catalog.resources[0].at.file), (1, 2));
    assert_eq!(catalog.tools[0].at.at, crate::yaml::Position { line: 4, column: 3 });
}

fn validator() -> Validator {
    let schema: Value = serde_json::from_str(include_str!("../../../spec/tools.schema.json")).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
}

/// The file as JSON; nothing where it is no YAML.
fn document(path: &Path) -> Option<Value> {
    let text = fs::read_to_string(path).unwrap();
    let mut errors = Collector::default();
    let node = File { name: "tools.yaml", text: &text }.parse(&mut errors);
    errors.finish(()).ok().and(node).map(|node| node.json())
}

fn yaml_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(yaml_files(&path));
        } else if path.extension().is_some_and(|end| end == "yaml") {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn editors_accept_what_is_correct() {
    let validator = validator();
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/tools.yaml");
    let features = yaml_files(&folder("features"));
    for path in features.iter().chain([&spec]).filter(|path| !path.ends_with("unused.yaml")) {
        let document = document(path).unwrap();
        let errors: Vec<_> = validator
            .iter_errors(&document)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", path.display());
    }
}

/// Mistakes that a schema cannot see: they are about names that must be declared, collide or fit.
const BEYOND_A_SCHEMA: &[&str] = &[
    "alias_argument_twice",
    "alias_target_unknown",
    "alias_value_does_not_fit",
    "alias_without_arguments",
    "default_without_end",
    "error_names_collide",
    "error_without_hint",
    "example_of_a_union",
    "generated_names_collide",
    "header_of_wrong_type",
    "import_missing/tools/db",
    "import_missing/tools",
    "import_name_twice/a",
    "import_name_twice/tools",
    "import_nested/tools",
    "import_twice/a",
    "map_value_does_not_fit",
    "names_of_generated_modules",
    "no_catalog",
    "nothing_described",
    "parameter_pattern_without_example",
    "parameter_unknown",
    "pattern_example_does_not_match",
    "pattern_in_a_type_without_example",
    "pattern_not_portable",
    "pattern_unreadable",
    "pattern_without_example",
    "prompt_names_collide",
    "property_names_collide",
    "range_is_empty",
    "recursive_value_does_not_fit",
    "required_with_default",
    "required_without_properties",
    "retry_after_not_retryable",
    "schema_example_does_not_fit",
    "scope_nobody_asks_for",
    "scope_not_declared",
    "shared_error_unused",
    "template_keys_on_a_plain_address",
    "template_no_placeholder",
    "template_placeholder_not_closed",
    "template_section_not_closed",
    "template_unknown_name",
    "template_wrong_close",
    "tool_names_collide",
    "type_is_itself",
    "type_named_as_a_part",
    "type_named_as_generated",
    "type_named_as_the_prelude",
    "type_names_collide",
    "type_never_ends",
    "type_unused",
    "unique_items_repeat",
    "uri_adjacent",
    "uri_not_closed",
    "uri_operators",
    "uri_query_not_at_the_end",
    "uri_second_query",
    "uri_strange_characters",
    "uri_variable_twice",
    "uris_collide",
    "variable_collides",
];

#[test]
fn editors_refuse_what_is_wrong_in_itself() {
    let validator = validator();
    let mut accepted = Vec::new();
    for path in yaml_files(&folder("mistakes")) {
        let Some(document) = document(&path) else { continue };
        if validator.is_valid(&document) {
            let name = path.strip_prefix(folder("mistakes")).unwrap().with_extension("");
            accepted.push(name.to_str().unwrap().to_owned());
        }
    }
    assert_eq!(accepted, BEYOND_A_SCHEMA);
}
