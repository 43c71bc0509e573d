//! Curves with their tangents.

use beltrami::Linearisation;

use crate::map::around;
use crate::{Canvas, Colour, Label, Mark, Picture, PlotError, Point, Stroke, axis};

/// A curve in the plane or in space with its tangent vector.
pub struct CurvePlot {
    /// The texts of its coordinates, two or three.
    pub names: Vec<String>,
    /// The name of the parameter.
    pub parameter: String,
    /// The parameter at the point.
    pub at: f64,
    /// Pieces of the curve, each a list of points.
    pub pieces: Vec<Vec<Vec<f64>>>,
    /// The point.
    pub point: Vec<f64>,
    /// The point with the tangent vector added.
    pub tip: Vec<f64>,
}

impl CurvePlot {
    /// Follows the curve along the range of its parameter.
    pub fn new(found: &Linearisation, range: (f64, f64)) -> Result<CurvePlot, PlotError> {
        /// Steps along the range.
        const POINTS: usize = 2000;
        if found.at.len() != 1 {
            return Err(PlotError::Dimensions {
                shows: "curves of one parameter",
                found: found.at.len(),
            });
        }
        if !(2..=3).contains(&found.value.len()) {
            let found = found.value.len();
            return Err(PlotError::Dimensions {
                shows: "curves of two or three coordinates",
                found,
            });
        }
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
        Ok(CurvePlot {
            names: found.texts.clone(),
            parameter: found.names[0].clone(),
            at: found.at[0],
            pieces,
            point: found.value.clone(),
            tip,
        })
    }

    /// Where a point is drawn: itself in the plane, an oblique view in space.
    fn seen(&self, p: &[f64]) -> Point {
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

    fn draw(&self, canvas: &mut Canvas) {
        let title = format!(
            "({}) with its tangent at {} = {}",
            self.names.join(", "),
            self.parameter,
            axis::short(self.at)
        );
        let below = canvas.heading(&title);
        let space = self.point.len() == 3;
        let drawn: Vec<Vec<Point>> =
            self.pieces.iter().map(|piece| piece.iter().map(|p| self.seen(p)).collect()).collect();
        let (from, to) = (self.seen(&self.point), self.seen(&self.tip));
        let names = match &self.names[..] {
            [x, y] => [&x[..], &y[..]],
            _ => ["seen from the side and from above", ""],
        };
        let mut frame =
            around(below, drawn.iter().flatten().chain(&[from, to]), names).bare().frame(canvas);
        if space {
            let ((left, right), (low, high)) = frame.range();
            let unit = 0.14 * (right - left).min(high - low);
            let origin = (left + 1.4 * unit, low + 0.9 * unit);
            let label = Label { colour: Colour::GREY, ..Label::new(14.0, 160.0) };
            for (k, name) in self.names.iter().enumerate() {
                let mut step = [0.0; 3];
                step[k] = unit;
                let (dx, dy) = self.seen(&step);
                frame.line(
                    &[origin, (origin.0 + dx, origin.1 + dy)],
                    Stroke::new(Colour::GREY, 2.0),
                );
                let (x, y) = frame.place((origin.0 + dx, origin.1 + dy));
                frame.canvas.text((x + 6.0, y), name, label);
            }
        }
        frame.lines(drawn.iter().map(|piece| &piece[..]), Stroke::new(Colour::BLUE, 2.0));
        let (start, end) = (frame.place(from), frame.place(to));
        let shaft = [start, end];
        frame.canvas.lines(
            std::iter::once(&shaft[..]).chain(head(start, end).iter().map(|barb| &barb[..])),
            Stroke::new(Colour::VERMILION, 3.0),
        );
        frame.marks([from], Mark::Disc(5.0, Colour::BLACK));
    }
}

/// The two strokes at the tip of an arrow.
fn head(from: Point, to: Point) -> [[Point; 2]; 2] {
    /// Their length along the arrow, in pixels.
    const LENGTH: f64 = 15.0;
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx.hypot(dy).max(f64::MIN_POSITIVE);
    let (ux, uy) = (LENGTH * dx / length, LENGTH * dy / length);
    [0.45, -0.45].map(|side| [to, (to.0 - ux + side * uy, to.1 - uy - side * ux)])
}
