//! The generated client over every transport, in every era: typed arguments in, typed results and errors out.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use lockstep_runtime::contract::{Caller, ClientError};
use lockstep_runtime::wire::latest::CallToolResult;
use lockstep_tools::db_query::{
    Database, DbQueryArguments, DbQueryError, MaxRows, Offset, Params, Sql, TimeoutMs,
};
use lockstep_tools::{Column, ToolsClient};
use serde_json::{Value, json};

use crate::peer::{ALL, Peer};

/// A running server as what a client calls through.
struct Server(Mutex<Peer>);

#[derive(Debug)]
struct Refused(Value);

impl fmt::Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the server refused the call: {}", self.0)
    }
}

impl std::error::Error for Refused {}

impl Caller for Server {
    type Error = Refused;

    async fn call_tool(&self, name: &str, arguments: Value) -> Result<CallToolResult, Refused> {
        let mut peer = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut answer = peer.request("tools/call", json!({ "name": name, "arguments": arguments }));
        let mut result = answer.message["result"].take();
        // Older revisions say nothing of what kind a result is: it is complete.
        if result.is_object() {
            result["resultType"] = json!("complete");
        }
        serde_json::from_value(result).map_err(|_| Refused(answer.message["error"].take()))
    }
}

fn query(sql: &str) -> DbQueryArguments {
    DbQueryArguments {
        sql: Sql::try_from(sql).expect("a short statement"),
        params: Params::try_from(vec![json!(2)]).expect("one parameter"),
        database: Database::try_from("main").expect("a short name"),
        max_rows: MaxRows::try_from(5).expect("few rows"),
        offset: Offset::try_from(0).expect("from the first one on"),
        timeout_ms: TimeoutMs::try_from(5000).expect("some seconds"),
    }
}

#[tokio::test]
async fn the_typed_client_speaks_over_every_transport() {
    for (transport, era) in ALL {
        let client = ToolsClient(Server(Mutex::new(Peer::demo(transport, era))));
        let output = client.db_query(&query("select ?1 + 1 as three")).await;
        let output = output.unwrap_or_else(|error| panic!("{transport:?} {era:?}: {error}"));
        assert_eq!(output.columns, [Column { name: "three".to_owned(), r#type: None }]);
        assert_eq!((output.rows, output.row_count), (vec![vec![json!(3)]], 1));

        match client.db_query(&query("delete from customers where id = ?1")).await {
            Err(ClientError::Tool(DbQueryError::NotAQuery(detail) | DbQueryError::WriteAttempt(detail))) => {
                assert!(detail.hint.is_some(), "{detail:?}");
            }
            other => panic!("{transport:?} {era:?}: {other:?}"),
        }
    }
}
