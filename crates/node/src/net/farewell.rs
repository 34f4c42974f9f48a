//! A connection that is closed says farewell, but not for ever. Where the network swallows what is sent and tells nobody,
//! the last words find no room behind what lies in the system's buffers, and whoever waits for them to go out takes the
//! peer for connected until the system gives up, a quarter of an hour later.

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

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::future::poll_fn;

    use futures::io::Cursor;
    use tokio::time::Instant;

    use super::*;

    /// A connection of which nothing comes back, not even that it is closed.
    struct Swallowed;

    impl StreamMuxer for Swallowed {
        type Substream = Cursor<Vec<u8>>;
        type Error = Infallible;

        fn poll_inbound(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<Self::Substream, Infallible>> {
            Poll::Pending
        }

        fn poll_outbound(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<Self::Substream, Infallible>> {
            Poll::Pending
        }

        fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Pending
        }

        fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<StreamMuxerEvent, Infallible>> {
            Poll::Pending
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_whose_farewell_nobody_takes_ends_all_the_same() {
        let (mut connection, begun) = (Farewell::new(Swallowed), Instant::now());
        poll_fn(|cx| connection.poll_close_unpin(cx)).await.unwrap();
        assert_eq!(begun.elapsed(), PATIENCE);
    }
}
