//! Meshes on loopback, over the real transport.

use std::future::pending;
use std::net::Ipv4Addr;
use std::time::Duration;

use libp2p::identity::Keypair;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::timeout;

use super::frame::LONGEST_FRAME;
use super::*;

const WATCHDOG: Duration = Duration::from_secs(30);

fn config() -> Config {
    Config { listen: vec!["/ip4/127.0.0.1/tcp/0".parse().unwrap()], mdns: false, ..Config::default() }
}

async fn start(peers: &[Multiaddr]) -> Net {
    Net::start(Keypair::generate_ed25519(), &config(), peers).await.unwrap()
}

/// The first event that is not about listening.
async fn event(net: &mut Net) -> NetEvent {
    loop {
        match timeout(WATCHDOG, net.next()).await.unwrap().unwrap() {
            NetEvent::Listening { .. } | NetEvent::Unlistened { .. } => {}
            event => return event,
        }
    }
}

async fn up(net: &mut Net) -> (PeerNo, bool, bool) {
    match event(net).await {
        NetEvent::Up { peer, first, added, .. } => (peer, first, added),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn frames_go_to_a_peer_and_back_up_to_the_limit() {
    let mut one = start(&[]).await;
    let mut two = start(&one.listen.clone()).await;
    let (peer, first, added) = up(&mut two).await;
    assert!(added);
    assert_ne!(up(&mut one).await.1, first, "one of the two speaks first");

    two.tell(Command::Request { peer, no: 7, frame: vec![1; LONGEST_FRAME] }).await;
    match event(&mut one).await {
        NetEvent::Request { no, frame, .. } if frame.bytes().len() == LONGEST_FRAME => {
            one.tell(Command::Reply { no, frame: b"back".to_vec() }).await;
        }
        other => panic!("{other:?}"),
    }
    match event(&mut two).await {
        NetEvent::Reply { no: 7, frame, .. } => assert_eq!(frame.into_bytes(), b"back"),
        other => panic!("{other:?}"),
    }
}

/// libp2p asks each behaviour in turn whether it admits a connection, and tells those that did nothing of a later no.
#[tokio::test]
async fn a_connection_that_is_refused_swallows_no_request_and_ends_nothing() {
    let listen = ["/ip4/127.0.0.1/tcp/0", "/ip4/127.0.0.2/tcp/0"].map(|address| address.parse().unwrap());
    let mut narrow = Config { listen: listen.to_vec(), ..config() };
    narrow.limits.connections_per_peer = 1;
    let mut one = Net::start(Keypair::generate_ed25519(), &narrow, &[]).await.unwrap();
    let mut two = start(&one.listen.clone()).await;
    let (peer, ..) = up(&mut one).await;
    up(&mut two).await;
    for n in 0..1_000 {
        one.tell(Command::Request { peer, no: n, frame: vec![1] }).await;
        match event(&mut two).await {
            NetEvent::Request { no, .. } => two.tell(Command::Reply { no, frame: vec![2] }).await,
            other => panic!("{other:?}"),
        }
        match event(&mut one).await {
            NetEvent::Reply { no, .. } if no == n => {}
            other => panic!("{other:?}"),
        }
    }
    one.tell(Command::Disconnect { peer, ban: None }).await;
    assert!(matches!(event(&mut one).await, NetEvent::Down { peer: gone } if gone == peer));
    assert!(matches!(event(&mut two).await, NetEvent::Down { .. }));
    up(&mut one).await;
}

#[tokio::test]
async fn a_peer_that_is_sent_too_long_a_frame_hangs_up_and_is_dialed_again() {
    let one = start(&[]).await;
    let mut two = start(&one.listen.clone()).await;
    let (peer, ..) = up(&mut two).await;
    two.tell(Command::Request { peer, no: 1, frame: vec![1; LONGEST_FRAME + 1] }).await;
    assert!(matches!(event(&mut two).await, NetEvent::Down { peer: gone } if gone == peer));
    assert_ne!(up(&mut two).await.0, peer);
}

/// Passes on what comes for `to`, until so much of it has come from there: from then on nothing is read, and nothing is
/// closed.
async fn pass_on(from: TcpStream, to: TcpStream, most: usize) {
    let ((mut here, mut out), (mut there, mut back)) = (from.into_split(), to.into_split());
    let forth = async { tokio::io::copy(&mut here, &mut back).await };
    let (_, _) = tokio::join!(forth, async {
        let mut passed = 0;
        let mut bytes = [0; 4096];
        while passed < most {
            let count = there.read(&mut bytes).await.unwrap();
            out.write_all(&bytes[..count]).await.unwrap();
            passed += count;
        }
        pending::<()>().await;
    });
}

#[tokio::test]
async fn a_peer_that_reads_no_more_is_let_go_all_the_same() {
    let mut one = start(&[]).await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let door = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("/ip4/127.0.0.1/tcp/{}", door.local_addr().unwrap().port()).parse().unwrap();
    let port = one.listen[0].iter().find_map(|part| if let Protocol::Tcp(port) = part { Some(port) } else { None });
    let to = socket.connect((Ipv4Addr::LOCALHOST, port.unwrap()).into()).await.unwrap();
    let passing = tokio::spawn(async move { pass_on(door.accept().await.unwrap().0, to, 64 * 1024).await });
    let mut two = start(&[address]).await;
    let (peer, ..) = up(&mut one).await;
    up(&mut two).await;
    for no in 0..16 {
        one.tell(Command::Request { peer, no, frame: vec![1; LONGEST_FRAME] }).await;
    }
    // The first frames are on their way once something of them was passed on.
    assert!(timeout(Duration::from_secs(2), event(&mut two)).await.is_err(), "nothing whole is passed on");
    one.tell(Command::Disconnect { peer, ban: None }).await;
    assert!(matches!(event(&mut one).await, NetEvent::Down { peer: gone } if gone == peer));
    passing.abort();
}

#[tokio::test]
async fn a_banned_peer_is_gone_and_does_not_come_back() {
    let mut one = start(&[]).await;
    let mut two = start(&one.listen.clone()).await;
    let (peer, ..) = up(&mut one).await;
    up(&mut two).await;
    one.tell(Command::Disconnect { peer, ban: Some(Duration::from_secs(600)) }).await;
    assert!(matches!(event(&mut one).await, NetEvent::Down { .. }));
    assert!(matches!(event(&mut two).await, NetEvent::Down { .. }));
    assert!(timeout(Duration::from_millis(1_500), event(&mut one)).await.is_err(), "it was let in again");
}

/// Where it listens is known a moment before the mesh runs, and a peer may connect in that moment.
#[tokio::test]
async fn whoever_connects_while_a_node_starts_is_told_of() {
    let mut mesh = Mesh::build(Keypair::generate_ed25519(), &config()).unwrap();
    mesh.listen(&config().listen[0]).unwrap();
    let mut two = start(&mesh.wait_until_listening().await).await;
    mesh.wait_until_listening().await;
    let ((_commands, taken), (told, mut events)) = (mpsc::channel(QUEUE), mpsc::channel(QUEUE));
    tokio::spawn(mesh.run(taken, told));
    let first = timeout(WATCHDOG, events.recv()).await.unwrap();
    assert!(matches!(first, Some(NetEvent::Up { .. })), "{first:?}");
    up(&mut two).await;
}

#[tokio::test]
async fn two_owners_who_added_each_other_both_count_as_added() {
    let mut one = start(&[]).await;
    let mut two = start(&one.listen.clone()).await;
    up(&mut one).await;
    one.tell(Command::Address { address: two.listen[0].clone(), wanted: true }).await;
    let added = async {
        loop {
            if let NetEvent::Up { added: true, .. } = event(&mut one).await {
                return;
            }
        }
    };
    timeout(WATCHDOG, async { tokio::join!(added, async { while !up_or_down(&mut two).await {} }) }).await.unwrap();
}

async fn up_or_down(net: &mut Net) -> bool {
    matches!(event(net).await, NetEvent::Up { added: true, .. })
}

#[tokio::test]
async fn of_two_who_dial_each_other_at_once_one_speaks_first() {
    for _ in 0..8 {
        let (mut one, mut two) = (start(&[]).await, start(&[]).await);
        let (here, there) = (one.listen[0].clone(), two.listen[0].clone());
        tokio::join!(
            one.tell(Command::Address { address: there, wanted: true }),
            two.tell(Command::Address { address: here, wanted: true }),
        );
        let (this, that) = tokio::join!(up(&mut one), up(&mut two));
        assert_ne!(this.1, that.1);
    }
}

#[tokio::test]
async fn whoever_fills_its_places_before_it_is_added_counts_as_added_all_the_same() {
    let mut narrow = config();
    narrow.limits.connections_per_peer = 1;
    let mut one = Net::start(Keypair::generate_ed25519(), &narrow, &[]).await.unwrap();
    let mut two = start(&one.listen.clone()).await;
    assert!(!up(&mut one).await.2);
    up(&mut two).await;
    one.tell(Command::Address { address: two.listen[0].clone(), wanted: true }).await;
    assert!(matches!(event(&mut one).await, NetEvent::Down { .. }));
    assert!(up(&mut one).await.2, "the dial that was one too many told who answers there");
}

#[tokio::test]
async fn a_peer_that_starts_later_at_a_known_address_is_found() {
    let (address, key) = {
        let one = start(&[]).await;
        let address = one.listen[0].clone();
        one.stop().await;
        (address, Keypair::generate_ed25519())
    };
    let mut two = start(std::slice::from_ref(&address)).await;
    let config = Config { listen: vec![address], ..config() };
    let _one = Net::start(key, &config, &[]).await.unwrap();
    assert!(up(&mut two).await.2);
}

#[tokio::test]
async fn a_taken_port_and_a_bad_address_are_refused_with_advice() {
    let one = start(&[]).await;
    let start = |listen: &str, peers: &[Multiaddr]| {
        let config = Config { listen: vec![listen.parse().unwrap()], ..config() };
        let peers = peers.to_vec();
        async move { Net::start(Keypair::generate_ed25519(), &config, &peers).await.map(drop).unwrap_err() }
    };
    let taken = start(&one.listen[0].to_string(), &[]).await;
    assert!(matches!(taken, NetError::Taken { .. }) && taken.to_string().contains("choose another port"), "{taken}");
    let udp = start("/ip4/127.0.0.1/udp/0", &[]).await;
    assert!(matches!(udp, NetError::Unsupported { .. }), "{udp}");
    let foreign = start("/ip4/192.0.2.7/tcp/0", &[]).await;
    assert!(matches!(foreign, NetError::Listen { .. }), "{foreign}");
    for peer in ["/ip4/127.0.0.1/tcp/0", "/dns4/example.org/tcp/1", "/ip4/0.0.0.0/tcp/4", "/ip4/127.0.0.1"] {
        let bad = start("/ip4/127.0.0.1/tcp/0", &[peer.parse().unwrap()]).await;
        assert!(matches!(bad, NetError::Unsupported { .. }), "{peer}: {bad}");
    }
}
