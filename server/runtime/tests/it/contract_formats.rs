//! Formats agree with the jsonschema crate, text by text.

use lockstep_runtime::contract::{Date, DateTime, Email, Format, Uri, Uuid};
use serde_json::{Value, json};

/// jsonschema 0.60.2 reads the digits of a date as one machine word and lets a borrow hide other characters, so that
/// `.026-07-28` is a date. It is none.
fn is_crate_mistake(name: &str, text: &str) -> bool {
    let digits = |text: &str, places: &[usize]| {
        places.iter().all(|place| text.as_bytes().get(*place).is_some_and(u8::is_ascii_digit))
    };
    let is_date = |text: &str| digits(text, &[0, 1, 2, 3, 5, 6, 8, 9]);
    match name {
        "date" => !is_date(text),
        "date-time" => {
            let (date, time) = text.split_once(['T', 't']).unwrap_or_default();
            let offset = time.len().saturating_sub(5);
            let zoned = time.ends_with(['Z', 'z'])
                || digits(&time[time.floor_char_boundary(offset)..], &[0, 1, 3, 4]);
            !(is_date(date) && digits(time, &[0, 1, 3, 4, 6, 7]) && zoned)
        }
        _ => false,
    }
}

/// Holds our verdict against the crate's for each text and for small changes of it.
fn agrees(format: Format, name: &str, texts: &[&str]) {
    let schema = json!({ "type": "string", "format": name });
    let oracle = jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema");
    let (mut checked, mut valid) = (0, 0);
    let mut check = |text: &str| {
        let verdict = oracle.is_valid(&Value::from(text)) && !is_crate_mistake(name, text);
        assert_eq!(format.accepts(text), verdict, "{name}: {text:?}");
        checked += 1;
        valid += usize::from(verdict);
    };
    for text in texts {
        check(text);
        for (at, character) in text.char_indices() {
            let (before, after) = (&text[..at], &text[at + character.len_utf8()..]);
            check(&format!("{before}{after}"));
            for inserted in ["0", "6", ".", "-", ":", " ", "@", "%", "[", "a", "\"", "é", "٣"] {
                check(&format!("{before}{inserted}{after}"));
                check(&format!("{before}{inserted}{}", &text[at..]));
            }
        }
        for around in [
            format!(" {text}"),
            format!("{text} "),
            format!("{text}\n"),
            text.to_uppercase(),
            text.to_lowercase(),
        ] {
            check(&around);
        }
    }
    assert!(valid > 20 && checked - valid > 200, "{name}: {valid} of {checked} are valid");
}

#[test]
fn dates() {
    agrees(
        Format::Date,
        "date",
        &[
            "2026-07-28",
            "0000-01-01",
            "9999-12-31",
            "2024-02-29",
            "2023-02-29",
            "1900-02-29",
            "2000-02-29",
            "2026-04-31",
            "2026-13-01",
            "2026-00-10",
            "2026-01-00",
            "2026-1-1",
            "20260728",
            "+2026-07-28",
            "-001-01-01",
            "2026-W30-2",
            "",
            "2026-209",
            "２０２６-07-28",
            "2026-07-2é",
            "2026−07−28",
        ],
    );
    let date: Date = "2024-02-29".parse().expect("a date");
    assert_eq!((date.year(), date.month(), date.day(), date.as_str()), (2024, 2, 29, "2024-02-29"));
}

#[test]
fn moments() {
    agrees(
        Format::DateTime,
        "date-time",
        &[
            "2026-07-28T12:00:00Z",
            "2026-07-28t12:00:00z",
            "2026-07-28 12:00:00Z",
            "2026-07-28T12:00:00",
            "2026-07-28T12:00Z",
            "2026-07-28T12:00:00.123456789012345Z",
            "2026-07-28T12:00:00.Z",
            "2026-07-28T24:00:00Z",
            "1998-12-31T23:59:60Z",
            "1998-12-31T23:58:60Z",
            "1998-12-31T15:59:60.123-08:00",
            "1998-12-31T15:59:60+08:00",
            "1998-12-31T23:59:60+00:00",
            "1998-12-31T22:59:60Z",
            "1998-12-31T00:29:60+00:30",
            "1998-12-31T23:29:60-00:30",
            "1998-12-31T23:59:61Z",
            "2026-07-28T12:00:00+14:00",
            "2026-07-28T12:00:00+23:59",
            "2026-07-28T12:00:00+24:00",
            "2026-07-28T12:00:00-00:00",
            "2026-07-28T12:00:00+0200",
            "2026-07-28T12:00:00+02",
            "2026-07-28T12:60:00Z",
            "2026-07-28T12:00:00,5Z",
            "2026-02-30T12:00:00Z",
            "2026-07-28T12:00:00ZZ",
            "2026-07-28T",
            "T12:00:00Z",
            "",
            "2026-07-28T12:00:00Z[Europe/Vienna]",
            "2026-07-28TT12:00:00Z",
            "1985-04-12T23:20:50.52Z",
        ],
    );
    let moment: DateTime = "2000-02-29T23:59:59.25-01:30".parse().expect("a moment");
    assert_eq!(
        (moment.unix_seconds(), moment.nanosecond(), moment.offset_minutes()),
        (951_874_199, 250_000_000, -90)
    );
    let epoch = |text: &str| text.parse::<DateTime>().expect("a moment").unix_seconds();
    assert_eq!(epoch("1970-01-01T00:00:00Z"), 0);
    assert_eq!(epoch("1969-12-31T23:59:59Z"), -1);
    assert_eq!(epoch("0000-01-01T00:00:00Z"), -62_167_219_200);
    assert_eq!(epoch("9999-12-31T23:59:59Z"), 253_402_300_799);
    assert_eq!(epoch("1998-12-31T23:59:60Z"), epoch("1999-01-01T00:00:00Z"));
}

#[test]
fn mailboxes() {
    let long_local = format!("{}@example.com", "a".repeat(64));
    let longer_local = format!("{}@example.com", "a".repeat(65));
    let long_label = format!("a@{}.com", "b".repeat(63));
    let longer_label = format!("a@{}.com", "b".repeat(64));
    let long_host = format!("a@{}com", "bbbbbbbbb.".repeat(25));
    let longer_host = format!("a@{}comm", "bbbbbbbbb.".repeat(25));
    agrees(
        Format::Email,
        "email",
        &[
            "ada@example.com",
            "a.b+c@example.com",
            ".a@example.com",
            "a.@example.com",
            "a..b@example.com",
            "a@b",
            "a@b.",
            "a@.b",
            "@b.c",
            "a@",
            "a",
            "",
            "\"a b\"@example.com",
            "\"a\\\"b\"@example.com",
            "\"a\"b\"@example.com",
            "\"\"@example.com",
            "\"@example.com",
            "\"a@b\"@example.com",
            "a@b@c.d",
            "a b@example.com",
            "a@[127.0.0.1]",
            "a@[127.0.0.256]",
            "a@[IPv6:::1]",
            "a@[ipv6:2001:db8::1]",
            "a@[IPv6:x]",
            "a@[::1]",
            "a@[]",
            "a@127.0.0.1",
            "a@exam_ple.com",
            "a@-b.com",
            "a@b-.com",
            "ä@example.com",
            "a@ä.com",
            "\"ä\"@example.com",
            "a@xn--4ca.com",
            "a@xn--a.com",
            "a@xn--.com",
            "a@XN--4ca.com",
            "a@ab--c.com",
            "a@xn--mgba3gch31f060k.com",
            "a@xn--ll-0ea.com",
            "a@xn--l-7fa.com",
            "a@xn--11b2er09f.com",
            "a@xn--zca.de",
            "a@xn--99999999.com",
            "a@xn--fa-hia.de",
            "Ada <ada@example.com>",
            " <ada@example.com>",
            "<ada@example.com>",
            "Ada <ada@example.com",
            "Ada<ada@example.com>",
            "a(b)@example.com",
            "!#$%&'*+-/=?^_`{|}~@example.com",
            "a@example.com.",
            "te~st@example.com",
            "a@b.c\\d",
            &long_local,
            &longer_local,
            &long_label,
            &longer_label,
            &long_host,
            &longer_host,
        ],
    );
    let parts = |text: &str| {
        let email: Email = text.parse().expect("an address");
        (email.local_part().to_owned(), email.domain().to_owned())
    };
    let expect = |local: &str, domain: &str| (local.to_owned(), domain.to_owned());
    assert_eq!(parts("Ada <ada@example.com>"), expect("ada", "example.com"));
    assert_eq!(parts("\"\"@[IPv6:::1]"), expect("\"\"", "[IPv6:::1]"));
    assert_eq!(parts("\"a@b\"@c.d"), expect("\"a@b\"", "c.d"));
}

#[test]
fn encoded_labels() {
    // Every two- and three-character payload reaches all branches of the decoder.
    let letters = "abcdeghklmpqtxz0159-";
    let schema = json!({ "type": "string", "format": "email" });
    let oracle = jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema");
    let mut payloads: Vec<String> = letters.chars().map(String::from).collect();
    for _ in 0..2 {
        let longer =
            payloads.iter().flat_map(|start| letters.chars().map(move |letter| format!("{start}{letter}")));
        let longer: Vec<String> = longer.collect();
        payloads.extend(longer);
    }
    for payload in payloads {
        let text = format!("a@xn--{payload}.com");
        assert_eq!(Format::Email.accepts(&text), oracle.is_valid(&Value::from(text.as_str())), "{text}");
    }
}

#[test]
fn addresses_of_hosts() {
    agrees(
        Format::Ipv4,
        "ipv4",
        &[
            "127.0.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "256.0.0.1",
            "1.2.3",
            "1.2.3.4.5",
            "01.2.3.4",
            "1.2.3.04",
            "0x7f.0.0.1",
            "127.1",
            "2130706433",
            "1.2.3.4/8",
            "1.2.3.4:80",
            "",
            "::1",
            "1.2.3.٤",
            "1..2.3",
            "-1.2.3.4",
            "192.168.100.200",
        ],
    );
    agrees(
        Format::Ipv6,
        "ipv6",
        &[
            "::",
            "::1",
            "2001:db8::1",
            "2001:DB8:0:0:0:0:0:1",
            "1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9",
            "1::2::3",
            ":1",
            "1:",
            "::ffff:192.0.2.1",
            "::ffff:192.0.2.256",
            "::192.0.2.1:1",
            "fe80::1%eth0",
            "fe80::1%25eth0",
            "[::1]",
            "12345::",
            "g::1",
            "::1/64",
            "",
            "127.0.0.1",
            "1:2:3:4:5:6:1.2.3.4",
            "1:2:3:4:5:6:7:1.2.3.4",
            "::01.2.3.4",
        ],
    );
}

#[test]
fn uris() {
    agrees(
        Format::Uri,
        "uri",
        &[
            "https://example.com/",
            "http://a",
            "urn:isbn:0451450523",
            "mailto:ada@example.com",
            "file:///etc/passwd",
            "a:",
            "a:b",
            "//example.com",
            "/a",
            "a",
            "",
            "?a",
            "#a",
            "http://",
            "http:///a",
            "http://a:80",
            "http://a:",
            "http://a:b",
            "http://a:99999",
            "http://u:p@a/",
            "http://u@b@a/",
            "http://[::1]/",
            "http://[::1",
            "http://::1/",
            "http://[::1]:8",
            "http://[v1.a:b]/",
            "http://[fe80::1%25eth0]/",
            "http://[fe80::1%eth0]/",
            "http://[1.2.3.4]/",
            "http://[::1]a",
            "http://a/b c",
            "http://a/%20",
            "http://a/%2",
            "http://a/%zz",
            "http://a/\"",
            "http://a/<b>",
            "http://a/{b}",
            "http://a\\b",
            "http://ä.com/",
            "http://a/ä",
            "http://a/b?c=d&e=%26#f",
            "http://a/b#c#d",
            "http://a?b?c",
            "1http://a",
            "+a:b",
            "a+b-c.1:d",
            "a_b:c",
            ":a",
            "http//a",
            "data:text/plain,a",
            "tel:+1-816-555-1212",
            "news:comp.infosystems",
            "http://a/b|c",
            "http://a^b/",
            "ldap://[2001:db8::7]/c=GB?objectClass?one",
            "http://[2001:db8::7::1]/",
            "http://[::ffff:1.2.3.4]/",
        ],
    );
    let uri: Uri = "https://u@[::1]:8/a%20b?c#d".parse().expect("a URI");
    assert_eq!(
        (uri.scheme(), uri.authority(), uri.host(), uri.path(), uri.query(), uri.fragment()),
        ("https", Some("u@[::1]:8"), Some("[::1]"), "/a%20b", Some("c"), Some("d"))
    );
}

#[test]
fn uuids() {
    agrees(
        Format::Uuid,
        "uuid",
        &[
            "123e4567-e89b-12d3-a456-426614174000",
            "123E4567-E89B-12D3-A456-426614174000",
            "00000000-0000-0000-0000-000000000000",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
            "{123e4567-e89b-12d3-a456-426614174000}",
            "urn:uuid:123e4567-e89b-12d3-a456-426614174000",
            "123e4567e89b12d3a456426614174000",
            "123e4567-e89b-12d3-a456-42661417400",
            "123e4567-e89b-12d3-a456-42661417400g",
            "123e4567_e89b_12d3_a456_426614174000",
            "123e456-7e89b-12d3-a456-426614174000",
            "",
        ],
    );
    let uuid: Uuid = "00000000-0000-0000-0000-00000000000F".parse().expect("a UUID");
    assert_eq!((uuid.as_u128(), uuid.as_str().ends_with('F')), (15, true));
}
