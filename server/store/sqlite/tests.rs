//! The gate against hostile SQL, and against analytics that must pass.

mod analytics;
mod fences;
mod hostile;
mod masked;
mod schema;
mod statements;

use super::*;
use crate::store::{CellPlace, Column, MAX_CELL_CHARS, MAX_PARAM_BYTES, MAX_RESULT_BYTES, MAX_SQL_BYTES};

pub(super) const MARK: &str = "lockstep-store-escape";

pub(super) fn query(sql: &str, params: Vec<Value>, max_rows: u32) -> Query {
    Query {
        sql: sql.to_owned(),
        params,
        max_rows,
        offset: 0,
        deadline: Instant::now() + Duration::from_secs(30),
        cancellation: CancellationToken::new(),
    }
}

pub(super) fn turn() -> Turn {
    Turn { deadline: Instant::now() + Duration::from_secs(30), cancellation: CancellationToken::new() }
}

pub(super) async fn rows(store: &Sqlite, sql: &str) -> Result<Rows, QueryError> {
    store.query(query(sql, Vec::new(), 1000)).await
}

/// The bytes of the database behind every connection that is idle.
pub(super) fn images(store: &Sqlite) -> Vec<Vec<u8>> {
    let idle = store.pool.idle();
    idle.iter().map(|gate| gate.connection().serialize("main").unwrap().to_vec()).collect()
}

#[test]
fn the_demo_image_is_the_same_every_time() {
    let build = || gate::build_image(DEMO_SQL).unwrap();
    assert_eq!(build(), build());
}

#[tokio::test]
async fn the_demo_has_the_promised_shape() {
    let store = Sqlite::demo().unwrap();
    let counts = "SELECT (SELECT count(*) FROM customers), (SELECT count(*) FROM products),
        (SELECT count(*) FROM orders), (SELECT count(*) FROM order_items), (SELECT count(*) FROM order_totals),
        (SELECT count(DISTINCT country) FROM customers), (SELECT min(ordered_on) || max(ordered_on) FROM orders),
        (SELECT count(*) FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.joined_on > o.ordered_on)";
    let rows = rows(&store, counts).await.unwrap();
    let expected = serde_json::json!([60, 40, 300, 700, 300, 10, "2026-03-012026-10-31", 0]);
    assert_eq!(Value::Array(rows.rows[0].clone()), expected);
}

#[tokio::test]
async fn files_are_opened_for_reading_only() {
    let folder = std::env::temp_dir().join(format!("lockstep-store-file-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("shop.db");
    std::fs::write(&path, gate::build_image(DEMO_SQL).unwrap()).unwrap();
    let before = std::fs::read(&path).unwrap();

    let store = Sqlite::open_file(&path, Masked::default()).unwrap();
    assert_eq!(rows(&store, "SELECT count(*) FROM customers").await.unwrap().rows, [[60]]);
    for sql in ["DELETE FROM customers", "VACUUM", "PRAGMA journal_mode = WAL", "CREATE TABLE t (x)"] {
        assert!(rows(&store, sql).await.is_err(), "{sql}");
    }
    drop(store);
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "a file was created beside the database");

    std::fs::write(&path, "no database, but long enough to have a header of a hundred bytes".repeat(4))
        .unwrap();
    assert_eq!(Sqlite::open_file(&path, Masked::default()).unwrap_err(), StoreError::NotADatabase);
    assert_eq!(
        Sqlite::open_file(folder.join("none.db"), Masked::default()).unwrap_err(),
        StoreError::Missing
    );
    assert_eq!(Sqlite::open_file(&folder, Masked::default()).unwrap_err(), StoreError::NotAFile);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn a_fifth_query_waits_and_a_dropped_one_makes_room() {
    let mut store = Sqlite::demo().unwrap();
    store.queue_wait = Duration::from_millis(20);
    let store = Arc::new(store);
    let endless = "WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r) SELECT sum(i) FROM r";
    let running: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { rows(&store, endless).await })
        })
        .collect();
    while store.permits.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(rows(&store, "SELECT 1").await, Err(QueryError::Busy));
    for task in running {
        task.abort();
    }
    // Every connection comes back only when its engine has really stopped.
    let all = u32::try_from(CONNECTIONS).unwrap();
    drop(store.permits.acquire_many(all).await.unwrap());
    assert_eq!(images(&store).len(), CONNECTIONS);
    assert_eq!(rows(&store, "SELECT 1").await.unwrap().rows, [[1]]);
}
