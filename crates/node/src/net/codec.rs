//! Frames on a stream: the bytes of one, up to its end. What they say is the relay machine's.

use std::io;

use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use libp2p::StreamProtocol;
use libp2p::request_response::Codec;

/// No frame is longer, in bytes.
pub(super) const LONGEST_FRAME: usize = 2 * 1024 * 1024;

/// The name under which peers agree to speak.
pub(super) const PROTOCOL: StreamProtocol = StreamProtocol::new("/kenes/meet/1");

/// Reads and writes whole frames.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Frames;

impl Codec for Frames {
    type Protocol = StreamProtocol;
    type Request = Vec<u8>;
    type Response = Vec<u8>;

    async fn read_request<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Vec<u8>>
    where
        T: AsyncRead + Unpin + Send,
    {
        read_frame(io).await
    }

    async fn read_response<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Vec<u8>>
    where
        T: AsyncRead + Unpin + Send,
    {
        read_frame(io).await
    }

    async fn write_request<T>(&mut self, _: &StreamProtocol, io: &mut T, frame: Vec<u8>) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        write_frame(io, &frame).await
    }

    async fn write_response<T>(&mut self, _: &StreamProtocol, io: &mut T, frame: Vec<u8>) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        write_frame(io, &frame).await
    }
}

/// Memory grows with what has come, not with what is claimed.
async fn read_frame<T: AsyncRead + Unpin + Send>(io: &mut T) -> io::Result<Vec<u8>> {
    let mut frame = Vec::new();
    io.take(LONGEST_FRAME as u64 + 1).read_to_end(&mut frame).await?;
    if frame.len() > LONGEST_FRAME { Err(too_long()) } else { Ok(frame) }
}

async fn write_frame<T: AsyncWrite + Unpin + Send>(io: &mut T, frame: &[u8]) -> io::Result<()> {
    if frame.len() > LONGEST_FRAME {
        return Err(too_long());
    }
    io.write_all(frame).await?;
    io.close().await
}

fn too_long() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a frame is longer than the limit")
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::io::Cursor;

    #[tokio::test]
    async fn a_frame_comes_back_whole() {
        let mut wire = Cursor::new(Vec::new());
        write_frame(&mut wire, b"frame").await.unwrap();
        assert_eq!(read_frame(&mut Cursor::new(wire.into_inner())).await.unwrap(), b"frame");
    }

    #[tokio::test]
    async fn a_frame_over_the_limit_is_refused_both_ways() {
        let longest = vec![0; LONGEST_FRAME];
        assert_eq!(read_frame(&mut Cursor::new(longest)).await.unwrap().len(), LONGEST_FRAME);
        let longer = vec![0; LONGEST_FRAME + 1];
        assert!(read_frame(&mut Cursor::new(&longer)).await.is_err());
        assert!(write_frame(&mut Cursor::new(Vec::new()), &longer).await.is_err());
    }
}
