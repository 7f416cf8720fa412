//! A type whose closure equals an earlier revision's is that revision's type: less to compile, and types meet
//! across revisions.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Body, Module, Ty};

pub(crate) fn share(mut modules: Vec<Module>) -> Vec<Module> {
    let bodies: Vec<Bodies> = modules.iter().map(plain).collect();
    for newer in 1..modules.len() {
        for older in 0..newer {
            for name in same(&bodies[older], &bodies[newer]) {
                let origin = modules[older].types[&name].same_as.clone();
                let origin = origin.unwrap_or_else(|| modules[older].revision.clone());
                if let Some(ty) = modules[newer].types.get_mut(&name) {
                    ty.same_as.get_or_insert(origin);
                }
            }
        }
    }
    modules
}

type Bodies = BTreeMap<String, Body>;

/// The bodies of a module with every alias replaced by what it stands for: a new name for an old type is no change.
fn plain(module: &Module) -> Bodies {
    let ty = |ty: &Ty| module.resolved(ty);
    let body = |body: &Body| match body {
        Body::Struct(body) => {
            let mut body = body.clone();
            body.fields.iter_mut().for_each(|field| field.ty = ty(&field.ty));
            Body::Struct(body)
        }
        Body::Union(union) => {
            let mut union = union.clone();
            union.variants.values_mut().for_each(|variant| *variant = ty(variant));
            Body::Union(union)
        }
        Body::Alias(target) => Body::Alias(ty(target)),
        Body::Strings(_) => body.clone(),
    };
    module.types.iter().map(|(name, ty)| (name.clone(), body(&ty.body))).collect()
}

/// The names whose types are equal in both, all types they mention included: the largest set that holds together.
fn same(older: &Bodies, newer: &Bodies) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = newer
        .iter()
        .filter(|(name, body)| older.get(*name) == Some(body))
        .map(|(name, _)| name.clone())
        .collect();
    loop {
        let holds = |name: &String| {
            let mut holds = true;
            newer[name].each_named(&mut |mentioned| holds &= names.contains(mentioned));
            holds
        };
        let kept: BTreeSet<String> = names.iter().filter(|name| holds(name)).cloned().collect();
        if kept.len() == names.len() {
            return kept;
        }
        names = kept;
    }
}
