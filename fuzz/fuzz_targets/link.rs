//! Fuzzes the door `link`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kenes_fuzz::link(bytes));
