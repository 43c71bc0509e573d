//! No engine names an operation.

use std::collections::BTreeSet;

use super::Violations;
use crate::repository::{files, read, shown};
use crate::source::{Piece, pieces, without_tests};

/// The crates that read records and must not know any of them.
const ENGINES: &[&str] =
    &["beltrami-core", "beltrami-elab", "beltrami-calculus", "beltrami-print", "beltrami-exec"];

/// A text that happens to be an operation's name, and why it may stand there.
struct Exception {
    file: &'static str,
    names: &'static [&'static str],
    reason: &'static str,
}

/// Files of words of other languages, and of kernels, of which many are called like operations.
const VOCABULARIES: &[&str] = &[
    "crates/beltrami-core/src/map/primitive.rs",
    "crates/beltrami-print/src/c/name.rs",
    "crates/beltrami-print/src/julia/name.rs",
    "crates/beltrami-print/src/rust/name.rs",
];

const EXCEPTIONS: &[Exception] = &[
    Exception {
        file: "crates/beltrami-elab/src/suggest.rs",
        names: &["kron", "kr"],
        reason: "hints in words for calls with too few arguments",
    },
    Exception {
        file: "crates/beltrami-elab/src/term.rs",
        names: &["eye"],
        reason: "`eye` without a size is syntax, settled by inference before any operation is chosen",
    },
    Exception {
        file: "crates/beltrami-elab/src/prepass.rs",
        names: &["eye"],
        reason: "as in term.rs",
    },
    Exception {
        file: "crates/beltrami-print/src/python/name.rs",
        names: &["erf"],
        reason: "a name of scipy.special",
    },
    Exception {
        file: "crates/beltrami-exec/src/ring/exponential.rs",
        names: &["expm"],
        reason: "the function that failed, in the text of an error",
    },
    Exception {
        file: "crates/beltrami-exec/src/ring/inverse.rs",
        names: &["pinv"],
        reason: "the function that failed, in the text of an error",
    },
    Exception {
        file: "crates/beltrami-exec/src/ring/root.rs",
        names: &["logm"],
        reason: "the function that failed, in the text of an error",
    },
    Exception {
        file: "crates/beltrami-exec/src/ring/spectral.rs",
        names: &["normspec", "normnuc", "msign"],
        reason: "the function that failed, in the text of an error",
    },
];

/// String literals of engines that are an operation's name.
pub fn engines() -> Result<Violations, String> {
    let names: BTreeSet<&str> = beltrami_ops::ENTRIES
        .iter()
        .map(|entry| entry.op.name)
        .filter(|name| {
            name.len() >= 2 && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        })
        .collect();
    let mut violations = Violations::new();
    let mut used = BTreeSet::new();
    for engine in ENGINES {
        for path in files(&format!("crates/{engine}/src"), "rs") {
            if path.ends_with("tests.rs")
                || path.components().any(|part| part.as_os_str() == "tests")
            {
                continue;
            }
            let file = shown(&path);
            let text = read(&path)?;
            for (line, piece) in pieces(without_tests(&text)) {
                let Piece::Text(literal) = piece else { continue };
                if !names.contains(literal) {
                    continue;
                }
                if VOCABULARIES.contains(&file.as_str()) {
                    continue;
                }
                if EXCEPTIONS
                    .iter()
                    .any(|exception| exception.file == file && exception.names.contains(&literal))
                {
                    used.insert((file.clone(), literal.to_owned()));
                } else {
                    violations.push(format!(
                        "{file}:{line}: \"{literal}\" is an operation; what is special about it belongs in its record"
                    ));
                }
            }
        }
    }
    for exception in EXCEPTIONS {
        for name in exception.names {
            if !used.contains(&(exception.file.to_owned(), (*name).to_owned())) {
                let Exception { file, reason, .. } = exception;
                violations.push(format!(
                    "{file}: the exception for \"{name}\" ({reason}) is not needed any more"
                ));
            }
        }
    }
    Ok(violations)
}
