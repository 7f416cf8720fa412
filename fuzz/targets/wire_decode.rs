//! What lockstep-wire reads it writes, and reads again as the same.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| lockstep_fuzz::decode::run(bytes));
