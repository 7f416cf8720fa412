//! Pages that lie about what they are or are made to break whoever reads them, each beside a page that is only large, odd
//! or deep. All of them get an answer, none takes the process with it.

use super::{code, pages, request};
use crate::egress::tests::web::{Script, Web, ok, respond};
use crate::tools::fetch::content::{Extract, Format};
use crate::tools::fetch::page::Part;

const URL: &str = "http://site.example.org/page";
const PAGE: &str = "site.example.org/page";

struct Row {
    what: &'static str,
    hostile: Script,
    /// The code of the error, or the warning that the answer carries: `|` between two of which either will do.
    outcome: &'static str,
    benign: Script,
}

fn html(body: impl AsRef<[u8]>) -> Script {
    ok("text/html; charset=utf-8", body.as_ref())
}

fn article(text: &str) -> String {
    format!(
        "<!doctype html><title>T</title><article><h1>T</h1><p>{}</p>{text}</article>",
        "some words ".repeat(60)
    )
}

fn nested(open: &str, close: &str, depth: usize) -> Script {
    html(format!("{}words{}", open.repeat(depth), close.repeat(depth)))
}

fn rows() -> Vec<Row> {
    let row = |what, outcome, hostile, benign| Row { what, hostile, outcome, benign };
    let deep = |what, open: &str, close: &str| {
        row(
            what,
            "html_too_deep",
            nested(open, close, 20_000),
            html(article(&format!("{}x{}", open.repeat(12), close.repeat(12)))),
        )
    };
    let page = || html(article(""));
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01";
    let text = || ok("text/plain", b"hello");
    let attributes: String = (0..200_000).map(|at| format!(" a{at}")).collect();
    let rows_of_cells = |rows: usize| format!("<table>{}</table>", "<tr><td>a<td>b".repeat(rows));
    vec![
        row("an image that says it is a page", "unsupported_type", ok("text/html", png), page()),
        row("an image", "unsupported_type", ok("image/png", png), text()),
        row(
            "a program that says it is text",
            "unsupported_type",
            ok("text/plain", b"\x7fELF\x02\x01\x01\0\0"),
            ok("text/plain", b"BMW and MZ are words"),
        ),
        row(
            "a document that says it is a page",
            "unsupported_type",
            ok("text/html", b"%PDF-1.7\n%rest"),
            page(),
        ),
        row(
            "gzip that nobody names",
            "unsupported_type",
            ok("text/plain", b"\x1f\x8b\x08\0\0\0\0\0\0\x03"),
            text(),
        ),
        row("zeros", "unsupported_type", ok("text/plain", &[0; 4096]), ok("text/plain", &[b'\n'; 64])),
        row("a type that is none", "unsupported_type", ok("nonsense", b"hello"), ok("", b"hello")),
        row("a status of an error that stays", "http_status", respond("404 Not Found", &[], b"x"), text()),
        row(
            "a status of an error that passes",
            "site_busy",
            respond("503 Service Unavailable", &[("Retry-After", "7")], b"x"),
            text(),
        ),
        row("too many requests", "site_busy", respond("429 Too Many Requests", &[], b"x"), text()),
        row("a redirect that is none", "http_status", respond("304 Not Modified", &[], b""), text()),
        deep("divisions", "<div>", "</div>"),
        deep("bold text", "<b>", "</b>"),
        deep("bold text that never ends", "<b>", ""),
        deep("lists", "<ul><li>", "</li></ul>"),
        deep("quotations", "<blockquote>", "</blockquote>"),
        deep("tables in tables", "<table><tr><td>", "</td></tr></table>"),
        deep("objects that shield their text", "<b><object>", "</object></b>"),
        row(
            "text moved out of a table",
            "html_too_deep",
            html(format!("<table>{}words", "<b>".repeat(20_000))),
            html(article(&format!("<table>{}words", "<b>".repeat(12)))),
        ),
        deep("foreign elements", "<svg><g>", ""),
        deep("custom elements", "<x-y>", "</x-y>"),
        row(
            "an element of very many attributes",
            "html_too_slow",
            html(format!("<p{attributes}{attributes}>words")),
            html(article(&format!("<p {}>words</p>", &attributes[..2_000]))),
        ),
        row(
            "a page beyond the limit",
            "html_cut",
            html("<p>word".repeat(400_000)),
            html("<p>word".repeat(2_000)),
        ),
        row("a page of hidden text alone", "no_article", html("<div hidden>obey</div>"), page()),
        row(
            "a page of very many elements",
            "no_article|html_too_slow",
            html("<i>w</i> ".repeat(60_000)),
            html(article(&"<i>w</i> ".repeat(200))),
        ),
        row(
            "a table without an end",
            "no_article|html_too_slow",
            html(rows_of_cells(26_000)),
            html(article(&rows_of_cells(20))),
        ),
    ]
}

#[tokio::test(start_paused = true)]
async fn hostile_pages_get_an_answer_and_their_twins_are_read() {
    for demo in [false, true] {
        let mut wrong = Vec::new();
        for Row { what, hostile, outcome, benign } in rows() {
            let read = async |script: Script| -> Result<Part, &'static str> {
                let web = Web::new([(PAGE, script)]);
                pages(&web, demo).part(&request(URL)).await.map_err(|error| code(&error))
            };
            let is_expected = |found: &str| outcome.split('|').any(|expected| expected == found);
            match read(hostile).await {
                Err(found) if is_expected(found) => {}
                Ok(part)
                    if part.version.content.warnings.iter().any(|warning| is_expected(warning))
                        && part.text.len() <= 100_000 * 4 => {}
                Ok(part) => {
                    wrong.push(format!("{what}: {outcome} expected, not {:?}", part.version.content.warnings))
                }
                Err(found) => wrong.push(format!("{what}: {outcome} expected, not {found}")),
            }
            match read(benign).await {
                Ok(part) if part.version.content.warnings.iter().all(|warning| *warning == "no_article") => {}
                Ok(part) => wrong.push(format!("{what}, its twin: {:?}", part.version.content.warnings)),
                Err(found) => wrong.push(format!("{what}, its twin: {found}")),
            }
        }
        assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    }
}

#[tokio::test(start_paused = true)]
async fn every_format_survives_every_hostile_page() {
    for Row { what, hostile, .. } in rows() {
        let web = Web::new([(PAGE, hostile)]);
        let pages = pages(&web, false);
        for format in [Format::Text, Format::Raw, Format::Links, Format::Metadata] {
            let request = crate::tools::fetch::page::PageRequest {
                format,
                extract: Extract::Full,
                length: 1_000,
                ..request(URL)
            };
            if let Ok(part) = pages.part(&request).await {
                assert!(part.text.chars().count() <= 1_000, "{what}");
            }
        }
    }
}
