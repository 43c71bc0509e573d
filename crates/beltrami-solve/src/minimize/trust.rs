//! The trust-region iteration, and Newton's method in it.

use beltrami_linalg::Matrix;

use super::hessian::Hessian;
use super::kept::Kept;
use super::objective::Undefined;
use super::outcome::StepKind;
use super::quadratic::Quadratic;
use super::run::{Ended, Point, Run, Stop, moved, norm};
use super::spectral::{Edge, Trial};

/// Newton's method: the Hessian is the model, the subproblem is solved exactly.
pub(crate) fn run(run: &mut Run<'_>, point: Point, tolerance: f64) -> Ended {
    iterate(run, point, tolerance, &mut Newton { tried: None, kept: None })
}

/// The curvature that a model works with.
pub(crate) enum Curvature {
    /// Second derivatives.
    Hessian(Hessian),
    /// First derivatives of residuals.
    Residuals(Matrix, Vec<f64>),
}

/// What a trust-region method supplies.
pub(crate) trait Model {
    /// The curvature at an accepted point.
    fn curvature(&mut self, run: &mut Run<'_>, point: &Point) -> Result<Curvature, Undefined>;

    /// The value at a trial point.
    fn value(&mut self, run: &mut Run<'_>, x: &[f64]) -> Result<f64, Undefined>;

    /// The point that was last asked for.
    fn accept(&mut self, run: &mut Run<'_>, x: Vec<f64>, value: f64) -> Result<Point, Undefined>;

    /// Hears how well the model predicted: the actual reduction over the predicted one, and the values.
    fn learn(&mut self, _ratio: f64, _old: f64, _new: f64) {}
}

/// A Hessian is kept where another takes the work of so many gradients.
const COSTLY: usize = 4;

struct Newton {
    tried: Option<Point>,
    /// The last Hessian where another costs many gradients.
    kept: Option<Kept>,
}

impl Model for Newton {
    fn curvature(&mut self, run: &mut Run<'_>, point: &Point) -> Result<Curvature, Undefined> {
        if let Some(updated) = self.kept.as_mut().and_then(|kept| kept.updated(point)) {
            return Ok(Curvature::Hessian(Hessian::Dense(updated)));
        }
        let hessian = run.objective.hessian(&point.x)?;
        self.kept = match &hessian {
            Hessian::Dense(dense) if run.objective.offer().hessian_gradients >= COSTLY => {
                Some(Kept::new(dense.clone(), point))
            }
            _ => None,
        };
        Ok(Curvature::Hessian(hessian))
    }

    // Nearly every Newton step is accepted, so the gradient comes with the value.
    fn value(&mut self, run: &mut Run<'_>, x: &[f64]) -> Result<f64, Undefined> {
        let point = run.point(x.to_vec())?;
        let value = point.value;
        self.tried = Some(point);
        Ok(value)
    }

    fn accept(&mut self, run: &mut Run<'_>, x: Vec<f64>, _: f64) -> Result<Point, Undefined> {
        match self.tried.take() {
            Some(point) => Ok(point),
            None => run.point(x),
        }
    }
}

/// Reductions below this part of the value are rounding.
const NOISE: f64 = 8.0 * f64::EPSILON;
/// Steps within the noise before the iteration stops.
const NOISY_STEPS: usize = 6;

/// Weights that grow by more than this in one step belong to another landscape: off a plateau, for one.
const LEAP: f64 = 1e3;

/// Steps to minima of models within a radius that grows and shrinks with their success.
///
/// # References
/// Conn, Gould and Toint 2000, *Trust-Region Methods*, algorithm 6.1.1; scaling as in Moré 1978.
pub(crate) fn iterate(
    run: &mut Run<'_>,
    mut point: Point,
    tolerance: f64,
    model: &mut dyn Model,
) -> Ended {
    let n = point.x.len();
    let mut weights = vec![0.0_f64; n];
    let mut radius = 0.0;
    let mut noisy = 0;
    let mut last_step: Option<(Vec<f64>, f64)> = None;
    'points: loop {
        if run.proved(&point) {
            return Ended { point, stop: Stop::SmallGradient };
        }
        let curvature = match model.curvature(run, &point) {
            Ok(curvature) => curvature,
            Err(_) => return Ended { point, stop: Stop::NoProgress },
        };
        let diagonal = diagonal(&curvature, n);
        run.lower_floor(&point, &diagonal);
        rescale(&mut weights, &diagonal);
        // Where weights have grown beyond all bounds the region is as wide as the last step under them.
        if let Some((step, length)) = &last_step
            && *length > 0.0
        {
            let weighted: Vec<f64> = step.iter().zip(&weights).map(|(p, w)| p * w).collect();
            let growth = norm(&weighted) / length;
            radius *= if growth > LEAP { growth } else { 1.0 };
        }
        let quadratic = Quadratic::new(&curvature, &point, &weights);
        let extent = run.extent(&point.x, &weights);
        if vanished(run, &point, &curvature, tolerance) {
            return Ended { point, stop: Stop::Zero };
        }
        let newton = quadratic.minimum();
        if radius == 0.0 {
            radius = if extent > 0.0 { extent } else { 1.0 };
            // Second derivatives know the scale better than the start does.
            if let (Curvature::Hessian(_), Some(newton)) = (&curvature, &newton) {
                radius = radius.max(newton.length);
            }
        }
        if let Some(newton) = newton.as_ref() {
            let small = newton.length <= tolerance * extent;
            // Newton's step squares the error that is left, one of Gauss and Newton takes a part of it away.
            let whole = matches!(curvature, Curvature::Hessian(_));
            let near =
                whole && newton.length <= tolerance.sqrt() * extent && run.flat(&point, tolerance);
            let close = newton.length <= tolerance.powf(0.75) * extent;
            // Where the next step has lost its length, another Hessian would only confirm it; fits are asked for more digits.
            if near && close && run.objective.offer().residuals.is_none() {
                return Ended { point, stop: Stop::SmallStep };
            }
            if small || near || newton.predicted == 0.0 {
                return polished(run, model, point, newton.clone(), &weights);
            }
        }
        loop {
            let trial = quadratic.within(radius, newton.as_ref());
            let noise = NOISE * point.value.abs();
            if trial.predicted <= 0.0 || trial.length == 0.0 || !trial.predicted.is_finite() {
                return Ended { point, stop: Stop::NoProgress };
            }
            let x = moved(&point.x, 1.0, &trial.step);
            let ratio = match model.value(run, &x) {
                Err(_) => f64::NEG_INFINITY,
                Ok(value) if trial.predicted <= noise && value >= point.value - noise => {
                    // Where the region is what holds the step back, a wider one sees more.
                    noisy += usize::from(trial.edge == Edge::Inside);
                    if value <= point.value + noise && noisy <= NOISY_STEPS { 1.0 } else { -1.0 }
                }
                Ok(value) => (point.value - value) / trial.predicted,
            };
            if ratio < 0.25 {
                // A step out of the domain says nothing of the model but that it was too long.
                radius = trial.length * if ratio < -1.0 { 0.1 } else { 0.35 };
            } else if ratio > 0.75 && trial.edge != Edge::Inside {
                radius = radius.max(2.5 * trial.length);
            }
            if ratio > 1e-4 {
                let old = point.value;
                let next = model.accept(run, x, old - ratio * trial.predicted);
                if let Ok(next) = next {
                    point = next;
                    last_step = Some((trial.step.clone(), trial.length));
                    model.learn(ratio, old, point.value);
                    let kind = kind(&curvature, trial.edge);
                    if let Some(stop) = run.accept(&point, trial.length, kind, radius) {
                        return Ended { point, stop };
                    }
                    continue 'points;
                }
                radius = 0.1 * trial.length;
            }
            if radius <= f64::EPSILON * extent.max(f64::MIN_POSITIVE) || noisy > NOISY_STEPS {
                return Ended { point, stop: Stop::NoProgress };
            }
        }
    }
}

/// The last step, taken where it does not raise the value: it has quadratically small error.
fn polished(
    run: &mut Run<'_>,
    model: &mut dyn Model,
    point: Point,
    newton: Trial,
    weights: &[f64],
) -> Ended {
    let slope = |point: &Point| -> f64 {
        norm(&point.gradient.iter().zip(weights).map(|(g, w)| g / w).collect::<Vec<f64>>())
    };
    let x = moved(&point.x, 1.0, &newton.step);
    let noise = NOISE * point.value.abs();
    let better = |value: f64| value <= point.value + noise;
    if newton.predicted > 0.0
        && let Some(value) = model.value(run, &x).ok().filter(|value| better(*value))
        && let Ok(next) = model.accept(run, x, value)
        // Within the noise of the values the gradient decides.
        && (next.value < point.value - noise || slope(&next) <= slope(&point))
    {
        let stop = run.accept(&next, newton.length, StepKind::Newton, newton.length);
        let stop = stop.unwrap_or(Stop::SmallStep);
        return Ended { point: next, stop };
    }
    Ended { point, stop: Stop::SmallStep }
}

fn kind(curvature: &Curvature, edge: Edge) -> StepKind {
    match (curvature, edge) {
        (Curvature::Residuals(..), Edge::Inside) => StepKind::GaussNewton,
        (Curvature::Residuals(..), _) => StepKind::Marquardt,
        (Curvature::Hessian(_), Edge::Inside) => StepKind::Newton,
        (Curvature::Hessian(_), Edge::Boundary) => StepKind::Damped,
        (Curvature::Hessian(_), Edge::Concave) => StepKind::NegativeCurvature,
    }
}

/// Steps before a sum of squares that falls slowly is compared with the size of its terms.
const SLOW: usize = 100;
/// The comparison costs a Jacobian, so it is made of sums that have fallen to this part of the first one.
const FALLEN: f64 = 1e-8;

/// Whether residuals are zero to the rounding of their terms, whose size is that of `|J||x|`; after many steps, whether their
/// squares are, which is all that a valley as narrow as rounding allows.
fn vanished(run: &mut Run<'_>, point: &Point, curvature: &Curvature, tolerance: f64) -> bool {
    if run.objective.offer().residuals.is_none() {
        return false;
    }
    let squares = point.value - run.objective.offset();
    if squares == 0.0 {
        return true;
    }
    // Far out terms are large and cancel; there the slope says that there is more to gain.
    let slow = run.trace.len() > SLOW && run.flat(point, tolerance);
    let terms = |j: &Matrix| -> f64 {
        let term =
            |i: usize| j.row(i).iter().zip(&point.x).map(|(d, x)| (d * x).abs()).sum::<f64>();
        (0..j.rows()).map(|i| term(i).powi(2)).sum()
    };
    let size = match curvature {
        Curvature::Residuals(j, _) => terms(j),
        Curvature::Hessian(_) if slow && squares <= FALLEN * run.start_value.abs() => {
            run.objective.jacobian(&point.x).map_or(0.0, |j| terms(&j))
        }
        Curvature::Hessian(_) => 0.0,
    };
    let unit = if slow { 1024.0 * f64::EPSILON } else { (4.0 * f64::EPSILON).powi(2) };
    squares <= unit * size
}

/// On a plateau in one variable alone its curvature is rounding, and a region that it scales would hold no step in the others.
const LEAST_WEIGHT: f64 = 1e-12;

/// The curvature along each of `n` unknowns.
fn diagonal(curvature: &Curvature, n: usize) -> Vec<f64> {
    match curvature {
        Curvature::Hessian(hessian) => hessian.diagonal(),
        Curvature::Residuals(j, _) => {
            let mut squares = vec![0.0; n];
            for i in 0..j.rows() {
                for (sum, x) in squares.iter_mut().zip(j.row(i)) {
                    *sum += 2.0 * x * x;
                }
            }
            squares
        }
    }
}

/// Each weight is the largest root of curvature met so far (Moré 1978, section 6).
fn rescale(weights: &mut [f64], diagonal: &[f64]) {
    for (weight, square) in weights.iter_mut().zip(diagonal) {
        *weight = weight.max(square.abs().sqrt());
    }
    // What has no curvature of its own is measured like the others, whose units are those of the run too.
    let largest = weights.iter().copied().fold(0.0, f64::max);
    for weight in weights {
        *weight = match (*weight == 0.0, largest == 0.0) {
            (_, true) => 1.0,
            (true, _) => largest,
            _ => weight.max(LEAST_WEIGHT * largest),
        };
    }
}
