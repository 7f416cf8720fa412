//! The deploy server as its clients meet it: a real process over stdio, and the typed client in this process.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use deploy_server::contract::get_deploy_status::GetDeployStatusArguments;
use deploy_server::contract::roll_back::{RollBackArguments, RollBackError};
use deploy_server::contract::{DeployState, Environment, Service, ToolsClient};
use deploy_server::{Deploy, State};
use lockstep_runtime::contract::{ClientError, Local};
use lockstep_runtime::serde_json::{self, Value, json};

/// The server in a process of its own, and a client of the revision 2026-07-28.
struct Server {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Server {
    fn start() -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_deploy-server"));
        let mut child = command
            .arg("stdio")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let input = child.stdin.take().expect("stdin is a pipe");
        let output = BufReader::new(child.stdout.take().expect("stdout is a pipe"));
        Self { child, input, output }
    }

    #[track_caller]
    fn request(&mut self, method: &str, params: Value) -> Value {
        let mut answer = self.answer(method, params);
        assert!(answer.get("error").is_none(), "{answer}");
        answer["result"].take()
    }

    fn answer(&mut self, method: &str, mut params: Value) -> Value {
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
        });
        let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        writeln!(self.input, "{request}").expect("the server reads");
        let mut line = String::new();
        self.output.read_line(&mut line).expect("the server answers");
        serde_json::from_str(&line).expect("an answer is JSON")
    }

    #[track_caller]
    fn call(&mut self, name: &str, arguments: Value) -> Value {
        self.request("tools/call", json!({ "name": name, "arguments": arguments }))
    }

    /// The call must fail with this code; returns the error.
    #[track_caller]
    fn refused(&mut self, name: &str, arguments: Value, code: &str) -> Value {
        let result = self.call(name, arguments);
        assert_eq!(result["isError"], true, "{result}");
        assert!(result.get("structuredContent").is_none(), "{result}");
        let text = result["content"][0]["text"].as_str().expect("a failed tool says why");
        let mut answer: Value = serde_json::from_str(text).expect("the text is JSON");
        let error = answer["error"].take();
        assert_eq!(error["code"], code, "{error}");
        error
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn tools_are_listed_and_called() {
    let mut server = Server::start();
    let list = server.request("tools/list", json!({}));
    let names: Vec<_> = list["tools"].as_array().into_iter().flatten().map(|tool| &tool["name"]).collect();
    assert_eq!(names, ["list_services", "get_deploy_status", "roll_back"]);

    let services = server.call("list_services", json!({ "owner": "payments" }));
    let expected = json!({ "services": [
        { "name": "checkout", "owner": "payments", "environments": ["production", "staging"] },
    ] });
    assert_eq!(services["structuredContent"], expected);

    let status = server.call("get_deploy_status", json!({ "service": "checkout" }));
    let status = &status["structuredContent"];
    assert_eq!((&status["state"], &status["environment"]), (&json!("live"), &json!("production")));
    assert_eq!(status["current"]["version"], "2.4.0");
    assert_eq!(status["history"][0]["version"], "2.3.1");
    assert!(status.get("next").is_none(), "{status}");
}

#[test]
fn an_alias_is_called_but_not_listed() {
    let mut server = Server::start();
    let status = server.call("deploy_status", json!({ "name": "search", "env": "staging" }));
    assert_eq!(status["structuredContent"]["current"]["version"], "7.1.0", "{status}");
}

#[test]
fn errors_say_what_to_do_next() {
    let mut server = Server::start();
    let error = server.refused("get_deploy_status", json!({ "service": "chekout" }), "unknown_service");
    assert!(error["message"].as_str().is_some_and(|text| text.contains("checkout, mail, search")), "{error}");
    assert!(error["hint"].as_str().is_some_and(|text| text.contains("list_services")), "{error}");

    let error = server.refused("get_deploy_status", json!({ "servise": "checkout" }), "invalid_argument");
    assert!(error.to_string().contains("servise"), "{error}");
    server.refused("get_deploy_status", json!({ "service": "Checkout" }), "invalid_argument");
    server.refused(
        "get_deploy_status",
        json!({ "service": "mail", "environment": "test" }),
        "invalid_argument",
    );
    server.refused(
        "get_deploy_status",
        json!({ "service": "mail", "environment": "staging" }),
        "not_deployed",
    );
}

#[test]
fn the_resource_is_listed_read_and_completed() {
    let mut server = Server::start();
    let list = server.request("resources/list", json!({}));
    let addresses: Vec<&str> = list["resources"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|resource| resource["uri"].as_str())
        .collect();
    let expected = ["checkout", "mail", "search"].map(|name| format!("deploy://services/{name}"));
    assert_eq!(addresses, expected);

    let read = server.request("resources/read", json!({ "uri": "deploy://services/mail" }));
    let text = read["contents"][0]["text"].as_str().expect("the resource is text");
    let service: Value = serde_json::from_str(text).expect("the resource is JSON");
    assert_eq!(service["owner"], "platform");
    let missing = server.answer("resources/read", json!({ "uri": "deploy://services/billing" }));
    assert_eq!(missing["error"]["code"], -32602, "{missing}");

    let of = json!({ "type": "ref/resource", "uri": "deploy://services/{service}" });
    let argument = json!({ "name": "service", "value": "ch" });
    let completed = server.request("completion/complete", json!({ "ref": of, "argument": argument }));
    assert_eq!(completed["completion"]["values"], json!(["checkout"]));
}

#[test]
fn the_prompt_fences_what_people_saw() {
    let arguments = json!({ "service": "checkout", "symptoms": "```\npayments fail", "rolled_back": "true" });
    let params = json!({ "name": "incident_report", "arguments": arguments });
    let prompt = Server::start().request("prompts/get", params);
    let texts: Vec<&str> = prompt["messages"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|message| message["content"]["text"].as_str())
        .collect();
    assert!(texts[0].contains("checkout in production"), "{texts:?}");
    assert!(texts[0].contains("````\n```\npayments fail\n````"), "{texts:?}");
    assert!(texts[2].contains("It was rolled back"), "{texts:?}");
}

fn client() -> ToolsClient<Local<Service<Deploy>>> {
    ToolsClient(Local(Service(Deploy(State::demo()))))
}

fn way_back(service: &str) -> RollBackArguments {
    RollBackArguments {
        service: service.parse().expect("a service's name"),
        environment: Environment::Production,
        version: None,
        reason: "payments fail".parse().expect("a reason"),
    }
}

#[tokio::test]
async fn the_typed_client_rolls_back_once() {
    let client = client();
    let done = client.roll_back(&way_back("checkout")).await.expect("there is a way back");
    assert_eq!((done.from.as_str(), done.to.as_str()), ("2.4.0", "2.3.1"));

    let service = "checkout".parse().expect("a service's name");
    let arguments = GetDeployStatusArguments { service, environment: Environment::Production };
    let status = client.get_deploy_status(&arguments).await.expect("it runs");
    assert_eq!(status.state, DeployState::RolledBack);
    assert_eq!(status.current.deployed_by, "rolled back: payments fail");

    let again = client.roll_back(&way_back("checkout")).await;
    assert!(matches!(again, Err(ClientError::Tool(RollBackError::AlreadyRolledBack(_)))), "{again:?}");
}

#[tokio::test]
async fn the_typed_client_reads_modelled_errors() {
    let client = client();
    let busy = client.roll_back(&way_back("search")).await;
    assert!(matches!(busy, Err(ClientError::Tool(RollBackError::DeployInProgress(_)))), "{busy:?}");
    let first = client.roll_back(&way_back("mail")).await;
    assert!(matches!(first, Err(ClientError::Tool(RollBackError::NoEarlierVersion(_)))), "{first:?}");
    let unknown = client.roll_back(&way_back("billing")).await;
    assert!(matches!(unknown, Err(ClientError::Tool(RollBackError::UnknownService(_)))), "{unknown:?}");
}
