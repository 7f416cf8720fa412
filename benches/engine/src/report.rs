//! Tables in Markdown, and the gates beside them.

use crate::load::Run;
use crate::process::Contender;
use crate::sample::{Spread, cell, count, median, megabytes, microseconds, ratio, time};

/// All runs of one workload.
pub(crate) struct Section {
    pub(crate) title: String,
    /// What the columns count: connections, or requests under way.
    pub(crate) axis: &'static str,
    pub(crate) columns: Vec<usize>,
    /// Ours is the first.
    pub(crate) rows: Vec<Row>,
}

/// One server's runs.
pub(crate) struct Row {
    pub(crate) contender: Contender,
    /// Length of an answer's body.
    pub(crate) bytes: usize,
    /// One list of rounds for each column.
    pub(crate) runs: Vec<Vec<Run>>,
    /// Instructions per call, one for each column that was counted.
    pub(crate) instructions: Vec<Option<f64>>,
    /// Most memory in use.
    pub(crate) peak: Option<Spread>,
}

impl Row {
    pub(crate) fn new(contender: Contender, columns: usize) -> Self {
        let runs = (0..columns).map(|_| Vec::new()).collect();
        Self { contender, bytes: 0, runs, instructions: Vec::new(), peak: None }
    }

    fn spread(&self, column: usize, value: fn(&Run) -> f64) -> Option<Spread> {
        Spread::of(self.runs.get(column)?.iter().map(value))
    }
}

impl Section {
    fn row(&self, name: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.contender.name == name)
    }

    fn column(&self, value: usize) -> Option<usize> {
        self.columns.iter().position(|column| *column == value)
    }

    /// Our rate over another's, round by round.
    pub(crate) fn ratio(&self, name: &str, column: usize) -> Option<Spread> {
        let at = self.column(column)?;
        let (ours, others) = (&self.rows.first()?.runs[at], &self.row(name)?.runs[at]);
        Spread::of(ours.iter().zip(others).map(|(our, other)| our.per_second / other.per_second))
    }

    /// A value of ours, the middle of all rounds.
    pub(crate) fn ours(&self, column: usize, value: fn(&Run) -> f64) -> Option<f64> {
        let spread = self.rows.first()?.spread(self.column(column)?, value)?;
        Some(spread.median)
    }

    pub(crate) fn instructions(&self) -> Option<f64> {
        self.rows.first()?.instructions.first().copied().flatten()
    }

    pub(crate) fn print(&self) {
        println!("\n### {}\n", self.title);
        let mut head = "| server | bytes |".to_owned();
        for column in &self.columns {
            head += &format!(" per second, {column} {axis} | p50 / p99 | CPU |", axis = self.axis);
        }
        println!("{head} instructions | peak memory |");
        println!("|---|--:|{}--:|--:|", "--:|--:|--:|".repeat(self.columns.len()));
        for row in &self.rows {
            let mut line = format!("| {} | {} |", row.contender.name, row.bytes);
            for column in 0..self.columns.len() {
                let value = |value| row.spread(column, value);
                line += &format!(
                    " {} | {} / {} | {} |",
                    cell(value(|run| run.per_second), count),
                    median(value(|run| run.p50), time),
                    median(value(|run| run.p99), time),
                    median(value(|run| run.cost), microseconds),
                );
            }
            let counted: Vec<String> =
                row.instructions.iter().flatten().map(|value| format!("{:.1}k", value / 1e3)).collect();
            let counted = if counted.is_empty() { "–".to_owned() } else { counted.join(" / ") };
            println!("{line} {counted} | {} |", median(row.peak, megabytes));
        }
        println!("\n| Lockstep over | {} |", self.headings());
        println!("|---|{}", "--:|".repeat(self.columns.len()));
        for row in self.rows.iter().skip(1) {
            let cells =
                self.columns.iter().map(|column| cell(self.ratio(row.contender.name, *column), ratio));
            println!("| {} | {} |", row.contender.name, cells.collect::<Vec<_>>().join(" | "));
        }
    }

    fn headings(&self) -> String {
        let headings = self.columns.iter().map(|column| format!("{column} {}", self.axis));
        headings.collect::<Vec<_>>().join(" | ")
    }

    fn runs(&self) -> impl Iterator<Item = &Run> {
        self.rows.iter().flat_map(|row| row.runs.iter().flatten())
    }
}

/// What disturbed the runs: other programs, a driver at its limit, wrong answers. The number of these.
pub(crate) fn disturbances(sections: &[Section]) -> u64 {
    let others = Spread::of(sections.iter().flat_map(Section::runs).map(|run| run.usage.others));
    if let Some(others) = others {
        println!(
            "\nOther programs used {} processors during the runs.",
            others.show(|value| format!("{value:.2}"))
        );
    }
    for section in sections {
        for row in &section.rows {
            for (column, name) in section.columns.iter().enumerate() {
                let share = row.spread(column, |run| run.usage.driver);
                if let Some(share) = share.filter(|share| share.median >= 0.95) {
                    println!(
                        "The driver was at its limit ({:.2}): {}, {}, {name} {}.",
                        share.median, section.title, row.contender.name, section.axis
                    );
                }
            }
        }
    }
    let errors = sections.iter().flat_map(Section::runs).map(|run| run.errors).sum();
    if errors > 0 {
        println!("\n**{errors} answers were wrong or did not come.**");
    }
    errors
}

/// What a number must be.
pub(crate) enum Bound {
    Least(f64),
    Most(f64),
}

/// One number that must be good enough.
pub(crate) struct Gate {
    pub(crate) what: String,
    pub(crate) bound: Bound,
    pub(crate) value: Option<f64>,
    pub(crate) show: fn(f64) -> String,
}

impl Gate {
    pub(crate) fn least(
        what: impl Into<String>,
        bound: f64,
        value: Option<f64>,
        show: fn(f64) -> String,
    ) -> Self {
        Self { what: what.into(), bound: Bound::Least(bound), value, show }
    }

    pub(crate) fn most(
        what: impl Into<String>,
        bound: f64,
        value: Option<f64>,
        show: fn(f64) -> String,
    ) -> Self {
        Self { what: what.into(), bound: Bound::Most(bound), value, show }
    }
}

/// The gates as a table. They are for people: none ends the bench.
pub(crate) fn gates(gates: &[Gate]) {
    println!("\n### Gates\n\n| what | wanted | measured | |\n|---|--:|--:|---|");
    for Gate { what, bound, value, show } in gates {
        let (wanted, met) = match bound {
            Bound::Least(bound) => (format!("≥ {}", show(*bound)), value.map(|value| value >= *bound)),
            Bound::Most(bound) => (format!("≤ {}", show(*bound)), value.map(|value| value <= *bound)),
        };
        let measured = value.map_or_else(|| "–".to_owned(), show);
        let met = match met {
            Some(true) => "met",
            Some(false) => "**not met**",
            None => "not measured",
        };
        println!("| {what} | {wanted} | {measured} | {met} |");
    }
}
