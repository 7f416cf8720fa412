//! Which roles are served, and what is said where one is not.

use super::*;

#[tokio::test]
async fn the_shipped_role_is_served() {
    let Some(shop) = Shop::open().await else { return };
    assert_eq!(
        crate::store::postgres::role::findings(&mut shop.as_role().await).await.unwrap(),
        Vec::<String>::new()
    );
    let source = shop.source();
    assert_eq!(source.health(), Health { idle: 0, running: 0 }, "nothing connects before the first call");
    assert_eq!(source.check(turn()).await, Ok(()));
    assert_eq!(source.health(), Health { idle: 1, running: 0 });
    assert_eq!(rows(&source, "SELECT count(*) FROM customers").await.unwrap().rows, [[60]]);
}

#[tokio::test]
async fn roles_that_may_do_more_than_read_are_not() {
    let Some(mut shop) = Shop::open().await else { return };
    let role = shop.role.clone();
    for (give, take, finding) in [
        ("ALTER ROLE r SUPERUSER", "ALTER ROLE r NOSUPERUSER", "is a superuser"),
        ("ALTER ROLE r CREATEROLE", "ALTER ROLE r NOCREATEROLE", "may create roles"),
        ("ALTER ROLE r CREATEDB", "ALTER ROLE r NOCREATEDB", "may create databases"),
        ("ALTER ROLE r REPLICATION", "ALTER ROLE r NOREPLICATION", "may replicate"),
        ("ALTER ROLE r BYPASSRLS", "ALTER ROLE r NOBYPASSRLS", "bypasses row security"),
        ("GRANT pg_read_server_files TO r", "REVOKE pg_read_server_files FROM r", "`pg_read_server_files`"),
        (
            "GRANT pg_write_server_files TO r",
            "REVOKE pg_write_server_files FROM r",
            "`pg_write_server_files`",
        ),
        (
            "GRANT pg_execute_server_program TO r",
            "REVOKE pg_execute_server_program FROM r",
            "`pg_execute_server_program`",
        ),
        ("GRANT pg_signal_backend TO r", "REVOKE pg_signal_backend FROM r", "`pg_signal_backend`"),
        ("GRANT pg_write_all_data TO r", "REVOKE pg_write_all_data FROM r", "`pg_write_all_data`"),
        ("GRANT pg_read_all_data TO r", "REVOKE pg_read_all_data FROM r", "`pg_read_all_data`"),
        ("GRANT SELECT ON pg_authid TO r", "REVOKE SELECT ON pg_authid FROM r", "may read password hashes"),
        ("GRANT INSERT ON orders TO r", "REVOKE INSERT ON orders FROM r", "may write `public.orders`"),
        (
            "GRANT UPDATE (total) ON orders TO r",
            "REVOKE UPDATE (total) ON orders FROM r",
            "may write `public.orders`",
        ),
        ("GRANT TRUNCATE ON attic.boxes TO r", "REVOKE TRUNCATE ON attic.boxes FROM r", "`attic.boxes`"),
        (
            "ALTER TABLE orders OWNER TO r",
            "ALTER TABLE orders OWNER TO lockstep_owner",
            "owns `public.orders`",
        ),
        (
            "ALTER SCHEMA attic OWNER TO r",
            "ALTER SCHEMA attic OWNER TO lockstep_owner",
            "owns the schema `attic`",
        ),
        (
            "GRANT EXECUTE ON FUNCTION pg_read_file(text) TO r",
            "REVOKE EXECUTE ON FUNCTION pg_read_file(text) FROM r",
            "may call `pg_read_file`",
        ),
    ] {
        let named = |sql: &str| {
            sql.replace(" r ", &format!(" {role} "))
                .replace("TO r", &format!("TO {role}"))
                .replace("FROM r", &format!("FROM {role}"))
        };
        shop.run(&named(give)).await;
        let refused = checked(&shop.config).await.unwrap_err();
        assert_eq!(refused.code(), "unavailable", "{give}");
        let message = refused.to_string();
        assert!(message.starts_with("the database is not served because its role "), "{message}");
        assert!(message.contains(finding), "{give}: {message}");
        assert_eq!(rows(&shop.source(), "SELECT 1").await, Err(refused), "{give}");
        shop.run(&named(take)).await;
        assert_eq!(checked(&shop.config).await, Ok(()), "{take}");
    }
    // What another role holds counts where this one could become it.
    shop.run(&format!("CREATE ROLE {role}_chief CREATEDB; GRANT {role}_chief TO {role}")).await;
    assert!(checked(&shop.config).await.is_err());
    shop.config.allow_privileged_role = true;
    assert_eq!(checked(&shop.config).await, Ok(()));
    assert_eq!(rows(&shop.source(), "DELETE FROM orders").await.unwrap_err().code(), "write_attempt");
}

#[tokio::test]
async fn masked_columns_are_the_databases_to_refuse() {
    let Some(mut shop) = Shop::open().await else { return };
    let masked = |column: &str| MaskedColumn {
        schema: "public".to_owned(),
        table: "customers".to_owned(),
        column: column.to_owned(),
    };
    shop.config.masked = vec![masked("email")];
    let refused = checked(&shop.config).await.unwrap_err().to_string();
    assert!(refused.ends_with("may read `public.customers.email`, which is masked"), "{refused}");
    let role = &shop.role;
    shop.run(&format!(
        "REVOKE SELECT ON customers FROM {role}; GRANT SELECT (id, name, city) ON customers TO {role}"
    ))
    .await;
    let source = shop.source();
    assert!(rows(&source, "SELECT name, city FROM customers").await.is_ok());
    for sql in [
        "SELECT email FROM customers",
        "SELECT * FROM customers",
        "SELECT customers FROM customers",
        "SELECT to_jsonb(c) FROM customers c",
        "SELECT 1 FROM customers WHERE email LIKE 'a%'",
        "SELECT name FROM customers ORDER BY email",
        "SELECT count(email) FROM customers",
        "SELECT name FROM customers JOIN (SELECT 'a' AS email) a USING (email)",
        "WITH c AS (SELECT * FROM customers) SELECT name FROM c",
    ] {
        let error = rows(&source, sql).await.unwrap_err();
        assert_eq!(error.code(), "permission_denied", "{sql}: {error}");
    }
    shop.config.masked = vec![masked("e_mail")];
    let refused = checked(&shop.config).await.unwrap_err().to_string();
    assert!(refused.ends_with("the masked column `public.customers.e_mail` does not exist"), "{refused}");
}

#[tokio::test]
async fn what_cannot_be_reached_says_why_and_nothing_else() {
    let Some(shop) = Shop::open().await else { return };
    let address = &shop.config.address;
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let elsewhere = format!("postgres://{}@{closed}/shop", shop.role);
    let known = |password: &str| Password::Known(password.to_owned());
    for (address, password, code) in [
        (address.clone(), known("wrong"), "auth_failed"),
        (address.clone(), Password::File("/word/wrong".into()), "unavailable"),
        (address.replace(&format!("//{}", shop.role), "//nobody"), known("word"), "auth_failed"),
        (format!("{address}_gone"), known("word"), "unavailable"),
        (elsewhere, known("word"), "unavailable"),
        (format!("{address}?sslmode=verify-full"), known("word"), "unavailable"),
    ] {
        let mut config = Config::new(address);
        config.password = password;
        let error = checked(&config).await.unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        let shown = format!("{error} {error:?}");
        for secret in ["word", "wrong", "127.0.0.1", &shop.role] {
            assert!(!shown.replace("password", "").contains(secret), "{shown}");
        }
    }
    let source = shop.source();
    assert!(
        !format!("{:?}", shop.config).contains("word"),
        "the configuration is printed without its address"
    );
    assert!(!format!("{source:?}").contains("word"));
}

#[tokio::test]
async fn certificates_are_verified() {
    let Some(shop) = Shop::open().await else { return };
    let certificate = std::env::var("LOCKSTEP_POSTGRES_CERTIFICATE").expect("it comes with the server");
    let mut config = shop.config.clone();
    config.address = format!("{}?sslmode=verify-full&sslrootcert={certificate}", shop.config.address);
    let source = Postgres::new(config.clone()).unwrap();
    let encrypted = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    assert_eq!(rows(&source, encrypted).await.unwrap().rows, [[true]]);
    // Of an authority that nobody here knows.
    config.address = format!("{}?sslmode=verify-full", shop.config.address);
    assert_eq!(checked(&config).await.unwrap_err().code(), "unavailable");
}

/// A password may be changed while the server runs.
#[tokio::test]
async fn a_password_file_is_read_for_each_connection() {
    let Some(mut shop) = Shop::open().await else { return };
    let file = tempfile::NamedTempFile::new().unwrap();
    shop.config.password = Password::File(file.path().to_owned());
    let source = shop.source();
    std::fs::write(file.path(), "old\n").unwrap();
    assert_eq!(source.check(turn()).await, Err(QueryError::AuthFailed));
    std::fs::write(file.path(), "word\n").unwrap();
    assert_eq!(source.check(turn()).await, Ok(()));
}

#[test]
fn other_machines_have_to_prove_who_they_are() {
    use sqlx::postgres::PgSslMode;
    for (address, verified) in [
        ("postgres://u@db.example.com/d", true),
        ("postgres://u@192.0.2.1/d", true),
        ("postgres://u@db.example.com/d?sslrootcert=ca.pem", true),
        ("postgres://u@db.example.com/d?sslmode=require", false),
        ("postgres://u@localhost/d", false),
        ("postgres://u@127.0.0.1/d", false),
        ("postgres://u@%2Frun%2Fpostgresql/d", false),
    ] {
        let mode = Config::new(address).options().unwrap().get_ssl_mode();
        assert_eq!(matches!(mode, PgSslMode::VerifyFull), verified, "{address}");
    }
    for (address, wrong) in [
        ("no address", ConfigError::Address),
        ("mysql://u@db.example.com/d", ConfigError::Address),
        ("postgres://u@db.example.com/d?sslmode=full", ConfigError::Address),
        ("postgres://u:word@db.example.com/d", ConfigError::PasswordInAddress),
        ("postgres://u@db.example.com/d?password=word", ConfigError::PasswordInAddress),
        ("postgres://u@db.example.com/d?ssl-mode=disable", ConfigError::Parameter),
        ("postgres://u@db.example.com/d?sslmod=verify-full", ConfigError::Parameter),
    ] {
        assert_eq!(Config::new(address).options().unwrap_err(), wrong, "{address}");
    }
}
