//! What is stopped is gone from the server, too.

use super::*;

/// Statements that would go on for long, each in another part of the server.
const ENDLESS: [&str; 5] = [
    "WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r) SELECT count(*) FROM r",
    "SELECT count(*) FROM (SELECT generate_series(1, 1000000000000)) s",
    "SELECT a.i FROM generate_series(1, 100000) a(i), generate_series(1, 100000) b(i) ORDER BY random() LIMIT 1",
    "SELECT count(*) FROM orders a, orders b, orders c, orders d, orders e",
    "SELECT i FROM (SELECT generate_series(1, 1000000000000) AS i) s WHERE i < 0",
];

/// Waits until so many of the role's backends are as `condition` says.
async fn backends(shop: &Shop, condition: &str, wanted: impl Fn(i64) -> bool) {
    let sql =
        format!("SELECT count(*) FROM pg_stat_activity WHERE usename = '{}' AND {condition}", shop.role);
    let mut owner = shop.owner.connect().await.unwrap();
    let waiting = async {
        while !wanted(sqlx::query_scalar(AssertSqlSafe(sql.clone())).fetch_one(&mut owner).await.unwrap()) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(SECONDS, waiting).await.unwrap_or_else(|_elapsed| panic!("{condition}"));
}

/// Waits until the role's backends do nothing.
async fn gone(shop: &Shop) {
    backends(shop, "state <> 'idle'", |count| count == 0).await;
}

/// Waits until one of the role's backends works on a statement of the caller's.
async fn working(shop: &Shop) {
    backends(shop, "state = 'active' AND query ~ '^FETCH'", |count| count > 0).await;
}

#[tokio::test]
async fn the_deadline_stops_the_backend() {
    let Some(shop) = Shop::open().await else { return };
    let source = shop.source();
    for sql in ENDLESS {
        let mut request = query(sql, Vec::new(), 1);
        request.deadline = Instant::now() + Duration::from_millis(300);
        assert_eq!(source.query(request).await, Err(QueryError::Timeout), "{sql}");
        gone(&shop).await;
    }
    assert_eq!(rows(&source, "SELECT 1").await.unwrap().rows, [[1]]);
}

#[tokio::test]
async fn cancellation_stops_the_backend() {
    let Some(shop) = Shop::open().await else { return };
    let source = shop.source();
    for sql in ENDLESS {
        let request = query(sql, Vec::new(), 1);
        let cancellation = request.cancellation.clone();
        let cancel = async {
            working(&shop).await;
            cancellation.cancel();
        };
        let (answer, ()) = tokio::join!(source.query(request), cancel);
        assert_eq!(answer, Err(QueryError::Cancelled), "{sql}");
        gone(&shop).await;
    }
    assert_eq!(source.health(), Health { idle: 0, running: 0 });
    assert_eq!(rows(&source, "SELECT 1").await.unwrap().rows, [[1]]);
}

#[tokio::test]
async fn dropping_the_future_stops_the_backend() {
    let Some(shop) = Shop::open().await else { return };
    let source = shop.source();
    let running = {
        let source = source.clone();
        tokio::spawn(async move { rows(&source, ENDLESS[0]).await })
    };
    working(&shop).await;
    running.abort();
    gone(&shop).await;
    // The place is free again only when the backend has stopped.
    let all = u32::try_from(CONNECTIONS).unwrap();
    drop(source.shared.permits.acquire_many(all).await.unwrap());
    assert_eq!(source.health(), Health { idle: 0, running: 0 });
}

#[tokio::test]
async fn the_server_notices_by_itself_that_its_client_is_gone() {
    let Some(shop) = Shop::open().await else { return };
    let source = shop.source();
    let mut session = session(&source).await;
    session.begin(&source.shared.search_path, SECONDS).await.unwrap();
    {
        let work = sqlx::raw_sql(ENDLESS[0]).execute(&mut session.connection);
        let started = backends(&shop, "state = 'active'", |count| count > 0);
        tokio::select! {
            done = work => panic!("{done:?}"),
            () = started => {}
        }
    }
    // Nobody says goodbye.
    drop(session);
    gone(&shop).await;
}

#[tokio::test]
async fn a_fifth_call_waits_its_turn_and_no_longer() {
    let Some(shop) = Shop::open().await else { return };
    let source = shop.source();
    let cancellation = CancellationToken::new();
    let running: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let mut request = query(ENDLESS[0], Vec::new(), 1);
            request.cancellation = cancellation.clone();
            let source = source.clone();
            tokio::spawn(async move { source.query(request).await })
        })
        .collect();
    while source.health().running < CONNECTIONS {
        tokio::task::yield_now().await;
    }
    assert_eq!(rows(&source, "SELECT 1").await, Err(QueryError::Busy));
    cancellation.cancel();
    for call in running {
        assert_eq!(call.await.unwrap(), Err(QueryError::Cancelled));
    }
    assert_eq!(rows(&source, "SELECT 1").await.unwrap().rows, [[1]]);
}

#[tokio::test]
async fn connections_that_the_server_ended_are_replaced() {
    let Some(shop) = Shop::open().await else { return };
    let source = shop.source();
    let first = rows(&source, "SELECT pg_backend_pid()").await.unwrap();
    let end = format!("SELECT pg_terminate_backend({}, 5000)", first.rows[0][0]);
    assert!(shop.ask::<bool>(&end).await);
    let second = rows(&source, "SELECT pg_backend_pid()").await.unwrap();
    assert_ne!(first.rows, second.rows);
}

#[tokio::test]
async fn a_locked_table_is_not_waited_for() {
    let Some(shop) = Shop::open().await else { return };
    let source = shop.source();
    let mut owner = shop.owner.connect().await.unwrap();
    sqlx::raw_sql("BEGIN; LOCK TABLE orders").execute(&mut owner).await.unwrap();
    assert_eq!(rows(&source, "SELECT * FROM orders").await, Err(QueryError::Busy));
    sqlx::raw_sql("ROLLBACK").execute(&mut owner).await.unwrap();
    assert!(rows(&source, "SELECT * FROM orders").await.is_ok());
}

#[tokio::test]
async fn connections_that_nobody_uses_are_closed() {
    let Some(shop) = Shop::open().await else { return };
    let source = shop.source();
    assert!(rows(&source, "SELECT 1").await.is_ok());
    assert_eq!(source.health(), Health { idle: 1, running: 0 });
    // All that has to be done is done, so that time can go by.
    gone(&shop).await;
    tokio::time::pause();
    tokio::time::advance(MAX_IDLE * 2).await;
    while source.health().idle > 0 {
        tokio::task::yield_now().await;
    }
    tokio::time::resume();
    backends(&shop, "true", |count| count == 0).await;
}
