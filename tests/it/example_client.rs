//! The client of `examples/client`, which knows the protocol from lockstep-wire alone, against a real server.

use std::process::Command;

use crate::process::{Process, lockstep};

#[test]
fn asks_in_both_eras() {
    let (_server, _, address) = Process::http(lockstep(&["http", "--bind", "127.0.0.1:0", "--demo"]));
    let mut client = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    client.current_dir(env!("CARGO_MANIFEST_DIR"));
    client.args(["run", "--quiet", "--locked", "--package", "example-client", "--"]);
    let done = client.arg(format!("http://{address}/mcp")).output().expect("cargo starts");
    let stderr = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{stderr}");

    let stdout = String::from_utf8_lossy(&done.stdout);
    for version in ["2025-11-25", "2026-07-28"] {
        let lines = stdout.lines().filter_map(|line| line.strip_prefix(version)?.strip_prefix(": "));
        let lines: Vec<&str> = lines.collect();
        assert!(lines[0].starts_with("lockstep has current_time, db_query"), "{stdout}");
        assert_eq!(lines[1..], [r#"[1,"Bruno Horvat"]"#, r#"[2,"Clara Peeters"]"#, r#"[3,"Daniel Garcia"]"#]);
    }
}
