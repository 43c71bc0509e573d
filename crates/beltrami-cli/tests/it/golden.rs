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
    let ((a, x), (b, y)) = (taken_apart(found), taken_apart(expected));
    let near =
        |(x, y): (&f64, &f64)| (x - y).abs() <= ROUNDING.max(RELATIVE * x.abs().max(y.abs()));
    a == b && x.len() == y.len() && x.iter().zip(&y).all(near)
}

/// The words of a line, and its numbers.
fn taken_apart(line: &str) -> (String, Vec<f64>) {
    let bytes = line.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let (mut words, mut numbers, mut at) = (Vec::new(), Vec::new(), 0);
    while at < bytes.len() {
        // A minus belongs to a number where nothing before it could be subtracted from.
        let apart = at == 0 || b" ,:[(=".contains(&bytes[at - 1]);
        let start = at;
        let mut end = at + usize::from(bytes[at] == b'-' && apart);
        if digit(end) {
            let exponent = |end: usize| {
                bytes[end] == b'e'
                    && (digit(end + 1) || (bytes.get(end + 1) == Some(&b'-') && digit(end + 2)))
            };
            while end < bytes.len() && (digit(end) || bytes[end] == b'.' && digit(end + 1)) {
                end += 1;
            }
            if end < bytes.len() && exponent(end) {
                end += 2;
                while digit(end) {
                    end += 1;
                }
            }
            numbers.extend(line[start..end].parse::<f64>());
            words.push(b'#');
            at = end;
        } else {
            words.push(bytes[at]);
            at += 1;
        }
    }
    (String::from_utf8_lossy(&words).into_owned(), numbers)
}

#[test]
fn numbers_are_compared_as_numbers() {
    assert!(agree("x = -1e-17, 2.5", "x = 1.1e-17, 2.5000000001"));
    assert!(!agree("2*x - 1", "2*x + 1"));
    assert!(!agree("[1.0,2.0]", "[1.0,2.1]"));
    assert!(!agree("1e5", "1e-5"));
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
            }
        }
        if found.lines().count() != expected.lines().count() {
            wrong.push(format!("{name}: another number of lines"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
