//! The frame that all pictures share: axes, grid and legend.

use plotters::chart::SeriesLabelPosition;
use plotters::coord::ranged1d::{Ranged, ValueFormatter};
use plotters::prelude::*;

use super::{GREY, Trouble};

/// What an axis shows, and how its numbers are written.
pub type Axis<'a> = (&'a str, &'a dyn Fn(&f64) -> String);

/// A grid with numbers and names of the axes; along the first as many numbers as are asked for.
pub fn grid<'a, B: DrawingBackend + 'a, X, Y>(
    chart: &mut ChartContext<'a, B, Cartesian2d<X, Y>>,
    x: Axis<'_>,
    y: Axis<'_>,
    numbers: usize,
) -> Result<(), Trouble<B>>
where
    X: Ranged<ValueType = f64> + ValueFormatter<f64>,
    Y: Ranged<ValueType = f64> + ValueFormatter<f64>,
{
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .label_style(("sans-serif", 16))
        .x_labels(numbers)
        .x_label_formatter(x.1)
        .y_label_formatter(y.1)
        .x_desc(x.0)
        .y_desc(y.0)
        .draw()
}

/// The legend of all series drawn so far.
pub fn legend<'a, B: DrawingBackend + 'a, X, Y>(
    chart: &mut ChartContext<'a, B, Cartesian2d<X, Y>>,
    position: SeriesLabelPosition,
) -> Result<(), Trouble<B>>
where
    X: Ranged<ValueType = f64>,
    Y: Ranged<ValueType = f64>,
{
    chart
        .configure_series_labels()
        .position(position)
        .label_font(("sans-serif", 16))
        .background_style(WHITE.mix(0.85))
        .border_style(GREY)
        .draw()
}

/// A whole number, and nothing between two.
pub fn whole(x: &f64) -> String {
    if x.fract() == 0.0 { format!("{x:.0}") } else { String::new() }
}

/// Bounds of a logarithmic axis for positive values: whole powers of ten around them, at most `decades` of them.
pub fn decades(least: f64, largest: f64, decades: i32) -> (f64, f64) {
    let top = largest.log10().ceil() as i32;
    let bottom = (least.log10().floor() as i32).clamp(top - decades, top - 1);
    (10.0_f64.powi(bottom), 10.0_f64.powi(top))
}

/// `1e-3`, or the number itself where that is shorter.
pub fn power(x: &f64) -> String {
    if (0.01..=100.0).contains(x) { short(x) } else { format!("{x:.0e}") }
}

/// The same for the ticks of an axis, where what is far below its length is a rounded zero.
pub fn tick((low, high): (f64, f64)) -> impl Fn(&f64) -> String {
    move |x| short(if x.abs() < 1e-9 * (high - low) { &0.0 } else { x })
}

/// Up to four significant digits.
pub fn short(x: &f64) -> String {
    let text = format!("{x:.4}");
    let trimmed = text.trim_end_matches('0').trim_end_matches('.');
    match x.abs() {
        0.0 => "0".into(),
        size if !(1e-3..1e5).contains(&size) => format!("{x:.1e}"),
        _ => trimmed.into(),
    }
}
