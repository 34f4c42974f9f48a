//! Fuzzes the door `ballot_file`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kenes_fuzz::ballot_file(bytes));
