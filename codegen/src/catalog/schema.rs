//! The JSON Schema that a catalog may use, and what each of its keywords must hold.

use serde_json::Value;

use super::check::{Check, Map, listed, nearest};
use super::later::{Against, Later};
use super::load::Entry;
use super::model::{Kind, Member, Schema};
use super::{keys, names, refused, strings, union};
use crate::names::field_name;
use crate::yaml::{Content, Key, Node};

/// Where a schema stands, and what may stand beside it there.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) keys: &'static [&'static str],
    /// The type where none is named.
    pub(super) implied: Option<&'static str>,
    /// What its owner is called.
    pub(super) kind: &'static str,
}

pub(super) const INPUT: Place = Place { keys: keys::INPUT_PROPERTY, implied: None, kind: "property" };
pub(super) const PROPERTY: Place = Place { keys: keys::PROPERTY, implied: None, kind: "property" };
pub(super) const PARAMETER: Place =
    Place { keys: keys::PROPERTY, implied: Some("string"), kind: "parameter" };
pub(super) const ARGUMENT: Place = Place { keys: keys::ARGUMENT, implied: Some("string"), kind: "argument" };
const INNER: Place = Place { keys: &[], implied: None, kind: "schema" };

/// The declared types.
pub(super) fn types<'n>(check: &mut Check<'n>, entries: &[Entry<'n>]) {
    check.type_names = entries.iter().map(|entry| entry.key.text.clone()).collect();
    for Entry { file, key, node } in entries {
        check.file = *file;
        names::declared_type(check, key);
        check.type_spots.insert(key.text.clone(), check.spot(key.at));
        let schema = schema(check, node, INNER);
        check.types.insert(key.text.clone(), schema);
    }
}

/// The members of an object, from its `properties` and `required`.
pub(super) fn members<'n>(check: &mut Check<'n>, map: &Map<'n>, place: Place) -> Vec<Member> {
    members_but(check, map, place, None)
}

pub(super) fn members_but<'n>(
    check: &mut Check<'n>,
    map: &Map<'n>,
    place: Place,
    tag: Option<&str>,
) -> Vec<Member> {
    let mut entries = check.entries(map, "properties");
    entries.retain(|(key, node)| {
        let slipped = key.text == "required" && matches!(node.content, Content::List(_));
        if slipped {
            let hint = "indent it as `properties` itself, two blanks less";
            check.push(key.at, "`required` stands among the properties", hint);
        }
        !slipped
    });
    let required = check.texts(map, "required");
    let known: Vec<&str> = entries.iter().map(|(key, _)| key.text.as_str()).collect();
    let readable = map.node("properties").is_none_or(|node| matches!(node.content, Content::Map(_)));
    for (name, node) in required.iter().filter(|_| readable) {
        match entries.iter().find(|(key, _)| key.text == *name) {
            None => {
                let hint = match (nearest(name, &known), known.as_slice()) {
                    (Some(near), _) => format!("did you mean `{near}`?"),
                    (None, []) => format!("add it: `properties: {{ {name}: {{ type: string }} }}`"),
                    (None, known) => format!("the properties are {}", listed(known)),
                };
                check.push(node.at, format!("`required` names `{name}`, which is no property"), hint);
            }
            Some((_, property)) if property.get("default").is_some() => {
                let hint = "take it out of `required`, or remove the default";
                check.push(node.at, format!("`{name}` is required and has a default"), hint);
            }
            Some(_) => {}
        }
    }
    let mut members: Vec<Member> = Vec::new();
    for (key, node) in entries.into_iter().filter(|(key, _)| Some(key.text.as_str()) != tag) {
        let needed = required.iter().any(|(name, _)| *name == key.text);
        let member = member(check, key, node, needed, place);
        let rust = field_name(&member.name);
        if let Some(first) = members.iter().find(|other| field_name(&other.name) == rust) {
            let message = format!("`{}` and `{}` become the same Rust name", first.name, member.name);
            check.push(key.at, message, "rename one of them");
        }
        members.push(member);
    }
    members
}

pub(super) fn member<'n>(
    check: &mut Check<'n>,
    key: &Key,
    node: &'n Node,
    required: bool,
    place: Place,
) -> Member {
    names::member(check, key.at, &key.text, place.kind);
    let schema = schema(check, node, place);
    let default = node.get("default");
    if let Some(default) = default {
        if matches!(default.content, Content::Scalar(Value::Null)) {
            let hint = "remove it: what is not sent is absent";
            check.push(default.at, format!("the default of `{}` is null", key.text), hint);
        } else {
            check.later.push(Later {
                file: check.file,
                node: default,
                against: Against::Schema(schema.clone()),
                what: format!("the default of `{}`", key.text),
                hint: "change the default, or its schema",
            });
        }
    }
    let header = if place.keys.contains(&"header") { header(check, node, &schema) } else { None };
    Member {
        at: check.spot(key.at),
        name: key.text.clone(),
        schema,
        required,
        default: default.map(Node::json),
        header,
    }
}

fn header(check: &mut Check<'_>, owner: &Node, schema: &Schema) -> Option<String> {
    let node = owner.get("header")?;
    let name = check.text_of(node, "`header`")?;
    let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if !name.chars().all(token) {
        let hint = "use letters, digits and `-`: `Mcp-Param-` is put in front of it";
        check.push(node.at, format!("`{name}` cannot be a header's name"), hint);
    }
    let plain = match &resolved(check, schema).kind {
        Kind::String { format, .. } => format.is_none(),
        Kind::Choice(_) | Kind::Integer { .. } | Kind::Boolean => true,
        // What names a type and has none is reported already.
        Kind::Any => {
            matches!(schema.kind, Kind::Any)
                && ["type", "enum", "$ref"].iter().any(|key| owner.get(key).is_some())
        }
        _ => false,
    };
    if !plain {
        let hint = "only a string without `format`, an integer or a boolean can stand in a header";
        check.push(node.at, "this property cannot be mirrored in a header", hint);
    }
    Some(name)
}

/// What a schema is after its references.
pub(super) fn resolved<'a>(check: &'a Check<'_>, schema: &'a Schema) -> &'a Schema {
    let mut schema = schema;
    for _ in 0..check.types.len() {
        let Kind::Ref(name) = &schema.kind else { break };
        let Some(target) = check.types.get(name) else { break };
        schema = target;
    }
    schema
}

pub(super) fn schema<'n>(check: &mut Check<'n>, node: &'n Node, place: Place) -> Schema {
    let mut map = check.open_or(node, "a schema", "write `{ type: string }`, or `{}` for any value");
    let kind = kind(check, &mut map, node, place);
    let description = check.text(&map, "description");
    let schema = Schema { at: check.spot(node.at), description, examples: vec![], kind };
    let examples = check.list(&map, "examples");
    for (index, node) in examples.iter().copied().enumerate() {
        check.later.push(Later {
            file: check.file,
            node,
            against: Against::Schema(schema.clone()),
            what: format!("example {}", index + 1),
            hint: "change the example, or its schema",
        });
    }
    Schema { examples: examples.into_iter().map(Node::json).collect(), ..schema }
}

fn kind<'n>(check: &mut Check<'n>, map: &mut Map<'n>, node: &'n Node, place: Place) -> Kind {
    if let Some(target) = map.node("$ref") {
        only(check, map, "a reference", &[&["$ref"]], place);
        return reference(check, target);
    }
    if map.has("oneOf") && map.node("oneOf").is_some() {
        only(check, map, "a `oneOf`", &[&["oneOf"]], place);
        return union::union(check, map);
    }
    let Some(name) = type_name(check, map, place) else { return Kind::Any };
    if map.node("enum").is_some() && name.is_none_or(|name| name == "string") {
        only(check, map, "an `enum`", &[&["type", "enum"]], place);
        return strings::choice(check, map);
    }
    let Some(name) = name else {
        only(check, map, "a schema without `type`", &[], place);
        return Kind::Any;
    };
    let keywords = keys::TYPES.iter().find(|(known, _)| *known == name).map(|(_, keywords)| *keywords);
    only(
        check,
        map,
        &format!("a schema of type `{name}`"),
        &[&["type"], keywords.unwrap_or_default()],
        place,
    );
    match name {
        "string" => strings::string(check, map),
        "integer" => {
            let (min, max) = range(check, map, ["minimum", "maximum"], "a whole number", Value::as_i64);
            Kind::Integer { min, max }
        }
        "number" => {
            let (min, max) = range(check, map, ["minimum", "maximum"], "a number", Value::as_f64);
            Kind::Number { min, max }
        }
        "boolean" => Kind::Boolean,
        "array" => array(check, map, node),
        _ => object(check, map),
    }
}

/// The type's name, or none where any value is meant; nothing at all after a mistake.
fn type_name<'n>(check: &mut Check<'n>, map: &Map<'n>, place: Place) -> Option<Option<&'static str>> {
    let Some(node) = map.node("type") else { return Some(place.implied) };
    let names = keys::TYPES.map(|(name, _)| name);
    const ABSENT: &str =
        "clients cut or refuse null: leave the member out of `required`, and absent is its null";
    match &node.content {
        Content::Scalar(Value::String(name)) => {
            if let Some(known) = names.iter().find(|known| *known == name) {
                return Some(Some(known));
            }
            let hint = match (name.as_str(), nearest(name, &names)) {
                ("null", _) => ABSENT.to_owned(),
                (_, Some(near)) => format!("did you mean `{near}`?"),
                ("int" | "long", _) => "did you mean `integer`?".to_owned(),
                ("float" | "double", _) => "did you mean `number`?".to_owned(),
                ("any", _) => "leave `type` out for any JSON value".to_owned(),
                ("list", _) => "did you mean `array`?".to_owned(),
                ("map" | "dict" | "struct", _) => "did you mean `object`?".to_owned(),
                ("text" | "str", _) => "did you mean `string`?".to_owned(),
                ("date" | "date-time" | "email" | "uri" | "uuid", _) => {
                    format!("write `type: string` and `format: {name}`")
                }
                _ => format!("one of {}; leave `type` out for any JSON value", listed(&names)),
            };
            check.push(node.at, format!("`type` must be one type's name, not `{name}`"), hint);
        }
        Content::Scalar(Value::Null) => check.push(node.at, "`type` cannot be null", ABSENT),
        Content::List(_) => {
            let hint = format!("name one type, or leave `type` out for any JSON value; {ABSENT}");
            check.push(node.at, "`type` must be one type's name, not a list", hint);
        }
        _ => check.wrong(node, "`type`", "one type's name", &format!("one of {}", listed(&names))),
    }
    None
}

/// Reports the keywords that a schema of this kind cannot have.
fn only<'n>(check: &mut Check<'n>, map: &mut Map<'n>, of: &str, kind: &[&[&str]], place: Place) {
    let allowed: Vec<&str> =
        kind.iter().copied().flatten().chain(keys::ANY).chain(place.keys).copied().collect();
    of.clone_into(&mut map.of);
    let untyped = map.node("type").is_none();
    if map.members.keys().any(|key| refused::keyword(key).is_some()) {
        // What was refused most likely took their place.
        map.excuse("properties");
        map.excuse("items");
    }
    check.only(map, &allowed, |key, of| {
        if let Some((reason, hint)) = refused::keyword(key) {
            return Some((format!("`{key}` is not for a catalog's schemas: {reason}"), hint.to_owned()));
        }
        let owners: Vec<&str> = keys::TYPES
            .iter()
            .filter(|(_, keywords)| keywords.contains(&key))
            .map(|(name, _)| *name)
            .collect();
        let hint = match (key, owners.as_slice()) {
            ("required", _) if !untyped || place.keys.contains(&"default") => {
                "list the property's name in the `required` of the object that holds it".to_owned()
            }
            ("header", _) => "only a property at the top of `input` has a header".to_owned(),
            ("default", _) => "only a property, parameter or argument has a default".to_owned(),
            ("complete", _) => {
                "only an argument of a prompt has it; a resource lists its parameters".to_owned()
            }
            ("enum", _) => {
                "only strings are listed: use a range for numbers, and nothing for booleans".to_owned()
            }
            ("type", _) => "remove it: what it refers to or lists says the type".to_owned(),
            ("$ref" | "oneOf", _) => "it stands alone, beside `description`".to_owned(),
            (_, []) => return None,
            _ if of == "a reference" => "it stands in the type that is referred to".to_owned(),
            (_, [owner]) if untyped && of.contains("without") => format!("add `type: {owner}`"),
            (_, [owner, other]) if untyped && of.contains("without") => {
                format!("add `type: {owner}` or `type: {other}`")
            }
            (_, owners) => match nearest(key, &allowed) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it belongs to {}", listed(owners).replace(", ", " and ")),
            },
        };
        Some((format!("{of} cannot have `{key}`"), hint))
    });
}

fn reference(check: &mut Check<'_>, node: &Node) -> Kind {
    let Some(text) = check.text_of(node, "`$ref`") else { return Kind::Any };
    let name = text.strip_prefix("#/types/");
    if let Some(name) = name.filter(|name| check.type_names.iter().any(|known| known == name)) {
        return Kind::Ref(name.to_owned());
    }
    if check.partial && name.is_some() {
        return Kind::Any;
    }
    let last = text.rsplit('/').next().unwrap_or_default();
    let near = nearest(last, &check.type_names).map(str::to_owned);
    let hint = match (&near, check.type_names.as_slice()) {
        (Some(near), _) => format!("did you mean `#/types/{near}`?"),
        (None, []) => "declare it below `types:` and write `#/types/Name`".to_owned(),
        (None, known) => format!("write `#/types/` and one of {}", listed(known)),
    };
    check.meant.extend(near);
    check.push(node.at, format!("`{text}` leads to no declared type"), hint);
    Kind::Any
}

fn array<'n>(check: &mut Check<'n>, map: &Map<'n>, node: &'n Node) -> Kind {
    let items = map.node("items").map(|node| schema(check, node, INNER));
    if items.is_none() && !map.has("items") {
        check.push(node.at, "an array needs `items`", "write `items: {}` for any JSON value");
    }
    let any = Schema { at: check.spot(node.at), description: None, examples: vec![], kind: Kind::Any };
    let (min, max) = natural_range(check, map, ["minItems", "maxItems"]);
    let unique = check.flag(map, "uniqueItems").unwrap_or_default();
    Kind::Array { items: Box::new(items.unwrap_or(any)), min, max, unique }
}

fn object<'n>(check: &mut Check<'n>, map: &Map<'n>) -> Kind {
    let extra = map.node("additionalProperties");
    match (map.node("properties"), extra) {
        (Some(_), Some(extra)) => {
            let hint = match extra.json() {
                Value::Bool(false) => "remove it: an object with `properties` is closed already",
                _ => {
                    "an object has `properties` or free names, not both: remove one, or nest a map in a property"
                }
            };
            check.push(extra.at, "an object with `properties` cannot have `additionalProperties`", hint);
        }
        (None, None) if !map.has("properties") && !map.has("additionalProperties") => {
            let hint = "write `properties: {}` for an empty one, `additionalProperties: true` for any";
            check.push(map.at, "an object needs `properties` or `additionalProperties`", hint);
        }
        (None, Some(extra)) => return free(check, map, extra),
        _ => {}
    }
    if let (Some((key, _)), None) = (map.members.get("maxProperties"), extra) {
        check.push(
            key.at,
            "an object with `properties` cannot have `maxProperties`",
            "remove it: the names are fixed",
        );
    }
    Kind::Object(members(check, map, PROPERTY))
}

/// An object with free names.
fn free<'n>(check: &mut Check<'n>, map: &Map<'n>, values: &'n Node) -> Kind {
    if let Some((key, _)) = map.members.get("required") {
        let hint = "remove it, or declare the names in `properties`";
        check.push(key.at, "an object with free names cannot have `required`", hint);
    }
    let max = natural(check, map, "maxProperties");
    let values = match values.content {
        Content::Scalar(Value::Bool(true)) => {
            Schema { at: check.spot(values.at), description: None, examples: vec![], kind: Kind::Any }
        }
        Content::Scalar(Value::Bool(false)) => {
            let hint = "write `properties: {}` for an object without members, `true` for one with any";
            check.push(values.at, "`additionalProperties` cannot be false", hint);
            return Kind::Any;
        }
        _ => schema(check, values, INNER),
    };
    Kind::Map { values: Box::new(values), max }
}

fn natural<'n>(check: &mut Check<'n>, map: &Map<'n>, key: &str) -> Option<u64> {
    check.number(map, key, "a whole number, 0 or more", Value::as_u64)
}

pub(super) fn natural_range<'n>(
    check: &mut Check<'n>,
    map: &Map<'n>,
    keys: [&str; 2],
) -> (Option<u64>, Option<u64>) {
    range(check, map, keys, "a whole number, 0 or more", Value::as_u64)
}

fn range<'n, T: PartialOrd + Copy>(
    check: &mut Check<'n>,
    map: &Map<'n>,
    [low, high]: [&str; 2],
    wanted: &str,
    read: fn(&Value) -> Option<T>,
) -> (Option<T>, Option<T>) {
    let (min, max) = (check.number(map, low, wanted, read), check.number(map, high, wanted, read));
    if let (Some(least), Some(most), Some((key, _))) = (min, max, map.members.get(low))
        && least > most
    {
        check.push(
            key.at,
            format!("`{low}` is more than `{high}`: no value fits"),
            "swap them, or change one",
        );
    }
    (min, max)
}
