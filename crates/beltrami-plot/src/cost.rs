//! The time of a gradient, a Hessian and a product with it over the number of unknowns.

use beltrami::minimize::{Cost as Measured, Row, Task};

use crate::{Area, Axis, Canvas, Colour, Frame, Key, Layout, Mark, Picture, Point, Stroke};

/// What was measured, and the products of a step of Newton–CG.
pub struct Cost<'a> {
    /// Times at two sizes or more.
    pub found: &'a Measured,
    /// How many products a step takes.
    pub products: f64,
}

/// Width of the left part, in pixels.
const LEFT: f64 = 620.0;
/// Decades of times that are shown.
const DECADES: i32 = 18;

impl<'a> Cost<'a> {
    /// Of a measurement at two sizes or more.
    pub fn new(found: &'a Measured, products: f64) -> Cost<'a> {
        Cost { found, products }
    }
}

impl Picture for Cost<'_> {
    fn draw(&self, canvas: &mut Canvas) {
        let (left, right) = canvas.area().split(LEFT);
        self.times(canvas, left);
        self.ratio(canvas, right);
    }
}

impl Cost<'_> {
    fn times(&self, canvas: &mut Canvas, area: Area) {
        let seconds = self.found.rows.iter().flat_map(|row| row.seconds);
        let largest = seconds.clone().fold(0.0, f64::max);
        // Room for the legend above the lines.
        let y = Axis::decades(seconds.chain([30.0 * largest]), DECADES).named("seconds");
        let title = "Times, and the powers that fit them (thin)";
        let mut frame = Layout::new(area, title, self.unknowns(), y).frame(canvas);
        let colours = [Colour::BLUE, Colour::GREEN, Colour::VERMILION, Colour::BLACK];
        for (task, colour) in Task::ALL.into_iter().zip(colours) {
            let (measured, counted) = self.found.exponents(task);
            let label = format!("{}: k^{measured:.2}, counted k^{counted:.2}", task.name());
            self.growth(&mut frame, &|row: &Row| row.seconds(task), colour, label);
        }
        frame.finish();
    }

    fn ratio(&self, canvas: &mut Canvas, area: Area) {
        let values = self.found.rows.iter().map(Row::ratio).chain([self.products]);
        let largest = values.clone().fold(0.0, f64::max);
        let y = Axis::decades(values.chain([5.0 * largest]), DECADES).named("products");
        let title = "Forming and factoring, in products";
        let mut frame = Layout::new(area, title, self.unknowns(), y).frame(canvas);
        let growth = self.found.fit(&Row::ratio).0;
        let label = format!("(forming + factoring) : product, k^{growth:.2}");
        self.growth(&mut frame, &Row::ratio, Colour::VERMILION, label);
        let (first, last) = self.across();
        let stroke = Stroke::new(Colour::GREY, 2.0);
        frame.line(&[(first, self.products), (last, self.products)], stroke);
        frame
            .label(Key::Line(stroke), format!("{} products of a step of Newton-CG", self.products));
        frame.finish();
    }

    /// The numbers of unknowns at which something was measured.
    fn unknowns(&self) -> Axis {
        let (first, last) = self.across();
        let measured = self.found.rows.iter().map(|row| row.unknowns as f64).collect();
        Axis::logarithmic(first, last).at(measured).named("unknowns k")
    }

    /// The least and the largest number of unknowns, with a margin.
    fn across(&self) -> Point {
        let unknowns = self.found.rows.iter().map(|row| row.unknowns as f64);
        let first = unknowns.clone().fold(f64::INFINITY, f64::min);
        (first / 1.15, unknowns.fold(first, f64::max) * 1.15)
    }

    /// What was measured, and the power that fits it.
    fn growth(
        &self,
        frame: &mut Frame,
        value: &dyn Fn(&Row) -> f64,
        colour: Colour,
        label: String,
    ) {
        let (slope, offset) = self.found.fit(value);
        let (first, last) = self.across();
        let fitted = [first, last].map(|k| (k, (slope * k.ln() + offset).exp()));
        frame.line(&fitted, Stroke::faint(colour, 1.0, 0.55));
        let points: Vec<Point> =
            self.found.rows.iter().map(|row| (row.unknowns as f64, value(row))).collect();
        frame.line(&points, Stroke::new(colour, 2.0));
        frame.marks(points, Mark::Disc(4.0, colour));
        frame.label(Key::Line(Stroke::new(colour, 2.0)), label);
    }
}
