//! How the engine would run a statement, and what makes it slow.

use serde_json::{Value, json};

use super::super::{Plan, QueryError};
use super::describe::count;
use super::gate::Watched;

/// Reading fewer rows than this from beginning to end is quick whatever is done.
const FEW_ROWS: u64 = 100;
/// Most warnings that are told.
const MAX_WARNINGS: usize = 10;

/// One step of a plan.
type Step = (i64, i64, String);

pub(super) fn explain(connection: &Watched<'_>, sql: &str, params: &[Value]) -> Result<Plan, QueryError> {
    let steps = connection.plan(sql, params)?;
    let mut warnings = Vec::new();
    for (_, _, detail) in &steps {
        if let Some(warning) = warning(connection, detail)?
            && !warnings.contains(&warning)
        {
            warnings.push(warning);
        }
    }
    warnings.truncate(MAX_WARNINGS);
    let step = |(id, parent, detail): Step| json!({ "id": id, "parent": parent, "detail": detail });
    let plan = steps.into_iter().map(step).collect();
    Ok(Plan { plan, total_cost: None, estimated_rows: None, warnings })
}

fn warning(connection: &Watched<'_>, detail: &str) -> Result<Option<String>, QueryError> {
    if let Some(scanned) = detail.strip_prefix("SCAN ") {
        // With an index, of constants, or of rows that a subquery makes.
        if scanned.contains(' ') || scanned.starts_with('(') {
            return Ok(None);
        }
        // An alias is no table, and is not counted.
        let rows = count(connection, scanned)?;
        return Ok(match rows {
            Some(rows) if rows < FEW_ROWS => None,
            Some(rows) => Some(format!(
                "`{scanned}` is read from beginning to end ({rows} rows); an index on the columns that its conditions \
                 name would help"
            )),
            None => Some(format!(
                "`{scanned}` is read from beginning to end; if it is large, an index on the columns that its \
                 conditions name would help"
            )),
        });
    }
    if let Some((table, columns)) = automatic(detail) {
        return Ok(Some(format!(
            "an index of `{table}` on {columns} is built anew each time this runs; one that stays would help"
        )));
    }
    if let Some(what) = detail.strip_prefix("USE TEMP B-TREE FOR ") {
        return Ok(Some(format!("rows are sorted for {what}; an index in that order would save it")));
    }
    if detail.starts_with("CORRELATED ") {
        return Ok(Some("a subquery runs once for each row around it; a join may be quicker".to_owned()));
    }
    Ok(None)
}

/// `SEARCH t USING AUTOMATIC COVERING INDEX (a=?)`: the table and the columns.
fn automatic(detail: &str) -> Option<(&str, &str)> {
    let (table, index) = detail.strip_prefix("SEARCH ")?.split_once(" USING AUTOMATIC ")?;
    let columns = &index[index.find('(')?..];
    Some((table, columns))
}
