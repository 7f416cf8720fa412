//! Nothing is forgotten: every numbered test has a transcript or a test beside, in every revision that it names.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::data::{Revision, numbers, root, transcripts};
use crate::{BESIDE, TRANSCRIPTS};

#[test]
fn every_transcript_is_a_test() {
    let written: Vec<String> = transcripts().into_iter().map(|transcript| transcript.name).collect();
    let written_once: BTreeSet<&str> = written.iter().map(String::as_str).collect();
    assert_eq!(written.len(), written_once.len(), "two transcripts have the same name");
    let tested: BTreeSet<&str> = TRANSCRIPTS.iter().copied().collect();
    let forgotten: Vec<_> = written_once.difference(&tested).collect();
    assert!(forgotten.is_empty(), "add to the list in main.rs: {forgotten:?}");
    let gone: Vec<_> = tested.difference(&written_once).collect();
    assert!(gone.is_empty(), "no transcript is called so: {gone:?}");
}

#[test]
fn names_carry_their_numbers() {
    for transcript in transcripts() {
        let first = transcript.tests.first().map(|number| format!("t{number:02}_"));
        let fits = first.is_none_or(|first| transcript.name.starts_with(&first));
        assert!(fits, "`{}` is about {:?}", transcript.name, transcript.tests);
        let counted = transcript.tests.is_empty() == transcript.name.starts_with("decided_");
        assert!(counted, "`{}` is about no number", transcript.name);
    }
}

#[test]
fn every_step_counts_somewhere() {
    for transcript in transcripts() {
        for (number, step) in transcript.steps.iter().enumerate() {
            let counts = transcript.cases().into_iter().any(|(revision, over)| step.counts(revision, over));
            assert!(counts, "step {} of `{}` is never played", number + 1, transcript.name);
        }
    }
}

#[test]
fn every_number_is_tested_in_every_revision() {
    let mut tested: BTreeMap<u32, BTreeSet<char>> = BTreeMap::new();
    let mut add = |number: u32, revisions: &str| tested.entry(number).or_default().extend(revisions.chars());
    for transcript in transcripts() {
        for number in &transcript.tests {
            add(*number, &transcript.cases().iter().map(|(revision, _)| revision.0).collect::<String>());
        }
    }
    for (_, covered, revisions) in BESIDE {
        covered.iter().for_each(|number| add(*number, revisions));
    }
    let numbers = numbers();
    let listed: Vec<u32> = numbers.iter().map(|number| number.number).collect();
    assert_eq!(listed, (1..=73).collect::<Vec<_>>(), "the list has every number once, in order");
    for number in numbers {
        if let Some((file, name)) = &number.elsewhere {
            let text = fs::read_to_string(root().join(file)).expect("the file is there");
            assert!(text.contains(&format!("fn {name}(")), "{file} has no `{name}`");
            continue;
        }
        let found = tested.remove(&number.number).unwrap_or_default();
        let lacking: Vec<&str> = number
            .revisions
            .chars()
            .filter(|letter| !found.contains(letter))
            .map(|letter| Revision(letter).name())
            .collect();
        match &number.missing {
            None => {
                assert!(lacking.is_empty(), "{} ({}): nothing for {lacking:?}", number.number, number.title)
            }
            Some(_) => assert!(found.is_empty(), "{} is tested after all", number.number),
        }
    }
    assert!(tested.is_empty(), "these numbers are not in the list: {tested:?}");
}
