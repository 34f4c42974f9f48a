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

fn named(committees: Vec<Committee>, name: &str) -> Result<Committee, CommandError> {
    let fits = |committee: &Committee| {
        ids::has_prefix(&committee.id, name) || committee.name.to_lowercase() == name.to_lowercase()
    };
    let mut fitting = committees.into_iter().filter(fits);
    match (fitting.next(), fitting.next()) {
        (Some(committee), None) => Ok(committee),
        (None, _) => Err(ApiError::not_found("committee", name).into()),
        (Some(_), Some(_)) => Err(ApiError::new(ErrorKind::Ambiguous, "several committees fit")
            .detail("what", "committee")
            .detail("id", name)
            .into()),
    }
}
