//! Bytes that claim to be a message, over HTTP and on channels.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| lockstep_fuzz::envelope::run(bytes));
