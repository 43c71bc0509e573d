//! What goes out into files: the ending of a name says the format, and what stands at the name is not destroyed.

mod place;

use std::io::Write;
use std::path::{Path, PathBuf};

use beltrami_diag::{Error, codes};

use crate::array::ArrayView;
use crate::format::{FORMATS, Format};
use crate::wrong::{reason, refused, unwritable};

/// A place that an option names.
#[derive(Debug)]
pub struct Output {
    path: PathBuf,
    /// The format that its ending says.
    pub format: Format,
}

impl Output {
    /// The place of this name, of one of these formats; standard output, `-`, pipes and devices get the first.
    /// `option` is what messages call the option that names it.
    ///
    /// # Errors
    /// E0701 for a name that says none of the formats.
    pub fn new(option: &str, path: &Path, formats: &[Format]) -> Result<Output, Error> {
        let ending = path.extension().map(|ending| ending.to_string_lossy());
        let said = ending.as_deref().map_or(Format::Text, Format::of_ending);
        let nameless = path.as_os_str() == "-" || (ending.is_none() && place::is_stream(path));
        let format = if nameless { formats.first().copied().unwrap_or(said) } else { said };
        if formats.contains(&format) {
            return Ok(Output { path: path.into(), format });
        }
        let names: Vec<String> = FORMATS
            .iter()
            .filter(|record| formats.contains(&record.format))
            .map(|record| format!(".{}", record.ending))
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
        Err(refused(
            &codes::E0701,
            format!("`{option} {}` {what}", path.display()),
            format!("the ending says the format, as in `{option} {name}{example}`"),
        ))
    }

    /// The name, for a reader.
    pub fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// Whether it is standard output.
    pub fn is_standard_output(&self) -> bool {
        self.path.as_os_str() == "-"
    }

    /// Writes the bytes: whole or not at all, where that is a file.
    ///
    /// # Errors
    /// E0703 where the system, or what stands at the name, does not let it be written.
    pub fn write(&self, bytes: &[u8]) -> Result<(), Error> {
        let written = match self.is_standard_output() {
            true => {
                let mut out = std::io::stdout().lock();
                let written = out.write_all(bytes).and_then(|()| out.flush());
                written.map_err(place::Trouble::System)
            }
            false => place::write(&self.path, bytes),
        };
        written.map_err(|trouble| {
            let (reason, hint) = match trouble {
                place::Trouble::System(error) => (
                    reason(&error, &self.path),
                    "choose a folder that exists and may be written".to_owned(),
                ),
                place::Trouble::Refused(reason, hint) => (reason, hint),
            };
            let message = format!("cannot write `{}`: {reason}", self.path.display());
            refused(&codes::E0703, message, hint)
        })
    }

    /// Refuses several arrays where the format has one.
    ///
    /// # Errors
    /// E0702 where it does.
    pub fn holds(&self, names: &[&str]) -> Result<(), Error> {
        if self.format.record().named || names.len() == 1 {
            return Ok(());
        }
        let names = names.join(", ");
        let message = format!("`{}` holds one array, and there are {names}", self.name());
        Err(refused(&codes::E0702, message, "write them to a `.npz` file"))
    }

    /// Arrays by name as the bytes of its format; several need an archive.
    ///
    /// # Errors
    /// E0702 for more arrays or axes than the format has, E0703 for numbers that it does not hold.
    pub fn bytes(&self, arrays: &[(&str, ArrayView<'_>)]) -> Result<Vec<u8>, Error> {
        let names: Vec<&str> = arrays.iter().map(|(name, _)| *name).collect();
        self.holds(&names)?;
        let Some(write) = self.format.record().write else {
            let message = format!("`{}` is no file of arrays", self.name());
            return Err(refused(&codes::E0702, message, "write them to a `.npz` file"));
        };
        write(arrays).map_err(|wrong| match std::ptr::eq(wrong.code, &codes::E0702) {
            true => refused(wrong.code, wrong.reason, wrong.hint),
            false => unwritable(wrong),
        })
    }

    /// Writes arrays by name; several need an archive.
    ///
    /// # Errors
    /// Those of [`Output::bytes`] and [`Output::write`].
    pub fn arrays(&self, arrays: &[(&str, ArrayView<'_>)]) -> Result<(), Error> {
        self.write(&self.bytes(arrays)?)
    }
}
