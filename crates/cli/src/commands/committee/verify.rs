//! `kenes committee verify`: twelve words, compared with a member in person or by voice.

use kenes_web::api::VerifyMember;

use super::chosen;
use super::chosen::member;
use crate::args;
use crate::commands::file;
use crate::error::CommandError;
use crate::qr::{self, Wanted};
use crate::render::Style;
use crate::run::Run;

pub(super) async fn verify(run: &Run, args: args::VerifyMember) -> Result<(), CommandError> {
    let client = run.unlocked().await?;
    let committee = chosen(run, client).await?;
    let meant = member(client.members(committee.id).await?.members, &args.who)?;
    if let Some(path) = &args.drawn.png {
        file::save(path, &qr::png(&meant.words.join(" "))?)?;
    }
    if args.drawn.qr || args.drawn.png.is_some() {
        return run.screen.answer(&meant, |page| {
            page.say("verify-member", &[("who", meant.name.as_str().into())]);
            page.compare(&meant.words);
            if args.drawn.qr {
                qr::draw(page, &meant.words.join(" "));
            }
        });
    }
    let scanned = match args.scan.as_slice() {
        [] => None,
        pictures => Some(qr::scan(pictures, Wanted::Words).await?),
    };
    let words = match args.words.or(scanned) {
        Some(words) => words,
        None => {
            if run.has_someone_to_ask() {
                run.screen.preview(|page| {
                    page.say("verify-member", &[("who", meant.name.as_str().into())]);
                    page.compare(&meant.words);
                });
            }
            run.confirm(false, "ask-verify-member", "SAME").await?;
            meant.words.join(" ")
        }
    };
    let compared = VerifyMember { who: meant.member.to_string(), words };
    let verified = client.verify_member(committee.id, &compared).await?;
    run.screen.answer(&verified, |page| {
        page.say_in(Style::Good, "member-verified", &[("who", verified.name.as_str().into())]);
    })
}
