//! The seam between engine and contract: who is let in, what is held meanwhile, what an operator turns on.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use lockstep_runtime::contract::{
    CallError, Catalog, Context, Contract, Policy, ResourceError, SharedError, ToolDescriptor,
};
use lockstep_runtime::guard::{Access, Answered, Guard, Guarded, Kind, Open};
use lockstep_runtime::wire::latest::{CallToolResult, ContentBlock, TextContent};
use serde_json::value::RawValue;

static CATALOG: Catalog = Catalog::new(
    "doors",
    "Doors",
    "0.0.0",
    &[
        ToolDescriptor::new(
            "front",
            r#"{"name":"front","inputSchema":{"type":"object"}}"#,
            Policy::new().with_scopes(&["house:enter"]),
        ),
        ToolDescriptor::new("back", r#"{"name":"back","inputSchema":{"type":"object"}}"#, Policy::new())
            .opt_in(),
    ],
);

/// Says the name of the tool, or waits for ever where there are arguments.
#[derive(Debug)]
struct Doors;

impl Contract for Doors {
    fn catalog(&self) -> &'static Catalog {
        &CATALOG
    }

    fn tool(&self, name: &str) -> Option<&'static ToolDescriptor> {
        CATALOG.tool(name)
    }

    async fn call_tool(
        &self,
        _context: &Context,
        name: &str,
        arguments: Option<&RawValue>,
    ) -> Result<CallToolResult, CallError> {
        if arguments.is_some() {
            std::future::pending::<()>().await;
        }
        Ok(CallToolResult::new(vec![TextContent::new(name).into()], "complete"))
    }
}

fn text(result: &CallToolResult) -> &str {
    match result.content.as_slice() {
        [ContentBlock::TextContent(text)] => &text.text,
        other => panic!("not one text: {other:?}"),
    }
}

/// Counts who is inside, and lets nobody in who needs a scope, or who wants anything but a tool.
#[derive(Clone, Default)]
struct Doorman {
    inside: Arc<AtomicUsize>,
    answered: Arc<AtomicUsize>,
}

struct Visitor(Arc<AtomicUsize>);

impl Drop for Visitor {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

impl Guard for Doorman {
    type Pass = Visitor;

    async fn admit(&self, _context: &Context, access: Access<'_>) -> Result<Visitor, SharedError> {
        let scopes = access.policy.map_or(&[][..], |policy| policy.scopes);
        if access.kind != Kind::Tool || !scopes.is_empty() {
            return Err(SharedError::insufficient_scope(format!("`{}` needs {scopes:?}", access.name)));
        }
        self.inside.fetch_add(1, SeqCst);
        Ok(Visitor(Arc::clone(&self.inside)))
    }

    fn answered(&self, _pass: &mut Visitor, answer: Answered<'_>) {
        if let Answered::Tool(result) = answer {
            assert_eq!(text(result), "back");
            self.answered.fetch_add(1, SeqCst);
        }
    }
}

#[tokio::test]
async fn who_is_refused_reaches_no_tool() {
    let guarded = Guarded::new(Doors, Doorman::default());
    let context = Context::default();
    let refused = guarded.call_tool(&context, "front", None).await.expect("a result");
    assert_eq!(refused.is_error, Some(true));
    assert!(text(&refused).contains("insufficient_scope"), "{}", text(&refused));
    let refused = guarded.read_resource(&context, "door://1").await;
    assert!(matches!(refused, Err(ResourceError::Denied(_))), "{refused:?}");
    assert!(matches!(guarded.list_resources(&context, None).await, Err(ResourceError::Denied(_))));
    assert_eq!(guarded.call_tool(&context, "side", None).await, Err(CallError::UnknownTool));
}

#[tokio::test]
async fn what_a_guard_gives_out_is_held_until_the_work_has_ended() {
    let doorman = Doorman::default();
    let guarded = Guarded::new(Doors, doorman.clone());
    let context = Context::default();
    let done = guarded.call_tool(&context, "back", None).await.expect("a result");
    assert_eq!((text(&done), doorman.inside.load(SeqCst), doorman.answered.load(SeqCst)), ("back", 0, 1));

    let endless = RawValue::from_string("{}".to_owned()).expect("JSON");
    let mut call = Box::pin(guarded.call_tool(&context, "back", Some(&endless)));
    assert!(futures_util::poll!(&mut call).is_pending());
    assert_eq!(doorman.inside.load(SeqCst), 1);
    drop(call);
    assert_eq!((doorman.inside.load(SeqCst), doorman.answered.load(SeqCst)), (0, 1));
}

#[test]
fn what_an_operator_turns_on_is_on() {
    let on = |contract: &Guarded<Doors>| {
        let listed = contract.catalog().tools.iter().filter(|tool| !tool.opt_in).count();
        (listed, contract.tool("back").expect("it is there").opt_in)
    };
    let closed = Guarded::new(Doors, Open);
    assert_eq!(on(&closed), (1, true));
    let open = closed.turn_on(["back"]).expect("it can be turned on");
    assert_eq!(on(&open), (2, false));
    let message = Guarded::new(Doors, Open).turn_on(["front"]).expect_err("it is on already").to_string();
    assert_eq!(message, "`front` is not one of `back`");
    assert!(CATALOG.tools[1].opt_in, "other servers of the process keep theirs");
}
