//! What the latest revision's server says reaches every older client, and what an older client asks reaches the server.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| lockstep_fuzz::bridge::run(bytes));
