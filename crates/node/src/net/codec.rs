//! Frames on a stream: the bytes of one, up to its end. What they say is the relay machine's.

use std::io;

use futures::{AsyncRead, AsyncWrite, AsyncWriteExt};
use libp2p::StreamProtocol;
use libp2p::request_response::Codec;

use super::frame::{Frame, LONGEST_FRAME, Place, Room, too_long};

/// The name under which peers agree to speak.
pub(super) const PROTOCOL: StreamProtocol = StreamProtocol::new("/kenes/meet/1");

/// Reads and writes whole frames: as the swarm has it for all connections, and as one connection has it.
#[derive(Debug)]
pub(super) enum Frames {
    Everyone(Room),
    One(Place),
}

impl Clone for Frames {
    /// The swarm's own is copied for each connection, which is thereby given its place; a connection's, for each of its
    /// streams.
    fn clone(&self) -> Self {
        Self::One(self.place())
    }
}

impl Frames {
    fn place(&self) -> Place {
        match self {
            Self::Everyone(room) => room.place(),
            Self::One(place) => place.clone(),
        }
    }
}

impl Codec for Frames {
    type Protocol = StreamProtocol;
    type Request = Frame;
    type Response = Frame;

    async fn read_request<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Frame>
    where
        T: AsyncRead + Unpin + Send,
    {
        self.place().read(io).await
    }

    async fn read_response<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Frame>
    where
        T: AsyncRead + Unpin + Send,
    {
        self.place().read(io).await
    }

    async fn write_request<T>(&mut self, _: &StreamProtocol, io: &mut T, frame: Frame) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        write_frame(io, frame.bytes()).await
    }

    async fn write_response<T>(&mut self, _: &StreamProtocol, io: &mut T, frame: Frame) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        write_frame(io, frame.bytes()).await
    }
}

async fn write_frame<T: AsyncWrite + Unpin + Send>(io: &mut T, frame: &[u8]) -> io::Result<()> {
    if frame.len() > LONGEST_FRAME {
        return Err(too_long());
    }
    io.write_all(frame).await?;
    io.close().await
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures::io::Cursor;

    use super::*;

    #[tokio::test]
    async fn a_frame_comes_back_whole() {
        let mut wire = Cursor::new(Vec::new());
        write_frame(&mut wire, b"frame").await.unwrap();
        let frame = Room::new(0, Duration::ZERO).place().read(&mut Cursor::new(wire.into_inner())).await.unwrap();
        assert_eq!(frame.bytes(), b"frame");
    }

    #[test]
    fn each_connection_has_a_place_of_its_own_and_its_streams_share_it() {
        let swarm = Frames::Everyone(Room::new(0, Duration::ZERO));
        let [one, other] = [swarm.clone(), swarm.clone()];
        let stream = one.clone();
        assert!(one.place().is(&stream.place()) && !one.place().is(&other.place()));
    }

    #[tokio::test]
    async fn a_frame_over_the_limit_is_not_written_and_not_read_to_its_end() {
        let longer = vec![0; 2 * LONGEST_FRAME];
        let room = Room::new(2 * LONGEST_FRAME, Duration::ZERO);
        let read = room.place().read(&mut Cursor::new(&longer)).await.unwrap();
        assert_eq!(read.into_bytes().len(), LONGEST_FRAME + 1);
        assert!(write_frame(&mut Cursor::new(Vec::new()), &longer).await.is_err());
    }
}
