//! A moment as scripts see it: RFC 3339, UTC, whole seconds.

use std::fmt;
use std::str::FromStr;

use kenes_core::time::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A moment that is written as `2026-11-24T04:30:00Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub Timestamp);

/// A text is no moment in RFC 3339.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a moment like 2026-11-24T04:30:00Z")]
pub struct NotAMoment;

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secs = i64::try_from(self.0.as_secs()).unwrap_or(i64::MAX);
        let shown = jiff::Timestamp::from_second(secs).unwrap_or(jiff::Timestamp::MAX);
        write!(f, "{}", shown.strftime("%Y-%m-%dT%H:%M:%SZ"))
    }
}

impl FromStr for Moment {
    type Err = NotAMoment;

    fn from_str(text: &str) -> Result<Self, NotAMoment> {
        let moment: jiff::Timestamp = text.parse().map_err(|_| NotAMoment)?;
        let secs = u64::try_from(moment.as_second()).map_err(|_| NotAMoment)?;
        Ok(Self(Timestamp::from_secs(secs)))
    }
}

impl From<Timestamp> for Moment {
    fn from(at: Timestamp) -> Self {
        Self(at)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'_, str> as Deserialize>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_reads_back() {
        let moment = Moment(Timestamp::from_secs(1_795_494_600));
        assert_eq!(moment.to_string(), "2026-11-24T04:30:00Z");
        assert_eq!("2026-11-24T09:30:00+05:00".parse(), Ok(moment));
    }

    #[test]
    fn the_end_of_time_is_shown_and_nonsense_is_refused() {
        assert!(Moment(Timestamp::from_secs(u64::MAX)).to_string().starts_with("9999-12-30"));
        assert_eq!("yesterday".parse::<Moment>(), Err(NotAMoment));
        assert_eq!("1969-12-31T00:00:00Z".parse::<Moment>(), Err(NotAMoment));
    }
}
