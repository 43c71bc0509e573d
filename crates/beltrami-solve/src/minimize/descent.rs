//! Directions that need the gradient alone, each followed by a line search.

use super::line_search::search;
use super::outcome::StepKind;
use super::run::{Ended, Point, Run, Stop, dot, norm};

/// Where to go from a point.
pub(crate) trait Direction {
    /// The direction, and the length to try first.
    fn direction(&mut self, point: &Point) -> (Vec<f64>, f64);

    /// Hears of a step.
    fn learn(&mut self, old: &Point, new: &Point);

    /// Forgets all; the next direction is the negative gradient.
    fn forget(&mut self);

    /// How its steps are called.
    const KIND: StepKind;
    /// How much of the slope a step may leave.
    const SLOPE: f64;
}

/// The negative gradient; the first length is the one of Barzilai and Borwein 1988, which the last step suggests.
#[derive(Default)]
pub(crate) struct Steepest {
    length: Option<f64>,
}

impl Direction for Steepest {
    const KIND: StepKind = StepKind::Gradient;
    const SLOPE: f64 = 0.1;

    fn direction(&mut self, point: &Point) -> (Vec<f64>, f64) {
        let direction: Vec<f64> = point.gradient.iter().map(|g| -g).collect();
        let first = 1.0_f64.min(1.0 / norm(&direction));
        (direction, self.length.unwrap_or(first))
    }

    fn learn(&mut self, old: &Point, new: &Point) {
        let (s, y) = difference(old, new);
        let bend = dot(&s, &y);
        self.length = (bend > 0.0).then(|| dot(&s, &s) / bend);
    }

    fn forget(&mut self) {
        self.length = None;
    }
}

/// The step and the change of the gradient.
pub(crate) fn difference(old: &Point, new: &Point) -> (Vec<f64>, Vec<f64>) {
    let s = new.x.iter().zip(&old.x).map(|(a, b)| a - b).collect();
    let y = new.gradient.iter().zip(&old.gradient).map(|(a, b)| a - b).collect();
    (s, y)
}

/// Line searches along the directions until the gradient is within `tolerance`.
pub(crate) fn run<D: Direction>(
    run: &mut Run<'_>,
    mut point: Point,
    tolerance: f64,
    directions: &mut D,
) -> Ended {
    let mut fresh = true;
    loop {
        if run.settled(&point, tolerance) {
            return Ended { point, stop: Stop::SmallGradient };
        }
        if run.slow(&point, tolerance) {
            return Ended { point, stop: Stop::Slow };
        }
        let (mut direction, mut first) = directions.direction(&point);
        if dot(&direction, &point.gradient) >= 0.0 {
            directions.forget();
            fresh = true;
            (direction, first) = directions.direction(&point);
        }
        match search(run, &point, &direction, first, D::SLOPE) {
            Some(found) => {
                directions.learn(&point, &found.point);
                fresh = false;
                let step = found.length * norm(&direction);
                let stalls = run.stalls(&point.x, &found.point.x);
                point = found.point;
                if let Some(stop) = run.accept(&point, step, D::KIND, found.length) {
                    return Ended { point, stop };
                }
                if stalls {
                    return Ended { point, stop: Stop::NoProgress };
                }
            }
            None if fresh => return Ended { point, stop: Stop::NoProgress },
            None => {
                directions.forget();
                fresh = true;
            }
        }
    }
}
