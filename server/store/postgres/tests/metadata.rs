//! Objects, descriptions and plans.

use super::*;
use crate::store::{DbObject, DbObjectKind, Detail};

fn search(kind: DbObjectKind, pattern: Option<&str>, detail: Detail) -> Search {
    let pattern = pattern.map(str::to_owned);
    Search { kind, pattern, schema: None, table: None, detail, limit: 100, offset: 0 }
}

async fn found(source: &Postgres, search: Search) -> Found {
    source.search(search, turn()).await.unwrap()
}

fn names(found: &Found) -> Vec<&str> {
    found.objects.iter().map(|object| object.name.as_str()).collect()
}

async fn describe(source: &Postgres, schema: Option<&str>, table: &str) -> Result<Table, QueryError> {
    let table = TableName { schema: schema.map(str::to_owned), table: table.to_owned() };
    source.describe(table, turn()).await
}

#[tokio::test]
async fn objects_of_every_kind_are_found() {
    let Some(shop) = Shop::open().await else { return };
    let source = shop.source();
    for (kind, pattern, expected) in [
        (DbObjectKind::Schema, None, vec!["attic", "cellar", "public"]),
        (DbObjectKind::Table, None, vec!["boxes", "boxes", "customers", "orders", "parents"]),
        (DbObjectKind::Table, Some("ORDER"), vec!["orders"]),
        (DbObjectKind::Table, Some("%ers"), vec!["customers", "orders"]),
        (DbObjectKind::Table, Some("'; DROP TABLE orders; --"), vec![]),
        (DbObjectKind::View, None, vec!["order_totals"]),
        (DbObjectKind::Column, Some("customer_"), vec!["customer_id", "customer_id"]),
        (DbObjectKind::Index, Some("orders_total"), vec!["orders_total"]),
        (DbObjectKind::Function, Some("double"), vec!["double_of"]),
        (DbObjectKind::Extension, None, vec!["plpgsql"]),
        (DbObjectKind::Sequence, None, vec![]),
    ] {
        for detail in [Detail::Names, Detail::Summary, Detail::Full] {
            let found = found(&source, search(kind, pattern, detail)).await;
            assert_eq!(names(&found), expected, "{kind:?} {pattern:?}");
            assert_eq!(found.total, expected.len() as u64);
        }
    }
    let mut in_attic = search(DbObjectKind::Table, None, Detail::Names);
    in_attic.schema = Some("attic".to_owned());
    assert_eq!(names(&found(&source, in_attic).await), ["boxes"]);
    let mut of_orders = search(DbObjectKind::Column, None, Detail::Summary);
    of_orders.table = Some("orders".to_owned());
    let columns = found(&source, of_orders).await;
    let types: Vec<_> = columns.objects.iter().filter_map(|column| column.r#type.as_deref()).collect();
    assert_eq!(types.len(), 5);
    assert!(types.contains(&"timestamp with time zone"), "{types:?}");
}

#[tokio::test]
async fn pages_of_objects_add_up() {
    let Some(shop) = Shop::open().await else { return };
    let source = shop.source();
    let mut page = search(DbObjectKind::Table, None, Detail::Names);
    page.limit = 2;
    let mut seen = Vec::new();
    for offset in [0, 2, 4, 6] {
        page.offset = offset;
        let found = found(&source, page.clone()).await;
        assert_eq!(found.total, 5, "also behind the end");
        seen.extend(names(&found).into_iter().map(str::to_owned));
    }
    assert_eq!(seen, ["boxes", "boxes", "customers", "orders", "parents"]);
}

#[tokio::test]
async fn more_detail_says_more() {
    let Some(shop) = Shop::open().await else { return };
    let source = shop.source();
    let table = |detail| search(DbObjectKind::Table, Some("customers"), detail);
    let bare = DbObject {
        kind: DbObjectKind::Table,
        name: "customers".to_owned(),
        schema: Some("public".to_owned()),
        table: None,
        r#type: None,
        comment: None,
        rows: None,
        columns: None,
        definition: None,
    };
    assert_eq!(found(&source, table(Detail::Names)).await.objects, std::slice::from_ref(&bare));
    let columns = ["id", "name", "city", "email", "joined"].map(str::to_owned).to_vec();
    let comment = Some("Who buys".to_owned());
    let summary = DbObject { comment, rows: Some(60), columns: Some(columns), ..bare };
    assert_eq!(found(&source, table(Detail::Summary)).await.objects, std::slice::from_ref(&summary));
    let full = found(&source, table(Detail::Full)).await.objects.remove(0);
    let definition = full.definition.unwrap();
    assert!(
        definition.starts_with("CREATE TABLE public.customers (id integer NOT NULL, name text"),
        "{definition}"
    );
    let view = found(&source, search(DbObjectKind::View, None, Detail::Full)).await.objects.remove(0);
    assert!(view.definition.unwrap().contains("sum(orders.total)"));
    let index = search(DbObjectKind::Index, Some("orders_total"), Detail::Full);
    let index = found(&source, index).await.objects.remove(0);
    assert_eq!(index.table.as_deref(), Some("orders"));
    assert_eq!(index.columns.unwrap(), ["total", "lower(id::text)"]);
}

#[tokio::test]
async fn a_table_is_described_whole() {
    let Some(shop) = Shop::open().await else { return };
    let source = shop.source();
    let orders = describe(&source, None, "orders").await.unwrap();
    assert_eq!((orders.schema.as_str(), orders.name.as_str(), orders.is_view), ("public", "orders", false));
    assert_eq!(orders.primary_key, ["id"]);
    assert_eq!(orders.row_estimate, Some(300));
    assert!(orders.size_bytes.unwrap() > 0);
    let columns: Vec<_> = orders
        .columns
        .iter()
        .map(|column| {
            (column.name.as_str(), column.r#type.as_deref().unwrap(), column.nullable, column.generated)
        })
        .collect();
    assert_eq!(
        columns,
        [
            ("id", "integer", false, false),
            ("customer_id", "integer", false, false),
            ("total", "numeric(10,2)", false, false),
            ("vat", "numeric", true, true),
            ("placed", "timestamp with time zone", false, false),
        ]
    );
    let key = &orders.foreign_keys[0];
    assert_eq!((key.table.as_str(), key.referenced_table.as_str()), ("orders", "customers"));
    assert_eq!(
        (&key.columns[..], &key.referenced_columns[..]),
        (&["customer_id".to_owned()][..], &["id".to_owned()][..])
    );
    assert_eq!(key.on_delete.as_deref(), Some("CASCADE"));
    let definitions: Vec<_> =
        orders.constraints.iter().map(|constraint| constraint.definition.as_str()).collect();
    assert!(definitions.contains(&"UNIQUE (customer_id, placed)"), "{definitions:?}");
    assert!(
        definitions.iter().any(|definition| definition.starts_with("CHECK (total >= ")),
        "{definitions:?}"
    );
    assert_eq!(orders.indexes.len(), 3);

    let customers = describe(&source, Some("public"), "Customers").await.unwrap();
    assert_eq!(customers.comment.as_deref(), Some("Who buys"));
    assert_eq!(customers.columns[2].default.as_deref(), Some("'Berlin'::text"));
    assert_eq!(customers.columns[2].comment.as_deref(), Some("Where parcels go"));
    assert!(customers.columns[0].generated);
    assert_eq!(customers.referenced_by[0].table, "orders");
    let parents = describe(&source, None, "parents").await.unwrap();
    assert_eq!((parents.foreign_keys.len(), parents.referenced_by.len()), (1, 1));
    assert!(describe(&source, None, "order_totals").await.unwrap().is_view);
}

#[tokio::test]
async fn names_that_mean_no_table_or_several_get_help() {
    let Some(shop) = Shop::open().await else { return };
    let source = shop.source();
    let error = describe(&source, None, "custmers").await.unwrap_err();
    assert_eq!(
        (error.code(), error.to_string().as_str()),
        ("not_found", "there is no table or view `custmers`; did you mean `customers`?")
    );
    let error = describe(&source, None, "boxes").await.unwrap_err();
    assert_eq!(
        (error.code(), error.to_string().as_str()),
        ("ambiguous_table", "`boxes` is in the schemas `attic`, `cellar`")
    );
    assert_eq!(describe(&source, Some("attic"), "boxes").await.unwrap().schema, "attic");
    assert_eq!(describe(&source, None, "secrets").await.unwrap_err().code(), "permission_denied");
    assert_eq!(describe(&source, None, "orders; DROP TABLE orders").await.unwrap_err().code(), "not_found");
    shop.run("CREATE TABLE boxes (id integer)").await;
    assert_eq!(describe(&source, None, "boxes").await.unwrap().schema, "public");

    let error = rows(&source, "SELECT * FROM custmers").await.unwrap_err().to_string();
    assert!(error.contains("relation \"custmers\" does not exist, at character 15"), "{error}");
    assert!(error.contains("; did you mean `customers`?; the tables are `attic.boxes`, "), "{error}");
    let error = rows(&source, "SELECT c.nme FROM customers c").await.unwrap_err().to_string();
    assert!(error.contains("perhaps you meant to reference the column \"c.name\""), "{error}");
}

#[tokio::test]
async fn names_are_looked_up_in_the_configured_schemas() {
    let Some(mut shop) = Shop::open().await else { return };
    shop.config.schemas = vec!["attic".to_owned(), "public".to_owned()];
    let source = shop.source();
    assert_eq!(rows(&source, "SELECT count(*) FROM boxes, customers").await.unwrap().rows, [[0]]);
    assert_eq!(describe(&source, None, "boxes").await.unwrap().schema, "attic");
    // Also where the statement is judged once more.
    let error = rows(&source, "SELECT 1 / 0 FROM boxes").await.unwrap_err();
    assert_eq!(error.to_string(), "division by zero (SQLSTATE 22012)");
    assert_eq!(rows(&source, "SELECT * INTO more FROM boxes").await.unwrap_err().code(), "write_attempt");
}

#[tokio::test]
async fn a_plan_says_what_is_slow_and_runs_nothing() {
    let Some(shop) = Shop::open().await else { return };
    shop.run(
        "CREATE TABLE big AS SELECT i AS id, i % 7 AS week FROM generate_series(1, 50000) i; ANALYZE big",
    )
    .await;
    shop.run(&format!("GRANT SELECT ON big TO {}", shop.role)).await;
    let source = shop.source();
    let explain = async |sql: &str, params: Vec<Value>| source.explain(sql.to_owned(), params, turn()).await;
    let plan = explain("SELECT * FROM big WHERE id = $1", vec![7.into()]).await.unwrap();
    assert_eq!(plan.estimated_rows, Some(1));
    assert!(plan.total_cost.unwrap() > 100.0);
    assert_eq!(plan.plan[0]["Plan"]["Relation Name"], "big");
    assert_eq!(plan.warnings.len(), 1);
    assert!(plan.warnings[0].starts_with("`big` is read whole and filtered by "), "{:?}", plan.warnings);
    let quick = explain("SELECT * FROM orders WHERE id = 7;", Vec::new()).await.unwrap();
    assert_eq!(quick.warnings, Vec::<String>::new());
    let generic =
        explain("SELECT * FROM orders WHERE customer_id = $1 AND total > $2", Vec::new()).await.unwrap();
    assert!(generic.plan.to_string().contains("$1"), "{generic:?}");
    assert_eq!(explain("SELECT $1, $2", vec![1.into()]).await.unwrap_err().code(), "invalid_params");
    let endless = "WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r) SELECT count(*) FROM r";
    assert!(explain(endless, Vec::new()).await.is_ok(), "planned, not run");
    for (sql, code) in [
        ("ANALYZE SELECT 1", "write_attempt"),
        ("(ANALYZE) SELECT 1", "syntax_error"),
        ("(ANALYZE, FORMAT TEXT) SELECT 1", "syntax_error"),
        ("DELETE FROM orders", "write_attempt"),
        ("SELECT 1; DELETE FROM orders", "multiple_statements"),
        ("SELECT pg_sleep(1)", "function_denied"),
    ] {
        assert_eq!(explain(sql, Vec::new()).await.unwrap_err().code(), code, "{sql}");
    }
}
