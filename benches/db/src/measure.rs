//! Time in turns.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::contender::{Contender, Query};

/// One contender's turn takes about this long.
const TURN: Duration = Duration::from_millis(100);

/// Smallest, middle and largest of several values.
pub(crate) struct Spread {
    least: f64,
    median: f64,
    most: f64,
}

impl Spread {
    pub(crate) fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.collect();
        values.sort_by(f64::total_cmp);
        let at = |place: usize| values.get(place).copied().unwrap_or(f64::NAN);
        Self { least: at(0), median: at(values.len() / 2), most: at(values.len().saturating_sub(1)) }
    }

    pub(crate) fn show(&self, write: fn(f64) -> String) -> String {
        format!("{} / **{}** / {}", write(self.least), write(self.median), write(self.most))
    }
}

/// Seconds of one call in each round, for one caller.
pub(crate) async fn one_after_the_other(
    contenders: &[Arc<Contender>; 3],
    query: Query,
    rounds: usize,
) -> Result<[Vec<f64>; 3], String> {
    turns(contenders, rounds, async |contender, times| {
        for _ in 0..times {
            contender.ask(query).await?;
        }
        Ok(())
    })
    .await
}

/// Seconds of one call in each round, where so many callers share the time.
pub(crate) async fn concurrent(
    contenders: &[Arc<Contender>; 3],
    query: Query,
    callers: usize,
    rounds: usize,
) -> Result<[Vec<f64>; 3], String> {
    turns(contenders, rounds, async |contender, times| {
        let calls = |caller: usize| times / callers + usize::from(caller < times % callers);
        let running: Vec<_> = (0..callers)
            .map(|caller| {
                let (contender, calls) = (Arc::clone(contender), calls(caller));
                tokio::spawn(async move {
                    for _ in 0..calls {
                        contender.ask(query).await?;
                    }
                    Ok::<_, String>(())
                })
            })
            .collect();
        for caller in running {
            caller.await.map_err(|error| format!("error: {error}"))??;
        }
        Ok(())
    })
    .await
}

/// Gives each contender its turn in each round, each as often the first.
async fn turns(
    contenders: &[Arc<Contender>; 3],
    rounds: usize,
    work: impl AsyncFn(&Arc<Contender>, usize) -> Result<(), String>,
) -> Result<[Vec<f64>; 3], String> {
    let mut times = [0; 3];
    for (contender, times) in contenders.iter().zip(&mut times) {
        *times = 64;
        loop {
            let start = Instant::now();
            work(contender, *times).await?;
            if start.elapsed() >= TURN || *times >= 1 << 16 {
                break;
            }
            *times *= 2;
        }
    }
    let mut seconds = [const { Vec::new() }; 3];
    for round in 0..rounds {
        for turn in 0..contenders.len() {
            let at = (round + turn) % contenders.len();
            let start = Instant::now();
            work(&contenders[at], times[at]).await?;
            seconds[at].push(start.elapsed().as_secs_f64() / times[at] as f64);
        }
    }
    Ok(seconds)
}
