//! Columns that nobody may read: every way to their values gives NULL, and to those beside them the values.

use serde_json::json;

use super::*;

/// Statement over masked columns, and what the engine gives of it.
const THROUGH: &[(&str, &str)] = &[
    ("SELECT email FROM customers WHERE id = 1", "[[null]]"),
    ("SELECT EMAIL FROM \"customers\" AS c WHERE c.id = 1", "[[null]]"),
    ("SELECT c.email || '!' FROM customers c WHERE id = 1", "[[null]]"),
    ("SELECT * FROM (SELECT email AS id FROM customers) LIMIT 1", "[[null]]"),
    ("WITH c AS (SELECT email FROM customers) SELECT DISTINCT email FROM c", "[[null]]"),
    ("SELECT count(*) FROM customers WHERE email LIKE 'a%'", "[[0]]"),
    ("SELECT count(*) FROM customers WHERE email IS NOT NULL", "[[0]]"),
    ("SELECT count(email), max(email), group_concat(email) FROM customers", "[[0,null,null]]"),
    ("SELECT CASE WHEN email > 'm' THEN 1 ELSE 0 END FROM customers GROUP BY 1", "[[0]]"),
    ("SELECT (SELECT email FROM customers WHERE id = o.customer_id) FROM orders o LIMIT 1", "[[null]]"),
    ("SELECT count(*) FROM customers c JOIN categories g ON g.name = c.email", "[[0]]"),
    ("SELECT email FROM customers UNION SELECT NULL", "[[null]]"),
    ("SELECT json_object('e', email) FROM customers LIMIT 1", "[[\"{\\\"e\\\":null}\"]]"),
    ("SELECT DISTINCT lag(email) OVER (ORDER BY email) FROM customers", "[[null]]"),
    ("SELECT first_value(email) OVER () FROM customers LIMIT 1", "[[null]]"),
    ("SELECT count(*) FROM customers WHERE (id, email) IN (SELECT id, email FROM customers)", "[[0]]"),
    ("SELECT email FROM customers ORDER BY email LIMIT 1", "[[null]]"),
    ("SELECT email FROM contacts LIMIT 1", "[[null]]"),
    ("SELECT sample FROM sqlite_stat4", "[[null]]"),
];

/// The same ways to a column that is not masked.
const BESIDE: &[(&str, &str)] = &[
    ("SELECT count(*) FROM customers WHERE city IS NOT NULL", "[[60]]"),
    ("SELECT count(name) FROM customers", "[[60]]"),
    ("SELECT count(name) FROM contacts", "[[60]]"),
    ("SELECT count(*) FROM customers WHERE (id, city) IN (SELECT id, city FROM customers)", "[[60]]"),
    ("SELECT email FROM newsletter", "[[\"a@example.com\"]]"),
];

fn store() -> Sqlite {
    let script = format!(
        "{DEMO_SQL}; CREATE VIEW contacts AS SELECT name, email FROM customers;
         CREATE TABLE newsletter (email TEXT); INSERT INTO newsletter VALUES ('a@example.com');
         PRAGMA writable_schema = ON; CREATE TABLE sample_source (tbl, idx, neq, nlt, ndlt, sample);
         INSERT INTO sample_source (sample) VALUES ('a@example.com');
         UPDATE sqlite_schema SET name = 'sqlite_stat4', tbl_name = 'sqlite_stat4',
           sql = replace(sql, 'sample_source', 'sqlite_stat4') WHERE name = 'sample_source';"
    );
    let masked = Masked::new([("Customers".to_owned(), "Email".to_owned())]);
    Sqlite::open(Source::Image(gate::build_image(&script).unwrap()), masked).unwrap()
}

#[tokio::test]
async fn masked_columns_are_null_on_every_way() {
    let store = store();
    for (sql, expected) in THROUGH.iter().chain(BESIDE) {
        let answer = rows(&store, sql).await.unwrap_or_else(|error| panic!("{error}: {sql}"));
        assert_eq!(json!(answer.rows).to_string(), *expected, "{sql}");
    }
}

/// The engine does not ask about columns that a join compares by name.
#[tokio::test]
async fn a_masked_value_cannot_be_guessed_by_a_join() {
    let store = store();
    for (hostile, benign) in [
        (
            "SELECT count(*) FROM customers JOIN newsletter USING (email)",
            "SELECT count(*) FROM customers c JOIN newsletter n ON n.email = c.email",
        ),
        (
            "SELECT count(*) FROM customers NATURAL JOIN newsletter",
            "SELECT count(*) FROM customers, (SELECT 1 AS \"natural\")",
        ),
        (
            "SELECT 1 FROM (SELECT 'a@example.com' AS email) JOIN customers\n/**/uSiNg/**/(email)",
            "SELECT 'using' /* using */ AS \"using\" -- using",
        ),
    ] {
        let code = rows(&store, hostile).await.map_err(|error| error.code());
        assert_eq!(code, Err("unsupported_syntax"), "{hostile}");
        assert_eq!(
            store.explain(hostile.to_owned(), vec![], turn()).await.unwrap_err().code(),
            "unsupported_syntax"
        );
        assert!(rows(&store, benign).await.is_ok(), "{benign}");
    }
    // Without masks there is nothing to guess.
    let demo = Sqlite::demo().unwrap();
    let joined = rows(&demo, "SELECT count(*) FROM order_items JOIN order_totals USING (order_id)");
    assert_eq!(joined.await.unwrap().rows, [[700]]);
}

#[tokio::test]
async fn a_description_says_so() {
    let name = TableName { schema: None, table: "customers".to_owned() };
    let table = store().describe(name, turn()).await.unwrap();
    let comments: Vec<_> = table.columns.iter().filter_map(|column| column.comment.as_deref()).collect();
    assert_eq!(comments, ["masked by the operator: always null"]);
}
