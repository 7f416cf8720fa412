//! What clients may do with sessions, in any order.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| lockstep_fuzz::machine::run(bytes));
