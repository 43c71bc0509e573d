//! The places that options name, and what goes to standard output in place of the text.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use beltrami::data::ArrayView;
use beltrami::{Error, Value, data};

pub use beltrami::data::{ARRAY, ARRAYS, Format};

/// The formats of pictures.
pub const PICTURE: &[Format] = &[Format::Svg, Format::Png];

/// The bytes for standard output, which only `main` writes to.
static STANDARD_OUTPUT: Mutex<Option<Vec<u8>>> = Mutex::new(None);

/// What `-` as the name of a file put on standard output, in place of the text.
pub fn standard_output() -> Option<Vec<u8>> {
    STANDARD_OUTPUT.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// A file that an option names, or `-`.
#[derive(Debug)]
pub struct Output {
    place: data::Output,
    /// The format that its ending says.
    pub format: Format,
}

impl Output {
    /// Refuses a name that says none of these formats, before anything is computed.
    pub fn new(option: &str, path: &Path, formats: &[Format]) -> Result<Output, Error> {
        let place = data::Output::new(option, path, formats)?;
        Ok(Output { format: place.format, place })
    }

    /// The same for an option that need not be there.
    pub fn of(
        option: &str,
        path: Option<&PathBuf>,
        formats: &[Format],
    ) -> Result<Option<Output>, Error> {
        path.map(|path| Output::new(option, path, formats)).transpose()
    }

    /// The name, for a reader.
    pub fn name(&self) -> String {
        self.place.name()
    }

    /// Writes the bytes: whole or not at all, where that is a file.
    pub fn write(&self, bytes: &[u8]) -> Result<(), Error> {
        if self.place.is_standard_output() {
            *STANDARD_OUTPUT.lock().unwrap_or_else(PoisonError::into_inner) = Some(bytes.into());
            return Ok(());
        }
        self.place.write(bytes)
    }

    /// Refuses several arrays where the format has one.
    pub fn holds(&self, names: &[&str]) -> Result<(), Error> {
        self.place.holds(names)
    }

    /// Writes one array, whose name only an archive keeps.
    pub fn array(&self, name: &str, value: &Value) -> Result<(), Error> {
        self.arrays(&[(name, value)])
    }

    /// Writes arrays by name; several need an archive.
    pub fn arrays(&self, arrays: &[(&str, &Value)]) -> Result<(), Error> {
        let views = arrays
            .iter()
            .map(|(name, value)| Ok((*name, ArrayView::new(&value.axes, &value.entries)?)))
            .collect::<Result<Vec<_>, Error>>()?;
        self.write(&self.place.bytes(&views)?)
    }
}
