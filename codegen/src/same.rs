//! A type whose closure equals an earlier revision's is that revision's type: less to compile, and types meet
//! across revisions.

use std::collections::BTreeSet;

use crate::model::{Module, Type};

pub(crate) fn share(mut modules: Vec<Module>) -> Vec<Module> {
    for newer in 1..modules.len() {
        for older in 0..newer {
            let (before, rest) = modules.split_at_mut(newer);
            let (older, newer) = (&before[older], &mut rest[0]);
            for name in same(older, newer) {
                let origin = older.types[&name].same_as.clone().unwrap_or_else(|| older.revision.clone());
                if let Some(ty) = newer.types.get_mut(&name) {
                    ty.same_as.get_or_insert(origin);
                }
            }
        }
    }
    modules
}

/// The names whose types are equal in both, all types they mention included: the largest set that holds together.
fn same(older: &Module, newer: &Module) -> BTreeSet<String> {
    let equal = |(name, ty): &(&String, &Type)| older.types.get(*name).is_some_and(|old| old.body == ty.body);
    let mut names: BTreeSet<String> =
        newer.types.iter().filter(equal).map(|(name, _)| name.clone()).collect();
    loop {
        let holds = |name: &String| {
            let mut holds = true;
            newer.types[name].body.each_named(&mut |mentioned| holds &= names.contains(mentioned));
            holds
        };
        let kept: BTreeSet<String> = names.iter().filter(|name| holds(name)).cloned().collect();
        if kept.len() == names.len() {
            return kept;
        }
        names = kept;
    }
}
