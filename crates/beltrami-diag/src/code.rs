//! The record of one error or warning.

use crate::codes;

/// One kind of error or warning, with the page that explains it.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// The stable number, for example `E0203`.
    pub id: &'static str,
    /// The stable name, for example `shape-mismatch`.
    pub slug: &'static str,
    /// What went wrong, in a few words.
    pub title: &'static str,
    /// The Markdown page that `beltrami explain` prints.
    pub page: &'static str,
}

impl Code {
    /// Finds a code by its number, in upper or lower case, or by its slug.
    pub fn find(name: &str) -> Option<&'static Code> {
        codes::ALL
            .iter()
            .copied()
            .find(|code| code.id.eq_ignore_ascii_case(name) || code.slug == name)
    }
}
