//! However a stream of bytes is cut, its lines are the same.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| lockstep_fuzz::framer::run(bytes));
