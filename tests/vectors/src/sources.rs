//! The files of `spec/`, as the generator takes them.

use std::fs;
use std::path::Path;

use lockstep_codegen::Sources;

/// Reads the sources of generation below `spec`.
///
/// # Errors
///
/// A folder or file cannot be read; the message names it.
pub fn sources(spec: &Path) -> Result<Sources, String> {
    let mut sources = Sources::new();
    add(spec, "", &mut sources)?;
    Ok(sources)
}

fn add(folder: &Path, prefix: &str, sources: &mut Sources) -> Result<(), String> {
    let failed = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    for entry in fs::read_dir(folder).map_err(|error| failed(folder, error))? {
        let path = entry.map_err(|error| failed(folder, error))?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_dir() {
            add(&path, &format!("{prefix}{name}/"), sources)?;
        } else if [".json", ".toml", ".yaml"].iter().any(|end| name.ends_with(end)) {
            let text = fs::read_to_string(&path).map_err(|error| failed(&path, error))?;
            sources.insert(format!("{prefix}{name}"), text);
        }
    }
    Ok(())
}
