//! The story: a founder in Aktau, two members in Temirtau, and a relay between the towns that holds no keys.
//!
//! Aktau and Temirtau are never connected. They meet one after the other at the relay, and each writes while nothing
//! runs. It tells what it does, checks what it tells, and breaks off at the first thing that does not hold. What they
//! decide, and who checks it, is in [`super::proof`]; who is put out, in [`super::informer`].

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use data_encoding::HEXLOWER;

use super::person::{Person, Relay, text};
use super::{Broken, Teller, informer, proof, search};
use crate::render::Style;

const KAZAKH: &str =
    "Ертең сағат онда үшінші цехтың алдында жалпы жиналыс. Талабымыз: жалақыны көтеру, ауысымды қысқарту.";
const RUSSIAN: &str = "Вторая смена на шахте не вышла. Нужны вода и адвокат. Передайте в Актау: держимся.";
const ENGLISH: &str = "The clinic behind the depot is open all night. Bring bandages; leave your phones at home.";

struct Cast {
    aigerim: Person,
    daulet: Person,
    maria: Person,
}

/// Tells the story in `folder`.
pub(super) async fn tell(teller: &Teller<'_>, folder: &Path) -> Result<(), Broken> {
    let cast = set_up(teller, folder).await?;
    let relay_home = folder.join("relay");
    teller.tell("demo-relay", &[])?;
    let relay = Relay::start("demo-relay", &relay_home, &folder.join("passphrase")).await?;
    let channel = found_and_invite(teller, &cast).await?;
    let_in(teller, &cast, &relay).await?;
    write_apart(teller, &cast).await?;
    let resolution = proof::put(teller, &cast.daulet).await?;
    meet(teller, &cast, &relay).await?;
    read_everywhere(teller, &cast).await?;
    proof::adopt(teller, &cast.aigerim, &resolution).await?;
    proof::check(teller, folder, &cast.aigerim, &resolution).await?;
    informer::put_out(teller, [&cast.aigerim, &cast.daulet, &cast.maria], &relay).await?;
    teller.tell("demo-relay-ends", &[])?;
    relay.ends("demo-relay-ends").await?;
    search_the_relay(teller, &relay_home, &channel)?;
    teller.tell_in(Style::Good, "demo-end", &[])
}

async fn set_up(teller: &Teller<'_>, folder: &Path) -> Result<Cast, Broken> {
    let step = "demo-set-up";
    teller.tell_in(Style::Strong, step, &[])?;
    let passphrase = folder.join("passphrase");
    std::fs::write(&passphrase, "бұл тек көрсетілім ғана\n")
        .and_then(|()| std::fs::set_permissions(&passphrase, Permissions::from_mode(0o600)))
        .map_err(|error| Broken::new(step, error))?;
    let cast = Cast {
        aigerim: Person::new(folder, "Айгерім", "aktau"),
        daulet: Person::new(folder, "Дәулет", "temirtau-1"),
        maria: Person::new(folder, "Мария", "temirtau-2"),
    };
    for person in [&cast.aigerim, &cast.daulet, &cast.maria] {
        person.does(step, &["init", "--name", person.name]).await?;
    }
    Ok(cast)
}

/// Gives the channel's id.
async fn found_and_invite(teller: &Teller<'_>, cast: &Cast) -> Result<String, Broken> {
    let step = "demo-found";
    teller.tell(step, &[("name", cast.aigerim.name)])?;
    let name = "Бірлік";
    cast.aigerim.does(step, &["committee", "new", name, "--territory", "Қазақстан", "--industry", "мұнай"]).await?;
    let committees = cast.aigerim.does(step, &["committee", "list"]).await?;
    let channel = text(step, &committees["committees"][0]["channel"])?;
    let step = "demo-invite";
    teller.tell(step, &[])?;
    for person in [&cast.daulet, &cast.maria] {
        let invite = cast.aigerim.does(step, &["committee", "invite", "--uses", "1"]).await?;
        person.does(step, &["committee", "join", &text(step, &invite["uri"])?]).await?;
    }
    Ok(channel)
}

async fn let_in(teller: &Teller<'_>, cast: &Cast, relay: &Relay) -> Result<(), Broken> {
    let step = "demo-introduce";
    teller.tell(step, &[("name", cast.aigerim.name)])?;
    cast.aigerim.meets(step, relay).await?.ends(step).await?;
    let step = "demo-ask";
    teller.tell(step, &[])?;
    for person in [&cast.daulet, &cast.maria] {
        let visit = person.meets(step, relay).await?;
        visit.until_asked(step).await?;
        visit.ends(step).await?;
    }
    let step = "demo-admit";
    teller.tell(step, &[("name", cast.aigerim.name)])?;
    let visit = cast.aigerim.meets(step, relay).await?;
    visit.until_members(step, 3).await?;
    proof::confirm(teller, &cast.aigerim, [&cast.daulet, &cast.maria]).await?;
    visit.ends(step).await?;
    let step = "demo-welcome";
    teller.tell(step, &[])?;
    for person in [&cast.daulet, &cast.maria] {
        let visit = person.meets(step, relay).await?;
        visit.until_members(step, 3).await?;
        visit.until_minutes(step, 1).await?;
        visit.ends(step).await?;
    }
    Ok(())
}

async fn write_apart(teller: &Teller<'_>, cast: &Cast) -> Result<(), Broken> {
    let step = "demo-write";
    teller.tell(step, &[])?;
    for (person, words) in [(&cast.aigerim, KAZAKH), (&cast.daulet, RUSSIAN), (&cast.maria, ENGLISH)] {
        person.does(step, &["bulletin", "post", words]).await?;
        teller.quote(person.name, words)?;
    }
    Ok(())
}

async fn meet(teller: &Teller<'_>, cast: &Cast, relay: &Relay) -> Result<(), Broken> {
    let step = "demo-meet-aktau";
    teller.tell(step, &[("name", cast.aigerim.name)])?;
    cast.aigerim.meets(step, relay).await?.ends(step).await?;
    let step = "demo-meet-temirtau";
    teller.tell(step, &[])?;
    let (daulet, maria) = (cast.daulet.meets(step, relay).await?, cast.maria.meets(step, relay).await?);
    for visit in [&daulet, &maria] {
        visit.until_bulletins(step, 3).await?;
    }
    daulet.ends(step).await?;
    maria.ends(step).await?;
    let step = "demo-meet-again";
    teller.tell(step, &[("name", cast.aigerim.name)])?;
    let visit = cast.aigerim.meets(step, relay).await?;
    visit.until_bulletins(step, 3).await?;
    visit.until_asked_to_vote(step).await?;
    visit.ends(step).await
}

async fn read_everywhere(teller: &Teller<'_>, cast: &Cast) -> Result<(), Broken> {
    let step = "demo-read";
    teller.tell(step, &[])?;
    for person in [&cast.aigerim, &cast.daulet, &cast.maria] {
        let read = person.does(step, &["bulletin", "list"]).await?;
        let bulletins = read["bulletins"].as_array().map(Vec::as_slice).unwrap_or_default();
        let missing =
            [KAZAKH, RUSSIAN, ENGLISH].iter().filter(|wanted| !bulletins.iter().any(|b| b["text"] == **wanted));
        match missing.count() {
            0 if bulletins.len() == 3 => teller.tell("demo-has-read", &[("name", person.name)])?,
            missing => return Err(Broken::new(step, format!("{}: {missing} are missing", person.name))),
        }
    }
    Ok(())
}

fn search_the_relay(teller: &Teller<'_>, home: &Path, channel: &str) -> Result<(), Broken> {
    let step = "demo-search";
    teller.tell(step, &[])?;
    let channel = HEXLOWER.decode(channel.as_bytes()).map_err(|error| Broken::new(step, error))?;
    let sentences: Vec<Vec<u8>> =
        ["жалпы жиналыс", "Передайте в Актау", "clinic behind the depot", "жұмысты тоқтатамыз", "кітапхананың артында"]
            .into_iter()
            .flat_map(search::encodings)
            .collect();
    let mut needles = vec![channel];
    needles.extend(sentences);
    let found = search::found(home, &needles).map_err(|error| Broken::new(step, error))?;
    match found.split_first() {
        Some((true, sentences)) if sentences.iter().all(|found| !found) => {
            teller.tell_in(Style::Good, "demo-search-done", &[])
        }
        Some((true, _)) => Err(Broken::new(step, "a sentence of a bulletin lies in the relay's files")),
        Some((false, _)) | None => Err(Broken::new(step, "the search does not find what must be there")),
    }
}
