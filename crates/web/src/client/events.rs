//! Reading the stream of server-sent events.

use axum::body::Body;
use http_body_util::BodyExt;

use super::ClientError;
use crate::api::Event;

/// The most bytes that one event may have.
const EVENT: usize = 1024 * 1024;

/// Events as they come.
#[derive(Debug)]
pub struct Events {
    body: Body,
    unread: Vec<u8>,
    /// How much of `unread` was searched for an end already.
    searched: usize,
}

impl Events {
    pub(super) fn new(body: Body) -> Self {
        Self { body, unread: Vec::new(), searched: 0 }
    }

    /// The next event; none where the other side has ended the stream. Kinds unknown to this version are skipped.
    pub async fn next(&mut self) -> Result<Option<Event>, ClientError> {
        loop {
            while let Some(block) = self.take_block() {
                if let Some(event) = parse(&block) {
                    return Ok(Some(event));
                }
            }
            if self.unread.len() > EVENT {
                return Err(ClientError::Garbled);
            }
            match self.body.frame().await {
                None => return Ok(None),
                Some(Err(_)) => return Err(ClientError::Garbled),
                Some(Ok(frame)) => {
                    if let Ok(bytes) = frame.into_data() {
                        self.unread.extend_from_slice(&bytes);
                    }
                }
            }
        }
    }

    fn take_block(&mut self) -> Option<Vec<u8>> {
        let end = self.unread[self.searched..].windows(2).position(|pair| pair == b"\n\n");
        match end {
            Some(end) => {
                let block = self.unread.drain(..self.searched + end + 2).collect();
                self.searched = 0;
                Some(block)
            }
            None => {
                self.searched = self.unread.len().saturating_sub(1);
                None
            }
        }
    }
}

fn parse(block: &[u8]) -> Option<Event> {
    let text = std::str::from_utf8(block).ok()?;
    let data: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("data:")).map(str::trim_start).collect();
    serde_json::from_str(&data.join("\n")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::DeskState;

    #[tokio::test]
    async fn events_are_read_across_chunks_and_unknown_ones_skipped() {
        let chunks = [
            "event: desk\nda",
            "ta: {\"type\":\"desk\",\"state\":\"locked\"}\n\n: still here\n\n",
            "data: {\"type\":\"new\"}\n\n",
        ];
        let stream = futures::stream::iter(chunks.map(Ok::<_, std::convert::Infallible>));
        let mut events = Events::new(Body::from_stream(stream));
        assert_eq!(events.next().await.unwrap(), Some(Event::Desk { state: DeskState::Locked }));
        assert_eq!(events.next().await.unwrap(), None);
    }

    #[tokio::test]
    async fn an_event_without_an_end_is_given_up() {
        let stream = futures::stream::repeat_with(|| Ok::<_, std::convert::Infallible>("more ".repeat(1000)));
        assert!(Events::new(Body::from_stream(stream)).next().await.is_err());
    }
}
