//! Keywords of JSON Schema that a catalog does without: why, and what to write instead.

/// The reason and the way out for a keyword that is refused wherever it stands.
pub(super) fn keyword(name: &str) -> Option<(&'static str, &'static str)> {
    let known = REFUSED.iter().find(|(keywords, ..)| keywords.contains(&name));
    known.map(|(_, reason, hint)| (*reason, *hint))
}

const REFUSED: [(&[&str], &str, &str); 28] = [
    (
        &["anyOf"],
        "clients disagree about which branch a value belongs to",
        "use `oneOf` with a required `const` property in each object, or leave `type` out for any value",
    ),
    (&["allOf"], "model APIs drop it", "write all properties into one object"),
    (&["not"], "model APIs drop it", "say what is allowed: `enum`, `pattern` or a range"),
    (
        &["if", "then", "else"],
        "model APIs drop it",
        "use `oneOf` with a `const` property, or check it in the tool and return an error",
    ),
    (
        &["dependentSchemas", "dependentRequired", "dependencies"],
        "model APIs drop it",
        "put members that belong together into one optional object",
    ),
    (
        &["patternProperties", "propertyNames"],
        "model APIs drop it",
        "use `additionalProperties` with a schema, and check the names in the tool",
    ),
    (&["unevaluatedProperties"], "objects with `properties` are closed already", "remove it"),
    (&["unevaluatedItems", "additionalItems"], "`items` holds for every item already", "remove it"),
    (&["prefixItems"], "model APIs have no tuples", "use an object with a property for each item"),
    (
        &["contains", "minContains", "maxContains"],
        "model APIs drop it",
        "describe it, and check it in the tool",
    ),
    (
        &["minProperties"],
        "model APIs drop it",
        "list the properties in `required`, or check the number in the tool",
    ),
    (
        &["const"],
        "it belongs to the objects of a `oneOf`",
        "use `enum` with one value, or leave the member out",
    ),
    (&["exclusiveMinimum"], "model APIs drop it", "use `minimum`; for integers it is one more"),
    (&["exclusiveMaximum"], "model APIs drop it", "use `maximum`; for integers it is one less"),
    (
        &["multipleOf"],
        "floating point makes it mean different things",
        "describe it, and check it in the tool",
    ),
    (
        &["$defs", "definitions"],
        "types stand in one place for the whole catalog",
        "declare it below `types:` and write `$ref: \"#/types/Name\"`",
    ),
    (&["$id", "$anchor"], "a type is found by its name below `types:`", "remove it"),
    (&["$schema", "$vocabulary"], "every schema here is JSON Schema 2020-12", "remove it"),
    (
        &["$dynamicRef", "$dynamicAnchor", "$recursiveRef"],
        "no model API resolves it",
        "write `$ref: \"#/types/Name\"`: a type may contain itself",
    ),
    (&["$comment"], "YAML has comments", "write it behind `#`"),
    (&["title"], "models read `description`", "write it into `description`"),
    (&["deprecated"], "models do not see it", "say it in `description`, or keep the old name with `aliases`"),
    (
        &["readOnly", "writeOnly"],
        "`input` and `output` are separate already",
        "leave it out of the one or the other",
    ),
    (
        &["contentEncoding", "contentMediaType", "contentSchema"],
        "clients do not decode it",
        "say in `description` how the text is encoded",
    ),
    (
        &["nullable"],
        "it is not JSON Schema, and clients cut null",
        "leave the member out of `required`: what is absent has no value",
    ),
    (
        &["discriminator"],
        "it is not JSON Schema",
        "the required `const` property of a `oneOf` tells objects apart",
    ),
    (&["example"], "it is not JSON Schema", "write `examples` with a list"),
    (&["id", "extends", "xml", "externalDocs"], "it is not JSON Schema 2020-12", "remove it"),
];
