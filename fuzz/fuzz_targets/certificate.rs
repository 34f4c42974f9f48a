//! Fuzzes the door `certificate`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kenes_fuzz::certificate(bytes));
