//! Fuzzes the door `rotation`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kenes_fuzz::rotation(bytes));
