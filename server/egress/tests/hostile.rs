//! What must not be fetched, each beside something like it that must be. Neither reaches a private address.

use std::time::Duration;

use async_compression::tokio::write::{BrotliEncoder, GzipEncoder, ZstdEncoder};
use tokio::io::AsyncWriteExt as _;

use super::web::{PUBLIC, SECRET, Script, Step, Web, ok, redirect, respond};
use super::{client, get};
use crate::egress::is_public;

/// One side of a row: an address, and the internet that it is asked of.
struct Side {
    url: String,
    pages: Vec<(&'static str, Script)>,
    names: Vec<(&'static str, Vec<Vec<&'static str>>)>,
    /// How often the address is asked for; the last answer counts.
    times: usize,
}

struct Row {
    what: &'static str,
    code: &'static str,
    hostile: Side,
    benign: Side,
}

const HOST: &str = "site.example.org";
const PAGE: &str = "site.example.org/page";
const ROBOTS: &str = "site.example.org/robots.txt";
const URL: &str = "http://site.example.org/page";

fn text() -> Script {
    ok("text/plain", b"hello")
}

fn side(url: &str, pages: Vec<(&'static str, Script)>) -> Side {
    Side { url: url.to_owned(), pages, names: Vec::new(), times: 1 }
}

/// Two addresses, of which the second one is that of a page.
fn addresses(what: &'static str, code: &'static str, hostile: &str, benign: &str) -> Row {
    let pages = || {
        let hosts = [
            "93.184.215.14/",
            "[2606:4700::1111]/",
            "site.example.org/",
            "site.example.org:8080/",
            "xn--bcher-kva.example.org/",
        ];
        hosts.into_iter().map(|page| (page, text())).chain([(PAGE, text())]).collect()
    };
    Row { what, code, hostile: side(hostile, pages()), benign: side(benign, pages()) }
}

/// Two ways to serve the same page.
fn pages(what: &'static str, code: &'static str, hostile: Script, benign: Script) -> Row {
    Row { what, code, hostile: side(URL, vec![(PAGE, hostile)]), benign: side(URL, vec![(PAGE, benign)]) }
}

/// Two ways to serve the site's robots.txt.
fn robots(what: &'static str, code: &'static str, hostile: Script, benign: Script) -> Row {
    let both = |script| side(URL, vec![(ROBOTS, script), (PAGE, text())]);
    Row { what, code, hostile: both(hostile), benign: both(benign) }
}

/// Where the name of the site leads, lookup after lookup.
fn names(
    what: &'static str,
    code: &'static str,
    times: usize,
    hostile: Vec<Vec<&'static str>>,
    benign: Vec<Vec<&'static str>>,
) -> Row {
    let both = |lists| Side { names: vec![(HOST, lists)], times, ..side(URL, vec![(PAGE, text())]) };
    Row { what, code, hostile: both(hostile), benign: both(benign) }
}

/// Where the page redirects to.
fn redirects(what: &'static str, code: &'static str, hostile: &str, benign: &str) -> Row {
    let both = |to: &str| {
        let mut side = side(
            URL,
            vec![(PAGE, redirect(to)), ("other.example.org/", text()), ("site.example.org/next", text())],
        );
        side.pages.push(("site.example.org:8080/", text()));
        side.pages.push(("93.184.215.14/", text()));
        side.names.push(("inside.example.org", vec![vec!["10.0.0.7"]]));
        side
    };
    Row { what, code, hostile: both(hostile), benign: both(benign) }
}

fn literals() -> Vec<Row> {
    let v4 = |what, hostile: &str, benign: &str| addresses(what, "blocked_address", hostile, benign);
    let plain = "http://93.184.215.14/";
    let mut rows = vec![
        v4("decimal", "http://2130706433/", "http://1572394766/"),
        v4("hexadecimal", "http://0x7f000001/", "http://0x5db8d70e/"),
        v4("octal", "http://0177.0.0.1/", "http://0135.0270.0327.016/"),
        v4("two parts", "http://127.1/", "http://93.12113678/"),
        v4("three parts", "http://192.168.1/", "http://93.184.55054/"),
        v4("mixed bases", "http://0x7f.0.0.01/", "http://0x5d.184.0327.14/"),
        v4("a final dot", "http://127.0.0.1./", "http://93.184.215.14./"),
        v4("percent-encoded", "http://%31%32%37.0.0.1/", "http://%39%33.184.215.14/"),
        v4("full-width", "http://１２７.0.0.1/", "http://９３.184.215.14/"),
        v4("circled", "http://①②⑦.⓪.⓪.①/", "http://⑨③.①⑧④.②①⑤.①④/"),
        v4("ideographic dots", "http://127。0。0。1/", "http://93。184。215。14/"),
        v4("half-width dots", "http://127｡0｡0｡1/", "http://93｡184｡215｡14/"),
        v4("upper-case hexadecimal", "http://0X7F000001/", "http://0X5DB8D70E/"),
        addresses("too many parts", "invalid_url", "http://127.0.0.0.1/", plain),
        addresses("a part too large", "invalid_url", "http://127.0.0.256/", plain),
        addresses("an octal 9", "invalid_url", "http://0199.0.0.1/", plain),
        addresses("a zone", "invalid_url", "http://[fe80::1%25eth0]/", "http://[2606:4700::1111]/"),
        addresses("half a bracket", "invalid_url", "http://[::1/", "http://[2606:4700::1111]/"),
        addresses("a future address", "invalid_url", "http://[v1.x]/", "http://[2606:4700::1111]/"),
    ];
    let special = [
        "127.0.0.1",
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
    ];
    rows.extend(
        special.map(|address| v4("special block of version 4", &format!("http://{address}/"), plain)),
    );
    let special = [
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:7f00:1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "fc00::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "fd00:ec2::254",
    ];
    let six = "http://[2606:4700:0:0::1111]/";
    rows.extend(
        special.map(|address| v4("special block of version 6", &format!("http://[{address}]/"), six)),
    );
    rows
}

fn texts() -> Vec<Row> {
    let good = "http://site.example.org/";
    let invalid = |what, hostile: &str, benign: &str| addresses(what, "invalid_url", hostile, benign);
    let host = |what, hostile: &str| addresses(what, "blocked_host", hostile, good);
    vec![
        invalid("nothing", "", good),
        invalid("no scheme", "site.example.org", good),
        invalid("a scheme alone", "http:", good),
        invalid("one slash", "http:/127.0.0.1/", good),
        invalid("no slash", "http:127.0.0.1/", good),
        invalid("three slashes", "http:///127.0.0.1/", good),
        invalid("backslashes", "http:\\\\127.0.0.1\\", good),
        invalid("a backslash in the authority", "http://site.example.org\\@127.0.0.1/", good),
        invalid("a blank before", " http://site.example.org/", good),
        invalid("a blank behind", "http://site.example.org/ ", good),
        invalid("a blank of another kind", "\u{a0}http://site.example.org/", good),
        invalid(
            "a line break",
            "http://site.example.org/\r\nX-Injected: 1",
            "http://site.example.org/page#%0d%0aX: 1",
        ),
        invalid("a tab within", "ht\ttp://site.example.org/", "HTTP://SITE.example.org/"),
        invalid("a zero byte", "http://site.example.org/\0", good),
        invalid("a blank in the host", "http://site .example.org/", good),
        invalid("a percent-encoded slash in the host", "http://site.example.org%2f/", good),
        invalid("an empty label", "http://site..example.org/", "http://site.example.org./"),
        invalid("two final dots", "http://site.example.org../", "http://site.example.org./"),
        invalid("a port out of range", "http://site.example.org:65616/", "http://site.example.org:80/"),
        invalid("a port that is no number", "http://site.example.org:80x/", "http://site.example.org:/"),
        invalid("a label too long", &format!("http://{}.example.org/", "a".repeat(64)), good),
        invalid(
            "an address too long",
            &format!("{good}{}", "a".repeat(2048)),
            &format!("{URL}?{}", "a".repeat(2000)),
        ),
        invalid(
            "an address too long once encoded",
            &format!("{good}{}", "ü".repeat(900)),
            "http://bücher.example.org/",
        ),
        addresses("a file", "blocked_scheme", "file:///etc/passwd", good),
        addresses("ftp", "blocked_scheme", "ftp://site.example.org/", good),
        addresses("gopher", "blocked_scheme", "gopher://127.0.0.1:6379/_x", good),
        addresses("data", "blocked_scheme", "data:text/plain,hello", good),
        addresses("a script", "blocked_scheme", "javascript:alert(1)", good),
        addresses("a web socket", "blocked_scheme", "ws://site.example.org/", good),
        addresses("another view", "blocked_scheme", "view-source:http://127.0.0.1/", good),
        addresses("a user name", "userinfo_not_allowed", "http://site.example.org@127.0.0.1/", good),
        addresses("a password", "userinfo_not_allowed", "http://a:b@site.example.org/", good),
        addresses(
            "an empty user name",
            "userinfo_not_allowed",
            "http://@site.example.org/",
            "http://site.example.org/page?a@b",
        ),
        addresses(
            "the port of SSH",
            "blocked_port",
            "http://site.example.org:22/",
            "http://site.example.org:8080/",
        ),
        addresses(
            "the port of Redis",
            "blocked_port",
            "http://site.example.org:6379/",
            "http://site.example.org:8080/",
        ),
        addresses(
            "no port at all",
            "blocked_port",
            "http://site.example.org:0/",
            "http://site.example.org:8080/",
        ),
        host("this machine", "http://localhost/"),
        host("this machine, loudly", "http://LOCALHOST/"),
        host("this machine with a dot", "http://localhost./"),
        host("below this machine", "http://x.localhost/"),
        host("this machine in other letters", "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/"),
        host("this machine with a soft hyphen", "http://local\u{ad}host/"),
        host("one label", "http://intranet/"),
        host("multicast DNS", "http://printer.local/"),
        host("metadata of a cloud", "http://metadata.google.internal/"),
        host("a router", "http://router.lan/"),
        host("a home", "http://nas.home.arpa/"),
        host("an onion", "http://abcdef.onion/"),
        host("a name for tests", "http://shop.test/"),
    ]
}

fn resolution() -> Vec<Row> {
    let public = || vec![vec![PUBLIC]];
    let leads = |what, address| names(what, "blocked_address", 1, vec![vec![address]], vec![vec![PUBLIC]]);
    vec![
        leads("a name that leads to this machine", "127.0.0.1"),
        leads("a name that leads to this machine in version 6", "::1"),
        leads("a name that leads to a mapped address", "::ffff:10.0.0.1"),
        leads("a name that leads to translated addresses", "64:ff9b::a00:1"),
        leads("a name that leads to metadata", "169.254.169.254"),
        leads("a name that leads to multicast", "224.0.0.1"),
        leads("a name that leads nowhere", "0.0.0.0"),
        names(
            "one private address among public ones",
            "blocked_address",
            1,
            vec![vec![PUBLIC, "10.0.0.1"]],
            vec![vec![PUBLIC, "1.1.1.1"]],
        ),
        names(
            "private first",
            "blocked_address",
            1,
            vec![vec!["10.0.0.1", PUBLIC]],
            vec![vec!["2606:4700::1111", PUBLIC]],
        ),
        // robots.txt and the page are two requests: the name changes between them.
        names(
            "rebinding within a call",
            "blocked_address",
            1,
            vec![vec![PUBLIC], vec!["127.0.0.1"]],
            public(),
        ),
        names(
            "rebinding between calls",
            "blocked_address",
            2,
            vec![vec![PUBLIC], vec![PUBLIC], vec!["10.0.0.1"]],
            public(),
        ),
        names("no address", "dns_error", 1, vec![vec![]], public()),
    ]
}

fn redirections() -> Vec<Row> {
    let address = |what, to: &str| redirects(what, "blocked_address", to, "http://93.184.215.14/");
    let chain = |length: usize| {
        let names = ["/page", "/1", "/2", "/3", "/4", "/5", "/6"];
        let pages = [
            "site.example.org/page",
            "site.example.org/1",
            "site.example.org/2",
            "site.example.org/3",
            "site.example.org/4",
            "site.example.org/5",
            "site.example.org/6",
        ];
        let hops = (0..length).map(|hop| (pages[hop], redirect(names[hop + 1])));
        side(URL, hops.chain([(pages[length], text())]).collect())
    };
    let https = |to: &str| {
        side("https://site.example.org/page", vec![(PAGE, redirect(to)), ("other.example.org/", text())])
    };
    let doubled = respond(
        "302 Found",
        &[("Location", "http://other.example.org/"), ("Location", "http://127.0.0.1/")],
        b"",
    );
    vec![
        address("a redirect to this machine", "http://127.0.0.1/"),
        address("a redirect to a decimal address", "http://2130706433/"),
        address("a redirect to a mapped address", "http://[::ffff:127.0.0.1]/"),
        address("a redirect to metadata", "http://169.254.169.254/latest/meta-data/"),
        address("a redirect without a scheme", "//127.0.0.1/"),
        address("a redirect to a name that leads inside", "http://inside.example.org/"),
        redirects(
            "a redirect to a name of this machine",
            "blocked_host",
            "http://localhost/",
            "http://other.example.org/",
        ),
        redirects("a redirect to a file", "blocked_scheme", "file:///etc/passwd", "/next"),
        redirects("a redirect to data", "blocked_scheme", "data:text/plain,x", "next"),
        redirects(
            "a redirect to another port",
            "blocked_port",
            "http://site.example.org:22/",
            "http://site.example.org:8080/",
        ),
        redirects(
            "a redirect with a user name",
            "userinfo_not_allowed",
            "http://a@other.example.org/",
            "//other.example.org/",
        ),
        redirects("a redirect with a tab", "invalid_url", "/\tnext", "/next"),
        redirects("a redirect with a backslash", "invalid_url", "/\\127.0.0.1/", "//other.example.org/"),
        redirects("a redirect to nothing", "invalid_url", "", "/next"),
        redirects("a redirect to itself", "too_many_redirects", "/page", "/next"),
        Row { what: "a chain of redirects", code: "too_many_redirects", hostile: chain(6), benign: chain(5) },
        Row {
            what: "a redirect from https to http",
            code: "insecure_redirect",
            hostile: https("http://other.example.org/"),
            benign: https("https://other.example.org/"),
        },
        pages("two redirects in one", "bad_response", doubled, text()),
        pages("a redirect without an address", "bad_response", respond("302 Found", &[], b""), text()),
        pages(
            "a redirect that is no text",
            "bad_response",
            vec![Step::Send(
                b"HTTP/1.1 302 Found\r\nLocation: \xff\xfe\r\nContent-Length: 0\r\n\r\n".to_vec(),
            )],
            text(),
        ),
    ]
}

fn protocol() -> Vec<Row> {
    let raw = |text: &str| vec![Step::Send(text.as_bytes().to_vec())];
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n";
    let headers = |count: usize, size: usize| {
        let lines: String = (0..count).map(|at| format!("X-{at}: {}\r\n", "a".repeat(size))).collect();
        raw(&format!("{head}{lines}Content-Length: 5\r\n\r\nhello"))
    };
    let slowly = |text: &str, pause: u64| {
        let bytes =
            text.bytes().flat_map(|byte| [Step::Wait(Duration::from_millis(pause)), Step::Send(vec![byte])]);
        bytes.collect::<Script>()
    };
    let endless = |bytes: &[u8], pause: u64| {
        let start = Step::Send(format!("{head}Transfer-Encoding: chunked\r\n\r\n").into_bytes());
        vec![start, Step::Forever(bytes.to_vec(), Duration::from_millis(pause))]
    };
    let chunk = format!("4000\r\n{}\r\n", "x".repeat(0x4000));
    let chunked = raw(&format!("{head}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"));
    vec![
        pages("no HTTP", "bad_response", raw("SSH-2.0-OpenSSH_9.6\r\n"), text()),
        pages("nothing", "bad_response", Vec::new(), text()),
        pages("half a head", "bad_response", raw("HTTP/1.1 200 OK\r\nContent-Ty"), text()),
        pages(
            "a body that ends early",
            "bad_response",
            raw(&format!("{head}Content-Length: 50\r\n\r\nhello")),
            raw(&format!("{head}Content-Length: 5\r\n\r\nhello and more")),
        ),
        pages(
            "chunks that end early",
            "bad_response",
            raw(&format!("{head}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")),
            chunked.clone(),
        ),
        pages(
            "a chunk that is no number",
            "bad_response",
            raw(&format!("{head}Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n")),
            chunked.clone(),
        ),
        pages(
            "a chunk beyond all numbers",
            "bad_response",
            raw(&format!("{head}Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n")),
            chunked.clone(),
        ),
        pages(
            "two lengths",
            "bad_response",
            raw(&format!("{head}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!")),
            text(),
        ),
        pages(
            "a length that is no number",
            "bad_response",
            raw(&format!("{head}Content-Length: -1\r\n\r\nhello")),
            text(),
        ),
        pages(
            "a length beyond the limit",
            "body_too_large",
            raw(&format!("{head}Content-Length: 5242881\r\n\r\nhello")),
            text(),
        ),
        pages("more headers than read", "bad_response", headers(101, 1), headers(60, 1)),
        pages("larger headers than read", "bad_response", headers(20, 8 << 10), headers(20, 2 << 10)),
        pages("a body without an end", "body_too_large", endless(chunk.as_bytes(), 0), chunked.clone()),
        pages(
            "a body by drips",
            "timeout",
            endless(b"1\r\nx\r\n", 300),
            slowly(&format!("{head}Content-Length: 5\r\n\r\nhello"), 20),
        ),
        pages(
            "a head by drips",
            "timeout",
            slowly(&format!("{head}X-Long: {}\r\n\r\n", "a".repeat(200)), 300),
            slowly(&format!("{head}Content-Length: 5\r\n\r\nhello"), 10),
        ),
        pages(
            "a body that stops",
            "timeout",
            vec![Step::Send(format!("{head}Content-Length: 9\r\n\r\nhello").into_bytes()), Step::Hang],
            vec![Step::Wait(Duration::from_secs(3)), text()[0].clone()],
        ),
        pages(
            "an answer that never begins",
            "timeout",
            vec![Step::Hang],
            vec![Step::Wait(Duration::from_secs(9)), text()[0].clone()],
        ),
        pages(
            "interim answers without an end",
            "timeout",
            vec![Step::Forever(b"HTTP/1.1 100 Continue\r\n\r\n".to_vec(), Duration::from_millis(50))],
            raw(&format!("HTTP/1.1 100 Continue\r\n\r\n{head}Content-Length: 5\r\n\r\nhello")),
        ),
        Row {
            what: "a certificate of a stranger",
            code: "tls_error",
            hostile: Side {
                names: vec![(HOST, vec![vec!["93.184.215.66"]])],
                ..side("https://site.example.org/page", vec![(PAGE, text())])
            },
            benign: side("https://site.example.org/page", vec![(PAGE, text())]),
        },
        Row {
            what: "a certificate for another name",
            code: "tls_error",
            hostile: side("https://site.example.com/page", vec![("site.example.com/page", text())]),
            benign: side("https://site.example.org/page", vec![(PAGE, text())]),
        },
        Row {
            // robots.txt is asked first, and fails in the same way.
            what: "TLS where none is expected",
            code: "robots_unavailable",
            hostile: side("http://site.example.org:8443/page", vec![]),
            benign: side("http://site.example.org:8080/page", vec![("site.example.org:8080/page", text())]),
        },
    ]
}

fn robots_files() -> Vec<Row> {
    let plain = |text: &str| ok("text/plain", text.as_bytes());
    let status = |status| respond(status, &[], b"");
    let open = || plain("User-agent: *\nAllow: /\n");
    vec![
        robots(
            "robots.txt refuses everybody",
            "robots_disallowed",
            plain("User-agent: *\nDisallow: /\n"),
            open(),
        ),
        robots(
            "robots.txt refuses this server",
            "robots_disallowed",
            plain("User-agent: lockstep\nDisallow: /page\n"),
            plain("User-agent: another\nDisallow: /\n"),
        ),
        robots(
            "robots.txt is for others",
            "robots_disallowed",
            status("403 Forbidden"),
            status("404 Not Found"),
        ),
        robots(
            "robots.txt wants a name",
            "robots_disallowed",
            status("401 Unauthorized"),
            status("410 Gone"),
        ),
        robots("robots.txt is broken", "robots_unavailable", status("500 Internal Server Error"), open()),
        robots("robots.txt is too busy", "robots_unavailable", status("429 Too Many Requests"), open()),
        robots("robots.txt never comes", "robots_unavailable", vec![Step::Hang], open()),
        robots(
            "robots.txt breaks off",
            "robots_unavailable",
            vec![Step::Send(b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\nUser-agent: *".to_vec())],
            open(),
        ),
        robots(
            "robots.txt is huge",
            "robots_unavailable",
            plain(&"# nothing\n".repeat(60_000)),
            plain(&"# nothing\n".repeat(40_000)),
        ),
        robots(
            "robots.txt turns in circles",
            "robots_unavailable",
            redirect("/robots.txt"),
            redirect("/robots-elsewhere.txt"),
        ),
        robots(
            "robots.txt leads inside",
            "blocked_address",
            redirect("http://10.0.0.1/robots.txt"),
            redirect("http://other.example.org/robots.txt"),
        ),
    ]
}

async fn encodings() -> Vec<Row> {
    let gzip = |bytes: Vec<u8>| {
        respond("200 OK", &[("Content-Type", "text/plain"), ("Content-Encoding", "gzip")], &bytes)
    };
    let brotli = |bytes: Vec<u8>| {
        respond("200 OK", &[("Content-Type", "text/plain"), ("Content-Encoding", "br")], &bytes)
    };
    let zstd = |bytes: Vec<u8>| {
        respond("200 OK", &[("Content-Type", "text/plain"), ("Content-Encoding", "zstd")], &bytes)
    };
    let named = |name: &str, bytes: &[u8]| {
        respond("200 OK", &[("Content-Type", "text/plain"), ("Content-Encoding", name)], bytes)
    };
    let (large, small) = (vec![b' '; 12 << 20], vec![b' '; 512 << 10]);
    let packed = gzipped(b"hello").await;
    let twice = gzipped(&packed).await;
    let cut = packed[..packed.len() - 9].to_vec();
    // Text that shrinks to a tenth: within the ratio, beyond the size.
    let words: Vec<u8> = (0..1_100_000_u32)
        .flat_map(|at| format!("{} ", at.wrapping_mul(2_654_435_761)).into_bytes())
        .collect();
    vec![
        pages("a bomb of gzip", "body_too_large", gzip(gzipped(&large).await), gzip(gzipped(&small).await)),
        pages(
            "a bomb of brotli",
            "body_too_large",
            brotli(brotlied(&large).await),
            brotli(brotlied(&small).await),
        ),
        pages("a bomb of zstd", "body_too_large", zstd(zstded(&large).await), zstd(zstded(&small).await)),
        pages(
            "a page that inflates beyond the limit",
            "body_too_large",
            gzip(gzipped(&words).await),
            gzip(gzipped(&words[..4 << 20]).await),
        ),
        pages("two layers", "unsupported_encoding", named("gzip, gzip", &twice), gzip(packed.clone())),
        pages(
            "two layers in two headers",
            "unsupported_encoding",
            respond("200 OK", &[("Content-Encoding", "gzip"), ("Content-Encoding", "br")], &twice),
            named("identity, gzip", &packed),
        ),
        pages(
            "an unknown encoding",
            "unsupported_encoding",
            named("compress", &packed),
            named("x-gzip", &packed),
        ),
        pages("an encoding that lies", "bad_response", named("gzip", b"hello"), named("identity", b"hello")),
        pages("a compressed page that ends early", "bad_response", gzip(cut), gzip(packed)),
    ]
}

async fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzipEncoder::new(Vec::new());
    encoder.write_all(bytes).await.expect("memory");
    encoder.shutdown().await.expect("memory");
    encoder.into_inner()
}

async fn brotlied(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = BrotliEncoder::with_quality(Vec::new(), async_compression::Level::Fastest);
    encoder.write_all(bytes).await.expect("memory");
    encoder.shutdown().await.expect("memory");
    encoder.into_inner()
}

async fn zstded(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZstdEncoder::new(Vec::new());
    encoder.write_all(bytes).await.expect("memory");
    encoder.shutdown().await.expect("memory");
    encoder.into_inner()
}

/// What came of one side; a private address that was reached is told before anything else.
async fn outcome(side: Side, demo: bool) -> Result<String, String> {
    let web = Web::with_names(side.pages, side.names);
    let egress = client(&web, demo);
    let mut answer = Err("nothing was asked".to_owned());
    for _ in 0..side.times {
        answer = get(&egress, &side.url).await.map_err(|error| {
            let message = error.to_string();
            assert!(!message.ends_with('.') && message.len() < 2_500, "{message}");
            error.code().to_owned()
        });
    }
    let reached = web.log().connections;
    if let Some(private) = reached.iter().find(|address| !is_public(address.ip())) {
        return Err(format!("reached {private}"));
    }
    if answer.as_ref().is_ok_and(|text| text.contains(SECRET)) {
        return Err("read what is private".to_owned());
    }
    drop(egress);
    web.all_closed().await;
    answer
}

async fn check(rows: Vec<Row>, demo: bool) {
    let mut wrong = Vec::new();
    for Row { what, code, hostile, benign } in rows {
        let url = hostile.url.chars().take(80).collect::<String>();
        match outcome(hostile, demo).await {
            Err(found) if found == code => {}
            other => {
                wrong.push(format!("{what} ({url}): {code} expected, not {:.200}", format!("{other:?}")))
            }
        }
        let url = benign.url.chars().take(80).collect::<String>();
        match outcome(benign, demo).await {
            Ok(text) if !text.is_empty() => {}
            other => wrong.push(format!("{what}, its twin ({url}): a page expected, not {other:?}")),
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn hostile_addresses_are_refused_and_their_twins_fetched() {
    for demo in [false, true] {
        check(literals(), demo).await;
        check(texts(), demo).await;
    }
}

#[tokio::test(start_paused = true)]
async fn hostile_names_and_redirects_are_refused_and_their_twins_followed() {
    for demo in [false, true] {
        check(resolution(), demo).await;
        check(redirections(), demo).await;
        check(robots_files(), demo).await;
    }
}

#[tokio::test(start_paused = true)]
async fn hostile_servers_are_given_up_and_their_twins_read() {
    for demo in [false, true] {
        check(protocol(), demo).await;
        check(encodings().await, demo).await;
    }
}
