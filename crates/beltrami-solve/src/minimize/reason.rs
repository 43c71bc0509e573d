//! Verdicts in words.

use super::escape::{Far, Ray, ray};
use super::fitted::Fit;
use super::kink::{self, Kink, look};
use super::options::Method;
use super::outcome::{Measure, Status};
use super::run::{Ended, Point, Run, Stop, downhill, norm};
use super::second::Second;
use super::verdict::{Judged, Onward};

/// A direction of the run in words, where there are few variables.
fn along(run: &Run<'_>, direction: &[f64]) -> String {
    /// More would hide the sentence.
    const MOST: usize = 6;
    let direction = run.units.outside(direction);
    let size = norm(&direction);
    if direction.len() > MOST || !size.is_normal() {
        return String::new();
    }
    // Nothing that is 0 to so many digits has a sign.
    let entry = |d: &f64| format!("{:.4}", (d / size * 1e4).round() / 1e4 + 0.0);
    format!(" along ({})", direction.iter().map(entry).collect::<Vec<_>>().join(", "))
}

/// The length of a way of the run in the unknowns themselves.
fn distance(run: &Run<'_>, far: &Far) -> f64 {
    let direction = run.units.outside(&far.direction);
    norm(&direction) * far.distance
}

/// The Hessian, or the part of it that bounds leave.
pub(super) fn hessian(unknowns: usize, free: usize) -> String {
    match free == unknowns {
        true => "the Hessian".into(),
        false => format!(
            "the reduced Hessian, of the {free} unknown{} that no bound holds,",
            if free == 1 { "" } else { "s" }
        ),
    }
}

pub(super) fn vanishing(zero: usize) -> String {
    format!("{zero} vanishing eigenvalue{}", if zero == 1 { "" } else { "s" })
}

/// That a linear least squares problem is solved.
pub(super) fn fitted(unknowns: usize, fit: &Fit) -> String {
    let (rank, condition) = (fit.rank, fit.condition);
    match rank == unknowns {
        true => format!(
            "at the minimum: the residuals are linear, and their derivatives have full rank, with condition {condition:.1e} by QR"
        ),
        false => format!(
            "at the shortest of many minima: the residuals are linear, and their derivatives by {unknowns} unknowns have rank \
             {rank}, with condition {condition:.1e} by QR"
        ),
    }
}

/// That the values fall without end.
pub(super) fn endless(run: &Run<'_>, point: &Point, far: &Far) -> String {
    let count = run.trace.len() - 1;
    format!(
        "the objective falls without end: it is {:.3e} after {count} iteration{}, and still falling{}, to {:.3e} at the distance {:.1e}",
        run.shown(point.value),
        if count == 1 { "" } else { "s" },
        along(run, &far.direction),
        run.shown(far.value),
        distance(run, far)
    )
}

/// That the values fall without end along a curve.
pub(super) fn endless_curve(run: &Run<'_>, point: &Point, far: &Point) -> String {
    let way: Vec<f64> = far.x.iter().zip(&point.x).map(|(x, old)| x - old).collect();
    format!(
        "the objective falls without end: it is {:.3e} after {} iterations, and still falling along the curve of these, to {:.3e} at \
         the distance {:.1e}",
        run.shown(point.value),
        run.trace.len() - 1,
        run.shown(far.value),
        norm(&run.units.outside(&way))
    )
}

/// That the values have fallen as far as numbers go.
pub(super) fn bottomless(run: &Run<'_>) -> String {
    let count = run.trace.len() - 1;
    format!("the objective falls without end: it is below all numbers after {count} iterations")
}

/// That a lower value was found where the Hessian sees nothing.
pub(super) fn lower(
    run: &Run<'_>,
    point: &Point,
    lower: &Point,
    hessian: &str,
    zero: usize,
) -> String {
    format!(
        "the gradient vanishes, and {hessian} is positive semidefinite with {}, along which the value falls: it is {:.6e} here \
         and {:.6e} at another point",
        vanishing(zero),
        run.shown(point.value),
        run.shown(lower.value)
    )
}

/// That rounding hides what values do where the Hessian sees nothing.
pub(super) fn hidden(run: &Run<'_>, direction: &[f64], hessian: &str, zero: usize) -> String {
    format!(
        "the second-order test does not decide: {hessian} is positive semidefinite with {}, and the terms that cancel{} are so \
         large that rounding hides what values do there; scale the variables, or start elsewhere",
        vanishing(zero),
        along(run, direction)
    )
}

/// Why a point on level ground is no minimum, by the first of the directions that says.
pub(super) fn plateau(
    run: &mut Run<'_>,
    point: &Point,
    directions: &[Vec<f64>],
) -> (Status, String) {
    if let Some(away) = receding(run) {
        let reason = format!("{away}; no point need be a minimum there; start elsewhere");
        return (Status::NotAttained, reason);
    }
    for direction in directions {
        let back: Vec<f64> = direction.iter().map(|d| -d).collect();
        for direction in [direction, &back] {
            let along = along(run, direction);
            match ray(run, point, direction) {
                Ray::Level => {
                    let reason = format!(
                        "the values are the same to rounding{along} as far as numbers go, and others on the other side: they \
                         approach one that no point need have, or there is a level part without end; start elsewhere"
                    );
                    return (Status::NotAttained, reason);
                }
                Ray::Fading(far) => return (Status::NotAttained, fading(run, point, &far)),
                Ray::Endless(_) | Ray::Other => {}
            }
        }
    }
    let along = directions.first().map_or(String::new(), |direction| along(run, direction));
    let reason = format!(
        "the values are the same to rounding near this point{along} and others farther away, so that neither derivatives nor \
         values decide what it is; start elsewhere"
    );
    (Status::Undecided, reason)
}

fn fading(run: &Run<'_>, point: &Point, far: &Far) -> String {
    format!(
        "the values fall{} as far as numbers go, by ever less: {:.6e} here, {:.6e} at the distance {:.1e}; no point need be a \
         minimum there",
        along(run, &far.direction),
        run.shown(point.value),
        run.shown(far.value),
        distance(run, far)
    )
}

/// That the values fall towards one that no point has, where the way says so.
pub(super) fn receding(run: &Run<'_>) -> Option<String> {
    let (value, distance) = run.recedes()?;
    Some(format!(
        "the values still fall, ever more slowly, along a way to infinity: {value:.6e} at the distance {distance:.1e} from the start"
    ))
}

/// That the values beyond a point, on the way from the start, rise nowhere as far as numbers go: where they fall by less and
/// less, gradient and Newton step vanish by rounding, and no minimum is there.
pub(super) fn fading_away(run: &mut Run<'_>, point: &Point) -> Option<String> {
    /// Unknowns that went less than this part of the farthest went to where they are, and go no farther.
    const PART: f64 = 1e-3;
    let mut way: Vec<f64> = point.x.iter().zip(&run.start).map(|(x, s)| x - s).collect();
    let farthest = way.iter().fold(0.0_f64, |most, d| most.max(d.abs()));
    way.iter_mut().filter(|d| d.abs() < PART * farthest).for_each(|d| *d = 0.0);
    match ray(run, point, &way) {
        Ray::Fading(far) => Some(fading(run, point, &far)),
        Ray::Level if !run.objective.offer().constant_hessian => Some(format!(
            "the values are the same to rounding{} as far as numbers go: they approach one that no point \
             need have, or there is a level part without end; start elsewhere",
            along(run, &way)
        )),
        Ray::Level | Ray::Endless(_) | Ray::Other => None,
    }
}

/// The end of a run that used up its iterations.
pub(super) fn limit(run: &Run<'_>) -> (Status, String) {
    let most = run.options.max_iterations;
    match receding(run) {
        Some(away) => (
            Status::NotAttained,
            format!(
                "{away}, after the {most} iterations that were allowed; no point need be a minimum there"
            ),
        ),
        None => (
            Status::IterationLimit,
            format!(
                "{most} iterations were allowed and are used up; allow more, or choose another method"
            ),
        ),
    }
}

/// The verdict on a point that is not called a minimum by its derivatives: what lies around it.
pub(super) fn no_progress(
    run: &mut Run<'_>,
    ended: &Ended,
    measures: Vec<Measure>,
    second: Option<&Second>,
) -> Judged {
    let inertia = second.and_then(|second| second.inertia);
    let point = &ended.point;
    if let Some(away) = receding(run) {
        let reason = format!("{away}; no point need be a minimum there; start elsewhere");
        return Judged { status: Status::NotAttained, reason, measures, inertia, resume: None };
    }
    let way: Vec<f64> = point.x.iter().zip(&run.start).map(|(x, s)| x - s).collect();
    let mut ways = vec![downhill(point), way];
    ways.extend(second.map_or(Vec::new(), |second| second.far(run, point)));
    for direction in ways {
        let reason = match ray(run, point, &direction) {
            Ray::Fading(far) => fading(run, point, &far),
            Ray::Level if run.slope(point) > 0.0 => format!(
                "the gradient does not vanish, and the values are the same to rounding{} as far as numbers go: they approach \
                 one that no point need have",
                along(run, &direction)
            ),
            Ray::Level | Ray::Endless(_) | Ray::Other => continue,
        };
        return Judged { status: Status::NotAttained, reason, measures, inertia, resume: None };
    }
    by_slopes(run, ended, measures, inertia)
}

/// The verdict by slopes on both sides of the point.
fn by_slopes(
    run: &mut Run<'_>,
    ended: &Ended,
    mut measures: Vec<Measure>,
    inertia: Option<[usize; 3]>,
) -> Judged {
    let last = run.trace.len() - 1;
    let point = &ended.point;
    let tolerance = run.options.tolerance;
    let stuck = ended.stop == Stop::NoProgress;
    let seen = if stuck { look(run, point) } else { Kink::Unseen };
    let mut resume = None;
    let narrow = kink::NARROW;
    let (status, reason) = match seen {
        Kink::Minimum { directions, least } => {
            measures.push(Measure { name: "fall", value: 0.0, tolerance: 0.0 });
            let reason = format!(
                "at a local minimum at a kink, or at a bend narrower than {narrow:.1e} of the size of the point, by one-sided slopes: those \
                 of both sides differ, a mean of them vanishes, and along all {directions} directions that were looked along the value \
                 rises on both sides, by {least:.1e} of the largest slope at least"
            );
            (Status::Converged, reason)
        }
        Kink::Lower { point: lower, ends } => {
            let reason = format!(
                "no step of the method lowers the objective after iteration {last}: it has a kink here, as `abs`, `max` \
                 and norms have, or a bend narrower than {narrow:.1e} of the size of the point, for the slopes of both sides differ; \
                 lower values lie near, as {:.6e}; smooth it, or start elsewhere",
                run.shown(lower.value)
            );
            resume = Some((*lower, if ends { Onward::Judged } else { Onward::Curved }));
            (Status::NoProgress, reason)
        }
        Kink::Undecided => {
            let reason = format!(
                "no step lowers the objective after iteration {last}: it has a kink here, as `abs`, `max` \
                 and norms have, or a bend narrower than {narrow:.1e} of the size of the point, for the slopes of both sides differ; \
                 values do not say whether it is a minimum; smooth it, or start elsewhere"
            );
            (Status::Undecided, reason)
        }
        Kink::Edge => {
            let reason = format!(
                "no step lowers the objective after iteration {last}: it has no value on one side of this point, which is nearer to \
                 the edge of its domain than 1e-4 of its size; with `--bounds` the edge itself can be a minimum"
            );
            (Status::NoProgress, reason)
        }
        Kink::Unseen if stuck => {
            // A method that was stuck here is stuck again, unless another one follows it.
            let another = run.options.method != Method::Gradient && run.bounds.is_none();
            resume = another.then(|| (point.clone(), Onward::Curved));
            let reason = if run.flat(point, tolerance.sqrt()) {
                format!(
                    "no step lowers the objective after iteration {last}, and the measures are not within their \
                     tolerances; scale the variables, or start elsewhere"
                )
            } else {
                format!(
                    "no step lowers the objective by more than rounding after iteration {last}, although its gradient does not \
                     vanish; scale the variables, or start elsewhere"
                )
            };
            (Status::NoProgress, reason)
        }
        Kink::Unseen => {
            resume = Some((point.clone(), Onward::Same));
            let reason = format!(
                "the gradient is small after iteration {last} and the Newton step is not, so the minimum may \
                 be far; choose `trust`, or a smaller tolerance"
            );
            (Status::NoProgress, reason)
        }
    };
    // A kink has no Hessian, and what is not met there decided nothing.
    let kink = status == Status::Converged;
    if kink {
        measures.retain(Measure::met);
    }
    Judged { status, reason, measures, inertia: inertia.filter(|_| !kink), resume }
}
