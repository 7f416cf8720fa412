//! The lint: each rule finds what it is for, at its line, and nothing in a catalog that is in order.

use lockstep_codegen::{Catalog, Report, Rule, Sources};

const GOOD: &str = "\
catalog: { name: small, version: 1.0.0, tokens: { tool: 100, total: 150 } }
tools:
  look:
    title: Look
    description: Look at something.
    annotations: { readOnly: true, openWorld: false }
    input:
      properties:
        what: { type: string, description: What to look at. }
    output: { properties: { seen: { type: string } }, required: [seen] }
";

#[track_caller]
fn lint(yaml: &str) -> Report {
    let files = Sources::from([("tools.yaml".to_owned(), yaml.to_owned())]);
    let catalog = Catalog::parse("tools.yaml", &files).unwrap_or_else(|errors| panic!("{errors}"));
    catalog.lint(&|text| text.split_whitespace().count() as u64)
}

/// `from` in the good catalog becomes `to`; found are `rule profile line`.
#[track_caller]
fn found(from: &str, to: &str, expected: &[(&str, &str, usize)]) -> Report {
    assert!(GOOD.contains(from), "`{from}` is not in the catalog");
    let report = lint(&GOOD.replacen(from, to, 1));
    let found: Vec<(&str, &str, usize)> = report
        .errors()
        .map(|finding| (finding.rule.as_str(), finding.profile.as_str(), finding.line))
        .collect();
    assert_eq!(found, expected, "for `{to}`");
    report
}

const WHAT: &str = "{ type: string, description: What to look at. }";

#[test]
fn a_catalog_in_order_has_no_findings() {
    let report = lint(GOOD);
    assert!(report.findings.is_empty(), "{:?}", report.findings);
    assert_eq!(report.cost.by_tool.len(), 1);
    assert_eq!(report.cost.total, report.cost.by_tool[0].1);
}

#[test]
fn each_rule_finds_its_own() {
    found(WHAT, "{ type: string }", &[("description-missing", "all", 9)]);
    found(
        WHAT,
        "{ description: Anything. }",
        &[("open-object", "openai-strict", 9), ("open-object", "gemini", 9)],
    );
    found(
        WHAT,
        "{ type: object, additionalProperties: { type: string }, description: Names. }",
        &[("open-object", "openai-strict", 9), ("open-object", "gemini", 9)],
    );
    found(
        WHAT,
        "{ type: string, format: uri, description: Where. }",
        &[("unknown-format", "openai-strict", 9)],
    );
    found("readOnly: true, openWorld: false", "readOnly: true", &[("hints-missing", "all", 3)]);
    found(
        "readOnly: true, openWorld: false",
        "readOnly: false, openWorld: true",
        &[("hints-missing", "all", 3)],
    );
    found(
        "  look:",
        "  look.at:",
        &[("name-characters", "claude", 3), ("name-characters", "openai-strict", 3)],
    );
    let long = format!("  {}:", "l".repeat(58));
    found("  look:", &long, &[("name-too-long", "claude", 3), ("name-too-long", "cursor", 3)]);
    let text = format!("description: \"{}\"", "long ".repeat(30 * 7));
    found(
        "description: Look at something.",
        &text,
        &[("description-too-long", "openai-strict", 3), ("token-cap", "all", 3), ("token-cap", "all", 1)],
    );
    let values: Vec<String> = (0..1001).map(|index| format!("v{index}")).collect();
    let many = format!("{{ enum: [{}], description: Which. }}", values.join(", "));
    found(WHAT, &many, &[("enum-too-large", "openai-strict", 3)]);
    let union = "\
{ description: Which., oneOf: [{ description: One., type: object, properties: { kind: { const: a }, \
size: { type: integer, default: 3, description: How large. } }, required: [kind] }, \
{ description: Two., type: object, properties: { kind: { const: b } }, required: [kind] }] }";
    found(WHAT, union, &[("union-in-input", "gemini", 9), ("default-unsupported", "cursor", 9)]);
}

#[test]
fn a_schema_that_is_handed_through_is_a_finding() {
    let input =
        "    input:\n      properties:\n        what: { type: string, description: What to look at. }\n";
    found(input, "    inputSchema: { type: object }\n", &[("raw-schema", "all", 3)]);
    let report = found(
        input,
        "    inputSchema: { type: object, anyOf: [{}] }\n    accept: { raw-schema: It is meant. }\n",
        &[
            ("root-combinator", "claude", 3),
            ("open-object", "openai-strict", 3),
            ("open-object", "gemini", 3),
        ],
    );
    assert_eq!(report.findings.len(), 4);
}

#[test]
fn recursion_stays_a_reference_and_is_said() {
    let yaml = GOOD.replace(WHAT, "{ $ref: \"#/types/Node\" }").replace(
        "tools:\n",
        "types:\n  Node:\n    description: A node.\n    type: object\n    properties:\n      \
         inner: { type: array, items: { $ref: \"#/types/Node\" }, description: Inside. }\ntools:\n",
    );
    let report = lint(&yaml);
    assert!(report.findings.iter().all(|finding| finding.rule == Rule::RefUnresolvable));
    let lines: Vec<usize> = report.findings.iter().map(|finding| finding.line).collect();
    assert_eq!(lines, [7, 7, 15, 15], "at the type's own line and at the argument's");
}

#[test]
fn too_many_tools_are_said_once() {
    let more: String = (0..81)
        .map(|index| {
            format!(
                "  t{index}:\n    title: T\n    description: T.\n    annotations: {{ readOnly: true, openWorld: false }}\n    \
                 output: {{ properties: {{ done: {{ type: boolean }} }}, required: [done] }}\n"
            )
        })
        .collect();
    let report = lint(&format!("{}{more}", GOOD.replace(", tokens: { tool: 100, total: 150 }", "")));
    let rules: Vec<Rule> = report.errors().map(|finding| finding.rule).collect();
    assert_eq!(rules, [Rule::TooManyTools]);
}

#[test]
fn a_finding_can_be_accepted_with_a_reason() {
    let accept = |rule: &str| format!("    accept: {{ {rule}: It is meant. }}\n    input:\n");
    let open = GOOD.replace(WHAT, "{ description: Anything. }");
    let report = lint(&open.replace("    input:\n", &accept("open-object")));
    assert_eq!(report.errors().count(), 0);
    assert_eq!(report.findings[0].accepted.as_deref(), Some("It is meant."));

    let report = lint(&GOOD.replace("    input:\n", &accept("open-object")));
    assert_eq!(report.findings[0].rule, Rule::AcceptUnused);

    let report = lint(&open.replace("    input:\n", &accept("open-objects")));
    let unknown = report.errors().find(|finding| finding.rule == Rule::AcceptUnknown).unwrap();
    assert_eq!(unknown.hint, "did you mean `open-object`?");
}

#[test]
fn findings_are_shown_with_their_line() {
    let report = found(WHAT, "{ type: string }", &[("description-missing", "all", 9)]);
    let expected = "\
error: tool `look`: nothing describes `what` [description-missing, all]
 --> tools.yaml:9:9
  |
9 |         what: { type: string }
  |         ^
hint: add `description:`";
    assert_eq!(report.findings[0].to_string(), expected);
}

#[test]
fn names_of_rules_are_plain_and_different() {
    let mut names: Vec<&str> = Rule::ALL.iter().map(|rule| rule.as_str()).collect();
    assert!(names.iter().all(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '-')));
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Rule::ALL.len());
    assert_eq!(Rule::named("token-cap"), Some(Rule::TokenCap));
}
