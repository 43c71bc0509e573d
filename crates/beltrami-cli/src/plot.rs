//! Files for pictures: `--plot`.

use std::path::Path;

use beltrami::Error;
use beltrami::diag::codes;
use beltrami_plot::{Picture, PlotError, png, svg};

use crate::output::{Format, Output, PICTURE};
use crate::report::refusal;

/// A file for a picture, whose name is refused before anything is computed.
pub struct Target {
    output: Output,
}

impl Target {
    /// The file of this name, whose ending says its format.
    pub fn new(path: &Path) -> Result<Target, Error> {
        Ok(Target { output: Output::new("--plot", path, PICTURE)? })
    }

    /// Draws the picture and writes the file.
    pub fn draw(&self, picture: &impl Picture) -> Result<(), Error> {
        let bytes = match self.output.format {
            Format::Png => png(picture),
            _ => svg(picture).map(String::into_bytes),
        };
        let bytes = bytes.map_err(|error| {
            let message = format!("cannot draw `{}`: {error}", self.output.name());
            refusal(&codes::E0703, message, Some("the text output holds the same numbers".into()))
        })?;
        self.output.write(&bytes)
    }
}

/// There is no picture of what was asked for.
pub fn unfit(error: PlotError) -> Error {
    let hint = "drop `--plot`; the text output holds the numbers";
    refusal(&codes::E0702, error.to_string(), Some(hint.into()))
}
