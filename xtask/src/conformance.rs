//! `cargo xtask conformance`: the official conformance suite against the server in `tests/conformance`.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::fuzz::target_folder;
use crate::provision;
use crate::run::{last_lines, run as step};

/// One run of the suite, and how many scenarios the pinned version has for it. A run of fewer checked less than it says.
struct Run {
    select: &'static [&'static str],
    scenarios: usize,
}

const RUNS: [Run; 6] = [
    Run { select: &["--requirements", "2025-11-25"], scenarios: 33 },
    Run { select: &["--requirements", "2026-07-28"], scenarios: 50 },
    Run { select: &["--suite", "all", "--spec-version", "2025-11-25"], scenarios: 33 },
    Run { select: &["--suite", "all", "--spec-version", "2026-07-28"], scenarios: 40 },
    Run { select: &["--spec-version", "2025-06-18"], scenarios: 27 },
    Run { select: &["--spec-version", "2025-03-26"], scenarios: 1 },
];

/// Scenarios of an extension that is not served. No requirement scores them.
const NOT_SERVED: &str = "tasks-";

/// What proves that a stream was resumed: a server that never closes one gets `INFO` here and passes all the same.
const RESUMED: (&str, &str) = ("server-sse-polling", "server-sse-disconnect-resume");

/// How long a run may take; the suite itself gives each scenario 30 s.
const SECONDS: &str = "300";

const START: Duration = Duration::from_secs(60);

/// Runs the suite against the server at `url`, or else against one that is built and started for it.
///
/// # Errors
///
/// A check failed or warned, a run was not whole, or nothing could be run. Every run is made and told first.
pub(crate) fn run(root: &Path, url: Option<&str>) -> Result<(), String> {
    let suite = provision::conformance(root)?;
    let folder = target_folder(root).join("conformance");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| format!("error: {}: {error}", folder.display()))?;
    }
    fs::create_dir_all(&folder).map_err(|error| format!("error: {}: {error}", folder.display()))?;
    // It ends when this goes out of scope, whatever the suite says.
    let server = match url {
        Some(_) => None,
        None => Some(Server::start(&build(root)?, &folder.join("server.log"))?),
    };
    let url = url.or(server.as_ref().map(|server| server.url.as_str())).unwrap_or_default();
    let mut problems = 0;
    for run in &RUNS {
        let found = run.judge(root, &suite, url, &folder)?;
        found.iter().for_each(|problem| eprintln!("  {problem}"));
        problems += found.len();
    }
    if problems == 0 {
        return Ok(());
    }
    Err(format!(
        "error: the conformance suite found {problems} problems\nhint: what it and the server said is in {}",
        folder.display()
    ))
}

/// Builds the server that the suite and the foreign clients talk to; where it is.
pub(crate) fn build(root: &Path) -> Result<PathBuf, String> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root).args(["build", "--locked", "--package", "conformance-server"]);
    step("build the conformance server", &mut cargo)?;
    Ok(target_folder(root).join("debug/conformance-server"))
}

impl Run {
    /// Makes the run and prints its line; what is wrong.
    fn judge(&self, root: &Path, suite: &Path, url: &str, folder: &Path) -> Result<Vec<String>, String> {
        let name = self.select.join(" ");
        let folder = folder.join(name.trim_start_matches('-').replace(" --", "-").replace(' ', "-"));
        let log = folder.with_extension("log");
        let failed = |error: std::io::Error| format!("error: {}: {error}", log.display());
        let output = fs::File::create(&log).map_err(failed)?;
        let modules = suite.join("node_modules");
        let mut command = Command::new("timeout");
        command.args(["-k", "5", SECONDS]).arg(modules.join(".bin/node"));
        command.arg(modules.join("@modelcontextprotocol/conformance/dist/index.js"));
        command.args(["server", "--url", url]).args(self.select).arg("-o").arg(&folder);
        if self.select[0] == "--requirements" {
            // A list of expected failures makes the suite fail for warnings too; this one is empty.
            command.arg("--expected-failures");
            command.arg(root.join("tests/clients/conformance/expected-failures.yaml"));
        }
        command.stdin(Stdio::null()).stderr(output.try_clone().map_err(failed)?).stdout(output);
        let status =
            command.status().map_err(|error| format!("error: `timeout` cannot be started: {error}"))?;

        let scenarios = read(&folder)?;
        let (mut problems, mut passed, mut bad, mut warned, mut not_served) = (Vec::new(), 0, 0, 0, 0);
        for scenario in &scenarios {
            match scenario.worst() {
                Some(_) if scenario.name.starts_with(NOT_SERVED) => not_served += 1,
                Some("FAILURE") => bad += 1,
                Some(_) => warned += 1,
                None => passed += 1,
            }
            problems.extend(scenario.problems());
        }
        let ran = scenarios.len();
        eprintln!("conformance {name}: {ran} scenarios, {passed} passed, {bad} failed, {warned} warned");
        if not_served > 0 {
            eprintln!("  {not_served} more of `{NOT_SERVED}*` failed: the extension is not served");
        }
        if ran != self.scenarios {
            problems.push(format!("{ran} scenarios ran, not {}", self.scenarios));
        }
        if !status.success() {
            problems.push(format!("the suite ended with {status}"));
            if problems.len() == 1 {
                problems.push(last_lines(&log));
            }
        }
        Ok(problems)
    }
}

/// One scenario, as the suite wrote it down.
struct Scenario {
    name: String,
    checks: Vec<Value>,
}

impl Scenario {
    fn worst(&self) -> Option<&'static str> {
        if self.checks.is_empty() {
            return Some("FAILURE");
        }
        ["FAILURE", "WARNING"].into_iter().find(|bad| self.checks.iter().any(|check| check["status"] == *bad))
    }

    fn problems(&self) -> Vec<String> {
        if self.name.starts_with(NOT_SERVED) {
            return Vec::new();
        }
        let bad =
            self.checks.iter().filter(|check| check["status"] == "FAILURE" || check["status"] == "WARNING");
        let mut problems: Vec<String> = bad.map(|check| self.problem(check)).collect();
        if self.checks.is_empty() {
            problems.push(format!("FAILURE {}: it was given up without a verdict", self.name));
        }
        let (scenario, id) = RESUMED;
        let resumed = |check: &Value| check["id"] == id && check["status"] == "SUCCESS";
        if problems.is_empty() && self.name == scenario && !self.checks.iter().any(resumed) {
            problems.push(format!("{scenario}: `{id}` is no SUCCESS: no stream was closed and resumed"));
        }
        problems
    }

    fn problem(&self, check: &Value) -> String {
        let text = |key: &str| check[key].as_str().unwrap_or("?");
        let message = check["errorMessage"].as_str().unwrap_or_else(|| text("description"));
        format!("{} {}: `{}`: {message}", text("status"), self.name, text("id"))
    }
}

/// All scenarios of a run: `<folder>/server-<scenario>-<time>/checks.json`.
fn read(folder: &Path) -> Result<Vec<Scenario>, String> {
    // `-2026-07-28T12-00-00-000Z`
    const TIME: usize = 25;
    let Ok(entries) = fs::read_dir(folder) else { return Ok(Vec::new()) };
    let mut scenarios = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| format!("error: {}: {error}", folder.display()))?.path();
        let unreadable = || format!("error: {} holds no checks of a scenario", path.display());
        let name =
            path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_prefix("server-"));
        let name = name.and_then(|name| name.get(..name.len().checked_sub(TIME)?)).ok_or_else(unreadable)?;
        let checks = match fs::read_to_string(path.join("checks.json")) {
            Ok(text) => serde_json::from_str(&text).map_err(|_| unreadable())?,
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            Err(_) => return Err(unreadable()),
        };
        scenarios.push(Scenario { name: name.to_owned(), checks });
    }
    scenarios.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(scenarios)
}

/// A running server, which ends with this.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    /// Starts it on a free port and waits for its address; what it says goes to `log`.
    fn start(program: &Path, log: &Path) -> Result<Self, String> {
        let failed = |error: std::io::Error| format!("error: {}: {error}", program.display());
        let mut output = fs::File::create(log).map_err(failed)?;
        let mut command = Command::new(program);
        command.args(["--bind", "127.0.0.1:0"]).stdin(Stdio::null()).stdout(Stdio::null());
        let mut child = command.stderr(Stdio::piped()).spawn().map_err(failed)?;
        let stderr = child.stderr.take();
        let mut server = Self { child, url: String::new() };
        let (sender, receiver) = channel();
        thread::spawn(move || {
            // Read to the end, or else the server would wait for this.
            for line in
                stderr.into_iter().flat_map(|stderr| BufReader::new(stderr).lines()).map_while(Result::ok)
            {
                // The log is for people: that it cannot be written is no reason to stop.
                let _ = writeln!(output, "{line}");
                let url = line
                    .split_whitespace()
                    .find(|word| word.starts_with("http://") && word.ends_with("/mcp"));
                // Nobody waits for a second address.
                let _ = url.map(|url| sender.send(url.to_owned()));
            }
        });
        server.url = receiver
            .recv_timeout(START)
            .map_err(|_| format!("error: the conformance server told no address\n{}", last_lines(log)))?;
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail only where it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(name: &str, checks: &str) -> Vec<String> {
        let checks = serde_json::from_str(checks).expect("checks are JSON");
        Scenario { name: name.to_owned(), checks }.problems()
    }

    #[test]
    fn verdicts() {
        assert_eq!(
            problems("ping", r#"[{ "id": "a", "status": "SUCCESS" }, { "id": "b", "status": "INFO" }]"#),
            [""; 0]
        );
        for status in ["FAILURE", "WARNING"] {
            let checks = format!(r#"[{{ "id": "a", "status": "{status}", "errorMessage": "no" }}]"#);
            assert_eq!(problems("ping", &checks), [format!("{status} ping: `a`: no")]);
            assert_eq!(problems("tasks-lifecycle", &checks), [""; 0]);
        }
        assert_eq!(problems("ping", "[]").len(), 1);
    }

    #[test]
    fn a_stream_must_have_been_resumed() {
        let (scenario, id) = RESUMED;
        let check = |status: &str| format!(r#"[{{ "id": "{id}", "status": "{status}" }}]"#);
        assert_eq!(problems(scenario, &check("SUCCESS")), [""; 0]);
        assert_eq!(problems(scenario, &check("INFO")).len(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn the_server_is_started_and_ended() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().expect("a folder can be made");
        let (program, log) = (folder.path().join("server"), folder.path().join("log"));
        let script = "#!/bin/sh\necho \"serves at http://127.0.0.1:8/mcp, $*\" >&2\necho \"at http://127.0.0.1:9/mcp\" >&2\nexec sleep 600\n";
        fs::write(&program, script).expect("a file can be written");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("it can be made a program");
        let server = Server::start(&program, &log).expect("the server starts");
        assert_eq!(server.url, "http://127.0.0.1:9/mcp");
        let process = format!("/proc/{}", server.child.id());
        assert!(Path::new(&process).exists() || !Path::new("/proc").exists());
        drop(server);
        assert!(!Path::new(&process).exists());

        fs::write(&program, "#!/bin/sh\necho 'no port' >&2\n").expect("a file can be written");
        let refused = Server::start(&program, &log).err().expect("it tells no address");
        assert!(refused.contains("told no address"), "{refused}");
    }
}
