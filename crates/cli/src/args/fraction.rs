//! A share of the voters as people write it: `2/3`.

use std::str::FromStr;

use thiserror::Error;

/// A fraction from one half to two thirds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fraction(pub(crate) u8, pub(crate) u8);

/// The text is no such fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a fraction from 1/2 to 2/3")]
pub(crate) struct NotAFraction;

impl FromStr for Fraction {
    type Err = NotAFraction;

    fn from_str(text: &str) -> Result<Self, NotAFraction> {
        let (over, under) = text.split_once('/').ok_or(NotAFraction)?;
        let over: u8 = over.trim().parse().map_err(|_| NotAFraction)?;
        let under: u8 = under.trim().parse().map_err(|_| NotAFraction)?;
        let (a, b) = (u32::from(over), u32::from(under));
        if b > 0 && 2 * a >= b && 3 * a <= 2 * b { Ok(Self(over, under)) } else { Err(NotAFraction) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_half_to_two_thirds_and_nothing_else() {
        assert_eq!("2/3".parse(), Ok(Fraction(2, 3)));
        assert!("1/2".parse::<Fraction>().is_ok() && "3/5".parse::<Fraction>().is_ok());
        for text in ["", "1", "0/0", "1/3", "3/4", "-1/2", "300/500", "1/2/3"] {
            assert_eq!(text.parse::<Fraction>(), Err(NotAFraction), "{text}");
        }
    }
}
