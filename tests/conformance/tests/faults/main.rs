//! Faults from outside, against the real server over real sockets: clients that hang up anywhere (`disconnects`), and a
//! server that is told to stop under load (`stopping`). The seed of a run is printed; `LOCKSTEP_SEED` sets it.

mod client;
mod disconnects;
mod journal;
mod random;
mod stopping;
#[path = "../it/wire.rs"]
#[expect(dead_code, reason = "these tests start servers with it and talk to them in their own, ruder way")]
mod wire;
