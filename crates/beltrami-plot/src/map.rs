//! What a map of the plane does near a point.

use beltrami::Linearisation;
use beltrami::engine::linalg::Extended;

use crate::{Area, Axis, Canvas, Colour, Layout, Mark, Picture, PlotError, Point, Stroke, axis};

/// A grid around the point, its image, and the parallelogram that the Jacobian makes of a cell.
pub struct MapPlot {
    /// The names of both variables.
    pub names: [String; 2],
    /// The texts of both components.
    pub texts: [String; 2],
    /// The point.
    pub at: Point,
    /// Its image.
    pub value: Point,
    /// Lines of the grid and their images, which are no numbers where the map has no values.
    pub lines: Vec<(Vec<Point>, Vec<Point>)>,
    /// A cell of the grid.
    pub square: [Point; 4],
    /// What the Jacobian makes of it.
    pub image: [Point; 4],
    /// By how much the map scales areas at the point.
    pub determinant: Extended,
}

/// Half the width of the grid.
const HALF: f64 = 1.0;
/// Cells along a side.
const CELLS: usize = 10;
/// Points along a line.
const POINTS: usize = 80;

impl MapPlot {
    /// Maps the grid; the map must be of two variables and have two components.
    pub fn new(found: &Linearisation) -> Result<MapPlot, PlotError> {
        for found in [found.at.len(), found.value.len()] {
            if found != 2 {
                return Err(PlotError::Dimensions { shows: "maps of two variables to two", found });
            }
        }
        let at = (found.at[0], found.at[1]);
        let value = (found.value[0], found.value[1]);
        let place = |k: usize, n: usize| HALF * (2.0 * k as f64 / n as f64 - 1.0);
        let mut lines = Vec::new();
        for k in 0..=CELLS {
            let fixed = place(k, CELLS);
            for vertical in [true, false] {
                let (mut line, mut image) = (Vec::new(), Vec::new());
                for i in 0..=POINTS {
                    let moving = place(i, POINTS);
                    let (u, v) = if vertical { (fixed, moving) } else { (moving, fixed) };
                    let p = (at.0 + u, at.1 + v);
                    line.push(p);
                    match found.value_at(&[p.0, p.1]) {
                        Some(f) => image.push((f[0], f[1])),
                        None => image.push((f64::NAN, f64::NAN)),
                    }
                }
                lines.push((line, image));
            }
        }
        let side = 2.0 * HALF / CELLS as f64;
        let corners = [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)];
        let linear = |(u, v): Point| {
            let j = &found.matrix;
            (value.0 + j[(0, 0)] * u + j[(0, 1)] * v, value.1 + j[(1, 0)] * u + j[(1, 1)] * v)
        };
        Ok(MapPlot {
            names: [found.names[0].clone(), found.names[1].clone()],
            texts: [found.texts[0].clone(), found.texts[found.texts.len() - 1].clone()],
            at,
            value,
            lines,
            square: corners.map(|(u, v)| (at.0 + u, at.1 + v)),
            image: corners.map(linear),
            determinant: found.determinant.unwrap_or(Extended::new(0.0, 0)),
        })
    }
}

impl Picture for MapPlot {
    fn draw(&self, canvas: &mut Canvas) {
        let reversed = self.determinant.sign() < 0;
        let sign = if reversed { ", orientation reversed" } else { "" };
        let scale = match self.determinant.value() {
            Some(scale) => axis::short(scale),
            None => self.determinant.to_string(),
        };
        let below = canvas.heading(&format!("signed area scale {scale} at the point{sign}"));
        let (left, right) = below.split(0.5 * below.width());
        let colour = if reversed { Colour::VERMILION } else { Colour::BLUE };
        let before: Vec<&[Point]> = self.lines.iter().map(|(line, _)| &line[..]).collect();
        let after: Vec<&[Point]> = self.lines.iter().map(|(_, image)| &image[..]).collect();
        plane(canvas, left, &before, &self.names, (&self.square, self.at), colour);
        plane(canvas, right, &after, &self.texts, (&self.image, self.value), colour);
    }
}

/// Lines, a marked cell and a point.
fn plane(
    canvas: &mut Canvas,
    area: Area,
    lines: &[&[Point]],
    names: &[String; 2],
    (cell, point): (&[Point; 4], Point),
    colour: Colour,
) {
    let points = lines.iter().flat_map(|line| line.iter()).chain(cell);
    let mut frame = around(area, points, [&names[0], &names[1]]).bare().frame(canvas);
    frame.lines(lines.iter().copied(), Stroke::new(Colour::GREY, 1.0));
    frame.polygon(cell, colour, 0.45);
    let outline: Vec<Point> = cell.iter().chain(&cell[..1]).copied().collect();
    frame.line(&outline, Stroke::new(colour, 2.0));
    frame.marks([point], Mark::Disc(4.0, Colour::BLACK));
}

/// Axes with room around points, of equal units where neither side becomes a strip by it.
pub(crate) fn around<'a>(
    area: Area,
    points: impl Iterator<Item = &'a Point>,
    names: [&str; 2],
) -> Layout {
    /// How many times longer the one side may be.
    const STRIP: f64 = 6.0;
    let (x, y) = extent(points);
    let layout = Layout::new(
        area,
        "",
        Axis::linear(x.0, x.1).named(names[0]),
        Axis::linear(y.0, y.1).named(names[1]),
    );
    let shape = (x.1 - x.0) / (y.1 - y.0) / (area.width() / area.height());
    if (1.0 / STRIP..=STRIP).contains(&shape) { layout.equal() } else { layout }
}

type Span = (f64, f64);

/// The ranges of both axes, with some room around.
fn extent<'a>(points: impl Iterator<Item = &'a Point>) -> (Span, Span) {
    let empty = (f64::INFINITY, f64::NEG_INFINITY);
    let (x, y) =
        points.filter(|p| p.0.is_finite() && p.1.is_finite()).fold((empty, empty), |(x, y), p| {
            ((x.0.min(p.0), x.1.max(p.0)), (y.0.min(p.1), y.1.max(p.1)))
        });
    let wide = |(low, high): Span| {
        if low > high {
            return (-1.0, 1.0);
        }
        let room = 0.06 * (high - low).max(1e-6 * high.abs().max(1e-6));
        (low - room, high + room)
    };
    (wide(x), wide(y))
}
