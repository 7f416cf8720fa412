//! Findings, for people and for programs.

use std::fmt;

use serde::Serialize;

use super::{Rule, TokenCost};
use crate::catalog::{Catalog, Spot};
use crate::error::{Error, Place};

/// Who refuses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Profile {
    /// Every client and model.
    All,
    /// Claude's Messages API and the clients before it.
    Claude,
    /// OpenAI's function tools in strict mode.
    OpenaiStrict,
    /// Gemini's function declarations.
    Gemini,
    /// Cursor, and clients that validate with Ajv in strict mode.
    Cursor,
}

impl Profile {
    /// The name in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Claude => "claude",
            Self::OpenaiStrict => "openai-strict",
            Self::Gemini => "gemini",
            Self::Cursor => "cursor",
        }
    }
}

/// What the lint has to say of a catalog.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// Accepted ones, too; by tool and place.
    pub findings: Vec<Finding>,
    /// What the tools cost a model.
    pub cost: TokenCost,
}

impl Report {
    /// The findings that nobody accepted.
    pub fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.accepted.is_none())
    }
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// Who refuses it.
    pub profile: Profile,
    /// What it is about.
    pub rule: Rule,
    /// The tool, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    /// File of the catalog.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The line itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub excerpt: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: String,
    /// Why it is meant, where the catalog says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted: Option<String>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let about = self.tool.as_ref().map(|tool| format!("tool `{tool}`: ")).unwrap_or_default();
        let message = format!("{about}{} [{}, {}]", self.message, self.rule, self.profile.as_str());
        if let Some(reason) = &self.accepted {
            return write!(
                f,
                "accepted: {message}\n --> {}:{}:{}\nreason: {reason}",
                self.file, self.line, self.column
            );
        }
        let place = Place::Position { file: self.file.clone(), line: self.line, column: self.column };
        let mut error = Error::new(place, message).hint(&self.hint);
        error.excerpt.clone_from(&self.excerpt);
        error.fmt(f)
    }
}

/// What a rule found, with its place in the catalog.
pub(super) struct Found {
    pub(super) profile: Profile,
    pub(super) rule: Rule,
    pub(super) spot: Spot,
    pub(super) message: String,
    pub(super) hint: String,
}

pub(super) fn finding(catalog: &Catalog, found: Found, tool: Option<&str>) -> Finding {
    let Found { profile, rule, spot, message, hint } = found;
    let (file, text) =
        catalog.files.get(spot.file).map(|(file, text)| (file.as_str(), text.as_str())).unwrap_or_default();
    let excerpt = spot.at.line.checked_sub(1).and_then(|index| text.lines().nth(index));
    Finding {
        profile,
        rule,
        tool: tool.map(ToOwned::to_owned),
        file: file.to_owned(),
        line: spot.at.line,
        column: spot.at.column,
        excerpt: excerpt.map(|line| line.trim_end().to_owned()),
        message,
        hint,
        accepted: None,
    }
}
