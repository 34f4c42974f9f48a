//! Frames in memory: what has come of those of all peers together is bounded, until the driver has taken it. No
//! connection can use up the room of another: each has a place of its own for one long frame, and a share of the rest.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use futures::{AsyncRead, AsyncReadExt};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// No frame is longer, in bytes.
pub(super) const LONGEST_FRAME: usize = 1024 * 1024;

/// So much of each frame has room of its own, so that short ones pass whatever the long ones do. Streams bound it.
const SHORT: usize = 16 * 1024;
/// How much more room is taken at a time.
const STEP: usize = 64 * 1024;
/// One connection may have this part of the room that all have in common.
const SHARE: usize = 4;

/// A frame, and the room that it takes until it is dropped. One that goes out takes none.
#[derive(Debug, Default)]
pub(crate) struct Frame {
    bytes: Vec<u8>,
    _taken: Taken,
}

impl Frame {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes, for whoever needs them now; the room is free again.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

impl From<Vec<u8>> for Frame {
    fn from(bytes: Vec<u8>) -> Self {
        Self { bytes, _taken: Taken::default() }
    }
}

/// What a frame takes of the room beyond its first bytes.
#[derive(Debug, Default)]
struct Taken {
    /// The connection's own place.
    own: Option<OwnedSemaphorePermit>,
    /// Of the connection's share, and as much of what is common.
    share: Option<OwnedSemaphorePermit>,
    common: Option<OwnedSemaphorePermit>,
}

/// The room for frames that come, as all connections have it together.
#[derive(Debug, Clone)]
pub(super) struct Room {
    common: Arc<Semaphore>,
    bytes: usize,
    /// How long a frame waits for room.
    patience: Duration,
}

/// The room of one connection.
#[derive(Debug, Clone)]
pub(super) struct Place {
    own: Arc<Semaphore>,
    share: Arc<Semaphore>,
    common: Arc<Semaphore>,
    patience: Duration,
}

impl Room {
    /// Room for `bytes` of long frames, beside the one of each connection.
    pub(super) fn new(bytes: usize, patience: Duration) -> Self {
        Self { common: Arc::new(Semaphore::new(bytes)), bytes, patience }
    }

    /// A place in it for one more connection.
    pub(super) fn place(&self) -> Place {
        Place {
            own: Arc::new(Semaphore::new(1)),
            share: Arc::new(Semaphore::new(self.bytes / SHARE)),
            common: Arc::clone(&self.common),
            patience: self.patience,
        }
    }
}

impl Place {
    /// Reads a frame to its end, or one byte beyond the limit: whoever takes that sees that it is too long, and knows
    /// whose it is. Memory grows with what has come, not with what is claimed.
    pub(super) async fn read<T: AsyncRead + Unpin + Send>(&self, io: &mut T) -> io::Result<Frame> {
        let (mut bytes, mut taken, mut most) = (Vec::new(), Taken::default(), SHORT);
        loop {
            (&mut *io).take((most - bytes.len()) as u64).read_to_end(&mut bytes).await?;
            if bytes.len() < most || bytes.len() > LONGEST_FRAME {
                return Ok(Frame { bytes, _taken: taken });
            }
            self.take(&mut taken).await?;
            most = (most + STEP).min(LONGEST_FRAME + 1);
        }
    }

    #[cfg(test)]
    pub(super) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.own, &other.own)
    }

    /// The connection's own place holds a whole frame; without it, one more step is taken of what is common.
    async fn take(&self, taken: &mut Taken) -> io::Result<()> {
        if taken.own.is_some() {
            return Ok(());
        }
        let step = async {
            let share = Arc::clone(&self.share).acquire_many_owned(STEP as u32).await?;
            Ok((share, Arc::clone(&self.common).acquire_many_owned(STEP as u32).await?))
        };
        let either = async {
            tokio::select! {
                biased;
                own = Arc::clone(&self.own).acquire_owned() => own.map(|own| taken.own = Some(own)),
                step = step => step.map(|(share, common)| {
                    merge(&mut taken.share, share);
                    merge(&mut taken.common, common);
                }),
            }
        };
        timeout(self.patience, either).await.ok().and_then(Result::ok).ok_or_else(no_room)
    }
}

fn merge(taken: &mut Option<OwnedSemaphorePermit>, more: OwnedSemaphorePermit) {
    match taken {
        Some(taken) => taken.merge(more),
        None => *taken = Some(more),
    }
}

pub(super) fn too_long() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a frame is longer than the limit")
}

fn no_room() -> io::Error {
    io::Error::new(io::ErrorKind::OutOfMemory, "there is no room for so many frames at once")
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use futures::io::Cursor;

    use super::*;

    async fn read(place: &Place, length: usize) -> io::Result<Frame> {
        place.read(&mut Cursor::new(vec![7; length])).await
    }

    /// A stream on which nothing comes any more, and which does not end.
    struct Silence;

    impl AsyncRead for Silence {
        fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, _: &mut [u8]) -> Poll<io::Result<usize>> {
            Poll::Pending
        }
    }

    /// So much of a frame has come, and its end never does.
    async fn begun(place: &Place, length: usize) -> impl Sized + use<> {
        let place = place.clone();
        let mut reading = Box::pin(async move {
            let mut stream = Cursor::new(vec![7; length]).chain(Silence);
            place.read(&mut stream).await.map(drop)
        });
        assert!(futures::poll!(&mut reading).is_pending());
        reading
    }

    #[tokio::test]
    async fn a_frame_within_the_limit_comes_whole_and_of_one_beyond_it_one_byte_more() {
        let room = Room::new(4 * LONGEST_FRAME, Duration::ZERO);
        let place = room.place();
        let _own = read(&place, SHORT + 1).await.unwrap();
        for length in [0, 1, SHORT, SHORT + 1, SHORT + STEP, LONGEST_FRAME - STEP] {
            assert_eq!(read(&place, length).await.unwrap().bytes().len(), length);
        }
        for (length, come) in [(0, 0), (1, 1), (2, 1), (LONGEST_FRAME, 1)] {
            let frame = read(&room.place(), LONGEST_FRAME + length).await.unwrap();
            assert_eq!(frame.into_bytes().len(), LONGEST_FRAME + come);
        }
        assert_eq!(room.common.available_permits(), 4 * LONGEST_FRAME, "room is given back");
    }

    #[tokio::test]
    async fn long_frames_of_a_connection_share_its_room_and_short_ones_pass() {
        let room = Room::new(3 * SHARE * STEP, Duration::ZERO);
        let place = room.place();
        let _own = read(&place, SHORT + STEP + 5).await.unwrap();
        let held = read(&place, SHORT + STEP + 5).await.unwrap();
        let refused = read(&place, SHORT + STEP + 5).await.unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::OutOfMemory);
        assert!(read(&place, SHORT - 1).await.is_ok());
        assert_eq!(held.into_bytes().len(), SHORT + STEP + 5);
        assert!(read(&place, SHORT + STEP + 5).await.is_ok());
    }

    #[tokio::test]
    async fn frames_that_never_end_take_nobody_elses_room() {
        let room = Room::new(SHARE * 4 * STEP, Duration::ZERO);
        let (mut places, mut held) = (Vec::new(), Vec::new());
        for _ in 0..2 * SHARE {
            let place = room.place();
            // One in its own place, and more in what is common than it may have.
            for _ in 0..6 {
                held.push(begun(&place, SHORT + 10).await);
            }
            places.push(place);
        }
        assert_eq!(room.common.available_permits(), 0);
        assert!(places.iter().all(|place| place.own.available_permits() == 0));
        let honest = room.place();
        assert_eq!(read(&honest, LONGEST_FRAME).await.unwrap().bytes().len(), LONGEST_FRAME);
    }
}
