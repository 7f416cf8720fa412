//! `lockstep-vectors <folder>`: writes the vectors as JSON files whose names carry the verdict.
#![forbid(unsafe_code)]

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(folder), None) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: lockstep-vectors <folder>");
        return ExitCode::from(2);
    };
    match run(Path::new(&folder)) {
        Ok(count) => {
            eprintln!("vectors: {count} documents and an index");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(folder: &Path) -> Result<usize, String> {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec");
    let vectors = lockstep_vectors::vectors(&lockstep_vectors::sources(&spec)?)?;
    lockstep_vectors::export(folder, &vectors)
}
