//! robots.txt (RFC 9309): what a site asks of programs, read through the same guard and remembered for a while.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use http::StatusCode;
use moka::future::Cache;
use tokio::time::Instant;

use super::error::EgressError;
use super::guard::Target;
use super::{Answer, Egress, EgressRequest, USER_AGENT_VALUE};

/// Largest robots.txt that is read; the RFC asks for 500 KiB at least.
const MAX_BYTES: usize = 512 << 10;
/// Most memory that the rules of one file may take, in bytes; what comes after is not looked at.
const MAX_RULES_BYTES: usize = 128 << 10;
/// Longest rule, in bytes.
const MAX_RULE_BYTES: usize = 2_048;
const SITES: u64 = 2_000;
const REMEMBERED: Duration = Duration::from_secs(60 * 60);

/// What sites want.
#[derive(Debug)]
pub(super) struct Robots {
    sites: Cache<String, Arc<Rules>>,
}

/// The rules for this server, or for everybody where it is not named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rules {
    rules: Vec<Rule>,
    bytes: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    allow: bool,
    pattern: String,
}

impl Default for Robots {
    fn default() -> Self {
        Self { sites: Cache::builder().max_capacity(SITES).time_to_live(REMEMBERED).build() }
    }
}

impl Robots {
    /// Whether the site lets programs read `target`.
    pub(super) async fn check(
        &self,
        egress: &Egress,
        target: &Target,
        deadline: Instant,
    ) -> Result<(), EgressError> {
        if target.path_and_query() == "/robots.txt" {
            return Ok(());
        }
        let mut address = target.url().clone();
        address.set_path("/robots.txt");
        address.set_query(None);
        // Callers that come while it is being read wait for the same answer; a failure is not remembered.
        let reading = async { read(egress, address.as_str(), target, deadline).await.map(Arc::new) };
        let rules = self.sites.try_get_with_by_ref(address.as_str(), reading).await;
        let rules = rules.map_err(|error| EgressError::clone(&error))?;
        if rules.allow(target.path_and_query()) {
            Ok(())
        } else {
            Err(EgressError::RobotsDisallowed { url: target.url().to_string() })
        }
    }
}

async fn read(
    egress: &Egress,
    address: &str,
    target: &Target,
    deadline: Instant,
) -> Result<Rules, EgressError> {
    let request =
        EgressRequest { robots: false, accept: "text/plain, */*;q=0.5", ..EgressRequest::new(address) };
    let answer = open(egress, request, deadline).await;
    let unavailable = |why: String| EgressError::RobotsUnavailable { host: target.host().to_owned(), why };
    let answer = answer.map_err(|error| unreadable(error, &unavailable))?;
    match answer.status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => return Ok(Rules::nothing()),
        StatusCode::TOO_MANY_REQUESTS => return Err(unavailable("the site answered 429".to_owned())),
        status if status.is_client_error() => return Ok(Rules::default()),
        status if !status.is_success() => {
            return Err(unavailable(format!("the site answered {}", status.as_u16())));
        }
        _ => {}
    }
    match answer.bytes_up_to(MAX_BYTES).await {
        Ok(bytes) => Ok(Rules::parse(&bytes)),
        Err(error) => Err(unavailable(error.to_string())),
    }
}

/// Boxed, because reading a page reads robots.txt, which is a page.
fn open<'a>(
    egress: &'a Egress,
    request: EgressRequest<'a>,
    deadline: Instant,
) -> BoxFuture<'a, Result<Answer, EgressError>> {
    Box::pin(egress.open_until(request, deadline))
}

/// What the page itself would meet as well keeps its own name: nobody is helped by hearing of robots.txt.
fn unreadable(error: EgressError, unavailable: &impl Fn(String) -> EgressError) -> EgressError {
    match error {
        EgressError::Timeout { .. }
        | EgressError::BadResponse { .. }
        | EgressError::UnsupportedEncoding { .. }
        | EgressError::TooManyRedirects { .. }
        | EgressError::InsecureRedirect { .. } => unavailable(error.to_string()),
        other => other,
    }
}

impl Rules {
    /// The rules of a site that wants nothing read.
    fn nothing() -> Self {
        let mut rules = Self::default();
        rules.add(Rule { allow: false, pattern: "/".to_owned() });
        rules
    }

    fn add(&mut self, rule: Rule) {
        let bytes = self.bytes + rule.pattern.len() + size_of::<Rule>();
        if bytes <= MAX_RULES_BYTES {
            self.bytes = bytes;
            self.rules.push(rule);
        }
    }

    pub(super) fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let product = USER_AGENT_VALUE.split('/').next().unwrap_or_default();
        let (mut ours, mut everybodys) = (Self::default(), Self::default());
        let mut named_us = false;
        // Agents named in a row share the rules that follow.
        let (mut for_us, mut for_all, mut naming) = (false, false, false);
        for line in text.split(['\n', '\r']) {
            let line = line.split('#').next().unwrap_or_default();
            let Some((key, value)) = line.split_once(':') else { continue };
            let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
            match key.as_str() {
                "user-agent" => {
                    if !naming {
                        (for_us, for_all, naming) = (false, false, true);
                    }
                    let agent: String = value
                        .chars()
                        .take_while(|each| each.is_ascii_alphabetic() || "-_".contains(*each))
                        .collect();
                    for_all |= value == "*";
                    for_us |= agent.eq_ignore_ascii_case(product);
                    named_us |= for_us;
                }
                "allow" | "disallow" => {
                    naming = false;
                    if value.is_empty() || value.len() > MAX_RULE_BYTES {
                        continue;
                    }
                    let rule = Rule { allow: key == "allow", pattern: encoded(value) };
                    if for_us {
                        ours.add(rule.clone());
                    }
                    if for_all {
                        everybodys.add(rule);
                    }
                }
                _ => {}
            }
        }
        if named_us { ours } else { everybodys }
    }

    /// The longest rule that matches decides; between two of one length the one that allows.
    pub(super) fn allow(&self, path: &str) -> bool {
        let path = encoded(path);
        let matching = self.rules.iter().filter(|rule| matches(&rule.pattern, &path));
        matching.max_by_key(|rule| (rule.pattern.len(), rule.allow)).is_none_or(|rule| rule.allow)
    }
}

/// Patterns and paths are compared in one spelling: what is no plain character is percent-encoded, and what need not be
/// encoded is not.
fn encoded(text: &str) -> String {
    use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
    const APART: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`').add(b'{').add(b'}');
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        let (before, after) = rest.split_at(at);
        result.extend(utf8_percent_encode(before, APART));
        let triple = after.get(..3).filter(|triple| triple[1..].bytes().all(|byte| byte.is_ascii_hexdigit()));
        let Some(triple) = triple else {
            result.push('%');
            rest = &after[1..];
            continue;
        };
        let byte = percent_decode_str(triple).next().unwrap_or(b'%');
        // A character that means the same either way.
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            result.push(char::from(byte));
        } else {
            result.push_str(&triple.to_ascii_uppercase());
        }
        rest = &after[3..];
    }
    result.extend(utf8_percent_encode(rest, APART));
    result
}

/// Whether `path` begins with `pattern`, where `*` stands for anything and `$` at the end for the end. What stands between
/// two stars is taken where it first comes, so that the path is gone through once, whatever the pattern holds.
fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, whole) = match pattern.strip_suffix('$') {
        Some(before) => (before, true),
        None => (pattern, false),
    };
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|start| path.strip_prefix(start)) else { return false };
    let last = if whole { parts.next_back() } else { None };
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    match last {
        Some(last) => rest.ends_with(last),
        None => !whole || rest.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::Rules;

    #[track_caller]
    fn check(file: &str, allowed: &[&str], refused: &[&str]) {
        let rules = Rules::parse(file.as_bytes());
        for path in allowed {
            assert!(rules.allow(path), "{path} should be allowed by\n{file}");
        }
        for path in refused {
            assert!(!rules.allow(path), "{path} should be refused by\n{file}");
        }
    }

    #[test]
    fn the_longest_rule_decides() {
        let file = "User-agent: *\nDisallow: /\nAllow: /open\nDisallow: /open/not\nAllow: /open/not/but\n";
        check(file, &["/open", "/open/x", "/open/not/but"], &["/", "/other", "/open/not"]);
        check("User-agent: *\nDisallow: /x\nAllow: /x\n", &["/x"], &[]);
        check("User-agent: *\nDisallow:\n", &["/", "/anything"], &[]);
        check("", &["/"], &[]);
    }

    #[test]
    fn rules_for_this_server_replace_those_for_everybody() {
        let file = "User-agent: *\nDisallow: /\n\nuser-agent: lockstep\nDisallow: /mine # not this\n";
        check(file, &["/", "/other"], &["/mine", "/mine/too"]);
        let shared =
            "User-agent: other\nUser-agent: Lockstep/2.0\nDisallow: /a\nUser-agent: third\nDisallow: /b\n";
        check(shared, &["/b"], &["/a"]);
        check("User-agent: lockstepper\nDisallow: /\n", &["/"], &[]);
        check("User-agent: lockstep\n\nUser-agent: *\nDisallow: /\n", &[], &["/"]);
    }

    #[test]
    fn stars_and_the_end_mean_what_the_rfc_says() {
        let file = "User-agent: *\nDisallow: /*.gif$\nDisallow: /a*b*c\nDisallow: /fish*.php\n";
        check(
            file,
            &["/x.gif?y", "/ac", "/a/b/d"],
            &["/x.gif", "/abc", "/a1b2c3", "/fish.php", "/fishheads/a.php?id=1"],
        );
        check("User-agent: *\nDisallow: /$\n", &["/x"], &["/"]);
        check("User-agent: *\nDisallow: *\n", &[], &["/", "/x"]);
    }

    #[test]
    fn spellings_of_one_path_are_one_path() {
        let file =
            "User-agent: *\nDisallow: /%7ejoe/\nDisallow: /ü\nDisallow: /a%3cd\nDisallow: /per%zzcent\n";
        check(file, &["/joe"], &["/~joe/x", "/%7Ejoe/", "/%C3%BC", "/%c3%bc", "/a%3Cd", "/per%zzcent"]);
    }

    #[test]
    fn odd_files_are_read_as_far_as_they_go() {
        check("\u{feff}User-agent: *\r\nDisallow: /x\r\n", &["/"], &["/x"]);
        check(
            "nonsense\n:\nDisallow: /early\nUser-agent: *\nDisallow : /spaced\n",
            &["/early"],
            &["/spaced"],
        );
        check("<html>not found</html>", &["/"], &[]);
    }

    #[test]
    fn a_pattern_made_of_stars_takes_no_time_that_grows_with_its_stars() {
        let file = format!("User-agent: *\nDisallow: /{}b\n", "*a".repeat(900));
        let path = format!("/{}", "a".repeat(1_900));
        check(&file, &[&path], &[]);
    }
}
