//! Fuzzes the door `meeting`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kenes_fuzz::meeting(bytes));
