//! Types as the generator writes them, and what the macros behind them promise.

use std::collections::BTreeMap;

use lockstep_runtime::contract::{
    ConstraintError, Email, ErrorDetail, Member, ModelledError, Presence, Rule, SharedError, ToolError,
    Typed, Uri,
};
use lockstep_runtime::serde_json::{Value, from_value, json, to_value};

lockstep_runtime::text! {
    /// One statement.
    pub(crate) struct Sql { min: Some(1), max: Some(20), pattern: None, format: None }
}
lockstep_runtime::text! {
    /// A short name.
    pub(crate) struct Slug { min: None, max: None, pattern: Some("^[a-z][a-z0-9-]*$"), format: None }
}
lockstep_runtime::text! {
    /// A short address.
    pub(crate) struct ShortUri { min: None, max: Some(30), pattern: None, format: Some(Uri) }
}
lockstep_runtime::integer! {
    /// Most rows.
    pub(crate) struct MaxRows(u32) { min: Some(1), max: Some(1000) }
}
lockstep_runtime::integer! {
    /// Any count.
    pub(crate) struct Count(u64) { min: None, max: None }
}
lockstep_runtime::integer! {
    /// An offset.
    pub(crate) struct Offset(i64) { min: Some(-5), max: None }
}
lockstep_runtime::number! {
    /// A part.
    pub(crate) struct Ratio { min: Some(0.0), max: None }
}
lockstep_runtime::list! {
    /// Values for placeholders.
    pub(crate) struct Params(Value) { min: None, max: Some(4), unique: false }
}
lockstep_runtime::list! {
    /// Different values.
    pub(crate) struct Distinct(Value) { min: Some(1), max: None, unique: true }
}
lockstep_runtime::map! {
    /// Labels.
    pub(crate) struct Labels(String) { max: Some(2) }
}
lockstep_runtime::choice! {
    /// How to write.
    pub(crate) enum Mode {
        /// A new file.
        Create = "create",
        /// At the end.
        Append = "append",
    }
}
lockstep_runtime::choice! {
    /// Names that mean something else in Rust.
    pub(crate) enum Level {
        /// A mistake.
        Error = "error",
        /// The same, short.
        Err = "err",
        /// None.
        Ok = "ok",
        /// Nothing.
        None = "none",
    }
}

/// Types of a catalog may have the names of types of Rust.
mod shadowed {
    pub(crate) struct Result;
    pub(crate) struct Option;
    pub(crate) struct String;
    pub(crate) struct Vec;

    lockstep_runtime::text! {
        /// A text.
        pub(crate) struct Name { min: Some(1), max: None, pattern: Some("a"), format: None }
    }
    lockstep_runtime::integer! {
        /// A number.
        pub(crate) struct Number(u32) { min: None, max: None }
    }
    lockstep_runtime::list! {
        /// A list.
        pub(crate) struct Names(Name) { min: None, max: None, unique: true }
    }
    lockstep_runtime::map! {
        /// A map.
        pub(crate) struct Named(Name) { max: None }
    }
    lockstep_runtime::choice! {
        /// A choice.
        pub(crate) enum Choice {
            /// The only one.
            Only = "only",
        }
    }
    lockstep_runtime::errors! {
        /// Errors.
        pub(crate) enum Mistake {
            /// A hint as an error.
            Hint hint "hint" { retryable: false, hint: "h", retry_after: None },
        }
    }
}

lockstep_runtime::errors! {
    /// How `save` can fail.
    pub(crate) enum SaveError {
        /// It is there already.
        AlreadyExists already_exists "already_exists" {
            retryable: false, hint: "Choose another name.", retry_after: None
        },
        /// The disk is busy.
        Busy busy "busy" { retryable: true, hint: "Wait for the disk.", retry_after: Some(30), },
    }
}
lockstep_runtime::errors! {
    /// A tool without errors of its own.
    pub(crate) enum QuietError {}
}

fn max_rows() -> MaxRows {
    MaxRows(100)
}

/// Arguments that serde reads alone.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct QueryArguments {
    pub(crate) sql: Sql,
    #[serde(default, deserialize_with = "lockstep_runtime::contract::present")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) params: Option<Params>,
    #[serde(default = "max_rows")]
    pub(crate) max_rows: MaxRows,
    #[serde(default, deserialize_with = "lockstep_runtime::contract::present")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) explain: Option<bool>,
    #[serde(default, deserialize_with = "lockstep_runtime::contract::present")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ratio: Option<Ratio>,
}

static QUERY: Rule = Rule::Object(&[
    Member::new("sql", <Sql as Typed>::RULE, Presence::Required, "\"select 1\""),
    Member::new("params", <Params as Typed>::RULE, Presence::Optional, "[1]"),
    Member::new("max_rows", <MaxRows as Typed>::RULE, Presence::Default, "100"),
    Member::new("explain", <bool as Typed>::RULE, Presence::Optional, ""),
    Member::new("ratio", <Ratio as Typed>::RULE, Presence::Optional, ""),
]);

impl Typed for QueryArguments {
    const RULE: &'static Rule = &QUERY;
}

/// A shape, told by `kind`.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", deny_unknown_fields)]
pub(crate) enum Shape {
    #[serde(rename = "circle")]
    Circle { radius: f64 },
    #[serde(rename = "box")]
    Box { sides: Vec<u32> },
}

static SHAPE: Rule = Rule::Union {
    tag: "kind",
    variants: &[
        ("circle", &[Member::new("radius", <f64 as Typed>::RULE, Presence::Required, "1.5")]),
        ("box", &[Member::new("sides", <Vec<u32> as Typed>::RULE, Presence::Required, "[1,2]")]),
    ],
};

impl Typed for Shape {
    const RULE: &'static Rule = &SHAPE;
}

/// A type that contains itself.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tree {
    pub(crate) name: Slug,
    #[serde(default, deserialize_with = "lockstep_runtime::contract::present")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) parent: Option<Box<Tree>>,
    #[serde(default, deserialize_with = "lockstep_runtime::contract::present")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) children: Option<Vec<Tree>>,
}

static TREE: Rule = Rule::Object(&[
    Member::new("name", <Slug as Typed>::RULE, Presence::Required, "\"a\""),
    Member::new("parent", <Box<Tree> as Typed>::RULE, Presence::Optional, ""),
    Member::new("children", <Vec<Tree> as Typed>::RULE, Presence::Optional, ""),
]);

impl Typed for Tree {
    const RULE: &'static Rule = &Rule::Later(|| &TREE);
}

/// Arguments with all that lies deeper.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DrawArguments {
    pub(crate) shape: Shape,
    #[serde(default, deserialize_with = "lockstep_runtime::contract::present")]
    pub(crate) tree: Option<Tree>,
    #[serde(default, deserialize_with = "lockstep_runtime::contract::present")]
    pub(crate) labels: Option<Labels>,
    #[serde(default, deserialize_with = "lockstep_runtime::contract::present")]
    pub(crate) distinct: Option<Distinct>,
    #[serde(default, deserialize_with = "lockstep_runtime::contract::present")]
    pub(crate) mode: Option<Mode>,
    #[serde(default, deserialize_with = "lockstep_runtime::contract::present")]
    pub(crate) any: Option<Value>,
}

static DRAW: Rule = Rule::Object(&[
    Member::new("shape", <Shape as Typed>::RULE, Presence::Required, r#"{"kind":"circle","radius":1}"#),
    Member::new("tree", <Tree as Typed>::RULE, Presence::Optional, ""),
    Member::new("labels", <Labels as Typed>::RULE, Presence::Optional, ""),
    Member::new("distinct", <Distinct as Typed>::RULE, Presence::Optional, ""),
    Member::new("mode", <Mode as Typed>::RULE, Presence::Optional, ""),
    Member::new("any", <Value as Typed>::RULE, Presence::Optional, ""),
]);

impl Typed for DrawArguments {
    const RULE: &'static Rule = &DRAW;
}

/// What `save` returns.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SaveOutput {
    pub(crate) path: Slug,
    pub(crate) size: Count,
}

static SAVE_OUTPUT: Rule = Rule::Object(&[
    Member::new("path", <Slug as Typed>::RULE, Presence::Required, ""),
    Member::new("size", <Count as Typed>::RULE, Presence::Required, ""),
]);

impl Typed for SaveOutput {
    const RULE: &'static Rule = &SAVE_OUTPUT;
}

#[track_caller]
fn refuses<T: std::fmt::Debug>(outcome: Result<T, ConstraintError>, message: &str) {
    assert_eq!(outcome.expect_err("it breaks the rule").to_string(), message);
}

#[test]
fn text_counts_characters() {
    let sql = Sql::try_from("ä".repeat(20)).expect("20 characters");
    assert_eq!((sql.len(), sql.as_str().chars().count()), (40, 20));
    assert_eq!(sql.to_string(), sql.get());
    assert_eq!(String::from(sql.clone()), sql.into_inner());
    refuses(Sql::try_from(""), "must be a string of 1 to 20 characters, not `\"\"`");
    refuses(
        "ä".repeat(21).parse::<Sql>(),
        &format!("must be a string of 1 to 20 characters, not `\"{}\"`", "ä".repeat(21)),
    );
    refuses(Slug::try_from("Slug"), "must be a string that matches `^[a-z][a-z0-9-]*$`, not `\"Slug\"`");
    assert_eq!(Slug::try_from("a-1").expect("a slug"), "a-1");
    refuses(Slug::try_from("a\n"), "must be a string that matches `^[a-z][a-z0-9-]*$`, not `\"a\\n\"`");
    assert!(ShortUri::try_from("urn:a").is_ok());
    refuses(ShortUri::try_from("a"), "must be a URI with a scheme of at most 30 characters, not `\"a\"`");
}

#[test]
fn messages_cut_what_was_sent() {
    let message = Sql::try_from("x".repeat(1 << 20)).expect_err("too long").to_string();
    assert_eq!(message, format!("must be a string of 1 to 20 characters, not `\"{}…`", "x".repeat(39)));
    let message = Slug::try_from("\u{7f}\u{202e}\u{1b}[2J").expect_err("no slug").to_string();
    assert!(message.ends_with("not `\"\u{fffd}\u{fffd}\\u001b[2J\"`"), "{message}");
}

#[test]
fn numbers_have_bounds() {
    assert_eq!((MaxRows::MIN, MaxRows::MAX), (1, 1000));
    assert_eq!((Count::MIN, Count::MAX), (0, u64::MAX));
    assert_eq!((Offset::MIN, Offset::MAX), (-5, i64::MAX));
    assert_eq!(MaxRows::try_from(7).map(|rows| (*rows, rows.get(), u32::from(rows))), Ok((7, 7, 7)));
    refuses(MaxRows::try_from(1001), "must be a whole number from 1 to 1000, not `1001`");
    refuses(Offset::try_from(-6), "must be a whole number of -5 or more, not `-6`");
    assert_eq!(Ratio::try_from(0.5).map(Ratio::get), Ok(0.5));
    for wrong in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.1] {
        assert!(Ratio::try_from(wrong).is_err(), "{wrong}");
    }
    refuses(Ratio::try_from(-0.5), "must be a number of 0 or more, not `-0.5`");
    assert_eq!(from_value::<Count>(json!(u64::MAX)).expect("the largest").get(), u64::MAX);
}

#[test]
fn lists_and_maps_have_bounds() {
    let params = Params::try_from(vec![json!(1), json!("a")]).expect("two");
    assert_eq!(params.iter().chain(&params).count(), 4);
    assert_eq!(params.clone().into_iter().collect::<Vec<_>>(), params.into_inner());
    refuses(Params::try_from(vec![json!(0); 5]), "must be a list of at most 4 items, not `[0,0,0,0,0]`");
    refuses(Distinct::try_from(vec![]), "must be a list of 1 or more different items, not `[]`");
    for (first, second) in [
        (json!(1), json!(1.0)),
        (json!(0), json!(-0.0)),
        (json!({"a": 1, "b": [2]}), json!({"b": [2.0], "a": 1})),
        (json!(1e19), json!(10_000_000_000_000_000_000_u64)),
    ] {
        assert!(Distinct::try_from(vec![first.clone(), second.clone()]).is_err(), "{first} {second}");
    }
    let different = json!([1, "1", true, "true", null, "null", [], {}, [1], {"a": 1}, 1.5, "", "[]", ["a,b"], ["a", "b"]]);
    assert!(from_value::<Distinct>(different).is_ok());
    let labels =
        |count: usize| (0..count).map(|n| (n.to_string(), n.to_string())).collect::<BTreeMap<_, _>>();
    assert_eq!(Labels::try_from(labels(2)).expect("two").len(), 2);
    refuses(
        Labels::try_from(labels(3)),
        "must be an object of at most 2 members, not `{\"0\":\"0\",\"1\":\"1\",\"2\":\"2\"}`",
    );
}

#[test]
fn choices_are_closed() {
    assert_eq!(Mode::ALL.iter().map(|mode| mode.as_str()).collect::<Vec<_>>(), ["create", "append"]);
    assert_eq!("append".parse(), Ok(Mode::Append));
    assert_eq!(format!("{:>8}", Mode::Append), "  append");
    refuses("Append".parse::<Mode>(), "must be one of `create`, `append`, not `\"Append\"`");
    assert_eq!(to_value(Mode::Create).expect("JSON"), "create");
    assert_eq!(from_value::<Mode>(json!("create")).expect("a mode"), Mode::Create);
    assert!(from_value::<Mode>(json!({ "create": null })).is_err());
}

#[test]
fn names_may_mean_something_else_in_rust() {
    assert_eq!("err".parse(), Ok(Level::Err));
    assert_eq!(
        Level::ALL.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["error", "err", "ok", "none"]
    );
    let _ = (shadowed::Result, shadowed::Option, shadowed::String, shadowed::Vec);
    let name = shadowed::Name::try_from("a").expect("a name");
    assert!(shadowed::Names::try_from(vec![name.clone(), name.clone()]).is_err());
    assert!(shadowed::Named::try_from(BTreeMap::from([("n".to_owned(), name)])).is_ok());
    assert_eq!(shadowed::Number::try_from(1).map(shadowed::Number::get), Ok(1));
    assert_eq!(shadowed::Choice::try_from("only"), Ok(shadowed::Choice::Only));
    assert_eq!(shadowed::Mistake::hint("x").hint(), "h");
}

#[test]
fn newtypes_are_checked_when_read() {
    assert!(from_value::<Sql>(json!("")).is_err());
    assert!(from_value::<MaxRows>(json!(0)).is_err());
    assert!(from_value::<Ratio>(json!(-1)).is_err());
    assert!(from_value::<Params>(json!([1, 2, 3, 4, 5])).is_err());
    assert!(from_value::<Email>(json!("nobody")).is_err());
    let wrong = from_value::<Uri>(json!("/a")).expect_err("no scheme").to_string();
    assert_eq!(wrong, "must be a URI with a scheme, not `\"/a\"`");
    assert_eq!(to_value(MaxRows(5)).expect("JSON"), 5);
    assert_eq!(to_value(Params(vec![Value::Null])).expect("JSON"), json!([null]));
}

#[test]
fn errors_say_what_the_catalog_says() {
    let error = SaveError::busy("somebody else writes");
    assert_eq!(
        (error.code(), error.retryable(), error.hint(), error.retry_after()),
        ("busy", true, "Wait for the disk.", Some(30))
    );
    assert_eq!(error.to_string(), "busy: somebody else writes");
    let detail = || ErrorDetail::new("x").with_fact("n", 1);
    assert_eq!(SaveError::from_code("already_exists", detail()), Some(SaveError::AlreadyExists(detail())));
    let shared = SaveError::Shared(SharedError::Timeout(detail()));
    assert_eq!(SaveError::from_code("timeout", detail()), Some(shared));
    assert_eq!(SaveError::from_code("no_such_error", detail()), None);
    assert_eq!(QuietError::from_code("busy", detail()), Some(SharedError::busy(detail()).into()));
    let codes = ["invalid_argument", "insufficient_scope", "rate_limited", "busy", "timeout", "cancelled"];
    for code in codes.into_iter().chain(["unavailable", "internal"]) {
        assert_eq!(SharedError::from_code(code, detail()).map(|error| error.code()), Some(code));
    }
}

#[test]
fn a_broken_constraint_is_the_servers_mistake() {
    fn save() -> Result<SaveOutput, SaveError> {
        Ok(SaveOutput { path: "Wrong".parse()?, size: Count(1) })
    }
    let error = save().expect_err("no slug");
    assert_eq!(
        error.to_string(),
        "internal: a value of the server's own must be a string that matches `^[a-z][a-z0-9-]*$`, not \
         `\"Wrong\"`"
    );
}
