//! Dates and times of RFC 3339.

#[derive(Clone, Copy)]
pub(super) struct Day {
    pub(super) year: u16,
    pub(super) month: u8,
    pub(super) day: u8,
}

#[derive(Clone, Copy)]
pub(super) struct Moment {
    day: Day,
    hour: u8,
    minute: u8,
    second: u8,
    pub(super) nanosecond: u32,
    pub(super) offset_minutes: i16,
}

impl Moment {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub(super) fn unix_seconds(self) -> i64 {
        let minutes = i64::from(self.hour) * 60 + i64::from(self.minute) - i64::from(self.offset_minutes);
        days_since_1970(self.day) * 86_400 + minutes * 60 + i64::from(self.second)
    }
}

/// A number of exactly `text.len()` decimal digits.
fn digits<T: TryFrom<u32>>(text: &str) -> Option<T> {
    let all = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    all.then(|| text.parse::<u32>().ok()).flatten().and_then(|number| T::try_from(number).ok())
}

pub(super) fn date(text: &str) -> Option<Day> {
    if text.len() != 10 || !text.is_ascii() || &text[4..5] != "-" || &text[7..8] != "-" {
        return None;
    }
    let day = Day { year: digits(&text[..4])?, month: digits(&text[5..7])?, day: digits(&text[8..])? };
    let leap = day.year.is_multiple_of(4) && (!day.year.is_multiple_of(100) || day.year.is_multiple_of(400));
    let days = match day.month {
        2 => 28 + u8::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (1..=days).contains(&day.day).then_some(day)
}

pub(super) fn date_time(text: &str) -> Option<Moment> {
    let (day, time) = text.split_once(['T', 't'])?;
    let day = date(day)?;
    if time.len() < 9 || !time.is_ascii() || &time[2..3] != ":" || &time[5..6] != ":" {
        return None;
    }
    let (hour, minute, second): (u8, u8, u8) =
        (digits(&time[..2])?, digits(&time[3..5])?, digits(&time[6..8])?);
    let (nanosecond, zone) = match time[8..].strip_prefix('.') {
        None => (0, &time[8..]),
        Some(rest) => {
            let end = rest.bytes().position(|byte| !byte.is_ascii_digit())?;
            (nanoseconds(&rest[..end])?, &rest[end..])
        }
    };
    let offset_minutes = offset(zone)?;
    let moment = Moment { day, hour, minute, second, nanosecond, offset_minutes };
    let ends_utc_day = (i16::from(hour) * 60 + i16::from(minute) - offset_minutes).rem_euclid(1440) == 1439;
    (hour < 24 && minute < 60 && (second < 60 || second == 60 && ends_utc_day)).then_some(moment)
}

/// The first nine digits of a fraction.
fn nanoseconds(fraction: &str) -> Option<u32> {
    let head = &fraction[..fraction.len().min(9)];
    let scale = 10_u32.pow(9 - u32::try_from(head.len()).ok()?);
    digits::<u32>(head).map(|number| number * scale)
}

/// `Z` or `+hh:mm`, in minutes.
fn offset(zone: &str) -> Option<i16> {
    let sign = match zone.get(..1)? {
        "Z" | "z" if zone.len() == 1 => return Some(0),
        "+" => 1,
        "-" => -1,
        _ => return None,
    };
    if zone.len() != 6 || &zone[3..4] != ":" {
        return None;
    }
    let (hours, minutes): (i16, i16) = (digits(&zone[1..3])?, digits(&zone[4..])?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

/// Days from 1970-01-01 in the Gregorian calendar.
fn days_since_1970(Day { year, month, day }: Day) -> i64 {
    // Years that begin in March put the leap day last.
    let (year, month) = match month {
        1 | 2 => (i64::from(year) - 1, i64::from(month) + 9),
        _ => (i64::from(year), i64::from(month) - 3),
    };
    let day_of_year = (153 * month + 2) / 5 + i64::from(day) - 1;
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year - 719_468
}
