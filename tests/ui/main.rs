//! What the compiler says to whoever implements the tools, before and after the catalog changed.
#![forbid(unsafe_code)]

mod catalog;

/// `TRYBUILD=overwrite` rewrites the expected messages.
#[test]
fn implementations() {
    let cases = trybuild::TestCases::new();
    cases.pass("../../tests/ui/pass/*.rs");
    cases.compile_fail("../../tests/ui/fail/*.rs");
}
