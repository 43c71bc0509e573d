//! What a point is: a minimum, a saddle, or neither.

use super::lanczos::least;
use super::options::Method;
use super::outcome::{Measure, Outcome, Status};
use super::probe::{Side, falls, probe};
use super::reason::{along, no_progress, plateau, receding};
use super::run::{Ended, Point, Run, Stop, downhill};
use super::second::Second;

/// The verdict on the end of a method.
pub(crate) struct Judged {
    status: Status,
    reason: String,
    measures: Vec<Measure>,
    inertia: Option<[usize; 3]>,
    /// A point from which it goes on, and whether by a method that follows negative curvature.
    pub resume: Option<(Point, bool)>,
}

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
    let unbounded = |run: &Run<'_>, measures, direction: &[f64]| {
        let count = run.trace.len() - 1;
        let reason = format!(
            "the objective falls without end: it is {:.3e} after {count} iteration{}, and still falling{}",
            point.value,
            if count == 1 { "" } else { "s" },
            along(direction)
        );
        settled(Status::Unbounded, reason, measures, None)
    };
    let steepest = downhill(point);
    let asked = ended.stop != Stop::Interrupted;
    let ended_itself = !matches!(ended.stop, Stop::Limit | Stop::Interrupted);
    if let Some(excess) = run.excess(point).filter(|_| ended_itself && run.proved(point)) {
        let reason = format!(
            "at the minimum: the objective is strongly convex by its form, so its gradient says that no value is lower by \
             more than {excess:.1e}"
        );
        let excess = Measure { name: "excess", value: excess / run.size(point), tolerance };
        let inertia = Some([0, 0, point.x.len()]);
        return settled(Status::Converged, reason, vec![gradient, excess], inertia);
    }
    if asked && falls(run, point, &steepest) {
        return unbounded(run, vec![gradient], &steepest);
    }
    if ended.stop == Stop::Unbounded {
        let way: Vec<f64> = point.x.iter().zip(&run.start).map(|(x, s)| x - s).collect();
        return unbounded(run, vec![gradient], &way);
    }
    let second = run.options.judge.then(|| Second::at(run, point)).flatten();
    let inertia = second.as_ref().and_then(|second| second.inertia);
    let mut measures = vec![gradient];
    if let Some(second) = &second {
        measures.extend(second.measures(run, point));
    }
    if let Some(level) = second.as_ref().map(|second| second.level_descent(point))
        && asked
        && falls(run, point, &level)
    {
        return unbounded(run, measures, &level);
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

/// Ritz values below this part of the largest are negative curvature, beyond what rounding in products makes.
const FALLS: f64 = 1e-8;

/// The verdict where the Hessian is known by products at most.
fn by_gradient(run: &mut Run<'_>, ended: &Ended, measures: Vec<Measure>) -> Judged {
    let judged =
        |status, reason, resume| Judged { status, reason, measures, inertia: None, resume };
    if !run.flat(&ended.point, run.options.tolerance) {
        let (status, reason) = no_progress(run, ended);
        return judged(status, reason, None);
    }
    let products =
        run.options.judge && run.options.bounds.is_none() && run.objective.offer().product;
    let Some(least) = products.then(|| least(run, &ended.point)).flatten() else {
        let reason = "the gradient is within its tolerance; the Hessian was not looked at";
        return judged(Status::Converged, reason.into(), None);
    };
    if least.curvature < -FALLS * least.largest {
        let reason = format!(
            "the gradient vanishes at a saddle: the Hessian has the curvature {:.1e} along a direction",
            least.curvature
        );
        let resume = lower(run, &ended.point, &least.direction);
        return judged(Status::Saddle, reason, resume);
    }
    let reason = format!(
        "the gradient is within its tolerance, and {} products with the Hessian from a random vector met no negative \
         curvature; weak or rare one may be missed, so this is likely a minimum and not proved one",
        least.products
    );
    judged(Status::Converged, reason, None)
}

/// A lower point along the direction of least curvature.
fn below(run: &mut Run<'_>, point: &Point) -> Option<(Point, bool)> {
    let least = least(run, point)?;
    lower(run, point, &least.direction)
}

fn lower(run: &mut Run<'_>, point: &Point, direction: &[f64]) -> Option<(Point, bool)> {
    match probe(run, point, direction) {
        Side::Lower(lower) => Some((*lower, false)),
        Side::Minimum | Side::Plateau => None,
    }
}

fn by_curvature(
    run: &mut Run<'_>,
    ended: &Ended,
    mut measures: Vec<Measure>,
    second: &Second,
) -> Judged {
    let point = &ended.point;
    let inertia = second.inertia;
    let negative = inertia.map_or(0, |[negative, _, _]| negative);
    let met = |name: &str| measures.iter().any(|m| m.name == name && m.met());
    let near = met("newton step") && (met("gradient") || met("decrease"));
    let level = run.flat(point, run.options.tolerance.sqrt());
    if negative > 0 && (near || level) {
        return bent(run, point, measures, second, negative);
    }
    if !near {
        let (status, reason) = no_progress(run, ended);
        let stuck = ended.stop == Stop::NoProgress;
        let resume = (follows(run) || !stuck).then(|| (point.clone(), stuck));
        return Judged { status, reason, measures, inertia, resume };
    }
    if inertia.is_some_and(|[_, zero, positive]| zero > 0 && positive == 0) {
        // Where there is a slope it is a kink.
        if !level {
            let (status, reason) = no_progress(run, ended);
            return Judged { status, reason, measures, inertia, resume: None };
        }
        let reason = "the objective is level around this point, so that nothing says where its \
                      minimum is; start elsewhere"
            .into();
        return Judged { status: Status::NotAttained, reason, measures, inertia, resume: None };
    }
    let mut level_far_off = false;
    for direction in &second.level {
        match probe(run, point, direction) {
            Side::Lower(lower) => {
                let resume = Some((*lower, true));
                let (status, reason) = match receding(run) {
                    Some(away) => (Status::NotAttained, away),
                    None => {
                        let reason = "a lower value lies along a direction without curvature";
                        (Status::NoProgress, reason.into())
                    }
                };
                return Judged { status, reason, measures, inertia, resume };
            }
            Side::Plateau => level_far_off = true,
            Side::Minimum => {}
        }
    }
    if level_far_off {
        let reason = plateau(run);
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

/// Whether the method may go on along a direction of negative curvature.
fn follows(run: &Run<'_>) -> bool {
    run.options.method != Method::Gradient && run.options.bounds.is_none()
}

/// The verdict on a point without slope whose Hessian has negative eigenvalues.
fn bent(
    run: &mut Run<'_>,
    point: &Point,
    measures: Vec<Measure>,
    second: &Second,
    negative: usize,
) -> Judged {
    let inertia = second.inertia;
    // Where curvature is next to nothing, values at several distances say more.
    let side = second.concave.as_ref().filter(|_| follows(run));
    let side = side.map(|direction| probe(run, point, direction));
    if let Some(Side::Plateau) = side {
        let reason = plateau(run);
        return Judged { status: Status::NotAttained, reason, measures, inertia, resume: None };
    }
    let all = negative == point.x.len();
    let what = if all { "a local maximum" } else { "a saddle" };
    let reason = format!(
        "the gradient vanishes at {what}: the Hessian has {negative} negative eigenvalue{}",
        if negative == 1 { "" } else { "s" }
    );
    let resume = match (run.objective.offer().hessian, side) {
        _ if !follows(run) => None,
        (_, Some(Side::Lower(lower))) => Some((*lower, true)),
        (Some(_), _) => Some((point.clone(), true)),
        // Without a whole Hessian no method follows negative curvature from a standstill.
        (None, _) => below(run, point),
    };
    Judged { status: Status::Saddle, reason, measures, inertia, resume }
}

/// The outcome of a run that ends here.
pub(crate) fn outcome(run: Run<'_>, method: Method, ended: Ended, judged: Judged) -> Outcome {
    Outcome {
        method,
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
