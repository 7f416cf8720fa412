//! The catalog of the coming families, `spec/families.yaml`, is one that this crate accepts.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod sources;

use lockstep_codegen::{Catalog, Sources};

use sources::sources;

#[test]
fn the_families_are_a_catalog() {
    let files: Sources = sources().into_iter().map(|(path, text)| (format!("spec/{path}"), text)).collect();
    if let Err(errors) = Catalog::parse("spec/families.yaml", &files) {
        panic!("{errors}");
    }
}
