//! Legacy sessions: what a client said when it introduced itself, and what is going on with it. Values, not tasks.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use lockstep_wire::latest::{ClientCapabilities, LoggingLevel};
use tokio::sync::oneshot;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::contract::changes::{Filter, Listener};
use crate::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering};
use crate::sync::{Mutex, MutexGuard, PoisonError};

use super::limits::Limits;
use super::outbox::{Outbox, Replay};
use super::revision::{Introduction, Revision, severity};
use super::tally::{Holder, Place, Tally};

/// How long what a stream said can be read again after its end.
const REPLAY_TIME: Duration = Duration::from_secs(60);

/// Most streams of a session whose events are kept.
const KEPT_STREAMS: usize = 16;

/// Most bytes that the kept streams of a session hold.
const KEPT_BYTES: usize = 1 << 20;

/// How often dead sessions, and what live ones need not keep any more, are looked for.
const SWEEP: Duration = Duration::from_secs(30);

/// One client's legacy session.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) revision: Revision,
    pub(super) capabilities: ClientCapabilities,
    /// Who opened it; nobody else may use it.
    owner: Option<Arc<str>>,
    /// The least severity of log messages the client wants.
    log_severity: AtomicU8,
    /// Hears of changes for the client.
    pub(super) listener: Arc<Listener>,
    pub(super) questions: Questions,
    pub(super) in_flight: Arc<InFlight>,
    streams: Mutex<Streams>,
    /// Streams that bring news at the moment.
    open_streams: AtomicUsize,
    /// Fires when the session is over.
    pub(super) ended: CancellationToken,
    /// The same, for those who do not wait for it.
    over: AtomicBool,
    opened: Instant,
    /// Milliseconds from then.
    last_used: AtomicU64,
}

impl Session {
    pub(super) fn new(
        introduction: Introduction,
        owner: Option<&str>,
        filter: Filter,
        in_flight: Arc<InFlight>,
        now: Instant,
    ) -> Self {
        Self {
            revision: introduction.revision,
            capabilities: introduction.capabilities,
            owner: owner.map(Arc::from),
            log_severity: AtomicU8::new(severity(LoggingLevel::Warning)),
            listener: Listener::new(filter),
            questions: Questions::default(),
            in_flight,
            streams: Mutex::default(),
            open_streams: AtomicUsize::new(0),
            ended: CancellationToken::new(),
            over: AtomicBool::new(false),
            opened: now,
            last_used: AtomicU64::new(0),
        }
    }

    pub(super) fn set_log_level(&self, level: LoggingLevel) {
        self.log_severity.store(severity(level), Ordering::Relaxed);
    }

    pub(super) fn wants_log(&self, level: LoggingLevel) -> bool {
        severity(level) >= self.log_severity.load(Ordering::Relaxed)
    }

    /// Keeps what the stream says for resumption; answers the stream's number.
    pub(super) fn keep(&self, outbox: &Arc<Outbox>, replay: &Replay) -> u32 {
        self.forget(Instant::now());
        let mut streams = lock(&self.streams);
        let bytes = |streams: &Streams| streams.kept.values().map(|stream| stream.size()).sum::<usize>();
        while streams.kept.len() >= KEPT_STREAMS || bytes(&streams) > KEPT_BYTES {
            // Those that somebody reads stay; of the others those go first that nothing more will come of.
            let rank = |(number, stream): &(&u32, &Arc<Outbox>)| Some((stream.worth()?, **number));
            let Some((_, number)) = streams.kept.iter().filter_map(|entry| rank(&entry)).min() else { break };
            streams.kept.remove(&number);
        }
        let number = streams.next;
        streams.next = number.wrapping_add(1);
        outbox.keep(replay);
        streams.kept.insert(number, Arc::clone(outbox));
        number
    }

    /// Forgets what streams said that ended long ago.
    fn forget(&self, now: Instant) {
        lock(&self.streams).kept.retain(|_, stream| !stream.ended_before(now, REPLAY_TIME));
    }

    /// The kept stream of this number.
    pub(super) fn kept(&self, number: u32) -> Option<Arc<Outbox>> {
        let streams = lock(&self.streams);
        streams.kept.get(&number).filter(|stream| !stream.ended_before(Instant::now(), REPLAY_TIME)).cloned()
    }

    /// A place for a stream that brings news; `None` if `most` are open.
    pub(super) fn open_stream(self: &Arc<Self>, most: usize) -> Option<StreamPlace> {
        let taken = self
            .open_streams
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |open| (open < most).then_some(open + 1));
        taken.is_ok().then(|| StreamPlace(Arc::clone(self)))
    }

    /// The session was in use until now.
    pub(super) fn touch(&self) {
        self.touch_at(Instant::now());
    }

    fn touch_at(&self, now: Instant) {
        self.last_used.store(self.age(now), Ordering::Relaxed);
    }

    /// Milliseconds since it was opened.
    fn age(&self, now: Instant) -> u64 {
        u64::try_from(now.saturating_duration_since(self.opened).as_millis()).unwrap_or(u64::MAX)
    }

    fn is_over(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }

    /// Cancels a request that is noted as in progress by now, if the session ended before it was.
    pub(super) fn cancel_if_over(&self, cancel: &CancellationToken) {
        if self.is_over() {
            cancel.cancel();
        }
    }

    /// The session is over, and what it asked for with it.
    pub(super) fn end(&self) {
        // In this order: a call that begins meanwhile is among those in progress, or sees that it is over.
        self.over.store(true, Ordering::SeqCst);
        self.ended.cancel();
        self.in_flight.cancel_all();
    }

    fn is_alive(&self, now: Instant, limits: &Limits) -> bool {
        let idle = self.age(now).saturating_sub(self.last_used.load(Ordering::Relaxed));
        // A session with work going on, or somebody listening, is in use.
        let in_use = || !self.in_flight.is_empty() || self.open_streams.load(Ordering::Relaxed) > 0;
        !self.is_over()
            && (u128::from(idle) < limits.session_idle.as_millis() || in_use())
            && now.saturating_duration_since(self.opened) < limits.session_life
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.end();
    }
}

/// A stream is open for as long as this lives.
#[derive(Debug)]
pub(super) struct StreamPlace(Arc<Session>);

impl Drop for StreamPlace {
    fn drop(&mut self) {
        self.0.open_streams.fetch_sub(1, Ordering::Relaxed);
    }
}

#[derive(Debug, Default)]
struct Streams {
    next: u32,
    kept: BTreeMap<u32, Arc<Outbox>>,
}

/// Requests of a client that are being worked on, by id as it is echoed.
#[derive(Debug, Default)]
pub(super) struct InFlight(Mutex<HashMap<Arc<str>, CancellationToken>>);

impl InFlight {
    /// Notes a request, of which there are at most `most`.
    pub(super) fn enter(
        self: &Arc<Self>,
        id: &Arc<str>,
        cancel: &CancellationToken,
        most: usize,
    ) -> Result<Entered, NotEntered> {
        let mut requests = lock(&self.0);
        if requests.contains_key(id) {
            return Err(NotEntered::Duplicate);
        }
        if requests.len() >= most {
            return Err(NotEntered::TooMany);
        }
        requests.insert(Arc::clone(id), cancel.clone());
        Ok(Entered { requests: Arc::clone(self), id: Arc::clone(id) })
    }

    /// Cancels the request with this id, if there is one.
    pub(super) fn cancel(&self, id: &str) {
        if let Some(cancel) = lock(&self.0).get(id) {
            cancel.cancel();
        }
    }

    /// Cancels all of them.
    fn cancel_all(&self) {
        let requests: Vec<_> = lock(&self.0).values().cloned().collect();
        // Whoever waits for one may look in here.
        requests.iter().for_each(CancellationToken::cancel);
    }

    fn is_empty(&self) -> bool {
        lock(&self.0).is_empty()
    }
}

/// Why a request is not worked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotEntered {
    /// One with its id is being worked on.
    Duplicate,
    /// As many as allowed are.
    TooMany,
}

/// A request is being worked on for as long as this lives.
#[derive(Debug)]
pub(super) struct Entered {
    requests: Arc<InFlight>,
    id: Arc<str>,
}

impl Drop for Entered {
    fn drop(&mut self) {
        lock(&self.requests.0).remove(&self.id);
    }
}

/// What a client answered to a question.
pub(super) type Answered = Result<String, String>;

/// Requests of the server that the client has not answered yet.
#[derive(Debug, Default)]
pub(super) struct Questions {
    next: AtomicU64,
    closed: AtomicBool,
    open: Mutex<HashMap<u64, oneshot::Sender<Answered>>>,
}

impl Questions {
    /// Opens a question; `None` if `most` are open already. It is closed by an answer, or when what is returned goes.
    pub(super) fn open(&self, most: usize) -> Option<(OpenQuestion<'_>, oneshot::Receiver<Answered>)> {
        let mut open = lock(&self.open);
        if open.len() >= most || self.closed.load(Ordering::Relaxed) {
            return None;
        }
        let id = self.next.fetch_add(1, Ordering::Relaxed) + 1;
        let (sender, receiver) = oneshot::channel();
        open.insert(id, sender);
        Some((OpenQuestion { questions: self, id }, receiver))
    }

    /// No answer will come: whoever waits for one learns it.
    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
        lock(&self.open).clear();
    }

    /// Hands an answer to whoever waits for it; one that nobody waits for is dropped.
    pub(super) fn answer(&self, id: &str, answer: Answered) {
        let sender = id.parse().ok().and_then(|id: u64| lock(&self.open).remove(&id));
        if let Some(sender) = sender {
            // Whoever asked may have given up meanwhile.
            let _ = sender.send(answer);
        }
    }
}

/// A question that waits for its answer.
pub(super) struct OpenQuestion<'a> {
    questions: &'a Questions,
    pub(super) id: u64,
}

impl Drop for OpenQuestion<'_> {
    fn drop(&mut self) {
        lock(&self.questions.open).remove(&self.id);
    }
}

/// All live legacy HTTP sessions.
#[derive(Debug)]
pub(super) struct Sessions {
    live: Mutex<Live>,
    held: Tally,
    limits: Limits,
}

#[derive(Debug)]
struct Live {
    sessions: HashMap<u128, (Arc<Session>, Option<Place>)>,
    swept: Instant,
}

impl Live {
    /// Finds a session of this principal and keeps it alive.
    fn find(
        &mut self,
        id: u128,
        principal: Option<&str>,
        now: Instant,
        limits: &Limits,
    ) -> Option<Arc<Session>> {
        self.sweep(now, SWEEP, limits);
        let (session, _) = self.sessions.get(&id)?;
        if session.owner.as_deref() != principal {
            return None;
        }
        if !session.is_alive(now, limits) {
            session.end();
            self.sessions.remove(&id);
            return None;
        }
        session.touch_at(now);
        Some(Arc::clone(session))
    }

    /// Lets go of dead sessions, unless that was done a moment ago.
    fn sweep(&mut self, now: Instant, least: Duration, limits: &Limits) {
        if now.saturating_duration_since(self.swept) < least {
            return;
        }
        self.swept = now;
        self.sessions.retain(|_, (session, _)| {
            let alive = session.is_alive(now, limits);
            match alive {
                true => session.forget(now),
                false => session.end(),
            }
            alive
        });
    }
}

/// Why no session could be opened.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum OpenError {
    /// As many as allowed are alive.
    Full,
    /// Whoever asks has as many as one may have: this number.
    TooMany(usize),
    /// The operating system gave no random bytes.
    NoRandomness,
}

impl Sessions {
    pub(super) fn new(limits: &Limits) -> Self {
        let live = Live { sessions: HashMap::new(), swept: Instant::now() };
        Self { live: Mutex::new(live), held: Tally::default(), limits: limits.clone() }
    }

    /// Takes in a session for whoever is counted, and answers its id: 32 lower-case hexadecimal digits, unguessable.
    pub(super) fn open(
        &self,
        session: Arc<Session>,
        holder: Option<&Holder>,
        now: Instant,
    ) -> Result<String, OpenError> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|_| OpenError::NoRandomness)?;
        let id = u128::from_be_bytes(bytes);
        let mut live = lock(&self.live);
        live.sweep(now, SWEEP, &self.limits);
        let place = self.place(&live, holder).or_else(|_| {
            // Even a flood looks through all of them once a second at most.
            live.sweep(now, Duration::from_secs(1), &self.limits);
            self.place(&live, holder)
        })?;
        live.sessions.insert(id, (session, place));
        Ok(format!("{id:032x}"))
    }

    /// Room for one more.
    fn place(&self, live: &Live, holder: Option<&Holder>) -> Result<Option<Place>, OpenError> {
        if live.sessions.len() >= self.limits.sessions {
            return Err(OpenError::Full);
        }
        let Some(holder) = holder else { return Ok(None) };
        let most = match holder {
            Holder::Caller(_) => self.limits.caller_sessions,
            Holder::Address(_) => self.limits.address_sessions,
        };
        self.held.take(holder.clone(), most).map(Some).ok_or(OpenError::TooMany(most))
    }

    /// Finds a session of this principal and keeps it alive.
    pub(super) fn find(&self, id: &str, principal: Option<&str>, now: Instant) -> Option<Arc<Session>> {
        let id = parse(id)?;
        lock(&self.live).find(id, principal, now, &self.limits)
    }

    /// Ends a session of this principal; `false` if there was none.
    pub(super) fn end(&self, id: &str, principal: Option<&str>, now: Instant) -> bool {
        let Some(id) = parse(id) else { return false };
        let mut live = lock(&self.live);
        // In one step: who looks for it meanwhile must not be the one that finds it ended and takes it out.
        let Some(session) = live.find(id, principal, now, &self.limits) else { return false };
        session.end();
        live.sessions.remove(&id).is_some()
    }
}

/// Only the spelling that [`Sessions::open`] answers is an id.
fn parse(id: &str) -> Option<u128> {
    let digits: &[u8; 32] = id.as_bytes().try_into().ok()?;
    let half = |digits: &[u8]| {
        digits.iter().try_fold(0_u64, |value, digit| match digit {
            b'0'..=b'9' => Some(value << 4 | u64::from(digit - b'0')),
            b'a'..=b'f' => Some(value << 4 | u64::from(digit - b'a' + 10)),
            _ => None,
        })
    };
    Some(u128::from(half(&digits[..16])?) << 64 | u128::from(half(&digits[16..])?))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sessions(most: usize) -> Sessions {
        let limits = Limits { sessions: most, ..Limits::default() };
        Sessions::new(&limits)
    }

    fn session(owner: Option<&str>, now: Instant) -> Arc<Session> {
        let introduction = Introduction {
            version: "2025-11-25".into(),
            revision: Revision::V2025_11_25,
            capabilities: ClientCapabilities::default(),
        };
        Arc::new(Session::new(introduction, owner, Filter::default(), Arc::default(), now))
    }

    fn open(sessions: &Sessions, now: Instant) -> String {
        sessions.open(session(None, now), None, now).expect("a session opens")
    }

    #[test]
    fn idle_sessions_end() {
        let (sessions, start) = (sessions(2), Instant::now());
        let id = open(&sessions, start);
        let nearly = start + Limits::default().session_idle - Duration::from_millis(1);
        assert!(sessions.find(&id, None, nearly).is_some());
        assert!(sessions.find(&id, None, nearly + Limits::default().session_idle).is_none());
    }

    #[test]
    fn no_session_lives_for_ever() {
        let (sessions, start) = (sessions(2), Instant::now());
        let id = open(&sessions, start);
        let Limits { session_idle, session_life, .. } = Limits::default();
        let mut now = start;
        while now + session_idle / 2 < start + session_life {
            now += session_idle / 2;
            assert!(sessions.find(&id, None, now).is_some());
        }
        assert!(sessions.find(&id, None, start + session_life).is_none());
    }

    #[test]
    fn a_session_with_work_going_on_is_not_idle() {
        let (sessions, start) = (sessions(2), Instant::now());
        let id = open(&sessions, start);
        let session = sessions.find(&id, None, start).expect("it is alive");
        let entered =
            session.in_flight.enter(&"1".into(), &CancellationToken::new(), 1).expect("the id is free");
        let later = start + Limits::default().session_idle * 2;
        assert!(sessions.find(&id, None, later).is_some());
        drop(entered);
        assert!(sessions.find(&id, None, later + Limits::default().session_idle).is_none());
    }

    #[test]
    fn the_cap_holds_and_idle_sessions_make_room() {
        let (sessions, start) = (sessions(2), Instant::now());
        let first = open(&sessions, start);
        open(&sessions, start);
        assert_eq!(sessions.open(session(None, start), None, start), Err(OpenError::Full));
        let later = start + Limits::default().session_idle;
        open(&sessions, later);
        assert!(sessions.find(&first, None, later).is_none());
    }

    #[test]
    fn one_caller_cannot_take_all() {
        for (holder, most) in [
            (Holder::Caller("ann".into()), Limits::default().caller_sessions),
            (Holder::Address([192, 0, 2, 1].into()), Limits::default().address_sessions),
        ] {
            let (sessions, start) = (sessions(1000), Instant::now());
            let open = |holder: &Holder, now| sessions.open(session(None, now), Some(holder), now);
            let opened: Vec<_> = (0..most).map(|_| open(&holder, start).expect("a session opens")).collect();
            assert_eq!(open(&holder, start), Err(OpenError::TooMany(most)));
            assert!(sessions.end(&opened[0], None, start));
            assert!(open(&holder, start).is_ok());
            assert_eq!(open(&holder, start), Err(OpenError::TooMany(most)));
            assert!(open(&holder, start + Limits::default().session_idle).is_ok());
        }
    }

    #[test]
    fn an_ended_session_is_gone_and_others_cannot_end_it() {
        let (sessions, now) = (sessions(2), Instant::now());
        let id = sessions.open(session(Some("ann"), now), None, now).expect("a session opens");
        for stranger in [None, Some("bob")] {
            assert!(sessions.find(&id, stranger, now).is_none() && !sessions.end(&id, stranger, now));
        }
        assert!(!sessions.end(&id.to_uppercase().replace(char::is_numeric, "A"), Some("ann"), now));
        assert!(sessions.end(&id, Some("ann"), now));
        assert!(!sessions.end(&id, Some("ann"), now));
    }

    #[test]
    fn ids_in_flight_are_taken() {
        let in_flight = Arc::new(InFlight::default());
        let cancel = CancellationToken::new();
        let entered = in_flight.enter(&"1".into(), &cancel, 2);
        assert!(entered.is_ok());
        assert_eq!(in_flight.enter(&"1".into(), &cancel, 2).err(), Some(NotEntered::Duplicate));
        let other = in_flight.enter(&"\"1\"".into(), &cancel, 2);
        assert!(other.is_ok());
        assert_eq!(in_flight.enter(&"2".into(), &cancel, 2).err(), Some(NotEntered::TooMany));
        in_flight.cancel("2");
        assert!(!cancel.is_cancelled());
        in_flight.cancel("1");
        assert!(cancel.is_cancelled());
        drop(entered);
        assert!(in_flight.enter(&"1".into(), &cancel, 2).is_ok());
    }
}
