//! What names an array outside of the command line: a file, a part of it, or standard input.

/// The format of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One array of NumPy.
    Npy,
    /// Several, by name.
    Npz,
    /// A table of numbers as text.
    Csv,
}

/// The endings of names.
const ENDINGS: &[(&str, Format)] =
    &[(".npy", Format::Npy), (".npz", Format::Npz), (".csv", Format::Csv), (".tsv", Format::Csv)];

impl Format {
    /// The format that the beginning of a stream shows.
    pub fn of_bytes(bytes: &[u8]) -> Format {
        match bytes {
            [b'P', b'K', 3 | 5, ..] => Format::Npz,
            [0x93, ..] | [0x80, 2..=5, ..] => Format::Npy,
            _ => Format::Csv,
        }
    }
}

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
        let whole = |path, part| Some(Reference { path, format: format(path), part });
        if text == "-" || format(text).is_some() {
            return whole(text, None);
        }
        let (path, part) = text.rsplit_once(':').filter(|(_, part)| !part.is_empty())?;
        match format(path) {
            None if path != "-" => None,
            Some(Format::Npy) => None,
            _ => whole(path, Some(part)),
        }
    }

    /// Whether it is standard input.
    pub fn is_standard_input(&self) -> bool {
        self.path == "-"
    }
}

fn format(path: &str) -> Option<Format> {
    let end = path.get(path.len().checked_sub(4)?..)?;
    ENDINGS.iter().find(|(ending, _)| end.eq_ignore_ascii_case(ending)).map(|(_, format)| *format)
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
