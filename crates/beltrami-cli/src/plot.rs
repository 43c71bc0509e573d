//! Pictures as `.svg` and `.png` files.
//!
//! A [`Picture`] draws itself on any canvas; [`Target`] is the file it goes to, whose name is refused before anything is
//! computed.
//! Colours are those of Okabe and Ito 2008, which people with any colour vision tell apart.

mod axis;
mod convergence;
mod cost;
mod linear;
mod map;
mod plane;
mod polynomials;
mod spectrum;
mod taylor;

use std::path::Path;
use std::sync::Once;

use beltrami::Failure;
use beltrami::diag::codes;
use plotters::coord::Shift;
use plotters::drawing::DrawingAreaErrorKind;
use plotters::prelude::*;
use plotters::style::{FontStyle, register_font};

pub use convergence::Convergence;
pub use cost::Cost;
pub use linear::Linear;
pub use map::{CurvePlot, MapPlot};
pub use plane::{Basins, Contours, Portrait};
pub use polynomials::Polynomials;
pub use spectrum::Spectrum;
pub use taylor::TaylorPlot;

use crate::output::{Format, Output, PICTURE};
use crate::report::refusal;

/// Width and height, in pixels.
const SIZE: (u32, u32) = (1200, 500);
/// The letters of pictures, so that they look alike everywhere.
static FONT: &[u8] = include_bytes!("../font/DejaVuSans-subset.ttf");

const BLUE: RGBColor = RGBColor(0, 114, 178);
const VERMILION: RGBColor = RGBColor(213, 94, 0);
const ORANGE: RGBColor = RGBColor(230, 159, 0);
const GREEN: RGBColor = RGBColor(0, 158, 115);
const PURPLE: RGBColor = RGBColor(204, 121, 167);
const GREY: RGBColor = RGBColor(110, 110, 110);

/// What a backend could not draw.
type Trouble<B> = DrawingAreaErrorKind<<B as DrawingBackend>::ErrorType>;

/// Something to look at.
pub trait Picture {
    /// Width and height, in pixels.
    fn size(&self) -> (u32, u32) {
        SIZE
    }

    /// Draws it on a white area.
    fn draw<B: DrawingBackend>(&self, area: &DrawingArea<B, Shift>) -> Result<(), Trouble<B>>;
}

/// A file for a picture.
pub struct Target {
    output: Output,
}

impl Target {
    /// The file of this name, whose ending says its format.
    pub fn new(path: &Path) -> Result<Target, Failure> {
        Ok(Target { output: Output::new("--plot", path, PICTURE)? })
    }

    /// Draws the picture and writes the file.
    pub fn draw(&self, picture: &impl Picture) -> Result<(), Failure> {
        static REGISTERED: Once = Once::new();
        REGISTERED.call_once(|| {
            // A font that cannot be read shows as a failure of the first text that is drawn.
            let _ = register_font("sans-serif", FontStyle::Normal, FONT);
        });
        let bytes = match self.output.format {
            Format::Png => png(picture),
            _ => svg(picture),
        };
        let bytes = bytes.map_err(|reason| {
            refusal(
                &codes::E0703,
                format!("cannot draw `{}`: {reason}", self.output.name()),
                Some("the text output holds the same numbers".into()),
            )
        })?;
        self.output.write(&bytes)
    }
}

fn svg(picture: &impl Picture) -> Result<Vec<u8>, String> {
    let mut text = String::new();
    paint(SVGBackend::with_string(&mut text, picture.size()), picture)?;
    Ok(text.into_bytes())
}

fn png(picture: &impl Picture) -> Result<Vec<u8>, String> {
    let (width, height) = picture.size();
    let mut pixels = vec![0; 3 * (width * height) as usize];
    paint(BitMapBackend::with_buffer(&mut pixels, (width, height)), picture)?;
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(|error| error.to_string())?;
    writer.write_image_data(&pixels).map_err(|error| error.to_string())?;
    writer.finish().map_err(|error| error.to_string())?;
    Ok(bytes)
}

fn paint<B: DrawingBackend>(backend: B, picture: &impl Picture) -> Result<(), String> {
    let area = backend.into_drawing_area();
    area.fill(&WHITE).map_err(|error| error.to_string())?;
    picture.draw(&area).map_err(|error| error.to_string())?;
    area.present().map_err(|error| error.to_string())
}
