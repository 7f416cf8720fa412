//! What the compiler says to whoever implements the tools, before and after the catalog changed.
#![forbid(unsafe_code)]

mod catalog;

use std::{env, fs};

/// The contract that the cases implement. `UPDATE_GOLDEN=1` writes it anew.
#[test]
fn the_contract_of_the_cases_is_what_generation_gives() {
    let (yaml, golden) = ("../../tests/ui/desks.yaml", "../../tests/ui/desks.rs");
    let text = fs::read_to_string(yaml).expect("the catalog is there");
    let contract = lockstep_codegen::generate_contract("desks.yaml", &text);
    let contract = contract.unwrap_or_else(|errors| panic!("{errors}"));
    let contract = format!(
        "#![allow(dead_code, reason = \"each case uses a part\")]\n#![cfg_attr(rustfmt, rustfmt_skip)]\n{contract}"
    );
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(golden, &contract).expect("the folder takes files");
    }
    assert!(fs::read_to_string(golden).is_ok_and(|old| old == contract), "desks.rs is stale");
}

/// `TRYBUILD=overwrite` rewrites the expected messages.
#[test]
fn implementations() {
    let cases = trybuild::TestCases::new();
    cases.pass("../../tests/ui/pass/*.rs");
    cases.compile_fail("../../tests/ui/fail/*.rs");
}
