//! `kenes minutes propose`: from flags to a sheet, shown before anything is signed.

use kenes_web::api::{History, Minutes, MinutesDraft, Moment, NewMinutes, Proposal};
use kenes_web::client::Client;

use super::sheet;
use crate::args::{Fraction, HistoryChoice, Policy, ProposeMinutes};
use crate::commands::committee::chosen;
use crate::commands::when::coming;
use crate::error::CommandError;
use crate::render::page::short;
use crate::render::{Page, Style};
use crate::run::Run;

pub(super) async fn propose(run: &Run, args: ProposeMinutes) -> Result<(), CommandError> {
    let client = run.unlocked().await?;
    let committee = chosen(run, client).await?.id;
    let asks = !args.yes && run.has_someone_to_ask();
    let new = NewMinutes { committee, proposals: proposals(args, client).await? };
    if asks {
        let draft = client.draft_minutes(&new).await?;
        run.screen.preview(|page| preview(page, &draft));
        run.confirm(false, "ask-propose", "SIGN").await?;
    }
    let proposed = client.propose(&new).await?;
    run.screen.answer(&proposed, |page| put(page, &proposed))
}

fn preview(page: &mut Page<'_>, draft: &MinutesDraft) {
    page.say_in(Style::Strong, "minutes-would-be", &[("no", draft.no.into())]);
    draft.entries.iter().for_each(|decision| sheet::decision(page, decision));
    page.say("minutes-needs", &[("needed", draft.needed.into())]);
    page.say(if draft.tables { "minutes-tables-at-once" } else { "minutes-asks-first" }, &[]);
}

fn put(page: &mut Page<'_>, minutes: &Minutes) {
    page.say("minutes-put", &[("id", short(&minutes.id).into())]);
    super::outcome(page, minutes);
}

/// In the order in which a meeting decides: who goes and who speaks no longer, who stays or comes back, who comes, and
/// only then who does what, and by which rules.
async fn proposals(args: ProposeMinutes, client: &Client) -> Result<Vec<Proposal>, CommandError> {
    let mut all = vec![];
    all.extend(args.remove.into_iter().map(|who| Proposal::Remove { who }));
    all.extend(args.recall.into_iter().map(|who| Proposal::Recall { who, since: args.since.clone() }));
    all.extend(args.keep.into_iter().map(|who| Proposal::Keep { who }));
    all.extend(args.reinstate.into_iter().map(|who| Proposal::Reinstate { who }));
    all.extend(args.new_key.into_iter().map(|who| Proposal::NewKey { who }));
    // A newcomer who is to be a steward comes as one.
    let (as_stewards, others): (Vec<_>, Vec<_>) = args.steward.into_iter().partition(|who| args.admit.contains(who));
    all.extend(args.admit.into_iter().map(|who| Proposal::Admit { steward: as_stewards.contains(&who), who }));
    all.extend(others.into_iter().map(|who| Proposal::Steward { who, steward: true }));
    all.extend(args.retire.into_iter().map(|who| Proposal::Steward { who, steward: false }));
    all.extend(args.publish.then_some(Proposal::Publish));
    all.extend(args.new_channel.then_some(Proposal::NewChannel));
    if let Some(until) = &args.until {
        let until: Moment = coming(until, client.status().await?.clock)?;
        all.extend(args.spokesperson.into_iter().map(|who| Proposal::Spokesperson { who, until }));
    }
    all.extend(policy(&args.policy));
    Ok(all)
}

fn policy(rules: &[Policy]) -> Option<Proposal> {
    let (mut quorum, mut history, mut retention_days) = (None, None, None);
    for rule in rules {
        match *rule {
            Policy::Quorum(Fraction(over, under)) => quorum = Some((over, under)),
            Policy::History(HistoryChoice::All) => history = Some(History::All),
            Policy::History(HistoryChoice::None) => history = Some(History::None),
            Policy::Retention(days) => retention_days = Some(days),
        }
    }
    (!rules.is_empty()).then_some(Proposal::Policy { quorum, history, retention_days })
}
