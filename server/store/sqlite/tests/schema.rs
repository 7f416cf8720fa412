//! Search, description, plans and health checks of the sample database.

use serde_json::json;

use super::*;
use crate::store::{Check, DbObjectKind, Detail};

fn search(kind: DbObjectKind, pattern: Option<&str>, detail: Detail) -> Search {
    Search {
        kind,
        pattern: pattern.map(str::to_owned),
        schema: None,
        table: None,
        detail,
        limit: 100,
        offset: 0,
    }
}

async fn names(store: &Sqlite, search: Search) -> Vec<String> {
    let found = store.search(search, turn()).await.unwrap();
    found.objects.into_iter().map(|object| object.name).collect()
}

#[tokio::test]
async fn objects_are_found_by_name() {
    let store = Sqlite::demo().unwrap();
    let tables = ["categories", "customers", "order_items", "orders", "products"];
    assert_eq!(names(&store, search(DbObjectKind::Table, None, Detail::Names)).await, tables);
    assert_eq!(names(&store, search(DbObjectKind::Table, Some("ORDER"), Detail::Names)).await, tables[2..4]);
    assert_eq!(names(&store, search(DbObjectKind::Table, Some("c%s"), Detail::Names)).await, tables[..2]);
    assert_eq!(names(&store, search(DbObjectKind::View, None, Detail::Names)).await, ["order_totals"]);
    assert_eq!(names(&store, search(DbObjectKind::Schema, None, Detail::Names)).await, ["main"]);
    let functions = names(&store, search(DbObjectKind::Function, Some("json_array"), Detail::Names)).await;
    assert!(functions.contains(&"json_array_length".to_owned()), "{functions:?}");
    for kind in [DbObjectKind::Extension, DbObjectKind::Sequence] {
        assert_eq!(names(&store, search(kind, None, Detail::Full)).await, Vec::<String>::new());
    }
    // A text that would end the statement of one who puts it together is a name like any other.
    let hostile = search(DbObjectKind::Column, Some("'; DROP TABLE customers; --"), Detail::Full);
    assert_eq!(names(&store, hostile).await, Vec::<String>::new());

    let mut columns = search(DbObjectKind::Column, Some("id"), Detail::Summary);
    columns.table = Some("Orders".to_owned());
    let found = store.search(columns, turn()).await.unwrap();
    let told: Vec<_> =
        found.objects.iter().map(|found| (found.name.as_str(), found.r#type.as_deref())).collect();
    assert_eq!(told, [("id", Some("INTEGER")), ("customer_id", Some("INTEGER"))]);

    let mut page = search(DbObjectKind::Table, None, Detail::Full);
    (page.limit, page.offset) = (1, 2);
    let found = store.search(page, turn()).await.unwrap();
    assert_eq!((found.total, found.objects.len()), (5, 1));
    assert!(found.objects[0].definition.as_deref().unwrap().starts_with("CREATE TABLE order_items"));
    assert_eq!(found.objects[0].columns.as_ref().unwrap().len(), 5);
    let mut elsewhere = search(DbObjectKind::Table, None, Detail::Names);
    elsewhere.schema = Some("public".to_owned());
    assert_eq!(store.search(elsewhere, turn()).await.unwrap().total, 0);
}

fn table(name: &str) -> TableName {
    TableName { schema: None, table: name.to_owned() }
}

#[tokio::test]
async fn a_table_is_described() {
    let store = Sqlite::demo().unwrap();
    let items = store.describe(table("ORDER_ITEMS"), turn()).await.unwrap();
    assert_eq!((items.name.as_str(), items.schema.as_str(), items.is_view), ("order_items", "main", false));
    assert_eq!(items.primary_key, ["order_id", "line"]);
    assert_eq!(items.row_estimate, Some(700));
    let parents: Vec<_> = items.foreign_keys.iter().map(|key| key.referenced_table.as_str()).collect();
    assert_eq!(parents, ["products", "orders"]);
    assert_eq!(items.constraints[0].definition, "CHECK (quantity > 0)");

    let customers = store.describe(table("customers"), turn()).await.unwrap();
    assert_eq!(customers.referenced_by[0].table, "orders");
    assert_eq!((customers.columns[0].nullable, customers.columns[6].nullable), (false, false));
    assert_eq!(customers.columns[5].default.as_deref(), Some("'standard'"));
    assert!(customers.indexes.iter().any(|index| index.columns == ["country", "city"] && !index.unique));
    assert!(customers.constraints.iter().any(|found| found.definition == "UNIQUE (email)"));
    assert!(customers.size_bytes.is_some_and(|bytes| bytes >= 4096), "{:?}", customers.size_bytes);

    let view = store.describe(table("order_totals"), turn()).await.unwrap();
    assert_eq!((view.is_view, view.columns.len(), view.row_estimate), (true, 8, None));

    let error = store.describe(table("custmers"), turn()).await.unwrap_err();
    let message = "there is no table or view `custmers`; did you mean `customers`?";
    assert_eq!(error, QueryError::NotFound { message: message.to_owned() });
    let elsewhere = TableName { schema: Some("public".to_owned()), table: "customers".to_owned() };
    assert_eq!(store.describe(elsewhere, turn()).await.unwrap_err().code(), "not_found");
}

#[tokio::test]
async fn a_plan_is_told_and_nothing_is_run() {
    let store = Sqlite::demo().unwrap();
    let explain = async |sql: &str| store.explain(sql.to_owned(), vec![], turn()).await;
    let plan = explain("SELECT * FROM order_items WHERE quantity > 2 ORDER BY quantity").await.unwrap();
    assert!(
        plan.warnings[0].starts_with("`order_items` is read from beginning to end (700 rows)"),
        "{plan:?}"
    );
    assert!(plan.warnings[1].contains("sorted for ORDER BY"), "{plan:?}");
    assert_eq!(plan.plan[0]["detail"], json!("SCAN order_items"));
    let plan = explain("SELECT * FROM orders WHERE id = 7").await.unwrap();
    assert_eq!((plan.warnings.len(), plan.total_cost), (0, None));
    // An endless statement has a plan like any other.
    assert!(explain(super::statements::ENDLESS[0]).await.is_ok());
    for (sql, code) in [
        ("DELETE FROM customers", "write_attempt"),
        ("SELECT 1; DROP TABLE customers", "multiple_statements"),
        ("EXPLAIN SELECT 1", "not_a_query"),
        ("ANALYZE", "write_attempt"),
        ("SELECT nme FROM customers", "sql_error"),
        ("--", "empty_sql"),
    ] {
        assert_eq!(explain(sql).await.map_err(|error| error.code()), Err(code), "{sql}");
    }
    // With the values of its placeholders or without them.
    for (params, code) in
        [(vec![], None), (vec![json!(7)], None), (vec![json!(7); 2], Some("invalid_params"))]
    {
        let plan =
            store.explain("SELECT * FROM orders WHERE customer_id = ?1".to_owned(), params, turn()).await;
        assert_eq!(plan.err().map(|error| error.code()), code);
    }
    let longest = format!("SELECT 1 --{}", "x".repeat(MAX_SQL_BYTES - 11));
    assert!(explain(&longest).await.is_ok());
}

#[tokio::test]
async fn health_is_checked_as_far_as_a_file_has_any() {
    let script = "CREATE TABLE parent (id INTEGER PRIMARY KEY AUTOINCREMENT, a, b);
        CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id REFERENCES parent (id));
        CREATE INDEX parent_a ON parent (a); CREATE INDEX parent_a_b ON parent (a, b);
        INSERT INTO parent VALUES (9223372036854775806, 1, 1);";
    let store = Sqlite::open(Source::Image(gate::build_image(script).unwrap()), Masked::default()).unwrap();
    let inspect = async |check| {
        let inspection = Inspection { check, schema: None, table: None, limit: 20 };
        store.insights(inspection, turn()).await
    };
    let messages = |insights: Insights| -> Vec<String> {
        insights
            .findings
            .into_iter()
            .map(|found| format!("{}: {}", found.object.unwrap(), found.message))
            .collect()
    };
    assert_eq!(
        messages(inspect(Check::Indexes).await.unwrap()),
        [
            "child: a foreign key without an index makes deletions and joins slow",
            "parent_a: this index is superfluous"
        ]
    );
    assert_eq!(messages(inspect(Check::Sequences).await.unwrap()), ["parent: its keys are nearly used up"]);
    assert_eq!(messages(inspect(Check::Vacuum).await.unwrap()), Vec::<String>::new());
    let stats = inspect(Check::TableStats).await.unwrap();
    assert_eq!(stats.rows.rows[1][..2], [json!("parent"), json!(1)]);
    let planner = messages(inspect(Check::ColumnStats).await.unwrap());
    assert_eq!(planner, ["file: the planner has no statistics; ANALYZE would gather them"]);
    let settings = inspect(Check::Settings).await.unwrap();
    assert_eq!(settings.rows.rows[1], [json!("encoding"), json!("UTF-8")]);
    assert_eq!(inspect(Check::Locks).await.unwrap_err().code(), "unsupported");
}
