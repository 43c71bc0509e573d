//! Residuals of linear iterations beside what theory says of them, and Gershgorin's discs.

use beltrami::engine::solve::linear::{Circle as Disc, Method, Run};
use beltrami::linear::LinearSolution;

use crate::{Area, Axis, Canvas, Colour, Key, Layout, Mark, Picture, Point, Stroke};

/// A system that was solved.
pub struct Linear<'a> {
    /// What was found.
    pub found: &'a LinearSolution,
}

/// Width and height, in pixels.
const SIZE: (u32, u32) = (1300, 620);
/// Width of the left part, in pixels.
const LEFT: f64 = 680.0;
/// Below this residual is rounding.
const LEAST: f64 = 1e-17;
/// Above this residual a method has diverged.
const MOST: f64 = 1e4;
/// Points of a line of theory.
const POINTS: usize = 400;
/// Marks of more steps hide each other.
const MOST_MARKS: usize = 60;
/// Decades of residuals that are shown.
const DECADES: i32 = 22;
/// More discs than these hide each other.
const MOST_DISCS: usize = 60;
/// Corners of a drawn disc.
const CORNERS: usize = 360;

impl<'a> Linear<'a> {
    /// Of a system.
    pub fn new(found: &'a LinearSolution) -> Linear<'a> {
        Linear { found }
    }
}

impl Picture for Linear<'_> {
    fn size(&self) -> (u32, u32) {
        SIZE
    }

    fn draw(&self, canvas: &mut Canvas) {
        let (left, right) = canvas.area().split(LEFT);
        self.convergence(canvas, left);
        self.discs(canvas, right);
    }
}

impl Linear<'_> {
    fn convergence(&self, canvas: &mut Canvas, area: Area) {
        let runs: Vec<&Run> = self.found.runs.iter().filter(|run| run.forecast.is_some()).collect();
        let last = self.last(&runs);
        let shown = |run: &Run| -> Vec<Point> {
            let all = run.residuals.iter().enumerate().take(last + 1);
            all.map(|(k, r)| (k as f64, *r)).filter(|p| (LEAST..=MOST).contains(&p.1)).collect()
        };
        let values: Vec<f64> = runs.iter().flat_map(|run| shown(run)).map(|p| p.1).collect();
        let largest = values.iter().copied().fold(1.0, f64::max);
        let least = values.iter().copied().fold(0.1, f64::min);
        let y = Axis::decades([least, largest * 2.0].into_iter(), DECADES).named("|b − A·x| / |b|");
        let (bottom, top) = (y.low(), y.high());
        let x = Axis::linear(0.0, last as f64 * 1.02).named("step").whole();
        let title = "Residuals, and what theory says (thin)";
        let mut frame = Layout::new(area, title, x, y).frame(canvas);
        for run in runs {
            let colour = colour(run.method);
            let theory = (0..=POINTS).filter_map(|k| {
                let step = last as f64 * k as f64 / POINTS as f64;
                let value = run.forecast?.residual(step)?;
                (bottom..=top).contains(&value).then_some((step, value))
            });
            let theory: Vec<Point> = theory.collect();
            frame.line(&theory, Stroke::faint(colour, 1.0, 0.55));
            let way = shown(run);
            frame.line(&way, Stroke::new(colour, 2.0));
            let (name, status) = (run.method.name(), run.status.name());
            frame.label(
                Key::Line(Stroke::new(colour, 2.0)),
                format!("{name}: {status}, {} steps", run.iterations()),
            );
            if way.len() <= MOST_MARKS {
                frame.marks(way, Mark::Disc(3.0, colour));
            }
        }
        frame.finish();
    }

    /// The last step on the axis: slow methods are cut where they would leave no room for the others.
    fn last(&self, runs: &[&Run]) -> usize {
        let mut steps: Vec<usize> = runs.iter().map(|run| run.iterations()).collect();
        steps.sort_unstable();
        let longest = steps.last().copied().unwrap_or(1);
        let fastest = steps.iter().copied().find(|k| *k > 0).unwrap_or(1);
        longest.min(fastest.saturating_mul(30).max(200)).max(1)
    }

    fn discs(&self, canvas: &mut Canvas, area: Area) {
        let theory = &self.found.theory;
        let (rows, columns) = (&theory.gershgorin.rows, &theory.gershgorin.columns);
        let all = || rows.iter().chain(columns);
        let low = all().map(|c| c.centre - c.radius).fold(f64::INFINITY, f64::min);
        let high = all().map(|c| c.centre + c.radius).fold(f64::NEG_INFINITY, f64::max);
        let tall = all().map(|c| c.radius).fold(0.0, f64::max);
        // A matrix of discs without radius at one place has no size of its own.
        let room = 0.04 * (high - low).max(1e-6 * high.abs()).max(f64::MIN_POSITIVE);
        // The legend keeps the height above all discs to itself.
        let tall = 1.08 * tall / (1.0 - 2.0 * LEGEND / area.height());
        let x = Axis::linear(low - room, high + room).named("real part");
        let y = Axis::linear(-tall.max(room), tall.max(room)).named("imaginary part");
        let title = "Gershgorin's discs and the eigenvalues";
        let mut frame = Layout::new(area, title, x, y).equal().frame(canvas);
        let stride = rows.len().div_ceil(MOST_DISCS).max(1);
        // Many discs on top of each other would hide what is below them.
        let mut different = rows.clone();
        different.sort_by(|c, d| c.centre.total_cmp(&d.centre).then(c.radius.total_cmp(&d.radius)));
        different.dedup();
        let opacity = (0.6 / different.len() as f64).clamp(0.02, 0.12);
        for disc in different.iter().step_by(stride) {
            frame.polygon(&circle(disc), Colour::BLUE, opacity);
        }
        let same = rows == columns;
        let name = if same { "discs of rows and of columns" } else { "discs of rows" };
        let columns = Some(("discs of columns", columns, Stroke::new(Colour::ORANGE, 1.0)));
        let columns = columns.filter(|_| !same);
        let rows = (name, rows, Stroke::new(Colour::BLUE, 2.0));
        for (name, discs, stroke) in std::iter::once(rows).chain(columns) {
            let drawn: Vec<Vec<Point>> = discs.iter().step_by(stride).map(circle).collect();
            frame.lines(drawn.iter().map(|line| &line[..]), stroke);
            frame.label(Key::Line(stroke), name);
        }
        let cross = Mark::Cross(4.5, Stroke::new(Colour::BLACK, 2.0));
        frame.marks(theory.eigenvalues.iter().copied(), cross);
        frame.label(Key::Mark(cross), "eigenvalues");
        frame.finish();
    }
}

/// The height of three lines in a box with room around, in pixels.
const LEGEND: f64 = 112.0;

/// A disc of radius zero is a point, which is drawn as its eigenvalue.
fn circle(disc: &Disc) -> Vec<Point> {
    (0..=CORNERS)
        .map(|k| {
            let (sin, cos) = (std::f64::consts::TAU * k as f64 / CORNERS as f64).sin_cos();
            (disc.centre + disc.radius * cos, disc.radius * sin)
        })
        .collect()
}

fn colour(method: Method) -> Colour {
    match method {
        Method::Jacobi => Colour::BLUE,
        Method::GaussSeidel => Colour::VERMILION,
        Method::Sor => Colour::GREEN,
        Method::ConjugateGradient => Colour::BLACK,
        Method::ScaledConjugateGradient => Colour::PURPLE,
    }
}
