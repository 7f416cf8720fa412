//! Hosts, origins and other headers of HTTP requests.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| lockstep_fuzz::guard::run(bytes));
