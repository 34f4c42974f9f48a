//! What a certificate proves, in words: whose it is, what it says, who signed, and what nobody can tell from it.

use kenes_web::api::{AtHome, Checkpoint, Proof, ProofKind, Warning, WarningKind};

use crate::render::page::local;
use crate::render::{Page, Style};

pub(super) fn show(page: &mut Page<'_>, proof: &Proof) {
    text(page, proof);
    signers(page, proof);
    page.gap();
    whose(page, proof);
    page.gap();
    proof.warnings.iter().for_each(|warning| warn(page, warning, proof));
}

fn text(page: &mut Page<'_>, proof: &Proof) {
    let key = match proof.kind {
        ProofKind::Minutes => "verify-minutes",
        ProofKind::Resolution => "verify-resolution",
        ProofKind::Bulletin => "verify-bulletin",
    };
    page.say_in(Style::Strong, key, &[("name", proof.committee_name.as_str().into())]);
    if !proof.territory.is_empty() {
        page.pair("label-territory", &proof.territory.join(" / "));
    }
    if let Some(industry) = &proof.industry {
        page.pair("label-industry", industry);
    }
    if let Some(text) = &proof.text {
        page.gap();
        page.quote(proof.title.as_deref(), text);
        page.gap();
    }
    if let (Some(written), Some(expires)) = (proof.written, proof.expires) {
        page.pair("label-written", &local(written));
        page.pair("label-expires", &local(expires));
    }
}

fn signers(page: &mut Page<'_>, proof: &Proof) {
    let key = match (proof.kind, proof.under.no) {
        (ProofKind::Resolution, _) => "verify-signed",
        (ProofKind::Bulletin, _) => "verify-office",
        (ProofKind::Minutes, 0) => "verify-founded",
        (ProofKind::Minutes, _) => "verify-decided",
    };
    let counts = [
        ("signed", proof.signed.into()),
        ("voters", proof.roster_size.into()),
        ("needed", proof.needed.into()),
        ("no", proof.under.no.into()),
    ];
    page.say(key, &counts);
}

/// The words to compare, and what this home says to it.
fn whose(page: &mut Page<'_>, proof: &Proof) {
    match (proof.home, &proof.checkpoint) {
        (AtHome::Known, held) => {
            let no = held.as_ref().map_or(proof.under.no, |held| held.no);
            page.say_in(Style::Good, "verify-known", &[("no", no.into())]);
        }
        (_, Some(held)) => {
            page.say_in(Style::Good, "verify-words-fit", &[("no", held.no.into())]);
            words(page, held);
        }
        (_, None) => {
            page.say_in(Style::Alarm, "verify-compare", &[("name", proof.committee_name.as_str().into())]);
            words(page, &proof.newest);
            if proof.under.no != proof.newest.no {
                words(page, &proof.under);
            }
            page.say("verify-compare-how", &[]);
        }
    }
    match proof.home {
        AtHome::Known | AtHome::NotAsked => {}
        AtHome::Unknown => page.say("verify-unknown", &[]),
        AtHome::Namesake => page.say_in(Style::Alarm, "verify-namesake", &[]),
    }
}

fn words(page: &mut Page<'_>, checkpoint: &Checkpoint) {
    let words = checkpoint.words.join(" ");
    page.say("verify-words", &[("no", checkpoint.no.into()), ("words", words.into())]);
}

fn warn(page: &mut Page<'_>, warning: &Warning, proof: &Proof) {
    let count = warning.count.unwrap_or_default();
    let newest = proof.newest.no;
    match warning.kind {
        WarningKind::OneKey => page.say_in(Style::Alarm, "warning-one-key", &[]),
        WarningKind::NoCheckpoint => page.say_in(Style::Alarm, "warning-no-checkpoint", &[]),
        WarningKind::SignedLate => {
            let held = proof.checkpoint.as_ref().map_or(newest, |held| held.no);
            page.say_in(Style::Alarm, "warning-signed-late", &[("no", held.into())]);
        }
        WarningKind::NewerMinutes => page.say("warning-newer-minutes", &[("no", newest.into())]),
        WarningKind::NoLongerSpokesperson => page.say_in(Style::Alarm, "warning-no-longer-spokesperson", &[]),
        WarningKind::Undated => page.say_in(Style::Alarm, "warning-undated", &[]),
        WarningKind::SignersRemoved => {
            page.say_in(Style::Alarm, "warning-signers-removed", &[("count", count.into()), ("no", newest.into())]);
        }
        WarningKind::SignersOut => page.say_in(Style::Alarm, "warning-signers-out", &[("count", count.into())]),
        WarningKind::Continues => {
            let other = warning.committee.map(|committee| committee.to_string()).unwrap_or_default();
            page.say_in(Style::Alarm, "warning-continues", &[("other", other.into())]);
        }
        WarningKind::OnlyThis => page.say("warning-only-this", &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Lang;
    use crate::catalogue::Catalogue;

    const HOSTILE: &str = "\u{1b}[2J\u{1b}]0;x\u{7}\u{202E}олақ\u{2066}\u{9b}31m";

    fn proof(kind: ProofKind, home: AtHome, held: bool) -> Proof {
        let id = "ab".repeat(32);
        let checkpoint = |no| Checkpoint { no, id: id.parse().unwrap(), words: vec!["moon".into(); 12] };
        let kinds = [
            WarningKind::OneKey,
            WarningKind::NoCheckpoint,
            WarningKind::SignedLate,
            WarningKind::NewerMinutes,
            WarningKind::NoLongerSpokesperson,
            WarningKind::Undated,
            WarningKind::SignersRemoved,
            WarningKind::SignersOut,
            WarningKind::Continues,
            WarningKind::OnlyThis,
        ];
        let moment = Some("2026-11-24T04:30:00Z".parse().unwrap());
        Proof {
            valid: true,
            kind,
            committee: id.parse().unwrap(),
            committee_name: HOSTILE.into(),
            territory: vec![HOSTILE.into()],
            industry: Some(HOSTILE.into()),
            id: Some(id.clone()),
            title: Some(HOSTILE.into()),
            text: Some(HOSTILE.into()),
            author: None,
            written: moment,
            expires: moment,
            signed: 3,
            needed: 3,
            roster_size: 5,
            under: checkpoint(7),
            newest: checkpoint(8),
            checkpoint: held.then(|| checkpoint(8)),
            home,
            warnings: kinds.map(|kind| Warning { kind, count: Some(2), committee: id.parse().ok() }).to_vec(),
        }
    }

    #[test]
    fn nothing_that_a_certificate_says_plays_with_the_terminal_or_hides_what_is_said_beside_it() {
        for lang in Lang::ALL {
            let words = Catalogue::load(lang);
            for kind in [ProofKind::Minutes, ProofKind::Resolution, ProofKind::Bulletin] {
                for (home, held) in [
                    (AtHome::NotAsked, false),
                    (AtHome::Unknown, true),
                    (AtHome::Namesake, false),
                    (AtHome::Known, true),
                ] {
                    let mut page = Page::new(&words, false, None);
                    show(&mut page, &proof(kind, home, held));
                    let text = page.into_text();
                    let harmful = |c: char| {
                        (c.is_control() && c != '\n') || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
                    };
                    assert!(!text.contains(harmful), "{text:?}");
                    assert!(!text.contains("verify-") && !text.contains("warning-") && !text.contains('{'), "{text}");
                    assert_eq!(text.contains("moon"), home != AtHome::Known, "the words to compare: {text}");
                }
            }
        }
    }
}
