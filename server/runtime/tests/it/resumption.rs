//! Any order of calls, words, reads, lost connections, resumptions, ends and pauses, against a model: what is read over
//! all connections is what was said, or the client is told that it cannot be.

use std::time::Duration;

use lockstep_runtime::engine::{Engine, Event, EventStream, Limits};
use proptest::prelude::*;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::Instant;

use crate::talker::{Client, Talker, Word, engine, now, on_a_clock_of_its_own, settle};

/// Most calls of one run: a session keeps what 16 streams say.
const CALLS: usize = 12;

/// With as many events unread, more may be lost or forgotten.
const KEPT: u64 = 62;

const REPLAY: Duration = Duration::from_secs(60);
const MONTH: Duration = Duration::from_secs(30 * 24 * 3600);

/// A moment that the model knows only about.
const ABOUT: Duration = Duration::from_secs(1);

#[derive(Clone, Debug)]
enum Step {
    Call,
    Say {
        call: usize,
        count: u64,
    },
    Answer {
        call: usize,
    },
    Read {
        call: usize,
        most: usize,
    },
    /// The connection is lost, and the server has noticed.
    Lose {
        call: usize,
    },
    /// The client comes back, with the id of the last event or of one so many before it.
    Resume {
        call: usize,
        back: u64,
    },
    Delete,
    Pause {
        seconds: u64,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let call = 0..CALLS;
    prop_oneof![
        3 => Just(Step::Call),
        6 => (call.clone(), 1..12_u64).prop_map(|(call, count)| Step::Say { call, count }),
        1 => (call.clone(), 60..80_u64).prop_map(|(call, count)| Step::Say { call, count }),
        3 => call.clone().prop_map(|call| Step::Answer { call }),
        8 => (call.clone(), 1..20_usize).prop_map(|(call, most)| Step::Read { call, most }),
        5 => call.clone().prop_map(|call| Step::Lose { call }),
        8 => (call, prop_oneof![2 => Just(0), 1 => 0..10_u64]).prop_map(|(call, back)| Step::Resume { call, back }),
        1 => Just(Step::Delete),
        3 => prop_oneof![Just(5), Just(30), Just(62), Just(595), Just(605), Just(24 * 3600)]
            .prop_map(|seconds| Step::Pause { seconds }),
    ]
}

/// What the model knows of a call.
struct Call {
    words: UnboundedSender<Word>,
    said: u64,
    answered: Option<Instant>,
    stream: Option<EventStream>,
    /// The number of its stream, as ids have it.
    number: Option<String>,
    /// Number of the last event that was read on this connection.
    position: u64,
    /// What each event was, where it was read before.
    read: Vec<Option<Event>>,
}

impl Call {
    fn events(&self) -> u64 {
        self.said + u64::from(self.answered.is_some())
    }

    /// Everything that was said is kept.
    fn all_kept(&self) -> bool {
        self.events() <= KEPT
    }

    fn forgotten(&self, ago: impl Fn(Duration) -> bool) -> bool {
        self.answered.is_some_and(|answered| ago(answered.elapsed()))
    }

    /// An event came: the one after the last, and the same as when it came before.
    fn take(&mut self, event: Event) {
        let id = event.id.clone().expect("events of kept streams have ids");
        let (number, position) = id.split_once('-').expect("an id has two parts");
        assert_eq!(self.number.get_or_insert_with(|| number.to_owned()), number, "another stream");
        let position = u64::from_str_radix(position, 16).expect("a position is a number");
        let data = event.data.clone().expect("there is data");
        if data.is_empty() {
            assert_eq!((position, self.position), (0, 0), "only a stream's first event is empty");
            return;
        }
        assert_eq!(position, self.position + 1, "a gap");
        self.position = position;
        let text = String::from_utf8_lossy(&data);
        if self.all_kept() {
            let wanted = match position <= self.said {
                true => format!(r#""progress":{position},"#),
                false => "that is all".to_owned(),
            };
            assert!(text.replace('}', ",").contains(&wanted), "event {position} of {}: {text}", self.said);
        }
        let place = position as usize;
        self.read.resize(self.read.len().max(place + 1), None);
        match &self.read[place] {
            Some(before) => assert_eq!(*before, event, "another event came under the same id"),
            None => self.read[place] = Some(event),
        }
    }
}

struct Model<'a> {
    client: Client<'a>,
    talker: &'a Talker,
    session: String,
    opened: Instant,
    used: Instant,
    /// The client has been told that the session is over.
    over: bool,
    calls: Vec<Call>,
}

impl<'a> Model<'a> {
    async fn new(engine: &'a Engine<Talker>, talker: &'a Talker) -> Self {
        let client = Client(engine);
        let session = client.open().await.expect("a session opens");
        let now = Instant::now();
        Self { client, talker, session, opened: now, used: now, over: false, calls: Vec::new() }
    }

    /// Whether the session is over; `None` if it is about to be.
    fn is_over(&self) -> Option<bool> {
        let limits = Limits::default();
        let at_work = self.calls.iter().any(|call| call.answered.is_none());
        let (idle, age) = (self.used.elapsed(), self.opened.elapsed());
        let about = |time: Duration, limit: Duration| time.abs_diff(limit) < ABOUT;
        if self.over {
            return Some(true);
        }
        if about(age, limits.session_life) || (!at_work && about(idle, limits.session_idle)) {
            return None;
        }
        Some(age > limits.session_life || (!at_work && idle > limits.session_idle))
    }

    /// The client was answered with this status, or a stream; checks whether it is over.
    fn told(&mut self, status: Option<u16>) {
        let over = status == Some(404);
        assert!(self.is_over().is_none_or(|expected| expected == over), "{status:?} {:?}", self.is_over());
        self.over = over;
        if !over {
            self.used = Instant::now();
        }
    }

    async fn step(&mut self, step: Step) {
        match step {
            Step::Call if self.calls.len() < CALLS => self.call().await,
            Step::Delete => {
                let status = self.client.delete(&self.session);
                self.told(Some(status));
                self.over = true;
            }
            Step::Pause { seconds } => tokio::time::sleep(Duration::from_secs(seconds)).await,
            Step::Say { call, .. }
            | Step::Answer { call }
            | Step::Read { call, .. }
            | Step::Lose { call }
            | Step::Resume { call, .. }
                if call < self.calls.len() =>
            {
                self.step_of(call, step).await;
            }
            _ => {}
        }
        settle().await;
        if self.over {
            let left = self.calls.iter().filter(|call| !call.words.is_closed()).count();
            assert_eq!(left, 0, "handlers of a session that is over");
        }
    }

    async fn call(&mut self) {
        let number = self.calls.len() as u64;
        let words = self.talker.words(number);
        words.send(Word::Progress(1)).expect("it is there");
        match self.client.call(&self.session, "talk", number + 1, number).await {
            Ok(stream) => {
                self.told(None);
                self.calls.push(Call {
                    words,
                    said: 1,
                    answered: None,
                    stream: Some(stream),
                    number: None,
                    position: 0,
                    read: Vec::new(),
                });
            }
            Err((status, text)) => {
                assert_eq!(status, 404, "{text}");
                self.told(Some(status));
            }
        }
    }

    async fn step_of(&mut self, number: usize, step: Step) {
        let over = self.over;
        let call = &mut self.calls[number];
        match step {
            Step::Say { count, .. } if !over && call.answered.is_none() => {
                for _ in 0..count {
                    call.said += 1;
                    call.words.send(Word::Progress(call.said)).expect("the handler is there");
                }
            }
            Step::Answer { .. } if !over && call.answered.is_none() => {
                call.words.send(Word::Answer).expect("the handler is there");
                call.answered = Some(Instant::now());
            }
            Step::Read { most, .. } => self.read(number, most).await,
            Step::Lose { .. } if call.stream.take().is_some() => self.used = Instant::now(),
            Step::Resume { back, .. } => self.resume(number, back).await,
            _ => {}
        }
    }

    async fn read(&mut self, number: usize, most: usize) {
        let over = self.over;
        let call = &mut self.calls[number];
        let Some(mut stream) = call.stream.take() else { return };
        for _ in 0..most {
            match now(&mut stream).await {
                Some(Some(event)) => call.take(event),
                Some(None) => {
                    let all = call.answered.is_some() && (call.position == call.events() || !call.all_kept());
                    assert!(all || over, "it ends at {} of {}", call.position, call.events());
                    drop(stream);
                    self.used = Instant::now();
                    return;
                }
                None => {
                    assert!(!over, "the stream of a session that is over stays open");
                    assert!(call.answered.is_none(), "nothing comes where there is an answer");
                    assert!(
                        call.position == call.events() || !call.all_kept(),
                        "{} of {}",
                        call.position,
                        call.said
                    );
                    break;
                }
            }
        }
        call.stream = Some(stream);
    }

    async fn resume(&mut self, number: usize, back: u64) {
        let call = &self.calls[number];
        let Some(stream) = &call.number else { return };
        let position = call.position - back.min(call.position);
        let last = format!("{stream}-{position:x}");
        let resumed = self.client.resume(&self.session, &last);
        self.told(resumed.as_ref().err().map(|(status, _)| *status));
        let call = &mut self.calls[number];
        match resumed {
            Ok(stream) => {
                assert!(!call.forgotten(|ago| ago > REPLAY + ABOUT), "what was to be forgotten is there");
                call.position = position;
                // The connection before was lost, and the server learns it now.
                if let Some(mut before) = call.stream.replace(stream) {
                    while let Some(event) = now(&mut before).await.expect("whoever read before finds the end")
                    {
                        assert_eq!(event.data.as_deref(), Some(&[][..]), "two readers are told the same");
                    }
                }
            }
            Err((400, text)) => {
                assert!(text.contains("Last-Event-ID"), "{text}");
                let forgotten = call.forgotten(|ago| ago + ABOUT > REPLAY);
                assert!(forgotten || !call.all_kept(), "{position} of {} is not there", call.events());
            }
            Err((404, _)) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_read_is_what_was_said(steps in proptest::collection::vec(step(), 1..60)) {
        on_a_clock_of_its_own(async {
            let mut limits = Limits::default();
            (limits.call_time, limits.longest_call_time) = (MONTH, MONTH);
            let talker = Talker::default();
            let engine = engine(&talker, limits);
            let mut model = Model::new(&engine, &talker).await;
            for step in steps {
                model.step(step).await;
            }
            // To the end: whoever has a session still can have all of it.
            for number in 0..model.calls.len() {
                for step in [
                    Step::Answer { call: number },
                    Step::Resume { call: number, back: 0 },
                    Step::Read { call: number, most: 200 },
                ] {
                    model.step(step).await;
                }
            }
        });
    }
}
