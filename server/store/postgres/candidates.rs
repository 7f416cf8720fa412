//! Which indexes plans could make use of: the columns that they compare and sort by, as the planner writes them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::config::identifier;
use super::tokens::pieces;

/// At most this many columns in one index.
const MAX_COLUMNS: usize = 3;

/// What the plans want of each table.
#[derive(Debug, Default)]
pub(super) struct Wishes {
    tables: BTreeMap<Table, Wish>,
}

/// Schema and name.
type Table = (String, String);

/// The columns of one table that are looked at.
#[derive(Debug, Default)]
struct Wish {
    equal: BTreeSet<String>,
    between: BTreeSet<String>,
    sorted: BTreeSet<String>,
}

/// An index that could be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    table: Table,
    columns: Vec<String>,
}

/// How a column is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    Equal,
    Between,
}

impl Wishes {
    /// Adds what a plan, explained with VERBOSE, compares and sorts by.
    pub(super) fn add(&mut self, plan: &Value) {
        let Some(root) = plan.get(0).and_then(|plan| plan.get("Plan")) else { return };
        let mut tables = BTreeMap::new();
        aliases(root, &mut tables);
        self.look(root, &tables);
    }

    fn look(&mut self, node: &Value, tables: &BTreeMap<String, Table>) {
        for condition in ["Filter", "Index Cond", "Recheck Cond", "Hash Cond", "Merge Cond", "Join Filter"] {
            let text = node.get(condition).and_then(Value::as_str).unwrap_or_default();
            for (alias, column, how) in compared(text) {
                let Some(table) = tables.get(&alias) else { continue };
                let wish = self.tables.entry(table.clone()).or_default();
                match how {
                    Use::Equal => wish.equal.insert(column),
                    Use::Between => wish.between.insert(column),
                };
            }
        }
        let keys = node.get("Sort Key").and_then(Value::as_array).into_iter().flatten();
        // Behind the first one, an index has to have them all.
        if let Some((alias, column)) = keys.filter_map(Value::as_str).next().and_then(sorted)
            && let Some(table) = tables.get(&alias)
        {
            self.tables.entry(table.clone()).or_default().sorted.insert(column);
        }
        for child in node.get("Plans").and_then(Value::as_array).into_iter().flatten() {
            self.look(child, tables);
        }
    }

    /// Indexes to try, those with few columns first.
    pub(super) fn candidates(&self) -> Vec<Candidate> {
        let mut candidates: Vec<Candidate> = Vec::new();
        for (table, Wish { equal, between, sorted }) in &self.tables {
            let last: BTreeSet<&String> = between.union(sorted).collect();
            let all = equal.iter().chain(last.iter().copied());
            let mut lists: Vec<Vec<&String>> = all.map(|column| vec![column]).collect();
            for first in equal {
                lists.extend(equal.iter().chain(last.iter().copied()).map(|second| vec![first, second]));
            }
            let head = || equal.iter().take(MAX_COLUMNS - 1);
            lists.extend(last.iter().map(|last| head().chain([*last]).collect()));
            lists.push(equal.iter().take(MAX_COLUMNS).collect());
            for list in lists {
                let distinct = list.iter().enumerate().all(|(place, column)| !list[..place].contains(column));
                let columns: Vec<String> = list.into_iter().cloned().collect();
                let candidate = Candidate { table: table.clone(), columns };
                if distinct && !candidate.columns.is_empty() && !candidates.contains(&candidate) {
                    candidates.push(candidate);
                }
            }
        }
        candidates.sort_by_key(|candidate| candidate.columns.len());
        candidates
    }
}

impl Candidate {
    /// The statement that would make it.
    pub(super) fn definition(&self) -> String {
        let (schema, table) = &self.table;
        let columns: Vec<String> = self.columns.iter().map(|column| identifier(column)).collect();
        format!("CREATE INDEX ON {}.{} ({})", identifier(schema), identifier(table), columns.join(", "))
    }

    /// Schema and table as they are written in messages.
    pub(super) fn table(&self) -> String {
        format!("{}.{}", self.table.0, self.table.1)
    }

    pub(super) fn columns(&self) -> &[String] {
        &self.columns
    }
}

/// What each alias of the plan stands for.
fn aliases(node: &Value, tables: &mut BTreeMap<String, Table>) {
    let text = |member: &str| node.get(member).and_then(Value::as_str);
    if let (Some(schema), Some(table), Some(alias)) = (text("Schema"), text("Relation Name"), text("Alias")) {
        // Nobody can add an index to the server's own tables.
        if schema != "pg_catalog" {
            tables.insert(alias.to_owned(), (schema.to_owned(), table.to_owned()));
        }
    }
    for child in node.get("Plans").and_then(Value::as_array).into_iter().flatten() {
        aliases(child, tables);
    }
}

/// The columns of a condition that an index could find, each with its table's alias.
fn compared(condition: &str) -> Vec<(String, String, Use)> {
    let pieces = pieces(condition);
    let text = |place: usize| pieces.get(place).map_or("", |piece| piece.text);
    let mut found = Vec::new();
    for place in 0..pieces.len() {
        let (Some(alias), ".", Some(column)) = (
            &pieces[place].name,
            text(place + 1),
            pieces.get(place + 2).and_then(|piece| piece.name.as_ref()),
        ) else {
            continue;
        };
        let before = |back: usize| place.checked_sub(back).map_or("", text);
        // The argument of a function, or a part of a longer name.
        let called = before(1) == "("
            && place.checked_sub(2).is_some_and(|place| pieces[place].name.is_some())
            && !["AND", "OR", "NOT"].contains(&before(2));
        if called || before(1) == "." {
            continue;
        }
        let how =
            operator(&pieces[place + 3..].iter().map(|piece| piece.text).collect::<Vec<_>>()).or_else(|| {
                mirrored(before(1), before(2))
                    .or_else(|| mirrored(before(2), before(3)).filter(|_| before(1) == "("))
            });
        if let Some(how) = how {
            found.push((alias.clone(), column.clone(), how));
        }
    }
    found
}

/// How what stands behind a column compares it, behind casts.
fn operator(behind: &[&str]) -> Option<Use> {
    let mut rest = behind;
    loop {
        rest = match rest {
            [")", rest @ ..] => rest,
            [":", ":", rest @ ..] => {
                let name = rest
                    .iter()
                    .take_while(|text| text.starts_with(|c: char| c.is_alphanumeric() || c == '_'));
                &rest[name.count()..]
            }
            ["=", ..] => return Some(Use::Equal),
            ["<" | ">", "<" | ">", ..] => return None,
            ["<" | ">", ..] => return Some(Use::Between),
            _ => return None,
        };
    }
}

/// How what stands before a column compares it.
fn mirrored(before: &str, further: &str) -> Option<Use> {
    match (before, further) {
        ("=", "<" | ">") => Some(Use::Between),
        ("=", "!" | "~") => None,
        ("=", _) => Some(Use::Equal),
        ("<" | ">", "<" | "-" | "@" | "&") => None,
        ("<" | ">", _) => Some(Use::Between),
        _ => None,
    }
}

/// The column that a sort key is, where it is no more than one.
fn sorted(key: &str) -> Option<(String, String)> {
    let pieces = pieces(key);
    match pieces.as_slice() {
        [alias, dot, column, rest @ ..]
            if dot.text == "."
                && rest.iter().all(|piece| ["DESC", "NULLS", "FIRST", "LAST"].contains(&piece.text)) =>
        {
            Some((alias.name.clone()?, column.name.clone()?))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn conditions_are_read() {
        for (condition, expected) in [
            ("(orders.customer_id = 7)", vec![("orders", "customer_id", Use::Equal)]),
            ("(orders.total >= '5'::numeric)", vec![("orders", "total", Use::Between)]),
            ("((o.name)::text = 'a.b = c.d'::text)", vec![("o", "name", Use::Equal)]),
            ("(o.customer_id = c.id)", vec![("o", "customer_id", Use::Equal), ("c", "id", Use::Equal)]),
            ("($1 < o.total)", vec![("o", "total", Use::Between)]),
            ("(o.id = ANY ('{1,2}'::integer[]))", vec![("o", "id", Use::Equal)]),
            ("(lower(o.name) = 'x'::text)", vec![]),
            ("(o.id <> 5)", vec![]),
            ("(o.name ~~ '%x%'::text)", vec![]),
            (
                "((\"Odd T\".\"A b\" = 1) AND (\"Odd T\".c > 2))",
                vec![("Odd T", "A b", Use::Equal), ("Odd T", "c", Use::Between)],
            ),
        ] {
            let found = compared(condition);
            let found: Vec<_> =
                found.iter().map(|(alias, column, how)| (alias.as_str(), column.as_str(), *how)).collect();
            assert_eq!(found, expected, "{condition}");
        }
    }

    #[test]
    fn plans_become_candidates() {
        let plan = json!([{ "Plan": {
            "Node Type": "Sort", "Sort Key": ["o.placed DESC", "o.id"],
            "Plans": [{
                "Node Type": "Seq Scan", "Schema": "public", "Relation Name": "orders", "Alias": "o",
                "Filter": "(o.customer_id = 7)",
            }],
        } }]);
        let mut wishes = Wishes::default();
        wishes.add(&plan);
        let definitions: Vec<String> = wishes.candidates().iter().map(Candidate::definition).collect();
        assert_eq!(
            definitions,
            [
                r#"CREATE INDEX ON "public"."orders" ("customer_id")"#,
                r#"CREATE INDEX ON "public"."orders" ("placed")"#,
                r#"CREATE INDEX ON "public"."orders" ("customer_id", "placed")"#,
            ]
        );
    }
}
