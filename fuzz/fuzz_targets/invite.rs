//! Fuzzes the door `invite`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kenes_fuzz::invite(bytes));
