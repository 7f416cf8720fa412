//! Stage 2: the errata bring each copy to upstream's state, which is proven, and then mend upstream's mistakes.

use serde_json::Value;

use crate::error::{Collector, Error, Errors};
use crate::read::{Change, Erratum, Input, Kind, SchemaFile, sha256};

/// The effective schema of one revision.
pub(crate) struct Corrected {
    pub(crate) revision: String,
    pub(crate) document: Value,
}

pub(crate) fn correct(input: &Input) -> Result<Vec<Corrected>, Errors> {
    let mut errors = Collector::default();
    for erratum in &input.errata {
        if !input.schemas.iter().any(|schema| schema.revision == erratum.revision) {
            errors.push(failed(erratum, "names a revision that `spec/provenance.toml` does not list"));
        }
    }
    let mut corrected = Vec::new();
    for schema in &input.schemas {
        corrected.extend(one(schema, &input.errata, &mut errors));
    }
    errors.finish(corrected)
}

fn one(schema: &SchemaFile, errata: &[Erratum], errors: &mut Collector) -> Option<Corrected> {
    let mut document = schema.document.clone();
    let of = |kind| {
        errata.iter().filter(move |erratum| erratum.revision == schema.revision && erratum.kind == kind)
    };
    for erratum in of(Kind::Provenance) {
        errors.keep(apply(&mut document, erratum));
    }
    errors.keep(is_upstream(schema, &document))?;
    for erratum in of(Kind::Mend) {
        errors.keep(apply(&mut document, erratum));
    }
    Some(Corrected { revision: schema.revision.clone(), document })
}

fn is_upstream(schema: &SchemaFile, document: &Value) -> Result<(), Error> {
    let found = sha256(canonical(document).as_bytes());
    let count = ["definitions", "$defs"]
        .iter()
        .filter_map(|key| document.get(key)?.as_object())
        .map(serde_json::Map::len)
        .sum::<usize>();
    if found == schema.upstream_sha256 && count == schema.definitions {
        return Ok(());
    }
    Err(Error::file(
        format!("spec/{}/schema.json", schema.revision),
        format!(
            "with its provenance errata this copy has {count} definitions and the canonical sha-256 {found}; upstream's file has {} and {}",
            schema.definitions, schema.upstream_sha256
        ),
    )
    .hint("an erratum of kind `provenance` is missing or wrong in `spec/errata.toml`"))
}

/// The document with sorted keys and no blanks, as `jq -cS` writes it.
pub(crate) fn canonical(value: &Value) -> String {
    fn sorted(value: &Value) -> Value {
        match value {
            Value::Array(items) => items.iter().map(sorted).collect(),
            Value::Object(members) => {
                let mut members: Vec<_> = members.iter().collect();
                members.sort_by_key(|(key, _)| *key);
                members.into_iter().map(|(key, value)| (key.clone(), sorted(value))).collect()
            }
            scalar => scalar.clone(),
        }
    }
    sorted(value).to_string()
}

pub(crate) fn apply(document: &mut Value, erratum: &Erratum) -> Result<(), Error> {
    if erratum.reason.trim().is_empty() {
        return Err(failed(erratum, "has no `reason`"));
    }
    let json = |text: &str| {
        serde_json::from_str::<Value>(text)
            .map_err(|error| failed(erratum, &format!("holds a value that is not JSON: {error}")))
    };
    let value = json(&erratum.value)?;
    let expect = erratum.expect.as_deref().map(json).transpose()?;
    let (parent, key) =
        erratum.pointer.rsplit_once('/').ok_or_else(|| failed(erratum, "has a pointer without `/`"))?;
    let key = key.replace("~1", "/").replace("~0", "~");
    let parent = document
        .pointer_mut(parent)
        .ok_or_else(|| failed(erratum, "no longer applies: nothing stands where its pointer leads"))?;
    match (erratum.change, parent) {
        (Change::Replace, parent) => {
            let target = match parent {
                Value::Object(members) => members.get_mut(&key),
                Value::Array(items) => key.parse().ok().and_then(|index: usize| items.get_mut(index)),
                _ => None,
            }
            .ok_or_else(|| failed(erratum, "no longer applies: nothing stands at its pointer"))?;
            if expect.as_ref() != Some(target) {
                return Err(failed(
                    erratum,
                    &format!("no longer applies: its `expect` is not what stands there, {target}"),
                ));
            }
            *target = value;
        }
        (Change::Add, Value::Object(members)) if !members.contains_key(&key) => {
            members.insert(key, value);
        }
        (Change::Rename, Value::Object(members)) if value.is_string() => {
            let held = members
                .shift_remove(&key)
                .ok_or_else(|| failed(erratum, "no longer applies: nothing stands at its pointer"))?;
            members.insert(value.as_str().unwrap_or_default().to_owned(), held);
        }
        _ => return Err(failed(erratum, "no longer applies: something else stands at its pointer")),
    }
    Ok(())
}

fn failed(erratum: &Erratum, what: &str) -> Error {
    Error::schema(&erratum.revision, erratum.pointer.clone(), format!("erratum `{}` {what}", erratum.name))
        .hint("correct or remove it in `spec/errata.toml`")
}
