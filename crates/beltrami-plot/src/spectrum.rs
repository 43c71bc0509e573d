//! Singular values, on a linear and on a logarithmic axis.

use crate::{Axis, Canvas, Colour, Frame, Key, Layout, Mark, Picture, Point, Stroke};

/// Singular values, descending, of which the first `rank` are kept.
pub struct Spectrum<'a> {
    /// What the picture is of.
    pub title: String,
    /// The values, descending.
    pub values: &'a [f64],
    /// How many are kept.
    pub rank: usize,
}

/// More points than these hide each other.
const MOST_POINTS: usize = 2000;
/// Below this part of the largest value everything is rounding.
const DECADES: i32 = 18;

impl Picture for Spectrum<'_> {
    fn draw(&self, canvas: &mut Canvas) {
        let below = canvas.heading(&self.title);
        let (left, right) = below.split(0.5 * below.width());
        let largest = self.values.first().copied().filter(|s| *s > 0.0).unwrap_or(1.0);
        let x = || Axis::linear(0.0, self.values.len() as f64 + 1.0).named("index i").whole();
        let y = Axis::linear(0.0, 1.05 * largest).named("σ(i)");
        let mut frame = Layout::new(left, "", x(), y).frame(canvas);
        self.points(&mut frame);
        frame.finish();
        let y = Axis::decades(self.values.iter().copied(), DECADES).named("σ(i)");
        let mut frame = Layout::new(right, "", x(), y).frame(canvas);
        self.points(&mut frame);
        if self.kept() > 0 {
            frame.label(Key::Mark(KEPT), "kept");
        }
        if self.divided() {
            frame.label(Key::Line(BORDER), "end of the kept part");
        }
        if self.kept() < self.values.len() {
            frame.label(Key::Mark(LEFT_OUT), "left out");
        }
        frame.finish();
    }
}

const KEPT: Mark = Mark::Disc(3.5, Colour::BLUE);
const LEFT_OUT: Mark = Mark::Disc(2.5, Colour::VERMILION);
const BORDER: Stroke = Stroke::new(Colour::GREY, 2.0);

impl Spectrum<'_> {
    fn kept(&self) -> usize {
        self.rank.min(self.values.len())
    }

    /// Whether something is kept and something is not.
    fn divided(&self) -> bool {
        (1..self.values.len()).contains(&self.rank)
    }

    /// A disc for each value kept, a smaller one for each left out, and the line between them.
    fn points(&self, frame: &mut Frame) {
        let (_, (low, high)) = frame.range();
        let stride = self.values.len().div_ceil(MOST_POINTS).max(1);
        if self.divided() {
            let at = self.rank as f64 + 0.5;
            frame.line(&[(at, low), (at, high)], BORDER);
        }
        let places = self.values.iter().enumerate().step_by(stride);
        let placed: Vec<Point> = places.map(|(i, s)| (i as f64 + 1.0, *s)).collect();
        let (kept, left_out) =
            placed.into_iter().partition::<Vec<_>, _>(|at| at.0 <= self.kept() as f64);
        frame.marks(kept, KEPT);
        frame.marks(left_out, LEFT_OUT);
    }
}
