//! Singular values, on a linear and on a logarithmic axis.

use plotters::coord::Shift;
use plotters::prelude::*;

use super::{BLUE, GREY, Picture, Trouble, VERMILION, axis};

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
    fn draw<B: DrawingBackend>(&self, area: &DrawingArea<B, Shift>) -> Result<(), Trouble<B>> {
        let area = area.margin(8, 0, 0, 0).titled(&self.title, ("sans-serif", 22))?;
        let (left, right) = area.split_horizontally(600);
        let largest = self.values.first().copied().filter(|s| *s > 0.0).unwrap_or(1.0);
        let places = 0.0..self.values.len() as f64 + 1.0;
        let mut chart = ChartBuilder::on(&left);
        let mut chart = chart
            .margin(12)
            .x_label_area_size(48)
            .y_label_area_size(80)
            .build_cartesian_2d(places.clone(), 0.0..1.05 * largest)?;
        axis::grid(&mut chart, ("index i", &axis::whole), ("σ(i)", &axis::short), 11)?;
        chart.draw_series(self.points(0.0))?;
        chart.draw_series(self.border(0.0, 1.05 * largest))?;
        let least = self.values.iter().rev().find(|s| **s > 0.0).copied().unwrap_or(largest);
        let (bottom, top) = axis::decades(least, largest * 1.05, DECADES);
        let mut chart = ChartBuilder::on(&right);
        let mut chart = chart
            .margin(12)
            .x_label_area_size(48)
            .y_label_area_size(80)
            .build_cartesian_2d(places, (bottom..top).log_scale())?;
        axis::grid(&mut chart, ("index i", &axis::whole), ("σ(i), logarithmic", &axis::power), 11)?;
        chart.draw_series(self.points(bottom))?;
        let kept = chart.draw_series(self.border(bottom, top))?;
        kept.label("end of the kept part")
            .legend(|(x, y)| PathElement::new([(x, y), (x + 20, y)], GREY.stroke_width(2)));
        for (label, colour) in [("kept", BLUE), ("left out", VERMILION)] {
            chart
                .draw_series(std::iter::empty::<Circle<(f64, f64), i32>>())?
                .label(label)
                .legend(move |(x, y)| Circle::new((x + 10, y), 4, colour.filled()));
        }
        axis::legend(&mut chart, SeriesLabelPosition::UpperRight)
    }
}

impl Spectrum<'_> {
    /// A disc for each value kept, a smaller one for each left out; none below the axis.
    fn points(&self, bottom: f64) -> impl Iterator<Item = Circle<(f64, f64), i32>> + '_ {
        let stride = self.values.len().div_ceil(MOST_POINTS).max(1);
        let places = self.values.iter().enumerate().step_by(stride);
        places.filter(move |(_, s)| **s >= bottom).map(|(i, s)| {
            let (size, colour) = if i < self.rank { (3, BLUE) } else { (2, VERMILION) };
            Circle::new((i as f64 + 1.0, *s), size, colour.filled())
        })
    }

    /// The line between what is kept and what is not, where there is both.
    fn border(&self, low: f64, high: f64) -> Option<PathElement<(f64, f64)>> {
        let at = self.rank as f64 + 0.5;
        let shown = self.rank > 0 && self.rank < self.values.len();
        shown.then(|| PathElement::new([(at, low), (at, high)], GREY.stroke_width(2)))
    }
}
