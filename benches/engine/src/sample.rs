//! Numbers of several rounds, and how they are written.

/// Smallest, middle and largest of several values.
#[derive(Clone, Copy)]
pub(crate) struct Spread {
    pub(crate) least: f64,
    pub(crate) median: f64,
    pub(crate) most: f64,
}

impl Spread {
    /// The spread of at least one value.
    pub(crate) fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let median = *values.get(values.len() / 2)?;
        Some(Self { least: *values.first()?, median, most: *values.last()? })
    }

    pub(crate) fn show(&self, write: fn(f64) -> String) -> String {
        format!("{} / **{}** / {}", write(self.least), write(self.median), write(self.most))
    }
}

/// A cell of a table; without values a dash.
pub(crate) fn cell(spread: Option<Spread>, write: fn(f64) -> String) -> String {
    spread.map_or_else(|| "–".to_owned(), |spread| spread.show(write))
}

/// A cell with the median alone.
pub(crate) fn median(spread: Option<Spread>, write: fn(f64) -> String) -> String {
    spread.map_or_else(|| "–".to_owned(), |spread| write(spread.median))
}

/// A count or rate: `812`, `51.5k`.
pub(crate) fn count(value: f64) -> String {
    match value {
        ..10e3 => format!("{value:.0}"),
        ..100e3 => format!("{:.1}k", value / 1e3),
        _ => format!("{:.0}k", value / 1e3),
    }
}

/// A time in nanoseconds.
pub(crate) fn time(nanoseconds: f64) -> String {
    match nanoseconds {
        ..1e6 => format!("{:.0} µs", nanoseconds / 1e3),
        ..10e6 => format!("{:.1} ms", nanoseconds / 1e6),
        _ => format!("{:.0} ms", nanoseconds / 1e6),
    }
}

pub(crate) fn milliseconds(value: f64) -> String {
    format!("{value:.1}")
}

pub(crate) fn microseconds(value: f64) -> String {
    format!("{value:.1} µs")
}

pub(crate) fn ratio(value: f64) -> String {
    format!("{value:.2}×")
}

pub(crate) fn megabytes(bytes: f64) -> String {
    format!("{:.1} MB", bytes / 1e6)
}

pub(crate) fn bytes(value: f64) -> String {
    format!("{value:.0} B")
}
