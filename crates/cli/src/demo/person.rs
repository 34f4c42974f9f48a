//! Somebody in the story: a home, a passphrase, and what can be done with them.

use std::path::{Path, PathBuf};
use std::time::Duration;

use kenes_web::client::Client;
use serde_json::Value;

use super::Broken;
use super::child::{self, Running};

/// How long somebody waits at the relay for what is to come.
const VISIT: Duration = Duration::from_secs(60);
/// How often one looks.
const LOOK: Duration = Duration::from_millis(100);

pub(super) struct Person {
    pub(super) name: &'static str,
    home: PathBuf,
    passphrase: PathBuf,
}

impl Person {
    pub(super) fn new(folder: &Path, name: &'static str, home: &str) -> Self {
        Self { name, home: folder.join(home), passphrase: folder.join("passphrase") }
    }

    /// Does one command, with nothing running.
    pub(super) async fn does(&self, step: &'static str, arguments: &[&str]) -> Result<Value, Broken> {
        let done = child::run(&self.home, &self.passphrase, arguments).await;
        done.map_err(|cause| Broken::new(step, format!("{}: kenes {}: {cause}", self.name, arguments.join(" "))))
    }

    /// Tries one command that must be refused, and as this.
    pub(super) async fn is_refused(&self, step: &'static str, arguments: &[&str], kind: &str) -> Result<(), Broken> {
        let refused = child::run(&self.home, &self.passphrase, arguments).await.err().unwrap_or_default();
        let said = serde_json::from_str(&refused).map(|said: Value| said["error"]["kind"] == kind);
        match said {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(Broken::new(step, format!("not refused as {kind}: {refused}"))),
        }
    }

    /// Runs `kenes up`, connected to one address and no other, with the keys open.
    pub(super) async fn meets<'a>(&self, step: &'static str, relay: &'a Relay) -> Result<Visit<'a>, Broken> {
        let broken = |cause: String| Broken::new(step, format!("{}: {cause}", self.name));
        let arguments = ["up", "--listen", "/ip4/127.0.0.1/tcp/0", "--no-mdns", "--peer", &relay.address];
        let running = Running::start(&self.home, &self.passphrase, &arguments).await.map_err(broken)?;
        self.does(step, &["unlock"]).await?;
        let client = Client::connect(&self.home.join("kenes.sock")).await;
        let client = client.map_err(|error| broken(error.to_string()))?;
        Ok(Visit { running, client, relay })
    }
}

/// The relay between the towns.
pub(super) struct Relay {
    running: Running,
    client: Client,
    address: String,
}

impl Relay {
    /// Starts one in `home`.
    pub(super) async fn start(step: &'static str, home: &Path, passphrase: &Path) -> Result<Self, Broken> {
        let broken = |cause: String| Broken::new(step, cause);
        let arguments = ["up", "--relay", "--listen", "/ip4/127.0.0.1/tcp/0", "--no-mdns"];
        let running = Running::start(home, passphrase, &arguments).await.map_err(broken)?;
        let address = running.address().ok_or_else(|| broken("it listens nowhere".to_owned()))?.to_owned();
        let client = Client::connect(&home.join("kenes.sock")).await;
        let client = client.map_err(|error| broken(error.to_string()))?;
        Ok(Self { running, client, address })
    }

    pub(super) async fn ends(self, step: &'static str) -> Result<(), Broken> {
        self.running.stop().await.map_err(|cause| Broken::new(step, cause))
    }
}

/// Somebody at the relay.
pub(super) struct Visit<'a> {
    running: Running,
    client: Client,
    relay: &'a Relay,
}

impl Visit<'_> {
    /// Waits until the committee has so many members here.
    pub(super) async fn until_members(&self, step: &'static str, count: usize) -> Result<(), Broken> {
        self.until(step, async |client| {
            let committees = client.committees().await.ok()?.committees;
            let standing = committees.first()?;
            let members = client.members(standing.id).await.ok()?.members;
            (members.len() >= count).then_some(())
        })
        .await
    }

    /// Waits until the request to join has been signed and handed to the node.
    pub(super) async fn until_asked(&self, step: &'static str) -> Result<(), Broken> {
        self.until(step, async |client| {
            let committees = client.committees().await.ok()?.committees;
            committees.first()?.asked.then_some(())
        })
        .await
    }

    /// Waits until the newest minutes here have this number.
    pub(super) async fn until_minutes(&self, step: &'static str, no: u32) -> Result<(), Broken> {
        self.until(step, async |client| {
            let committees = client.committees().await.ok()?.committees;
            (committees.first()?.minutes_no == no).then_some(())
        })
        .await
    }

    /// Waits until a resolution is here that this person may say something on.
    pub(super) async fn until_asked_to_vote(&self, step: &'static str) -> Result<(), Broken> {
        self.until(step, async |client| {
            let committees = client.committees().await.ok()?.committees;
            (committees.first()?.to_vote > 0).then_some(())
        })
        .await
    }

    /// Waits until so many bulletins are here.
    pub(super) async fn until_bulletins(&self, step: &'static str, count: usize) -> Result<(), Broken> {
        self.until(step, async |client| {
            let bulletins = client.bulletins(&Default::default()).await.ok()?.bulletins;
            (bulletins.len() >= count).then_some(())
        })
        .await
    }

    /// Waits until this person and the relay have compared everything and have the same, then ends.
    pub(super) async fn ends(self, step: &'static str) -> Result<(), Broken> {
        self.until(step, async |client| {
            let (here, there) = (client.status().await.ok()?, self.relay.client.status().await.ok()?);
            let compared = here.peers.iter().any(|peer| peer.last_sync.is_some());
            (compared && here.envelopes == there.envelopes).then_some(())
        })
        .await?;
        self.running.stop().await.map_err(|cause| Broken::new(step, cause))
    }

    async fn until<T>(&self, step: &'static str, look: impl AsyncFn(&Client) -> Option<T>) -> Result<T, Broken> {
        let looking = async {
            let mut clock = tokio::time::interval(LOOK);
            loop {
                clock.tick().await;
                if let Some(found) = look(&self.client).await {
                    return found;
                }
            }
        };
        tokio::time::timeout(VISIT, looking).await.map_err(|_| Broken::new(step, "it did not come in time"))
    }
}

/// A text in an answer.
pub(super) fn text(step: &'static str, value: &Value) -> Result<String, Broken> {
    value.as_str().map(str::to_owned).ok_or_else(|| Broken::new(step, "an answer lacks what it should have"))
}
