//! Every vector of every revision, round the wire types: what must come back unchanged does, what is invalid is refused.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod accepted;
mod bridge;
mod outcome;
mod table;

use std::path::Path;

use lockstep_vectors::{Vector, Verdict};

use crate::accepted::Accepted;
use crate::outcome::{Outcome, outcome};
use crate::table::Table;

#[test]
fn every_vector_of_every_revision() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources = lockstep_vectors::sources(&here.join("../../spec")).unwrap();
    let vectors = lockstep_vectors::vectors(&sources).unwrap();
    at_least_twelve_each(&vectors);

    let mut accepted = Accepted::read(&here.join("accepted.toml"));
    let mut table = Table::default();
    let mut failures = Vec::new();
    for vector in &vectors {
        let outcome = outcome(vector);
        // What is taken for a good reason is also kept; what is refused for one is not changed first.
        let may_be = match vector.verdict {
            Verdict::Invalid => outcome == Outcome::Unchanged,
            Verdict::ValidWide => matches!(outcome, Outcome::Refused(_)),
            _ => false,
        };
        let listed = may_be && accepted.explains(vector);
        table.count(vector, &outcome, listed);
        if !listed && outcome.fails(vector) {
            failures.push((vector, outcome));
        }
    }
    println!("{table}");
    stands_in_the_readme(&here.join("../../generated/wire/README.md"), &table.to_string());
    table::write_failures(&failures);
    let stale = accepted.unused();
    assert!(
        stale.is_empty(),
        "entries of accepted.toml that explain nothing any more:\n{}",
        stale.join("\n")
    );
    assert!(
        failures.is_empty(),
        "{} of {} vectors fail:\n{}",
        failures.len(),
        vectors.len(),
        table::excerpt(&failures)
    );
    table.check();
}

/// The README shows this very table; `UPDATE_GOLDEN=1` puts it there.
fn stands_in_the_readme(readme: &Path, table: &str) {
    const MARKS: [&str; 2] = ["<!-- exactness -->\n", "<!-- /exactness -->"];
    let text = std::fs::read_to_string(readme).unwrap();
    let (before, rest) = text.split_once(MARKS[0]).unwrap();
    let (shown, after) = rest.split_once(MARKS[1]).unwrap();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let text = format!("{before}{}{}\n{}{after}", MARKS[0], table.trim_end(), MARKS[1]);
        std::fs::write(readme, text).unwrap();
    } else {
        assert_eq!(
            shown.trim_end(),
            table.trim_end(),
            "the README shows another table: run with UPDATE_GOLDEN=1"
        );
    }
}

#[test]
fn every_vector_by_both_ways_to_read_and_write() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources = lockstep_vectors::sources(&here.join("../../spec")).unwrap();
    for Vector { revision, definition, document, .. } in lockstep_vectors::vectors(&sources).unwrap() {
        let text = document.to_string();
        let result = lockstep_exactness::differs(&revision, &definition, &text).unwrap();
        assert_eq!(result, Ok(()), "{definition} of {revision}: {text}");
        // The same with blanks, as people write it.
        let text = format!("{document:#}");
        let result = lockstep_exactness::differs(&revision, &definition, &text).unwrap();
        assert_eq!(result, Ok(()), "{definition} of {revision}: {text}");
    }
}

fn at_least_twelve_each(vectors: &[Vector]) {
    let mut counts = std::collections::BTreeMap::<_, usize>::new();
    for vector in vectors {
        *counts.entry((&vector.revision, &vector.definition)).or_default() += 1;
    }
    let few: Vec<_> = counts.iter().filter(|(_, count)| **count < 12).collect();
    assert!(few.is_empty(), "definitions with fewer than 12 documents: {few:?}");
}
