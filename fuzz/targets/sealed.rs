//! Request state and cursors that were changed on the way.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| lockstep_fuzz::sealed::run(bytes));
