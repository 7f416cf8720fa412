//! Ten thousand schedules for each program: any order of steps, and orders in which few threads are held up for long (PCT).
//! `LOCKSTEP_SEED` sets the seed, which is printed.

use std::time::UNIX_EPOCH;

use interleavings::programs;
use shuttle::scheduler::{PctScheduler, RandomScheduler};
use shuttle::{Config, Runner};

const ANY: usize = 7_000;
const HELD_UP: usize = 3_000;

/// How often PCT changes its mind about who goes first.
const CHANGES: usize = 3;

fn explore(program: fn()) {
    let wanted = std::env::var("LOCKSTEP_SEED").ok().map(|seed| seed.parse().expect("the seed is a number"));
    let seed = wanted.unwrap_or_else(|| UNIX_EPOCH.elapsed().expect("it is after 1970").as_nanos() as u64);
    eprintln!("LOCKSTEP_SEED={seed}");
    Runner::new(RandomScheduler::new_from_seed(seed, ANY), Config::new()).run(program);
    Runner::new(PctScheduler::new_from_seed(seed, CHANGES, HELD_UP), Config::new()).run(program);
}

macro_rules! programs {
    ($($program:ident)+) => {
        $(
            #[test]
            fn $program() {
                explore(programs::$program);
            }
        )+
    };
}

programs! {
    a_call_begins_while_its_session_ends
    a_listener_changes_its_mind
    a_question_is_answered_or_closed
    a_stream_is_handed_over
    earlier_readers_find_their_end
    ids_in_flight_are_taken_once
    news_reach_one_stream
    sessions_end_once
}
