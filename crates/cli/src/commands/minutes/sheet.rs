//! A sheet as a person reads it: what it decides, who signed, who is missing, and why this desk would not sign.

use kenes_web::api::{Decision, History, Minutes, Person, SheetStatus, Undone};

use crate::error;
use crate::render::page::{local, short};
use crate::render::{Page, Style};

pub(crate) fn describe(page: &mut Page<'_>, minutes: &Minutes) {
    let (key, style) = status(minutes.status);
    let word = page.words.text(key);
    let title = [("no", minutes.no.into()), ("status", word.into()), ("id", short(&minutes.id).into())];
    page.say_in(style, "minutes-title", &title);
    page.say("minutes-author", &[("who", named(&minutes.author).into())]);
    minutes.entries.iter().for_each(|entry| decision(page, entry));
    if let Some(void) = &minutes.void {
        let cause = error::told(page.words, void);
        return page.say_in(Style::Alarm, "minutes-void", &[("cause", cause.into())]);
    }
    signatures(page, minutes);
    if minutes.status == SheetStatus::Open {
        what_next(page, minutes);
        if minutes.by_hand {
            page.say_in(Style::Strong, "minutes-by-hand", &[("id", short(&minutes.id).into())]);
        }
    }
}

fn status(status: SheetStatus) -> (&'static str, Style) {
    match status {
        SheetStatus::Open => ("sheet-open", Style::Strong),
        SheetStatus::Adopted => ("sheet-adopted", Style::Good),
        SheetStatus::Superseded => ("sheet-superseded", Style::Faint),
        SheetStatus::Contested => ("sheet-contested", Style::Alarm),
        SheetStatus::Void => ("sheet-void", Style::Faint),
    }
}

fn signatures(page: &mut Page<'_>, minutes: &Minutes) {
    let open = minutes.status == SheetStatus::Open;
    if open && minutes.round.is_none() {
        page.say("minutes-not-tabled", &[("passes", minutes.passes.into()), ("needed", minutes.needed.into())]);
        return;
    }
    let (count, who) = (minutes.signed.len(), all(&minutes.signed));
    page.say("minutes-signed", &[("count", count.into()), ("needed", minutes.needed.into()), ("who", who.into())]);
    if open {
        page.say("minutes-missing", &[("who", all(&minutes.missing).into())]);
    }
}

fn what_next(page: &mut Page<'_>, minutes: &Minutes) {
    match &minutes.obstacle {
        _ if minutes.mine => page.say("minutes-mine", &[]),
        Some(obstacle) => {
            let cause = error::told(page.words, obstacle);
            page.say("minutes-obstacle", &[("cause", cause.into())]);
            if let Some(hint) = error::next_after(page.words, &obstacle.cause) {
                page.line(Style::Plain, &hint);
            }
        }
        None => page.say_in(Style::Strong, "minutes-sign-next", &[("id", short(&minutes.id).into())]),
    }
}

/// One decision on a line, and under a new key the words to compare.
pub(crate) fn decision(page: &mut Page<'_>, decision: &Decision) {
    let mut about = |key, who: &Person| page.say(key, &[("who", named(who).into())]);
    match decision {
        Decision::Admit { who, steward: true } => about("decision-admit-steward", who),
        Decision::Admit { who, steward: false } => about("decision-admit", who),
        Decision::Remove { who } => about("decision-remove", who),
        Decision::Steward { who, steward: true } => about("decision-steward", who),
        Decision::Steward { who, steward: false } => about("decision-retire", who),
        Decision::Keep { who } => about("decision-keep", who),
        Decision::Drop { who } => about("decision-drop", who),
        Decision::Silence { who, undone } => {
            about("decision-silence", who);
            not_counted(page, undone);
        }
        Decision::Reinstate { author, .. } => about("decision-reinstate", author),
        Decision::Policy { quorum, history, retention_days } => policy(page, *quorum, *history, *retention_days),
        Decision::Recall { who, devices, undone } => {
            let who = who.as_ref().map_or_else(|| page.words.text("author-unknown"), named);
            let devices = devices.iter().map(short).collect::<Vec<_>>().join(", ");
            page.say("decision-recall", &[("who", who.into()), ("devices", devices.into())]);
            not_counted(page, undone);
        }
        Decision::NewKey { who, key, words, lifts } => {
            page.say("decision-new-key", &[("who", named(who).into()), ("key", short(key).into())]);
            page.say_in(Style::Strong, "decision-new-key-compare", &[]);
            page.compare(words);
            if let Some(lifts) = lifts {
                page.say("decision-new-key-lifts", &[("who", named(lifts).into())]);
            }
        }
        Decision::Spokesperson { who, until } => {
            page.say("decision-spokesperson", &[("who", named(who).into()), ("until", local(*until).into())]);
        }
        Decision::Channel { channel } => page.say("decision-channel", &[("channel", short(channel).into())]),
        Decision::Publish { channel } => page.say("decision-publish", &[("channel", short(channel).into())]),
    }
}

/// What a recall takes away of what can be read here: to be seen before anybody signs.
fn not_counted(page: &mut Page<'_>, undone: &Undone) {
    if let (Some(since), Some(written)) = (&undone.since, undone.written) {
        let since = [("id", short(since).into()), ("written", local(written).into()), ("count", undone.count.into())];
        page.say_in(Style::Strong, "decision-undone", &since);
    }
}

fn policy(page: &mut Page<'_>, (over, under): (u8, u8), history: History, days: u16) {
    let quorum = format!("{over}/{under}");
    page.say("decision-quorum", &[("quorum", quorum.into())]);
    let reads = match history {
        History::All => "decision-history-all",
        History::None => "decision-history-none",
    };
    page.say(reads, &[]);
    page.say("decision-retention", &[("days", days.into())]);
}

/// A name with the beginning of the id: names can be alike.
pub(crate) fn named(person: &Person) -> String {
    match person.name.as_str() {
        "" => short(&person.member),
        name => format!("{name} ({})", short(&person.member)),
    }
}

fn all(people: &[Person]) -> String {
    if people.is_empty() { "—".to_owned() } else { people.iter().map(named).collect::<Vec<_>>().join(", ") }
}
