//! Generates the contract of `tools.yaml` into the build's own folder, as any crate outside this workspace would.

use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=tools.yaml");
    let yaml = fs::read_to_string("tools.yaml").unwrap_or_default();
    let out = env::var("OUT_DIR").unwrap_or_default();
    match lockstep_codegen::generate_contract("tools.yaml", &yaml) {
        Ok(code) => match fs::write(Path::new(&out).join("contract.rs"), code) {
            Ok(()) => return ExitCode::SUCCESS,
            Err(error) => eprintln!("{error}"),
        },
        Err(errors) => eprintln!("{errors}"),
    }
    ExitCode::FAILURE
}
