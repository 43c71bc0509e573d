//! Pictures of the plane: phase portraits, contours, and the basins of Newton's method.

mod basins;
mod contours;
mod glyph;
mod isoline;
mod portrait;
mod streamline;
mod unproved;

use beltrami::Equations;
use beltrami::linalg::Interval;
use beltrami::solve::roots::System;
use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;

use super::{BLUE, GREEN, GREY, ORANGE, PURPLE, Trouble, VERMILION, axis};
pub use basins::Basins;
pub use contours::Contours;
pub use portrait::Portrait;

/// Width and height of a picture of the plane, in pixels.
const SIZE: (u32, u32) = (980, 820);
/// The band on the right that holds the legend.
const LEGEND: i32 = 250;

const SKY: RGBColor = RGBColor(86, 180, 233);
const YELLOW: RGBColor = RGBColor(240, 228, 66);

type P = (f64, f64);

/// A rectangle of the plane.
#[derive(Clone, Copy, Debug)]
struct Window {
    x: Interval,
    y: Interval,
}

impl Window {
    fn new(region: &[Interval]) -> Window {
        Window { x: region[0], y: region[1] }
    }

    fn size(&self) -> P {
        (self.x.hi - self.x.lo, self.y.hi - self.y.lo)
    }

    /// A point from its place in the window, both coordinates from 0 to 1.
    fn at(&self, u: f64, v: f64) -> P {
        let (width, height) = self.size();
        (self.x.lo + u * width, self.y.lo + v * height)
    }

    fn contains(&self, p: P) -> bool {
        self.x.contains(p.0) && self.y.contains(p.1)
    }
}

/// The values of a system of two equations at a point.
fn vector(equations: &mut Equations, p: P) -> P {
    let mut f = [0.0; 2];
    System::value(&mut equations.compiled, &[p.0, p.1], &mut f);
    (f[0], f[1])
}

/// A chart of the window, and the area beside it for a legend.
#[expect(clippy::type_complexity, reason = "the types of plotters")]
fn framed<'a, B: DrawingBackend + 'a>(
    area: &DrawingArea<B, Shift>,
    title: &str,
    window: Window,
    names: &[String],
) -> Result<
    (ChartContext<'a, B, Cartesian2d<RangedCoordf64, RangedCoordf64>>, DrawingArea<B, Shift>),
    Trouble<B>,
> {
    let area = area.margin(8, 4, 0, 0).titled(title, ("sans-serif", 20))?;
    let (left, right) = area.split_horizontally(SIZE.0 as i32 - LEGEND);
    let mut chart = ChartBuilder::on(&left)
        .margin(12)
        .x_label_area_size(48)
        .y_label_area_size(72)
        .build_cartesian_2d(window.x.lo..window.x.hi, window.y.lo..window.y.hi)?;
    chart
        .configure_mesh()
        .disable_mesh()
        .label_style(("sans-serif", 16))
        .x_label_formatter(&axis::short)
        .y_label_formatter(&axis::short)
        .x_desc(&names[0])
        .y_desc(&names[1])
        .draw()?;
    Ok((chart, right))
}

/// The legend: a mark and a text for each line, from the top down.
struct Legend<'a, B: DrawingBackend> {
    area: &'a DrawingArea<B, Shift>,
    next: i32,
}

impl<'a, B: DrawingBackend> Legend<'a, B> {
    fn new(area: &'a DrawingArea<B, Shift>) -> Self {
        Legend { area, next: 40 }
    }

    fn line(&mut self, style: ShapeStyle, text: &str) -> Result<(), Trouble<B>> {
        let y = self.next;
        self.area.draw(&PathElement::new([(6, y), (34, y)], style))?;
        self.text(text)
    }

    fn patch(&mut self, colour: RGBColor, text: &str) -> Result<(), Trouble<B>> {
        let y = self.next;
        self.area.draw(&Rectangle::new([(8, y - 8), (32, y + 8)], colour.filled()))?;
        self.text(text)
    }

    fn text(&mut self, text: &str) -> Result<(), Trouble<B>> {
        let font = ("sans-serif", 16).into_font();
        self.area.draw(&Text::new(text.to_owned(), (44, self.next - 8), font))?;
        self.next += 28;
        Ok(())
    }
}
