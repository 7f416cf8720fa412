//! The guard before every hop: which addresses are asked at all, as text, as a name and as a number.

use std::collections::BTreeSet;
use std::net::IpAddr;

use url::{Host, Url};

use super::address::is_public;
use super::error::EgressError;

/// Longest address that is looked at, in bytes.
pub const MAX_URL_BYTES: usize = 2048;
/// Longest name of the domain name system, in bytes (RFC 1035).
const MAX_HOST_BYTES: usize = 253;
const MAX_LABEL_BYTES: usize = 63;

/// Endings of names that are not of the public internet, or that nobody may own.
const PRIVATE_SUFFIXES: [&str; 13] = [
    "corp",
    "home",
    "home.arpa",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "onion",
    "private",
    "test",
];

/// The host of the sample pages; with `--demo` it is answered inside the process.
pub const DEMO_HOST: &str = "demo.lockstep.test";

/// What an operator may change about where requests go.
#[derive(Clone, Debug)]
pub struct GuardOptions {
    /// Ports that may be asked.
    pub ports: BTreeSet<u16>,
    /// Hosts inside the operator's own network that may be asked all the same, each with its port.
    pub internal: Vec<(String, u16)>,
    /// If any are named: these domains, and those below them, alone.
    pub only: Vec<String>,
    /// Domains that are never asked, nor those below them. Wins over all other lists.
    pub never: Vec<String>,
    /// Whether [`DEMO_HOST`] may be asked.
    pub demo: bool,
}

impl Default for GuardOptions {
    fn default() -> Self {
        Self {
            ports: BTreeSet::from([80, 443, 8080, 8443]),
            internal: Vec::new(),
            only: Vec::new(),
            never: Vec::new(),
            demo: false,
        }
    }
}

/// Judges addresses before anything is asked.
#[derive(Clone, Debug, Default)]
pub struct Guard {
    options: GuardOptions,
}

/// An address that passed the guard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    url: Url,
    host: String,
    port: u16,
    literal: Option<IpAddr>,
    internal: bool,
}

impl Target {
    /// The address without fragment, its host in lower case and in ASCII.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The host as a name or an address; one of version 6 without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, also where the address does not state it.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether the connection is protected.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Whether both have scheme, host and port in common.
    #[must_use]
    pub fn same_origin(&self, other: &Self) -> bool {
        self.is_https() == other.is_https() && self.host == other.host && self.port == other.port
    }

    /// The address itself, where the host is no name.
    pub(super) fn literal(&self) -> Option<IpAddr> {
        self.literal
    }

    /// Whether `address`, to which the host leads, may be asked.
    pub(super) fn permits(&self, address: IpAddr) -> bool {
        self.internal || is_public(address)
    }

    /// What goes into the request's `Host`.
    pub(super) fn authority(&self) -> String {
        self.url[url::Position::BeforeHost..url::Position::AfterPort].to_owned()
    }

    /// What goes into the request's first line.
    pub(super) fn path_and_query(&self) -> &str {
        &self.url[url::Position::BeforePath..url::Position::AfterQuery]
    }
}

impl Guard {
    /// A guard with these options.
    #[must_use]
    pub fn new(options: GuardOptions) -> Self {
        Self { options }
    }

    /// Judges the text of an address.
    ///
    /// # Errors
    ///
    /// Why it may not be asked: `InvalidUrl`, `UserinfoNotAllowed` or one of the `Blocked` variants.
    pub fn check(&self, text: &str) -> Result<Target, EgressError> {
        check_text(text)?;
        let Some((scheme, rest)) = text.split_once(':') else {
            return Err(EgressError::invalid("it does not start with `http://` or `https://`"));
        };
        if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
            let named = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
                && scheme.chars().all(|each| each.is_ascii_alphanumeric() || "+-.".contains(each));
            return Err(if named && scheme.len() <= 32 {
                EgressError::BlockedScheme { scheme: scheme.to_ascii_lowercase() }
            } else {
                EgressError::invalid("it does not start with `http://` or `https://`")
            });
        }
        // The parser would repair a missing or a third slash, and drop an empty user name.
        let Some(rest) = rest.strip_prefix("//") else {
            return Err(EgressError::invalid("two slashes follow the scheme"));
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if authority.is_empty() {
            return Err(EgressError::invalid("there is no host"));
        }
        if authority.contains('@') {
            return Err(EgressError::UserinfoNotAllowed);
        }
        let url = Url::parse(text).map_err(|error| EgressError::invalid(error.to_string()))?;
        self.judge(url)
    }

    /// Judges where a redirect of `from` leads.
    ///
    /// # Errors
    ///
    /// As [`Guard::check`], and `InsecureRedirect`.
    pub fn check_redirect(&self, from: &Target, location: &str) -> Result<Target, EgressError> {
        check_text(location)?;
        // An address of its own is read as strictly as the first one was.
        let absolute = location.split_once(':').is_some_and(|(scheme, _)| !scheme.contains(['/', '?', '#']));
        let target = if absolute {
            self.check(location)?
        } else {
            let joined = from.url.join(location).map_err(|error| EgressError::invalid(error.to_string()))?;
            self.check(joined.as_str())?
        };
        if from.is_https() && !target.is_https() {
            return Err(EgressError::InsecureRedirect { to: target.url.into() });
        }
        Ok(target)
    }

    fn judge(&self, mut url: Url) -> Result<Target, EgressError> {
        url.set_fragment(None);
        if !url.username().is_empty() || url.password().is_some() {
            return Err(EgressError::UserinfoNotAllowed);
        }
        let (host, literal) = match url.host() {
            Some(Host::Ipv4(address)) => (address.to_string(), Some(IpAddr::V4(address))),
            Some(Host::Ipv6(address)) => (address.to_string(), Some(IpAddr::V6(address))),
            Some(Host::Domain(name)) => (name.strip_suffix('.').unwrap_or(name).to_owned(), None),
            None => return Err(EgressError::invalid("there is no host")),
        };
        let Some(port) = url.port_or_known_default() else {
            return Err(EgressError::invalid("there is no port"));
        };
        if literal.is_none() {
            check_name(&host)?;
            url.set_host(Some(&host)).map_err(|error| EgressError::invalid(error.to_string()))?;
        }
        if url.as_str().len() > MAX_URL_BYTES {
            return Err(too_long());
        }
        let internal = self.options.internal.iter().any(|(name, number)| *name == host && *number == port);
        let is_demo = self.options.demo && host == DEMO_HOST;
        if !internal && !self.options.ports.contains(&port) {
            return Err(EgressError::BlockedPort { port });
        }
        if !internal && !is_demo {
            match literal {
                Some(address) if !is_public(address) => return Err(EgressError::BlockedAddress { host }),
                Some(_) => {}
                None => check_public_name(&host)?,
            }
        }
        let is_listed = |list: &[String]| list.iter().any(|domain| is_below(&host, domain));
        let excluded =
            !self.options.only.is_empty() && !is_listed(&self.options.only) && !internal && !is_demo;
        if excluded || is_listed(&self.options.never) {
            return Err(EgressError::BlockedHost { host });
        }
        Ok(Target { url, host, port, literal, internal })
    }
}

/// What the parser would silently repair is refused: whoever wrote it meant something else, or to deceive.
fn check_text(text: &str) -> Result<(), EgressError> {
    if text.is_empty() {
        return Err(EgressError::invalid("it is empty"));
    }
    if text.len() > MAX_URL_BYTES {
        return Err(too_long());
    }
    if text.chars().any(char::is_control) {
        return Err(EgressError::invalid("it has a control character"));
    }
    if text.contains('\\') {
        return Err(EgressError::invalid("it has a backslash"));
    }
    if text.starts_with(char::is_whitespace) || text.ends_with(char::is_whitespace) {
        return Err(EgressError::invalid("it has a blank around it"));
    }
    Ok(())
}

fn too_long() -> EgressError {
    EgressError::invalid(format!("it is longer than {MAX_URL_BYTES} bytes"))
}

/// The form of a name; the parser has done with letters that a name cannot have.
fn check_name(host: &str) -> Result<(), EgressError> {
    if host.is_empty() || host.split('.').any(str::is_empty) {
        return Err(EgressError::invalid("a label of the host is empty"));
    }
    if host.len() > MAX_HOST_BYTES || host.split('.').any(|label| label.len() > MAX_LABEL_BYTES) {
        return Err(EgressError::invalid("the host is longer than a name can be"));
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if !host.bytes().all(plain) {
        return Err(EgressError::invalid("the host has a character that no name has"));
    }
    Ok(())
}

fn check_public_name(host: &str) -> Result<(), EgressError> {
    if !host.contains('.') || PRIVATE_SUFFIXES.iter().any(|suffix| is_below(host, suffix)) {
        return Err(EgressError::BlockedHost { host: host.to_owned() });
    }
    Ok(())
}

/// Whether `host` is `domain` or lies below it.
fn is_below(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}
