//! The programs: each is run from its beginning for every schedule.

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;
use lockstep_wire::latest::ClientCapabilities;
use shuttle::future::block_on;
use shuttle::sync::atomic::{AtomicUsize, Ordering};
use shuttle::sync::mpsc::channel;
use shuttle::{rand, thread};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::contract::changes::{Changes, Filter, Listener};

use super::limits::Limits;
use super::outbox::{Outbox, Replay};
use super::reply::Reply;
use super::revision::{Introduction, Revision};
use super::session::{InFlight, NotEntered, Questions, Session, Sessions};
use super::stream::{Event, EventStream, News, read_id};

/// A number less than `end`; the schedule knows which.
fn any(end: usize) -> usize {
    use rand::Rng;
    rand::thread_rng().gen_range(0..end)
}

fn session(filter: Filter) -> Arc<Session> {
    let introduction = Introduction {
        version: "2025-11-25".into(),
        revision: Revision::V2025_11_25,
        capabilities: ClientCapabilities::default(),
    };
    Arc::new(Session::new(introduction, None, filter, Arc::default(), Instant::now()))
}

/// Reads a stream until it ends or `most` messages came; what came, and the last id.
async fn read(stream: &mut EventStream, most: usize) -> (Vec<Bytes>, Option<String>) {
    let (mut messages, mut last) = (Vec::new(), None);
    while messages.len() < most {
        let Some(Event { id, data, .. }) = stream.next().await else { break };
        last = id.or(last);
        messages.extend(data.filter(|data| !data.is_empty()));
    }
    (messages, last)
}

/// A call begins while its session ends: it is cancelled, whichever came first.
pub fn a_call_begins_while_its_session_ends() {
    let session = session(Filter::default());
    let ender = thread::spawn({
        let session = Arc::clone(&session);
        move || session.end()
    });
    let cancel = CancellationToken::new();
    let _entered = session.in_flight.enter(&"1".into(), &cancel, 1).expect("there is room");
    session.cancel_if_over(&cancel);
    ender.join().expect("it ends");
    assert!(cancel.is_cancelled());
}

/// A handler talks while its client loses the connection, which the server may notice late, comes back for the rest, and
/// does so again: what it reads is what was said, once each.
pub fn a_stream_is_handed_over() {
    const SAID: usize = 3;
    let (session, outbox) = (session(Filter::default()), Arc::new(Outbox::new(false)));
    let handler = thread::spawn({
        let outbox = Arc::clone(&outbox);
        move || {
            for number in 0..SAID {
                assert!(outbox.push(number.to_string().into(), number % 2 == 0));
            }
            outbox.finish(Reply { status: 200, body: Some("answer".into()), session: None });
        }
    });
    block_on(outbox.streaming());
    let number = session.keep(&outbox, &Replay::new(usize::MAX));
    let mut stream = EventStream::new(Arc::clone(&outbox), CancellationToken::new()).kept(&session, number);
    let (mut all, mut left) = (Vec::new(), Vec::new());
    for _ in 0..2 {
        let (messages, last) = block_on(read(&mut stream, any(SAID + 1)));
        all.extend(messages);
        // Whoever reads on for a client that is gone reads until the next one comes, or to the end.
        left.push(thread::spawn(move || drop(block_on(read(&mut stream, usize::MAX)))));
        let last = last.unwrap_or_else(|| format!("{number:x}-{:x}", all.len()));
        let (kept, position) = read_id(&last).expect("an id is read as it was written");
        assert_eq!((kept, position), (number, all.len() as u64));
        let outbox = session.kept(number).expect("the stream is kept");
        assert!(outbox.has_since(position));
        let again = EventStream::new(outbox, CancellationToken::new()).kept(&session, number);
        stream = again.resume(position);
    }
    all.extend(block_on(read(&mut stream, usize::MAX)).0);
    let mut said: Vec<Bytes> = (0..SAID).map(|number| number.to_string().into()).collect();
    said.push("answer".into());
    assert_eq!(all, said);
    for thread in left.into_iter().chain([handler]) {
        thread.join().expect("it ends");
    }
}

/// Clients come back again and again to a stream that says nothing: whoever read before finds the end all the same.
pub fn earlier_readers_find_their_end() {
    let outbox = Arc::new(Outbox::new(false));
    let stop = CancellationToken::new();
    let readers: Vec<_> = (0..3)
        .map(|_| {
            let mut stream = EventStream::new(Arc::clone(&outbox), stop.clone());
            thread::spawn(move || assert_eq!(block_on(stream.next()), None))
        })
        .collect();
    let last = EventStream::new(Arc::clone(&outbox), stop);
    let reading = thread::spawn(move || {
        let mut last = last;
        block_on(last.next())
    });
    for reader in readers {
        reader.join().expect("it ends");
    }
    assert!(outbox.push("something".into(), false));
    let event = reading.join().expect("it ends").expect("there is something");
    assert_eq!(event.data.as_deref(), Some(&b"something"[..]));
}

fn news(listener: &Arc<Listener>) -> News {
    News {
        listener: Arc::clone(listener),
        subscription: None,
        revision: Revision::V2025_11_25,
        _place: Box::new(()),
    }
}

/// Two streams of a session bring news, and one of them ends: whatever changes is told on one of them, or waits where the
/// first can be resumed.
pub fn news_reach_one_stream() {
    let filter = Filter { tools: true, prompts: true, resources: true, uris: BTreeSet::new() };
    let (changes, session) = (Changes::new(), session(filter));
    changes.add(&session.listener);
    let stop = CancellationToken::new();
    let open = || {
        let outbox = Arc::new(Outbox::new(false));
        outbox.mark_standing();
        let number = session.keep(&outbox, &Replay::new(usize::MAX));
        let stream = EventStream::new(Arc::clone(&outbox), stop.clone()).kept(&session, number);
        (outbox, stream.with_news(news(&session.listener)))
    };
    let (first_outbox, mut first) = open();
    let (_, mut second) = open();
    let (told, hears) = channel();
    let gone = CancellationToken::new();
    let reader = thread::spawn({
        let (told, gone) = (told.clone(), gone.clone());
        move || {
            let mut heard = 0;
            block_on(async {
                while let Some(Some(event)) = gone.run_until_cancelled(first.next()).await {
                    if let Some(data) = event.data.filter(|data| !data.is_empty()) {
                        heard += 1;
                        told.send(data).expect("somebody counts");
                    }
                }
            });
            drop(first);
            // The client comes back for what it missed.
            let mut rest = EventStream::new(first_outbox, CancellationToken::new()).resume(heard);
            while let Some(Event { data: Some(data), .. }) = block_on(async {
                tokio::select! {
                    biased;
                    event = rest.next() => event,
                    () = std::future::ready(()) => None,
                }
            }) {
                told.send(data).expect("somebody counts");
            }
        }
    });
    let other = thread::spawn(move || {
        block_on(async {
            while let Some(event) = second.next().await {
                if let Some(data) = event.data.filter(|data| !data.is_empty()) {
                    told.send(data).expect("somebody counts");
                }
            }
        });
    });
    let writer = thread::spawn(move || {
        changes.tools();
        changes.prompts();
        changes.resources();
    });
    gone.cancel();
    writer.join().expect("it ends");
    let mut heard: Vec<Bytes> = (0..3).map(|_| hears.recv().expect("all is told")).collect();
    stop.cancel();
    reader.join().expect("it ends");
    other.join().expect("it ends");
    heard.extend(hears.try_iter());
    heard.sort();
    assert_eq!(heard, ["Prompts", "Resources", "Tools"], "each once");
}

/// A listener that wants less meanwhile hears nothing of what it does not want, and all of what it does.
pub fn a_listener_changes_its_mind() {
    let filter = Filter { tools: true, prompts: true, ..Filter::default() };
    let (changes, listener) = (Changes::new(), Listener::new(filter));
    changes.add(&listener);
    let writer = thread::spawn(move || {
        changes.prompts();
        changes.tools();
    });
    let other = thread::spawn({
        let listener = Arc::clone(&listener);
        move || {
            listener.refilter(|filter| filter.prompts = false);
            assert!(
                listener.take().iter().all(|change| format!("{change:?}") == "Tools"),
                "what is not wanted any more is told"
            );
        }
    });
    writer.join().expect("it ends");
    other.join().expect("it ends");
    listener.refilter(|filter| assert!(filter.tools && !filter.prompts));
    assert!(listener.take().iter().all(|change| format!("{change:?}") == "Tools"));
}

/// Requests, two DELETEs and new clients meet at the sessions, of which there is one too few.
pub fn sessions_end_once() {
    let sessions = Arc::new(Sessions::new(&Limits { sessions: 2, ..Limits::default() }));
    let now = Instant::now();
    let open = move |sessions: &Sessions| sessions.open(session(Filter::default()), None, now);
    let id = open(&sessions).expect("there is room");
    let found = sessions.find(&id, None, now).expect("it is there");
    let ended = Arc::new(AtomicUsize::new(0));
    let mut threads: Vec<_> = (0..2)
        .map(|_| {
            let (sessions, id, ended) = (Arc::clone(&sessions), id.clone(), Arc::clone(&ended));
            thread::spawn(move || {
                let once = sessions.end(&id, None, now);
                ended.fetch_add(once.into(), Ordering::SeqCst);
                assert!(sessions.find(&id, None, now).is_none(), "it was ended");
            })
        })
        .collect();
    threads.push(thread::spawn({
        let (sessions, id) = (Arc::clone(&sessions), id.clone());
        move || drop(sessions.find(&id, None, now))
    }));
    let opened = Arc::new(AtomicUsize::new(0));
    threads.extend((0..2).map(|_| {
        let (sessions, opened) = (Arc::clone(&sessions), Arc::clone(&opened));
        thread::spawn(move || {
            opened.fetch_add(open(&sessions).is_ok().into(), Ordering::SeqCst);
        })
    }));
    for thread in threads {
        thread.join().expect("it ends");
    }
    assert_eq!(ended.load(Ordering::SeqCst), 1, "one DELETE ended it");
    assert!(found.ended.is_cancelled());
    let opened = opened.load(Ordering::SeqCst);
    assert!((1..=2).contains(&opened), "{opened} were opened where there was room for one or two");
    assert_eq!(open(&sessions).is_ok(), opened == 1, "as many are alive as were opened");
}

/// Requests with few ids come and go, and are cancelled.
pub fn ids_in_flight_are_taken_once() {
    let in_flight = Arc::new(InFlight::default());
    let at_work = Arc::new([AtomicUsize::new(0), AtomicUsize::new(0)]);
    let threads: Vec<_> = (0..3)
        .map(|thread| {
            let (in_flight, at_work) = (Arc::clone(&in_flight), Arc::clone(&at_work));
            thread::spawn(move || {
                for id in [thread % 2, (thread + 1) % 2] {
                    let cancel = CancellationToken::new();
                    match in_flight.enter(&id.to_string().into(), &cancel, 2) {
                        Ok(entered) => {
                            assert_eq!(at_work[id].fetch_add(1, Ordering::SeqCst), 0, "two with one id");
                            in_flight.cancel(&id.to_string());
                            assert!(cancel.is_cancelled(), "the wrong one was cancelled");
                            at_work[id].fetch_sub(1, Ordering::SeqCst);
                            drop(entered);
                        }
                        Err(why) => assert_eq!(why, NotEntered::Duplicate, "there is room"),
                    }
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("it ends");
    }
    assert!(in_flight.enter(&"0".into(), &CancellationToken::new(), 1).is_ok(), "nothing is left");
}

/// A handler asks while the client answers and the input ends: nobody waits for ever.
pub fn a_question_is_answered_or_closed() {
    let questions = Arc::new(Questions::default());
    let askers: Vec<_> = (0..2)
        .map(|_| {
            let questions = Arc::clone(&questions);
            thread::spawn(move || {
                if let Some((open, answer)) = questions.open(1) {
                    let id = open.id.to_string();
                    match block_on(answer) {
                        Ok(answer) => assert_eq!(answer, Ok(id), "an answer to another question"),
                        Err(_) => assert!(questions.open(8).is_none(), "the input has ended"),
                    }
                }
            })
        })
        .collect();
    let answerer = thread::spawn({
        let questions = Arc::clone(&questions);
        move || {
            for id in ["1", "2"] {
                questions.answer(id, Ok(id.to_owned()));
            }
        }
    });
    let closer = thread::spawn({
        let questions = Arc::clone(&questions);
        move || questions.close()
    });
    for thread in askers.into_iter().chain([answerer, closer]) {
        thread.join().expect("it ends");
    }
    assert!(questions.open(8).is_none());
}
