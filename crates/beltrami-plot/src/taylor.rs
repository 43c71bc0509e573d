//! A function and its Taylor polynomials.

use beltrami::Expansion;

use crate::{Axis, Canvas, Colour, Key, Layout, Mark, Picture, Point, Stroke};

/// The function and its polynomial, and how far the one is from the other.
pub struct TaylorPlot {
    /// What stands above both parts.
    pub title: String,
    /// The arguments that are shown.
    pub range: (f64, f64),
    /// The argument of the expansion, and the value there.
    pub at: Point,
    /// The order of the polynomial.
    pub order: usize,
    /// The name of the argument.
    pub name: String,
    /// Argument, polynomial, function.
    pub points: Vec<(f64, f64, f64)>,
}

/// Points along the axis.
const POINTS: usize = 1000;
/// Width of the left part, in pixels.
const LEFT: f64 = 660.0;
/// Decades of errors that are shown.
const DECADES: i32 = 20;

impl TaylorPlot {
    /// Evaluates both along the range.
    pub fn new(found: &Expansion, text: &str, range: (f64, f64)) -> TaylorPlot {
        let points = (0..=POINTS)
            .map(|k| {
                let x = range.0 + (range.1 - range.0) * k as f64 / POINTS as f64;
                let (polynomial, function) = found.values(x);
                (x, polynomial, function)
            })
            .collect();
        TaylorPlot {
            title: format!("{text} and its Taylor polynomial of order {}", found.order),
            range,
            at: (found.at[0], found.value),
            order: found.order,
            name: found.names[0].clone(),
            points,
        }
    }
}

impl Picture for TaylorPlot {
    fn draw(&self, canvas: &mut Canvas) {
        let below = canvas.heading(&self.title);
        let (left, right) = below.split(LEFT);
        let known = self.points.iter().filter(|p| p.2.is_finite());
        let function: Vec<Point> = self.points.iter().map(|p| (p.0, p.2)).collect();
        let (mut low, mut high) =
            known.fold((self.at.1, self.at.1), |(low, high), p| (low.min(p.2), high.max(p.2)));
        let room = 0.15 * (high - low).max(1e-12 * high.abs()).max(f64::MIN_POSITIVE);
        (low, high) = (low - room, high + room);
        let x = Axis::linear(self.range.0, self.range.1).named(&self.name);
        let mut frame = Layout::new(left, "", x.clone(), Axis::linear(low, high)).frame(canvas);
        let polynomial: Vec<Point> = self.points.iter().map(|p| (p.0, p.1)).collect();
        for (label, points, stroke) in [
            ("polynomial", polynomial, Stroke::new(Colour::VERMILION, 3.0)),
            ("function", function, Stroke::new(Colour::BLUE, 2.0)),
        ] {
            frame.line(&points, stroke);
            frame.label(Key::Line(stroke), label);
        }
        frame.marks([self.at], Mark::Disc(5.0, Colour::BLACK));
        frame.finish();
        let error = |p: &(f64, f64, f64)| (p.0, (p.1 - p.2).abs());
        let gaps: Vec<Point> = self.points.iter().map(error).collect();
        let y = Axis::decades(gaps.iter().map(|p| p.1), DECADES)
            .named(format!("error of order {}", self.order));
        let mut frame = Layout::new(right, "", x, y).frame(canvas);
        frame.line(&gaps, Stroke::new(Colour::VERMILION, 2.0));
        frame.finish();
    }
}
