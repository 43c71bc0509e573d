//! The composite polynomial of a schedule, and the way of singular values to 1.

use crate::{Area, Axis, Canvas, Colour, Key, Layout, Mark, Picture, Point, Stroke, axis};
use beltrami::engine::linalg::schedule::{Interval, Schedule};

/// A schedule, the interval it is for, and the proved image of that interval.
pub struct Polynomials<'a> {
    /// The steps.
    pub schedule: &'a Schedule,
    /// The singular values that have to come out near 1.
    pub on: Interval,
    /// Where they come out.
    pub image: Interval,
}

/// Values of a curve, many in each column of pixels: ripples are narrower than that.
const VALUES: usize = 20_800;
/// Below this distance from 1 is rounding.
const LEAST: f64 = 1e-17;
/// Decades of distances that are shown.
const DECADES: i32 = 17;

impl Picture for Polynomials<'_> {
    fn draw(&self, canvas: &mut Canvas) {
        let area = canvas.area();
        let (left, right) = area.split(0.5 * area.width());
        self.composite(canvas, left);
        self.convergence(canvas, right);
    }
}

impl Polynomials<'_> {
    fn composite(&self, canvas: &mut Canvas, area: Area) {
        let Interval { lo, hi } = self.image;
        // Single steps may rise far above 1, and are cut.
        let top = (1.15 * hi.max(1.0)).clamp(1.4, 10.0);
        let bottom = lo.clamp(-1.0, 0.0);
        let x = Axis::linear(0.0, self.on.hi).named("singular value before");
        let y = Axis::linear(bottom, top).named("singular value after");
        let title = "Composite polynomial and its steps";
        let mut frame = Layout::new(area, title, x, y).frame(canvas);
        let error = (1.0 - lo).abs().max((hi - 1.0).abs());
        let label = match error < 1e-3 {
            true => format!("proved: 1 ± {error:.1e}"),
            false => format!("proved: [{}, {}]", axis::short(lo), axis::short(hi)),
        };
        frame.rectangles(&[((self.on.lo, lo), (self.on.hi, hi))], Colour::BLUE, 0.18);
        frame.label(Key::Patch(Colour::BLUE, 0.18), label);
        let faint = Stroke::new(Colour::FAINT, 1.0);
        for step in &self.schedule.steps {
            frame.line(&self.curve(&|x| step.value(x)), faint);
        }
        frame.label(Key::Line(faint), "single steps");
        // Wider lines would have spikes where they turn back.
        frame.line(&self.curve(&|x| self.schedule.value(x)), Stroke::new(Colour::BLUE, 1.0));
        frame.label(Key::Line(Stroke::new(Colour::BLUE, 2.0)), "composite");
        frame.finish();
    }

    fn convergence(&self, canvas: &mut Canvas, area: Area) {
        let steps = self.schedule.steps.len();
        let worst = self.worst();
        let proved = worst.iter().map(|point| point.1);
        // Single values may hit 1 exactly, and go off the axis.
        let least = 0.1 * proved.clone().fold(1.0, f64::min).max(1e-16);
        let largest = 1.2 * proved.fold(1.0, f64::max);
        let y = Axis::decades([least, largest].into_iter(), DECADES).named("|σ − 1|");
        let bottom = y.low();
        let x = Axis::linear(0.0, steps.max(1) as f64).named("steps taken").whole();
        let title = "Distance of singular values from 1";
        let mut frame = Layout::new(area, title, x, y).frame(canvas);
        let inside = |way: Vec<Point>| -> Vec<Point> {
            way.into_iter().map(|(x, y)| (x, y.max(bottom))).collect()
        };
        let (faint, strong) =
            (Stroke::new(Colour::FAINT, 1.0), Stroke::new(Colour::VERMILION, 3.0));
        for sample in 0..SAMPLES {
            frame.line(&inside(self.path(sample)), faint);
        }
        frame.label(Key::Line(faint), "single values");
        let worst = inside(worst);
        frame.line(&worst, strong);
        frame.label(Key::Line(strong), "largest, proved");
        frame.marks(worst, Mark::Disc(4.0, Colour::VERMILION));
        frame.finish();
    }

    /// A function on all of the axis.
    fn curve(&self, f: &dyn Fn(f64) -> f64) -> Vec<Point> {
        let place = |k: usize| self.on.hi * k as f64 / VALUES as f64;
        (0..=VALUES).map(place).map(|x| (x, f(x))).collect()
    }

    /// The largest distance from 1 after each step, proved.
    fn worst(&self) -> Vec<Point> {
        let distance = |on: Interval| (1.0 - on.lo).abs().max((on.hi - 1.0).abs()).max(LEAST);
        let mut on = self.on;
        let mut points = vec![(0.0, distance(on))];
        for (place, step) in self.schedule.steps.iter().enumerate() {
            on = step.range(on);
            points.push((place as f64 + 1.0, distance(on)));
        }
        points
    }

    /// The distance from 1 of one singular value after each step.
    fn path(&self, sample: usize) -> Vec<Point> {
        let Interval { lo, hi } = self.on;
        let mut x = lo * (hi / lo).powf(sample as f64 / (SAMPLES - 1) as f64);
        let mut points = vec![(0.0, (1.0 - x).abs().max(LEAST))];
        for (place, step) in self.schedule.steps.iter().enumerate() {
            x = step.value(x);
            points.push((place as f64 + 1.0, (1.0 - x).abs().max(LEAST)));
        }
        points
    }
}

/// Singular values whose way is drawn, spread evenly by their logarithms.
const SAMPLES: usize = 9;
