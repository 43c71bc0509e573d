//! What every verb prints, as text and as JSON: files of commands, what they write to standard output (two blanks in front),
//! to standard error (`! `), and their exit code where it is not 0 (`= `).
//!
//! `BELTRAMI_BLESS=1 cargo test -p beltrami-cli --test it golden::` writes the files anew.

#![cfg(unix)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::command::{done, folder, program};

/// Numbers that are residuals differ by rounding from one machine to another.
const ROUNDING: f64 = 1e-9;
/// What is printed with few digits may be rounded to the next one.
const RELATIVE: f64 = 1e-6;

fn files() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/golden")
}

/// The times that a computation took, which are never the same.
fn without_times(text: &str) -> String {
    let mut parts = text.split("\"seconds\":");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit() || ".e-".contains(c));
        out.push_str("\"seconds\":0.0");
        out.push_str(rest);
    }
    out
}

fn prefixed(prefix: &str, text: &str) -> String {
    text.lines().map(|line| format!("{prefix}{line}\n")).collect()
}

/// Runs the commands of a file one after the other in one folder.
fn printed(name: &str, commands: &str) -> String {
    let here = folder(&format!("golden-{name}"));
    for entry in fs::read_dir(files().join("files")).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        fs::copy(&path, here.join(path.file_name().expect("a name"))).expect("it is copied");
    }
    std::os::unix::fs::symlink(program(), here.join("beltrami")).expect("the folder is empty");
    let path = format!("{}:{}", here.display(), std::env::var("PATH").unwrap_or_default());
    let mut text = String::new();
    for command in commands.lines().filter_map(|line| line.strip_prefix("$ ")) {
        let mut shell = Command::new("sh");
        shell.args(["-c", command]).current_dir(&here).env("PATH", &path).stdin(Stdio::null());
        let run = done(&mut shell);
        text += &format!("$ {command}\n");
        text += &without_times(&(prefixed("  ", &run.out) + &prefixed("! ", &run.err)));
        if run.code != 0 {
            text += &format!("= {}\n", run.code);
        }
    }
    text
}

/// Whether two lines have the same words and numbers.
fn agree(found: &str, expected: &str) -> bool {
    let split = |text: &str| -> (String, Vec<f64>) {
        let numeric = |c: char| c.is_ascii_digit() || c == '.';
        let (mut words, mut numbers) = (String::new(), Vec::new());
        let mut rest = text;
        while let Some(start) = rest.find(numeric) {
            words.push_str(&rest[..start]);
            let mut end = start;
            let bytes = rest.as_bytes();
            while end < rest.len()
                && (numeric(char::from(bytes[end]))
                    || (bytes[end] == b'e'
                        && bytes.get(end + 1).is_some_and(|b| b.is_ascii_digit() || *b == b'-'))
                    || (bytes[end] == b'-' && bytes[end - 1] == b'e'))
            {
                end += 1;
            }
            match rest[start..end].parse() {
                Ok(number) => numbers.push(number),
                Err(_) => words.push_str(&rest[start..end]),
            }
            words.push('#');
            rest = &rest[end..];
        }
        (words + rest, numbers)
    };
    let ((a, x), (b, y)) = (split(found), split(expected));
    a == b
        && x.len() == y.len()
        && x.iter().zip(&y).all(|(x, y): (&f64, &f64)| {
            (x - y).abs() <= ROUNDING.max(RELATIVE * x.abs().max(y.abs()))
        })
}

#[test]
fn every_verb_prints_what_it_printed() {
    let mut names: Vec<String> = fs::read_dir(files())
        .expect("the folder is there")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter_map(|name| name.strip_suffix(".console").map(str::to_owned))
        .collect();
    names.sort();
    assert!(names.len() >= 8, "{names:?}");
    let mut wrong = Vec::new();
    for name in names {
        let path = files().join(format!("{name}.console"));
        let expected = fs::read_to_string(&path).expect("it is there");
        let found = printed(&name, &expected);
        if std::env::var_os("BELTRAMI_BLESS").is_some() {
            fs::write(&path, &found).expect("it is written");
            continue;
        }
        let mut command = "";
        for (line, (found, expected)) in found.lines().zip(expected.lines()).enumerate() {
            if expected.starts_with("$ ") {
                command = expected;
            }
            if !agree(found, expected) {
                let place = line + 1;
                wrong.push(format!("{name}:{place}: {command}\n-{expected}\n+{found}"));
                break;
            }
        }
        if found.lines().count() != expected.lines().count() {
            wrong.push(format!("{name}: another number of lines"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
