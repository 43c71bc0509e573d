//! Axes of any range, and lines and marks of any numbers.

use beltrami_plot::{Axis, Canvas, Colour, Key, Layout, Mark, Picture, Point, Stroke};

use crate::drawing::check;

/// Points in axes, with a legend.
struct Chart {
    x: Axis,
    y: Axis,
    points: Vec<Point>,
    equal: bool,
}

impl Picture for Chart {
    fn size(&self) -> (u32, u32) {
        (420, 340)
    }

    fn draw(&self, canvas: &mut Canvas) {
        let layout = Layout::new(canvas.area(), "title", self.x.clone(), self.y.clone());
        let layout = if self.equal { layout.equal() } else { layout };
        let mut frame = layout.frame(canvas);
        let stroke = Stroke::new(Colour::BLUE, 2.0);
        frame.line(&self.points, stroke);
        frame.label(Key::Line(stroke), "a line");
        frame.marks(self.points.iter().copied(), Mark::Disc(3.0, Colour::BLACK));
        frame.finish();
    }
}

#[test]
fn axes_of_any_range_have_numbers_that_stand_apart() {
    let ends = [
        (0.0, 1.0),
        (-1.0, 1e-9),
        (1e-320, 1e-300),
        (-1e308, 1e308),
        (f64::MIN, f64::MAX),
        (123_456.0, 123_457.0),
        (1e15, 1e15 + 1.0),
        (-7.0, -7.0),
        (0.0, 0.0),
        (-0.000_12, 0.000_9),
        (99_000.0, 101_000.0),
        (1.0, 1.0 + 1e-10),
        (-1.0 - 1e-8, -1.0),
        (f64::NAN, f64::INFINITY),
    ];
    for (low, high) in ends {
        for equal in [false, true] {
            let points = vec![(low, low), (high, high), (0.5 * low + 0.5 * high, low)];
            let axis = Axis::linear(low, high).named("a name of some length");
            let chart = Chart { x: axis.clone(), y: axis.clone(), points: points.clone(), equal };
            check(&format!("{low} to {high}, {equal}"), &chart);
            let whole =
                Chart { x: axis.clone().whole(), y: Axis::linear(0.0, 1.0), points, equal: false };
            check(&format!("whole {low} to {high}"), &whole);
        }
        let powers = Axis::logarithmic(low, high).named("powers");
        let chart = Chart { x: powers.clone(), y: powers, points: vec![(1.0, 1.0)], equal: false };
        check(&format!("powers {low} to {high}"), &chart);
    }
    for span in [1, 2, 3, 5, 8, 13, 40, 300] {
        let powers = Axis::decades([1e-150, 10f64.powi(span - 150)].into_iter(), 600);
        let chart = Chart { x: powers.clone(), y: powers, points: Vec::new(), equal: false };
        check(&format!("{span} decades"), &chart);
    }
}

#[test]
fn numbers_that_are_none_and_numbers_far_away_do_no_harm() {
    let (none, far) = (f64::NAN, f64::INFINITY);
    let points = vec![
        (0.0, 0.0),
        (0.2, 1e300),
        (none, 0.5),
        (0.4, -far),
        (0.5, 0.5),
        (f64::MAX, f64::MIN),
        (0.7, 0.2),
    ];
    let axis = Axis::linear(0.0, 1.0);
    let chart = Chart { x: axis.clone(), y: axis, points: points.clone(), equal: false };
    check("far", &chart);
    let axis = Axis::logarithmic(1e-3, 1.0);
    check("negative", &Chart { x: axis.clone(), y: axis, points, equal: false });
}
