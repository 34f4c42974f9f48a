//! Fuzzes the door `sealed`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kenes_fuzz::sealed(bytes));
