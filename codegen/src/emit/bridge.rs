//! Tokens of the bridges: one file per older revision, conversions down to it and up from it.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use super::{Tokens, ident, inner_doc};
use crate::bridge::{Arm, Bridge, Conversion, Lost, Made, Source, Step};
use crate::model::{Module, Presence};
use crate::names::module_name;

const ROOT: &str = "generated/wire/src";

pub(crate) fn sources(bridges: &[Bridge], modules: &[Module]) -> Tokens {
    let mut files = Tokens::new();
    let mut by_older: BTreeMap<&str, Vec<&Bridge>> = BTreeMap::new();
    for bridge in bridges {
        by_older.entry(bridge.from.as_str().min(&bridge.to)).or_default().push(bridge);
    }
    let declared = by_older.keys().map(|revision| ident(&module_name(revision)));
    let about = inner_doc(
        "Bridges between the latest revision and each older one.\n\nWhat a server sends goes down, what a client sends goes up: [`Bridge::bridge`] makes the other revision's value of the\nsame name, by that revision's own types, so that no later word reaches an older peer. The [`Crossing`] names what was\nlost on the way.",
    );
    files.insert(
        format!("{ROOT}/bridge.rs"),
        quote! {
            #about
            pub use crate::support::bridge::{Bridge, Crossing, Loss, LossKind, Refused, SessionFacts};
            #(mod #declared;)*
        },
    );
    let mut done = BTreeMap::new();
    for (revision, bridges) in by_older {
        let about = inner_doc(&format!("Conversions down to {revision} and up from it."));
        let impls =
            bridges.iter().flat_map(|bridge| conversions(bridge, modules, &mut done)).collect::<Vec<_>>();
        files.insert(
            format!("{ROOT}/bridge/{}.rs", module_name(revision)),
            quote! {
                #about
                use crate::support::bridge::{Bridge, Crossing, Refused, rules};
                #(#impls)*
            },
        );
    }
    files
}

/// Types that revisions share have one conversion, which stands with the oldest of them. `done` holds what was emitted,
/// by the types' origins.
fn conversions(
    bridge: &Bridge,
    modules: &[Module],
    done: &mut BTreeMap<(String, String), String>,
) -> Vec<TokenStream> {
    let module = |revision: &str| modules.iter().find(|module| module.revision == revision);
    let (Some(from), Some(to)) = (module(&bridge.from), module(&bridge.to)) else { return vec![] };
    let mut impls = Vec::new();
    for ((a, b), conversion) in &bridge.conversions {
        let source = path(from, a);
        let target = if b.is_empty() {
            quote! { crate::Object }
        } else {
            path(to, b)
        };
        let body = body(conversion, &target);
        let crossing = crossing(&body);
        let tokens = quote! {
            impl Bridge<#target> for #source {
                fn bridge(self, #crossing: &mut Crossing) -> Result<#target, Refused> { #body }
            }
        };
        let known = done.insert((source.to_string(), target.to_string()), tokens.to_string());
        match known {
            None => impls.push(tokens),
            // Two rules that treat one shared type differently: the compiler reports the second implementation.
            Some(known) if known != tokens.to_string() => impls.push(tokens),
            Some(_) => {}
        }
    }
    impls
}

/// The parameter of a body that may not need it.
fn crossing(body: &TokenStream) -> proc_macro2::Ident {
    let needed =
        body.to_string().split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "crossing");
    ident(if needed { "crossing" } else { "_crossing" })
}

/// The type by the revision that defines it.
fn path(module: &Module, name: &str) -> TokenStream {
    let origin = module.types.get(name).and_then(|ty| ty.same_as.as_ref()).unwrap_or(&module.revision);
    let (module, name) = (ident(&module_name(origin)), ident(name));
    quote! { crate::#module::#name }
}

fn body(conversion: &Conversion, target: &TokenStream) -> TokenStream {
    match conversion {
        Conversion::Struct { before, lost, fields, open } => {
            structure(before.as_deref(), lost, fields, *open, target)
        }
        Conversion::OpenToObject { lost } => {
            let names = lost.iter().map(pattern);
            let losses = lost.iter().map(loss);
            quote! {
                let Self { #(#names,)* extra } = self;
                #(#losses)*
                Ok(extra)
            }
        }
        Conversion::Strings { same, missing } => {
            let same = same.iter().map(|variant| ident(variant));
            let missing = missing.iter().map(|variant| ident(variant));
            quote! {
                match self {
                    #(Self::#same => Ok(#target::#same),)*
                    #(Self::#missing => Err(crossing.refused("the other revision has not this value")),)*
                }
            }
        }
        Conversion::Variant { variant, step } => variant_tokens(target, variant, step, &quote! { self }),
        Conversion::Union { variants, open } => {
            let arms = variants.iter().map(|(variant, arm)| arm_tokens(variant, arm, target));
            let unknown = open.0.then(|| match open.1 {
                true => quote! { Self::Unknown(value) => Ok(#target::Unknown(value)), },
                false => quote! { Self::Unknown(_) => Err(crossing.refused("it is of an unknown type")), },
            });
            quote! { match self { #(#arms)* #unknown } }
        }
    }
}

fn arm_tokens(variant: &str, arm: &Arm, target: &TokenStream) -> TokenStream {
    let name = ident(variant);
    match arm {
        // Where the target is that variant's struct itself, crossing gives it directly.
        Arm::Into { variant, step } => {
            let struct_target = target.to_string().ends_with(&format!(":: {variant}"));
            let value = if struct_target {
                step_tokens(step, &quote! { value })
            } else {
                variant_tokens(target, variant, step, &quote! { value })
            };
            quote! { Self::#name(value) => #value, }
        }
        Arm::With(function) => {
            let function = ident(function);
            let rule = quote! { |crossing, value| rules::#function(crossing, value)?.bridge(crossing) };
            quote! { Self::#name(value) => crossing.rewrite(value, #rule), }
        }
        Arm::Refuse(reason) => quote! { Self::#name(_) => Err(crossing.refused(#reason)), },
    }
}

fn structure(
    before: Option<&str>,
    lost: &[Lost],
    fields: &[Made],
    open: (bool, bool),
    target: &TokenStream,
) -> TokenStream {
    let taken = fields.iter().filter_map(|made| match &made.from {
        Source::Field { rust, .. } | Source::With { rust, .. } => Some(rust),
        Source::Fill { rust, .. } => rust.as_ref(),
        Source::Nothing => None,
    });
    let taken = taken.map(|name| {
        let name = ident(name);
        quote! { #name }
    });
    let names = taken.chain(lost.iter().map(pattern));
    let extra = open.0.then(|| quote! { extra });
    let rewritten = before.map(|function| {
        let function = ident(function);
        quote! { let this = crossing.rewrite(self, rules::#function)?; }
    });
    let this = if before.is_some() {
        quote! { this }
    } else {
        quote! { self }
    };
    let losses = lost.iter().map(loss);
    let made = fields.iter().map(|made| {
        let (field, value) = (ident(&made.rust), made_tokens(made));
        if field == value.to_string() {
            quote! { #field, }
        } else {
            quote! { #field: #value, }
        }
    });
    let (lost_extra, made_extra) = match open {
        (true, true) => (None, Some(quote! { extra })),
        (true, false) => (Some(quote! { extra.keys().for_each(|key| crossing.lost(key)); }), None),
        (false, true) => (None, Some(quote! { extra: crate::Object::new() })),
        (false, false) => (None, None),
    };
    quote! {
        #rewritten
        let Self { #(#names,)* #extra } = #this;
        #(#losses)*
        #lost_extra
        Ok(#target { #(#made)* #made_extra })
    }
}

/// How a lost field is bound: its value does not matter where it is always there.
fn pattern(lost: &Lost) -> TokenStream {
    let name = ident(&lost.rust);
    if lost.always {
        quote! { #name: _ }
    } else {
        quote! { #name }
    }
}

fn loss(lost: &Lost) -> TokenStream {
    let (name, json) = (ident(&lost.rust), &lost.json);
    if lost.always {
        quote! { crossing.lost(#json); }
    } else {
        quote! { if #name.is_some() { crossing.lost(#json); } }
    }
}

fn made_tokens(made: &Made) -> TokenStream {
    let json = &made.json;
    let optional = |presence: &Presence| !matches!(presence, Presence::Required | Presence::RequiredNullable);
    match &made.from {
        Source::Nothing => quote! { None },
        Source::Fill { with, rust } => {
            let function = ident(with);
            let known = match rust {
                Some(rust) => {
                    let rust = ident(rust);
                    quote! { crate::support::bridge::json(&#rust) }
                }
                None => quote! { None },
            };
            quote! { crossing.member(#json, |crossing| rules::#function(crossing, #known))? }
        }
        Source::With { with, rust, presence: (from, to) } => {
            let (function, rust) = (ident(with), ident(rust));
            let made = quote! { crossing.rewrite(value, rules::#function) };
            let made = match optional(from) {
                true => quote! { crossing.optional(#json, #rust, |crossing, value| #made)?.flatten() },
                false => quote! { crossing.member(#json, |crossing| { let value = #rust; #made })? },
            };
            match optional(to) {
                true => made,
                false => {
                    quote! { #made.ok_or_else(|| crossing.refused("a required member has no counterpart"))? }
                }
            }
        }
        Source::Field { rust, step, presence: (from, to), default } => {
            let rust = ident(rust);
            field_tokens(json, &rust, step, (optional(from), optional(to)), *default)
        }
    }
}

fn field_tokens(
    json: &str,
    rust: &proc_macro2::Ident,
    step: &Step,
    optional: (bool, bool),
    default: bool,
) -> TokenStream {
    let value = step_tokens(step, &quote! { value });
    let same = *step == Step::Same;
    let parameter = crossing(&value);
    match optional {
        (false, false) if same => quote! { #rust },
        (false, true) if same => quote! { Some(#rust) },
        (true, true) if same => quote! { #rust },
        (true, true) if *step == Step::CrossToObject => quote! { crossing.optional_object(#json, #rust)? },
        (true, true) => quote! { crossing.optional(#json, #rust, |#parameter, value| #value)? },
        (true, false) if default => {
            quote! { crossing.member(#json, |#parameter| { let value = #rust.unwrap_or_default(); #value })? }
        }
        (false, to) => {
            let made = quote! { crossing.member(#json, |#parameter| { let value = #rust; #value })? };
            if to {
                quote! { Some(#made) }
            } else {
                made
            }
        }
        (true, false) => quote! { #rust },
    }
}

/// A `Result` of the target's variant that holds the value.
fn variant_tokens(target: &TokenStream, variant: &str, step: &Step, value: &TokenStream) -> TokenStream {
    let variant = ident(variant);
    match step {
        Step::Same => quote! { Ok(#target::#variant(#value)) },
        step => {
            let value = step_tokens(step, value);
            quote! { #value.map(#target::#variant) }
        }
    }
}

/// A `Result` of the value on the other side.
fn step_tokens(step: &Step, value: &TokenStream) -> TokenStream {
    match step {
        Step::Same => quote! { Ok::<_, Refused>(#value) },
        Step::Cross | Step::CrossToObject => quote! { #value.bridge(crossing) },
        Step::List(inner) => {
            let inner = step_tokens(inner, &quote! { value });
            let parameter = crossing(&inner);
            quote! { crossing.list(#value, |#parameter, value| #inner) }
        }
        Step::Map(inner) => {
            let inner = step_tokens(inner, &quote! { value });
            let parameter = crossing(&inner);
            quote! { crossing.map(#value, |#parameter, value| #inner) }
        }
        Step::ObjectToAny => quote! { Ok::<_, Refused>(serde_json::Value::Object(#value)) },
        Step::Text => quote! { Ok::<_, Refused>(#value.as_str().to_owned()) },
    }
}
