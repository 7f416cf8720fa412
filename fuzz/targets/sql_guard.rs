//! SQL of callers: what the gate lets through changes nothing.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| lockstep_server::store::sqlite::fuzzing::run(bytes));
