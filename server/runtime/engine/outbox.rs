//! What one HTTP stream has to say: events in order, read by one reader at a time, kept for resumption if need be.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use crate::sync::atomic::{AtomicUsize, Ordering};
use crate::sync::{Mutex, MutexGuard, Notify, PoisonError};
use bytes::Bytes;
use tokio::time::Instant;

use super::reply::Reply;

/// Most events, and bytes of events, that wait in one outbox or are kept for resumption.
const EVENTS: usize = 256;
const KEPT_EVENTS: usize = 64;
const BYTES: usize = 1 << 20;
const KEPT_BYTES: usize = 256 << 10;

/// What all sessions together keep for resumption. Clones share everything.
#[derive(Clone, Debug)]
pub(super) struct Replay {
    kept: Arc<AtomicUsize>,
    most: usize,
}

impl Replay {
    pub(super) fn new(most: usize) -> Self {
        Self { kept: Arc::default(), most }
    }

    fn is_full(&self) -> bool {
        self.kept.load(Ordering::Relaxed) > self.most
    }

    fn add(&self, bytes: usize) {
        self.kept.fetch_add(bytes, Ordering::Relaxed);
    }

    fn remove(&self, bytes: usize) {
        self.kept.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// The messages of one stream.
#[derive(Debug)]
pub(super) struct Outbox {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    events: VecDeque<(u64, Bytes)>,
    bytes: usize,
    /// Number of the last event.
    last: u64,
    /// Number of the last event that a reader took.
    read: u64,
    /// Number of the last event that is not kept any more.
    dropped: u64,
    /// What its events count for: they can be read again.
    kept: Option<Replay>,
    /// Whether anything was to be said before the answer.
    streaming: bool,
    /// The client cannot read events.
    mute: bool,
    /// The reader is to hang up when it has read everything, and to come back after this time.
    released: Option<Duration>,
    /// The answer, where nothing was said before it.
    reply: Option<Reply>,
    done: Option<Instant>,
    /// The stream answers no request: it brings news.
    standing: bool,
    /// Counts readers; only the last one may read.
    reader: u64,
    /// Whether the last one is still there, or since when it is not.
    reading: bool,
    left: Option<Instant>,
}

/// What a reader finds.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// The event of this number.
    Event(u64, Bytes),
    /// The connection is to end here, for the client to come back after this time.
    Release(Duration),
    /// Nothing yet.
    Wait,
    /// Nothing more, or nothing more for this reader.
    End,
}

impl Outbox {
    /// An empty outbox; nothing can be put into a `mute` one but the answer.
    pub(super) fn new(mute: bool) -> Self {
        Self { state: Mutex::new(State { mute, ..State::default() }), changed: Notify::new() }
    }

    /// Whether anything but the answer can be said here.
    pub(super) fn can_stream(&self) -> bool {
        !self.lock().mute
    }

    /// Adds a message. One that must arrive is added even where others would be refused for want of room; `false` if it
    /// was not added.
    pub(super) fn push(&self, message: Bytes, must: bool) -> bool {
        let mut state = self.lock();
        if state.mute || state.done.is_some() || !state.make_room(message.len(), must) {
            return false;
        }
        state.streaming = true;
        state.add(message);
        self.changed.notify_one();
        true
    }

    /// Asks the reader to hang up and the client to come back.
    pub(super) fn release(&self, come_back_after: Duration) {
        let mut state = self.lock();
        if !state.mute && state.done.is_none() {
            state.streaming = true;
            state.released = Some(come_back_after);
            self.changed.notify_one();
        }
    }

    /// Gives the answer; nothing comes after it.
    pub(super) fn finish(&self, reply: Reply) {
        let mut state = self.lock();
        if state.done.is_some() {
            return;
        }
        if state.streaming {
            if let Some(body) = reply.body {
                state.make_room(body.len(), true);
                state.add(body);
            }
        } else {
            state.reply = Some(reply);
        }
        state.done = Some(Instant::now());
        self.changed.notify_one();
    }

    /// The answer, if nothing was said before it.
    pub(super) fn take_reply(&self) -> Option<Reply> {
        self.lock().reply.take()
    }

    /// Waits until something other than the answer was said.
    pub(super) async fn streaming(&self) {
        while !self.lock().streaming {
            self.changed.notified().await;
        }
    }

    /// Keeps the events for resumption.
    pub(super) fn keep(&self, replay: &Replay) {
        let mut state = self.lock();
        replay.add(state.bytes);
        state.kept = Some(replay.clone());
    }

    /// Makes it a stream that answers no request.
    pub(super) fn mark_standing(&self) {
        self.lock().standing = true;
    }

    /// Whether it answers no request.
    pub(super) fn is_standing(&self) -> bool {
        self.lock().standing
    }

    /// Whether the stream ended at least this long ago.
    pub(super) fn ended_before(&self, now: Instant, ago: Duration) -> bool {
        let state = self.lock();
        // Of a stream that only brings news nothing more comes when nobody reads it.
        let end = state.done.or(state.left.filter(|_| state.standing && !state.reading));
        end.is_some_and(|end| now.saturating_duration_since(end) >= ago)
    }

    /// How many bytes it holds.
    pub(super) fn size(&self) -> usize {
        self.lock().bytes
    }

    /// How much would be lost with it, from what nothing more comes of to what is being worked on; `None` where somebody
    /// reads it.
    pub(super) fn worth(&self) -> Option<u8> {
        let state = self.lock();
        match (state.reading, state.standing, state.done.is_some()) {
            (true, ..) => None,
            (false, true, _) => Some(0),
            (false, false, true) => Some(1),
            (false, false, false) => Some(2),
        }
    }

    /// The reader goes.
    pub(super) fn detach(&self, reader: u64) {
        let mut state = self.lock();
        if reader == state.reader {
            state.reading = false;
            state.left = Some(Instant::now());
        }
    }

    /// Whether the events after number `position` are all still there.
    pub(super) fn has_since(&self, position: u64) -> bool {
        let state = self.lock();
        position <= state.last && position >= state.dropped
    }

    /// Becomes the reader. Whoever read before finds the end.
    pub(super) fn attach(&self) -> u64 {
        let mut state = self.lock();
        state.reader += 1;
        state.reading = true;
        self.changed.notify_waiters();
        state.reader
    }

    /// What comes after number `position` was not read by this reader yet, whatever those before it have read.
    pub(super) fn go_back(&self, reader: u64, position: u64) {
        let mut state = self.lock();
        if reader == state.reader {
            state.read = position;
        }
    }

    /// What comes after number `position`.
    pub(super) fn next(&self, reader: u64, position: u64) -> Next {
        let mut state = self.lock();
        if reader != state.reader {
            // The one waker may have been for the reader that came after.
            self.changed.notify_one();
            return Next::End;
        }
        if position < state.dropped {
            // Nothing is passed over in silence: whoever asks for it again learns that it is gone.
            return Next::End;
        }
        let found = state.events.iter().find(|(number, _)| *number > position);
        if let Some((number, message)) = found.map(|(number, message)| (*number, message.clone())) {
            state.read = state.read.max(number);
            if state.kept.as_ref().is_none_or(Replay::is_full) {
                state.drop_until(number);
            }
            return Next::Event(number, message);
        }
        match state.released.take() {
            _ if state.done.is_some() => Next::End,
            Some(after) => Next::Release(after),
            None => Next::Wait,
        }
    }

    /// Waits until there may be something new for this reader.
    pub(super) async fn changed(&self, reader: u64) {
        let changed = self.changed.notified();
        // Whoever came after it wakes those that wait, not those that are about to.
        if self.lock().reader == reader {
            changed.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn add(&mut self, message: Bytes) {
        self.last += 1;
        if !self.reading && self.kept.as_ref().is_some_and(Replay::is_full) {
            // Whoever comes back is told that the rest is gone.
            self.drop_until(self.last);
            self.dropped = self.last;
            return;
        }
        self.bytes += message.len();
        if let Some(replay) = &self.kept {
            replay.add(message.len());
        }
        self.events.push_back((self.last, message));
    }

    /// Lets go of what was read already and, for a message that must arrive, of what was not.
    fn make_room(&mut self, length: usize, must: bool) -> bool {
        let (events, bytes) = match self.kept {
            Some(_) => (KEPT_EVENTS, KEPT_BYTES),
            None => (EVENTS, BYTES),
        };
        if length > bytes && !must {
            return false;
        }
        while self.events.len() >= events || self.bytes + length > bytes {
            match self.events.front() {
                Some((number, _))
                    if *number <= self.read || (must && self.kept.is_some() && !self.reading) =>
                {
                    self.drop_first()
                }
                _ => return must,
            }
        }
        true
    }

    fn drop_until(&mut self, last: u64) {
        while self.events.front().is_some_and(|(number, _)| *number <= last) {
            self.drop_first();
        }
    }

    fn drop_first(&mut self) {
        if let Some((number, message)) = self.events.pop_front() {
            self.bytes -= message.len();
            self.dropped = number;
            if let Some(replay) = &self.kept {
                replay.remove(message.len());
            }
        }
    }
}

impl Drop for Outbox {
    fn drop(&mut self) {
        let state = self.lock();
        if let Some(replay) = &state.kept {
            replay.remove(state.bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(outbox: &Outbox, reader: u64, mut position: u64) -> Vec<Bytes> {
        let mut texts = Vec::new();
        while let Next::Event(number, text) = outbox.next(reader, position) {
            position = number;
            texts.push(text);
        }
        texts
    }

    #[test]
    fn kept_events_can_be_read_again_and_a_new_reader_ends_the_old() {
        let outbox = Outbox::new(false);
        outbox.keep(&Replay::new(usize::MAX));
        for text in ["a", "b", "c"] {
            assert!(outbox.push(text.into(), false));
        }
        let first = outbox.attach();
        assert_eq!(texts(&outbox, first, 0), ["a", "b", "c"]);
        let second = outbox.attach();
        assert_eq!(outbox.next(first, 0), Next::End);
        assert!(outbox.has_since(1));
        assert_eq!(texts(&outbox, second, 1), ["b", "c"]);
    }

    #[test]
    fn what_need_not_arrive_is_dropped_when_nobody_reads() {
        let outbox = Outbox::new(false);
        let taken = (0..EVENTS + 10).filter(|_| outbox.push("progress".into(), false)).count();
        assert_eq!(taken, EVENTS);
        assert!(outbox.push("question".into(), true));
        let reader = outbox.attach();
        assert_eq!(texts(&outbox, reader, 0).len(), EVENTS + 1);
    }

    #[test]
    fn an_answer_alone_is_no_stream() {
        let outbox = Outbox::new(false);
        outbox.finish(Reply::result("1", b"{}"));
        assert!(outbox.take_reply().is_some());
        assert!(!outbox.push("late".into(), true));
    }

    #[test]
    fn what_all_sessions_keep_is_bounded() {
        let replay = Replay::new(10);
        let kept = || {
            let outbox = Outbox::new(false);
            outbox.keep(&replay);
            let reader = outbox.attach();
            (outbox, reader)
        };
        let ((first, reader), (second, other)) = (kept(), kept());
        for _ in 0..3 {
            assert!(first.push("12345".into(), true));
        }
        assert_eq!(texts(&first, reader, 0).len(), 3);
        assert!(first.has_since(1) && !first.has_since(0), "read already, and too much to keep");
        first.push("12345".into(), true);
        first.push("123456".into(), true);
        // A reader who is there gets everything, one who left is told that it is gone.
        second.push("a".into(), true);
        assert_eq!(texts(&second, other, 0), ["a"]);
        second.detach(other);
        second.push("b".into(), true);
        assert!(second.has_since(2) && !second.has_since(1));
        drop(first);
        second.push("c".into(), true);
        let again = second.attach();
        assert!(second.has_since(2));
        assert_eq!(texts(&second, again, 2), ["c"]);
        drop(second);
        assert_eq!(replay.kept.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn who_goes_back_is_not_overtaken() {
        let outbox = Outbox::new(false);
        outbox.keep(&Replay::new(usize::MAX));
        let first = outbox.attach();
        outbox.push("1".into(), true);
        assert_eq!(texts(&outbox, first, 0), ["1"]);
        let second = outbox.attach();
        outbox.go_back(second, 0);
        let said = (0..KEPT_EVENTS).filter(|_| outbox.push("more".into(), false)).count();
        assert_eq!(texts(&outbox, second, 0).len(), said + 1);
    }

    #[test]
    fn a_reader_that_is_overtaken_finds_the_end() {
        let outbox = Outbox::new(false);
        outbox.keep(&Replay::new(usize::MAX));
        let reader = outbox.attach();
        for number in 0..=KEPT_EVENTS as u64 {
            outbox.push("x".into(), true);
            outbox.next(reader, number);
        }
        assert_eq!(outbox.next(reader, 0), Next::End);
    }

    #[test]
    fn evicted_events_cannot_be_resumed_from() {
        let outbox = Outbox::new(false);
        outbox.keep(&Replay::new(usize::MAX));
        let reader = outbox.attach();
        for number in 0..KEPT_EVENTS as u64 + 5 {
            outbox.push("x".into(), true);
            outbox.next(reader, number);
        }
        assert!(!outbox.has_since(0) && outbox.has_since(6) && !outbox.has_since(1000));
    }
}
