//! What a person who looks at the page does not see, and what is no text: both go, the first is counted.

use dom_query::{Document, NodeRef};

/// Elements that are no text of the page. A form is: some pages are one as a whole.
const NO_TEXT: [&str; 17] = [
    "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "embed", "canvas", "audio",
    "video", "input", "select", "textarea", "button", "dialog",
];

/// Names of classes that hide their element from the eye, by custom.
const HIDING_CLASSES: [&str; 8] = [
    "sr-only",
    "visually-hidden",
    "visuallyhidden",
    "screen-reader-text",
    "screen-reader-only",
    "a11y-hidden",
    "d-none",
    "hidden",
];

/// Farther out than this, in pixels or whatever the unit is, an element is not on the screen.
const OFF_SCREEN: f64 = -900.0;

/// Removes both; how many hidden elements these were.
pub(super) fn remove(document: &Document) -> u32 {
    let mut hidden = 0;
    let mut open = vec![document.root()];
    while let Some(node) = open.pop() {
        if node.is_comment() || NO_TEXT.iter().any(|name| node.has_name(name)) {
            node.remove_from_parent();
        } else if is_hidden(&node) {
            node.remove_from_parent();
            hidden += 1;
        } else {
            open.extend(node.children_it(false));
        }
    }
    hidden
}

fn is_hidden(node: &NodeRef<'_>) -> bool {
    // A page that hides all of itself until its scripts have run is a page all the same.
    if !node.is_element() || node.has_name("html") || node.has_name("body") || node.has_name("head") {
        return false;
    }
    let hides = |name: &str| node.attr(name).is_some_and(|value| value.trim().eq_ignore_ascii_case("true"));
    node.has_attr("hidden")
        || hides("aria-hidden")
        || node.attr("style").is_some_and(|style| style_hides(&style))
        || node.class().is_some_and(|classes| class_hides(&classes))
}

/// A class that hides on small screens alone comes with others that show again.
fn class_hides(classes: &str) -> bool {
    let shows_again = |class: &str| class.contains(':') || (class.starts_with("d-") && class != "d-none");
    let named = |class: &str| HIDING_CLASSES.iter().any(|hiding| class.eq_ignore_ascii_case(hiding));
    let all = || classes.split_ascii_whitespace();
    all().any(named) && !all().any(shows_again)
}

fn style_hides(style: &str) -> bool {
    let (mut colour, mut background) = (None, None);
    let (mut no_size, mut clipped) = (false, false);
    for declaration in style.split(';') {
        let Some((name, value)) = declaration.split_once(':') else { continue };
        let name = name.trim().to_ascii_lowercase();
        let value = value.to_ascii_lowercase().replace("!important", "");
        let value = value.trim();
        let hides = match name.as_str() {
            "display" => value == "none",
            "visibility" => matches!(value, "hidden" | "collapse"),
            "opacity" | "font-size" | "zoom" => number(value) == Some(0.0),
            "left" | "top" | "right" | "bottom" | "text-indent" | "margin-left" | "margin-top" => {
                number(value).is_some_and(|place| place <= OFF_SCREEN)
            }
            "clip" => value.replace(' ', "").starts_with("rect(0"),
            "clip-path" => {
                matches!(value.replace(' ', "").as_str(), "inset(50%)" | "inset(100%)" | "circle(0)")
            }
            "transform" => value.replace(' ', "").contains("scale(0)"),
            "color" => {
                colour = Some(value.to_owned());
                value == "transparent"
            }
            "background" | "background-color" => {
                background = Some(value.to_owned());
                false
            }
            "width" | "height" | "max-height" | "max-width" => {
                no_size |= number(value).is_some_and(|size| size <= 1.0);
                false
            }
            "overflow" => {
                clipped |= value == "hidden";
                false
            }
            _ => false,
        };
        if hides {
            return true;
        }
    }
    (no_size && clipped) || (colour.is_some() && colour == background)
}

/// The number that a length or a factor begins with.
fn number(value: &str) -> Option<f64> {
    let end = value.find(|each: char| !each.is_ascii_digit() && !"+-.".contains(each)).unwrap_or(value.len());
    value[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use dom_query::Document;

    use super::remove;

    #[track_caller]
    fn check(hidden: u32, html: &str) {
        let document = Document::from(html);
        assert_eq!(remove(&document), hidden, "{html}");
        let text = document.text();
        assert_eq!(text.contains("SECRET"), hidden == 0, "{html}: {text}");
        assert!(text.contains("seen"), "{html}: {text}");
    }

    #[test]
    fn what_people_do_not_see_goes() {
        for style in [
            "display:none",
            "DISPLAY : NONE !important",
            "visibility:hidden",
            "opacity:0",
            "opacity: 0.0",
            "font-size:0px",
            "position:absolute;left:-9999px",
            "text-indent:-9999em",
            "clip:rect(0, 0, 0, 0)",
            "clip-path: inset(50%)",
            "transform: scale(0)",
            "color:#fff;background:#fff",
            "color:transparent",
            "height:1px;width:1px;overflow:hidden",
        ] {
            check(1, &format!("<p>seen</p><div style='{style}'>SECRET <b>more</b></div>"));
        }
        for attributes in
            ["hidden", "hidden=until-found", "aria-hidden=true", "aria-hidden=' TRUE '", "class='x sr-only'"]
        {
            check(1, &format!("<p>seen</p><span {attributes}>SECRET</span>"));
        }
    }

    #[test]
    fn what_people_see_stays() {
        for style in [
            "display:block",
            "opacity:0.9",
            "font-size:10px",
            "left:-10px",
            "color:#fff;background:#000",
            "width:0",
        ] {
            check(0, &format!("<p>seen</p><div style='{style}'>SECRET</div>"));
        }
        check(0, "<p>seen</p><div class='hidden md:block'>SECRET</div>");
        check(0, "<p>seen</p><div aria-hidden=false>SECRET</div>");
        check(0, "<body style='opacity:0'><p>seen</p>SECRET");
        check(0, "<form id=aspnetForm><p>seen</p>SECRET<input value=x></form>");
    }

    #[test]
    fn what_is_no_text_goes_uncounted() {
        let document = Document::from(
            "<p>seen</p><script>SECRET</script><!-- SECRET --><button>SECRET</button><svg>SECRET</svg>",
        );
        assert_eq!(remove(&document), 0);
        assert_eq!(document.text().trim(), "seen");
    }
}
