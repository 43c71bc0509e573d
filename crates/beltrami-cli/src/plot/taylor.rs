//! A function and its Taylor polynomials.

use beltrami::Expansion;
use plotters::coord::Shift;
use plotters::prelude::*;

use super::{BLUE, GREY, Picture, Trouble, VERMILION, axis};

/// The function and its polynomial, and how far the one is from the other.
pub struct TaylorPlot {
    title: String,
    range: (f64, f64),
    at: (f64, f64),
    order: usize,
    /// Argument, polynomial, function.
    points: Vec<(f64, f64, f64)>,
}

/// Points along the axis.
const POINTS: usize = 600;

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
            points,
        }
    }
}

impl Picture for TaylorPlot {
    fn draw<B: DrawingBackend>(&self, area: &DrawingArea<B, Shift>) -> Result<(), Trouble<B>> {
        let area = area.margin(8, 0, 0, 0).titled(&self.title, ("sans-serif", 22))?;
        let (left, right) = area.split_horizontally(700);
        let function: Vec<(f64, f64)> =
            self.points.iter().filter(|p| p.2.is_finite()).map(|p| (p.0, p.2)).collect();
        let (mut low, mut high) = function
            .iter()
            .fold((self.at.1, self.at.1), |(low, high), (_, y)| (low.min(*y), high.max(*y)));
        let room = 0.15 * (high - low).max(1e-12 * high.abs()).max(f64::MIN_POSITIVE);
        (low, high) = (low - room, high + room);
        let mut chart = ChartBuilder::on(&left)
            .margin(12)
            .x_label_area_size(48)
            .y_label_area_size(80)
            .build_cartesian_2d(self.range.0..self.range.1, low..high)?;
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .label_style(("sans-serif", 16))
            .x_label_formatter(&axis::short)
            .y_label_formatter(&axis::short)
            .draw()?;
        // Beyond the frame the polynomial is not drawn; what is left falls into pieces.
        let inside = |y: f64| y >= low && y <= high;
        for piece in self.points.split(|p| !inside(p.1)) {
            let line = piece.iter().map(|p| (p.0, p.1));
            chart.draw_series(LineSeries::new(line, VERMILION.stroke_width(3)))?;
        }
        chart
            .draw_series(LineSeries::new([], VERMILION.stroke_width(3)))?
            .label("polynomial")
            .legend(|(x, y)| PathElement::new([(x, y), (x + 20, y)], VERMILION.stroke_width(3)));
        chart
            .draw_series(LineSeries::new(function, BLUE.stroke_width(2)))?
            .label("function")
            .legend(|(x, y)| PathElement::new([(x, y), (x + 20, y)], BLUE.stroke_width(2)));
        chart.draw_series([Circle::new(self.at, 5, BLACK.filled())])?;
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperLeft)
            .label_font(("sans-serif", 16))
            .background_style(WHITE.mix(0.85))
            .border_style(GREY)
            .draw()?;
        self.errors(&right)
    }
}

impl TaylorPlot {
    fn errors<B: DrawingBackend>(&self, area: &DrawingArea<B, Shift>) -> Result<(), Trouble<B>> {
        let gaps: Vec<(f64, f64)> = self
            .points
            .iter()
            .map(|p| (p.0, (p.1 - p.2).abs()))
            .filter(|(_, gap)| *gap > 0.0 && gap.is_finite())
            .collect();
        let largest = gaps.iter().fold(f64::MIN_POSITIVE, |m, (_, y)| m.max(*y));
        let least = gaps.iter().fold(largest, |m, (_, y)| m.min(*y));
        let (bottom, top) = axis::decades(least, largest, 20);
        let mut chart = ChartBuilder::on(area)
            .margin(12)
            .x_label_area_size(48)
            .y_label_area_size(80)
            .build_cartesian_2d(self.range.0..self.range.1, (bottom..top).log_scale())?;
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .label_style(("sans-serif", 16))
            .x_label_formatter(&axis::short)
            .y_label_formatter(&axis::power)
            .y_desc(format!("error of order {}", self.order))
            .draw()?;
        for piece in gaps.split(|p| p.1 < bottom) {
            chart.draw_series(LineSeries::new(piece.iter().copied(), VERMILION.stroke_width(2)))?;
        }
        Ok(())
    }
}
