//! Which committee a command is about: the one named by `-c`, or the only one.

use kenes_core::ids;
use kenes_web::api::{ApiError, Committee, ErrorKind};
use kenes_web::client::Client;

use crate::error::{CommandError, OwnKind};
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
            let names: Vec<String> = committees.into_iter().map(|committee| committee.name).collect();
            Err(CommandError::new(OwnKind::WhichCommittee).detail("names", names.join(", ")))
        }
    }
}

/// A whole id is what it says; a name said in full stands before the beginning of an id.
fn named(committees: Vec<Committee>, name: &str) -> Result<Committee, CommandError> {
    let rank = |committee: &Committee| match committee {
        committee if committee.id.to_string().eq_ignore_ascii_case(name) => Some(0),
        committee if committee.name.to_lowercase() == name.to_lowercase() => Some(1),
        committee if ids::has_prefix(&committee.id, name) => Some(2),
        _ => None,
    };
    let mut fitting: Vec<_> = committees.into_iter().filter_map(|one| Some((rank(&one)?, one))).collect();
    fitting.sort_by_key(|(rank, _)| *rank);
    let mut fitting = fitting.into_iter();
    match (fitting.next(), fitting.next()) {
        (Some((best, _)), Some((next, _))) if best == next => {
            let several = ApiError::new(ErrorKind::Ambiguous, "several committees fit");
            Err(several.detail("what", "committee").detail("id", name).into())
        }
        (Some((_, committee)), _) => Ok(committee),
        (None, _) => Err(ApiError::not_found("committee", name).into()),
    }
}
