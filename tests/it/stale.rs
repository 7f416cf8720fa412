//! The drill for a stale tree: the root package's build script, run on copies of spec/ and its lock.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Copies a folder with everything below it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("the folder is there") {
        let entry = entry.expect("the folder can be read");
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).expect("the file is copied");
        }
    }
}

/// Runs the build script on a fresh copy that `change` has changed. It must report exactly one error, with all of
/// `parts`, or none where there are no parts.
#[track_caller]
fn check(script: &Path, change: impl FnOnce(&Path), parts: &[&str]) {
    let tree = tempfile::tempdir().expect("a folder can be made");
    copy(&Path::new(ROOT).join("spec"), &tree.path().join("spec"));
    fs::create_dir(tree.path().join("generated")).expect("a folder can be made");
    let lock = "generated/spec.lock";
    fs::copy(Path::new(ROOT).join(lock), tree.path().join(lock)).expect("the lock is copied");
    change(tree.path());

    let done =
        Command::new(script).env("CARGO_MANIFEST_DIR", tree.path()).output().expect("the script starts");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let said = String::from_utf8(done.stdout).expect("the script writes UTF-8");
    let errors: Vec<&str> = said.lines().filter_map(|line| line.strip_prefix("cargo::error=")).collect();
    assert_eq!(errors.len(), usize::from(!parts.is_empty()), "{said}");
    for part in parts {
        assert!(errors[0].contains(part), "no {part:?} in {errors:?}");
    }
}

#[test]
fn a_changed_spec_without_regen_fails_the_build() {
    let built = tempfile::tempdir().expect("a folder can be made");
    let script = built.path().join("build-script");
    let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc
        .args(["--edition", "2024", "-D", "warnings", "-o"])
        .arg(&script)
        .arg(Path::new(ROOT).join("build.rs"));
    assert!(rustc.status().expect("rustc starts").success(), "the build script does not compile");

    let command = "run `cargo xtask regen`";
    check(&script, |_| {}, &[]);
    let append = |path: &'static str| {
        move |tree: &Path| {
            let path = tree.join(path);
            let text = fs::read_to_string(&path).expect("the file is there");
            fs::write(path, text + "\n").expect("the file is written");
        }
    };
    check(&script, append("spec/tools.yaml"), &["spec/tools.yaml changed", command]);
    check(&script, append("spec/2025-11-25/schema.json"), &["spec/2025-11-25/schema.json changed", command]);
    let added = |tree: &Path| fs::write(tree.join("spec/new.yaml"), "").expect("the file is written");
    check(&script, added, &["spec/new.yaml", command]);
    let removed = |tree: &Path| fs::remove_file(tree.join("spec/errata.toml")).expect("the file is removed");
    check(&script, removed, &["spec/errata.toml", command]);
    let several = |tree: &Path| {
        append("spec/tools.yaml")(tree);
        removed(tree);
    };
    check(&script, several, &[" and 1 more changed", command]);
    let no_lock =
        |tree: &Path| fs::remove_file(tree.join("generated/spec.lock")).expect("the lock is removed");
    check(&script, no_lock, &[command]);
    // As in a published package.
    let no_spec = |tree: &Path| fs::remove_dir_all(tree.join("spec")).expect("the folder is removed");
    check(&script, no_spec, &[]);
}
