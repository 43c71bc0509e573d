//! What goes out into files: the ending of a name says the format, and what stands at the name is not destroyed.

mod place;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use beltrami::data::{npy, npz};
use beltrami::diag::codes;
use beltrami::{Failure, Value};

use crate::array;
use crate::report::{reason, refusal};

/// What is written, by the ending of the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Npy,
    Npz,
    Csv,
    Json,
    Svg,
    Png,
    /// Any other ending.
    Text,
}

const ENDINGS: &[(&str, Format)] = &[
    ("npy", Format::Npy),
    ("npz", Format::Npz),
    ("csv", Format::Csv),
    ("json", Format::Json),
    ("svg", Format::Svg),
    ("png", Format::Png),
];

/// The formats of one array.
pub const ARRAY: &[Format] = &[Format::Npy, Format::Npz, Format::Csv];
/// The format of several arrays.
pub const ARRAYS: &[Format] = &[Format::Npz];
/// The formats of pictures.
pub const PICTURE: &[Format] = &[Format::Svg, Format::Png];

/// The bytes for standard output, which only `main` writes to.
static STANDARD_OUTPUT: Mutex<Option<Vec<u8>>> = Mutex::new(None);

/// What `-` as the name of a file put on standard output, in place of the text.
pub fn standard_output() -> Option<Vec<u8>> {
    STANDARD_OUTPUT.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// A file that an option names.
#[derive(Debug)]
pub struct Output {
    path: PathBuf,
    /// The format that its ending says.
    pub format: Format,
}

impl Output {
    /// Refuses a name that says none of these formats, before anything is computed; standard output, pipes and devices get the first.
    pub fn new(option: &str, path: &Path, formats: &[Format]) -> Result<Output, Failure> {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        let known = |(name, _): &&(&str, Format)| ending.as_deref() == Some(name);
        let said = ENDINGS.iter().find(known).map_or(Format::Text, |(_, format)| *format);
        let nameless = path.as_os_str() == "-" || (ending.is_none() && place::is_stream(path));
        let format = if nameless { formats[0] } else { said };
        if formats.contains(&format) {
            return Ok(Output { path: path.into(), format });
        }
        let names: Vec<String> = ENDINGS
            .iter()
            .filter(|(_, format)| formats.contains(format))
            .map(|(name, _)| format!(".{name}"))
            .collect();
        let (what, example) = match &names[..] {
            [] => ("has the ending of another format than text".to_owned(), ".txt"),
            [one] => (format!("is no {one} file"), one.as_str()),
            [first @ .., last] => {
                let first: Vec<String> = first.iter().map(|name| format!("a {name}")).collect();
                let what = format!("is neither {} nor a {last} file", first.join(", "));
                (what, names[0].as_str())
            }
        };
        let name = path.file_stem().map_or("a".into(), |stem| stem.to_string_lossy());
        Err(refusal(
            &codes::E0701,
            format!("`{option} {}` {what}", path.display()),
            Some(format!("the ending says the format, as in `{option} {name}{example}`")),
        ))
    }

    /// The same for an option that need not be there.
    pub fn of(
        option: &str,
        path: Option<&PathBuf>,
        formats: &[Format],
    ) -> Result<Option<Output>, Failure> {
        path.map(|path| Output::new(option, path, formats)).transpose()
    }

    /// The name, for a reader.
    pub fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// Writes the bytes: whole or not at all, where that is a file.
    pub fn write(&self, bytes: &[u8]) -> Result<(), Failure> {
        if self.path.as_os_str() == "-" {
            *STANDARD_OUTPUT.lock().unwrap_or_else(PoisonError::into_inner) = Some(bytes.into());
            return Ok(());
        }
        place::write(&self.path, bytes).map_err(|trouble| {
            let reason = match &trouble {
                place::Trouble::System(error) => reason(error, &self.path),
                place::Trouble::Refused(reason, _) => reason.clone(),
            };
            let hint = match trouble {
                place::Trouble::System(_) => {
                    "choose a folder that exists and may be written".into()
                }
                place::Trouble::Refused(_, hint) => hint,
            };
            let message = format!("cannot write `{}`: {reason}", self.path.display());
            refusal(&codes::E0703, message, Some(hint))
        })
    }

    /// Refuses several arrays where the format has one.
    pub fn holds(&self, names: &[&str]) -> Result<(), Failure> {
        if self.format == Format::Npz || names.len() == 1 {
            return Ok(());
        }
        let names = names.join(", ");
        let message = format!("`{}` holds one array, and there are {names}", self.name());
        Err(refusal(&codes::E0702, message, Some("write them to a `.npz` file".into())))
    }

    /// Writes one array, whose name only an archive keeps.
    pub fn array(&self, name: &str, value: &Value) -> Result<(), Failure> {
        self.arrays(&[(name, value)])
    }

    /// Writes arrays by name; several need an archive.
    pub fn arrays(&self, arrays: &[(&str, &Value)]) -> Result<(), Failure> {
        let bytes = match (self.format, arrays) {
            (Format::Npz, _) => {
                let parts: Vec<(&str, &[usize], &[f64])> = arrays
                    .iter()
                    .map(|(name, value)| (*name, &value.axes[..], &value.entries[..]))
                    .collect();
                npz(&parts)
            }
            (Format::Csv, [(_, value)]) => Ok(csv(value)?.into_bytes()),
            (_, [(_, value)]) => npy(&value.axes, &value.entries),
            _ => {
                let names: Vec<&str> = arrays.iter().map(|(name, _)| *name).collect();
                return self.holds(&names);
            }
        };
        self.write(&bytes.map_err(unwritable)?)
    }
}

/// An array that has no file.
pub fn unwritable(error: std::io::Error) -> Failure {
    refusal(&codes::E0703, format!("cannot write the arrays: {error}"), None)
}

/// A row a line, digits that read back as the same numbers.
fn csv(value: &Value) -> Result<String, Failure> {
    let width = match value.axes[..] {
        [] | [_] => 1,
        [_, columns] => columns,
        _ => {
            let message =
                format!("a table has rows and columns, the result is {}", array::shape(value));
            return Err(refusal(&codes::E0702, message, Some("write it to a `.npy` file".into())));
        }
    };
    let mut text = String::new();
    for row in value.entries.chunks(width.max(1)) {
        let cells: Vec<String> = row.iter().map(|x| array::scalar(*x)).collect();
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    Ok(text)
}
