//! The options of the client's commands.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use lockstep_wire::Object;
use reqwest::Url;
use reqwest::header::{HeaderName, HeaderValue};
use serde_json::Value;

use super::ask::Person;
use super::http::Http;
use super::link::Link;
use super::open::Choice;
use super::revision::Revision;
use super::stdio::Stdio;
use super::trouble::Trouble;
use crate::cli::{Failure, REFUSED};

#[derive(Args)]
pub(in crate::cli) struct CallArguments {
    /// The name of the tool
    pub(super) tool: String,
    /// Its arguments, a JSON object
    #[arg(value_name = "JSON", value_parser = object)]
    pub(super) arguments: Option<Object>,
    #[command(flatten)]
    pub(super) connection: Connection,
}

#[derive(Args)]
pub(in crate::cli) struct ToolArguments {
    #[command(flatten)]
    pub(super) connection: Connection,
}

#[derive(Args)]
pub(in crate::cli) struct ResourceArguments {
    /// The resource to read; without it all resources and templates are listed
    pub(super) uri: Option<String>,
    #[command(flatten)]
    pub(super) connection: Connection,
}

#[derive(Args)]
pub(in crate::cli) struct PromptArguments {
    /// The prompt to get; without it all prompts are listed
    pub(super) name: Option<String>,
    /// Its arguments, a JSON object
    #[arg(value_name = "JSON", value_parser = object)]
    pub(super) arguments: Option<Object>,
    #[command(flatten)]
    pub(super) connection: Connection,
}

/// Which server is asked, and how.
#[derive(Args)]
pub(super) struct Connection {
    /// The server's address
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080/mcp", value_parser = address)]
    url: Url,
    /// Start this command and speak with it over its standard input and output; no shell reads it
    #[arg(long, value_name = "COMMAND", value_parser = words, conflicts_with_all = ["url", "headers"])]
    stdio: Option<Words>,
    /// The era of the protocol to speak
    #[arg(long, value_enum, default_value = "auto")]
    era: Era,
    /// Speak this revision, or ask for it in the handshake
    #[arg(long, value_enum, value_name = "DATE")]
    revision: Option<Revision>,
    /// Send this header with every HTTP request; may be repeated
    #[arg(long = "header", value_name = "NAME: VALUE", value_parser = header)]
    headers: Vec<(HeaderName, HeaderValue)>,
    /// How long to wait for an answer, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    timeout: Duration,
    /// Answer a field of a form that the server wants filled; may be repeated
    #[arg(long = "answer", value_name = "KEY=VALUE", value_parser = pair)]
    answers: Vec<(String, String)>,
    /// Tell the server of this folder, if it asks
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
    /// Print the result as it came, as one line of JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Era {
    /// The newest that the server knows
    Auto,
    /// Without handshake: 2026-07-28
    Modern,
    /// With `initialize`: 2025-11-25 and older
    Legacy,
}

/// A command line, taken apart.
#[derive(Clone)]
struct Words(Vec<String>);

impl Connection {
    pub(super) fn limit(&self) -> Duration {
        self.timeout
    }

    /// The era, as both options say it.
    pub(super) fn choice(&self) -> Result<Choice, Failure> {
        let contradiction = |era: &str, revision: Revision| {
            let message = format!("`--era {era}` and `--revision {revision}` contradict each other");
            Failure::new(REFUSED, message, "leave one of them out: a revision says its era")
        };
        match (self.era, self.revision) {
            (Era::Auto, None) => Ok(Choice::Auto),
            (Era::Modern, None) => Ok(Choice::Modern),
            (Era::Legacy, None) => Ok(Choice::Legacy(Revision::NEWEST_LEGACY)),
            (Era::Legacy, Some(revision)) if revision.is_modern() => Err(contradiction("legacy", revision)),
            (Era::Modern, Some(revision)) if !revision.is_modern() => Err(contradiction("modern", revision)),
            (_, Some(revision)) if revision.is_modern() => Ok(Choice::Modern),
            (_, Some(revision)) => Ok(Choice::Legacy(revision)),
        }
    }

    /// Whoever answers what the server asks.
    pub(super) fn person(&self) -> Result<Person, Failure> {
        let root = self.root.as_ref().map(|folder| {
            let found = folder.canonicalize().ok().filter(|folder| folder.is_dir());
            let uri = found.and_then(|folder| Url::from_file_path(folder).ok());
            uri.map(String::from).ok_or_else(|| {
                let message = format!("`--root {}` is no folder", folder.display());
                Failure::new(REFUSED, message, "name an existing folder")
            })
        });
        Ok(Person::new(self.answers.clone(), root.transpose()?))
    }

    /// The connection; over HTTP nothing is sent yet. Must be called inside the runtime.
    pub(super) fn link(&self) -> Result<Link, Trouble> {
        Ok(match &self.stdio {
            Some(words) => Link::Stdio(Box::new(Stdio::start(words.0.clone())?)),
            None => Link::Http(Box::new(Http::new(self.url.clone(), self.headers.clone())?)),
        })
    }
}

fn object(text: &str) -> Result<Object, String> {
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err("not a JSON object, such as {\"sql\": \"select 1\"}".to_owned()),
        Err(error) => Err(format!("not JSON: {error}")),
    }
}

fn address(text: &str) -> Result<Url, String> {
    let url: Url = text.parse().map_err(|error| format!("{error}"))?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        other => Err(format!("`{other}` is neither http nor https")),
    }
}

fn words(text: &str) -> Result<Words, String> {
    let words = shlex::split(text).ok_or("a quote is not closed, or a backslash ends it")?;
    if words.is_empty() { Err("there is no command".to_owned()) } else { Ok(Words(words)) }
}

fn header(text: &str) -> Result<(HeaderName, HeaderValue), String> {
    let (name, value) = text.split_once(':').ok_or("not `Name: value`")?;
    let name = HeaderName::try_from(name.trim()).map_err(|error| error.to_string())?;
    let mut value = HeaderValue::try_from(value.trim()).map_err(|error| error.to_string())?;
    // It may be a secret.
    value.set_sensitive(true);
    Ok((name, value))
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds".to_owned())?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(duration) if !duration.is_zero() && duration.as_secs() <= 24 * 60 * 60 => Ok(duration),
        _ => Err("not between 0 and 86400 seconds".to_owned()),
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("not KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}
