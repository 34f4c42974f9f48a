//! A connection whose every byte is the attacker's own, beneath the frames: the handshakes are done properly, and then
//! yamux is spoken by hand, as badly as one likes.

use std::time::Duration;

use libp2p::core::upgrade::OutboundConnectionUpgrade;
use libp2p::futures::io::{ReadHalf, WriteHalf};
use libp2p::futures::{AsyncReadExt, AsyncWriteExt};
use libp2p::identity::Keypair;
use libp2p::multiaddr::Protocol;
use libp2p::noise;
use libp2p::tcp::tokio::TcpStream;
use libp2p::{Multiaddr, PeerId};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// How long the victim may take to hang up.
const PATIENCE: Duration = Duration::from_secs(60);

/// Of a yamux frame.
pub(crate) const DATA: u8 = 0;
pub(crate) const WINDOW: u8 = 1;
pub(crate) const PING: u8 = 2;
pub(crate) const SYN: u16 = 1;

type Connection = noise::Output<TcpStream>;

/// One such connection.
pub(crate) struct Raw {
    pub(crate) id: PeerId,
    io: WriteHalf<Connection>,
    next: u32,
    /// Ends with the connection.
    reader: JoinHandle<()>,
}

impl Drop for Raw {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

/// A length and a line, as multistream-select has them.
pub(crate) fn line(text: &str) -> Vec<u8> {
    let mut line = vec![u8::try_from(text.len() + 1).unwrap()];
    line.extend_from_slice(text.as_bytes());
    line.push(b'\n');
    line
}

/// A TCP connection on which nothing was said yet.
pub(crate) async fn tcp(address: &Multiaddr) -> Option<TcpStream> {
    let mut parts = address.iter();
    let (Some(Protocol::Ip4(ip)), Some(Protocol::Tcp(port))) = (parts.next(), parts.next()) else { return None };
    tokio::net::TcpStream::connect((ip, port)).await.ok().map(TcpStream)
}

/// Agrees on `protocol`, as whoever dials.
async fn agree<T: AsyncReadExt + AsyncWriteExt + Unpin>(io: &mut T, protocol: &str) -> Option<()> {
    let said = [line("/multistream/1.0.0"), line(protocol)].concat();
    io.write_all(&said).await.ok()?;
    io.flush().await.ok()?;
    let mut heard = vec![0; said.len()];
    io.read_exact(&mut heard).await.ok()?;
    (heard == said).then_some(())
}

impl Raw {
    /// Connects under a new name, up to where yamux begins.
    pub(crate) async fn connect(address: &Multiaddr) -> Option<Self> {
        let key = Keypair::generate_ed25519();
        let mut tcp = tcp(address).await?;
        agree(&mut tcp, "/noise").await?;
        let (_, mut connection) = noise::Config::new(&key).ok()?.upgrade_outbound(tcp, "/noise").await.ok()?;
        agree(&mut connection, "/yamux/1.0.0").await?;
        let (reader, io) = connection.split();
        Some(Self { id: key.public().to_peer_id(), io, next: 1, reader: tokio::spawn(drain(reader)) })
    }

    /// Any bytes at all; false once the connection is over.
    pub(crate) async fn write(&mut self, bytes: &[u8]) -> bool {
        let written =
            timeout(PATIENCE, async { self.io.write_all(bytes).await.is_ok() && self.io.flush().await.is_ok() });
        written.await.unwrap_or(false)
    }

    /// One frame of yamux; its length need not be true.
    pub(crate) async fn frame(&mut self, kind: u8, flags: u16, stream: u32, length: u32, body: &[u8]) -> bool {
        self.write(&frame(kind, flags, stream, length, body)).await
    }

    /// A stream that was not used yet.
    pub(crate) fn fresh(&mut self) -> u32 {
        self.next += 2;
        self.next - 2
    }

    /// Opens a stream and begins a request on it, which need not end.
    pub(crate) async fn begin(&mut self, body: &[u8]) -> Option<u32> {
        let stream = self.fresh();
        let said = [line("/multistream/1.0.0"), line("/kenes/meet/1"), body.to_vec()].concat();
        self.frame(DATA, SYN, stream, said.len() as u32, &said).await.then_some(stream)
    }

    pub(crate) fn is_gone(&self) -> bool {
        self.reader.is_finished()
    }

    /// Waits until the victim hangs up.
    pub(crate) async fn gone(&mut self) {
        timeout(PATIENCE, &mut self.reader).await.expect("it was not hung up on").unwrap();
    }
}

pub(crate) fn frame(kind: u8, flags: u16, stream: u32, length: u32, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, kind];
    bytes.extend_from_slice(&flags.to_be_bytes());
    bytes.extend_from_slice(&stream.to_be_bytes());
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(body);
    bytes
}

/// Reads whatever comes, to its end.
async fn drain(mut reader: ReadHalf<Connection>) {
    let mut bytes = vec![0; 64 << 10];
    while reader.read(&mut bytes).await.is_ok_and(|read| read > 0) {}
}
