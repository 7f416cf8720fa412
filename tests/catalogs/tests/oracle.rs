//! What a schema accepts is read, what it refuses is refused at the right place; the jsonschema crate judges.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod documents;

use std::collections::BTreeSet;

use lockstep_catalogs::{ALL, Contract};
use lockstep_runtime::contract::{Parsing, Refusal, ToolDescriptor};
use lockstep_runtime::wire::latest::{CallToolResult, ContentBlock};
use serde_json::value::to_raw_value;
use serde_json::{Value, json};

use documents::Documents;

/// How many documents each schema is tried with.
const DOCUMENTS: usize = 400;

/// Most problems that one answer names.
const NAMED: usize = 16;

fn validator(schema: &Value) -> jsonschema::Validator {
    jsonschema::draft202012::options().should_validate_formats(true).build(schema).unwrap()
}

/// Tools whose schema is handed through: what they are sent is for them to check.
const UNCHECKED: [&str; 2] = ["register", "anything"];

fn tools() -> impl Iterator<Item = (&'static Contract, &'static ToolDescriptor, Value)> {
    ALL.iter().flat_map(|contract| {
        contract
            .catalog
            .tools
            .iter()
            .map(move |tool| (contract, tool, serde_json::from_str(tool.json).unwrap()))
    })
}

/// Where the schema is broken, by the validator: JSON pointers to the values at fault.
fn mistakes(validator: &jsonschema::Validator, document: &Value) -> BTreeSet<String> {
    use jsonschema::error::ValidationErrorKind as Kind;
    let mut pointers = BTreeSet::new();
    for error in validator.iter_errors(document) {
        let at = error.instance_path().to_string();
        let inside = |name: &str| format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
        match error.kind() {
            Kind::Required { property } => {
                pointers.insert(inside(property.as_str().unwrap()));
            }
            Kind::AdditionalProperties { unexpected } => {
                pointers.extend(unexpected.iter().map(|name| inside(name)));
            }
            _ => {
                pointers.insert(at);
            }
        }
    }
    pointers
}

/// The places that a refusal names.
fn named(result: &CallToolResult) -> BTreeSet<String> {
    assert_eq!(result.is_error, Some(true));
    assert_eq!(result.structured_content, None);
    let [ContentBlock::TextContent(text)] = result.content.as_slice() else { panic!("{result:?}") };
    let body: Value = serde_json::from_str(&text.text).unwrap();
    assert_eq!(body["error"]["code"], "invalid_argument");
    let problems = body["error"]["details"]["problems"].as_array().unwrap();
    problems.iter().map(|problem| problem["pointer"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn arguments_are_read_exactly_as_their_schema_says() {
    let (mut valid, mut invalid) = (0, 0);
    for (contract, tool, descriptor) in tools().filter(|(_, tool, _)| !UNCHECKED.contains(&tool.name)) {
        let schema = &descriptor["inputSchema"];
        let validator = validator(schema);
        let example: Value = serde_json::from_str((contract.example)(tool.name).unwrap()).unwrap();
        assert!(validator.is_valid(&example), "{}: the example {example}", tool.name);
        for document in Documents::new(tool.name, schema, &example).take(DOCUMENTS) {
            let context = || format!("{} of {}: {document}", tool.name, contract.name);
            let raw = to_raw_value(&document).unwrap();
            let read = (contract.arguments)(tool.name, Some(&raw), Parsing::Strict).unwrap();
            if validator.is_valid(&document) {
                valid += 1;
                let read = read.unwrap_or_else(|refusal| panic!("{}\nrefused: {refusal:?}", context()));
                assert!(validator.is_valid(&read), "{}\nbecame {read}", context());
                kept(&document, &read).unwrap_or_else(|place| panic!("{}\n{place} became {read}", context()));
                continue;
            }
            invalid += 1;
            match read {
                Ok(read) => panic!("{}\nwas read as {read}", context()),
                Err(Refusal::Call(_)) => assert!(!document.is_object(), "{}", context()),
                Err(Refusal::Answer(answer)) => {
                    let (named, mistakes) = (named(&answer), mistakes(&validator, &document));
                    let found = |at: &String| {
                        named.iter().any(|named| named == at || named.starts_with(&format!("{at}/")))
                    };
                    assert!(
                        named.len() >= NAMED || mistakes.iter().all(found),
                        "{}\nthe validator says {mistakes:?}, the answer {named:?}",
                        context()
                    );
                }
                Err(other) => panic!("{}\n{other:?}", context()),
            }
        }
    }
    println!("arguments: {valid} valid and {invalid} invalid documents");
    assert!(valid > 1000 && invalid > 1000, "{valid} {invalid}");
}

#[test]
fn unchecked_arguments_are_any_object() {
    let unchecked: Vec<_> = tools().filter(|(_, tool, _)| UNCHECKED.contains(&tool.name)).collect();
    assert_eq!(unchecked.len(), UNCHECKED.len());
    for (contract, tool, descriptor) in unchecked {
        assert_eq!(descriptor["inputSchema"]["type"], "object");
        for sent in [json!({}), json!({ "z": null, "a": [1.5, { "b": "c" }] })] {
            let raw = to_raw_value(&sent).unwrap();
            for parsing in [Parsing::Strict, Parsing::Repair] {
                assert_eq!((contract.arguments)(tool.name, Some(&raw), parsing).unwrap().unwrap(), sent);
            }
        }
        for sent in [json!([]), json!("{}"), json!(1)] {
            let raw = to_raw_value(&sent).unwrap();
            let read = (contract.arguments)(tool.name, Some(&raw), Parsing::Repair).unwrap();
            assert!(matches!(read, Err(Refusal::Call(_))), "{sent}: {read:?}");
        }
    }
}

#[test]
fn outputs_hold_exactly_what_their_schema_allows() {
    let (mut valid, mut invalid) = (0, 0);
    for (contract, tool, descriptor) in tools() {
        let Some(schema) = descriptor.get("outputSchema") else {
            (contract.output)(tool.name, json!({})).unwrap().unwrap_err();
            continue;
        };
        let validator = validator(schema);
        for document in Documents::new(tool.name, schema, &json!({})).take(DOCUMENTS) {
            let context = || format!("{} of {}: {document}", tool.name, contract.name);
            let read = (contract.output)(tool.name, document.clone()).unwrap();
            match (validator.is_valid(&document), read) {
                (true, Ok(read)) => {
                    valid += 1;
                    assert!(validator.is_valid(&read), "{}\nbecame {read}", context());
                    kept(&document, &read)
                        .unwrap_or_else(|place| panic!("{}\n{place} became {read}", context()));
                }
                (false, Err(_)) => invalid += 1,
                (true, Err(error)) => panic!("{}\nrefused: {error}", context()),
                (false, Ok(read)) => panic!("{}\nwas read as {read}", context()),
            }
        }
    }
    println!("outputs: {valid} valid and {invalid} invalid documents");
    assert!(valid > 1000 && invalid > 1000, "{valid} {invalid}");
}

/// Whether everything in `sent` stands in `read`; numbers may change their spelling.
fn kept(sent: &Value, read: &Value) -> Result<(), String> {
    let inside = |name: &str, result: Result<(), String>| result.map_err(|place| format!("/{name}{place}"));
    match (sent, read) {
        (Value::Object(sent), Value::Object(read)) => sent.iter().try_for_each(|(name, value)| {
            inside(name, read.get(name).ok_or_else(String::new).and_then(|read| kept(value, read)))
        }),
        (Value::Array(sent), Value::Array(read)) if sent.len() == read.len() => sent
            .iter()
            .zip(read)
            .enumerate()
            .try_for_each(|(index, (sent, read))| inside(&index.to_string(), kept(sent, read))),
        (Value::Number(sent), Value::Number(read)) if sent.as_f64() == read.as_f64() => Ok(()),
        _ if sent == read => Ok(()),
        _ => Err(String::new()),
    }
}
