//! How resolutions are listed and shown: who is for them, who against, who is missing, and what is still to be said.

use kenes_web::api::{Checkpoint, Person, Resolution, ResolutionStatus, Resolutions};

use crate::render::page::{local, short};
use crate::render::{Page, Style};

pub(super) fn list(page: &mut Page<'_>, found: &Resolutions) {
    if found.resolutions.is_empty() {
        return page.say("resolution-none", &[]);
    }
    for resolution in &found.resolutions {
        let style = if waits(resolution) { Style::Strong } else { Style::Plain };
        page.item(style, &short(&resolution.id), &resolution.title);
        standing(page, resolution);
    }
    let shown = found.resolutions.len();
    if shown < found.total {
        page.gap();
        page.say("resolution-more", &[("shown", shown.into()), ("total", found.total.into())]);
    }
}

pub(super) fn show(page: &mut Page<'_>, resolution: &Resolution) {
    page.say_in(
        Style::Strong,
        "resolution-line",
        &[
            ("author", name(&resolution.author).into()),
            ("committee", format!("{} ({})", resolution.committee_name, short(&resolution.committee)).into()),
            ("no", resolution.no.into()),
        ],
    );
    page.gap();
    page.quote(Some(&resolution.title), &resolution.text);
    page.gap();
    standing(page, resolution);
    for (label, people) in [
        ("label-for", &resolution.signed),
        ("label-against", &resolution.against),
        ("label-missing", &resolution.missing),
    ] {
        if !people.is_empty() {
            page.pair(label, &people.iter().map(name).collect::<Vec<_>>().join(", "));
        }
    }
    if let Some(deadline) = resolution.deadline {
        page.say("resolution-deadline", &[("when", local(deadline).into())]);
    }
    page.pair("label-id", &resolution.id.to_string());
}

/// What became of it, and what this desk's owner may do.
pub(super) fn standing(page: &mut Page<'_>, resolution: &Resolution) {
    let key = match resolution.status {
        ResolutionStatus::Open => "resolution-open",
        ResolutionStatus::Adopted => "resolution-adopted",
        ResolutionStatus::Rejected => "resolution-rejected",
    };
    let (signed, against, missing) = (resolution.signed.len(), resolution.against.len(), resolution.missing.len());
    page.say(
        key,
        &[
            ("id", short(&resolution.id).into()),
            ("signed", signed.into()),
            ("against", against.into()),
            ("missing", missing.into()),
            ("needed", resolution.needed.into()),
        ],
    );
    if waits(resolution) {
        page.say_in(Style::Strong, "resolution-waits", &[("id", short(&resolution.id).into())]);
    }
    if resolution.status == ResolutionStatus::Open && resolution.by_hand {
        page.say_in(Style::Strong, "resolution-by-hand", &[("id", short(&resolution.id).into())]);
    }
}

/// The words that whoever gets the certificate is to be given by another way.
pub(super) fn to_compare(page: &mut Page<'_>, checkpoint: Option<&Checkpoint>) {
    match checkpoint {
        Some(held) => {
            page.say("certificate-words", &[("no", held.no.into())]);
            page.compare(&held.words);
        }
        None => page.say_in(Style::Alarm, "warning-one-key", &[]),
    }
}

/// Whether this desk's owner is still to say something.
fn waits(resolution: &Resolution) -> bool {
    resolution.status == ResolutionStatus::Open && resolution.may && resolution.mine.is_none()
}

fn name(person: &Person) -> String {
    if person.name.is_empty() { short(&person.member) } else { person.name.clone() }
}
