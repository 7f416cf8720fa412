//! `github_file`: lines of a file or the entries of a folder, in the contract's words.

use std::time::Duration;

use lockstep_runtime::contract::Context;
use lockstep_tools::github_file::{GithubFileArguments, GithubFileError, GithubFileOutput};
use lockstep_tools::{GithubEntry, GithubEntryType};

use super::github::{Entry, EntryKind, Found, GithubFile, GithubRequest};
use super::{Fetch, until};
use crate::ground::{Budget, Turn};

/// How long a call may take.
const TIME: Duration = Duration::from_secs(15);

pub(in super::super) async fn github_file(
    fetch: &Fetch,
    context: &Context,
    GithubFileArguments { owner, repo, path, r#ref, start_line, max_lines }: GithubFileArguments,
) -> Result<GithubFileOutput, GithubFileError> {
    let work = async |turn: Turn| {
        let request = GithubRequest {
            owner: owner.into_inner(),
            repo: repo.into_inner(),
            path: path.map(|path| path.into_inner()).unwrap_or_default(),
            reference: r#ref
                .map(|reference| reference.into_inner())
                .filter(|reference| !reference.is_empty()),
            start_line: usize::try_from(start_line.get()).unwrap_or(usize::MAX),
            max_lines: max_lines.get() as usize,
            deadline: until(&turn, TIME),
        };
        Ok::<_, GithubFileError>(fetch.github.read(&request).await?)
    };
    output(fetch.family.run_for(TIME, context, work).await?)
}

fn output(file: GithubFile) -> Result<GithubFileOutput, GithubFileError> {
    let GithubFile { path, reference, html_url, truncated, found } = file;
    let mut output = GithubFileOutput {
        path,
        r#ref: reference,
        sha: None,
        size: None,
        content: None,
        start_line: None,
        total_lines: None,
        truncated,
        entries: None,
        html_url,
        untrusted: true,
    };
    match found {
        Found::File { sha, size, content, start_line, total_lines } => {
            output.sha = Some(sha);
            output.size = Some(size);
            output.content = Some(content);
            output.start_line = Some((start_line as u64).try_into()?);
            output.total_lines = Some(total_lines as u64);
        }
        Found::Folder { entries } => {
            let (mut room, all) = (Budget::default(), entries.len());
            let shown: Vec<_> = entries.into_iter().map(shown).take_while(|entry| room.take(entry)).collect();
            output.truncated |= shown.len() < all;
            output.entries = Some(shown);
        }
    }
    Ok(output)
}

fn shown(Entry { path, kind, size }: Entry) -> GithubEntry {
    let kind = match kind {
        EntryKind::File => GithubEntryType::File,
        EntryKind::Folder => GithubEntryType::Folder,
        EntryKind::Link => GithubEntryType::Link,
        EntryKind::Submodule => GithubEntryType::Submodule,
    };
    GithubEntry { path, r#type: kind, size }
}
