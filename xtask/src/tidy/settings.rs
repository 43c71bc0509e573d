//! Libraries name settings and no flags: what a setting is called is up to the front end.

use super::Violations;
use crate::repository::{files, read, shown};
use crate::source::{Piece, pieces, without_tests};

/// The crates whose hints hold settings; the other libraries follow.
const NEUTRAL: &[&str] = &[
    "beltrami-calculus",
    "beltrami-core",
    "beltrami-data",
    "beltrami-exec",
    "beltrami-linalg",
    "beltrami-ops",
    "beltrami-plot",
    "beltrami-print",
    "beltrami-report",
    "beltrami-stop",
    "beltrami-syntax",
];

/// String literals that name a flag of the command.
pub fn flags() -> Result<Violations, String> {
    let mut violations = Violations::new();
    for name in NEUTRAL {
        for path in files(&format!("crates/{name}/src"), "rs") {
            if path.ends_with("tests.rs") {
                continue;
            }
            let text = read(&path)?;
            for (line, piece) in pieces(without_tests(&text)) {
                let Piece::Text(literal) = piece else { continue };
                if let Some(flag) = flag(literal) {
                    violations.push(format!(
                        "{}:{line}: `{flag}` is a word of the command; a `Hint` holds the `Setting`",
                        shown(&path)
                    ));
                }
            }
        }
    }
    Ok(violations)
}

/// The first flag of a text, two hyphens and a letter.
fn flag(text: &str) -> Option<&str> {
    let start = text
        .match_indices("--")
        .map(|(place, _)| place)
        .find(|place| text[place + 2..].starts_with(|c: char| c.is_ascii_alphabetic()))?;
    text[start..].split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_flag_is_two_hyphens_and_a_letter() {
        assert_eq!(super::flag("say `--csv-header yes`"), Some("--csv-header"));
        assert_eq!(super::flag("--"), None);
        assert_eq!(super::flag("a -- b, --1, - -x"), None);
        assert_eq!(super::flag("--- and --x"), Some("--x"));
    }
}
