//! What a member must not overlook about a committee: said wherever it is shown.

use kenes_web::api::{Fork, Glance, Standing};

use crate::error;
use crate::render::page::short;
use crate::render::{Page, Style};

/// A fork first, then what has the owner out, then what waits for a signature.
pub(crate) fn warnings(page: &mut Page<'_>, committee: &Glance) {
    committee.forks.iter().for_each(|found| fork(page, &committee.name, found));
    if committee.adrift {
        page.say_in(Style::Alarm, "committee-adrift", &[("name", committee.name.as_str().into())]);
    }
    for out in &committee.out {
        let cause = error::told(page.words, out);
        page.say_in(Style::Alarm, "committee-out", &[("cause", cause.into())]);
    }
    if committee.standing == Standing::Pending {
        return;
    }
    if committee.keyless {
        page.say_in(Style::Alarm, "committee-keyless", &[]);
    }
    if committee.voters < kenes_core::book::ENOUGH {
        page.say("committee-few-voters", &[]);
    }
    if committee.open > 0 {
        let style = if committee.to_sign > 0 { Style::Strong } else { Style::Plain };
        page.say_in(style, "committee-open", &[("open", committee.open.into()), ("to_sign", committee.to_sign.into())]);
    }
}

/// Two minutes of one number: on which this desk stands, and how its owner says on which to stand.
pub(crate) fn fork(page: &mut Page<'_>, name: &str, fork: &Fork) {
    let sheets = fork.sheets.iter().map(short).collect::<Vec<_>>().join(", ");
    let stand = match &fork.stand {
        Some(stand) => page.words.say("committee-forked-stands", &[("id", short(stand).into())]),
        None => page.words.text("committee-forked-below"),
    };
    page.say_in(
        Style::Alarm,
        "committee-forked",
        &[("name", name.into()), ("no", fork.no.into()), ("sheets", sheets.into()), ("stand", stand.into())],
    );
}
