//! The end of the story: somebody who carries what she reads to others is put out while the towns are apart, and takes
//! home from the relay what she cannot read.

use super::person::{Person, Relay, text};
use super::{Broken, Teller};
use crate::render::Style;

/// What is not for her.
pub(super) const AFTER: &str = "Жиналыс орны ауысты: енді кітапхананың артында кездесеміз.";

/// In one town she is paused, a sheet is put to remove her, and something is written; in the other it is signed.
pub(super) async fn put_out(
    teller: &Teller<'_>,
    [chair, other, informer]: [&Person; 3],
    relay: &Relay,
) -> Result<(), Broken> {
    let step = "demo-informer";
    teller.tell(step, &[("name", chair.name), ("informer", informer.name)])?;
    chair.does(step, &["committee", "pause", informer.name, "--because", "distrust"]).await?;
    let sheet = chair.does(step, &["minutes", "propose", "--remove", informer.name]).await?;
    let sheet = text(step, &sheet["id"])?;
    chair.does(step, &["bulletin", "post", AFTER]).await?;
    teller.quote(chair.name, AFTER)?;
    chair.meets(step, relay).await?.ends(step).await?;
    let step = "demo-removed";
    teller.tell(step, &[("name", other.name), ("informer", informer.name)])?;
    let visit = other.meets(step, relay).await?;
    visit.until_bulletins(step, 4).await?;
    other.does(step, &["minutes", "sign", &sheet]).await?;
    visit.until_minutes(step, 2).await?;
    visit.ends(step).await?;
    let step = "demo-informer-takes";
    teller.tell(step, &[("informer", informer.name)])?;
    informer.meets(step, relay).await?.ends(step).await?;
    must_read(step, other, true).await?;
    must_read(step, informer, false).await?;
    teller.tell_in(Style::Good, "demo-informer-reads-nothing", &[("name", other.name), ("informer", informer.name)])
}

async fn must_read(step: &'static str, person: &Person, reads: bool) -> Result<(), Broken> {
    let read = person.does(step, &["bulletin", "list"]).await?;
    let bulletins = read["bulletins"].as_array().map(Vec::as_slice).unwrap_or_default();
    match bulletins.iter().any(|bulletin| bulletin["text"] == AFTER) {
        found if found == reads && bulletins.len() == 3 + usize::from(reads) => Ok(()),
        found => Err(Broken::new(step, format!("{}: {} bulletins, read it: {found}", person.name, bulletins.len()))),
    }
}
