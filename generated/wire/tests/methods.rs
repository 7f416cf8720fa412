//! Messages by their method: typed where the revision has it, raw where not.

use lockstep_wire::v2025_11_25::methods::{ClientNotifications, ClientRequests, ServerRequests};
use lockstep_wire::{Direction, Kind, REVISIONS, latest, methods};
use serde_json::json;

#[test]
fn every_revision_has_its_methods() {
    let count = |revision: &&str| methods(revision).unwrap().len();
    assert_eq!(REVISIONS.iter().map(count).collect::<Vec<_>>(), [24, 24, 25, 31, 21]);
    assert_eq!(methods("2026-07-29"), None);
}

#[test]
fn a_row_says_who_sends_what() {
    let call = methods("2026-07-28").unwrap().iter().find(|method| method.name == "tools/call").unwrap();
    assert_eq!((call.kind, call.direction), (Kind::Request, Direction::ClientToServer));
    assert_eq!(
        (call.definition, call.params, call.params_required),
        ("CallToolRequest", Some("CallToolRequestParams"), true)
    );
    assert_eq!(
        (call.result(), call.results),
        (Some("CallToolResult"), ["CallToolResult", "InputRequiredResult"].as_slice())
    );

    let ping = methods("2024-11-05").unwrap().iter().find(|method| method.name == "ping").unwrap();
    assert_eq!(
        (ping.direction, ping.result(), ping.params_required),
        (Direction::Both, Some("EmptyResult"), false)
    );
}

#[test]
fn parameters_are_typed_by_the_method() {
    let params = json!({"name": "db_query", "arguments": {"sql": "select 1"}});
    let request = ClientRequests::decode("tools/call", Some(params.clone())).unwrap();
    let ClientRequests::CallTool(call) = &request else { panic!("{request:?}") };
    assert_eq!(call.name, "db_query");
    assert_eq!((request.method(), request.params().unwrap()), ("tools/call", Some(params)));
}

#[test]
fn parameters_that_may_be_left_out_may_be_left_out() {
    for params in [None, Some(json!(null))] {
        let request = ClientRequests::decode("tools/list", params).unwrap();
        assert_eq!(request, ClientRequests::ListTools(None));
        assert_eq!(request.params().unwrap(), None);
    }
    // Since 2026-07-28 they may not.
    let error = latest::methods::ClientRequests::decode("tools/list", None).unwrap_err();
    assert_eq!(error.to_string(), "`tools/list` needs `params`");
}

#[test]
fn wrong_parameters_are_refused_by_name() {
    let error = ServerRequests::decode("elicitation/create", Some(json!({"mode": "form"}))).unwrap_err();
    assert!(error.to_string().starts_with("`params` of `elicitation/create`: "), "{error}");
}

#[test]
fn an_unknown_method_is_kept() {
    for method in ["notifications/other", "tools/call"] {
        let told = ClientNotifications::decode(method, Some(json!([1]))).unwrap();
        assert_eq!((told.method(), told.params().unwrap()), (method, Some(json!([1]))));
        assert!(matches!(told, ClientNotifications::Unknown { .. }));
    }
}
