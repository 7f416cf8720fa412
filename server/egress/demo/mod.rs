//! The sample pages of `--demo`: what `demo.lockstep.test` answers, without a network.

/// One sample page, or the redirect to one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page {
    pub(super) status: u16,
    pub(super) content_type: &'static str,
    pub(super) location: Option<&'static str>,
    pub(super) body: &'static str,
}

const HTML: &str = "text/html; charset=utf-8";

/// The page at this path; a query is not looked at.
pub(super) fn page(path_and_query: &str) -> Page {
    let path = path_and_query.split('?').next().unwrap_or_default();
    match path {
        "/" => html(include_str!("index.html")),
        "/guide" => html(include_str!("guide.html")),
        "/hidden" => html(include_str!("hidden.html")),
        "/private/ledger" => html("<!doctype html><title>Ledger</title><p>robots.txt keeps programs out."),
        "/prices.json" => plain("application/json", include_str!("prices.json")),
        "/robots.txt" => plain("text/plain", "User-agent: *\nDisallow: /private/\n"),
        "/old-guide" => Page { status: 301, location: Some("/guide"), ..html("") },
        _ => Page { status: 404, ..html("<!doctype html><title>Not found</title><p>There is no such page.") },
    }
}

fn html(body: &'static str) -> Page {
    plain(HTML, body)
}

fn plain(content_type: &'static str, body: &'static str) -> Page {
    Page { status: 200, content_type, location: None, body }
}
