//! Counting: who has how much since when, and what that cost on the wire.

use std::time::Duration;

use futures::future::join_all;
use tokio::time::{Instant, interval};

use crate::node::{LOOK, Node};

/// A watchdog for a whole mesh.
const WAIT: Duration = Duration::from_secs(600);

/// What every node has: the number of its envelopes, and their bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stock(Vec<(u64, u64)>);

impl Stock {
    pub(crate) async fn of(nodes: &[Node]) -> Self {
        let all = join_all(nodes.iter().map(Node::status)).await;
        Self(all.iter().map(|status| (status.envelopes, status.bytes)).collect())
    }

    /// Whether all have the same, and that is at least so many envelopes.
    fn is_level_at(&self, least: u64) -> bool {
        self.0.iter().all(|has| *has == self.0[0] && has.0 >= least)
    }

    pub(crate) fn most(&self) -> u64 {
        self.0.iter().map(|(envelopes, _)| *envelopes).max().unwrap_or(0)
    }

    /// The bytes of envelopes that came to each node since `before`, beside those that began there.
    pub(crate) fn brought_since(&self, before: &Self) -> u64 {
        let gained = self.0.iter().zip(&before.0).map(|(now, then)| now.1 - then.1);
        let new =
            self.0.iter().map(|has| has.1).max().unwrap_or(0) - before.0.iter().map(|has| has.1).max().unwrap_or(0);
        gained.sum::<u64>().saturating_sub(new)
    }
}

/// How long after `since` each node had all that any has in the end, at least `least` envelopes.
pub(crate) async fn until_level(nodes: &[Node], least: u64, since: Instant) -> Vec<Duration> {
    let mut seen: Vec<(Duration, Stock)> = Vec::new();
    let mut looks = interval(LOOK);
    loop {
        looks.tick().await;
        let stock = Stock::of(nodes).await;
        let level = stock.is_level_at(least);
        seen.push((since.elapsed(), stock));
        if level {
            break;
        }
        let (_, stock) = seen.last().unwrap();
        assert!(since.elapsed() < WAIT, "not all have {least} envelopes: {stock:?}");
    }
    let all = seen.last().unwrap().1.most();
    let mut took: Vec<Duration> =
        (0..nodes.len()).map(|n| seen.iter().find(|(_, stock)| stock.0[n].0 == all).unwrap().0).collect();
    took.sort();
    took
}

/// The moment by which so many of a hundred had it.
pub(crate) fn percentile(sorted: &[Duration], percent: usize) -> f64 {
    sorted[(sorted.len() * percent).div_ceil(100).max(1) - 1].as_secs_f64()
}
