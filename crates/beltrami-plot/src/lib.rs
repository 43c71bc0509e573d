//! Pictures of what Beltrami computes: plain data in, SVG text or PNG bytes out.
//!
//! Each kind of picture is a type, made from what the façade hands back; [`svg`] and [`png`] draw any of them.
//! Nothing here reads or writes files, and no text here knows who shows the picture: a command, a notebook or a page.
//!
//! ```
//! use beltrami_plot::{Spectrum, png, svg};
//!
//! let picture = Spectrum { title: "Three values".into(), values: &[3.0, 1.0, 0.1], rank: 2 };
//! assert!(svg(&picture)?.starts_with("<svg"));
//! assert!(png(&picture)?.starts_with(b"\x89PNG"));
//! # Ok::<(), beltrami_plot::PlotError>(())
//! ```
//!
//! Start at [`Picture`]; a new one is drawn in [`Layout`]s, whose [`Frame`]s turn numbers into places on the [`Canvas`].
//! Colours are those of Okabe and Ito 2008, which people with any colour vision tell apart.
//!
//! *Invariant: the same picture gives the same bytes, on any machine, since letters come from the fonts of this crate.*
//! *Invariant: all that is written stands within the picture; what is too long is made smaller, then cut.*

mod axis;
mod canvas;
mod colour;
mod convergence;
mod cost;
mod curve;
mod error;
mod font;
mod frame;
mod legend;
mod linear;
mod map;
mod mark;
mod plane;
mod polynomials;
mod raster;
mod spectrum;
mod taylor;
mod thinning;

pub use axis::Axis;
pub use canvas::{Area, Canvas, Label, Point, Stroke};
pub use colour::Colour;
pub use convergence::Convergence;
pub use cost::Cost;
pub use curve::CurvePlot;
pub use error::PlotError;
pub use font::has as has_letter;
pub use frame::{Frame, Layout};
pub use legend::{Key, Legend};
pub use linear::Linear;
pub use map::MapPlot;
pub use mark::Mark;
pub use plane::{Basins, Contours, Portrait, Unproved, Window};
pub use polynomials::Polynomials;
pub use spectrum::Spectrum;
pub use taylor::TaylorPlot;

/// Something to look at.
pub trait Picture {
    /// Width and height, in pixels.
    fn size(&self) -> (u32, u32) {
        (1200, 500)
    }

    /// Draws it on a white canvas of this size.
    fn draw(&self, canvas: &mut Canvas);
}

/// The picture as SVG text, complete in itself: its letters come with it.
pub fn svg(picture: &dyn Picture) -> Result<String, PlotError> {
    let (width, height) = picture.size();
    if !(1..=MOST).contains(&width) || !(1..=MOST).contains(&height) {
        return Err(PlotError::Size { width, height });
    }
    let mut canvas = Canvas::new(width, height);
    picture.draw(&mut canvas);
    Ok(canvas.finish())
}

/// The picture as the bytes of a PNG file, made from its SVG.
pub fn png(picture: &dyn Picture) -> Result<Vec<u8>, PlotError> {
    raster::png(&svg(picture)?, picture.size())
}

/// The most pixels of a side: a square of them takes a gigabyte.
const MOST: u32 = 16_384;
