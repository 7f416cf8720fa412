//! The binary `lockstep`; everything is in the library.
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    lockstep_server::cli::run()
}
