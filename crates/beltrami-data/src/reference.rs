//! What names an array outside of a program: a file, a part of it, or standard input.

use crate::format::Format;

/// `FILE.npy`, `FILE.npz`, `FILE.npz:MEMBER`, `FILE.csv`, `FILE.csv:COLUMN`, `-` or `-:NAME`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference<'a> {
    /// The path, or `-`.
    pub path: &'a str,
    /// The format that the path shows; a stream shows its own.
    pub format: Option<Format>,
    /// The member or the column.
    pub part: Option<&'a str>,
}

impl<'a> Reference<'a> {
    /// The reference that a text is, if any.
    pub fn of(text: &'a str) -> Option<Reference<'a>> {
        let whole = |path, part| Some(Reference { path, format: Format::of_path(path), part });
        if text == "-" || Format::of_path(text).is_some() {
            return whole(text, None);
        }
        let (path, part) = text.rsplit_once(':').filter(|(_, part)| !part.is_empty())?;
        match Format::of_path(path) {
            None if path != "-" => None,
            Some(Format::Npy) => None,
            _ => whole(path, Some(part)),
        }
    }

    /// What messages call it.
    pub(crate) fn shown(&self) -> &'a str {
        if self.is_standard_input() { "<stdin>" } else { self.path }
    }

    /// Whether it is standard input.
    pub fn is_standard_input(&self) -> bool {
        self.path == "-"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_parts_and_standard_input_are_told_from_values() {
        let read = |text| Reference::of(text).map(|r| (r.path, r.format, r.part));
        assert_eq!(read("a.npy"), Some(("a.npy", Some(Format::Npy), None)));
        assert_eq!(read("C:/a.NPZ"), Some(("C:/a.NPZ", Some(Format::Npz), None)));
        assert_eq!(read("a.npz:B"), Some(("a.npz", Some(Format::Npz), Some("B"))));
        assert_eq!(read("a.csv:x:y"), None);
        assert_eq!(read("t.tsv:x"), Some(("t.tsv", Some(Format::Csv), Some("x"))));
        assert_eq!(read("-"), Some(("-", None, None)));
        assert_eq!(read("-:x"), Some(("-", None, Some("x"))));
        for text in ["-3", "3", "[1, 2]", "a.npy:x", "a.txt", "é.x", "a.npz:", ""] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
