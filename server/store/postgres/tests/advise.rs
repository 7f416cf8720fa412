//! Advice on indexes, with HypoPG.

use super::*;

const BIG: &str = "CREATE TABLE events AS SELECT i AS id, i % 997 AS customer, i % 7 AS kind,
        timestamptz '2026-01-01' + i * interval '1 minute' AS at FROM generate_series(1, 30000) i;
    ANALYZE events; GRANT SELECT ON events TO PUBLIC";

fn question(queries: &[&str]) -> IndexQuestion {
    IndexQuestion { queries: queries.iter().map(|&query| query.to_owned()).collect(), max_size_mb: None }
}

#[tokio::test]
async fn without_hypopg_nothing_is_advised() {
    let Some(shop) = Shop::open().await else { return };
    let error = shop.source().advise(question(&["SELECT 1"]), turn()).await.unwrap_err();
    assert_eq!(error.code(), "unsupported");
    assert!(error.to_string().contains("`hypopg` is not installed"), "{error}");
}

#[tokio::test]
async fn indexes_that_help_are_advised_and_not_made() {
    let Some(shop) = Shop::open().await else { return };
    shop.run(BIG).await;
    shop.run("CREATE EXTENSION hypopg").await;
    let source = shop.source();
    let queries = [
        "SELECT * FROM events WHERE customer = 7 ORDER BY at DESC LIMIT 5",
        "SELECT count(*) FROM events WHERE id = $1",
        "SELECT count(*) FROM events",
    ];
    let advice = source.advise(question(&queries), turn()).await.unwrap();
    assert_eq!(advice.warnings, Vec::<String>::new());
    let columns: Vec<_> = advice.candidates.iter().map(|candidate| candidate.columns.join(",")).collect();
    assert_eq!(columns.len(), 2, "{advice:?}");
    assert!(columns.contains(&"id".to_owned()) && columns.iter().any(|c| c.starts_with("customer")));
    for candidate in &advice.candidates {
        assert_eq!(candidate.table, "public.events");
        assert!(candidate.definition.starts_with("CREATE INDEX ON public.events USING btree ("));
        assert!(candidate.cost_after.get() < candidate.cost_before.get());
        assert!(candidate.size_bytes.unwrap() > 0);
        assert_eq!(candidate.queries.len(), 1);
    }
    assert_eq!(shop.ask::<i64>("SELECT count(*) FROM pg_index WHERE indrelid = 'events'::regclass").await, 0);
    // Neither is one left in the session for the next call's plans.
    let turn = turn();
    let plan = source.explain(queries[1].replace("$1", "5"), Vec::new(), turn).await.unwrap();
    assert!(plan.plan.to_string().contains("Seq Scan"), "{plan:?}");
}

#[tokio::test]
async fn advice_has_its_limits() {
    let Some(shop) = Shop::open().await else { return };
    shop.run(BIG).await;
    shop.run("CREATE EXTENSION hypopg; CREATE EXTENSION pg_stat_statements").await;
    let source = shop.source();
    for (sql, code) in [
        ("SELECT 1; SELECT 2", "multiple_statements"),
        ("VACUUM", "write_attempt"),
        ("SHOW ALL", "not_a_query"),
        ("SELECT FROM WHERE", "syntax_error"),
    ] {
        let advised = source.advise(question(&[sql]), turn()).await;
        match advised {
            Err(error) => assert_eq!(error.code(), code, "{sql}"),
            Ok(advice) => assert!(code == "write_attempt" && advice.warnings.len() == 1, "{sql}: {advice:?}"),
        }
    }
    let mixed = ["SELECT * FROM nowhere", "SELECT pg_sleep(1)", "SELECT * FROM events WHERE id = 5"];
    let advice = source.advise(question(&mixed), turn()).await.unwrap();
    assert_eq!((advice.warnings.len(), advice.candidates.len()), (2, 1), "{advice:?}");
    assert!(advice.warnings[0].starts_with("`queries[0]`: relation \"nowhere\" does not exist"));
    assert_eq!(advice.candidates[0].queries, [2]);
    let mut small =
        question(&["SELECT * FROM orders WHERE total = 5", "SELECT * FROM events WHERE at > now()"]);
    small.max_size_mb = Some(1);
    let total: u64 =
        source.advise(small, turn()).await.unwrap().candidates.iter().filter_map(|c| c.size_bytes).sum();
    assert!(total <= 1 << 20);
    // The recorded workload: what others ran.
    shop.show_statistics().await;
    let mut owner = shop.owner.connect().await.unwrap();
    for _ in 0..3 {
        sqlx::query("SELECT * FROM events WHERE id = $1").bind(5).execute(&mut owner).await.unwrap();
    }
    let advice = source.advise(question(&[]), turn()).await.unwrap();
    assert!(advice.candidates.iter().any(|candidate| candidate.columns == ["id"]), "{advice:?}");
}
