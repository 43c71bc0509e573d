//! The composite polynomial of a schedule, and the way of singular values to 1.

use beltrami::linalg::schedule::{Interval, Schedule};
use plotters::coord::Shift;
use plotters::prelude::*;

use super::{BLUE, Picture, Trouble, VERMILION, axis};

/// A schedule, the interval it is for, and the proved image of that interval.
pub struct Polynomials<'a> {
    /// The steps.
    pub schedule: &'a Schedule,
    /// The singular values that have to come out near 1.
    pub on: Interval,
    /// Where they come out.
    pub image: Interval,
}

/// Columns of a curve, about one a pixel.
const COLUMNS: usize = 520;
/// Values in a column, of which the least and the largest are drawn: ripples are narrower than a pixel.
const VALUES: usize = 40;
/// Light enough to stay behind the others.
const FAINT: RGBColor = RGBColor(165, 165, 165);
/// Below this distance from 1 is rounding.
const LEAST: f64 = 1e-17;

impl Picture for Polynomials<'_> {
    fn draw<B: DrawingBackend>(&self, area: &DrawingArea<B, Shift>) -> Result<(), Trouble<B>> {
        let (left, right) = area.split_horizontally(600);
        self.composite(&left)?;
        self.convergence(&right)
    }
}

impl Polynomials<'_> {
    fn composite<B: DrawingBackend>(&self, area: &DrawingArea<B, Shift>) -> Result<(), Trouble<B>> {
        let Interval { lo, hi } = self.image;
        // Single steps may rise far above 1, and are cut.
        let top = (1.15 * hi.max(1.0)).clamp(1.4, 10.0);
        let bottom = lo.clamp(-1.0, 0.0);
        let mut chart = ChartBuilder::on(area);
        let mut chart = chart
            .caption("Composite polynomial and its steps", ("sans-serif", 20))
            .margin(12)
            .x_label_area_size(48)
            .y_label_area_size(64)
            .build_cartesian_2d(0.0..self.on.hi, bottom..top)?;
        axis::grid(
            &mut chart,
            ("singular value before", &axis::short),
            ("singular value after", &axis::short),
            11,
        )?;
        let error = (1.0 - lo).abs().max((hi - 1.0).abs());
        let label = match error < 1e-3 {
            true => format!("proved: 1 ± {error:.1e}"),
            false => format!("proved: [{}, {}]", axis::short(&lo), axis::short(&hi)),
        };
        let band = Rectangle::new([(self.on.lo, lo), (self.on.hi, hi)], BLUE.mix(0.18).filled());
        chart.draw_series(std::iter::once(band))?.label(label).legend(|(x, y)| {
            Rectangle::new([(x, y - 5), (x + 20, y + 5)], BLUE.mix(0.18).filled())
        });
        for (place, step) in self.schedule.steps.iter().enumerate() {
            for piece in self.pieces(&|x| step.value(x), bottom, top) {
                chart.draw_series(LineSeries::new(piece, FAINT.stroke_width(1)))?;
            }
            if place == 0 {
                chart.draw_series(LineSeries::new([], FAINT))?.label("single steps").legend(
                    |(x, y)| PathElement::new([(x, y), (x + 20, y)], FAINT.stroke_width(2)),
                );
            }
        }
        for piece in self.pieces(&|x| self.schedule.value(x), bottom, top) {
            // Wider lines would have spikes where they turn back.
            chart.draw_series(LineSeries::new(piece, BLUE.stroke_width(1)))?;
        }
        chart
            .draw_series(LineSeries::new([], BLUE))?
            .label("composite")
            .legend(|(x, y)| PathElement::new([(x, y), (x + 20, y)], BLUE.stroke_width(2)));
        axis::legend(&mut chart, SeriesLabelPosition::LowerRight)
    }

    fn convergence<B: DrawingBackend>(
        &self,
        area: &DrawingArea<B, Shift>,
    ) -> Result<(), Trouble<B>> {
        let steps = self.schedule.steps.len();
        let worst = self.worst();
        let samples: Vec<Vec<(f64, f64)>> = (0..SAMPLES).map(|k| self.path(k)).collect();
        let proved = || worst.iter().map(|point| point.1);
        // Single values may hit 1 exactly, and go off the axis.
        let least = 0.1 * proved().fold(1.0, f64::min).max(1e-16);
        let largest = 1.2 * proved().fold(1.0, f64::max);
        let (bottom, top) = axis::decades(least, largest, 17);
        let mut chart = ChartBuilder::on(area);
        let mut chart = chart
            .caption("Distance of singular values from 1", ("sans-serif", 20))
            .margin(12)
            .x_label_area_size(48)
            .y_label_area_size(72)
            .build_cartesian_2d(0.0..steps as f64, (bottom..top).log_scale())?;
        axis::grid(
            &mut chart,
            ("steps taken", &axis::whole),
            ("|σ - 1|, logarithmic", &axis::power),
            steps.min(12) + 1,
        )?;
        for (place, path) in samples.into_iter().enumerate() {
            let inside: Vec<_> = path.into_iter().map(|(x, y)| (x, y.max(bottom))).collect();
            let drawn = chart.draw_series(LineSeries::new(inside, FAINT.stroke_width(1)))?;
            if place == 0 {
                drawn.label("single values").legend(|(x, y)| {
                    PathElement::new([(x, y), (x + 20, y)], FAINT.stroke_width(1))
                });
            }
        }
        let inside: Vec<_> = worst.into_iter().map(|(x, y)| (x, y.max(bottom))).collect();
        chart
            .draw_series(LineSeries::new(inside.clone(), VERMILION.stroke_width(3)))?
            .label("largest, proved")
            .legend(|(x, y)| PathElement::new([(x, y), (x + 20, y)], VERMILION.stroke_width(3)));
        chart.draw_series(inside.into_iter().map(|p| Circle::new(p, 4, VERMILION.filled())))?;
        axis::legend(&mut chart, SeriesLabelPosition::LowerLeft)
    }

    /// The curve of a function where it lies between the bounds, broken where it does not.
    fn pieces(&self, f: &dyn Fn(f64) -> f64, bottom: f64, top: f64) -> Vec<Vec<(f64, f64)>> {
        let mut pieces = vec![Vec::new()];
        for column in 0..COLUMNS {
            let place = |k: usize| (column * VALUES + k) as f64 / (COLUMNS * VALUES) as f64;
            let values = (0..=VALUES).map(|k| place(k) * self.on.hi).map(|x| (x, f(x)));
            let inside: Vec<(f64, f64)> =
                values.filter(|(_, y)| (bottom..=top).contains(y)).collect();
            if inside.len() <= VALUES {
                pieces.push(Vec::new());
            }
            let by_value = |a: &&(f64, f64), b: &&(f64, f64)| a.1.total_cmp(&b.1);
            let mut ends: Vec<(f64, f64)> =
                [inside.iter().min_by(by_value), inside.iter().max_by(by_value)]
                    .into_iter()
                    .flatten()
                    .copied()
                    .collect();
            ends.sort_by(|a, b| a.0.total_cmp(&b.0));
            if let Some(piece) = pieces.last_mut() {
                piece.extend(ends);
            }
        }
        pieces
    }

    /// The largest distance from 1 after each step, proved.
    fn worst(&self) -> Vec<(f64, f64)> {
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
    fn path(&self, sample: usize) -> Vec<(f64, f64)> {
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
