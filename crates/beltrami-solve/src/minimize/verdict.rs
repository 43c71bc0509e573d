//! What a point is: a minimum, a saddle, or neither.

use super::curve;
use super::escape::falls;
use super::lanczos::least;
use super::options::Method;
use super::outcome::{Measure, Outcome, Status};
use super::probe::{Side, probe};
use super::reason;
use super::run::{Ended, Point, Run, Stop, downhill};
use super::second::Second;

/// The verdict on the end of a method.
pub(crate) struct Judged {
    pub status: Status,
    pub reason: String,
    pub measures: Vec<Measure>,
    pub inertia: Option<[usize; 3]>,
    /// A point from which it goes on, and how.
    pub resume: Option<(Point, Onward)>,
}

/// How a run goes on from a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Onward {
    /// By the same method.
    Same,
    /// By a method that follows negative curvature.
    Curved,
    /// By no method: the point is an end, and is judged.
    Judged,
}

/// Judges the point at which a method ended; what is known of the objective by its form overrules what numbers look like.
pub(crate) fn judge(run: &mut Run<'_>, ended: &Ended) -> Judged {
    let judged = by_numbers(run, ended);
    let Some(excess) = run.excess(&ended.point) else { return judged };
    // A strongly convex objective has one minimum, no saddle, and falls nowhere without end.
    let convex = match judged.status {
        Status::NotAttained | Status::Unbounded | Status::Saddle | Status::Undecided => false,
        Status::Converged => judged.inertia.is_none_or(|[negative, zero, _]| negative + zero == 0),
        _ => true,
    };
    if convex {
        return judged;
    }
    let reason = format!(
        "the objective is strongly convex by its form, so it has one minimum, and rounding hides at this point where that is: the \
         gradient says that no value is lower by more than {:.1e}; scale the unknowns, or choose `newton`",
        run.shown(excess)
    );
    Judged { status: Status::NoProgress, reason, resume: None, ..judged }
}

/// The verdict by values, slopes and curvatures.
fn by_numbers(run: &mut Run<'_>, ended: &Ended) -> Judged {
    let point = &ended.point;
    let tolerance = run.options.tolerance;
    run.find_floor(point);
    let gradient = Measure {
        name: "gradient",
        value: run.slope(point) / point.value.abs().max(run.floor),
        tolerance,
    };
    let settled = |status, reason: String, measures, inertia| Judged {
        status,
        reason,
        measures,
        inertia,
        resume: None,
    };
    let asked = ended.stop != Stop::Interrupted;
    let ended_itself = !matches!(ended.stop, Stop::Limit | Stop::Interrupted);
    if let Some(excess) = run.excess(point).filter(|_| ended_itself && run.proved(point)) {
        let reason = format!(
            "at the minimum: the objective is strongly convex by its form, so its gradient says that no value is lower by \
             more than {:.1e}",
            run.shown(excess)
        );
        let excess = Measure { name: "excess", value: excess / run.size(point), tolerance };
        let inertia = Some([0, 0, point.x.len()]);
        return settled(Status::Converged, reason, vec![gradient, excess], inertia);
    }
    if let Stop::Fitted(fit) = &ended.stop {
        let n = point.x.len();
        let slope = Measure { name: "cosine", value: fit.slope, tolerance };
        let inertia = Some([0, n - fit.rank, fit.rank]);
        return settled(Status::Converged, reason::fitted(n, fit), vec![slope], inertia);
    }
    if asked && let Some(far) = falls(run, point, &downhill(point)) {
        return settled(Status::Unbounded, reason::endless(run, point, &far), vec![gradient], None);
    }
    if ended.stop == Stop::Unbounded && point.value == f64::NEG_INFINITY {
        let reason = reason::bottomless(run);
        return settled(Status::Unbounded, reason, vec![gradient], None);
    }
    if matches!(ended.stop, Stop::Unbounded | Stop::Limit | Stop::NoProgress)
        && let Some(far) = curve::endless(run, point)
    {
        let reason = reason::endless_curve(run, point, &far);
        return settled(Status::Unbounded, reason, vec![gradient], None);
    }
    // Beside a kink the steepest descent turns around, while the way as a whole goes on.
    if matches!(ended.stop, Stop::Limit) {
        let way: Vec<f64> = point.x.iter().zip(&run.start).map(|(x, s)| x - s).collect();
        if let Some(far) = falls(run, point, &way) {
            let reason = reason::endless(run, point, &far);
            return settled(Status::Unbounded, reason, vec![gradient], None);
        }
    }
    let second = run.options.judge.then(|| Second::at(run, point)).flatten();
    let inertia = second.as_ref().and_then(|second| second.inertia);
    let mut measures = vec![gradient];
    if let Some(second) = &second {
        measures.extend(second.measures(run, point));
    }
    if let Some(level) = second.as_ref().map(|second| second.level_descent(point))
        && asked
        && let Some(far) = falls(run, point, &level)
    {
        let reason = reason::endless(run, point, &far);
        return settled(Status::Unbounded, reason, measures, None);
    }
    match ended.stop {
        Stop::Interrupted => {
            let reason = "stopped from outside; this is the best point so far".into();
            return settled(Status::Interrupted, reason, measures, inertia);
        }
        Stop::Limit => {
            let (status, reason) = reason::limit(run);
            return settled(status, reason, measures, inertia);
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
        && ended.point.value - offset
            <= f64::EPSILON.powi(2) * (run.start_value - offset).min(run.floor)
        && run.flat(&ended.point, run.options.tolerance)
}

/// Ritz values below this part of the largest are negative curvature, beyond what rounding in products makes.
const FALLS: f64 = 1e-8;

/// The verdict where the Hessian is known by products at most.
fn by_gradient(run: &mut Run<'_>, ended: &Ended, measures: Vec<Measure>) -> Judged {
    let judged = |status, reason, measures, resume| Judged {
        status,
        reason,
        measures,
        inertia: None,
        resume,
    };
    if !run.flat(&ended.point, run.options.tolerance) || leads(run, &ended.point) {
        return reason::no_progress(run, ended, measures, None);
    }
    if let Some(away) = reason::fading_away(run, &ended.point) {
        return judged(Status::NotAttained, away, measures, None);
    }
    let products = run.options.judge && run.bounds.is_none() && run.objective.offer().product;
    let Some(least) = products.then(|| least(run, &ended.point)).flatten() else {
        let reason = "the gradient is within its tolerance; the Hessian was not looked at";
        return judged(Status::Converged, reason.into(), measures, None);
    };
    if least.curvature < -FALLS * least.largest {
        let reason = format!(
            "the gradient vanishes at a saddle: the Hessian has negative curvature along a direction, {:.1e} of the largest",
            least.curvature / least.largest
        );
        let resume = lower(run, &ended.point, &least.direction);
        return judged(Status::Saddle, reason, measures, resume);
    }
    let reason = format!(
        "the gradient is within its tolerance, and {} products with the Hessian from a random vector met no negative \
         curvature; weak or rare one may be missed, so this is likely a minimum and not proved one",
        least.products
    );
    judged(Status::Converged, reason, measures, None)
}

/// Whether the slope over the size of the unknowns is much beside the value: a value that falls without end makes any slope small.
fn leads(run: &Run<'_>, point: &Point) -> bool {
    /// Of the value; along a ray of linear fall it is all of it.
    const PART: f64 = 0.1;
    let along: f64 = point.gradient.iter().zip(&point.x).map(|(g, x)| (g * x).abs()).sum();
    run.bounds.is_none() && along > PART * point.value.abs().max(run.floor)
}

/// A lower point along the direction of least curvature.
fn below(run: &mut Run<'_>, point: &Point) -> Option<(Point, Onward)> {
    let least = least(run, point)?;
    lower(run, point, &least.direction)
}

fn lower(run: &mut Run<'_>, point: &Point, direction: &[f64]) -> Option<(Point, Onward)> {
    match probe(run, point, None, direction) {
        Side::Lower(lower) => Some((*lower, Onward::Same)),
        Side::Level | Side::Rises(_) | Side::Plateau | Side::Hidden => None,
    }
}

/// Values that are higher at this part of the size of the point, on both sides, rise from the point on.
const NEAR: f64 = 0.1;

fn by_curvature(
    run: &mut Run<'_>,
    ended: &Ended,
    mut measures: Vec<Measure>,
    second: &Second,
) -> Judged {
    let point = &ended.point;
    let inertia = second.inertia;
    let [negative, zero, positive] = inertia.unwrap_or_default();
    let met = |name: &str| measures.iter().any(|m| m.name == name && m.met());
    let near = met("newton step") && (met("gradient") || met("decrease"));
    let level = run.flat(point, run.options.tolerance.sqrt());
    // A slope that no step follows is one of a kink, whatever curvature lies beside it.
    if negative > 0 && !level && ended.stop == Stop::NoProgress {
        return reason::no_progress(run, ended, measures, Some(second));
    }
    if negative > 0 && (near || level) && !leads(run, point) {
        return bent(run, point, measures, second, negative);
    }
    if !near || second.slopes(run, point) {
        return reason::no_progress(run, ended, measures, Some(second));
    }
    measures.retain(|measure| measure.met() || measure.name != "decrease");
    let judged =
        |status, reason, measures| Judged { status, reason, measures, inertia, resume: None };
    // At a minimum steps become short.
    if run.strides()
        && let Some(away) = reason::receding(run)
    {
        return judged(Status::NotAttained, away, measures);
    }
    if zero == 0
        && let Some(away) = reason::fading_away(run, point)
    {
        return judged(Status::NotAttained, away, measures);
    }
    let free = positive + zero;
    let hessian = reason::hessian(point.x.len(), free);
    if zero == 0 {
        let reason = match inertia {
            Some(_) if free == 0 => {
                "at a minimum: all unknowns are at bounds, and the slopes point out of them".into()
            }
            Some(_) => format!(
                "at a minimum: the measures are within their tolerances and {hessian} is positive definite"
            ),
            None => "the measures are within their tolerances".into(),
        };
        return judged(Status::Converged, reason, measures);
    }
    if run.objective.offer().constant_hessian {
        let reason = match positive {
            0 if free < point.x.len() => format!(
                "at a minimum that is not isolated: {hessian} is zero at every point, and the slopes of the others point out of their \
                 bounds"
            ),
            0 => "the objective has this value everywhere: its gradient vanishes, and its Hessian is zero at every point".into(),
            _ => format!(
                "at a minimum that is not isolated: {hessian} is positive semidefinite at every point, with {}",
                reason::vanishing(zero)
            ),
        };
        return judged(Status::Converged, reason, measures);
    }
    by_looking(run, point, measures, second)
}

/// The verdict on a point without slope whose Hessian has no negative eigenvalue and some that vanish: values along
/// directions in which it does not bend.
fn by_looking(run: &mut Run<'_>, point: &Point, measures: Vec<Measure>, second: &Second) -> Judged {
    let inertia = second.inertia;
    let [_, zero, positive] = inertia.unwrap_or_default();
    let hessian = reason::hessian(point.x.len(), positive + zero);
    let judged =
        |status, reason, measures| Judged { status, reason, measures, inertia, resume: None };
    let looks = second.looks();
    let (mut bottom, mut plateaus, mut same) = (0.0_f64, Vec::new(), 0);
    for direction in &looks {
        match probe(run, point, Some(second), direction) {
            Side::Lower(lower) => {
                let (status, reason) = match reason::receding(run) {
                    Some(away) => (Status::NotAttained, away),
                    None => (Status::Saddle, reason::lower(run, point, &lower, &hessian, zero)),
                };
                let resume = Some((*lower, Onward::Curved));
                return Judged { status, reason, measures, inertia, resume };
            }
            Side::Rises(distance) => bottom = bottom.max(distance),
            Side::Level => same += 1,
            Side::Plateau => plateaus.push(direction.clone()),
            Side::Hidden => {
                let reason = reason::hidden(run, direction, &hessian, zero);
                return judged(Status::Undecided, reason, measures);
            }
        }
    }
    if !plateaus.is_empty() {
        let (status, reason) = reason::plateau(run, point, &plateaus);
        return judged(status, reason, measures);
    }
    if positive == 0 && same > 0 {
        let reason = "the second-order test does not decide: gradient and Hessian vanish, and all values near this point \
                      that were looked at are the same to rounding; start elsewhere"
            .into();
        return judged(Status::Undecided, reason, measures);
    }
    // Far out what still falls is the same to rounding.
    if same > 0
        && let Some(away) = reason::receding(run)
    {
        return judged(Status::NotAttained, away, measures);
    }
    let directions = match looks.len() {
        1 => "along which".to_owned(),
        count => format!("and along {count} directions in their space"),
    };
    // On a curve the distance at which values rise is that at which its corrections end.
    let reason = if bottom > NEAR && !second.has_range() {
        format!(
            "at a flat minimum: {hessian} is positive semidefinite with {}, {directions} values are the same to rounding near \
             this point and higher on both sides farther away; none that was looked at is lower",
            reason::vanishing(zero)
        )
    } else {
        format!(
            "at a minimum that need not be isolated: {hessian} is positive semidefinite with {}, {directions} no lower value \
             was found",
            reason::vanishing(zero)
        )
    };
    judged(Status::Converged, reason, measures)
}

/// Whether the method may go on along a direction of negative curvature.
fn follows(run: &Run<'_>) -> bool {
    run.options.method != Method::Gradient
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
    let judged = |status, reason, resume| Judged { status, reason, measures, inertia, resume };
    // Where curvature is next to nothing, values at several distances say more.
    let side = second.concave.as_ref().filter(|_| follows(run));
    let side = side.map(|direction| (probe(run, point, None, direction), direction));
    if let Some((Side::Plateau, direction)) = &side {
        let (status, reason) = reason::plateau(run, point, std::slice::from_ref(*direction));
        return judged(status, reason, None);
    }
    let all = negative == point.x.len();
    let what = if all { "a local maximum" } else { "a saddle" };
    let free = inertia.map_or(0, |counts| counts.iter().sum());
    let reason = format!(
        "the gradient vanishes at {what}: {} has {negative} negative eigenvalue{}",
        reason::hessian(point.x.len(), free),
        if negative == 1 { "" } else { "s" }
    );
    let resume = match (run.objective.offer().hessian, side) {
        _ if !follows(run) => None,
        (_, Some((Side::Lower(lower), _))) => Some((*lower, Onward::Curved)),
        _ if run.bounds.is_some() => None,
        (Some(_), _) => Some((point.clone(), Onward::Curved)),
        // Without a whole Hessian no method follows negative curvature from a standstill.
        (None, _) => below(run, point),
    };
    judged(Status::Saddle, reason, resume)
}

/// The outcome of a run that ends here.
pub(crate) fn outcome(run: Run<'_>, method: Method, ended: Ended, judged: Judged) -> Outcome {
    Outcome {
        method,
        status: judged.status,
        reason: judged.reason,
        x: run.units.outside(&ended.point.x),
        value: run.shown(ended.point.value),
        gradient: run.units.gradient_outside(&ended.point.gradient),
        measures: judged.measures,
        inertia: judged.inertia,
        iterations: run.trace.len() - 1,
        counts: run.objective.counts,
        trace: run.trace,
        repaired: run.repaired,
    }
}
