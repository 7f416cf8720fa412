//! Files of the engine once more, on locks that give way to other threads in any order (shuttle), and small programs whose
//! threads meet there. Each program asserts what must hold in every order; one that waits for ever is found as well.
//!
//! What tokio locks (`Notify`, tokens, one-shot channels) is taken as it is: a step of these is one step here.
#![forbid(unsafe_code)]

mod contract;
mod engine;
mod sync;

pub use engine::programs;
