//! Trains the dictionary that bulletins are compressed with, from the texts in `dictionary/`:
//! `cargo run -p kenes-core --example dictionary -- FILE`.
//!
//! For making the *next* version. A version in use never changes: what was sealed with it must open for ever, and a
//! test of `seal::dictionary` pins its hash.

use std::error::Error;
use std::path::Path;

/// The size to train for, in bytes.
const SIZE: usize = 24 * 1024;
const LANGUAGES: [&str; 3] = ["kk.txt", "ru.txt", "en.txt"];

fn main() -> Result<(), Box<dyn Error>> {
    let target = std::env::args().nth(1).ok_or("name the file to write")?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("dictionary");
    let texts: Result<Vec<_>, _> = LANGUAGES.iter().map(|name| std::fs::read_to_string(folder.join(name))).collect();
    let dictionary = zstd::dict::from_samples(&samples(&texts?), SIZE)?;
    std::fs::write(target, &dictionary)?;
    println!("{} bytes, BLAKE3 {}", dictionary.len(), blake3::hash(&dictionary).to_hex());
    Ok(())
}

/// Every bulletin whole, and every sentence by itself, the languages in turn.
fn samples(texts: &[String]) -> Vec<Vec<u8>> {
    let languages: Vec<Vec<&str>> = texts.iter().map(|text| text.lines().collect()).collect();
    let most = languages.iter().map(Vec::len).max().unwrap_or(0);
    let mut samples = Vec::new();
    for line in (0..most).flat_map(|n| languages.iter().filter_map(move |lines| lines.get(n))) {
        samples.push(line.as_bytes().to_vec());
        samples.extend(line.split_inclusive(". ").map(|sentence| sentence.as_bytes().to_vec()));
    }
    samples
}
