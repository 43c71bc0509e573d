//! Rules for source files.

use std::collections::BTreeSet;
use std::path::Path;

use super::Violations;
use crate::repository::{files, read, root, shown};
use crate::source::{Piece, pieces, without_tests};

/// A longer file is split by concept.
const LINES: usize = 600;

/// An operation is a page and a record.
const OPERATION_LINES: usize = 200;

/// The chapter promises it.
const FROM_SCRATCH_LINES: usize = 300;

const FOLDERS: &[&str] = &["crates", "xtask", "fuzz", "manual"];

fn rust_files() -> impl Iterator<Item = std::path::PathBuf> {
    FOLDERS.iter().flat_map(|folder| files(folder, "rs"))
}

/// No file is longer than its kind may be.
pub fn sizes() -> Result<Violations, String> {
    let mut violations = Violations::new();
    let operations = root().join("crates/beltrami-ops/src");
    for path in rust_files() {
        let lines = read(&path)?.lines().filter(|line| !line.starts_with("// ANCHOR")).count();
        let limit = if path.ends_with("manual/from-scratch/src/main.rs") {
            FROM_SCRATCH_LINES
        } else if path.parent() == Some(&operations) && !no_operation(&path) {
            OPERATION_LINES
        } else {
            LINES
        };
        if lines > limit {
            violations.push(format!(
                "{}: {lines} lines, {limit} at most; split it by concept",
                shown(&path)
            ));
        }
    }
    Ok(violations)
}

fn no_operation(path: &Path) -> bool {
    path.ends_with("lib.rs") || path.ends_with("tests.rs")
}

/// A file that is not listed would never be compiled, so nothing else would notice it.
pub fn operations_listed() -> Result<Violations, String> {
    let listed: BTreeSet<&str> = beltrami_ops::ENTRIES.iter().map(|entry| entry.file).collect();
    let folder = root().join("crates/beltrami-ops/src");
    Ok(files("crates/beltrami-ops/src", "rs")
        .into_iter()
        .filter(|path| path.parent() == Some(&folder) && !no_operation(path))
        .filter(|path| {
            !path.file_name().is_some_and(|name| listed.contains(&*name.to_string_lossy()))
        })
        .map(|path| format!("{}: not in the list of lib.rs", shown(&path)))
        .collect())
}

/// Every `E0203` of the sources is a code with a page.
pub fn codes_documented() -> Result<Violations, String> {
    let known: BTreeSet<&str> = beltrami_diag::codes::ALL.iter().map(|code| code.id).collect();
    let mut violations = Violations::new();
    for path in rust_files().chain(files("manual", "md")).chain(files("suite", "md")) {
        if path.components().any(|part| part.as_os_str() == "tests") {
            continue;
        }
        let text = read(&path)?;
        for (place, line) in without_tests(&text).lines().enumerate() {
            for code in codes(line).filter(|code| !known.contains(code)) {
                violations.push(format!(
                    "{}:{}: {code} has no page in crates/beltrami-diag/codes",
                    shown(&path),
                    place + 1
                ));
            }
        }
    }
    Ok(violations)
}

/// The words that look like codes: `E` or `W` and four digits.
fn codes(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| {
        word.len() == 5
            && word.starts_with(['E', 'W'])
            && word[1..].bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// A name says what is in the file.
pub fn file_names() -> Result<Violations, String> {
    const EMPTY: &[&str] = &["util", "utils", "helper", "helpers", "common", "misc", "manager"];
    let mut violations = Violations::new();
    for path in rust_files().chain(files("suite", "py")) {
        let relative = shown(&path);
        for part in Path::new(&relative).with_extension("").components() {
            let part = part.as_os_str().to_string_lossy();
            if EMPTY.contains(&&*part) {
                violations.push(format!("{relative}: `{part}` names no concept"));
            }
        }
    }
    Ok(violations)
}

/// What stands in for work not done.
pub fn leftovers() -> Result<Violations, String> {
    const LEFTOVERS: &[&str] = &["todo!", "unimplemented!", "dbg!", "#[ignore", "assert!(true"];
    let mut violations = Violations::new();
    for path in files("crates", "rs").into_iter().chain(files("fuzz", "rs")) {
        let text = read(&path)?;
        for (start, piece) in pieces(&text) {
            let Piece::Code(code) = piece else { continue };
            for leftover in LEFTOVERS {
                for (place, _) in code.match_indices(leftover) {
                    let line = start + code[..place].matches('\n').count();
                    violations.push(format!("{}:{line}: `{leftover}`", shown(&path)));
                }
            }
        }
    }
    Ok(violations)
}

/// What a published crate takes in lies within it, or it could not be packed.
pub fn within_the_crate() -> Result<Violations, String> {
    let mut violations = Violations::new();
    for path in files("crates", "rs") {
        let relative = shown(&path);
        let parts: Vec<&str> = relative.split(std::path::MAIN_SEPARATOR).collect();
        let &["crates", _, "src", .., _] = parts.as_slice() else { continue };
        let depth = parts.len() - 3;
        for line in read(&path)?.lines() {
            for macro_name in ["include_str!(\"", "include_bytes!(\"", "include!(\""] {
                let Some((_, taken)) = line.split_once(macro_name) else { continue };
                if taken.split("../").take_while(|part| part.is_empty()).count() > depth {
                    violations.push(format!("{relative}: takes in {taken}, outside of its crate"));
                }
            }
        }
    }
    Ok(violations)
}

#[cfg(test)]
mod tests {
    #[test]
    fn codes_are_words_of_their_own() {
        let found: Vec<&str> =
            super::codes("codes::E0203, `W0101`; 1E0203 E02034 XE0203").collect();
        assert_eq!(found, ["E0203", "W0101"]);
    }
}
