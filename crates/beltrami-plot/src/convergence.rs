//! Objective and gradient along the iterations of a minimisation.

use beltrami::engine::solve::minimize::{Iterate, Method, StepKind};

use crate::{Axis, Canvas, Colour, Key, Layout, Mark, Picture, Point, Stroke};

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
    fn draw(&self, canvas: &mut Canvas) {
        let best = self.trace.iter().map(|i| i.value).fold(f64::INFINITY, f64::min);
        let gap = points(self.trace, |i| i.value - best);
        let slope = points(self.trace, |i| i.gradient_norm);
        let y = Axis::decades(gap.iter().chain(&slope).map(|(_, y)| *y), DECADES);
        let bottom = y.low();
        let last = self.trace.len().saturating_sub(1).max(1) as f64;
        let x = Axis::linear(0.0, last * 1.02).named("iteration").whole();
        let title = format!("method {}: the way to the minimum", self.method.name());
        let mut frame = Layout::new(canvas.area(), title, x, y).frame(canvas);
        for (label, colour, points) in [
            ("f above its least value", Colour::BLUE, &gap),
            ("largest entry of the gradient", Colour::VERMILION, &slope),
        ] {
            let shown: Vec<Point> = points.iter().copied().filter(|p| p.1 >= bottom).collect();
            frame.line(&shown, Stroke::new(colour, 2.0));
            frame.label(Key::Line(Stroke::new(colour, 2.0)), label);
        }
        let stride = self.trace.len().div_ceil(MOST_MARKS).max(1);
        for step in Step::ALL {
            let places: Vec<Point> = self
                .trace
                .iter()
                .step_by(stride)
                .filter(|i| Step::of(i.kind) == Some(step) && i.gradient_norm >= bottom)
                .map(|i| (i.iteration as f64, i.gradient_norm))
                .collect();
            if !places.is_empty() {
                frame.marks(places, step.mark());
                frame.label(Key::Mark(step.mark()), step.label());
            }
        }
        frame.finish();
    }
}

/// What is above zero, by iterations.
fn points(trace: &[Iterate], value: impl Fn(&Iterate) -> f64) -> Vec<Point> {
    trace
        .iter()
        .map(|i| (i.iteration as f64, value(i)))
        .filter(|(_, y)| *y > 0.0 && y.is_finite())
        .collect()
}

/// How steps are told apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Full,
    Short,
    Curved,
}

impl Step {
    const ALL: [Step; 3] = [Step::Full, Step::Short, Step::Curved];

    fn of(kind: StepKind) -> Option<Step> {
        match kind {
            StepKind::Newton | StepKind::GaussNewton => Some(Step::Full),
            StepKind::Damped | StepKind::Marquardt => Some(Step::Short),
            StepKind::Repaired | StepKind::NegativeCurvature => Some(Step::Curved),
            StepKind::Start | StepKind::Gradient | StepKind::QuasiNewton => None,
        }
    }

    fn mark(self) -> Mark {
        match self {
            Step::Full => Mark::Disc(4.0, Colour::VERMILION),
            Step::Short => Mark::Ring(4.0, Stroke::new(Colour::VERMILION, 1.5)),
            Step::Curved => Mark::Triangle(7.0, Colour::BLACK),
        }
    }

    fn label(self) -> &'static str {
        match self {
            Step::Full => "whole step",
            Step::Short => "shortened step",
            Step::Curved => "Hessian not positive definite",
        }
    }
}
