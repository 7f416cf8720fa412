//! The database family: read-only SQL on the configured databases.

mod advise;
mod describe;
mod errors;
mod explain;
mod insights;
mod prompts;
mod query;
mod resources;
pub mod saved;
mod search;

use std::time::{Duration, Instant};

use lockstep_tools::QueryRows;

use crate::ground::Family;
use crate::store::Rows;
use crate::store::sources::Sources;

pub(super) use advise::advise;
pub(super) use describe::describe;
pub(super) use explain::explain;
pub(super) use insights::insights;
pub(super) use query::query;
pub(super) use saved::saved;
pub(super) use search::search;

use saved::Saved;

/// How many calls run at the same time.
const PLACES: usize = 8;
/// The longest time of any call; each tool has its own below.
const TIME: Duration = Duration::from_secs(60);
/// How long a look at the schema or at a plan may take.
const LOOK: Duration = Duration::from_secs(5);

/// What the family stands on.
#[derive(Debug)]
pub struct Databases {
    sources: Sources,
    saved: Vec<Saved>,
    family: Family,
}

impl Databases {
    /// The family over these databases and saved queries.
    #[must_use]
    pub fn new(sources: Sources, saved: Vec<Saved>) -> Self {
        Self { sources, saved, family: Family::new("database", PLACES, TIME) }
    }

    /// The databases.
    #[must_use]
    pub fn sources(&self) -> &Sources {
        &self.sources
    }
}

/// Rows as tools tell them.
fn told(rows: Rows, start: Instant) -> QueryRows {
    let Rows { columns, rows, truncated, truncated_cells } = rows;
    QueryRows {
        columns,
        row_count: rows.len() as u64,
        rows,
        truncated,
        truncated_cells,
        elapsed_ms: elapsed(start),
    }
}

fn elapsed(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX)
}
