//! A network in namespaces, made for one test: bridges in a namespace of their own, machines around them. Nothing is made
//! in the machine's own network, and all of it is gone when dropped, with whatever still runs in it.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::{self, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;

use crate::cable::Machine;

/// What the names of all namespaces of these tests begin with; the number of the process that made them follows.
const PREFIX: &str = "kenes-mesh-";

/// How many labs this process has opened.
static OPENED: AtomicU32 = AtomicU32::new(0);

/// One network.
pub(crate) struct Lab {
    name: String,
    /// The namespace that holds all bridges.
    hub: String,
    namespaces: Vec<String>,
    ports: u32,
}

impl Lab {
    /// An empty network; none where this system does not let one be made, which is said.
    pub(crate) fn open() -> Option<Self> {
        sweep();
        let name = format!("{PREFIX}{}-{}", process::id(), OPENED.fetch_add(1, Ordering::Relaxed));
        let hub = format!("{name}-hub");
        let mut lab = Self { name, hub: hub.clone(), namespaces: Vec::new(), ports: 0 };
        match lab.namespace(hub.clone()).and_then(|()| filter(&hub, "table inet probe {}")) {
            Ok(()) => Some(lab),
            Err(reason) => {
                println!("skipped: no network can be made here: {reason}");
                None
            }
        }
    }

    /// A bridge, to which machines are plugged.
    pub(crate) fn bridge(&self, name: &str) {
        self.wire(&["link", "add", name, "type", "bridge"]);
        self.wire(&["link", "set", name, "up"]);
    }

    /// A link between two bridges, of so many kilobits a second each way where a rate is given.
    pub(crate) fn trunk(&self, name: &str, between: [&str; 2], rate: Option<u32>) {
        let ends = [format!("{name}0"), format!("{name}1")];
        self.wire(&["link", "add", &ends[0], "type", "veth", "peer", "name", &ends[1]]);
        for (end, bridge) in ends.iter().zip(between) {
            self.wire(&["link", "set", end, "master", bridge, "up"]);
            if let Some(rate) = rate {
                let rate = format!("{rate}kbit");
                let limit =
                    ["qdisc", "add", "dev", end, "root", "tbf", "rate", &rate, "burst", "16k", "latency", "200ms"];
                inside(&self.hub, "tc", &limit, "").unwrap();
            }
        }
    }

    /// Cuts a link between bridges, or mends it. Machines are told nothing: their own cables stay whole.
    pub(crate) fn cut(&self, trunk: &str, cut: bool) {
        self.wire(&["link", "set", &format!("{trunk}0"), if cut { "down" } else { "up" }]);
    }

    /// A machine with one cable, to `bridge`.
    pub(crate) fn machine(&mut self, bridge: &str, address: &str) -> Machine {
        let namespace = format!("{}-{}", self.name, self.namespaces.len());
        self.namespace(namespace.clone()).unwrap();
        let machine = Machine::new(namespace);
        self.plug(&machine, "eth0", bridge, address);
        machine
    }

    /// One more cable of a machine's. Packets leave it one by one, as from a real card, and not in lumps of 64 KiB.
    pub(crate) fn plug(&mut self, machine: &Machine, interface: &str, bridge: &str, address: &str) {
        let (port, namespace) = (format!("p{}", self.ports), machine.namespace());
        self.ports += 1;
        self.wire(&["link", "add", &port, "type", "veth", "peer", "name", interface, "netns", namespace]);
        self.wire(&["link", "set", &port, "master", bridge, "up"]);
        machine.ip(&["link", "set", interface, "gso_max_segs", "1"]);
        machine.ip(&["address", "add", address, "dev", interface]);
        machine.ip(&["link", "set", interface, "up"]);
        machine.ip(&["link", "set", "lo", "up"]);
    }

    /// How many bytes all machines together have sent, every header counted, lost packets too.
    pub(crate) fn bytes_sent(&self) -> u64 {
        let links = ip(&["-n", &self.hub, "-j", "-s", "link", "show"]).unwrap();
        let links: Value = serde_json::from_str(&links).unwrap();
        let ports = links.as_array().unwrap().iter();
        let ports = ports.filter(|link| link["ifname"].as_str().is_some_and(|name| name.starts_with('p')));
        ports.map(|port| port["stats64"]["rx"]["bytes"].as_u64().unwrap()).sum()
    }

    fn wire(&self, arguments: &[&str]) {
        ip(&[&["-n", &self.hub], arguments].concat()).unwrap();
    }

    fn namespace(&mut self, name: String) -> Result<(), String> {
        ip(&["netns", "add", &name])?;
        self.namespaces.push(name);
        Ok(())
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        self.namespaces.iter().rev().for_each(|namespace| remove(namespace));
    }
}

/// What `ip` says to these arguments, or why it does not.
pub(crate) fn ip(arguments: &[&str]) -> Result<String, String> {
    run(Command::new("ip").args(arguments), "")
}

/// Replaces the packet filter of a namespace.
pub(crate) fn filter(namespace: &str, rules: &str) -> Result<(), String> {
    inside(namespace, "nft", &["-f", "-"], &format!("flush ruleset\n{rules}\n")).map(drop)
}

/// Runs a program in a namespace, to its end.
pub(crate) fn inside(namespace: &str, program: &str, arguments: &[&str], input: &str) -> Result<String, String> {
    run(Command::new("ip").args(["netns", "exec", namespace, program]).args(arguments), input)
}

fn run(command: &mut Command, input: &str) -> Result<String, String> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    match feed(command, input) {
        Ok(output) if output.status.success() => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        Ok(output) => Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr).trim())),
        Err(error) => Err(format!("{command:?}: {error}")),
    }
}

fn feed(command: &mut Command, input: &str) -> io::Result<Output> {
    let mut child = command.spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(input.as_bytes())?;
    }
    child.wait_with_output()
}

/// Ends what runs in a namespace, and takes it away.
fn remove(namespace: &str) {
    for pid in ip(&["netns", "pids", namespace]).unwrap_or_default().lines() {
        let pid = pid.parse().ok().and_then(rustix::process::Pid::from_raw);
        pid.map(|pid| rustix::process::kill_process(pid, rustix::process::Signal::KILL));
    }
    if let Err(left) = ip(&["netns", "delete", namespace]) {
        eprintln!("{left}");
    }
}

/// Takes away what an earlier run left that was killed before it could.
fn sweep() {
    for entry in fs::read_dir("/run/netns").into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let maker = name.strip_prefix(PREFIX).and_then(|rest| rest.split('-').next());
        if maker.is_some_and(|pid| !Path::new("/proc").join(pid).exists()) {
            remove(&name);
        }
    }
}
