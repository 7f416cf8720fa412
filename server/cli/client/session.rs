//! A conversation with one server: requests with their answers, and what the server says and asks in between.

use std::time::{Duration, Instant};

use lockstep_wire::v2025_11_25::Error as RpcError;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::ask::Person;
use super::headers::Header;
use super::link::Link;
use super::message::{self, Message};
use super::revision::Revision;
use super::show::note;
use super::trouble::Trouble;
use super::{PAGE_LIMIT, legacy, modern, notice};

pub(super) struct Session {
    pub(super) link: Link,
    pub(super) revision: Revision,
    pub(super) person: Person,
    /// Whether a legacy server has to be told once what to log.
    pub(super) logs: bool,
    limit: Duration,
    id: u32,
}

impl Session {
    pub(super) fn new(link: Link, revision: Revision, person: Person, limit: Duration) -> Self {
        Self { link, revision, person, logs: false, limit, id: 0 }
    }

    /// Asks for something in the words of the session's era, whatever it takes.
    pub(super) async fn ask(&mut self, method: &str, params: Value) -> Result<Value, Trouble> {
        let result = if self.revision.is_modern() {
            modern::ask(self, method, params).await?
        } else {
            legacy::ask(self, method, params).await?
        };
        if let Err(error) = self.revision.check_result(method, &result) {
            note(&format!("the answer to `{method}` is not what {} says: {error}", self.revision));
        }
        Ok(result)
    }

    /// All pages of a list, as one result with the members under `key`.
    pub(super) async fn list(&mut self, method: &str, key: &str) -> Result<Value, Trouble> {
        let mut all = self.ask(method, json!({})).await?;
        let mut pages = 1;
        loop {
            let cursor = all.as_object_mut().and_then(|all| all.shift_remove("nextCursor"));
            let Some(cursor) = cursor.filter(|cursor| !cursor.is_null()) else { return Ok(all) };
            if pages == PAGE_LIMIT {
                return Err(Trouble::Garbled(format!("`{method}` has more than {PAGE_LIMIT} pages")));
            }
            let mut page = self.ask(method, json!({ "cursor": cursor })).await?;
            pages += 1;
            if page.get("nextCursor") == Some(&cursor) {
                return Err(Trouble::Garbled(format!(
                    "`{method}` names one page as the next again and again"
                )));
            }
            if let (Some(all), Some(more)) = (all[key].as_array_mut(), page[key].as_array_mut()) {
                all.append(more);
            }
            if let Some(next) = page.get_mut("nextCursor") {
                all["nextCursor"] = next.take();
            }
        }
    }

    /// One request and its answer.
    pub(super) async fn exchange(
        &mut self,
        method: &str,
        params: Option<Value>,
        headers: &[Header],
        limit: Duration,
    ) -> Result<Value, Trouble> {
        self.id += 1;
        let id = self.id;
        let request = message::request(id, method, params);
        let mut left = limit;
        let outcome = match within(&mut left, limit, self.link.request(&request, headers)).await {
            Ok(()) => self.answer_to(id, method, &mut left, limit).await,
            Err(trouble) => Err(trouble),
        };
        if matches!(outcome, Err(Trouble::Timeout(_))) {
            self.give_up(id, method).await;
        }
        outcome
    }

    /// Says what has no answer.
    pub(super) async fn tell(&mut self, message: &Value) -> Result<(), Trouble> {
        let mut left = self.limit;
        within(&mut left, self.limit, self.link.tell(message)).await
    }

    /// As long as a request may take that a person waits for.
    pub(super) fn limit(&self) -> Duration {
        self.limit
    }

    async fn answer_to(
        &mut self,
        id: u32,
        method: &str,
        left: &mut Duration,
        limit: Duration,
    ) -> Result<Value, Trouble> {
        let id = i64::from(id).into();
        loop {
            let message = within(left, limit, self.link.next()).await?;
            match Message::read(message)? {
                Message::Answer { id: found, outcome } if found.as_ref().is_none_or(|found| *found == id) => {
                    return outcome.map_err(|error| Trouble::Refused {
                        method: method.to_owned(),
                        error: Box::new(error),
                    });
                }
                Message::Answer { .. } => {}
                Message::Notification { method, params } => notice::show(&method, &params),
                Message::Request { method, .. } if self.revision.is_modern() => {
                    note(&format!("the server sent a request `{method}`, which {} forbids", self.revision));
                }
                Message::Request { id, method, params } => {
                    // The time that a person takes is not the server's.
                    let outcome = legacy::answer(self, &method, params);
                    within(left, limit, self.link.tell(&message::answer(id, outcome))).await?;
                }
            }
        }
    }

    /// Tells the server that nobody waits any more; over HTTP a modern server sees it by itself.
    async fn give_up(&mut self, id: u32, method: &str) {
        let modern_http = self.revision.is_modern() && self.link.has_headers();
        if method == "initialize" || modern_http {
            return;
        }
        let params = json!({ "requestId": id, "reason": "no answer in time" });
        let told = message::notification("notifications/cancelled", Some(params));
        let _ = timeout(Duration::from_secs(1), self.link.tell(&told)).await;
    }

    pub(super) async fn close(self) {
        self.link.close().await;
    }
}

/// Waits for something, and counts the time it took.
async fn within<T>(
    left: &mut Duration,
    limit: Duration,
    work: impl Future<Output = Result<T, Trouble>>,
) -> Result<T, Trouble> {
    let started = Instant::now();
    let done = timeout(*left, work).await;
    *left = left.saturating_sub(started.elapsed());
    done.unwrap_or(Err(Trouble::Timeout(limit)))
}

/// That this client does not do what the server asked.
pub(super) fn not_here(method: &str) -> RpcError {
    RpcError::new(-32601, format!("this client has no `{method}`"))
}
