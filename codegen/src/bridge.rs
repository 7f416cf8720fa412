//! The bridges between the latest revision and each older one: which type becomes which, field by field, and every
//! gap that only a rule of `spec/bridge.toml` can close.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::error::{Collector, Error, Errors};
use crate::model::{Body, Field, Module, Presence, StringVariant, Struct, Ty, Union};

/// How a rule names the newest revision, whichever that is.
const LATEST: &str = "latest";

/// `bridge.toml`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rules {
    #[serde(default)]
    pub(crate) era_only: Vec<EraOnly>,
    #[serde(default)]
    pub(crate) before: Vec<Before>,
    #[serde(default)]
    pub(crate) variant: Vec<VariantRule>,
    #[serde(default)]
    pub(crate) field: Vec<FieldRule>,
}

/// A message without a counterpart on the other side; the engine handles it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EraOnly {
    /// Rust names.
    pub(crate) types: Vec<String>,
    pub(crate) reason: String,
}

/// A function that rewrites a value in its own vocabulary before it crosses.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Before {
    pub(crate) to: Vec<String>,
    #[serde(rename = "type")]
    pub(crate) ty: String,
    pub(crate) with: String,
    pub(crate) reason: String,
}

/// What becomes of a union's variant that the other side has not.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VariantRule {
    pub(crate) to: Vec<String>,
    #[serde(rename = "type")]
    pub(crate) ty: String,
    pub(crate) variant: String,
    /// The variant of the other side that is the same under another name.
    #[serde(default)]
    pub(crate) same_as: Option<String>,
    /// A function that gives another variant's value instead.
    #[serde(default)]
    pub(crate) with: Option<String>,
    /// The crossing is refused, for this reason.
    #[serde(default)]
    pub(crate) refuse: Option<String>,
    pub(crate) reason: String,
}

/// How a field comes about that does not follow from the other side's.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FieldRule {
    /// Only from these revisions; from every one, if none is named.
    #[serde(default)]
    pub(crate) from: Vec<String>,
    pub(crate) to: Vec<String>,
    /// Rust name of the type that gets the field; `*` for every type.
    #[serde(rename = "type")]
    pub(crate) ty: String,
    /// Name on the wire.
    pub(crate) field: String,
    /// A function of the crossing that gives the value; it gets the other side's, if there is one, as JSON.
    #[serde(default)]
    pub(crate) fill: Option<String>,
    /// A function from the other side's value to this one's, or to nothing.
    #[serde(default)]
    pub(crate) with: Option<String>,
    /// The other side's field left out counts as its default.
    #[serde(default)]
    pub(crate) absent: Option<Absent>,
    pub(crate) reason: String,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Absent {
    Default,
}

/// All conversions between two revisions, in one direction.
pub(crate) struct Bridge {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) conversions: BTreeMap<(String, String), Conversion>,
}

/// How one type becomes another.
#[derive(Clone, Debug)]
pub(crate) enum Conversion {
    Struct {
        before: Option<String>,
        lost: Vec<Lost>,
        fields: Vec<Made>,
        /// Whether the source and the target keep members that their schemas do not name.
        open: (bool, bool),
    },
    Union {
        variants: Vec<(String, Arm)>,
        /// As for a struct: variants that their schemas do not name.
        open: (bool, bool),
    },
    /// A struct becomes a union's variant.
    Variant {
        variant: String,
        step: Step,
    },
    Strings {
        same: Vec<String>,
        missing: Vec<String>,
    },
    /// An open struct whose named fields the other side does not know.
    OpenToObject {
        lost: Vec<Lost>,
    },
}

/// A field that does not cross.
#[derive(Clone, Debug)]
pub(crate) struct Lost {
    pub(crate) json: String,
    pub(crate) rust: String,
    pub(crate) always: bool,
}

/// A field of the target.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    pub(crate) json: String,
    pub(crate) rust: String,
    pub(crate) from: Source,
}

#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// Left out.
    Nothing,
    Field {
        rust: String,
        step: Step,
        presence: (Presence, Presence),
        default: bool,
    },
    /// `rust` is the other side's field, if it has one.
    Fill {
        with: String,
        rust: Option<String>,
    },
    With {
        with: String,
        rust: String,
        presence: (Presence, Presence),
    },
}

/// What happens to a value on its way.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    Same,
    Cross,
    /// An open struct becomes its unnamed members.
    CrossToObject,
    List(Box<Step>),
    Map(Box<Step>),
    ObjectToAny,
    /// A value of a string enum becomes its text.
    Text,
}

#[derive(Clone, Debug)]
pub(crate) enum Arm {
    Into { variant: String, step: Step },
    With(String),
    Refuse(String),
}

/// Plans every bridge: results, server notifications and input requests down; client requests and answers up.
pub(crate) fn bridges(modules: &[Module], rules: &Rules) -> Result<Vec<Bridge>, Errors> {
    let mut errors = Collector::default();
    let mut used = BTreeSet::new();
    if rules.reasons().any(|reason| reason.trim().is_empty()) {
        errors.push(
            Error::file("spec/bridge.toml", "a rule has an empty `reason`")
                .hint("say why the schemas cannot decide it"),
        );
    }
    let Some((latest, older)) = modules.split_last() else { return errors.finish(vec![]) };
    let mut bridges = Vec::new();
    for older in older {
        bridges.push(plan(latest, older, &down_roots(latest, older), rules, &mut used, &mut errors));
        bridges.push(plan(older, latest, &up_roots(latest, older), rules, &mut used, &mut errors));
    }
    for unused in rules.names().filter(|name| !used.contains(name)) {
        errors.push(
            Error::file("spec/bridge.toml", format!("the rule {unused} closes no gap any more"))
                .hint("remove it"),
        );
    }
    errors.finish(bridges)
}

impl Rules {
    fn reasons(&self) -> impl Iterator<Item = &String> {
        let era = self.era_only.iter().map(|rule| &rule.reason);
        let before = self.before.iter().map(|rule| &rule.reason);
        let variant = self.variant.iter().map(|rule| &rule.reason);
        era.chain(before).chain(variant).chain(self.field.iter().map(|rule| &rule.reason))
    }

    fn names(&self) -> impl Iterator<Item = String> {
        let era =
            self.era_only.iter().flat_map(|rule| rule.types.iter().map(|ty| format!("era_only `{ty}`")));
        let before = self.before.iter().flat_map(|rule| rule.to.iter().map(move |to| before_name(rule, to)));
        let variant =
            self.variant.iter().flat_map(|rule| rule.to.iter().map(move |to| variant_name(rule, to)));
        let field = self.field.iter().flat_map(|rule| rule.to.iter().map(move |to| field_name(rule, to)));
        era.chain(before).chain(variant).chain(field).collect::<Vec<_>>().into_iter()
    }
}

fn before_name(rule: &Before, to: &str) -> String {
    format!("before `{}` to {to}", rule.ty)
}

fn variant_name(rule: &VariantRule, to: &str) -> String {
    format!("variant `{}::{}` to {to}", rule.ty, rule.variant)
}

fn field_name(rule: &FieldRule, to: &str) -> String {
    format!("field `{}.{}` to {to}", rule.ty, rule.field)
}

/// The variants of the unions called `names` that are structs.
fn members(module: &Module, names: &[&str]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for name in names {
        match module.types.get(*name).map(|ty| &ty.body) {
            Some(Body::Union(union)) => found.extend(union.variants.keys().cloned()),
            Some(Body::Struct(_)) => {
                found.insert((*name).to_owned());
            }
            _ => {}
        }
    }
    found
}

/// What a server sends. Input requests cross as their params: the envelope around them is the engine's.
fn down_roots(latest: &Module, older: &Module) -> Roots {
    let mut roots = members(latest, &["ServerResult", "ServerNotification"]);
    roots.extend(members(older, &["ServerResult", "ServerNotification"]));
    roots.extend(["Implementation", "ServerCapabilities"].map(str::to_owned));
    let input = members(latest, &["InputRequest"]);
    let params = input.iter().filter_map(|name| Some((params(latest, name)?, params(older, name)?)));
    params.chain(roots.into_iter().map(|name| (name.clone(), name))).collect()
}

/// Pairs of types: the one that crosses and what it becomes.
type Roots = BTreeSet<(String, String)>;

/// The type of a request's params, whatever it is called.
fn params(module: &Module, request: &str) -> Option<String> {
    let Body::Struct(body) = &module.types.get(request)?.body else { return None };
    match &body.fields.iter().find(|field| field.json == "params")?.ty {
        Ty::Named(name) => Some(name.clone()),
        _ => None,
    }
}

/// What a client sends: the params of requests, and answers to input requests.
fn up_roots(latest: &Module, older: &Module) -> Roots {
    let mut roots = members(latest, &["ClientRequest"]);
    roots.extend(members(older, &["ClientRequest"]));
    roots.extend(
        members(latest, &["InputResponse"]).into_iter().filter(|name| older.types.contains_key(name)),
    );
    roots.extend(["ClientCapabilities", "Implementation"].map(str::to_owned));
    roots.into_iter().map(|name| (name.clone(), name)).collect()
}

fn plan(
    from: &Module,
    to: &Module,
    roots: &Roots,
    rules: &Rules,
    used: &mut BTreeSet<String>,
    errors: &mut Collector,
) -> Bridge {
    let mut planner =
        Planner { from, to, rules, used, errors, conversions: BTreeMap::new(), queue: Vec::new() };
    for (root, counterpart) in roots {
        if rules.era_only.iter().any(|rule| rule.types.contains(root)) {
            planner.used.insert(format!("era_only `{root}`"));
            continue;
        }
        let sides = [from.types.contains_key(root), to.types.contains_key(counterpart)];
        if sides != [true, true] {
            let stub = format!("[[era_only]]\ntypes = [\"{root}\"]\nreason = \"…\"");
            planner.gap(
                root,
                &format!("has no counterpart in {}", if sides[0] { &to.revision } else { &from.revision }),
                &stub,
            );
            continue;
        }
        planner.step(&Ty::Named(root.clone()), &Ty::Named(counterpart.clone()), root, "");
    }
    planner.work();
    let conversions = std::mem::take(&mut planner.conversions);
    Bridge { from: from.revision.clone(), to: to.revision.clone(), conversions }
}

struct Planner<'a> {
    from: &'a Module,
    to: &'a Module,
    rules: &'a Rules,
    used: &'a mut BTreeSet<String>,
    errors: &'a mut Collector,
    conversions: BTreeMap<(String, String), Conversion>,
    queue: Vec<(String, String)>,
}

fn identity(module: &Module, name: &str) -> (String, String) {
    let origin =
        module.types.get(name).and_then(|ty| ty.same_as.clone()).unwrap_or_else(|| module.revision.clone());
    (origin, name.to_owned())
}

impl Planner<'_> {
    fn gap(&mut self, ty: &str, what: &str, stub: &str) {
        let message = format!("{} → {}: `{ty}` {what}", self.from.revision, self.to.revision);
        self.errors.push_once(
            Error::file("spec/bridge.toml", message).hint(format!("add a rule, for example\n{stub}")),
        );
    }

    /// How a value of `from` becomes one of `to`; notes the gap if there is no way.
    fn step(&mut self, from: &Ty, to: &Ty, ty: &str, field: &str) -> Option<Step> {
        let (from, to) = (self.from.resolved(from), self.to.resolved(to));
        match (&from, &to) {
            (Ty::Named(a), Ty::Named(b)) => {
                if identity(self.from, a) == identity(self.to, b) {
                    return Some(Step::Same);
                }
                self.queue.push((a.clone(), b.clone()));
                Some(Step::Cross)
            }
            (Ty::List(a), Ty::List(b)) => self.step(a, b, ty, field).map(|step| match step {
                Step::Same => Step::Same,
                step => Step::List(Box::new(step)),
            }),
            (Ty::Map(a), Ty::Map(b)) => self.step(a, b, ty, field).map(|step| match step {
                Step::Same => Step::Same,
                step => Step::Map(Box::new(step)),
            }),
            (Ty::Object, Ty::Any) => Some(Step::ObjectToAny),
            (Ty::Named(a), Ty::Object) if self.is_open(a) => {
                self.queue.push((a.clone(), String::new()));
                Some(Step::CrossToObject)
            }
            (Ty::Named(a), Ty::String) if matches!(self.from.types[a].body, Body::Strings(_)) => {
                Some(Step::Text)
            }
            _ if from == to => Some(Step::Same),
            _ => {
                let stub = format!(
                    "[[field]]\nto = [\"{}\"]\ntype = \"{ty}\"\nfield = \"{field}\"\nwith = \"a_function\"\nreason = \"…\"",
                    self.to.revision
                );
                self.gap(ty, &format!("has `{field}` of another type there"), &stub);
                None
            }
        }
    }

    /// The entry of a rule's `to` that means the far side.
    fn reached<'r>(&self, to: &'r [String]) -> Option<&'r str> {
        let is_latest = self.to.revision > self.from.revision;
        to.iter().map(String::as_str).find(|to| *to == self.to.revision || (is_latest && *to == LATEST))
    }

    fn is_open(&self, name: &str) -> bool {
        matches!(&self.from.types[name].body, Body::Struct(body) if body.open)
    }

    fn work(&mut self) {
        while let Some((a, b)) = self.queue.pop() {
            let key = (a.clone(), b.clone());
            if self.conversions.contains_key(&key) {
                continue;
            }
            // Reserved first: types may contain themselves.
            self.conversions.insert(key.clone(), Conversion::Strings { same: vec![], missing: vec![] });
            if let Some(conversion) = self.conversion(&a, &b) {
                self.conversions.insert(key, conversion);
            }
        }
    }

    fn conversion(&mut self, a: &str, b: &str) -> Option<Conversion> {
        let (from, to) = (self.from, self.to);
        let source = &from.types[a].body;
        if b.is_empty() {
            let Body::Struct(body) = source else { return None };
            return Some(Conversion::OpenToObject { lost: body.fields.iter().map(lost).collect() });
        }
        match (source, &to.types[b].body) {
            (Body::Struct(source), Body::Struct(target)) => Some(self.structure(a, b, source, target)),
            (Body::Union(source), Body::Union(target)) => Some(self.union(a, source, &Target::Union(target))),
            (Body::Union(source), Body::Struct(_)) => Some(self.union(a, source, &Target::Only(b))),
            (Body::Struct(_), Body::Union(target)) => self.as_variant(a, b, target),
            (Body::Strings(source), Body::Strings(target)) => {
                let (known, unknown): (Vec<_>, Vec<_>) =
                    source.variants.iter().partition(|variant| target.variants.contains(variant));
                let names = |variants: Vec<&StringVariant>| -> Vec<String> {
                    variants.into_iter().map(|variant| variant.rust.clone()).collect()
                };
                let (same, missing) = (names(known), names(unknown));
                for variant in &missing {
                    let stub = self.variant_stub(a, variant);
                    match self.variant_rule(a, variant) {
                        Some(VariantRule { refuse: Some(_), .. }) => {}
                        _ => self.gap(a, &format!("has `{variant}`, which is no value there"), &stub),
                    }
                }
                Some(Conversion::Strings { same, missing })
            }
            _ => {
                self.gap(a, &format!("is of another kind than `{b}`"), "[[variant]] or [[field]]");
                None
            }
        }
    }

    /// A single struct becomes the variant of its name.
    fn as_variant(&mut self, a: &str, b: &str, target: &Union) -> Option<Conversion> {
        let Some((variant, ty)) = target.variants.get_key_value(a) else {
            let stub = self.variant_stub(a, a);
            self.gap(a, &format!("is no variant of `{b}`"), &stub);
            return None;
        };
        let step = self.step(&Ty::Named(a.to_owned()), ty, a, "")?;
        Some(Conversion::Variant { variant: variant.clone(), step })
    }

    fn structure(&mut self, a: &str, b: &str, source: &Struct, target: &Struct) -> Conversion {
        let before =
            self.rules.before.iter().find(|rule| rule.ty == a && self.reached(&rule.to).is_some()).map(
                |rule| {
                    self.used.extend(self.reached(&rule.to).map(|to| before_name(rule, to)));
                    rule.with.clone()
                },
            );
        let mut taken = BTreeSet::new();
        let fields: Vec<Made> = target
            .fields
            .iter()
            .map(|field| Made {
                json: field.json.clone(),
                rust: field.rust.clone(),
                from: self.source(b, source, field, &mut taken),
            })
            .collect();
        let lost = source.fields.iter().filter(|field| !taken.contains(&field.json)).map(lost).collect();
        Conversion::Struct { before, lost, fields, open: (source.open, target.open) }
    }

    fn source(&mut self, b: &str, source: &Struct, target: &Field, taken: &mut BTreeSet<String>) -> Source {
        let to = self.to.revision.clone();
        let found = source.fields.iter().find(|field| field.json == target.json);
        taken.extend(found.map(|field| field.json.clone()));
        let from = &self.from.revision;
        let of = |rule: &&FieldRule| {
            (rule.ty == b || rule.ty == "*")
                && rule.field == target.json
                && self.reached(&rule.to).is_some()
                && (rule.from.is_empty() || rule.from.contains(from))
        };
        let rule = self.rules.field.iter().find(of);
        if let Some(rule) = rule {
            self.used.extend(self.reached(&rule.to).map(|to| field_name(rule, to)));
        }
        if let Some(FieldRule { fill: Some(with), .. }) = rule {
            let rust = found.map(|field| field.rust.clone());
            return Source::Fill { with: with.clone(), rust };
        }
        let needed = matches!(target.presence, Presence::Required | Presence::RequiredNullable);
        let Some(field) = found else {
            if needed {
                let stub = format!(
                    "[[field]]\nto = [\"{to}\"]\ntype = \"{b}\"\nfield = \"{}\"\nfill = \"a_function\"\nreason = \"…\"",
                    target.json
                );
                self.gap(b, &format!("requires `{}`, which the other side has not", target.json), &stub);
            }
            return Source::Nothing;
        };
        if let Some(FieldRule { with: Some(with), .. }) = rule {
            return Source::With {
                with: with.clone(),
                rust: field.rust.clone(),
                presence: (field.presence, target.presence),
            };
        }
        let Some(step) = self.step(&field.ty, &target.ty, b, &target.json) else { return Source::Nothing };
        let optional = !matches!(field.presence, Presence::Required | Presence::RequiredNullable);
        let default = rule.is_some_and(|rule| rule.absent.is_some());
        if needed && optional && !default {
            let stub = format!(
                "[[field]]\nto = [\"{to}\"]\ntype = \"{b}\"\nfield = \"{}\"\nabsent = \"default\"\nreason = \"…\"",
                target.json
            );
            self.gap(b, &format!("requires `{}`, which the other side may leave out", target.json), &stub);
        }
        Source::Field { rust: field.rust.clone(), step, presence: (field.presence, target.presence), default }
    }

    fn union(&mut self, a: &str, source: &Union, target: &Target<'_>) -> Conversion {
        let variants = source
            .variants
            .iter()
            .map(|(variant, ty)| (variant.clone(), self.arm(a, variant, ty, target)))
            .collect();
        Conversion::Union {
            variants,
            open: (source.open, matches!(target, Target::Union(union) if union.open)),
        }
    }

    fn arm(&mut self, a: &str, variant: &str, ty: &Ty, target: &Target<'_>) -> Arm {
        let rule = self.variant_rule(a, variant);
        let name = rule.as_ref().and_then(|rule| rule.same_as.clone()).unwrap_or_else(|| variant.to_owned());
        let found = match target {
            Target::Union(union) => union.variants.get(&name).cloned(),
            Target::Only(only) if *only == name => Some(Ty::Named(name.clone())),
            Target::Only(_) => None,
        };
        match rule {
            Some(VariantRule { with: Some(with), .. }) => return Arm::With(with),
            Some(VariantRule { refuse: Some(why), .. }) => return Arm::Refuse(why),
            _ => {}
        }
        match found.and_then(|found| self.step(ty, &found, a, variant)) {
            Some(step) => Arm::Into { variant: name, step },
            None => {
                let stub = self.variant_stub(a, variant);
                self.gap(a, &format!("has the variant `{variant}`, which the other side has not"), &stub);
                Arm::Refuse(String::new())
            }
        }
    }

    fn variant_rule(&mut self, a: &str, variant: &str) -> Option<VariantRule> {
        let of =
            |rule: &&VariantRule| rule.ty == a && rule.variant == variant && self.reached(&rule.to).is_some();
        let rule = self.rules.variant.iter().find(of)?;
        self.used.extend(self.reached(&rule.to).map(|to| variant_name(rule, to)));
        Some(rule.clone())
    }

    fn variant_stub(&self, a: &str, variant: &str) -> String {
        let to = &self.to.revision;
        format!(
            "[[variant]]\nto = [\"{to}\"]\ntype = \"{a}\"\nvariant = \"{variant}\"\nwith = \"a_function\"\nreason = \"…\""
        )
    }
}

enum Target<'a> {
    Union(&'a Union),
    Only(&'a str),
}

fn lost(field: &Field) -> Lost {
    Lost {
        json: field.json.clone(),
        rust: field.rust.clone(),
        always: matches!(field.presence, Presence::Required | Presence::RequiredNullable),
    }
}
