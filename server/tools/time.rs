//! `current_time`: the date and time in one time zone.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use lockstep_runtime::contract::ErrorDetail;
use lockstep_tools::current_time::{CurrentTimeError, CurrentTimeOutput};

/// How many similar names are suggested for an unknown one.
const SUGGESTIONS: usize = 3;

pub(super) fn current(timezone: &str) -> Result<CurrentTimeOutput, CurrentTimeError> {
    let zone = TimeZone::get(timezone).map_err(|_| unknown(timezone))?;
    let now = Timestamp::now().to_zoned(zone.clone());
    let offset = zone.to_offset_info(now.timestamp());
    Ok(CurrentTimeOutput {
        timezone: zone.iana_name().unwrap_or(timezone).to_owned(),
        datetime: now.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        weekday: now.strftime("%A").to_string(),
        utc_offset: now.strftime("%:z").to_string(),
        is_dst: offset.dst().is_dst(),
    })
}

/// Names the most similar zones; a bare city name finds its zone.
fn unknown(timezone: &str) -> CurrentTimeError {
    let asked = timezone.to_lowercase().replace(' ', "_");
    let mut known: Vec<(usize, String)> = jiff::tz::db()
        .available()
        .map(|name| {
            let lower = name.to_string().to_lowercase();
            let city = lower.rsplit('/').next().unwrap_or_default();
            (strsim::levenshtein(&asked, &lower).min(strsim::levenshtein(&asked, city)), name.to_string())
        })
        .collect();
    known.sort();
    let near: Vec<String> =
        known.into_iter().take(SUGGESTIONS).map(|(_, name)| format!("`{name}`")).collect();
    let detail = ErrorDetail::new(format!("`{timezone}` is not a known time zone"));
    CurrentTimeError::unknown_timezone(
        detail.with_hint(format!("Use an IANA name, such as {}.", near.join(", "))),
    )
}
