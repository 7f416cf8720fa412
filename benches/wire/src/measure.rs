//! Time in turns, allocations on their own.

use std::time::{Duration, Instant};

use crate::contender::Contender;

/// A batch takes about this long.
const BATCH: Duration = Duration::from_millis(1);

/// One document in one direction.
pub(crate) struct Row {
    pub(crate) title: String,
    pub(crate) bytes: usize,
    pub(crate) cells: Vec<Cell>,
}

/// What one contender took.
pub(crate) struct Cell {
    pub(crate) name: &'static str,
    pub(crate) exact: bool,
    pub(crate) nanoseconds: f64,
    /// Its time over the first contender's, within a round.
    pub(crate) ratio: f64,
    pub(crate) allocations: u64,
    pub(crate) allocated: u64,
}

/// Measures all contenders for `rounds` rounds; the first is the one that the ratios refer to.
pub(crate) fn row(
    title: String,
    bytes: usize,
    direction: &str,
    contenders: &[Contender],
    rounds: usize,
) -> Row {
    let works: Vec<&dyn Fn()> = contenders.iter().map(|contender| contender.work(direction)).collect();
    let times: Vec<u32> = works.iter().map(|work| batch(work)).collect();
    let mut taken = vec![Vec::with_capacity(rounds); works.len()];
    for round in 0..rounds {
        // Whoever is first in a round finds the caches as the last one left them: take turns at that, too.
        for turn in 0..works.len() {
            let at = (round + turn) % works.len();
            taken[at].push(time(works[at], times[at]).as_secs_f64() * 1e9 / f64::from(times[at]));
        }
    }
    let cells = contenders.iter().zip(&works).zip(&taken).map(|((contender, work), own)| {
        let counted = allocation_counter::measure(work);
        Cell {
            name: contender.name,
            exact: contender.exact,
            nanoseconds: median(own.clone()),
            ratio: median(own.iter().zip(&taken[0]).map(|(own, first)| own / first).collect()),
            allocations: counted.count_total,
            allocated: counted.bytes_total,
        }
    });
    Row { title, bytes, cells: cells.collect() }
}

/// How many operations fill a batch.
fn batch(work: &dyn Fn()) -> u32 {
    let mut times = 1;
    while times < 1 << 20 && time(work, times) < BATCH {
        times *= 2;
    }
    times
}

fn time(work: &dyn Fn(), times: u32) -> Duration {
    let start = Instant::now();
    (0..times).for_each(|_| work());
    start.elapsed()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
