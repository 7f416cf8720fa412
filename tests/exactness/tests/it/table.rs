//! The table of results, and what fails.

use std::collections::BTreeMap;
use std::fmt;

use lockstep_vectors::{Vector, Verdict};

use crate::outcome::Outcome;

/// Counts by revision and verdict.
#[derive(Default)]
pub(crate) struct Table(BTreeMap<String, BTreeMap<Verdict, Count>>);

#[derive(Default)]
struct Count {
    all: usize,
    /// As it should be.
    good: usize,
    /// Not as it should be, and explained in `accepted.toml`.
    listed: usize,
}

const COLUMNS: [(Verdict, &str); 7] = [
    (Verdict::Valid, "valid, unchanged"),
    (Verdict::ValidOpen, "open, unchanged"),
    (Verdict::ValidExtra, "extra, read"),
    (Verdict::ValidWide, "wide, equal"),
    (Verdict::Invalid, "invalid, refused"),
    (Verdict::InvalidNull, "null, forgiven"),
    (Verdict::ValidStray, "stray, unchanged"),
];

impl Table {
    pub(crate) fn count(&mut self, vector: &Vector, outcome: &Outcome, listed: bool) {
        for revision in [&vector.revision, "all"] {
            let count = self.0.entry(revision.to_owned()).or_default().entry(vector.verdict).or_default();
            count.all += 1;
            count.listed += usize::from(listed);
            count.good += usize::from(match vector.verdict {
                Verdict::Valid | Verdict::ValidOpen | Verdict::ValidStray => *outcome == Outcome::Unchanged,
                Verdict::ValidExtra => matches!(outcome, Outcome::Unchanged | Outcome::Dropped),
                Verdict::ValidWide => matches!(outcome, Outcome::Unchanged | Outcome::Equal),
                Verdict::Invalid => matches!(outcome, Outcome::Refused(_)),
                Verdict::InvalidNull => *outcome == Outcome::Dropped,
            });
        }
    }

    /// The promised shares: exceptions are few even where they are explained.
    pub(crate) fn check(&self) {
        for (revision, counts) in &self.0 {
            let invalid = &counts[&Verdict::Invalid];
            assert!(
                invalid.good * 1000 >= invalid.all * 995,
                "{revision}: of {} invalid documents {} are refused, fewer than 99.5 %",
                invalid.all,
                invalid.good
            );
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "| revision |")?;
        for (_, title) in COLUMNS {
            write!(f, " {title:^22} |")?;
        }
        write!(f, "\n|---|")?;
        for _ in COLUMNS {
            write!(f, "---|")?;
        }
        for (revision, counts) in &self.0 {
            write!(f, "\n| {revision} |")?;
            for (verdict, _) in COLUMNS {
                let (all, good) = counts.get(&verdict).map_or((0, 0), |count| (count.all, count.good));
                let share = 100.0 * good as f64 / all.max(1) as f64;
                write!(f, " {:^22} |", format!("{good} of {all} ({share:.2} %)"))?;
            }
        }
        let listed = |verdict| self.0["all"].get(&verdict).map_or(0, |count| count.listed);
        write!(
            f,
            "\n\naccepted.toml explains {} invalid documents that are taken and {} wide ones that are refused",
            listed(Verdict::Invalid),
            listed(Verdict::ValidWide)
        )
    }
}

/// A few lines for a person.
pub(crate) fn excerpt(failures: &[(&Vector, Outcome)]) -> String {
    failures.iter().take(20).map(line).collect::<Vec<_>>().join("\n")
}

fn line((vector, outcome): &(&Vector, Outcome)) -> String {
    let Vector { revision, definition, place, what, document, .. } = vector;
    let verdict = vector.verdict.name();
    format!("{revision} {definition} `{place}` {what} [{verdict}]: {outcome:?}\n    {document}")
}

/// All failures as lines, to the file that `LOCKSTEP_FAILURES` names.
pub(crate) fn write_failures(failures: &[(&Vector, Outcome)]) {
    if let Some(path) = std::env::var_os("LOCKSTEP_FAILURES") {
        std::fs::write(path, failures.iter().map(line).collect::<Vec<_>>().join("\n")).unwrap();
    }
}
