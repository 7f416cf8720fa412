//! The planner's opinion of a statement: its cost, and what makes it slow.

use serde_json::Value;

use super::super::{Plan, QueryError};

/// A table that is read whole is worth a word from this many rows on.
const MANY_ROWS: f64 = 10_000.0;
/// So is a sort or a hash in memory.
const MANY_TO_SORT: f64 = 100_000.0;
const MAX_WARNINGS: usize = 10;

/// Reads the plan that `EXPLAIN (FORMAT JSON)` gives.
pub(super) fn read(text: &str) -> Result<Plan, QueryError> {
    let plan = parse(text)?;
    let mut warnings = Vec::new();
    if let Some(root) = root(&plan) {
        look(root, &mut warnings);
    }
    warnings.truncate(MAX_WARNINGS);
    let total_cost = root(&plan).and_then(|node| number(node, "Total Cost"));
    let estimated_rows = root(&plan).and_then(|node| node.get("Plan Rows")?.as_u64());
    Ok(Plan { plan, total_cost, estimated_rows, warnings })
}

/// What the planner expects a statement to cost.
pub(super) fn cost(plan: &Value) -> f64 {
    root(plan).and_then(|node| number(node, "Total Cost")).unwrap_or(f64::INFINITY)
}

/// Refuses a statement that the planner expects to cost more than `most`.
pub(super) fn allow(text: &str, most: f64) -> Result<(), QueryError> {
    let plan = parse(text)?;
    let Some(root) = root(&plan) else { return Err(QueryError::Internal) };
    let cost = cost(&plan);
    if cost <= most {
        return Ok(());
    }
    let worst = worst(root);
    Err(QueryError::TooExpensive {
        message: format!(
            "the planner expects a cost of {cost}, at most {most} is allowed; most of it is {}",
            describe(worst)
        ),
    })
}

pub(super) fn parse(text: &str) -> Result<Value, QueryError> {
    // Plans nest as statements do; the parser has a limit for both.
    serde_json::from_str(text).map_err(|_error| QueryError::UnsupportedSyntax {
        message: "the plan of this statement is nested too deeply; explain a part of it".to_owned(),
    })
}

fn root(plan: &Value) -> Option<&Value> {
    plan.get(0)?.get("Plan")
}

fn children(node: &Value) -> impl Iterator<Item = &Value> {
    node.get("Plans").and_then(Value::as_array).into_iter().flatten()
}

fn number(node: &Value, member: &str) -> Option<f64> {
    node.get(member)?.as_f64()
}

fn text<'a>(node: &'a Value, member: &str) -> &'a str {
    node.get(member).and_then(Value::as_str).unwrap_or_default()
}

/// The node that costs most by itself, without what is below it.
fn worst(node: &Value) -> &Value {
    let own = |node: &Value| {
        let below: f64 = children(node).filter_map(|child| number(child, "Total Cost")).sum();
        number(node, "Total Cost").unwrap_or(0.0) - below
    };
    children(node).map(worst).fold(node, |most, next| if own(next) > own(most) { next } else { most })
}

/// A node in words, such as "Seq Scan on `orders`".
fn describe(node: &Value) -> String {
    let kind = text(node, "Node Type");
    match text(node, "Relation Name") {
        "" => kind.to_owned(),
        relation => format!("{kind} on `{relation}`"),
    }
}

fn look(node: &Value, warnings: &mut Vec<String>) {
    let rows = number(node, "Plan Rows").unwrap_or(0.0);
    let filter = text(node, "Filter");
    match text(node, "Node Type") {
        "Seq Scan"
            if !filter.is_empty() && number(node, "Total Cost").unwrap_or(0.0) >= MANY_ROWS / 100.0 =>
        {
            warnings.push(format!(
                "`{}` is read whole and filtered by {filter}; an index on what the filter compares would help",
                text(node, "Relation Name")
            ));
        }
        "Seq Scan" if rows >= MANY_ROWS => {
            warnings.push(format!(
                "`{}` is read whole, about {rows} rows; a WHERE clause would help",
                text(node, "Relation Name")
            ));
        }
        "Sort" if rows >= MANY_TO_SORT => {
            warnings
                .push(format!("about {rows} rows are sorted; an index in this order or a LIMIT would help"));
        }
        "Nested Loop" if node.get("Join Filter").is_some() => {
            warnings.push(format!(
                "every row of one side is compared with every row of the other by {}",
                text(node, "Join Filter")
            ));
        }
        "Nested Loop"
            if rows >= MANY_TO_SORT && children(node).all(|child| child.get("Index Cond").is_none()) =>
        {
            warnings.push(format!("about {rows} rows come of a join without a condition on an index"));
        }
        _ => {}
    }
    for child in children(node) {
        look(child, warnings);
    }
}
