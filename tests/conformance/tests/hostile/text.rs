//! Templates of what is sent: text with `⟨…⟩` in it.
//!
//! * `⟨ff 0a⟩` stands for these bytes, `⟨3*ab⟩` for `ababab`;
//! * `⟨fill 100 x⟩` for as many `x` as make the whole text 100 bytes long;
//! * `⟨meta⟩` for the `_meta` member that the newest revision wants;
//! * any other word for what the case has under this name, such as `⟨session⟩`.

/// `_meta` of a request of the newest revision.
pub(crate) const META: &str = r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#;

/// The bytes that `template` stands for.
pub(crate) fn expand(template: &str, named: &mut dyn FnMut(&str) -> String) -> Vec<u8> {
    let (mut bytes, mut fill) = (Vec::new(), None);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('⟨') {
        bytes.extend_from_slice(before.as_bytes());
        let (word, after) = after.split_once('⟩').expect("a template word ends");
        match word.strip_prefix("fill ").and_then(|fill| fill.split_once(' ')) {
            Some((length, with)) => {
                fill = Some((bytes.len(), length.parse::<usize>().expect("a length"), with))
            }
            None => bytes.extend(one(word, named)),
        }
        rest = after;
    }
    bytes.extend_from_slice(rest.as_bytes());
    if let Some((place, length, with)) = fill {
        let missing = length.checked_sub(bytes.len()).expect("the rest is shorter");
        bytes.splice(place..place, with.bytes().cycle().take(missing));
    }
    bytes
}

fn one(word: &str, named: &mut dyn FnMut(&str) -> String) -> Vec<u8> {
    if word == "meta" {
        return META.into();
    }
    if let Some((count, of)) = word.split_once('*')
        && let Ok(count) = count.parse()
    {
        return of.repeat(count).into();
    }
    let byte = |pair: &str| u8::from_str_radix(pair, 16).ok().filter(|_| pair.len() == 2);
    let bytes: Option<Vec<u8>> = word.split(' ').map(byte).collect();
    bytes.unwrap_or_else(|| named(word).into())
}

#[test]
fn templates() {
    let expanded = |template: &str| expand(template, &mut |word| format!("<{word}>"));
    assert_eq!(expanded("a⟨0a ff⟩b"), b"a\n\xffb");
    assert_eq!(expanded("⟨2*[⟩⟨session⟩"), b"[[<session>");
    assert_eq!(expanded("a⟨fill 5 xy⟩b"), b"axyxb");
}
