//! Frames in memory: what has come of those of all peers together is bounded, until the driver has taken it.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use futures::{AsyncRead, AsyncReadExt};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// No frame is longer, in bytes.
pub(super) const LONGEST_FRAME: usize = 2 * 1024 * 1024;

/// So much of each frame has room of its own, so that short ones pass whatever the long ones do. Streams bound it.
const SHORT: usize = 16 * 1024;
/// How much more room is taken at a time.
const STEP: usize = 64 * 1024;

/// A frame, and the room that it takes until it is dropped. One that goes out takes none.
#[derive(Debug, Default)]
pub(crate) struct Frame {
    bytes: Vec<u8>,
    _taken: Option<OwnedSemaphorePermit>,
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
        Self { bytes, _taken: None }
    }
}

/// The room that all frames which come have together.
#[derive(Debug, Clone)]
pub(super) struct Room {
    free: Arc<Semaphore>,
    /// How long a frame waits for room.
    patience: Duration,
}

impl Room {
    pub(super) fn new(bytes: usize, patience: Duration) -> Self {
        Self { free: Arc::new(Semaphore::new(bytes)), patience }
    }

    /// Reads a frame to its end. Memory grows with what has come, not with what is claimed.
    pub(super) async fn read<T: AsyncRead + Unpin + Send>(&self, io: &mut T) -> io::Result<Frame> {
        let (mut bytes, mut taken, mut most) = (Vec::new(), None, SHORT);
        loop {
            (&mut *io).take((most - bytes.len()) as u64).read_to_end(&mut bytes).await?;
            if bytes.len() > LONGEST_FRAME {
                return Err(too_long());
            }
            if bytes.len() < most {
                return Ok(Frame { bytes, _taken: taken });
            }
            self.take(&mut taken).await?;
            most = (most + STEP).min(LONGEST_FRAME + 1);
        }
    }

    async fn take(&self, taken: &mut Option<OwnedSemaphorePermit>) -> io::Result<()> {
        let more = timeout(self.patience, Arc::clone(&self.free).acquire_many_owned(STEP as u32));
        let more = more.await.ok().and_then(Result::ok).ok_or_else(no_room)?;
        match taken {
            Some(taken) => taken.merge(more),
            None => *taken = Some(more),
        }
        Ok(())
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
    use futures::io::Cursor;

    use super::*;

    async fn read(room: &Room, length: usize) -> io::Result<Frame> {
        room.read(&mut Cursor::new(vec![7; length])).await
    }

    #[tokio::test]
    async fn a_frame_over_the_limit_is_refused_and_one_within_comes_whole() {
        let room = Room::new(4 * LONGEST_FRAME, Duration::ZERO);
        for length in [0, 1, SHORT, SHORT + 1, SHORT + STEP, LONGEST_FRAME] {
            assert_eq!(read(&room, length).await.unwrap().bytes().len(), length);
        }
        assert!(read(&room, LONGEST_FRAME + 1).await.is_err());
        assert_eq!(room.free.available_permits(), 4 * LONGEST_FRAME, "room is given back");
    }

    #[tokio::test]
    async fn long_frames_of_all_peers_share_one_room_and_short_ones_pass() {
        let room = Room::new(3 * STEP, Duration::ZERO);
        let held = read(&room, SHORT + STEP + 5).await.unwrap();
        let refused = read(&room, SHORT + STEP + 5).await.unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::OutOfMemory);
        assert!(read(&room, SHORT - 1).await.is_ok());
        assert_eq!(held.into_bytes().len(), SHORT + STEP + 5);
        assert!(read(&room, SHORT + STEP + 5).await.is_ok());
    }
}
