//! Values of the catalog as Rust expressions: defaults.

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::{Map, Value};

use super::super::ident;
use super::types::{Scope, named, real, whole};
use crate::catalog::{Kind, Member, Schema};
use crate::names::{field_name, type_name, variant_name};

/// `value` as an expression of the type that `schema` has under these names in the module being written.
pub(super) fn literal(
    scope: &mut Scope<'_>,
    schema: &Schema,
    value: &Value,
    name: &str,
    long: &str,
) -> TokenStream {
    Literal { scope, home: None }.of(schema, value, name, long)
}

struct Literal<'a, 'b> {
    scope: &'a mut Scope<'b>,
    /// The module of a declared type that the value has led into; its types are written there.
    home: Option<TokenStream>,
}

impl Literal<'_, '_> {
    fn of(&mut self, schema: &Schema, value: &Value, name: &str, long: &str) -> TokenStream {
        let catalog = self.scope.catalog;
        if let Kind::Ref(target) = &schema.kind
            && let Some(declared) = catalog.types.get(target)
        {
            let home = Some(self.scope.types.clone());
            let name = type_name(target);
            let literal = Literal { scope: self.scope, home }.of(declared, value, &name, &name);
            let boxed = self.scope.recursive.contains(target);
            return if boxed {
                quote! { Box::new(#literal) }
            } else {
                literal
            };
        }
        let (ty, name) = match &self.home {
            Some(home) => {
                let own = ident(name);
                (quote! { #home::#own }, name.to_owned())
            }
            None => {
                let ty = self.scope.ty(schema, name, long);
                let text = ty.to_string();
                (ty, if named(&schema.kind) { text } else { name.to_owned() })
            }
        };
        let wrap = |inner: TokenStream| {
            if named(&schema.kind) {
                quote! { #ty(#inner) }
            } else {
                inner
            }
        };
        match (&schema.kind, value) {
            (Kind::String { format: Some(_), .. }, Value::String(text)) if !named(&schema.kind) => quote! {
                match #text.parse() {
                    Ok(value) => value,
                    Err(_) => unreachable!("regen has checked the default"),
                }
            },
            (Kind::String { .. }, Value::String(text)) => wrap(quote! { #text.to_owned() }),
            (Kind::Choice(_), Value::String(text)) => {
                let variant = ident(&variant_name(text));
                quote! { #ty::#variant }
            }
            (Kind::Boolean, Value::Bool(flag)) => quote! { #flag },
            (Kind::Integer { .. }, Value::Number(number)) => {
                wrap(whole(number.as_i64().or(number.as_f64().map(|real| real as i64)).unwrap_or_default()))
            }
            (Kind::Number { .. }, Value::Number(number)) => wrap(real(number.as_f64().unwrap_or_default())),
            (Kind::Array { items, .. }, Value::Array(values)) => {
                let (item, long) = (format!("{name}Item"), format!("{long}Item"));
                let values = values.iter().map(|value| self.of(items, value, &item, &long));
                let values: Vec<_> = values.collect();
                wrap(quote! { vec![#(#values),*] })
            }
            (Kind::Map { values, .. }, Value::Object(entries)) => {
                let (inner, long) = (format!("{name}Value"), format!("{long}Value"));
                let entries = entries.iter().map(|(key, value)| {
                    let value = self.of(values, value, &inner, &long);
                    quote! { (#key.to_owned(), #value) }
                });
                let entries: Vec<_> = entries.collect();
                wrap(quote! { [#(#entries),*].into_iter().collect() })
            }
            (Kind::Object(members), Value::Object(given)) => {
                let fields = self.fields(members, given, &name);
                quote! { #ty { #fields } }
            }
            (Kind::Union { tag, variants }, Value::Object(given)) => {
                let value = given.get(tag).and_then(Value::as_str).unwrap_or_default();
                let short = variant_name(value);
                let inner = format!("{name}{short}");
                let variant = variants.iter().find(|variant| variant.value == value);
                let fields = variant.map(|variant| self.fields(&variant.members, given, &inner));
                let (short, inner) = (ident(&short), ident(&inner));
                let home = self.home.as_ref().map(|home| quote! { #home:: });
                quote! { #ty::#short(#home #inner { #fields }) }
            }
            _ => any(value),
        }
    }

    /// The members of a struct literal.
    fn fields(&mut self, members: &[Member], given: &Map<String, Value>, outer: &str) -> TokenStream {
        let mut fields = TokenStream::new();
        for member in members {
            let field = ident(&field_name(&member.name));
            let name = format!("{outer}{}", type_name(&member.name));
            let value = match given.get(&member.name).or(member.default.as_ref()) {
                None => quote! { None },
                Some(value) => {
                    let literal = self.of(&member.schema, value, &name, &name);
                    let optional = !member.required && member.default.is_none();
                    if optional {
                        quote! { Some(#literal) }
                    } else {
                        literal
                    }
                }
            };
            fields.extend(quote! { #field: #value, });
        }
        fields
    }
}

fn any(value: &Value) -> TokenStream {
    match value {
        Value::Null => quote! { lockstep_runtime::serde_json::Value::Null },
        Value::Bool(flag) => quote! { lockstep_runtime::serde_json::Value::from(#flag) },
        Value::String(text) => quote! { lockstep_runtime::serde_json::Value::from(#text) },
        Value::Number(number) => {
            // A literal alone would be an `i32`.
            let (ty, number) = if let Some(number) = number.as_i64() {
                (quote! { i64 }, whole(number))
            } else if let Some(number) = number.as_u64() {
                let number = proc_macro2::Literal::u64_unsuffixed(number);
                (quote! { u64 }, quote! { #number })
            } else {
                (quote! { f64 }, real(number.as_f64().unwrap_or_default()))
            };
            quote! { <lockstep_runtime::serde_json::Value as From<#ty>>::from(#number) }
        }
        Value::Array(items) => {
            let items = items.iter().map(any);
            quote! { lockstep_runtime::serde_json::Value::Array(vec![#(#items),*]) }
        }
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| {
                let value = any(value);
                quote! { (#name.to_owned(), #value) }
            });
            quote! { lockstep_runtime::serde_json::Value::Object([#(#members),*].into_iter().collect()) }
        }
    }
}
