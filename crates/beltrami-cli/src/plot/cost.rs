//! The time of a gradient, a Hessian and a product with it over the number of unknowns.

use beltrami::minimize::{Cost as Measured, Row, Task};
use plotters::coord::Shift;
use plotters::coord::combinators::{BindKeyPoints, LogCoord, WithKeyPoints};
use plotters::prelude::*;

use super::{BLUE, GREEN, GREY, Picture, Trouble, VERMILION, axis};

/// What was measured, and the products of a step of Newton–CG.
pub struct Cost<'a> {
    found: &'a Measured,
    products: f64,
}

/// Width of the left part, in pixels.
const LEFT: i32 = 640;

impl<'a> Cost<'a> {
    /// Of a measurement at two sizes or more.
    pub fn new(found: &'a Measured, products: f64) -> Cost<'a> {
        Cost { found, products }
    }
}

impl Picture for Cost<'_> {
    fn draw<B: DrawingBackend>(&self, area: &DrawingArea<B, Shift>) -> Result<(), Trouble<B>> {
        let (left, right) = area.split_horizontally(LEFT);
        self.times(&left)?;
        self.ratio(&right)
    }
}

impl Cost<'_> {
    fn times<B: DrawingBackend>(&self, area: &DrawingArea<B, Shift>) -> Result<(), Trouble<B>> {
        let all = || self.found.rows.iter().flat_map(|row| row.seconds);
        let largest = all().fold(f64::MIN_POSITIVE, f64::max);
        // Room for the legend above the lines.
        let (bottom, top) = axis::decades(all().fold(largest, f64::min), 30.0 * largest, 18);
        let mut chart = self.chart(
            area,
            "Times, and the powers that fit them (thin)",
            "seconds, logarithmic",
            (bottom, top),
        )?;
        for (task, colour) in Task::ALL.into_iter().zip([BLUE, GREEN, VERMILION, BLACK]) {
            let value = |row: &Row| row.seconds(task);
            self.fitted(&mut chart, &value, colour)?;
            let (measured, counted) = self.found.exponents(task);
            let label = format!("{}: k^{measured:.2}, counted k^{counted:.2}", task.name());
            self.points(&mut chart, &value, colour, label)?;
        }
        axis::legend(&mut chart, SeriesLabelPosition::UpperLeft)
    }

    fn ratio<B: DrawingBackend>(&self, area: &DrawingArea<B, Shift>) -> Result<(), Trouble<B>> {
        let values = || self.found.rows.iter().map(Row::ratio).chain([self.products]);
        let largest = values().fold(f64::MIN_POSITIVE, f64::max);
        let (bottom, top) = axis::decades(values().fold(largest, f64::min), 5.0 * largest, 18);
        let mut chart = self.chart(
            area,
            "Forming and factoring, in products",
            "products, logarithmic",
            (bottom, top),
        )?;
        self.fitted(&mut chart, &Row::ratio, VERMILION)?;
        let growth = self.found.fit(&Row::ratio).0;
        let label = format!("forming + factoring : product, k^{growth:.2}");
        self.points(&mut chart, &Row::ratio, VERMILION, label)?;
        let (first, last) = self.across();
        let step = [(first, self.products), (last, self.products)];
        chart
            .draw_series(LineSeries::new(step, GREY.stroke_width(2)))?
            .label(format!("{} products of a step of Newton-CG", self.products))
            .legend(|(x, y)| PathElement::new([(x, y), (x + 20, y)], GREY.stroke_width(3)));
        axis::legend(&mut chart, SeriesLabelPosition::UpperLeft)
    }

    /// The empty chart with its axes and grid.
    fn chart<'a, B: DrawingBackend + 'a>(
        &self,
        area: &DrawingArea<B, Shift>,
        title: &str,
        quantity: &str,
        (bottom, top): (f64, f64),
    ) -> Result<Chart<'a, B>, Trouble<B>> {
        let (first, last) = self.across();
        let mut chart = ChartBuilder::on(area)
            .caption(title, ("sans-serif", 20))
            .margin(12)
            .x_label_area_size(48)
            .y_label_area_size(84)
            .build_cartesian_2d(
                (first..last).log_scale().with_key_points(self.measured()),
                (bottom..top).log_scale(),
            )?;
        let y = (quantity, &axis::power as &dyn Fn(&f64) -> String);
        axis::grid(&mut chart, ("unknowns k, logarithmic", &axis::short), y, 8)?;
        Ok(chart)
    }

    fn measured(&self) -> Vec<f64> {
        self.found.rows.iter().map(|row| row.unknowns as f64).collect()
    }

    /// The least and the largest number of unknowns, with a margin.
    fn across(&self) -> (f64, f64) {
        let unknowns = self.found.rows.iter().map(|row| row.unknowns as f64);
        let first = unknowns.clone().fold(f64::INFINITY, f64::min);
        (first / 1.15, unknowns.fold(first, f64::max) * 1.15)
    }

    fn fitted<'a, B: DrawingBackend + 'a>(
        &self,
        chart: &mut Chart<'a, B>,
        value: &dyn Fn(&Row) -> f64,
        colour: RGBColor,
    ) -> Result<(), Trouble<B>> {
        let (slope, offset) = self.found.fit(value);
        let (first, last) = self.across();
        let line = [first, last].map(|k| (k, (slope * k.ln() + offset).exp()));
        chart.draw_series(LineSeries::new(line, colour.mix(0.55).stroke_width(1)))?;
        Ok(())
    }

    fn points<'a, B: DrawingBackend + 'a>(
        &self,
        chart: &mut Chart<'a, B>,
        value: &dyn Fn(&Row) -> f64,
        colour: RGBColor,
        label: String,
    ) -> Result<(), Trouble<B>> {
        let points: Vec<(f64, f64)> =
            self.found.rows.iter().map(|row| (row.unknowns as f64, value(row))).collect();
        chart.draw_series(LineSeries::new(points.clone(), colour.stroke_width(2)))?;
        chart
            .draw_series(points.into_iter().map(|p| Circle::new(p, 4, colour.filled())))?
            .label(label)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 20, y)], colour.stroke_width(3)));
        Ok(())
    }
}

/// A chart with two logarithmic axes, the numbers of the first where something was measured.
type Chart<'a, B> = ChartContext<'a, B, Cartesian2d<WithKeyPoints<LogCoord<f64>>, LogCoord<f64>>>;
