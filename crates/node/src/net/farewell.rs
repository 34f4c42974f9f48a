//! A connection that is closed says farewell, but not for ever: where a peer takes nothing more, or the network swallows
//! what is sent, the last words find no room behind what lies in the system's buffers. Whoever waited for them to go out
//! would keep the peer's place for as long as the peer likes.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use libp2p::core::muxing::{StreamMuxer, StreamMuxerEvent, StreamMuxerExt};
use tokio::time::{Sleep, sleep};

/// How long a farewell may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// A connection whose end takes a few seconds at most.
#[derive(Debug)]
pub(super) struct Farewell<M> {
    muxer: M,
    patience: Option<Pin<Box<Sleep>>>,
}

impl<M> Farewell<M> {
    pub(super) const fn new(muxer: M) -> Self {
        Self { muxer, patience: None }
    }
}

impl<M: StreamMuxer + Unpin> StreamMuxer for Farewell<M> {
    type Substream = M::Substream;
    type Error = M::Error;

    fn poll_inbound(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<M::Substream, M::Error>> {
        self.muxer.poll_inbound_unpin(cx)
    }

    fn poll_outbound(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<M::Substream, M::Error>> {
        self.muxer.poll_outbound_unpin(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), M::Error>> {
        if let Poll::Ready(done) = self.muxer.poll_close_unpin(cx) {
            return Poll::Ready(done);
        }
        let patience = self.patience.get_or_insert_with(|| Box::pin(sleep(PATIENCE)));
        patience.as_mut().poll(cx).map(Ok)
    }

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<StreamMuxerEvent, M::Error>> {
        self.muxer.poll_unpin(cx)
    }
}
