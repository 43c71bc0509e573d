//! What a point is: a minimum, a saddle, or neither.

use beltrami_linalg::Matrix;

use super::hessian::Hessian;
use super::lbfgs::held;
use super::options::Method;
use super::outcome::{Measure, Outcome, Status};
use super::probe::{Side, probe};
use super::run::{Ended, Point, Run, Stop, dot};
use super::shifted::Shifted;
use super::spectral::Spectral;

/// The verdict on the end of a method.
pub(crate) struct Judged {
    status: Status,
    reason: String,
    measures: Vec<Measure>,
    inertia: Option<[usize; 3]>,
    /// A point from which it goes on, and whether by a method that follows negative curvature.
    pub resume: Option<(Point, bool)>,
}

/// Up to this many variables the verdict sees eigenvalues; beyond, a Cholesky factorisation where it exists.
const FEW: usize = 150;
/// The most variables whose eigenvalues are computed when there is no factorisation.
const MANY: usize = 1500;
/// The most variables whose Hessian is put together from products.
const PRODUCTS: usize = 300;
/// Curvature below this part of the largest is no negative curvature: it may come from rounding in the Hessian's entries.
const NEGATIVE: f64 = 1e-11;

/// Judges the point at which a method ended.
pub(crate) fn judge(run: &mut Run<'_>, ended: &Ended) -> Judged {
    let point = &ended.point;
    let tolerance = run.options.tolerance;
    let gradient = Measure {
        name: "gradient",
        value: run.slope(point) / point.value.abs().max(1.0),
        tolerance,
    };
    let settled = |status, reason: String, measures, inertia| Judged {
        status,
        reason,
        measures,
        inertia,
        resume: None,
    };
    if ended.stop == Stop::Unbounded {
        let reason = format!(
            "the objective falls without end: it is {:.3e} after {} iterations, and still falling",
            point.value,
            run.trace.len() - 1
        );
        return settled(Status::Unbounded, reason, vec![gradient], None);
    }
    let second = run.options.judge.then(|| Second::at(run, point)).flatten();
    let inertia = second.as_ref().and_then(|second| second.inertia);
    let mut measures = vec![gradient];
    if let Some(second) = &second {
        measures.extend(second.measures(run, point));
    }
    match ended.stop {
        Stop::Interrupted => {
            let reason = "stopped from outside; this is the best point so far".into();
            return settled(Status::Interrupted, reason, measures, inertia);
        }
        Stop::Limit => {
            let reason = format!(
                "{} iterations were allowed and are used up; allow more, or choose another method",
                run.options.max_iterations
            );
            return settled(Status::IterationLimit, reason, measures, inertia);
        }
        _ if zero(run, ended) => {
            let reason = "the sum of squares is zero to rounding, and no value is lower".into();
            return settled(Status::Converged, reason, measures, inertia);
        }
        _ => {}
    }
    let Some(second) = second else { return by_gradient(run, ended, measures) };
    by_curvature(run, ended, measures, &second)
}

/// Whether a sum of squares is zero: its terms say so, or it has lost all digits that it had at the start, and its slope; from
/// a start whose value is huge, all digits of 1.
fn zero(run: &Run<'_>, ended: &Ended) -> bool {
    if ended.stop == Stop::Zero {
        return true;
    }
    let offset = run.objective.offset();
    run.objective.offer().residuals.is_some()
        && ended.point.value - offset <= f64::EPSILON.powi(2) * (run.start_value - offset).min(1.0)
        && run.flat(&ended.point, run.options.tolerance)
}

/// The verdict where nothing is known of the Hessian.
fn by_gradient(run: &Run<'_>, ended: &Ended, measures: Vec<Measure>) -> Judged {
    let met = run.flat(&ended.point, run.options.tolerance);
    let (status, reason) = if met {
        let reason = "the gradient is within its tolerance; the Hessian was not looked at";
        (Status::Converged, reason.to_owned())
    } else {
        (Status::NoProgress, no_progress(run, ended))
    };
    Judged { status, reason, measures, inertia: None, resume: None }
}

fn by_curvature(
    run: &mut Run<'_>,
    ended: &Ended,
    mut measures: Vec<Measure>,
    second: &Second,
) -> Judged {
    let point = &ended.point;
    let follows = run.options.method != Method::Gradient && run.options.bounds.is_none();
    let inertia = second.inertia;
    let negative = inertia.map_or(0, |[negative, _, _]| negative);
    if negative > 0 {
        let all = negative == point.x.len();
        let what = if all { "a local maximum" } else { "a saddle" };
        let reason = format!(
            "the gradient vanishes at {what}: the Hessian has {negative} negative eigenvalue{}",
            if negative == 1 { "" } else { "s" }
        );
        let resume = follows.then(|| (point.clone(), true));
        return Judged { status: Status::Saddle, reason, measures, inertia, resume };
    }
    let met = |name: &str| measures.iter().any(|m| m.name == name && m.met());
    let near = met("newton step") && (met("gradient") || met("decrease"));
    if !near {
        let reason = no_progress(run, ended);
        let stuck = ended.stop == Stop::NoProgress;
        let resume = (follows || !stuck).then(|| (point.clone(), stuck));
        return Judged { status: Status::NoProgress, reason, measures, inertia, resume };
    }
    if inertia.is_some_and(|[_, zero, positive]| zero > 0 && positive == 0) {
        let reason = "the objective is level around this point, so that nothing says where its \
                      minimum is; start elsewhere"
            .into();
        return Judged { status: Status::NotAttained, reason, measures, inertia, resume: None };
    }
    let mut plateau = false;
    for direction in &second.level {
        match probe(run, point, direction) {
            Side::Lower(lower) => {
                let reason = "a lower value lies along a direction without curvature".into();
                let resume = Some((*lower, true));
                return Judged { status: Status::NoProgress, reason, measures, inertia, resume };
            }
            Side::Plateau => plateau = true,
            Side::Minimum => {}
        }
    }
    if plateau {
        let reason = "the objective is level in a direction near this point and not far from it: \
                      this is a plateau, or a value that is approached without end; start elsewhere"
            .into();
        return Judged { status: Status::NotAttained, reason, measures, inertia, resume: None };
    }
    let reason = match inertia {
        Some([0, 0, _]) => {
            "at a minimum: the measures are within their tolerances and the Hessian \
                            is positive definite"
                .into()
        }
        Some([0, zero, _]) => format!(
            "at a minimum that need not be isolated: the Hessian is positive semidefinite with {zero} \
             vanishing eigenvalue{}, along which no lower value was found",
            if zero == 1 { "" } else { "s" }
        ),
        _ => "the measures are within their tolerances".into(),
    };
    measures.retain(|measure| measure.met() || measure.name != "decrease");
    Judged { status: Status::Converged, reason, measures, inertia, resume: None }
}

fn no_progress(run: &Run<'_>, ended: &Ended) -> String {
    let last = run.trace.len() - 1;
    match ended.stop {
        Stop::NoProgress => format!(
            "no step lowers the objective after iteration {last}, and the measures are not within their \
             tolerances; scale the variables, or start elsewhere"
        ),
        _ => format!(
            "the gradient is small after iteration {last} and the Newton step is not, so the minimum may \
             be far; choose `trust`, or a smaller tolerance"
        ),
    }
}

/// The second derivatives at a point, of the variables that no bound holds.
struct Second {
    inertia: Option<[usize; 3]>,
    /// The Newton step of least length, weighted, and how much it lowers the model.
    step: f64,
    predicted: f64,
    weights: Vec<f64>,
    /// Unit vectors along which there is no curvature.
    level: Vec<Vec<f64>>,
}

impl Second {
    fn at(run: &mut Run<'_>, point: &Point) -> Option<Second> {
        let hessian = hessian(run, point)?;
        let free: Vec<usize> = match &run.options.bounds {
            None => (0..point.x.len()).collect(),
            Some(bounds) => {
                let held = held(point, bounds);
                (0..point.x.len()).filter(|i| !held[*i]).collect()
            }
        };
        let whole = free.len() == point.x.len();
        let hessian = if whole {
            hessian
        } else {
            let dense = hessian.dense();
            let (n, entry) = (free.len(), |i: usize, j: usize| dense[(free[i], free[j])]);
            Hessian::Dense(Matrix::from_fn(n, n, entry))
        };
        let gradient: Vec<f64> = free.iter().map(|i| point.gradient[*i]).collect();
        let own: Vec<f64> = hessian
            .diagonal()
            .iter()
            .map(|h| if *h == 0.0 { 1.0 } else { h.abs().sqrt() })
            .collect();
        let mut weights = vec![1.0; point.x.len()];
        free.iter().zip(&own).for_each(|(i, w)| weights[*i] = *w);
        let n = free.len();
        if n > FEW {
            let shifted = Shifted { hessian: &hessian, gradient: &gradient, weights: &own };
            if let Some(newton) = shifted.minimum() {
                return Some(Second {
                    inertia: Some([0, 0, n]),
                    step: newton.length,
                    predicted: newton.predicted,
                    weights,
                    level: Vec::new(),
                });
            }
            if n > MANY {
                return None;
            }
        }
        let dense = hessian.dense();
        let scaled = Matrix::from_fn(n, n, |i, j| dense[(i, j)] / (own[i] * own[j]));
        let slope: Vec<f64> = gradient.iter().zip(&own).map(|(g, w)| g / w).collect();
        let spectral = Spectral::of_hessian(&scaled, &slope)?;
        let mut second =
            Second { inertia: None, step: 0.0, predicted: 0.0, weights, level: Vec::new() };
        second.classify(&spectral, &free, &own);
        Some(second)
    }

    fn classify(&mut self, spectral: &Spectral, free: &[usize], own: &[f64]) {
        let largest = spectral.curvature.iter().fold(0.0_f64, |m, c| c.abs().max(m));
        let mut inertia = [0; 3];
        let mut square = 0.0;
        for (k, (&curvature, &slope)) in spectral.curvature.iter().zip(&spectral.slope).enumerate()
        {
            if curvature < -NEGATIVE * largest {
                inertia[0] += 1;
            } else if curvature > spectral.floor {
                inertia[2] += 1;
                square += (slope / curvature).powi(2);
                self.predicted += 0.5 * slope * slope / curvature;
            } else {
                inertia[1] += 1;
                let mut direction = vec![0.0; self.weights.len()];
                for ((i, w), v) in free.iter().zip(own).zip(spectral.vector(k)) {
                    direction[*i] = v / w;
                }
                let length = super::run::norm(&direction);
                direction.iter_mut().for_each(|d| *d /= length);
                self.level.push(direction);
            }
        }
        self.step = square.sqrt();
        self.inertia = Some(inertia);
    }

    fn measures(&self, run: &Run<'_>, point: &Point) -> Vec<Measure> {
        let tolerance = run.options.tolerance;
        let extent = run.extent(&point.x, &self.weights);
        let step = if self.step == 0.0 { 0.0 } else { self.step / extent };
        let size = point.value.abs().max(f64::EPSILON * run.start_value.abs());
        let decrease = if self.predicted == 0.0 { 0.0 } else { self.predicted / size };
        vec![
            Measure { name: "newton step", value: step, tolerance: tolerance.sqrt() },
            Measure { name: "decrease", value: decrease, tolerance },
        ]
    }
}

/// The Hessian, put together from products where that is all there is.
fn hessian(run: &mut Run<'_>, point: &Point) -> Option<Hessian> {
    let (offer, n) = (run.objective.offer(), point.x.len());
    if offer.hessian.is_some() {
        return run.objective.hessian(&point.x).ok();
    }
    if !offer.product || n > PRODUCTS {
        return None;
    }
    let mut columns = Vec::with_capacity(n);
    for j in 0..n {
        let mut unit = vec![0.0; n];
        unit[j] = 1.0;
        let mut column = vec![0.0; n];
        run.objective.product(&point.x, &unit, &mut column).ok()?;
        columns.push(column);
    }
    let entry = |i: usize, j: usize| 0.5 * (columns[i][j] + columns[j][i]);
    Some(Hessian::Dense(Matrix::from_fn(n, n, entry)))
}

/// The outcome of a run that ends here.
pub(crate) fn outcome(run: Run<'_>, ended: Ended, judged: Judged) -> Outcome {
    debug_assert!(dot(&ended.point.gradient, &ended.point.gradient) >= 0.0);
    Outcome {
        status: judged.status,
        reason: judged.reason,
        x: ended.point.x,
        value: ended.point.value,
        gradient: ended.point.gradient,
        measures: judged.measures,
        inertia: judged.inertia,
        iterations: run.trace.len() - 1,
        counts: run.objective.counts,
        trace: run.trace,
        repaired: run.repaired,
    }
}
