//! One machine of a lab: its namespace, its addresses, and what its cable does to packets that come.

use std::cell::RefCell;

use crate::lab;

/// A namespace with cables. What is dropped is dropped where it arrives, unseen by whoever sent it.
#[derive(Debug)]
pub(crate) struct Machine {
    namespace: String,
    weather: RefCell<Weather>,
}

#[derive(Debug, Default)]
struct Weather {
    /// Of a hundred packets that come, how many are lost, each by itself.
    lost: u8,
    /// From whom nothing comes.
    deaf_to: Vec<String>,
    /// To which addresses nothing comes.
    closed: Vec<String>,
}

impl Machine {
    pub(crate) fn new(namespace: String) -> Self {
        Self { namespace, weather: RefCell::default() }
    }

    pub(crate) fn namespace(&self) -> &str {
        &self.namespace
    }

    pub(crate) fn ip(&self, arguments: &[&str]) {
        lab::ip(&[&["-n", &self.namespace], arguments].concat()).unwrap();
    }

    /// Of a hundred packets that come from now on, loses so many.
    pub(crate) fn loses(&self, percent: u8) {
        self.weather.borrow_mut().lost = percent;
        self.settle();
    }

    /// Hears nothing more from an address, or hears it again. Who sends from there is told nothing.
    pub(crate) fn deaf_to(&self, address: &str, deaf: bool) {
        let mut weather = self.weather.borrow_mut();
        weather.deaf_to.retain(|other| other != address);
        if deaf {
            weather.deaf_to.push(address.to_owned());
        }
        drop(weather);
        self.settle();
    }

    /// Takes nothing more that is sent to these addresses.
    pub(crate) fn deaf_to_all_at(&self, addresses: &str) {
        self.weather.borrow_mut().closed.push(addresses.to_owned());
        self.settle();
    }

    fn settle(&self) {
        let weather = self.weather.borrow();
        let mut rules = String::new();
        for address in &weather.deaf_to {
            rules += &format!("ip saddr {address} drop\n");
        }
        for addresses in &weather.closed {
            rules += &format!("ip daddr {addresses} drop\n");
        }
        if weather.lost > 0 {
            rules += &format!("iifname != lo numgen random mod 100 < {} drop\n", weather.lost);
        }
        let chain = format!("chain in {{ type filter hook input priority 0; policy accept;\n{rules}}}");
        lab::filter(&self.namespace, &format!("table inet weather {{\n{chain}\n}}")).unwrap();
    }
}
