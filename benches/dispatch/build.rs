//! Generates contracts of ten and of a thousand tools, and something that implements each.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let out = env::var("OUT_DIR").expect("cargo names a folder");
    for count in [10, 1000] {
        let contract = lockstep_codegen::generate_contract("tools.yaml", &catalog(count));
        let contract = contract.unwrap_or_else(|errors| panic!("{errors}"));
        let folder = Path::new(&out);
        fs::write(folder.join(format!("contract_{count}.rs")), contract).expect("the folder takes files");
        fs::write(folder.join(format!("tools_{count}.rs")), implementation(count))
            .expect("the folder takes files");
    }
}

fn catalog(count: usize) -> String {
    let mut text = "catalog: { name: many, version: 0.1.0 }\ntools:\n".to_owned();
    for number in 0..count {
        let _ = write!(
            text,
            "  tool_{number:04}:\n    title: Tool {number}\n    description: Double a number.\n    \
             input: {{ properties: {{ number: {{ type: integer, minimum: 0, maximum: 1000, description: The number. }} }}, required: [number] }}\n    \
             output: {{ properties: {{ double: {{ type: integer, minimum: 0 }} }}, required: [double] }}\n"
        );
    }
    text
}

fn implementation(count: usize) -> String {
    let mut text = "impl Tools for Many {\n".to_owned();
    for number in 0..count {
        let (name, module) = (format!("Tool{number:04}"), format!("tool_{number:04}"));
        let _ = write!(
            text,
            "async fn {module}(&self, _context: &Context, {module}::{name}Arguments {{ number }}: {module}::{name}Arguments) \
             -> Result<{module}::{name}Output, {module}::{name}Error> {{ \
             Ok({module}::{name}Output {{ double: u64::from(number.get()) * 2 }}) }}\n"
        );
    }
    text + "}\n"
}
