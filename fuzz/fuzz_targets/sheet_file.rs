//! Fuzzes the door `sheet_file`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| kenes_fuzz::sheet_file(bytes));
