//! What the committee of the story decides, and how somebody checks it who has nothing but a file and twelve words.

use std::path::Path;

use serde_json::Value;

use super::person::{Person, text};
use super::{Broken, Teller};
use crate::render::Style;

/// What is decided.
pub(super) const RESOLUTION: &str = "Ертеңнен бастап жұмысты тоқтатамыз. Бірінші талап — жалақыны төлеу.";
const TITLE: &str = "Ереуіл туралы";

/// The founder confirms the two by minutes: from now on all three vote.
pub(super) async fn confirm(teller: &Teller<'_>, founder: &Person, others: [&Person; 2]) -> Result<(), Broken> {
    let step = "demo-confirm";
    teller.tell(step, &[("name", founder.name)])?;
    let [one, other] = others.map(|person| person.name);
    let minutes = founder.does(step, &["minutes", "propose", "--yes", "--admit", one, other]).await?;
    holds(step, minutes["status"] == "adopted", "the minutes were not adopted")
}

/// Gives the resolution's id.
pub(super) async fn put(teller: &Teller<'_>, author: &Person) -> Result<String, Broken> {
    let step = "demo-put";
    teller.tell(step, &[("name", author.name)])?;
    let put = author.does(step, &["resolution", "propose", "--title", TITLE, RESOLUTION]).await?;
    teller.quote(TITLE, RESOLUTION)?;
    holds(step, put["status"] == "open" && put["needed"] == 2, "it is not for two of three to adopt")?;
    text(step, &put["id"])
}

/// The other town signs what came by the relay.
pub(super) async fn adopt(teller: &Teller<'_>, voter: &Person, resolution: &str) -> Result<(), Broken> {
    let step = "demo-adopt";
    teller.tell(step, &[("name", voter.name)])?;
    let cast = voter.does(step, &["resolution", "vote", resolution, "adopt"]).await?;
    let two = cast["signed"].as_array().is_some_and(|signed| signed.len() == 2);
    holds(step, cast["status"] == "adopted" && two, "two have signed, and it is not adopted")
}

/// Somebody without a home checks the certificate, and one that was forged.
pub(super) async fn check(teller: &Teller<'_>, folder: &Path, member: &Person, resolution: &str) -> Result<(), Broken> {
    let step = "demo-outsider";
    teller.tell(step, &[("name", member.name)])?;
    let (file, forged) = (folder.join("certificate"), folder.join("forged"));
    let (path, forged_path) = (file.display().to_string(), forged.display().to_string());
    let made = member.does(step, &["resolution", "certificate", resolution, &path]).await?;
    let words = words(step, &made["checkpoint"]["words"])?;
    let outsider = Person::new(folder, "outsider", "nowhere");
    let proof = outsider.does(step, &["verify", &path, "--words", &words]).await?;
    let signed = (&proof["signed"], &proof["roster_size"]) == (&2.into(), &3.into());
    holds(step, signed && proof["text"] == RESOLUTION, "it does not prove what was decided")?;
    teller.tell_in(Style::Faint, "demo-words", &[("words", &words)])?;
    teller.tell_in(Style::Good, "demo-proven", &[("name", &text(step, &proof["committee_name"])?)])?;

    let step = "demo-forged";
    teller.tell(step, &[])?;
    let mut bytes = std::fs::read(&file).map_err(|error| Broken::new(step, error))?;
    let at = bytes.windows(RESOLUTION.len()).position(|window| window == RESOLUTION.as_bytes());
    let changed = at.and_then(|at| bytes.get_mut(at + 1)).ok_or_else(|| Broken::new(step, "the text is not there"))?;
    *changed ^= 1;
    std::fs::write(&forged, bytes).map_err(|error| Broken::new(step, error))?;
    outsider.is_refused(step, &["verify", &forged_path, "--words", &words], "not_authentic").await?;
    teller.tell_in(Style::Good, "demo-forged-refused", &[])
}

fn words(step: &'static str, words: &Value) -> Result<String, Broken> {
    let words = words.as_array().map(Vec::as_slice).unwrap_or_default();
    let words: Result<Vec<_>, _> = words.iter().map(|word| text(step, word)).collect();
    Ok(words?.join(" "))
}

fn holds(step: &'static str, holds: bool, or_else: &str) -> Result<(), Broken> {
    if holds { Ok(()) } else { Err(Broken::new(step, or_else)) }
}
