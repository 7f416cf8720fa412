//! Vectors as files, for implementations in other languages.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::Vector;

const FORMAT: &str = "lockstep vectors 1";

/// Writes `<revision>/<Definition>/<nnn>-<member>-<what>.<valid|invalid>.json` below `folder`, and `index.json` with
/// everything known about each. What an earlier export wrote is replaced. Returns the number of documents.
///
/// # Errors
///
/// The folder holds something else, or cannot be written.
pub fn export(folder: &Path, vectors: &[Vector]) -> Result<usize, String> {
    clear(folder)?;
    let mut numbers: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut index = Vec::new();
    for vector in vectors {
        let number = numbers.entry((&vector.revision, &vector.definition)).or_default();
        *number += 1;
        let suffix = if vector.verdict.is_valid() { "valid" } else { "invalid" };
        let file = format!(
            "{}/{}/{number:03}-{}.{suffix}.json",
            vector.revision,
            vector.definition,
            slug(&format!("{} {}", vector.place.rsplit('/').next().unwrap_or_default(), vector.what))
        );
        index.push(json!({
            "file": file,
            "revision": vector.revision,
            "definition": vector.definition,
            "verdict": vector.verdict.name(),
            "place": vector.place,
            "what": vector.what,
        }));
        write(&folder.join(&file), &vector.document)?;
    }
    write(&folder.join("index.json"), &json!({ "format": FORMAT, "vectors": index }))?;
    Ok(vectors.len())
}

fn write(path: &Path, document: &Value) -> Result<(), String> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, format!("{document:#}\n")))
        .map_err(|error| format!("{}: {error}", path.display()))
}

/// Removes what an earlier export wrote, and nothing else.
fn clear(folder: &Path) -> Result<(), String> {
    let failed = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    if !folder.exists() || fs::read_dir(folder).map_err(|error| failed(folder, error))?.next().is_none() {
        return Ok(());
    }
    let path = folder.join("index.json");
    let index = fs::read_to_string(&path).ok().and_then(|text| serde_json::from_str::<Value>(&text).ok());
    let index = index.filter(|index| index["format"] == FORMAT).ok_or_else(|| {
        format!(
            "{} is not empty and was not written by this command\nhint: name a new folder",
            folder.display()
        )
    })?;
    for file in index["vectors"].as_array().into_iter().flatten().filter_map(|entry| entry["file"].as_str()) {
        // An index is a file like any other: what it names is removed only where an export would have put it.
        let inside =
            file.split('/').count() == 3 && !file.split('/').any(|part| part == ".." || part.is_empty());
        let old = folder.join(file);
        if inside && old.is_file() {
            fs::remove_file(&old).map_err(|error| failed(&old, error))?;
        }
    }
    fs::remove_file(&path).map_err(|error| failed(&path, error))
}

fn slug(what: &str) -> String {
    let letters: String =
        what.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { ' ' }).collect();
    letters.split_whitespace().collect::<Vec<_>>().join("-").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_plain() {
        assert_eq!(slug("wrong type: array"), "wrong-type-array");
        assert_eq!(slug("2^53+1"), "2-53-1");
    }
}
