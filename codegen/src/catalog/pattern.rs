//! The regular expressions that every engine reads alike.

/// What is wrong with `pattern`, and what to do about it.
pub(super) fn mistake(pattern: &str) -> Option<(String, String)> {
    let letters: Vec<char> = pattern.chars().collect();
    let mut at = 0;
    while let Some(letter) = letters.get(at) {
        let rest = letters.get(at..).unwrap_or_default();
        at += match letter {
            '\\' => match escape(rest, false) {
                Ok(length) => length,
                Err(mistake) => return Some(mistake),
            },
            '[' => match class(rest) {
                Ok(length) => length,
                Err(mistake) => return Some(mistake),
            },
            '(' => match group(rest) {
                Ok(length) => length,
                Err(mistake) => return Some(mistake),
            },
            '{' => match repetition(rest) {
                Ok(length) => length,
                Err(mistake) => return Some(mistake),
            },
            ']' | '}' => {
                let hint = format!("write `\\{letter}` for the character itself");
                return Some((format!("`{letter}` closes nothing in this pattern"), hint));
            }
            '*' | '+' | '?' => 1,
            _ => {
                at += 1;
                continue;
            }
        };
        let repeated = matches!(letter, '*' | '+' | '?' | '{');
        if let (true, Some(next @ ('*' | '+' | '{'))) = (repeated, letters.get(at)) {
            let message =
                format!("`{next}` follows another repetition, which engines read in different ways");
            return Some((message, "repeat once, or write `(?:…)` around the inner one".to_owned()));
        }
    }
    let error = regex_lite::Regex::new(pattern).err()?;
    let hint = "correct it; `^[a-z]{2,8}$` is an example of a pattern";
    Some((format!("the pattern cannot be read: {error}"), hint.to_owned()))
}

type Checked = Result<usize, (String, String)>;

fn refuse<T>(what: impl Into<String>, hint: impl Into<String>) -> Result<T, (String, String)> {
    Err((what.into(), hint.into()))
}

/// How long the escape is that starts `rest`.
fn escape(rest: &[char], in_class: bool) -> Checked {
    const DIFFER: &str = "engines disagree about";
    match rest.get(1) {
        None => refuse("the pattern ends with `\\`", "write `\\\\` for the character itself"),
        Some('d') => refuse(format!("{DIFFER} `\\d`: some take every script's digits"), "write `[0-9]`"),
        Some('D') => refuse(format!("{DIFFER} `\\D`"), "write `[^0-9]`"),
        Some('w') => {
            refuse(format!("{DIFFER} `\\w`: some take every script's letters"), "write `[A-Za-z0-9_]`")
        }
        Some('W') => refuse(format!("{DIFFER} `\\W`"), "write `[^A-Za-z0-9_]`"),
        Some('s') => {
            refuse(format!("{DIFFER} `\\s`: some take every blank of Unicode"), "write `[ \\t\\r\\n]`")
        }
        Some('S') => refuse(format!("{DIFFER} `\\S`"), "write `[^ \\t\\r\\n]`"),
        Some('b' | 'B') => refuse(
            format!("{DIFFER} `\\b` and `\\B`"),
            "name the characters on both sides, such as `(^|[^a-z])word([^a-z]|$)`",
        ),
        Some('1'..='9' | 'k') => {
            refuse("a back reference is not possible in most engines", "check repeated parts in the tool")
        }
        Some('p' | 'P') => refuse(
            "not every engine knows classes of Unicode such as `\\p{L}`",
            "list the characters, such as `[A-Za-z]`, or check them in the tool",
        ),
        Some('A' | 'z' | 'Z' | 'G') => {
            refuse("not every engine knows `\\A`, `\\z`, `\\Z` and `\\G`", "write `^` and `$`")
        }
        Some(
            'n' | 'r' | 't' | 'f' | 'v' | '^' | '$' | '\\' | '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']'
            | '{',
        )
        | Some('}' | '|' | '/') => Ok(2),
        Some('-') if in_class => Ok(2),
        Some(other) if other.is_ascii_alphanumeric() => {
            refuse(format!("not every engine knows `\\{other}`"), "write the character itself")
        }
        Some(other) => refuse(
            format!("`\\{other}` escapes a character that means only itself, which some engines refuse"),
            format!("write `{other}`"),
        ),
    }
}

/// How long the class is that starts `rest`.
fn class(rest: &[char]) -> Checked {
    let mut at = 1;
    if rest.get(at) == Some(&'^') {
        at += 1;
    }
    if rest.get(at) == Some(&']') {
        return refuse(
            "engines disagree about an empty class",
            "name a character, or write `\\]` for the bracket",
        );
    }
    loop {
        match (rest.get(at), rest.get(at + 1)) {
            (None, _) => {
                return refuse("a `[` is never closed in this pattern", "close it with `]`, or write `\\[`");
            }
            (Some(']'), _) => return Ok(at + 1),
            (Some('['), Some(':')) => {
                return refuse("not every engine knows classes such as `[:alpha:]`", "write `a-zA-Z`");
            }
            (Some('['), _) => {
                return refuse(
                    "engines disagree about `[` inside a class",
                    "write `\\[` for the bracket itself",
                );
            }
            (Some('&'), Some('&')) | (Some('~'), Some('~')) | (Some('-'), Some('-')) => {
                return refuse(
                    "some engines calculate with classes here",
                    "write the character once, or as `\\-`",
                );
            }
            (Some('\\'), _) => at += escape(rest.get(at..).unwrap_or_default(), true)?,
            _ => at += 1,
        }
    }
}

/// How long the opening of the group is that starts `rest`.
fn group(rest: &[char]) -> Checked {
    if rest.get(1) != Some(&'?') {
        return Ok(1);
    }
    match (rest.get(2), rest.get(3)) {
        (Some(':'), _) => Ok(3),
        (Some('=' | '!'), _) | (Some('<'), Some('=' | '!')) => {
            refuse("look-around is not possible in most engines", "say it without, or check it in the tool")
        }
        (Some('<' | 'P' | '\''), _) => {
            refuse("engines write named groups in different ways", "use a plain group: `(…)`")
        }
        _ => refuse(
            "not every engine knows flags inside a pattern, such as `(?i)`",
            "write both letters, such as `[Aa]`",
        ),
    }
}

/// How long the repetition is that starts `rest`: `{2}`, `{2,}` or `{2,4}`.
fn repetition(rest: &[char]) -> Checked {
    const HINT: &str = "write `{2}`, `{2,}` or `{2,4}`, or `\\{` for the character itself";
    let Some(end) = rest.iter().position(|letter| *letter == '}') else {
        return refuse("a `{` is never closed in this pattern", HINT);
    };
    let inner: String = rest.get(1..end).unwrap_or_default().iter().collect();
    let number = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    let (low, high) = inner.split_once(',').unwrap_or((&inner, &inner));
    if number(low) && (high.is_empty() || number(high)) {
        Ok(end + 1)
    } else {
        refuse(format!("`{{{inner}}}` is no repetition"), HINT)
    }
}

#[cfg(test)]
mod tests {
    use super::mistake;

    #[test]
    fn what_every_engine_reads_alike_is_allowed() {
        for pattern in [
            "^[a-z]{2,8}$",
            r"^(?:a|b)+?\.\/x\-?$".trim_end_matches(r"\-?$"),
            r"^[^\]\\\-a-z]*$",
            "a{3}",
            "é+",
            r"\{x\}",
        ] {
            assert_eq!(mistake(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn what_engines_disagree_about_is_refused() {
        for pattern in [
            r"\d",
            r"\w+",
            r"\s",
            r"\b",
            r"\D",
            r"\W",
            r"\S",
            r"\B",
            r"(a)\1",
            r"\k<a>",
            r"\p{L}",
            r"\A",
            r"\z",
            r"\x41",
            r"\u0041",
            r"\-",
            r"\_",
            "(?=a)",
            "(?!a)",
            "(?<=a)",
            "(?<!a)",
            "(?<n>a)",
            "(?P<n>a)",
            "(?i)a",
            "[]a]",
            "[^]",
            "[[:alpha:]]",
            "[a[b]",
            "[a&&b]",
            "a{",
            "a{,3}",
            "a{x}",
            "}",
            "]",
            "a++",
            "a{2}{3}",
            "[a",
            "(a",
            "a)",
            "*a",
            "\\",
            "[b-a]",
            "a{3,2}",
        ] {
            assert!(mistake(pattern).is_some(), "{pattern}");
        }
    }
}
