//! A moment as people write it: `2d` ago or from now, a day, a day and a time of this machine's zone, or RFC 3339.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use kenes_core::time::Timestamp;
use kenes_web::api::{ApiError, ErrorKind, Moment};

use crate::args::seconds;
use crate::error::CommandError;

/// The moment that `text` names, `now` being what the home's clock shows: a length of time is one before now.
pub(crate) fn moment(text: &str, now: Moment) -> Result<Moment, CommandError> {
    seconds(text).map_or_else(|| dated(text), |secs| Ok(now.0.minus(secs).into()))
}

/// The same of what is to come: a length of time is one from now.
pub(crate) fn coming(text: &str, now: Moment) -> Result<Moment, CommandError> {
    seconds(text).map_or_else(|| dated(text), |secs| Ok(now.0.plus(secs).into()))
}

fn dated(text: &str) -> Result<Moment, CommandError> {
    if let Ok(moment) = text.parse() {
        return Ok(moment);
    }
    let local = text.parse::<DateTime>().or_else(|_| text.parse::<Date>().map(DateTime::from));
    let at = local.ok().and_then(|local| local.to_zoned_datetime(TimeZone::system()).ok());
    let secs = at.and_then(|at| u64::try_from(at.timestamp().as_second()).ok());
    secs.map(|secs| Timestamp::from_secs(secs).into()).ok_or_else(|| {
        ApiError::new(ErrorKind::BadValue, "not a moment").detail("what", "moment").detail("value", text).into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_as_people_write_them() {
        let now = "2026-11-24T04:30:00Z".parse().unwrap();
        assert_eq!(moment("2d", now).unwrap().to_string(), "2026-11-22T04:30:00Z");
        assert_eq!(moment("2026-11-23T04:30:00+05:00", now).unwrap().to_string(), "2026-11-22T23:30:00Z");
        assert_eq!(coming("2d", now).unwrap().to_string(), "2026-11-26T04:30:00Z");
        assert!(moment("2026-11-23", now).is_ok() && moment("2026-11-23 18:00", now).is_ok());
        for text in ["", "кеше", "2026-13-01", "d", "-1d"] {
            assert_eq!(moment(text, now).unwrap_err().exit_code(), 2, "{text}");
        }
    }
}
