//! The calls, one a route.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use data_encoding::BASE64;
use kenes_core::ids::{ChannelId, CommitteeId, SHORTEST_PREFIX};

use super::{Client, ClientError, Events, PATIENCE, request};
use crate::api::{
    Admit, Admitted, ApiError, Ballot, Bulletin, BulletinId, Bulletins, BulletinsQuery, Certificate, Certified,
    Channels, Clock, Committee, CommitteeQuery, Committees, Copied, CopySettled, Decline, Declined, Desk, Done,
    ErrorKind, Follow, Founded, Held, Imported, Init, Invite, Join, Keys, Link, MarkRead, Member, Members, Minutes,
    MinutesDraft, MinutesList, MinutesQuery, NewBulletin, NewChannel, NewCommittee, NewInvite, NewKey, NewMinutes,
    NewPeer, NewResolution, NewWording, Passphrase, Pause, Paused, PeerQuery, Peers, Proof, Records, RecoveryWords,
    Requests, Resolution, ResolutionBrought, ResolutionFile, Resolutions, ResolutionsQuery, Restore, Retraction, Sheet,
    SheetFile, Status, Sync, SyncQuery, Unlock, VerifyMember,
};

/// How long a sync waits where nobody says.
const SYNC: u64 = 30;

impl Client {
    /// `GET /v1/status`.
    pub async fn status(&self) -> Result<Status, ClientError> {
        self.get("/v1/status").await
    }

    /// `GET /v1/clock`.
    pub async fn clock(&self) -> Result<Clock, ClientError> {
        self.get("/v1/clock").await
    }

    /// `POST /v1/clock/right`.
    pub async fn clock_is_right(&self) -> Result<Clock, ClientError> {
        self.call(Method::POST, "/v1/clock/right", None::<&()>, PATIENCE).await
    }

    /// `GET /v1/desk`.
    pub async fn desk(&self) -> Result<Desk, ClientError> {
        self.get("/v1/desk").await
    }

    /// `POST /v1/desk/init`.
    pub async fn init(&self, init: &Init) -> Result<RecoveryWords, ClientError> {
        self.post("/v1/desk/init", init).await
    }

    /// `POST /v1/desk/unlock`.
    pub async fn unlock(&self, passphrase: Passphrase) -> Result<Desk, ClientError> {
        self.post("/v1/desk/unlock", &Unlock { passphrase }).await
    }

    /// `POST /v1/desk/lock`.
    pub async fn lock(&self) -> Result<Desk, ClientError> {
        self.call(Method::POST, "/v1/desk/lock", None::<&()>, PATIENCE).await
    }

    /// `POST /v1/desk/copy`.
    pub async fn copied(&self, copied: Copied) -> Result<CopySettled, ClientError> {
        self.post("/v1/desk/copy", &copied).await
    }

    /// `POST /v1/desk/check`.
    pub async fn check_records(&self) -> Result<Records, ClientError> {
        self.call(Method::POST, "/v1/desk/check", None::<&()>, PATIENCE).await
    }

    /// `POST /v1/desk/restore`.
    pub async fn restore(&self, restore: &Restore) -> Result<Desk, ClientError> {
        self.post("/v1/desk/restore", restore).await
    }

    /// `POST /v1/desk/words`.
    pub async fn words(&self, passphrase: Passphrase) -> Result<RecoveryWords, ClientError> {
        self.post("/v1/desk/words", &Unlock { passphrase }).await
    }

    /// `POST /v1/desk/wipe`.
    pub async fn wipe(&self) -> Result<Done, ClientError> {
        self.call(Method::POST, "/v1/desk/wipe", None::<&()>, PATIENCE).await
    }

    /// `GET /v1/keys`.
    pub async fn keys(&self) -> Result<Keys, ClientError> {
        self.get("/v1/keys").await
    }

    /// `POST /v1/committees/{id}/vote-by-words`.
    pub async fn vote_by_words(&self, id: &CommitteeId) -> Result<Committee, ClientError> {
        self.call(Method::POST, &format!("/v1/committees/{id}/vote-by-words"), None::<&()>, PATIENCE).await
    }

    /// `GET /v1/committees`.
    pub async fn committees(&self) -> Result<Committees, ClientError> {
        self.get("/v1/committees").await
    }

    /// `POST /v1/committees`.
    pub async fn found(&self, new: &NewCommittee) -> Result<Founded, ClientError> {
        self.post("/v1/committees", new).await
    }

    /// `GET /v1/committees/{id}`.
    pub async fn committee(&self, id: CommitteeId) -> Result<Committee, ClientError> {
        self.get(&format!("/v1/committees/{id}")).await
    }

    /// `GET /v1/committees/{id}/members`.
    pub async fn members(&self, id: CommitteeId) -> Result<Members, ClientError> {
        self.get(&format!("/v1/committees/{id}/members")).await
    }

    /// `POST /v1/committees/{id}/pause`.
    pub async fn pause(&self, id: CommitteeId, pause: &Pause) -> Result<Paused, ClientError> {
        self.post(&format!("/v1/committees/{id}/pause"), pause).await
    }

    /// `GET /v1/committees/{id}/link`.
    pub async fn link(&self, committee: CommitteeId) -> Result<Link, ClientError> {
        self.get(&format!("/v1/committees/{committee}/link")).await
    }

    /// `POST /v1/follows`.
    pub async fn follow(&self, follow: &Follow) -> Result<Committee, ClientError> {
        self.post("/v1/follows", follow).await
    }

    /// `GET /v1/bulletins/{id}/certificate`.
    pub async fn bulletin_certificate(&self, id: &str) -> Result<Certified, ClientError> {
        self.get(&format!("/v1/bulletins/{}/certificate", meant("bulletin", id)?)).await
    }

    /// `POST /v1/committees/{id}/verify`.
    pub async fn verify_member(&self, id: CommitteeId, verify: &VerifyMember) -> Result<Member, ClientError> {
        self.post(&format!("/v1/committees/{id}/verify"), verify).await
    }

    /// `POST /v1/committees/{id}/leave`.
    pub async fn leave(&self, id: CommitteeId) -> Result<Done, ClientError> {
        self.call(Method::POST, &format!("/v1/committees/{id}/leave"), None::<&()>, PATIENCE).await
    }

    /// `POST /v1/invites`.
    pub async fn invite(&self, new: &NewInvite) -> Result<Invite, ClientError> {
        self.post("/v1/invites", new).await
    }

    /// `POST /v1/requests`.
    pub async fn join(&self, join: &Join) -> Result<Committee, ClientError> {
        self.post("/v1/requests", join).await
    }

    /// `GET /v1/requests`.
    pub async fn requests(&self, committee: CommitteeId) -> Result<Requests, ClientError> {
        self.get(&format!("/v1/requests?committee={committee}")).await
    }

    /// `POST /v1/requests/admit`.
    pub async fn admit(&self, admit: &Admit) -> Result<Admitted, ClientError> {
        self.post("/v1/requests/admit", admit).await
    }

    /// `POST /v1/requests/decline`.
    pub async fn decline(&self, decline: &Decline) -> Result<Declined, ClientError> {
        self.post("/v1/requests/decline", decline).await
    }

    /// `GET /v1/minutes`.
    pub async fn minutes(&self, query: MinutesQuery) -> Result<MinutesList, ClientError> {
        self.get(&format!("/v1/minutes?committee={}&open={}", query.committee, query.open)).await
    }

    /// `GET /v1/minutes/{minutes}`, by number or by the beginning of an id.
    pub async fn minutes_of(&self, committee: CommitteeId, which: &str) -> Result<Minutes, ClientError> {
        let numbered = which.parse::<u32>().is_ok();
        if !numbered {
            meant("minutes", which)?;
        }
        self.get(&format!("/v1/minutes/{which}?committee={committee}")).await
    }

    /// `POST /v1/minutes`.
    pub async fn propose(&self, new: &NewMinutes) -> Result<Minutes, ClientError> {
        self.post("/v1/minutes", new).await
    }

    /// `POST /v1/minutes/draft`.
    pub async fn draft_minutes(&self, new: &NewMinutes) -> Result<MinutesDraft, ClientError> {
        self.post("/v1/minutes/draft", new).await
    }

    /// `POST /v1/minutes/sign`.
    pub async fn sign(&self, sheet: &Sheet) -> Result<Minutes, ClientError> {
        self.post("/v1/minutes/sign", sheet).await
    }

    /// `POST /v1/minutes/pass`.
    pub async fn pass(&self, sheet: &Sheet) -> Result<Minutes, ClientError> {
        self.post("/v1/minutes/pass", sheet).await
    }

    /// `POST /v1/minutes/stand`.
    pub async fn stand(&self, sheet: &Sheet) -> Result<Minutes, ClientError> {
        self.post("/v1/minutes/stand", sheet).await
    }

    /// `GET /v1/minutes/{minutes}/file`, by number or by the beginning of an id.
    pub async fn export_sheet(&self, committee: CommitteeId, which: &str) -> Result<SheetFile, ClientError> {
        let numbered = which.parse::<u32>().is_ok();
        if !numbered {
            meant("minutes", which)?;
        }
        self.get(&format!("/v1/minutes/{which}/file?committee={committee}")).await
    }

    /// `GET /v1/minutes/{no}/certificate`.
    pub async fn certify_minutes(&self, committee: CommitteeId, no: u32) -> Result<Certified, ClientError> {
        self.get(&format!("/v1/minutes/{no}/certificate?committee={committee}")).await
    }

    /// `POST /v1/minutes/import`.
    pub async fn import_sheet(&self, file: &[u8]) -> Result<Imported, ClientError> {
        self.post("/v1/minutes/import", &SheetFile { file: BASE64.encode(file) }).await
    }

    /// `POST /v1/minutes/key`.
    pub async fn ask_for_key(&self, committee: CommitteeId) -> Result<NewKey, ClientError> {
        self.post("/v1/minutes/key", &CommitteeQuery { committee }).await
    }

    /// `GET /v1/bulletins`.
    pub async fn bulletins(&self, query: &BulletinsQuery) -> Result<Bulletins, ClientError> {
        let mut path = format!("/v1/bulletins?unread={}", query.unread);
        if let Some(committee) = query.committee {
            path.push_str(&format!("&committee={committee}"));
        }
        if let Some(since) = query.since {
            path.push_str(&format!("&since={since}"));
        }
        if let Some(before) = query.before {
            path.push_str(&format!("&before={before}"));
        }
        if let Some(limit) = query.limit {
            path.push_str(&format!("&limit={limit}"));
        }
        self.get(&path).await
    }

    /// `GET /v1/bulletins/{id}`, by the whole id or the beginning of it.
    pub async fn bulletin(&self, id: &str) -> Result<Bulletin, ClientError> {
        self.get(&format!("/v1/bulletins/{}", meant("bulletin", id)?)).await
    }

    /// `POST /v1/bulletins`.
    pub async fn post_bulletin(&self, new: &NewBulletin) -> Result<BulletinId, ClientError> {
        self.post("/v1/bulletins", new).await
    }

    /// `POST /v1/bulletins/{id}/correct`, by the whole id or the beginning of it.
    pub async fn correct(&self, id: &str, new: &NewWording) -> Result<BulletinId, ClientError> {
        self.post(&format!("/v1/bulletins/{}/correct", meant("bulletin", id)?), new).await
    }

    /// `POST /v1/bulletins/{id}/retract`, by the whole id or the beginning of it.
    pub async fn retract(&self, id: &str, retraction: Retraction) -> Result<Bulletin, ClientError> {
        self.post(&format!("/v1/bulletins/{}/retract", meant("bulletin", id)?), &retraction).await
    }

    /// `POST /v1/bulletins/read`.
    pub async fn mark_read(&self, read: &MarkRead) -> Result<Done, ClientError> {
        self.post("/v1/bulletins/read", read).await
    }

    /// `GET /v1/resolutions`.
    pub async fn resolutions(&self, query: &ResolutionsQuery) -> Result<Resolutions, ClientError> {
        self.get(&format!("/v1/resolutions?committee={}&open={}", query.committee, query.open)).await
    }

    /// `POST /v1/resolutions`.
    pub async fn put_resolution(&self, new: &NewResolution) -> Result<Resolution, ClientError> {
        self.post("/v1/resolutions", new).await
    }

    /// `GET /v1/resolutions/{id}`, by the whole id or the beginning of it.
    pub async fn resolution(&self, id: &str, within: Option<CommitteeId>) -> Result<Resolution, ClientError> {
        self.get(&format!("/v1/resolutions/{}{}", meant("resolution", id)?, only(within))).await
    }

    /// `POST /v1/resolutions/{id}/ballot`, by the whole id or the beginning of it.
    pub async fn cast(&self, id: &str, ballot: Ballot) -> Result<Resolution, ClientError> {
        self.post(&format!("/v1/resolutions/{}/ballot", meant("resolution", id)?), &ballot).await
    }

    /// `GET /v1/resolutions/{id}/file`, by the whole id or the beginning of it.
    pub async fn export_resolution(
        &self,
        id: &str,
        within: Option<CommitteeId>,
    ) -> Result<ResolutionFile, ClientError> {
        self.get(&format!("/v1/resolutions/{}/file{}", meant("resolution", id)?, only(within))).await
    }

    /// `POST /v1/resolutions/import`.
    pub async fn import_resolution(&self, file: &[u8]) -> Result<ResolutionBrought, ClientError> {
        self.post("/v1/resolutions/import", &ResolutionFile { file: BASE64.encode(file) }).await
    }

    /// `GET /v1/resolutions/{id}/certificate`, by the whole id or the beginning of it.
    pub async fn certify(&self, id: &str, within: Option<CommitteeId>) -> Result<Certified, ClientError> {
        self.get(&format!("/v1/resolutions/{}/certificate{}", meant("resolution", id)?, only(within))).await
    }

    /// `POST /v1/certificates`.
    pub async fn judge(&self, certificate: &[u8], held: Option<Held>) -> Result<Proof, ClientError> {
        self.post("/v1/certificates", &Certificate { certificate: BASE64.encode(certificate), held }).await
    }

    /// `POST /v1/sync`.
    pub async fn sync(&self, query: SyncQuery) -> Result<Sync, ClientError> {
        let patience = PATIENCE + Duration::from_secs(query.wait.unwrap_or(SYNC));
        self.call(Method::POST, "/v1/sync", Some(&query), patience).await
    }

    /// `GET /v1/peers`.
    pub async fn peers(&self) -> Result<Peers, ClientError> {
        self.get("/v1/peers").await
    }

    /// `POST /v1/peers`.
    pub async fn add_peer(&self, new: &NewPeer) -> Result<Done, ClientError> {
        self.post("/v1/peers", new).await
    }

    /// `POST /v1/peers/drop`.
    pub async fn drop_peer(&self, peer: &PeerQuery) -> Result<Done, ClientError> {
        self.post("/v1/peers/drop", peer).await
    }

    /// `POST /v1/peers/block`.
    pub async fn block_peer(&self, peer: &PeerQuery) -> Result<Done, ClientError> {
        self.post("/v1/peers/block", peer).await
    }

    /// `GET /v1/channels`.
    pub async fn channels(&self) -> Result<Channels, ClientError> {
        self.get("/v1/channels").await
    }

    /// `POST /v1/channels`.
    pub async fn carry(&self, new: &NewChannel) -> Result<Done, ClientError> {
        self.post("/v1/channels", new).await
    }

    /// `DELETE /v1/channels/{id}`.
    pub async fn forget(&self, channel: ChannelId) -> Result<Done, ClientError> {
        self.call(Method::DELETE, &format!("/v1/channels/{channel}"), None::<&()>, PATIENCE).await
    }

    /// `GET /v1/events`.
    pub async fn events(&self) -> Result<Events, ClientError> {
        let response = self.send(request(Method::GET, "/v1/events", None::<&()>)?).await?;
        match response.status() {
            StatusCode::OK => Ok(Events::new(response.into_body())),
            _ => Err(ApiError::new(ErrorKind::Failed, "there are no events").into()),
        }
    }
}

/// The question that looks in one committee only.
fn only(within: Option<CommitteeId>) -> String {
    within.map(|committee| format!("?committee={committee}")).unwrap_or_default()
}

/// The beginning of an id, where it can be one.
fn meant<'a>(what: &str, id: &'a str) -> Result<&'a str, ApiError> {
    if id.len() < SHORTEST_PREFIX {
        return Err(ApiError::short_id(id));
    }
    if id.len() > 64 || !id.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(ApiError::not_found(what, id));
    }
    Ok(id)
}
