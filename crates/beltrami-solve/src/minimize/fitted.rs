//! Sums of squares of residuals that are linear in the unknowns, solved at once.

use beltrami_linalg::{LeastSquares, Matrix};

use super::outcome::StepKind;
use super::run::{Ended, Point, Run, Stop, norm};

/// What is known of a solution by its factorisation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fit {
    pub rank: usize,
    /// The condition number of the derivatives with columns of one length.
    pub condition: f64,
    /// The largest cosine of the angle between a column and what is left of the residuals.
    pub slope: f64,
}

/// More entries of the Jacobian are left to methods that need no factorisation of it.
const MOST: usize = 2_000_000;
/// Residuals that are linear are met by their derivatives to this part of their terms.
const LINEAR: f64 = 1e-10;
/// Residuals below this part of their terms are rounding.
const NOISE: f64 = 64.0 * f64::EPSILON;

/// The solution; `None` where the residuals are not linear or have no value at zero, or the problem is too large.
///
/// Normal equations would square the condition number; these steps go through the derivatives themselves.
pub(crate) fn fitted(run: &mut Run<'_>, point: &Point) -> Option<Ended> {
    let offer = run.objective.offer();
    let (m, n) = (offer.residuals?, point.x.len());
    if !offer.constant_hessian || m.saturating_mul(n) > MOST || n == 0 {
        return None;
    }
    let mut at_zero = vec![0.0; m];
    run.objective.residuals(&vec![0.0; n], &mut at_zero).ok()?;
    let jacobian = run.objective.jacobian(&point.x).ok()?;
    // The shortest solution is one in the unknowns themselves.
    let units = run.units.unknowns.clone();
    let own = Matrix::from_fn(m, n, |i, j| jacobian[(i, j)] / units[j]);
    let target: Vec<f64> = at_zero.iter().map(|r| -r).collect();
    let found = LeastSquares::new(&own, &target).ok()?;
    let x = run.units.inside(&found.x);
    let mut there = vec![0.0; m];
    run.objective.residuals(&x, &mut there).ok()?;
    let size = |i: usize| -> f64 {
        let terms = jacobian.row(i).iter().zip(&x).map(|(a, x)| (a * x).abs());
        at_zero[i].abs() + terms.sum::<f64>()
    };
    let linear = (0..m)
        .all(|i| (there[i] + found.residual[i]).abs() <= LINEAR * size(i) + f64::MIN_POSITIVE);
    if !linear {
        return None;
    }
    let noise = NOISE * norm(&(0..m).map(size).collect::<Vec<f64>>());
    let length = norm(&found.residual);
    let cosine = |j: usize| {
        let column = own.col(j);
        let part: f64 = column.iter().zip(&found.residual).map(|(a, r)| a * r).sum();
        part.abs() / (norm(&column) * length)
    };
    let slope = match length > noise {
        true => (0..n).map(cosine).filter(|c| c.is_finite()).fold(0.0, f64::max),
        false => 0.0,
    };
    if slope > run.options.tolerance {
        return None;
    }
    let next = run.point(x).ok()?;
    // Within the bounds of its domain a start that is as good is kept.
    if next.value > point.value + NOISE * point.value.abs() {
        return None;
    }
    let step: Vec<f64> = next.x.iter().zip(&point.x).map(|(x, old)| x - old).collect();
    let length = norm(&step);
    let fit = Fit { rank: found.rank, condition: found.condition, slope };
    let stop = match run.accept(&next, length, StepKind::GaussNewton, length) {
        Some(Stop::Interrupted) => Stop::Interrupted,
        _ => Stop::Fitted(fit),
    };
    Some(Ended { point: next, stop })
}
