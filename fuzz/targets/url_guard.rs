//! Addresses that a caller wants fetched, and redirects.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| lockstep_fuzz::url::run(bytes));
