//! The person, or the options that stand for one: what a server asks is answered here.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};

use lockstep_wire::Object;
use lockstep_wire::latest::{
    ElicitRequestFormParams, ElicitRequestParams, ElicitResult, ElicitResultAction,
    ElicitResultContentValue as Answer, ListRootsResult, Root,
};
use serde_json::Value;

use super::form::{Field, typed};
use super::message::written;
use super::show::{note, plain};

/// Whoever answers for this client.
pub(super) struct Person {
    answers: Vec<(String, String)>,
    root: Option<String>,
    terminal: Option<Box<dyn Terminal>>,
}

/// Lines that a person types after a question.
pub(super) trait Terminal: Send {
    /// `None`: the person has ended the input.
    fn ask(&mut self, question: &str) -> Option<String>;
}

/// Standard input and standard error.
struct Console;

impl Terminal for Console {
    fn ask(&mut self, question: &str) -> Option<String> {
        let mut stderr = std::io::stderr();
        let _ = write!(stderr, "{question}").and_then(|()| stderr.flush());
        let mut line = String::new();
        // Whoever is asked may take long; other work goes on in the meantime.
        let read = tokio::task::block_in_place(|| std::io::stdin().read_line(&mut line));
        match read {
            Ok(1..) => Some(line.trim_end_matches(['\r', '\n']).to_owned()),
            Ok(0) | Err(_) => None,
        }
    }
}

/// A form that could not be filled.
enum Unfilled {
    Declined,
    Cancelled,
}

impl Person {
    /// Answers from the options, and asks where standard input and error are a terminal.
    pub(super) fn new(answers: Vec<(String, String)>, root: Option<String>) -> Self {
        let interactive = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        let terminal = interactive.then(|| Box::new(Console) as Box<dyn Terminal>);
        Self { answers, root, terminal }
    }

    /// The URI of the one folder that a server may be told.
    pub(super) fn root(&self) -> Option<&str> {
        self.root.as_deref()
    }

    /// The answer to `roots/list`, if there is a root.
    pub(super) fn roots(&self) -> Option<Value> {
        let root = Root::new(self.root.clone()?);
        Some(written(&ListRootsResult::new(vec![root])))
    }

    /// The answer to `elicitation/create`.
    ///
    /// # Errors
    ///
    /// It asks for something that is no form and no visit.
    pub(super) fn elicit(&mut self, params: &Value) -> Result<Value, String> {
        let wanted: ElicitRequestParams = serde_json::from_value(params.clone())
            .map_err(|error| format!("the server asks in no known way: {error}"))?;
        Ok(written(&match wanted {
            ElicitRequestParams::ElicitRequestFormParams(form) => {
                let order = params["requestedSchema"]["properties"].as_object();
                self.fill(form, order)
            }
            ElicitRequestParams::ElicitRequestUrlParams(visit) => {
                let action = match self.visit(&visit.message, &visit.url) {
                    Some(true) => ElicitResultAction::Accept,
                    Some(false) => ElicitResultAction::Decline,
                    None => ElicitResultAction::Cancel,
                };
                ElicitResult::new(action)
            }
        }))
    }

    /// Whether the person opened an address, as the server wants.
    pub(super) fn visits(&mut self, message: &str, url: &str) -> bool {
        self.visit(message, url) == Some(true)
    }

    /// `None`: the person wants neither.
    fn visit(&mut self, message: &str, url: &str) -> Option<bool> {
        eprintln!("the server asks: {}", plain(message));
        eprintln!("  open it yourself if you trust it: {}", plain(url));
        let Some(terminal) = &mut self.terminal else {
            note("declined: nobody is at a terminal");
            return Some(false);
        };
        let said = terminal.ask("  done? [y/N] ")?;
        Some(matches!(said.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
    }

    /// Fills a form in the order in which its fields came.
    fn fill(&mut self, form: ElicitRequestFormParams, order: Option<&Object>) -> ElicitResult {
        eprintln!("the server asks: {}", plain(&form.message));
        if self.terminal.is_none() && self.answers.is_empty() {
            note("declined: nobody is at a terminal, and there is no --answer KEY=VALUE");
            return ElicitResult::new(ElicitResultAction::Decline);
        }
        let mut properties = form.requested_schema.properties;
        let required = form.requested_schema.required.unwrap_or_default();
        let mut content = BTreeMap::new();
        for name in order.into_iter().flat_map(Object::keys) {
            let Some(schema) = properties.remove(name) else { continue };
            match self.field(name, &Field::of(schema), required.contains(name)) {
                Ok(answer) => content.extend(answer.map(|answer| (name.clone(), answer))),
                Err(Unfilled::Declined) => return ElicitResult::new(ElicitResultAction::Decline),
                Err(Unfilled::Cancelled) => return ElicitResult::new(ElicitResultAction::Cancel),
            }
        }
        match self.agrees() {
            Some(true) => {
                let mut result = ElicitResult::new(ElicitResultAction::Accept);
                result.content = Some(content);
                result
            }
            Some(false) => ElicitResult::new(ElicitResultAction::Decline),
            None => ElicitResult::new(ElicitResultAction::Cancel),
        }
    }

    /// Whether what was filled in may go out.
    fn agrees(&mut self) -> Option<bool> {
        let Some(terminal) = &mut self.terminal else { return Some(true) };
        let said = terminal.ask("  send this? [Y/n] ")?;
        Some(!matches!(said.trim().to_ascii_lowercase().as_str(), "n" | "no"))
    }

    fn field(&mut self, name: &str, field: &Field, required: bool) -> Result<Option<Answer>, Unfilled> {
        let given: Vec<&str> =
            self.answers.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect();
        if !given.is_empty() {
            return field.read(&given.join(",")).map(Some).map_err(|wanted| {
                note(&format!("declined: --answer {name}: {wanted}"));
                Unfilled::Declined
            });
        }
        let Some(terminal) = &mut self.terminal else {
            if field.default.is_none() && required {
                note(&format!("declined: the form needs --answer {name}=… ({})", field.takes()));
                return Err(Unfilled::Declined);
            }
            return Ok(field.default.clone());
        };
        let question = question(name, field, required);
        loop {
            let line = terminal.ask(&question).ok_or(Unfilled::Cancelled)?;
            match (line.is_empty(), &field.default) {
                (true, Some(default)) => return Ok(Some(default.clone())),
                (true, None) if !required => return Ok(None),
                _ => match field.read(&line) {
                    Ok(answer) => return Ok(Some(answer)),
                    Err(wanted) => note(&wanted),
                },
            }
        }
    }
}

fn question(name: &str, field: &Field, required: bool) -> String {
    let described = [&field.title, &field.description].into_iter().flatten();
    let described: String = described.map(|text| format!(" {}", plain(text))).collect();
    let rest = match &field.default {
        Some(default) => format!(", else {}", typed(default)),
        None if required => String::new(),
        None => ", or nothing".to_owned(),
    };
    plain(&format!("  {name}:{described} ({}{rest}) ", field.takes())).into_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::{Arc, Mutex};

    use serde_json::json;

    use super::*;

    /// Types prepared lines and keeps what it was asked.
    struct Script(VecDeque<&'static str>, Arc<Mutex<Vec<String>>>);

    impl Terminal for Script {
        fn ask(&mut self, question: &str) -> Option<String> {
            self.1.lock().expect("nobody panicked").push(question.to_owned());
            self.0.pop_front().map(str::to_owned)
        }
    }

    fn form() -> Value {
        json!({ "message": "Who?", "requestedSchema": { "type": "object", "required": ["name", "age"], "properties": {
            "name": { "type": "string", "title": "Name", "minLength": 1 },
            "age": { "type": "integer", "minimum": 0 },
            "colour": { "type": "string", "enum": ["red", "green"], "default": "red" },
            "note": { "type": "string" },
        } } })
    }

    fn typing(lines: &[&'static str]) -> (Person, Arc<Mutex<Vec<String>>>) {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let script = Script(lines.iter().copied().collect(), Arc::clone(&asked));
        (Person { answers: Vec::new(), root: None, terminal: Some(Box::new(script)) }, asked)
    }

    fn answering(answers: &[(&str, &str)]) -> Person {
        let answers = answers.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Person { answers, root: None, terminal: None }
    }

    #[test]
    fn a_person_fills_the_form_field_by_field() {
        let (mut person, asked) = typing(&["Ada", "old", "36", "", "", ""]);
        let answer = person.elicit(&form()).expect("a form");
        assert_eq!(
            answer,
            json!({ "action": "accept", "content": { "name": "Ada", "age": 36, "colour": "red" } })
        );
        let asked = asked.lock().expect("nobody panicked");
        assert_eq!(
            *asked,
            [
                "  name: Name (text) ",
                "  age: (whole number from 0) ",
                "  age: (whole number from 0) ",
                "  colour: (one of red, green, else red) ",
                "  note: (text, or nothing) ",
                "  send this? [Y/n] ",
            ]
        );
    }

    #[test]
    fn a_person_may_decline_or_go() {
        let (mut person, _) = typing(&["Ada", "36", "", "", "n"]);
        assert_eq!(person.elicit(&form()).expect("a form"), json!({ "action": "decline" }));
        let (mut person, _) = typing(&["Ada"]);
        assert_eq!(person.elicit(&form()).expect("a form"), json!({ "action": "cancel" }));
    }

    #[test]
    fn options_fill_the_form() {
        let mut person = answering(&[("name", "Ada"), ("age", "36")]);
        let accepted =
            json!({ "action": "accept", "content": { "name": "Ada", "age": 36, "colour": "red" } });
        assert_eq!(person.elicit(&form()).expect("a form"), accepted);
        for answers in [&[][..], &[("name", "Ada")], &[("name", "Ada"), ("age", "old")]] {
            assert_eq!(answering(answers).elicit(&form()).expect("a form"), json!({ "action": "decline" }));
        }
    }

    #[test]
    fn visits() {
        let visit = json!({ "mode": "url", "message": "Log in", "url": "https://example.com/" });
        for (lines, action) in
            [(&["y"][..], "accept"), (&["n"], "decline"), (&[""], "decline"), (&[], "cancel")]
        {
            assert_eq!(typing(lines).0.elicit(&visit).expect("a visit"), json!({ "action": action }));
        }
        assert_eq!(answering(&[("a", "b")]).elicit(&visit).expect("a visit"), json!({ "action": "decline" }));
        assert!(answering(&[]).elicit(&json!({ "mode": "dance", "message": "" })).is_err());
    }

    #[test]
    fn roots() {
        let person = Person { answers: vec![], root: Some("file:///tmp".to_owned()), terminal: None };
        assert_eq!(person.roots(), Some(json!({ "roots": [{ "uri": "file:///tmp" }] })));
        assert_eq!(answering(&[]).roots(), None);
    }
}
