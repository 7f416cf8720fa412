//! Health checks, each on a database that has what it looks for.

use lockstep_tools::DbFindingSeverity as Severity;
use serde_json::json;

use super::*;
use crate::store::{Check, DbFinding};

const CHECKS: [Check; 15] = [
    Check::Connections,
    Check::Active,
    Check::Locks,
    Check::LongTx,
    Check::TopQueries,
    Check::Indexes,
    Check::Vacuum,
    Check::Sequences,
    Check::Replication,
    Check::Buffers,
    Check::Constraints,
    Check::TableStats,
    Check::ColumnStats,
    Check::Settings,
    Check::Extensions,
];

fn inspection(check: Check, table: Option<&str>) -> Inspection {
    Inspection { check, schema: None, table: table.map(str::to_owned), limit: 100 }
}

async fn inspected(source: &Postgres, check: Check, table: Option<&str>) -> Insights {
    let insights = source.insights(inspection(check, table), turn()).await;
    insights.unwrap_or_else(|error| panic!("{check:?}: {error}"))
}

/// The finding about this object.
#[track_caller]
fn about<'i>(insights: &'i Insights, object: &str) -> &'i DbFinding {
    let found = insights.findings.iter().find(|finding| finding.object.as_deref() == Some(object));
    found.unwrap_or_else(|| panic!("{object}: {insights:?}"))
}

#[tokio::test]
async fn every_check_answers() {
    let Some(shop) = Shop::open().await else { return };
    shop.run("CREATE EXTENSION pg_stat_statements").await;
    let source = shop.source();
    for check in CHECKS {
        let insights = inspected(&source, check, None).await;
        assert!(!insights.rows.columns.is_empty(), "{check:?}");
        assert!(insights.rows.rows.iter().all(|row| row.len() == insights.rows.columns.len()), "{check:?}");
        let of_table = inspected(&source, check, Some("customers")).await;
        assert_eq!(of_table.rows.columns, insights.rows.columns, "{check:?}");
    }
    let error = source.insights(inspection(Check::TableStats, Some("custmers")), turn()).await.unwrap_err();
    assert_eq!(error.to_string(), "there is no table or view `custmers`; did you mean `customers`?");
    let ambiguous = source.insights(inspection(Check::TableStats, Some("boxes")), turn()).await.unwrap_err();
    assert_eq!(ambiguous.code(), "not_found");
    let mut few = inspection(Check::TableStats, None);
    (few.limit, few.schema) = (1, Some("public".to_owned()));
    let few = source.insights(few, turn()).await.unwrap();
    assert_eq!((few.rows.rows.len(), few.rows.truncated), (1, true));
}

#[tokio::test]
async fn what_is_wrong_is_found() {
    let Some(shop) = Shop::open().await else { return };
    shop.run(
        "CREATE INDEX customers_city ON customers (city); CREATE INDEX customers_city_again ON customers (city);
         CREATE TABLE visits (customer integer REFERENCES customers, day date, note text);
         INSERT INTO visits SELECT 1, date '2026-01-01' FROM generate_series(1, 10);
         ALTER TABLE visits ADD CONSTRAINT later CHECK (day > '2026-01-01') NOT VALID;
         CREATE SEQUENCE nearly MAXVALUE 100; SELECT setval('nearly', 99);
         GRANT SELECT ON nearly, visits TO PUBLIC; ANALYZE visits",
    )
    .await;
    let source = shop.source();
    let indexes = inspected(&source, Check::Indexes, None).await;
    let twin = about(&indexes, "public.customers_city_again");
    assert_eq!(twin.evidence.as_deref(), Some("`customers_city` is the same"));
    assert_eq!(about(&indexes, "public.visits").evidence.as_deref(), Some("visits_customer_fkey"));
    assert_eq!(indexes.findings.len(), 3, "{:?}", indexes.findings);
    let constraints = inspected(&source, Check::Constraints, Some("visits")).await;
    let found: Vec<_> = constraints.findings.iter().map(|finding| finding.severity).collect();
    assert_eq!(found, [Severity::Warning, Severity::Info], "not validated, and no primary key");
    let sequences = inspected(&source, Check::Sequences, None).await;
    assert_eq!(about(&sequences, "public.nearly").severity, Severity::Error);
    let columns = inspected(&source, Check::ColumnStats, Some("visits")).await;
    assert_eq!(about(&columns, "public.visits.note").message, "this column is NULL in every row");
    assert_eq!(columns.rows.rows.len(), 3);
    // The server for tests is one that may lose its data.
    let settings = inspected(&source, Check::Settings, None).await;
    assert_eq!(about(&settings, "fsync").severity, Severity::Error);
    assert_eq!(settings.findings[0].severity, Severity::Error, "the gravest comes first");
}

#[tokio::test]
async fn who_waits_for_whom_is_told() {
    let Some(shop) = Shop::open().await else { return };
    shop.show_statistics().await;
    let source = shop.source();
    let mut holder = shop.owner.connect().await.unwrap();
    let holding = "BEGIN; LOCK TABLE orders; SELECT pg_backend_pid()";
    let pid: i32 = sqlx::Row::get(&sqlx::raw_sql(holding).fetch_one(&mut holder).await.unwrap(), 0);
    let mut waiter = shop.owner.connect().await.unwrap();
    let waiting = sqlx::raw_sql("SELECT count(*) FROM orders").execute(&mut waiter);
    let looking = async {
        loop {
            let locks = inspected(&source, Check::Locks, Some("orders")).await;
            if !locks.findings.is_empty() {
                return locks;
            }
        }
    };
    let locks = tokio::select! {
        locks = looking => locks,
        done = waiting => panic!("{done:?}"),
    };
    let place = |name: &str| locks.rows.columns.iter().position(|column| column.name == name).unwrap();
    let row = &locks.rows.rows[0];
    assert_eq!(row[place("holding_pid")], json!(pid));
    assert_eq!(row[place("waiting_query")], json!("SELECT count(*) FROM orders"));
    assert_eq!(locks.findings[0].object.as_deref(), Some("public.orders"));
    let open = inspected(&source, Check::LongTx, None).await;
    assert!(open.rows.rows.iter().any(|row| row[0] == json!(pid)), "{open:?}");
}

#[tokio::test]
async fn a_check_says_what_it_lacks() {
    let Some(shop) = Shop::open().await else { return };
    let error = shop.source().insights(inspection(Check::TopQueries, None), turn()).await.unwrap_err();
    assert_eq!(error.code(), "unsupported");
    assert!(error.to_string().ends_with("runs CREATE EXTENSION pg_stat_statements"), "{error}");
    shop.run("CREATE EXTENSION pg_stat_statements; SELECT 1 AS asked_for; SELECT 1 AS asked_for").await;
    let recorded = inspected(&shop.source(), Check::TopQueries, None).await;
    assert!(!recorded.rows.rows.is_empty());
}

/// Functions of the same name elsewhere, and tables, are not the server's.
#[tokio::test]
async fn checks_read_the_servers_own_catalogs() {
    let Some(shop) = Shop::open().await else { return };
    shop.run(
        "CREATE TABLE public.pg_settings AS SELECT 'x'::text AS name, 'shadow' AS setting;
         CREATE FUNCTION public.format(text, bigint, bigint) RETURNS text LANGUAGE sql AS $$ SELECT 'shadow' $$;
         GRANT SELECT ON public.pg_settings TO PUBLIC",
    )
    .await;
    let source = shop.source();
    for check in [Check::Settings, Check::Connections] {
        let insights = inspected(&source, check, None).await;
        assert!(!format!("{insights:?}").contains("shadow"), "{check:?}");
    }
}
