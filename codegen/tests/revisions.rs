//! Method tables of every revision, and taking in a new one.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod sources;

use lockstep_codegen::{Adopted, ChangeKind, Errors, Origin, adopt, diff, generate};

use sources::sources;

#[test]
fn methods_are_those_of_the_specification() {
    let page = generate(&sources()).unwrap()["docs/methods.md"].clone();
    for row in [
        "| `initialize` | client | client | client | client |  | 2024-11-05 | 2025-11-25 | replaced by `server/discover`",
        "| `ping` | both | both | both | both |  | 2024-11-05 | 2025-11-25 |",
        "| `server/discover` |  |  |  |  | client | 2026-07-28 |  |",
        "| `tools/call` | client | client | client | client | client | 2024-11-05 |  |",
        "| `subscriptions/listen` |  |  |  |  | client | 2026-07-28 |  |",
        "| `tasks/get` |  |  |  | both |  | 2025-11-25 | 2025-11-25 | moved to the extension",
        "| `sampling/createMessage` | server | server | server | server | input | 2024-11-05 |  |",
        "| `elicitation/create` |  |  | server | server | input | 2025-06-18 |  |",
        "| `notifications/cancelled` | both | both | both | both | both | 2024-11-05 |  |",
        "| `notifications/progress` | both | both | both | both | server | 2024-11-05 |  |",
        "| `notifications/tasks/status` |  |  |  | both |  | 2025-11-25 | 2025-11-25 | moved to the extension",
        "| `notifications/subscriptions/acknowledged` |  |  |  |  | server | 2026-07-28 |  |",
        "| `notifications/elicitation/complete` |  |  |  | server |  | 2025-11-25 | 2025-11-25 |",
    ] {
        assert!(page.lines().any(|line| line.starts_with(row)), "missing: {row}\nin:\n{page}");
    }
    // 22 requests and 12 notifications, as many as the specification's revisions have together.
    assert_eq!(page.lines().filter(|line| line.starts_with("| `")).count(), 34);
}

/// Takes in the newest schema, changed by replacing one text, as a revision of the end of 2026.
fn adopted(from: &str, to: &str) -> Result<Adopted, Errors> {
    let schema = &sources()["2026-07-28/schema.json"];
    assert!(schema.contains(from), "`{from}` is not in the schema");
    let origin = Origin { file: "next \"draft\".json".to_owned(), ..Origin::default() };
    adopt(&sources(), "2026-12-01", &schema.replacen(from, to, 1), &origin)
}

#[test]
fn a_new_revision_is_taken_in() {
    let adopted = adopted("\"isError\"", "\"isFailure\"").unwrap();
    assert_eq!(adopted.previous, "2026-07-28");
    assert_eq!(
        adopted.files.keys().map(String::as_str).collect::<Vec<_>>(),
        ["2026-12-01/schema.json", "errata.toml", "provenance.toml"]
    );
    // What was mended in the newest revision has to be mended in a copy of it.
    assert_eq!(
        adopted.errata,
        [
            "json-value-is-any-json-2026-12-01",
            "elicited-numbers-2026-12-01",
            "input-required-is-told-by-its-result-type-2026-12-01"
        ]
    );
    let entry = adopted.files["provenance.toml"].rsplit_once("[[revision]]").unwrap().1;
    for line in [
        "name = \"2026-12-01\"",
        "registry = \"file\"",
        "version = \"unknown\"",
        "upstream_commit = \"unknown\"",
    ] {
        assert!(entry.lines().any(|found| found == line), "missing: {line}\nin:\n{entry}");
    }

    let mut after = sources();
    after.extend(adopted.files);
    let changes = diff(&after, "2026-07-28", "2026-12-01").unwrap();
    let renamed = changes.iter().find(|change| change.kind == ChangeKind::FieldRenamed).unwrap();
    assert_eq!(renamed.to_string(), "`CallToolResult.isError` renamed: now `isFailure`");
}

#[test]
fn what_is_no_new_revision_is_refused() {
    let schema = sources()["2026-07-28/schema.json"].clone();
    let origin = Origin { file: "schema.json".to_owned(), ..Origin::default() };
    for (revision, text, expected) in [
        ("2026-7-28", schema.as_str(), "`2026-7-28` is not the name of a revision"),
        ("2026-13-01", &schema, "is not the name of a revision"),
        ("draft", &schema, "is not the name of a revision"),
        ("2026-07-28", &schema, "is not newer than `2026-07-28`"),
        ("2025-01-01", &schema, "is not newer than `2026-07-28`"),
        ("2026-12-01", "{", "not JSON"),
        ("2026-12-01", "{}", "neither `definitions` nor `$defs`"),
        ("2026-12-01", "{\"$defs\": {}}", "there are no definitions"),
        (
            "2026-12-01",
            "{\"$defs\": {\"A\": {\"type\": \"string\", \"if\": {}}}}",
            "spec/2026-12-01/schema.json#/$defs/A/if",
        ),
    ] {
        let errors = adopt(&sources(), revision, text, &origin).unwrap_err().to_string();
        assert!(errors.contains(expected), "`{expected}` is not in:\n{errors}");
    }
}

#[test]
fn a_request_without_a_result_is_named() {
    let adopted = adopted("\"CompleteResult\": {", "\"CompleteAnswer\": {").map(|_| ());
    assert!(adopted.is_err(), "a reference leads nowhere");

    let request = "\"PokeRequest\": {\"type\": \"object\", \"properties\": {\"method\": {\"const\": \"poke\"}}}, \"Prompt\": {";
    let adopted = self::adopted("\"Prompt\": {", request).unwrap();
    let mut after = sources();
    after.extend(adopted.files);
    let errors = generate(&after).unwrap_err().to_string();
    assert!(errors.contains("nobody may send `poke`"), "{errors}");

    let listed = "{\"$ref\": \"#/$defs/PokeRequest\"}, {\"$ref\": \"#/$defs/CompleteRequest\"}";
    let schema = sources()["2026-07-28/schema.json"].replacen("\"Prompt\": {", request, 1);
    let at = schema.find("\"ClientRequest\"").unwrap();
    let (before, union) = schema.split_at(at);
    let member = union.find("\"anyOf\": [").unwrap() + "\"anyOf\": [".len();
    let first = listed.split_once(", ").unwrap().0;
    let text = format!("{before}{}{first},{}", &union[..member], &union[member..]);
    let adopted = adopt(&sources(), "2026-12-01", &text, &Origin::default()).unwrap();
    let mut after = sources();
    after.extend(adopted.files);
    let errors = generate(&after).unwrap_err().to_string();
    assert!(errors.contains("the result of `PokeRequest` cannot be told"), "{errors}");
}
