//! Claims of numerical linear algebra, of derivatives at kinks and of flows: each is true, or is not made.
//!
//! `claims/numeric.tsv` has a row for each command: where it is from, the exit code, numbers of the JSON object with
//! tolerances, words that the text has and words that it has not. An argument that starts with `@` is a matrix in a file, its
//! rows separated by `/`.

use std::path::Path;

use crate::command::{beltrami_in, folder, write};

/// One row of the table.
struct Claim<'a> {
    source: &'a str,
    command: &'a str,
    exit: &'a str,
    numbers: &'a str,
    words: &'a str,
    absent: &'a str,
}

fn claims() -> Vec<Claim<'static>> {
    include_str!("../claims/numeric.tsv")
        .lines()
        .skip(1)
        .map(|line| {
            let [source, command, exit, numbers, words, absent] =
                line.split('\t').collect::<Vec<_>>()[..]
            else {
                panic!("six columns: {line}");
            };
            Claim { source, command, exit, numbers, words, absent }
        })
        .collect()
}

/// Arguments as a shell separates them, matrices put into files.
fn arguments(command: &str, folder: &Path, number: usize) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let (mut open, mut inside) = (None, false);
    for c in command.chars() {
        match (open, c) {
            (Some(quote), c) if c == quote => open = None,
            (None, '\'' | '"') => {
                open = Some(c);
                if !inside {
                    words.push(String::new());
                    inside = true;
                }
            }
            (None, ' ') => inside = false,
            _ => {
                if !inside {
                    words.push(String::new());
                    inside = true;
                }
                words.last_mut().expect("a word was begun").push(c);
            }
        }
    }
    for word in &mut words {
        if let Some(rows) = word.strip_prefix('@') {
            let name = format!("matrix{number}.csv");
            write(folder.join(&name), rows.replace('/', "\n") + "\n");
            *word = name;
        }
    }
    words
}

fn listed<'a>(cell: &'a str, separator: &str) -> Vec<&'a str> {
    cell.split(separator).map(str::trim).filter(|part| !part.is_empty()).collect()
}

#[test]
fn every_claim_holds_or_is_refused() {
    let folder = folder("claims-numeric");
    let mut wrong = Vec::new();
    for (number, claim) in claims().iter().enumerate() {
        let Claim { source, command, .. } = claim;
        let mut fail = |what: String| wrong.push(format!("{command} ({source}): {what}"));
        let words = arguments(command, &folder, number);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let done = beltrami_in(&folder, &words);
        if done.code.to_string() != claim.exit {
            fail(format!("exit {} and not {}\n{}{}", done.code, claim.exit, done.out, done.err));
            continue;
        }
        let text = format!("{}{}", done.out, done.err);
        for word in listed(claim.words, " | ") {
            if !text.contains(word) {
                fail(format!("`{word}` is missing in\n{text}"));
            }
        }
        for word in listed(claim.absent, " | ") {
            if text.contains(word) {
                fail(format!("`{word}` stands in\n{text}"));
            }
        }
        let numbers = listed(claim.numbers, " ; ");
        if numbers.is_empty() {
            continue;
        }
        let object = beltrami_in(&folder, &[&words[..], &["--json"]].concat()).json();
        for number in numbers {
            let (path, expected) = number.split_once('=').expect("a path and a value");
            let found = object.pointer(path).cloned().unwrap_or_default();
            let Some((value, tolerance)) = expected.split_once('±') else {
                if found.as_str() != Some(expected) {
                    fail(format!("{path} is {found}, not {expected}"));
                }
                continue;
            };
            let number = |text: &str| text.parse::<f64>().expect("a number");
            let near =
                found.as_f64().is_some_and(|x| (x - number(value)).abs() <= number(tolerance));
            if !near {
                fail(format!("{path} is {found}, not {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n\n"));
}
