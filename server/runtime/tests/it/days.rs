//! Three days in a moment: clients come and go, lose connections, answer nothing. Whatever has a limit would reach it if
//! anything were left behind, for the limits here are not much more than what is in use at any time.

use std::time::Duration;

use lockstep_runtime::engine::Limits;
use tokio::time::Instant;

use crate::talker::{Client, Talker, Word, engine, now, on_a_clock_of_its_own};

const MINUTES: u64 = 72 * 60;

#[test]
fn nothing_grows_in_three_days() {
    on_a_clock_of_its_own(async {
        let mut limits = Limits::default();
        // One is opened each minute and lives for ten, beside the one that is used all the time.
        limits.sessions = 14;
        // In a session two calls begin each minute: one ends within 30 s, one waits 5 min for an answer.
        limits.session_calls = 7;
        // Those of the clients that are gone run for 30 s as well; who waits for an answer does not count.
        limits.calls = 3;
        limits.questions = 6;
        let life = limits.session_life;
        let talker = Talker::default();
        let engine = engine(&talker, limits);
        let client = Client(&engine);
        let start = Instant::now();
        let mut opened = 0;
        let mut session = String::new();
        let mut token = 0;
        for minute in 0..MINUTES {
            // A client that comes, calls, and is never seen again; some say that they go.
            let guest = client.open().await.expect("there is room for a session");
            token += 1;
            let words = talker.words(token);
            words.send(Word::Progress(1)).expect("it is there");
            drop(client.call(&guest, "talk", 1, token).await.expect("there is room for a call"));
            if minute % 3 == 0 {
                assert_eq!(client.delete(&guest), 204);
            }
            // A client that stays, as long as its session does.
            token += 1;
            let words_here = talker.words(token);
            words_here.send(Word::Progress(1)).expect("it is there");
            let called = match client.call(&session, "talk", 1, token).await {
                Err((400 | 404, _)) => {
                    let about = life * opened;
                    assert!(start.elapsed() >= about && start.elapsed() < about + Duration::from_secs(90));
                    opened += 1;
                    session = client.open().await.expect("there is room for a session");
                    client.call(&session, "talk", 1, token).await
                }
                called => called,
            };
            let mut stream = called.expect("the id is free again");
            assert!(now(&mut stream).await.flatten().is_some());
            // It asks what nobody answers.
            let mut asking = client.call(&session, "ask", minute + 2, 0).await.expect("there is room to ask");
            assert!(now(&mut asking).await.flatten().is_some(), "the stream opens");
            let question = now(&mut asking).await.flatten().and_then(|event| event.data).expect("it asks");
            assert!(String::from_utf8_lossy(&question).contains("elicitation/create"), "{question:?}");
            drop(asking);
            tokio::time::sleep(Duration::from_secs(60)).await;
            assert!(words.is_closed() && words_here.is_closed(), "no call lasts longer than it may");
        }
        assert_eq!(opened, 3, "a session lives a day");
    });
}
