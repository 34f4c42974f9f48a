//! A length of time as people write it: `30m`, `12h`, `14d`, `2w`.

use std::str::FromStr;

use thiserror::Error;

/// Seconds, at least an hour and at most 400 days: what an envelope may live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lifetime(pub(crate) u64);

/// The text is no such length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a time from 1h to 400d")]
pub(crate) struct NotALifetime;

/// The seconds that `text` names, if it is a whole number and a unit.
pub(crate) fn seconds(text: &str) -> Option<u64> {
    let number = text.trim_end_matches(|c: char| c.is_alphabetic());
    let unit = match &text[number.len()..] {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "w" => 7 * 86_400,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(unit)
}

impl FromStr for Lifetime {
    type Err = NotALifetime;

    fn from_str(text: &str) -> Result<Self, NotALifetime> {
        match seconds(text) {
            Some(secs) if (3_600..=400 * 86_400).contains(&secs) => Ok(Self(secs)),
            _ => Err(NotALifetime),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_with_a_unit_are_read() {
        assert_eq!("14d".parse(), Ok(Lifetime(1_209_600)));
        assert_eq!("2w".parse::<Lifetime>(), "14d".parse());
    }

    #[test]
    fn nothing_else_is() {
        for text in
            ["", "d", "14", "-1d", "1.5h", "59m", "401d", "99999999999999999999d", "1апта", "4611686018427387904w"]
        {
            assert_eq!(text.parse::<Lifetime>(), Err(NotALifetime), "{text}");
        }
    }
}
