//! The effective schemas of all revisions, and valid documents of one definition at a time.

use std::collections::BTreeMap;

use lockstep_codegen::Sources;
use serde_json::Value;

use crate::Verdict;
use crate::candidate::Intent;
use crate::generator::{DEPTH, Generator};
use crate::judge::Judge;
use crate::random::Random;
use crate::shape::Shapes;

/// The effective schemas, by revision.
pub struct Schemas(BTreeMap<String, Schema>);

struct Schema {
    document: Value,
    shapes: Shapes,
    judge: Judge,
}

/// Says whether documents fit one definition.
pub struct Validator(jsonschema::Validator);

impl Validator {
    /// What is wrong with a document; empty where it is valid.
    #[must_use]
    pub fn mistakes(&self, document: &Value) -> Vec<String> {
        let mistake =
            |error: jsonschema::ValidationError<'_>| format!("`{}`: {error}", error.instance_path());
        self.0.iter_errors(document).map(mistake).collect()
    }
}

impl Schemas {
    /// Reads the schemas out of the sources of generation.
    ///
    /// # Errors
    ///
    /// The sources are wrong, or the schemas hold a keyword that is not understood here.
    pub fn new(sources: &Sources) -> Result<Self, String> {
        let texts = lockstep_codegen::effective_schemas(sources).map_err(|errors| errors.to_string())?;
        let mut schemas = BTreeMap::new();
        for (revision, text) in texts {
            let failed = |error: &dyn std::fmt::Display| format!("{revision}: {error}");
            let document: Value = serde_json::from_str(&text).map_err(|error| failed(&error))?;
            let shapes = Shapes::read(&document).map_err(|error| failed(&error))?;
            let judge = Judge::new(&document)?;
            schemas.insert(revision, Schema { document, shapes, judge });
        }
        Ok(Self(schemas))
    }

    /// The schema of a revision as a document.
    ///
    /// # Errors
    ///
    /// There is no such revision.
    pub fn document(&self, revision: &str) -> Result<&Value, String> {
        self.schema(revision).map(|schema| &schema.document)
    }

    /// The validator of a definition.
    ///
    /// # Errors
    ///
    /// There is no such revision or definition.
    pub fn validator(&self, revision: &str, definition: &str) -> Result<Validator, String> {
        self.schema(revision)?.judge.validator(definition).map(Validator)
    }

    /// The vectors of a definition that every implementation must keep as they are.
    ///
    /// # Errors
    ///
    /// There is no such revision or definition, or the generator is wrong, see [`crate::vectors`].
    pub fn valid_documents(&self, revision: &str, definition: &str) -> Result<Vec<Value>, String> {
        let schema = self.schema(revision)?;
        let candidates = Generator::new(&schema.shapes).candidates(definition);
        let judged = schema.judge.definition(definition, candidates)?;
        let kept = |verdict: &Verdict| matches!(verdict, Verdict::Valid | Verdict::ValidOpen);
        Ok(judged
            .into_iter()
            .filter(|(verdict, _)| kept(verdict))
            .map(|(_, candidate)| candidate.document)
            .collect())
    }

    /// So many different valid documents of a definition with values of all kinds; fewer where there are no more.
    ///
    /// # Errors
    ///
    /// There is no such revision or definition, or a document is not valid: then the generator is wrong.
    pub fn random_documents(
        &self,
        revision: &str,
        definition: &str,
        count: usize,
    ) -> Result<Vec<Value>, String> {
        let Schema { shapes, judge, .. } = self.schema(revision)?;
        let generator = Generator::new(shapes).with_free_text();
        let validator = judge.validator(definition)?;
        let mut random = Random::named(definition, count);
        let mut documents = BTreeMap::new();
        for _ in 0..count * 64 {
            if documents.len() == count {
                break;
            }
            let document = generator.random(shapes.get(definition), DEPTH, &mut random, &mut Intent::Valid);
            documents.insert(document.to_string(), document);
        }
        match documents.values().find(|document| !validator.is_valid(document)) {
            Some(document) => Err(format!("{definition}: a document meant to be valid is not: {document}")),
            None => Ok(documents.into_values().collect()),
        }
    }

    fn schema(&self, revision: &str) -> Result<&Schema, String> {
        self.0.get(revision).ok_or_else(|| format!("there is no revision {revision}"))
    }
}
