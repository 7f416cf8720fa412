//! `cargo xtask bench`: measurements, each a workspace of its own below `benches/`.

use std::env;
use std::path::Path;
use std::process::Command;

use crate::fuzz::target_folder;
use crate::postgres::Postgres;
use crate::run::run as step;

/// Benches of whole servers: they share a workspace, and their name is its first argument.
const OF_SERVERS: [&str; 2] = ["http", "stdio"];

/// The bench that needs a database server.
const ON_DATABASES: &str = "db";

/// Builds and runs `benches/<name>` with these arguments.
///
/// # Errors
///
/// There is no such bench, or it fails.
pub(crate) fn run(root: &Path, name: &str, arguments: &[String]) -> Result<(), String> {
    let of_servers = OF_SERVERS.contains(&name);
    let folder = root.join("benches").join(if of_servers { "engine" } else { name });
    if !folder.join("Cargo.toml").is_file() {
        return Err(format!("error: there is no `benches/{name}`"));
    }
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(&folder).args(["run", "--quiet", "--release", "--locked", "--target-dir"]);
    cargo.arg(target_folder(root).join("benches")).arg("--");
    cargo.args(of_servers.then_some(name)).args(arguments);
    let title = format!("bench {name}");
    if name == ON_DATABASES {
        // Kept until the bench ends.
        let postgres = Postgres::start()?;
        return step(&title, postgres.describe(&mut cargo));
    }
    step(&title, &mut cargo)
}
