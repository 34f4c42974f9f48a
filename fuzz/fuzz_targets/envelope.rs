//! Fuzzes the door `envelope`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kenes_fuzz::envelope(bytes));
