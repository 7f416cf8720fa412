//! Which addresses may be asked: those that anybody on the internet could ask.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

/// Special-purpose blocks of version 4 (IANA's registry), and multicast.
const SPECIAL_V4: [Ipv4Net; 18] = [
    v4([0, 0, 0, 0], 8),
    v4([10, 0, 0, 0], 8),
    v4([100, 64, 0, 0], 10),
    v4([127, 0, 0, 0], 8),
    v4([169, 254, 0, 0], 16),
    v4([172, 16, 0, 0], 12),
    v4([192, 0, 0, 0], 24),
    v4([192, 0, 2, 0], 24),
    v4([192, 31, 196, 0], 24),
    v4([192, 52, 193, 0], 24),
    v4([192, 88, 99, 0], 24),
    v4([192, 168, 0, 0], 16),
    v4([192, 175, 48, 0], 24),
    v4([198, 18, 0, 0], 15),
    v4([198, 51, 100, 0], 24),
    v4([203, 0, 113, 0], 24),
    v4([224, 0, 0, 0], 4),
    v4([240, 0, 0, 0], 4),
];

/// All of version 6 that is ever handed out. What embeds or stands for addresses of version 4 lies outside, but for
/// what [`SPECIAL_V6`] names.
const GLOBAL_V6: Ipv6Net = v6([0x2000, 0], 3);

/// Special-purpose blocks inside [`GLOBAL_V6`]: Teredo and other protocols, documentation, 6to4.
const SPECIAL_V6: [Ipv6Net; 4] =
    [v6([0x2001, 0], 23), v6([0x2001, 0x0db8], 32), v6([0x2002, 0], 16), v6([0x3fff, 0], 20)];

const fn v4(octets: [u8; 4], prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(octets[0], octets[1], octets[2], octets[3]), prefix)
}

const fn v6(start: [u16; 2], prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(start[0], start[1], 0, 0, 0, 0, 0, 0), prefix)
}

/// Whether `address` belongs to the public internet.
///
/// What is not known to be public is not: an address that maps, embeds or translates to one of version 4 is refused
/// whatever that one is.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !SPECIAL_V4.iter().any(|block| block.contains(&address)),
        IpAddr::V6(address) => {
            GLOBAL_V6.contains(&address) && !SPECIAL_V6.iter().any(|block| block.contains(&address))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_public;

    #[track_caller]
    fn check(public: bool, addresses: &[&str]) {
        for address in addresses {
            assert_eq!(is_public(address.parse().expect("an address")), public, "{address}");
        }
    }

    #[test]
    fn addresses_of_the_internet_are_public() {
        check(
            true,
            &["1.1.1.1", "93.184.215.14", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0"],
        );
        check(
            true,
            &["172.15.255.255", "172.32.0.0", "192.0.1.0", "198.17.255.255", "198.20.0.0", "223.255.255.255"],
        );
        check(true, &["2606:4700::1111", "2001:4860:4860::8888", "2a00::1", "2001:200::1", "3ffe::1"]);
    }

    #[test]
    fn special_blocks_are_not_from_their_first_address_to_their_last() {
        check(
            false,
            &["0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255"],
        );
        check(false, &["127.0.0.1", "127.255.255.255", "169.254.169.254", "172.16.0.0", "172.31.255.255"]);
        check(
            false,
            &["192.0.0.0", "192.0.2.255", "192.31.196.1", "192.52.193.1", "192.88.99.1", "192.168.0.1"],
        );
        check(false, &["192.175.48.1", "198.18.0.0", "198.19.255.255", "198.51.100.1", "203.0.113.255"]);
        check(false, &["224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"]);
    }

    #[test]
    fn whatever_stands_for_another_address_is_not() {
        check(
            false,
            &["::", "::1", "::ffff:1.1.1.1", "::1.1.1.1", "64:ff9b::1.1.1.1", "64:ff9b:1::1", "100::1"],
        );
        check(false, &["2001::1", "2001:1ff::1", "2001:db8::1", "2002:101:101::1", "3fff::1", "3fff:fff::1"]);
        check(false, &["5f00::1", "4000::1", "fc00::1", "fdff::1", "fe80::1", "fec0::1", "ff02::1"]);
    }
}
