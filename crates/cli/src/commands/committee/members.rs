//! Who is who in a committee: what each may do, who is out and by what, and who asks for a new vote key.

use kenes_web::api::Member;

use super::standing_key;
use crate::error;
use crate::render::page::{local, short};
use crate::render::{Page, Style};

pub(super) fn describe(page: &mut Page<'_>, members: &[Member]) {
    page.table(&members.iter().map(|member| row(page, member)).collect::<Vec<_>>());
    for member in members.iter().filter(|member| member.devices.len() > 1) {
        let devices = member.devices.iter().map(short).collect::<Vec<_>>().join(", ");
        page.say("member-devices", &[("name", member.name.as_str().into()), ("devices", devices.into())]);
    }
    for member in members {
        for out in &member.out {
            let cause = error::told(page.words, out);
            page.say("member-out", &[("name", member.name.as_str().into()), ("cause", cause.into())]);
        }
    }
    for member in members {
        for asked in &member.new_keys {
            let arguments = [("who", member.name.as_str().into()), ("key", short(&asked.key).into())];
            page.say_in(Style::Alarm, "member-asks-key", &arguments);
            page.compare(&asked.words);
        }
    }
}

fn row(page: &Page<'_>, member: &Member) -> Vec<String> {
    let standing = page.words.text(standing_key(member.standing));
    vec![short(&member.member), member.name.clone(), standing, offices(page, member).join(", ")]
}

fn offices(page: &Page<'_>, member: &Member) -> Vec<String> {
    let held = [
        (member.chair, "member-chair"),
        (member.steward, "member-steward"),
        (member.me, "member-me"),
        (member.verified, "verified"),
    ];
    let mut held: Vec<_> = held.into_iter().filter(|(holds, _)| *holds).map(|(_, key)| page.words.text(key)).collect();
    if let Some(until) = member.speaks_until {
        held.push(page.words.say("member-speaks", &[("until", local(until).into())]));
    }
    held
}
