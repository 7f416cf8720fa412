//! Statements that want more than to read, each with the answer it must get.

use super::statements::{ENDLESS, HOSTILE, generated};
use super::*;

fn escaped_files() -> Vec<PathBuf> {
    let folders = [std::env::current_dir().unwrap(), std::env::temp_dir(), PathBuf::from("/tmp")];
    let files = folders.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten().flatten();
    files.map(|entry| entry.path()).filter(|path| path.to_string_lossy().contains(MARK)).collect()
}

#[tokio::test]
async fn hostile_statements_get_their_answer_and_leave_no_trace() {
    let store = Sqlite::demo().unwrap();
    let before = images(&store);
    let fixed = HOSTILE.iter().map(|(code, sql, _)| (*code, (*sql).to_owned()));
    let mut wrong = Vec::new();
    for (code, sql) in fixed.chain(generated()) {
        let answer = rows(&store, &sql).await;
        let sql: String = sql.chars().take(120).collect();
        match answer {
            Err(error) if error.code() == code => {
                let message = error.to_string();
                assert!(!message.ends_with('.') && message.len() < 700, "{message}");
                assert!(!message.contains('\n'), "{message}");
            }
            other => wrong.push(format!("{code} expected for {sql}: {other:?}")),
        }
        assert!(rows(&store, "SELECT 1").await.is_ok(), "the connection is broken after {sql}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(images(&store), before);
    assert_eq!(escaped_files(), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn what_only_looks_like_it_works() {
    let store = Sqlite::demo().unwrap();
    let mut wrong = Vec::new();
    for (_, hostile, benign) in HOSTILE {
        if let Err(error) = rows(&store, benign).await {
            wrong.push(format!("{error}: {benign}"));
        }
        // The whole text is welcome as data.
        let quoted = query("SELECT ?1", vec![Value::from(*hostile)], 1);
        assert_eq!(store.query(quoted).await.unwrap().rows, [[*hostile]]);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn messages_name_what_was_refused() {
    let store = Sqlite::demo().unwrap();
    let tables =
        "the tables are `categories`, `customers`, `order_items`, `order_totals`, `orders`, `products`";
    for (sql, message) in [
        (
            "DELETE FROM customers",
            "the database is read-only and DELETE from `customers` was refused".to_owned(),
        ),
        ("DROP TABLE customers", "the database is read-only and `DROP` was refused".to_owned()),
        (" /* x */ vacuum", "`VACUUM` is not a query".to_owned()),
        ("PRAGMA Query_Only=0", "the pragma `query_only` is not allowed in this form".to_owned()),
        ("SELECT Load_Extension('x')", "the function `load_extension` is not allowed".to_owned()),
        ("SELEC 1", "near \"SELEC\": syntax error".to_owned()),
        ("SELECT * FROM custmers", format!("no such table: `custmers`; did you mean `customers`?; {tables}")),
        ("SELECT c.nme FROM customers c", format!("no such column: `c.nme`; did you mean `name`?; {tables}")),
        ("SELECT 1 FROM zzzzzz", format!("no such table: `zzzzzz`; {tables}")),
    ] {
        assert_eq!(rows(&store, sql).await.unwrap_err().to_string(), message, "{sql}");
    }
}

#[tokio::test]
async fn endless_statements_stop_at_the_deadline() {
    let store = Sqlite::demo().unwrap();
    for sql in ENDLESS {
        let mut request = query(sql, Vec::new(), 1);
        request.deadline = Instant::now() + Duration::from_millis(100);
        assert_eq!(store.query(request).await, Err(QueryError::Timeout), "{sql}");
    }
    let all = u32::try_from(CONNECTIONS).unwrap();
    drop(store.permits.acquire_many(all).await.unwrap());
}

#[tokio::test]
async fn endless_statements_stop_when_cancelled() {
    let store = Sqlite::demo().unwrap();
    for sql in ENDLESS {
        let request = query(sql, Vec::new(), 1);
        let cancellation = request.cancellation.clone();
        let (answer, ()) = tokio::join!(store.query(request), async { cancellation.cancel() });
        assert_eq!(answer, Err(QueryError::Cancelled), "{sql}");
    }
    let all = u32::try_from(CONNECTIONS).unwrap();
    drop(store.permits.acquire_many(all).await.unwrap());
}

#[test]
fn the_engine_itself_stops_work_that_is_running() {
    let gate = Gate::open(&Source::Image(gate::build_image(DEMO_SQL).unwrap()), &Masked::default()).unwrap();
    for sql in ENDLESS {
        let deadline = Instant::now() + Duration::from_millis(50);
        let stop = Stop { deadline, cancellation: CancellationToken::new(), abandoned: Arc::default() };
        assert_eq!(
            gate.watched(stop, |connection| connection.query(sql, &[], 0, 1)),
            Err(QueryError::Timeout),
            "{sql}"
        );

        let cancellation = CancellationToken::new();
        let deadline = Instant::now() + Duration::from_secs(30);
        let stop = Stop { deadline, cancellation: cancellation.clone(), abandoned: Arc::default() };
        let canceller = std::thread::spawn(move || cancellation.cancel());
        assert_eq!(
            gate.watched(stop, |connection| connection.query(sql, &[], 0, 1)),
            Err(QueryError::Cancelled),
            "{sql}"
        );
        canceller.join().unwrap();
    }
}

#[test]
fn the_connection_is_hardened_below_the_authorizer_too() {
    let gate = Gate::open(&Source::Image(gate::build_image(DEMO_SQL).unwrap()), &Masked::default()).unwrap();
    let connection = gate.connection();
    let allow_all = |_: rusqlite::hooks::AuthContext<'_>| rusqlite::hooks::Authorization::Allow;
    connection.authorizer(Some(allow_all)).unwrap();
    let before = connection.serialize("main").unwrap().to_vec();
    for sql in [
        "DELETE FROM customers",
        "CREATE TABLE t (x)",
        "ATTACH ':memory:' AS other",
        "VACUUM INTO 'lockstep-store-escape.db'",
        "SELECT fts3_tokenizer('simple', x'4141414141414141')",
    ] {
        assert!(connection.execute_batch(sql).is_err(), "{sql}");
    }
    let error = connection.execute_batch("SELECT load_extension('lockstep-store-escape.so')").unwrap_err();
    assert!(error.to_string().starts_with("not authorized"), "{error}");
    let pragma = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(pragma("temp_store"), 2);
    assert_eq!(pragma("cell_size_check"), 1);
    assert_eq!(pragma("query_only"), 1);
    assert_eq!(pragma("trusted_schema"), 0);
    assert_eq!(pragma("hard_heap_limit"), 268_435_456);
    // Even without `query_only` the memory behind the database refuses to be written.
    let error = connection.execute_batch("PRAGMA query_only = OFF; DELETE FROM order_items").unwrap_err();
    assert_eq!(error.sqlite_error_code(), Some(rusqlite::ErrorCode::ReadOnly));
    assert_eq!(connection.serialize("main").unwrap().to_vec(), before);
    assert_eq!(escaped_files(), Vec::<PathBuf>::new());
}
