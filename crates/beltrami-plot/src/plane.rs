//! Pictures of the plane: phase portraits, contours, and the basins of Newton's method.

mod basins;
mod chain;
mod contours;
pub(crate) mod glyph;
mod isoline;
mod portrait;
mod streamline;
mod unproved;

use beltrami::Equations;
use beltrami::engine::linalg::Interval;
use beltrami::engine::solve::roots::System;

use crate::{Area, Axis, Canvas, Frame, Layout, Legend, PlotError, Point};
pub use basins::Basins;
pub use contours::Contours;
pub use portrait::Portrait;
pub use unproved::Unproved;

/// Width and height of a picture of the plane, in pixels.
const SIZE: (u32, u32) = (980, 820);
/// The band on the right that holds the legend.
const LEGEND: f64 = 250.0;

/// A rectangle of the plane.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// Across.
    pub x: Interval,
    /// Up.
    pub y: Interval,
}

impl Window {
    /// Of a box of two sides, both of finite length.
    pub fn new(region: &[Interval]) -> Result<Window, PlotError> {
        let [x, y] = region else {
            return Err(PlotError::Dimensions { shows: "two unknowns", found: region.len() });
        };
        let sized = |side: &Interval| side.is_bounded() && side.lo < side.hi;
        if sized(x) && sized(y) { Ok(Window { x: *x, y: *y }) } else { Err(PlotError::Window) }
    }

    fn size(&self) -> Point {
        (self.x.hi - self.x.lo, self.y.hi - self.y.lo)
    }

    /// A point from its place in the window, both coordinates from 0 to 1.
    fn at(&self, u: f64, v: f64) -> Point {
        let (width, height) = self.size();
        (self.x.lo + u * width, self.y.lo + v * height)
    }

    fn contains(&self, p: Point) -> bool {
        self.x.contains(p.0) && self.y.contains(p.1)
    }
}

/// The values of a system of two equations at a point.
fn vector(equations: &mut Equations, p: Point) -> Point {
    let mut f = [0.0; 2];
    System::value(&mut equations.compiled, &[p.0, p.1], &mut f);
    (f[0], f[1])
}

/// The sheet below its title, without the band for the legend.
fn sheet(canvas: &mut Canvas, title: &str) -> Area {
    let below = canvas.heading(title);
    below.split(below.width() - LEGEND).0
}

/// The window with its axes.
fn framed<'c>(canvas: &'c mut Canvas, area: Area, window: Window, names: &[String]) -> Frame<'c> {
    let axis = |side: Interval, k: usize| {
        Axis::linear(side.lo, side.hi).named(names.get(k).map_or("", |name| name))
    };
    Layout::new(area, "", axis(window.x, 0), axis(window.y, 1)).bare().frame(canvas)
}

/// Draws a legend in its band.
fn beside(canvas: &mut Canvas, area: Area, legend: &Legend) {
    legend.column(canvas, (area.right, area.top + 14.0), LEGEND - 12.0);
}
