//! The guard of outgoing requests. The first line is an address; a second one is where it redirects to.

use std::net::{IpAddr, Ipv4Addr};

use lockstep_server::egress::{Guard, GuardOptions, Target};

const PORTS: [u16; 4] = [80, 443, 8080, 8443];
const PRIVATE: [&str; 13] = [
    "corp",
    "home",
    "home.arpa",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "onion",
    "private",
    "test",
];

/// Judges both, and what was let through once more.
pub fn run(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let (address, redirect) = text.split_once('\n').unwrap_or((text, ""));
    let guard = Guard::new(GuardOptions::default());
    let Ok(target) = guard.check(address) else { return };
    judge(&guard, address, &target);
    if let Ok(next) = guard.check_redirect(&target, redirect) {
        judge(&guard, redirect, &next);
        assert!(!target.is_https() || next.is_https(), "{address} leads to {redirect}");
    }
}

/// What may be asked, said once more and more simply.
fn judge(guard: &Guard, text: &str, target: &Target) {
    let url = target.url().as_str();
    assert!(url.len() <= 2048 && url.is_ascii(), "{text}");
    let rest = url.strip_prefix(if target.is_https() { "https://" } else { "http://" }).expect("the scheme");
    let authority = rest.split(['/', '?', '#']).next().expect("an authority");
    assert!(!authority.contains('@') && !url.contains('#'), "{text} became {url}");
    assert!(PORTS.contains(&target.port()), "{text} became {url}");
    let host = target.host();
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => assert!(may_be_public(address), "{text} leads to {address}"),
        Ok(IpAddr::V6(address)) => {
            assert!(address.segments()[0] >> 13 == 1, "{text} leads to {address}");
            assert!(
                address.segments()[0] != 0x2002 && address.to_ipv4_mapped().is_none(),
                "{text} leads to {address}"
            );
        }
        Err(_) => {
            // What a resolver would take for a number has been taken for one already.
            let last = host.rsplit('.').next().expect("a label");
            let hexadecimal = last
                .strip_prefix("0x")
                .is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
            assert!(!hexadecimal && !last.bytes().all(|byte| byte.is_ascii_digit()), "{text}: {host}");
            assert!(host.contains('.') && host.split('.').all(|label| !label.is_empty()), "{text}: {host}");
            let below = |suffix: &str| host == suffix || host.ends_with(&format!(".{suffix}"));
            assert!(!PRIVATE.into_iter().any(below), "{text}: {host}");
            assert!(
                host.bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte))
            );
        }
    }
    assert_eq!(guard.check(url).as_ref(), Ok(target), "{text} became {url}");
}

fn may_be_public(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || address.is_documentation()
        || first == 0
        || first >= 240
        || (first == 100 && (64..128).contains(&second))
        || (first == 198 && (18..20).contains(&second)))
}
