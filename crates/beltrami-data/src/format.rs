//! The formats of files: a record for each, and a file of this folder for each that holds arrays.

mod csv;
mod npy;
mod npz;

pub use self::csv::{Decimal, Index, TableOptions};
pub use self::npy::npy;
pub use self::npz::{npz, npz_with};

use crate::array::{Array, ArrayView};
use crate::budget::Budget;
use crate::source::Source;
use crate::wrong::Wrong;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// One array of NumPy.
    Npy,
    /// Several, by name.
    Npz,
    /// A table of numbers as text.
    Csv,
    /// A program reads it.
    Json,
    /// A picture of lines.
    Svg,
    /// A picture of points.
    Png,
    /// Any other ending.
    Text,
}

/// What is known of a format.
#[derive(Clone, Copy, Debug)]
pub struct Record {
    /// Which it is.
    pub format: Format,
    /// The ending of names, without the point.
    pub ending: &'static str,
    /// More endings of files that are read.
    pub also: &'static [&'static str],
    /// Whether a file holds arrays by name.
    pub named: bool,
    /// How files begin.
    begins: &'static [&'static [u8]],
    /// One array of a file.
    pub(crate) read: Option<fn(Request<'_>) -> Result<Found, Wrong>>,
    /// The arrays of a file, those that are chosen.
    pub(crate) list: Option<List>,
    /// Arrays as the bytes of a file; where names are not kept there is one.
    pub(crate) write: Option<Write>,
}

/// What is wrong with a file, or with the member of this name.
pub(crate) type Listed = Result<Vec<(String, Array)>, (Option<String>, Wrong)>;
pub(crate) type Write = fn(&[(&str, ArrayView<'_>)]) -> Result<Vec<u8>, Wrong>;
pub(crate) type List = fn(Source<'_>, &Chosen<'_>, &mut Budget) -> Listed;

/// Which members of a file are read.
pub(crate) struct Chosen<'a> {
    /// Those of these names.
    pub name: &'a dyn Fn(&str) -> bool,
    /// And those of these, where they may be single numbers.
    pub number: &'a dyn Fn(&str) -> bool,
}

/// What is wanted of a file.
pub(crate) struct Request<'a> {
    pub source: Source<'a>,
    pub part: Part<'a>,
    pub tables: &'a TableOptions,
    pub budget: &'a mut Budget,
}

/// The part of a file that is wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Part<'a> {
    /// What is called so.
    Named(&'a str),
    /// What is called so, where the file has names; or else the whole.
    Perhaps(&'a str),
    /// The whole; only of several arrays in an archive the one that is called so.
    Whole(&'a str),
}

/// An array, and how it was found where that had to be found out.
#[derive(Debug)]
pub(crate) struct Found {
    pub array: Array,
    pub remark: Option<String>,
}

const NOTHING: Record = Record {
    format: Format::Text,
    ending: "",
    also: &[],
    named: false,
    begins: &[],
    read: None,
    list: None,
    write: None,
};

/// The formats with endings of their own; a name with another ending is that of a text.
pub static FORMATS: &[Record] = &[
    Record {
        format: Format::Npy,
        ending: "npy",
        // A pickle is refused as what it is.
        begins: &[b"\x93", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05"],
        read: Some(npy::read),
        write: Some(npy::write),
        ..NOTHING
    },
    Record {
        format: Format::Npz,
        ending: "npz",
        named: true,
        begins: &[b"PK\x03", b"PK\x05"],
        read: Some(npz::read),
        list: Some(npz::list),
        write: Some(npz::write),
        ..NOTHING
    },
    Record {
        format: Format::Csv,
        ending: "csv",
        also: &["tsv"],
        read: Some(csv::read_one),
        write: Some(csv::write),
        ..NOTHING
    },
    Record { format: Format::Json, ending: "json", ..NOTHING },
    Record { format: Format::Svg, ending: "svg", ..NOTHING },
    Record { format: Format::Png, ending: "png", ..NOTHING },
];

/// The formats of one array.
pub const ARRAY: &[Format] = &[Format::Npy, Format::Npz, Format::Csv];
/// The format of several arrays.
pub const ARRAYS: &[Format] = &[Format::Npz];

impl Format {
    /// What is known of it.
    pub fn record(self) -> &'static Record {
        FORMATS.iter().find(|record| record.format == self).unwrap_or(&NOTHING)
    }

    /// The format that the beginning of a stream of data shows; what shows none is a table.
    pub fn of_bytes(bytes: &[u8]) -> Format {
        let begun = |record: &&Record| record.begins.iter().any(|start| bytes.starts_with(start));
        FORMATS.iter().find(begun).map_or(Format::Csv, |record| record.format)
    }

    /// The format that is written to names with this ending.
    pub(crate) fn of_ending(ending: &str) -> Format {
        let known = |record: &&Record| record.ending.eq_ignore_ascii_case(ending);
        FORMATS.iter().find(known).map_or(Format::Text, |record| record.format)
    }

    /// The format of arrays that is read from a file of this name.
    pub(crate) fn of_path(path: &str) -> Option<Format> {
        let (_, end) = path.rsplit_once('.')?;
        let known = |record: &&Record| {
            record.read.is_some()
                && std::iter::once(&record.ending)
                    .chain(record.also)
                    .any(|ending| end.eq_ignore_ascii_case(ending))
        };
        FORMATS.iter().find(known).map(|record| record.format)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_found_by_its_ending_and_by_its_beginning() {
        assert_eq!(Format::of_ending("NPZ"), Format::Npz);
        assert_eq!(Format::of_ending("tsv"), Format::Text);
        assert_eq!(Format::of_path("a.TSV"), Some(Format::Csv));
        assert_eq!(Format::of_path("a.json"), None);
        assert_eq!(Format::of_path("npy"), None);
        assert_eq!(Format::of_bytes(b"PK\x05\x06"), Format::Npz);
        assert_eq!(Format::of_bytes(b"\x80\x04K"), Format::Npy);
        assert_eq!(Format::of_bytes(b"\x80\x01"), Format::Csv);
        assert_eq!(Format::of_bytes(b""), Format::Csv);
        for record in FORMATS {
            assert_eq!(record.format.record().ending, record.ending);
        }
    }
}
