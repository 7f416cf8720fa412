//! Limits of the APIs, and how large a schema is by their measure.

use serde_json::Value;

/// OpenAI and Anthropic: characters of a tool's name.
pub(crate) const NAME: usize = 64;
/// Cursor: characters of a server's and a tool's name together.
pub(crate) const CURSOR_NAMES: usize = 60;
/// Cursor: tools of all servers.
pub(crate) const CURSOR_TOOLS: usize = 80;
/// OpenAI: characters of a tool's description.
pub(crate) const OPENAI_DESCRIPTION: usize = 1024;

const OPENAI_LEVELS: usize = 10;
/// OpenAI: properties of a schema in strict mode.
pub(crate) const OPENAI_PROPERTIES: usize = 5000;
const OPENAI_NAMES: usize = 120_000;
const OPENAI_VALUES: usize = 1000;
const OPENAI_LONG_ENUM: usize = 250;
const OPENAI_LONG_ENUM_CHARACTERS: usize = 15_000;

/// What OpenAI counts of a schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Size {
    /// Objects inside one another, the root included.
    pub(crate) levels: usize,
    pub(crate) properties: usize,
    /// Characters of the names of properties and definitions and of enum values.
    pub(crate) names: usize,
    pub(crate) values: usize,
    /// Characters of the largest enum that has more values than OpenAI's threshold.
    pub(crate) long_enum: usize,
}

impl Size {
    pub(crate) fn of(schema: &Value) -> Self {
        let mut size = Self::default();
        size.add(schema, 0);
        size
    }

    /// Whether the enums keep within the limits.
    pub(crate) fn enums_within_openai(self) -> bool {
        self.values <= OPENAI_VALUES && self.long_enum <= OPENAI_LONG_ENUM_CHARACTERS
    }

    /// Whether everything but the enums does.
    pub(crate) fn shape_within_openai(self) -> bool {
        self.levels <= OPENAI_LEVELS && self.properties <= OPENAI_PROPERTIES && self.names <= OPENAI_NAMES
    }

    pub(crate) fn within_openai(self) -> bool {
        self.enums_within_openai() && self.shape_within_openai()
    }

    fn add(&mut self, schema: &Value, above: usize) {
        let Some(members) = schema.as_object() else { return };
        let mut level = above;
        if let Some(properties) = members.get("properties").and_then(Value::as_object) {
            level += 1;
            self.levels = self.levels.max(level);
            self.properties += properties.len();
            for (name, property) in properties {
                self.names += name.chars().count();
                self.add(property, level);
            }
        }
        if let Some(values) = members.get("enum").and_then(Value::as_array) {
            let characters = values.iter().filter_map(Value::as_str).map(|value| value.chars().count()).sum();
            self.values += values.len();
            self.names += characters;
            if values.len() > OPENAI_LONG_ENUM {
                self.long_enum = self.long_enum.max(characters);
            }
        }
        for key in ["items", "additionalProperties"] {
            members.get(key).into_iter().for_each(|inner| self.add(inner, level));
        }
        members
            .get("anyOf")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .for_each(|inner| self.add(inner, level));
        for (name, definition) in members.get("$defs").and_then(Value::as_object).into_iter().flatten() {
            self.names += name.chars().count();
            self.add(definition, 0);
        }
    }
}
