//! Sums of squares: Levenberg–Marquardt as a trust region, with second derivatives where the residuals stay large.

use super::fitted::fitted;
use super::objective::Undefined;
use super::run::{Ended, Point, Run};
use super::trust::{Curvature, Model, iterate};

/// Minimises a sum of squares.
///
/// The Gauss–Newton model converges quadratically to small residuals and slowly to large ones; there the whole Hessian takes
/// over, as long as it predicts well.
/// # References
/// Moré 1978, *The Levenberg–Marquardt algorithm*; Dennis, Gay and Welsch 1981, NL2SOL, for the change of models.
pub(crate) fn run(run: &mut Run<'_>, point: Point, tolerance: f64) -> Ended {
    if let Some(ended) = fitted(run, &point) {
        return ended;
    }
    let offer = run.objective.offer();
    let count = offer.residuals.unwrap_or(0);
    let mut squares = Squares {
        residuals: vec![0.0; count],
        second: offer.hessian.is_some(),
        whole: false,
        slow: 0,
        wait: 0,
    };
    // The residuals of the start stand beside its gradient.
    if run.objective.residuals(&point.x, &mut squares.residuals).is_err() {
        return Ended { point, stop: super::run::Stop::NoProgress };
    }
    iterate(run, point, tolerance, &mut squares)
}

struct Squares {
    /// At the point that was last asked for.
    residuals: Vec<f64>,
    /// Whether there are second derivatives.
    second: bool,
    /// Whether they are in use.
    whole: bool,
    /// Steps in a row that hardly lowered the value.
    slow: usize,
    /// Steps before the whole Hessian is tried again.
    wait: usize,
}

/// A step that leaves more than this part of the value has met residuals that stay.
const STAYS: f64 = 0.5;
/// So many of them, and the whole Hessian takes over.
const PATIENCE: usize = 3;

impl Model for Squares {
    fn curvature(&mut self, run: &mut Run<'_>, point: &Point) -> Result<Curvature, Undefined> {
        if self.whole {
            return run.objective.hessian(&point.x).map(Curvature::Hessian);
        }
        // Rejected trials have left their residuals behind.
        run.objective.residuals(&point.x, &mut self.residuals)?;
        let jacobian = run.objective.jacobian(&point.x)?;
        Ok(Curvature::Residuals(jacobian, self.residuals.clone()))
    }

    fn value(&mut self, run: &mut Run<'_>, x: &[f64]) -> Result<f64, Undefined> {
        run.objective.residuals(x, &mut self.residuals)
    }

    fn accept(&mut self, run: &mut Run<'_>, x: Vec<f64>, _: f64) -> Result<Point, Undefined> {
        run.point(x)
    }

    fn learn(&mut self, ratio: f64, old: f64, new: f64) {
        self.wait = self.wait.saturating_sub(1);
        if self.whole {
            if ratio < 0.25 {
                (self.whole, self.slow, self.wait) = (false, 0, 2 * PATIENCE);
            }
        } else if new > STAYS * old {
            self.slow += 1;
            self.whole = self.second && self.slow >= PATIENCE && self.wait == 0;
        } else {
            self.slow = 0;
        }
    }
}
