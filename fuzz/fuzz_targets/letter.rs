//! Fuzzes the door `letter`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kenes_fuzz::letter(bytes));
