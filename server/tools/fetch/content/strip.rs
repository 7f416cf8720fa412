//! The last resort for HTML that no tree is made of: tags go, text stays, in one pass.

/// Elements whose content is no text; it ends at their own end tag, whatever is in between.
const NO_TEXT: [&str; 6] = ["script", "style", "noscript", "template", "svg", "iframe"];
/// Elements that end a line.
const LINES: [&str; 16] = [
    "p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "section",
    "article",
];
/// The characters that pages escape most, the longest name first where one begins with another.
const ENTITIES: [(&str, char); 7] = [
    ("&amp;", '&'),
    ("&lt;", '<'),
    ("&gt;", '>'),
    ("&quot;", '"'),
    ("&#39;", '\''),
    ("&apos;", '\''),
    ("&nbsp;", ' '),
];

/// The text between the tags of `html`. Takes time in proportion to its length.
pub(super) fn text(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    // An element or comment whose end is nowhere: no later one of its kind has an end either.
    let mut endless: Vec<&str> = Vec::new();
    while let Some(at) = rest.find('<') {
        push(&mut text, &rest[..at]);
        rest = &rest[at..];
        let (after, name) = skip_tag(rest);
        rest = after;
        if let Some(closing) = name.and_then(|name| NO_TEXT.iter().find(|raw| name.eq_ignore_ascii_case(raw)))
            && !endless.contains(closing)
        {
            match end_of(rest, closing) {
                Some(end) => rest = &rest[end..],
                None => endless.push(closing),
            }
        }
        if name.is_some_and(|name| {
            LINES.iter().any(|line| name.trim_start_matches('/').eq_ignore_ascii_case(line))
        }) {
            newline(&mut text);
        }
    }
    push(&mut text, rest);
    text.trim().to_owned()
}

/// What follows the tag or comment that `rest` begins with, and the tag's name with its slash.
fn skip_tag(rest: &str) -> (&str, Option<&str>) {
    if let Some(comment) = rest.strip_prefix("<!--") {
        return (comment.find("-->").map_or("", |end| &comment[end + 3..]), None);
    }
    let inside = &rest[1..];
    let length =
        inside.find(|each: char| !each.is_ascii_alphanumeric() && each != '/').unwrap_or(inside.len());
    let after = inside.find('>').map_or("", |end| &inside[end + 1..]);
    (after, Some(&inside[..length]))
}

/// Where `</name` begins, in any case.
fn end_of(rest: &str, name: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = rest[from..].find("</") {
        let begin = from + at;
        let candidate = rest.as_bytes().get(begin + 2..begin + 2 + name.len());
        if candidate.is_some_and(|candidate| candidate.eq_ignore_ascii_case(name.as_bytes())) {
            return Some(begin);
        }
        from = begin + 2;
    }
    None
}

/// Adds a text between tags, its blanks folded.
fn push(text: &mut String, piece: &str) {
    let mut blank = false;
    let mut rest = piece;
    while let Some(first) = rest.chars().next() {
        if first.is_whitespace() {
            blank = true;
            rest = &rest[first.len_utf8()..];
            continue;
        }
        if blank && !text.is_empty() && !text.ends_with(['\n', ' ']) {
            text.push(' ');
        }
        blank = false;
        let known = ENTITIES.iter().find(|(name, _)| rest.starts_with(name));
        let (length, character) = known.map_or((first.len_utf8(), first), |(name, each)| (name.len(), *each));
        text.push(character);
        rest = &rest[length..];
    }
    if blank && !text.is_empty() && !text.ends_with(['\n', ' ']) {
        text.push(' ');
    }
}

fn newline(text: &mut String) {
    text.truncate(text.trim_end_matches(' ').len());
    if !text.is_empty() && !text.ends_with("\n\n") {
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn tags_go_and_text_stays() {
        for (html, expected) in [
            ("<p>one</p><p>two</p>", "one\n\ntwo"),
            ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
            ("x<script>if (a<b) '</p>'</SCRIPT>y", "xy"),
            ("x<!-- <p>no</p> -->y", "xy"),
            ("x<style>never ends", "xnever ends"),
            ("  many \n blanks  ", "many blanks"),
            ("<b", ""),
            ("a < b", "a"),
            ("ü<b>ü</b>", "üü"),
        ] {
            assert_eq!(text(html), expected, "{html}");
        }
    }
}
