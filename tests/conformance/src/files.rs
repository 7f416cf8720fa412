//! A small tree of files that is only in memory, and stays where it is whatever path is asked for.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Path and text of every file.
pub(crate) static FILES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let plain = [
        ("readme.md", "# Files\n"),
        ("docs/guide.md", "# Guide\n"),
        ("docs/deep/er/note.txt", "deep\n"),
        ("with blank.txt", "blank\n"),
    ];
    let plain = plain.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned()));
    let logs = (1..=150).map(|number| (format!("logs/entry-{number:03}.txt"), format!("entry {number}\n")));
    plain.chain(logs).collect()
});

/// Whether a decoded path stays inside the tree and says so plainly: no empty segment, none of dots, and nothing that
/// somebody could decode once more or take for a separator.
pub(crate) fn stays_inside(path: &str) -> bool {
    let plain = |segment: &str| !matches!(segment, "" | "." | "..");
    path.split('/').all(plain)
        && !path.contains(|letter: char| letter.is_control() || "\\%:".contains(letter))
}
