//! Objective and gradient along the iterations of a minimisation.

use beltrami::solve::minimize::{Iterate, Method, StepKind};
use plotters::coord::Shift;
use plotters::prelude::*;

use super::{BLUE, GREY, Picture, Trouble, VERMILION, axis};

/// The way to a minimum.
pub struct Convergence<'a> {
    /// The method.
    pub method: Method,
    /// All iterates.
    pub trace: &'a [Iterate],
}

/// Below this part of the largest value everything is rounding.
const DECADES: i32 = 24;
/// Marks of more iterates hide each other.
const MOST_MARKS: usize = 120;

impl Picture for Convergence<'_> {
    fn draw<B: DrawingBackend>(&self, area: &DrawingArea<B, Shift>) -> Result<(), Trouble<B>> {
        let title = format!("method {}: the way to the minimum", self.method.name());
        let area = area.margin(8, 0, 0, 0).titled(&title, ("sans-serif", 22))?;
        let best = self.trace.iter().map(|i| i.value).fold(f64::INFINITY, f64::min);
        let gap: Vec<(f64, f64)> = points(self.trace, |i| i.value - best);
        let slope: Vec<(f64, f64)> = points(self.trace, |i| i.gradient_norm);
        let values = || gap.iter().chain(&slope).map(|(_, y)| *y);
        let largest = values().fold(f64::MIN_POSITIVE, f64::max);
        let least = values().fold(largest, f64::min);
        let (bottom, top) = axis::decades(least, largest * 1.05, DECADES);
        let last = self.trace.len().saturating_sub(1).max(1) as f64;
        let mut chart = ChartBuilder::on(&area);
        let mut chart = chart
            .margin(12)
            .x_label_area_size(48)
            .y_label_area_size(90)
            .build_cartesian_2d(0.0..last * 1.02, (bottom..top).log_scale())?;
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .label_style(("sans-serif", 16))
            .x_label_formatter(&axis::short)
            .y_label_formatter(&axis::power)
            .x_desc("iteration")
            .y_desc("logarithmic")
            .draw()?;
        for (label, colour, points) in [
            ("f above its least value", BLUE, &gap),
            ("largest entry of the gradient", VERMILION, &slope),
        ] {
            let shown: Vec<(f64, f64)> = points.iter().copied().filter(|p| p.1 >= bottom).collect();
            chart.draw_series(LineSeries::new(shown, colour.stroke_width(2)))?.label(label).legend(
                move |(x, y)| PathElement::new([(x, y), (x + 20, y)], colour.stroke_width(2)),
            );
        }
        let stride = self.trace.len().div_ceil(MOST_MARKS).max(1);
        for mark in Mark::ALL {
            let places: Vec<(f64, f64)> = self
                .trace
                .iter()
                .step_by(stride)
                .filter(|i| Mark::of(i.kind) == Some(mark) && i.gradient_norm >= bottom)
                .map(|i| (i.iteration as f64, i.gradient_norm))
                .collect();
            if places.is_empty() {
                continue;
            }
            let series = match mark {
                Mark::Full => chart
                    .draw_series(places.iter().map(|p| Circle::new(*p, 4, VERMILION.filled())))?,
                Mark::Short => {
                    chart.draw_series(places.iter().map(|p| Circle::new(*p, 4, VERMILION)))?
                }
                Mark::Curved => chart.draw_series(
                    places.iter().map(|p| TriangleMarker::new(*p, 6, BLACK.filled())),
                )?,
            };
            series.label(mark.label()).legend(move |(x, y)| match mark {
                Mark::Full => Circle::new((x + 10, y), 4, VERMILION.filled()).into_dyn(),
                Mark::Short => Circle::new((x + 10, y), 4, VERMILION).into_dyn(),
                Mark::Curved => TriangleMarker::new((x + 10, y), 6, BLACK.filled()).into_dyn(),
            });
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::LowerLeft)
            .label_font(("sans-serif", 16))
            .background_style(WHITE.mix(0.85))
            .border_style(GREY)
            .draw()
    }
}

/// What is above zero, by iterations.
fn points(trace: &[Iterate], value: impl Fn(&Iterate) -> f64) -> Vec<(f64, f64)> {
    trace
        .iter()
        .map(|i| (i.iteration as f64, value(i)))
        .filter(|(_, y)| *y > 0.0 && y.is_finite())
        .collect()
}

/// How steps are told apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Full,
    Short,
    Curved,
}

impl Mark {
    const ALL: [Mark; 3] = [Mark::Full, Mark::Short, Mark::Curved];

    fn of(kind: StepKind) -> Option<Mark> {
        match kind {
            StepKind::Newton | StepKind::GaussNewton => Some(Mark::Full),
            StepKind::Damped | StepKind::Marquardt => Some(Mark::Short),
            StepKind::Repaired | StepKind::NegativeCurvature => Some(Mark::Curved),
            StepKind::Start | StepKind::Gradient | StepKind::QuasiNewton => None,
        }
    }

    fn label(self) -> &'static str {
        match self {
            Mark::Full => "whole step",
            Mark::Short => "shortened step",
            Mark::Curved => "Hessian not positive definite",
        }
    }
}
