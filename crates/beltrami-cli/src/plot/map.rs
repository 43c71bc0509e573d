//! What a map of the plane does near a point, and curves with their tangents.

use beltrami::Linearisation;
use beltrami::linalg::Extended;
use plotters::coord::Shift;
use plotters::prelude::*;

use super::{BLUE, GREY, Picture, Trouble, VERMILION, axis};

/// Points in order.
type Line = Vec<(f64, f64)>;

/// A grid around the point, its image, and the parallelogram that the Jacobian makes of a cell.
pub struct MapPlot {
    names: [String; 2],
    texts: [String; 2],
    at: (f64, f64),
    value: (f64, f64),
    /// Lines of the grid and their images, pieces where the map has values.
    lines: Vec<(Line, Line)>,
    /// The square and its linear image.
    square: [(f64, f64); 4],
    image: [(f64, f64); 4],
    determinant: Extended,
}

/// Half the width of the grid.
const HALF: f64 = 1.0;
/// Cells along a side.
const CELLS: usize = 10;
/// Points along a line.
const POINTS: usize = 80;

impl MapPlot {
    /// Maps the grid; the map must be of two variables and have two components.
    pub fn new(found: &Linearisation) -> MapPlot {
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
        let linear = |(u, v): (f64, f64)| {
            let j = &found.matrix;
            (value.0 + j[(0, 0)] * u + j[(0, 1)] * v, value.1 + j[(1, 0)] * u + j[(1, 1)] * v)
        };
        MapPlot {
            names: [found.names[0].clone(), found.names[1].clone()],
            texts: [found.texts[0].clone(), found.texts[found.texts.len() - 1].clone()],
            at,
            value,
            lines,
            square: corners.map(|(u, v)| (at.0 + u, at.1 + v)),
            image: corners.map(linear),
            determinant: found.determinant.unwrap_or(Extended::new(0.0, 0)),
        }
    }
}

impl Picture for MapPlot {
    fn draw<B: DrawingBackend>(&self, area: &DrawingArea<B, Shift>) -> Result<(), Trouble<B>> {
        let sign = if self.determinant.sign() < 0 { ", orientation reversed" } else { "" };
        let scale = match self.determinant.value() {
            Some(scale) => format!("{scale:.4}"),
            None => self.determinant.to_string(),
        };
        let title = format!("signed area scale {scale} at the point{sign}");
        let area = area.margin(8, 0, 0, 0).titled(&title, ("sans-serif", 22))?;
        let (left, right) = area.split_horizontally(600);
        let colour = if self.determinant.sign() < 0 { VERMILION } else { BLUE };
        let before: Vec<&[(f64, f64)]> = self.lines.iter().map(|(line, _)| &line[..]).collect();
        let after: Vec<&[(f64, f64)]> = self.lines.iter().map(|(_, image)| &image[..]).collect();
        let names = [&self.names[0][..], &self.names[1]];
        plane(&left, &before, names, &self.square, self.at, colour)?;
        let texts = [&self.texts[0][..], &self.texts[1]];
        plane(&right, &after, texts, &self.image, self.value, colour)
    }
}

/// Lines, a marked cell and a point, with equal units on both axes.
fn plane<B: DrawingBackend>(
    area: &DrawingArea<B, Shift>,
    lines: &[&[(f64, f64)]],
    names: [&str; 2],
    cell: &[(f64, f64); 4],
    point: (f64, f64),
    colour: RGBColor,
) -> Result<(), Trouble<B>> {
    let (x, y) = frame(lines.iter().flat_map(|line| line.iter()).chain(cell));
    let mut chart = ChartBuilder::on(area)
        .margin(12)
        .x_label_area_size(48)
        .y_label_area_size(72)
        .build_cartesian_2d(x.0..x.1, y.0..y.1)?;
    chart
        .configure_mesh()
        .disable_mesh()
        .label_style(("sans-serif", 16))
        .x_label_formatter(&axis::tick(x))
        .y_label_formatter(&axis::tick(y))
        .x_desc(names[0])
        .y_desc(names[1])
        .draw()?;
    for line in lines {
        for piece in line.split(|p| !(p.0.is_finite() && p.1.is_finite())) {
            chart.draw_series(LineSeries::new(piece.iter().copied(), GREY.stroke_width(1)))?;
        }
    }
    chart.draw_series([Polygon::new(cell.to_vec(), colour.mix(0.45))])?;
    let outline: Vec<(f64, f64)> = cell.iter().chain(&cell[..1]).copied().collect();
    chart.draw_series(LineSeries::new(outline, colour.stroke_width(2)))?;
    chart.draw_series([Circle::new(point, 4, BLACK.filled())])?;
    Ok(())
}

type Span = (f64, f64);

/// The ranges of both axes, with some room around.
fn frame<'a>(points: impl Iterator<Item = &'a (f64, f64)>) -> (Span, Span) {
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

/// A curve in the plane or in space with its tangent vector.
pub struct CurvePlot {
    names: Vec<String>,
    parameter: String,
    at: f64,
    /// Pieces of the curve, each a list of points.
    pieces: Vec<Vec<Vec<f64>>>,
    point: Vec<f64>,
    tip: Vec<f64>,
}

impl CurvePlot {
    /// Follows the curve along the range of its parameter.
    pub fn new(found: &Linearisation, range: (f64, f64)) -> CurvePlot {
        const POINTS: usize = 800;
        let mut pieces = vec![Vec::new()];
        for k in 0..=POINTS {
            let t = range.0 + (range.1 - range.0) * k as f64 / POINTS as f64;
            match (found.value_at(&[t]), pieces.last_mut()) {
                (Some(p), Some(piece)) => piece.push(p),
                (None, Some(piece)) if !piece.is_empty() => pieces.push(Vec::new()),
                _ => {}
            }
        }
        let tip = found.value.iter().zip(found.matrix.data()).map(|(x, d)| x + d).collect();
        CurvePlot {
            names: found.texts.clone(),
            parameter: found.names[0].clone(),
            at: found.at[0],
            pieces,
            point: found.value.clone(),
            tip,
        }
    }

    /// Where a point is drawn: itself in the plane, an oblique view in space.
    fn seen(&self, p: &[f64]) -> (f64, f64) {
        match p {
            [x, y] => (*x, *y),
            [x, y, z] => {
                // A view from the side and somewhat from above: y goes back to the right.
                let (turn, rise) = (0.6_f64, 0.35_f64);
                (turn.cos() * x + turn.sin() * y, z + rise * (turn.cos() * y - turn.sin() * x))
            }
            _ => (0.0, 0.0),
        }
    }
}

impl Picture for CurvePlot {
    fn size(&self) -> (u32, u32) {
        (820, 760)
    }

    fn draw<B: DrawingBackend>(&self, area: &DrawingArea<B, Shift>) -> Result<(), Trouble<B>> {
        let title = format!(
            "({}) with its tangent at {} = {}",
            self.names.join(", "),
            self.parameter,
            self.at
        );
        let area = area.margin(8, 0, 0, 0).titled(&title, ("sans-serif", 22))?;
        let space = self.point.len() == 3;
        let drawn: Vec<Vec<(f64, f64)>> =
            self.pieces.iter().map(|piece| piece.iter().map(|p| self.seen(p)).collect()).collect();
        let (from, to) = (self.seen(&self.point), self.seen(&self.tip));
        let ends = [from, to];
        let (x, y) = frame(drawn.iter().flatten().chain(&ends));
        let mut chart = ChartBuilder::on(&area)
            .margin(12)
            .x_label_area_size(48)
            .y_label_area_size(72)
            .build_cartesian_2d(x.0..x.1, y.0..y.1)?;
        let (across, up) = (axis::tick(x), axis::tick(y));
        let mut mesh = chart.configure_mesh();
        mesh.disable_mesh()
            .label_style(("sans-serif", 16))
            .x_label_formatter(&across)
            .y_label_formatter(&up);
        if space {
            mesh.x_desc("seen from the side and from above").draw()?;
            let unit = 0.15 * (x.1 - x.0).min(y.1 - y.0);
            let origin = (x.0 + 1.4 * unit, y.0 + 0.9 * unit);
            for (k, name) in self.names.iter().enumerate() {
                let mut step = [0.0; 3];
                step[k] = unit;
                let (dx, dy) = self.seen(&step);
                let tip = (origin.0 + dx, origin.1 + dy);
                chart.draw_series(LineSeries::new([origin, tip], GREY.stroke_width(2)))?;
                let font = ("sans-serif", 15).into_font().color(&GREY);
                chart.draw_series([Text::new(name.clone(), tip, font)])?;
            }
        } else {
            mesh.x_desc(&self.names[0]).y_desc(&self.names[1]).draw()?;
        }
        for piece in drawn {
            chart.draw_series(LineSeries::new(piece, BLUE.stroke_width(2)))?;
        }
        chart.draw_series(LineSeries::new(arrow(from, to, x, y), VERMILION.stroke_width(3)))?;
        chart.draw_series([Circle::new(from, 5, BLACK.filled())])?;
        Ok(())
    }
}

/// A line with a head, made in units of the frame so that it looks the same on any scale.
fn arrow(from: (f64, f64), to: (f64, f64), x: Span, y: Span) -> Vec<(f64, f64)> {
    let (width, height) = (x.1 - x.0, y.1 - y.0);
    let (dx, dy) = ((to.0 - from.0) / width, (to.1 - from.1) / height);
    let length = dx.hypot(dy).max(f64::MIN_POSITIVE);
    let (ux, uy) = (dx / length, dy / length);
    let head = 0.025;
    let barb = |side: f64| {
        (
            to.0 - head * width * (ux - side * 0.5 * uy),
            to.1 - head * height * (uy + side * 0.5 * ux),
        )
    };
    vec![from, to, barb(1.0), to, barb(-1.0)]
}
