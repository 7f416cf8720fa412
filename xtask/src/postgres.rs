//! A PostgreSQL server for the tests: in a temporary folder, on a free port of this machine, stopped when the tests end.

use std::fmt::Write as _;
use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::run::{last_lines, run as step};

/// The role that owns the server: tests make databases and roles of their own with it.
const OWNER: &str = "lockstep_owner";
/// How long the server may take until it answers, and until it has stopped.
const PATIENCE: Duration = Duration::from_secs(60);
/// Another process may take a free port before the server does.
const ATTEMPTS: u32 = 5;
/// Where Debian keeps the programs of each major version, which are not on the path.
const DEBIAN: &str = "/usr/lib/postgresql";
/// Where it keeps what they share.
const SHARED: &str = "/usr/share/postgresql";

/// A running server; dropping it stops the server and removes its folder.
pub(crate) struct Postgres {
    server: Child,
    folder: PathBuf,
    address: String,
}

/// The server's programs, and who runs them: never root, which they refuse.
struct Programs {
    folder: PathBuf,
    user: Option<&'static str>,
}

/// Runs one command, such as a single test, with a server of its own.
///
/// # Errors
///
/// The server does not start, or the command fails.
pub(crate) fn run(root: &Path, command: &[String]) -> Result<(), String> {
    let [program, arguments @ ..] = command else { return Err("error: there is no command".to_owned()) };
    let postgres = Postgres::start()?;
    let mut command = Command::new(program);
    step(program, postgres.describe(command.current_dir(root).args(arguments)))
}

impl Postgres {
    /// Tells the tests where the server is, and which certificate it shows.
    pub(crate) fn describe<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env("LOCKSTEP_POSTGRES", &self.address)
            .env("LOCKSTEP_POSTGRES_CERTIFICATE", self.folder.join("server.crt"))
    }

    /// Starts a server with a cluster of its own.
    ///
    /// # Errors
    ///
    /// PostgreSQL is missing and cannot be installed, or it does not start.
    pub(crate) fn start() -> Result<Self, String> {
        let programs = Programs::find()?;
        let folder = std::env::temp_dir().join(format!("lockstep-postgres-{}", std::process::id()));
        let failed = |error: std::io::Error| format!("error: {}: {error}", folder.display());
        // What a run with this number left, if it was killed.
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir(&folder).map_err(failed)?;
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).map_err(failed)?;
        let started = programs.cluster(&folder).and_then(|password| programs.serve(&folder, &password));
        if started.is_err() {
            let _ = fs::remove_dir_all(&folder);
        }
        started
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        stop(&mut self.server);
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Programs {
    /// Finds the newest server that is installed; on a machine for tests, as root, installs Debian's.
    fn find() -> Result<Self, String> {
        let root = is_root();
        if usable().is_none() && std::env::var("CI").as_deref() == Ok("true") && root {
            install().unwrap_or_else(|message| eprintln!("{message}"));
        }
        let folder = usable().ok_or(
            "error: PostgreSQL or its extension HypoPG is not installed\nhint: install the packages `postgresql` and \
             `postgresql-15-hypopg` (or that of its version), or run this as root with CI=true",
        )?;
        Ok(Self { folder, user: root.then_some("postgres") })
    }

    /// A program of the server, run by whom it may be run, that ends with this process.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "INT"]);
        if let Some(user) = self.user {
            command.args(["--reuid", user, "--regid", user, "--init-groups"]);
        }
        command.arg("--").arg(self.folder.join(program));
        // The server's own settings come from the command line alone.
        for variable in ["PGDATA", "PGPORT", "PGHOST", "PGUSER", "PGOPTIONS"] {
            command.env_remove(variable);
        }
        command
    }

    /// Makes a cluster in `folder`, with a certificate for loopback; returns its owner's password.
    fn cluster(&self, folder: &Path) -> Result<String, String> {
        let data = folder.join("data");
        let failed = |error: std::io::Error| format!("error: {}: {error}", folder.display());
        let password = random().map_err(failed)?;
        let secret = folder.join("password");
        fs::write(&secret, &password).map_err(failed)?;
        fs::create_dir(&data).map_err(failed)?;
        self.give(&secret)?;
        self.give(&data)?;
        let mut initdb = self.command("initdb");
        initdb
            .args(["--no-sync", "--no-instructions", "--encoding=UTF8", "--locale=C.UTF-8"])
            .args(["--auth=scram-sha-256", "--username", OWNER, "--pwfile"])
            .arg(&secret)
            .arg("--pgdata")
            .arg(&data)
            .current_dir(folder)
            .stdout(Stdio::null());
        step("initdb", &mut initdb)?;
        let (key, certificate) = (data.join("server.key"), data.join("server.crt"));
        let mut openssl = Command::new("openssl");
        openssl
            .args(["req", "-x509", "-nodes", "-days", "30", "-newkey", "ec"])
            .args(["-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", "/CN=localhost"])
            .args(["-addext", "basicConstraints=critical,CA:FALSE"])
            .args(["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"])
            .arg("-keyout")
            .arg(&key)
            .arg("-out")
            .arg(&certificate)
            .stderr(Stdio::null());
        step("certificate", &mut openssl)?;
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).map_err(failed)?;
        self.give(&key)?;
        self.give(&certificate)?;
        // A test reads the certificate; the folder of the data is its owner's alone.
        fs::copy(&certificate, folder.join("server.crt")).map_err(failed)?;
        Ok(password)
    }

    /// Runs the server until it answers.
    fn serve(&self, folder: &Path, password: &str) -> Result<Postgres, String> {
        let log = folder.join("log");
        let mut last = String::new();
        for _ in 0..ATTEMPTS {
            let failed = |error: std::io::Error| format!("error: {}: {error}", log.display());
            let port = free_port().map_err(failed)?;
            let output = fs::File::create(&log).map_err(failed)?;
            let mut command = self.command("postgres");
            command.arg("-D").arg(folder.join("data")).args(["-p", &port.to_string()]);
            for setting in [
                "listen_addresses=127.0.0.1",
                "unix_socket_directories=",
                "ssl=on",
                "max_connections=200",
                "shared_preload_libraries=pg_stat_statements",
                // Nothing here has to outlive the machine.
                "fsync=off",
                "full_page_writes=off",
                "synchronous_commit=off",
            ] {
                command.args(["-c", setting]);
            }
            command.current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(output);
            eprintln!("xtask: PostgreSQL on port {port}");
            let mut server = command.spawn().map_err(|error| format!("error: `postgres`: {error}"))?;
            if answers(&mut server, port, &log) {
                let address = format!("postgres://{OWNER}:{password}@127.0.0.1:{port}/postgres");
                return Ok(Postgres { server, folder: folder.to_owned(), address });
            }
            last = last_lines(&log);
            stop(&mut server);
        }
        Err(format!("error: PostgreSQL does not start\n{last}"))
    }

    /// Makes the server's user the owner of `path`.
    fn give(&self, path: &Path) -> Result<(), String> {
        let Some(user) = self.user else { return Ok(()) };
        step("chown", Command::new("chown").arg(format!("{user}:{user}")).arg(path))
    }
}

/// Waits until the server takes connections; false when it has ended instead.
fn answers(server: &mut Child, port: u16, log: &Path) -> bool {
    let end = Instant::now() + PATIENCE;
    while matches!(server.try_wait(), Ok(None)) && Instant::now() < end {
        let ready = fs::read_to_string(log).is_ok_and(|text| text.contains("ready to accept connections"));
        if ready && TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return true;
        }
        thread::sleep(Duration::from_millis(50));
    }
    false
}

/// Interrupted, a server ends its sessions and stops.
fn stop(server: &mut Child) {
    let _ = Command::new("kill").args(["-INT", &server.id().to_string()]).status();
    let end = Instant::now() + PATIENCE;
    while matches!(server.try_wait(), Ok(None)) && Instant::now() < end {
        thread::sleep(Duration::from_millis(50));
    }
    let _ = server.kill();
    let _ = server.wait();
}

/// The folder of the newest version that Debian installed, or of the programs on the path.
fn installed() -> Option<PathBuf> {
    let complete =
        |folder: &PathBuf| ["initdb", "postgres"].iter().all(|program| folder.join(program).is_file());
    let versions = fs::read_dir(DEBIAN).into_iter().flatten().flatten();
    let newest = versions
        .filter_map(|entry| {
            let version: u32 = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, folder)| complete(folder))
        .max();
    let on_path = || std::env::split_paths(&std::env::var_os("PATH")?).find(complete);
    newest.map(|(_, folder)| folder).or_else(on_path)
}

/// The server's programs, where the extensions that the tests need are there too.
fn usable() -> Option<PathBuf> {
    installed().filter(|folder| {
        let config = Command::new(folder.join("pg_config")).arg("--sharedir").output();
        let share = config.ok().and_then(|output| String::from_utf8(output.stdout).ok());
        // Debian has `pg_config` in a package of its own, and the folder always here.
        let debian = folder.parent().and_then(Path::file_name).map(|version| Path::new(SHARED).join(version));
        let shared = share
            .filter(|share| !share.trim().is_empty())
            .map(|share| PathBuf::from(share.trim()))
            .or(debian);
        shared.is_some_and(|share| {
            let control = |name: &str| share.join("extension").join(name).is_file();
            control("hypopg.control") && control("pg_stat_statements.control")
        })
    })
}

/// Installs Debian's packages; a cluster of their own, on the usual port, is not made.
fn install() -> Result<(), String> {
    let apt = |arguments: &[&str]| {
        let mut apt = Command::new("apt-get");
        apt.args(["--quiet", "--yes"]).args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        step(&format!("apt-get {}", arguments[0]), &mut apt)
    };
    let add = |packages: &[&str]| {
        let options = ["install", "--no-install-recommends", "--option", "Dpkg::Options::=--force-confold"];
        apt(&[&options, packages].concat())
    };
    apt(&["update"])?;
    // Without this the package starts a server for everybody, on the usual port.
    let settings = Path::new("/etc/postgresql-common/createcluster.conf");
    if !settings.exists() && fs::create_dir_all("/etc/postgresql-common").is_ok() {
        let _ = fs::write(settings, "create_main_cluster = false\n");
    }
    add(&["postgresql", "openssl"])?;
    let folder = installed().ok_or("error: the package `postgresql` brought no server")?;
    let version = folder.parent().and_then(Path::file_name).and_then(|version| version.to_str());
    add(&[&format!("postgresql-{}-hypopg", version.unwrap_or_default())])
}

fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// 128 bits that nobody else on this machine can guess, in hexadecimal.
fn random() -> std::io::Result<String> {
    use std::io::Read as _;
    let mut bytes = [0; 16];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
