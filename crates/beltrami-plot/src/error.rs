//! What keeps a picture from being drawn.

use std::error::Error;
use std::fmt::{Display, Formatter, Result};

/// Why there is no picture.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlotError {
    /// A picture of another number of dimensions than there are.
    Dimensions {
        /// What the picture shows, as in `two unknowns`.
        shows: &'static str,
        /// How many there are.
        found: usize,
    },
    /// The window has no area, or no end.
    Window,
    /// Sides that no picture has.
    Size {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// The SVG text is not one that can be turned into pixels.
    Unreadable {
        /// What its reader says.
        reason: String,
    },
    /// The pixels could not be packed.
    Unpacked {
        /// What the encoder says.
        reason: String,
    },
}

impl Display for PlotError {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        match self {
            PlotError::Dimensions { shows, found } => {
                write!(out, "a picture shows {shows}, and there are {found}")
            }
            PlotError::Window => write!(out, "a picture needs a box of finite size"),
            PlotError::Size { width, height } => {
                write!(
                    out,
                    "a picture has 1 to {} pixels a side, not {width} by {height}",
                    super::MOST
                )
            }
            PlotError::Unreadable { reason } => {
                write!(
                    out,
                    "the SVG text cannot be turned into pixels ({reason}); take the text itself"
                )
            }
            PlotError::Unpacked { reason } => {
                write!(out, "the pixels cannot be packed ({reason}); take the SVG text")
            }
        }
    }
}

impl Error for PlotError {}
