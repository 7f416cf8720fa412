//! A way in for the fuzz target `sql_guard`; nobody else needs it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::gate::{self, Fences, Gate};
use super::{DEMO_SQL, Masked, Source, Stop, check_text};

thread_local! {
    static SCRATCH: (Gate, Vec<u8>) = scratch();
}

/// A database that could be written to, were it not for the gate, and its bytes.
fn scratch() -> (Gate, Vec<u8>) {
    let fences = Fences { read_only: false, ..Fences::ALL };
    let opened = gate::build_image(DEMO_SQL)
        .and_then(|image| Gate::open_with(&Source::Image(image), &Masked::default(), fences));
    match opened {
        Ok(gate) => {
            let bytes = bytes(&gate);
            (gate, bytes)
        }
        Err(error) => panic!("the scratch database cannot be opened: {error}"),
    }
}

fn bytes(gate: &Gate) -> Vec<u8> {
    gate.connection().serialize("main").map(|bytes| bytes.to_vec()).unwrap_or_default()
}

/// Runs a text as a caller's statement and as one to explain: whatever is let through changes nothing.
///
/// # Panics
///
/// Something was changed.
pub fn run(text: &[u8]) {
    let Ok(sql) = std::str::from_utf8(text) else { return };
    if check_text(sql).is_err() {
        return;
    }
    SCRATCH.with(|(gate, before)| {
        let stop = || Stop {
            deadline: Instant::now() + Duration::from_millis(100),
            cancellation: CancellationToken::new(),
            abandoned: Arc::default(),
        };
        let _ = gate.watched(stop(), |connection| connection.query(sql, &[], 0, 20));
        let _ = gate.watched(stop(), |connection| connection.plan(sql, &[]));
        let connection = gate.connection();
        assert!(connection.is_autocommit(), "a transaction is open");
        assert_eq!(connection.total_changes(), 0, "rows were changed");
        assert!(bytes(gate) == *before, "the database was changed");
    });
}
