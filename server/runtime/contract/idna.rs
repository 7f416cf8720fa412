//! Labels of internationalised host names in their ASCII form: Punycode (RFC 3492) and the rules of RFC 5892.

use unicode_general_category::{GeneralCategory, get_general_category};

/// Whether `payload`, a label without its `xn--`, decodes to a label that RFC 5892 allows.
pub(super) fn is_encoded(payload: &str) -> bool {
    decode(payload).is_some_and(|label| is_allowed(&label))
}

/// RFC 3492, section 6.2.
fn decode(payload: &str) -> Option<Vec<char>> {
    let (basic, deltas) = match payload.rsplit_once('-') {
        Some((basic, deltas)) if !basic.is_empty() => (basic, deltas),
        _ => ("", payload),
    };
    let mut label: Vec<char> = basic.chars().collect();
    let mut digits = deltas.bytes();
    let (mut code_point, mut index, mut bias) = (128_u32, 0_u32, 72_u32);
    while digits.len() > 0 {
        let start = index;
        let mut weight = 1_u32;
        for step in 1.. {
            let digit = digit(digits.next()?)?;
            index = index.checked_add(digit.checked_mul(weight)?)?;
            let threshold = (36 * step as u32).saturating_sub(bias).clamp(1, 26);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(36 - threshold)?;
        }
        let length = u32::try_from(label.len()).ok()? + 1;
        bias = adapt(index - start, length, start == 0);
        code_point = code_point.checked_add(index / length)?;
        index %= length;
        label.insert(index as usize, char::from_u32(code_point)?);
        index += 1;
    }
    Some(label)
}

fn digit(byte: u8) -> Option<u32> {
    match byte.to_ascii_lowercase() {
        letter @ b'a'..=b'z' => Some(u32::from(letter - b'a')),
        number @ b'0'..=b'9' => Some(u32::from(number - b'0') + 26),
        _ => None,
    }
}

/// RFC 3492, section 6.1.
fn adapt(delta: u32, length: u32, first: bool) -> u32 {
    let mut delta = if first { delta / 700 } else { delta / 2 };
    delta += delta / length;
    let mut bias = 0;
    while delta > 455 {
        delta /= 35;
        bias += 36;
    }
    bias + 36 * delta / (delta + 38)
}

fn is_allowed(label: &[char]) -> bool {
    let starts_with_mark = label.first().is_some_and(|first| {
        matches!(
            get_general_category(*first),
            GeneralCategory::SpacingMark | GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark
        )
    });
    let has = |wanted: fn(char) -> bool| label.iter().any(|character| wanted(*character));
    let lonely_dot = has(|character| character == '\u{30fb}')
        && !has(|character| matches!(character, '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}'));
    let mixed_digits = has(|character| matches!(character, '\u{660}'..='\u{669}'))
        && has(|character| matches!(character, '\u{6f0}'..='\u{6f9}'));
    let placed = |index: usize| {
        let before = index.checked_sub(1).and_then(|before| label.get(before)).copied();
        is_placed(label[index], before, label.get(index + 1).copied())
    };
    !starts_with_mark && !lonely_dot && !mixed_digits && (0..label.len()).all(placed)
}

/// RFC 5892, appendix A, and its sections 2.6 and 2.1 for everything else.
fn is_placed(character: char, before: Option<char>, after: Option<char>) -> bool {
    match character {
        '\u{200d}' => before.is_some_and(|before| VIRAMAS.contains(&before)),
        '\u{b7}' => before == Some('l') && after == Some('l'),
        '\u{375}' => after.is_some_and(|after| matches!(after, '\u{370}'..='\u{3ff}')),
        '\u{5f3}' | '\u{5f4}' => before.is_some_and(|before| matches!(before, '\u{590}'..='\u{5ff}')),
        '\u{640}' | '\u{7fa}' | '\u{302e}' | '\u{302f}' | '\u{3031}'..='\u{3035}' | '\u{303b}' => false,
        '\u{200c}' | '\u{6fd}' | '\u{6fe}' | '\u{f0b}' | '\u{3007}' => true,
        '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' => true,
        _ => character.is_ascii() || is_letter_or_digit(character),
    }
}

fn is_letter_or_digit(character: char) -> bool {
    matches!(
        get_general_category(character),
        GeneralCategory::UppercaseLetter
            | GeneralCategory::LowercaseLetter
            | GeneralCategory::TitlecaseLetter
            | GeneralCategory::ModifierLetter
            | GeneralCategory::OtherLetter
            | GeneralCategory::NonspacingMark
            | GeneralCategory::SpacingMark
            | GeneralCategory::DecimalNumber
    )
}

/// Characters of combining class Virama, after which a zero-width joiner may stand.
const VIRAMAS: &[char] = &[
    '\u{94d}',
    '\u{9cd}',
    '\u{a4d}',
    '\u{acd}',
    '\u{b4d}',
    '\u{bcd}',
    '\u{c4d}',
    '\u{ccd}',
    '\u{d4d}',
    '\u{dca}',
    '\u{e3a}',
    '\u{f84}',
    '\u{1039}',
    '\u{1714}',
    '\u{1734}',
    '\u{17d2}',
    '\u{1a60}',
    '\u{1b44}',
    '\u{1baa}',
    '\u{1bf2}',
    '\u{1bf3}',
    '\u{2d7f}',
    '\u{a806}',
    '\u{a8c4}',
    '\u{a953}',
    '\u{abed}',
    '\u{10a3f}',
    '\u{11046}',
    '\u{1107f}',
    '\u{110b9}',
    '\u{11133}',
    '\u{111c0}',
    '\u{11235}',
    '\u{112ea}',
    '\u{1134d}',
    '\u{11442}',
    '\u{114c2}',
    '\u{115bf}',
    '\u{1163f}',
    '\u{116b6}',
    '\u{1172b}',
    '\u{11839}',
    '\u{119e0}',
    '\u{11a34}',
    '\u{11a47}',
    '\u{11a99}',
    '\u{11c3f}',
    '\u{11d44}',
    '\u{11d45}',
    '\u{11d97}',
];
