//! Clients that nobody here wrote, against real servers: the official Python SDK and the Inspector's CLI.
//!
//! `cargo xtask test` installs them and says where they are.

use std::env;
use std::ffi::OsStr;
use std::io::{Read as _, Seek as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::json::assert_has;
use crate::peer::{ALL, Era, LEGACY, MODERN, Transport, inside_tags, parse};
use crate::process::{Process, lockstep};

const SQL: &str = "select id, name from customers order by id limit 3";
const WRITE: &str = "delete from customers";

fn rows() -> Value {
    json!([[1, "Bruno Horvat"], [2, "Clara Peeters"], [3, "Daniel Garcia"]])
}

/// The folder that the variable names. Without it the test is skipped, but never where skipping would hide a gap.
pub(crate) fn installed(variable: &str) -> Option<PathBuf> {
    let folder = env::var_os(variable).map(PathBuf::from);
    if folder.is_none() {
        assert!(
            env::var("CI").as_deref() != Ok("true"),
            "`{variable}` is not set\nhint: run `cargo xtask test`"
        );
        eprintln!("skipped: `{variable}` is not set; `cargo xtask test` installs the client");
    }
    folder
}

/// What a client is told to connect to; a server over HTTP lives as long as this.
pub(crate) struct Target {
    _server: Option<Process>,
    pub(crate) arguments: Vec<String>,
}

impl Target {
    fn demo(transport: Transport) -> Self {
        match transport {
            Transport::Stdio => Self::stdio(&[env!("CARGO_BIN_EXE_lockstep"), "stdio", "--demo"]),
            Transport::Http => Self::http(lockstep(&["http", "--demo", "--bind", "127.0.0.1:0"]), "/mcp"),
        }
    }

    pub(crate) fn stdio(command: &[&str]) -> Self {
        Self { _server: None, arguments: command.iter().map(|&part| part.to_owned()).collect() }
    }

    pub(crate) fn http(command: Command, path: &str) -> Self {
        let (server, _, address) = Process::http(command);
        Self { _server: Some(server), arguments: vec![format!("http://{address}{path}")] }
    }
}

fn name(era: Era) -> &'static str {
    match era {
        Era::Legacy => "legacy",
        Era::Modern => "modern",
    }
}

/// The client's standard output as JSON, if it ended with this code.
#[track_caller]
pub(crate) fn output(command: &mut Command, code: i32) -> Value {
    // No pipe: a server that outlived its client would hold it open.
    let mut log = tempfile::tempfile().expect("a file can be made");
    command.stdin(Stdio::null()).stderr(log.try_clone().expect("a file has handles"));
    let Output { status, stdout, .. } = command.stdout(Stdio::piped()).output().expect("the client starts");
    let mut stderr = Vec::new();
    log.rewind().and_then(|()| log.read_to_end(&mut stderr)).expect("the file can be read");
    let (stdout, stderr) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert_eq!(status.code(), Some(code), "{command:?}\n{stdout}\n{stderr}");
    parse(stdout.trim())
}

/// A program that is ended after this long, with all that it started: it may wait for its server forever.
pub(crate) fn limited(seconds: u32, program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("timeout");
    command.args(["-k", "5"]).arg(seconds.to_string()).arg(program);
    command
}

/// A script in `tests/clients` with these packages.
pub(crate) fn script(seconds: u32, packages: &Path, script: &str) -> Command {
    let mut command = limited(seconds, "python3");
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(script));
    command.env("PYTHONPATH", packages).env("PYTHONNOUSERSITE", "1").env("NO_PROXY", "127.0.0.1");
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

#[track_caller]
fn python(sdk: &Path, transport: Transport, era: Era, sql: &str) -> Value {
    let target = Target::demo(transport);
    let mut command = script(60, sdk, "python/list_and_query.py");
    command
        .args(["--era", name(era), "--sql", sql])
        .arg(if transport == Transport::Stdio { "stdio" } else { "http" })
        .args(&target.arguments);
    output(&mut command, 0)
}

#[test]
fn python_sdk() {
    let Some(sdk) = installed("LOCKSTEP_PYTHON_SDK") else { return };
    for (transport, era) in ALL {
        let report = python(&sdk, transport, era, SQL);
        let version = if era == Era::Legacy { LEGACY } else { MODERN };
        assert_has(
            &report,
            &json!({
                "era": name(era),
                "protocol_version": version,
                "server": { "name": "lockstep", "version": env!("CARGO_PKG_VERSION") },
                "is_error": false,
                "structured": { "rows": rows(), "row_count": 3, "truncated": false },
                "time": { "timezone": "Europe/Berlin" },
            }),
        );
        let text = report["text"].as_str().expect("the rows also come as text");
        assert_eq!(parse(inside_tags(text)), report["structured"]);
        let tools = report["tools"].as_array().expect("a list of names");
        assert!(tools.contains(&json!("db_query")) && tools.contains(&json!("current_time")), "{report}");

        let refused = python(&sdk, transport, era, WRITE);
        assert_has(&refused, &json!({ "is_error": true }));
        let text = refused["text"].as_str().expect("a failed tool says why");
        assert_eq!(parse(text)["error"]["code"], "write_attempt");
    }
}

/// The Inspector, with a home of its own and nothing else of this machine's settings.
pub(crate) struct Inspector {
    pub(crate) node: PathBuf,
    launcher: PathBuf,
    home: TempDir,
}

impl Inspector {
    pub(crate) fn new(folder: &Path) -> Self {
        let modules = folder.join("node_modules");
        let launcher = modules.join("@modelcontextprotocol/inspector/clients/launcher/build/index.js");
        let home = tempfile::tempdir().expect("a folder can be made");
        Self { node: modules.join(".bin/node"), launcher, home }
    }

    #[track_caller]
    pub(crate) fn run(&self, target: &Target, era: Era, request: &[&str], code: i32) -> Value {
        let mut command = limited(60, &self.node);
        command.arg(&self.launcher);
        command.args(["--cli", "--protocol-era", name(era)]).args(request);
        command.args(["--format", "json", "-q", "--"]).args(&target.arguments);
        command.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", self.home.path());
        output(&mut command, code)["result"].take()
    }

    #[track_caller]
    fn query(&self, target: &Target, era: Era, sql: &str, code: i32) -> Value {
        let arguments = json!({ "sql": sql }).to_string();
        let request =
            ["--method", "tools/call", "--tool-name", "db_query", "--tool-args-json", arguments.as_str()];
        self.run(target, era, &request, code)
    }
}

#[test]
fn inspector() {
    let Some(folder) = installed("LOCKSTEP_INSPECTOR") else { return };
    let inspector = Inspector::new(&folder);
    for (transport, era) in ALL {
        let target = Target::demo(transport);
        let list = inspector.run(&target, era, &["--method", "tools/list"], 0);
        let tools = list["tools"].as_array().unwrap_or_else(|| panic!("no tools in {list}"));
        for tool in ["db_query", "current_time"] {
            let found = tools.iter().find(|found| found["name"] == tool);
            let found = found.unwrap_or_else(|| panic!("no {tool} in {list}"));
            assert_has(found, &json!({ "inputSchema": { "type": "object" } }));
        }
        let answer = inspector.query(&target, era, SQL, 0);
        assert_has(&answer, &json!({ "structuredContent": { "rows": rows() } }));

        let refused = inspector.query(&target, era, WRITE, 5);
        assert_has(&refused, &json!({ "isError": true }));
        let text = refused["content"][0]["text"].as_str().expect("a failed tool says why");
        assert_eq!(parse(text)["error"]["code"], "write_attempt");
    }
}
