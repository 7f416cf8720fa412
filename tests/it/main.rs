//! The one integration binary of the root package: real processes, real sockets, real clients.
#![forbid(unsafe_code)]

mod bad_input;
mod cli;
mod client;
mod client_legacy;
mod client_modern;
mod clients;
mod corrections;
mod db;
mod example_client;
mod examples;
mod fake;
mod fetch;
mod foreign;
mod hostile_pages;
mod hostile_sql;
mod http;
#[path = "../../server/runtime/tests/it/json.rs"]
mod json;
mod peer;
mod postgres;
mod process;
mod serve;
mod stale;
mod surface;
mod typed_client;
mod ways_in;
#[expect(dead_code, reason = "the tests beside it use all of it")]
#[path = "../../server/egress/tests/web.rs"]
mod web;

// Where the file above looks for it.
use lockstep_server::egress;
