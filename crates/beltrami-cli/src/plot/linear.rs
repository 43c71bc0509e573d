//! Residuals of linear iterations beside what theory says of them, and Gershgorin's discs.

use beltrami::linear::LinearSolution;
use beltrami::solve::linear::{Circle as Disc, Method, Run};
use plotters::coord::Shift;
use plotters::prelude::*;

use super::{BLUE, GREEN, ORANGE, PURPLE, Picture, Trouble, VERMILION, axis};

/// A system that was solved.
pub struct Linear<'a> {
    found: &'a LinearSolution,
}

/// Width and height, in pixels.
const SIZE: (u32, u32) = (1300, 620);
/// Width of the left part, in pixels.
const LEFT: i32 = 680;
/// Below this residual is rounding.
const LEAST: f64 = 1e-17;
/// Above this residual a method has diverged.
const MOST: f64 = 1e4;
/// Points of a line, of which more hide each other.
const MOST_POINTS: usize = 400;
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

    fn draw<B: DrawingBackend>(&self, area: &DrawingArea<B, Shift>) -> Result<(), Trouble<B>> {
        let (left, right) = area.split_horizontally(LEFT);
        self.convergence(&left)?;
        self.discs(&right)
    }
}

impl Linear<'_> {
    fn convergence<B: DrawingBackend>(
        &self,
        area: &DrawingArea<B, Shift>,
    ) -> Result<(), Trouble<B>> {
        let runs: Vec<&Run> = self.found.runs.iter().filter(|run| run.forecast.is_some()).collect();
        let last = self.last(&runs);
        let shown = |run: &Run| -> Vec<(f64, f64)> {
            let stride = run.residuals.len().min(last + 1).div_ceil(MOST_POINTS).max(1);
            let all = run.residuals.iter().enumerate().take(last + 1).step_by(stride);
            all.map(|(k, r)| (k as f64, *r)).filter(|p| (LEAST..=MOST).contains(&p.1)).collect()
        };
        let values: Vec<f64> = runs.iter().flat_map(|run| shown(run)).map(|p| p.1).collect();
        let largest = values.iter().copied().fold(1.0, f64::max);
        let least = values.iter().copied().fold(0.1, f64::min);
        let (bottom, top) = axis::decades(least, largest * 2.0, 22);
        let mut chart = ChartBuilder::on(area);
        let mut chart = chart
            .caption("Residuals, and what theory says (thin)", ("sans-serif", 20))
            .margin(12)
            .x_label_area_size(48)
            .y_label_area_size(84)
            .build_cartesian_2d(0.0..last as f64 * 1.02, (bottom..top).log_scale())?;
        let y = ("|b - A·x| / |b|, logarithmic", &axis::power as &dyn Fn(&f64) -> String);
        axis::grid(&mut chart, ("step", &axis::short), y, 9)?;
        for run in runs {
            let colour = colour(run.method);
            let theory = (0..=MOST_POINTS).filter_map(|k| {
                let step = last as f64 * k as f64 / MOST_POINTS as f64;
                let value = run.forecast?.residual(step)?;
                (bottom..=top).contains(&value).then_some((step, value))
            });
            chart.draw_series(LineSeries::new(theory, colour.mix(0.55).stroke_width(1)))?;
            let way = shown(run);
            chart
                .draw_series(LineSeries::new(way.clone(), colour.stroke_width(2)))?
                .label(format!(
                    "{}: {}, {} steps",
                    run.method.name(),
                    run.status.name(),
                    run.iterations()
                ))
                .legend(move |(x, y)| {
                    PathElement::new([(x, y), (x + 20, y)], colour.stroke_width(3))
                });
            if way.len() <= 60 {
                let marks = way.into_iter().map(|p| Circle::new(p, 3, colour.filled()));
                chart.draw_series(marks)?;
            }
        }
        axis::legend(&mut chart, SeriesLabelPosition::UpperRight)
    }

    /// The last step on the axis: slow methods are cut where they would leave no room for the others.
    fn last(&self, runs: &[&Run]) -> usize {
        let mut steps: Vec<usize> = runs.iter().map(|run| run.iterations()).collect();
        steps.sort_unstable();
        let longest = steps.last().copied().unwrap_or(1);
        let fastest = steps.iter().copied().find(|k| *k > 0).unwrap_or(1);
        longest.min(fastest.saturating_mul(30).max(200)).max(1)
    }

    fn discs<B: DrawingBackend>(&self, area: &DrawingArea<B, Shift>) -> Result<(), Trouble<B>> {
        let theory = &self.found.theory;
        let (rows, columns) = (&theory.gershgorin.rows, &theory.gershgorin.columns);
        let all = || rows.iter().chain(columns);
        let low = all().map(|c| c.centre - c.radius).fold(f64::INFINITY, f64::min);
        let high = all().map(|c| c.centre + c.radius).fold(f64::NEG_INFINITY, f64::max);
        let tall = all().map(|c| c.radius).fold(0.0, f64::max);
        let (margin, label_x, label_y, caption) = (12, 48, 72, 30);
        let (width, height) = area.dim_in_pixel();
        let width = f64::from(width) - f64::from(2 * margin + label_y);
        let height = f64::from(height) - f64::from(2 * margin + label_x + caption);
        // Equal scales on both axes, so that discs are round.
        // The legend keeps the height above all discs to itself.
        let room = (height - 2.0 * LEGEND).max(0.5 * height);
        let size = 1.08 * (high - low).max(2.0 * tall * width / room).max(1e-12 * high.abs());
        let size = if size > 0.0 { size } else { 1.0 };
        let (x, y) = (0.5 * (low + high), 0.5 * size * height / width);
        let mut chart = ChartBuilder::on(area);
        let mut chart = chart
            .caption("Gershgorin's discs and the eigenvalues", ("sans-serif", 20))
            .margin(margin)
            .x_label_area_size(label_x)
            .y_label_area_size(label_y)
            .build_cartesian_2d(x - 0.5 * size..x + 0.5 * size, -y..y)?;
        let across = axis::tick((x - 0.5 * size, x + 0.5 * size));
        let up = axis::tick((-y, y));
        axis::grid(&mut chart, ("real part", &across), ("imaginary part", &up), 8)?;
        let stride = rows.len().div_ceil(MOST_DISCS).max(1);
        // Many discs on top of each other would hide what is below them.
        let mut different = rows.clone();
        different.sort_by(|c, d| c.centre.total_cmp(&d.centre).then(c.radius.total_cmp(&d.radius)));
        different.dedup();
        let faint = BLUE.mix((0.6 / different.len() as f64).clamp(0.02, 0.12));
        for disc in different.iter().step_by(stride) {
            let fill = Polygon::new(circle(disc), faint.filled());
            chart.draw_series(std::iter::once(fill))?;
        }
        let same = rows == columns;
        let name = if same { "discs of rows and of columns" } else { "discs of rows" };
        let columns = Some(("discs of columns", columns, ORANGE.stroke_width(1)));
        let columns = columns.filter(|_| !same);
        for (name, circles, style) in
            std::iter::once((name, rows, BLUE.stroke_width(2))).chain(columns)
        {
            for disc in circles.iter().step_by(stride) {
                chart.draw_series(LineSeries::new(circle(disc), style))?;
            }
            chart.draw_series(LineSeries::new([], style))?.label(name).legend(move |(x, y)| {
                PathElement::new([(x, y), (x + 20, y)], style.stroke_width(3))
            });
        }
        let crosses = theory.eigenvalues.iter().map(|p| Cross::new(*p, 5, BLACK.stroke_width(2)));
        chart
            .draw_series(crosses)?
            .label("eigenvalues")
            .legend(|(x, y)| Cross::new((x + 10, y), 5, BLACK.stroke_width(2)));
        axis::legend(&mut chart, SeriesLabelPosition::UpperRight)
    }
}

/// The height of three lines in a box, in pixels.
const LEGEND: f64 = 96.0;

/// A disc of radius zero is a point, which is drawn as its eigenvalue.
fn circle(disc: &Disc) -> Vec<(f64, f64)> {
    (0..=CORNERS)
        .map(|k| {
            let (sin, cos) = (std::f64::consts::TAU * k as f64 / CORNERS as f64).sin_cos();
            (disc.centre + disc.radius * cos, disc.radius * sin)
        })
        .collect()
}

fn colour(method: Method) -> RGBColor {
    match method {
        Method::Jacobi => BLUE,
        Method::GaussSeidel => VERMILION,
        Method::Sor => GREEN,
        Method::ConjugateGradient => BLACK,
        Method::ScaledConjugateGradient => PURPLE,
    }
}
