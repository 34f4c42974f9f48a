//! Which committee a command is about: the one named by `-c`, or the only one.

use kenes_core::ids::{self, CommitteeId};
use kenes_web::api::{ApiError, Committee, ErrorKind, Member};
use kenes_web::client::Client;

use crate::error::{CommandError, OwnKind};
use crate::render::page::short;
use crate::run::Run;

pub(crate) async fn chosen(run: &Run, client: &Client) -> Result<Committee, CommandError> {
    let mut committees = client.committees().await?.committees;
    if let Some(name) = &run.global.committee {
        return named(committees, name);
    }
    match committees.len() {
        0 => Err(CommandError::new(OwnKind::NoCommittee)),
        1 => Ok(committees.remove(0)),
        _ => {
            let name = |committee: Committee| format!("{} ({})", committee.name, short(&committee.id));
            let names: Vec<String> = committees.into_iter().map(name).collect();
            Err(CommandError::new(OwnKind::WhichCommittee).detail("names", names.join(", ")))
        }
    }
}

/// The committee named by `-c`, where one is: for what an id alone may name.
pub(crate) async fn within(run: &Run, client: &Client) -> Result<Option<CommitteeId>, CommandError> {
    match &run.global.committee {
        Some(_) => Ok(Some(chosen(run, client).await?.id)),
        None => Ok(None),
    }
}

fn named(committees: Vec<Committee>, name: &str) -> Result<Committee, CommandError> {
    let known = |committee: &Committee| (committee.id.to_string(), committee.name.clone());
    meant("committee", committees, known, name)
}

/// The member that a person means.
pub(super) fn member(members: Vec<Member>, who: &str) -> Result<Member, CommandError> {
    meant("member", members, |member| (member.member.to_string(), member.name.clone()), who)
}

/// A whole id is what it says; a name said in full stands before the beginning of an id.
fn meant<T>(what: &str, all: Vec<T>, known: impl Fn(&T) -> (String, String), who: &str) -> Result<T, CommandError> {
    let rank = |one: &T| match known(one) {
        (id, _) if id.eq_ignore_ascii_case(who) => Some(0),
        (_, name) if name.to_lowercase() == who.to_lowercase() => Some(1),
        (id, _) if ids::has_prefix(&id, who) => Some(2),
        _ => None,
    };
    let mut fitting: Vec<_> = all.into_iter().filter_map(|one| Some((rank(&one)?, one))).collect();
    fitting.sort_by_key(|(rank, _)| *rank);
    let mut fitting = fitting.into_iter();
    match (fitting.next(), fitting.next()) {
        (Some((best, _)), Some((next, _))) if best == next => {
            let several = ApiError::new(ErrorKind::Ambiguous, "several fit");
            Err(several.detail("what", what).detail("id", who).into())
        }
        (Some((_, one)), _) => Ok(one),
        (None, _) => Err(ApiError::not_found(what, who).into()),
    }
}
