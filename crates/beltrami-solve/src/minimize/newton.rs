//! Newton's method with a line search.

use super::outcome::StepKind;
use super::run::{Ended, Point, Run, Stop, dot, moved};

/// The least decrease, as a part of what the slope promises.
const DECREASE: f64 = 1e-4;
/// Halvings before a step is given up.
const HALVINGS: usize = 60;
/// A value is compared with the largest of so many last ones: in a curved valley the whole step overshoots, and is still the best.
const REMEMBERED: usize = 5;
/// Reductions below this part of the value are rounding.
const NOISE: f64 = 8.0 * f64::EPSILON;
/// Steps within the noise before the iteration stops.
const NOISY_STEPS: usize = 6;

/// Steps `-(H + τD²)⁻¹g`, `τ` being 0 where the Hessian is positive definite, else the first of a growing sequence with which
/// it is.
///
/// # References
/// Nocedal and Wright 2006, *Numerical Optimization*, algorithms 3.2 and 3.3; Grippo, Lampariello and Lucidi 1986, *A nonmonotone
/// line search technique for Newton's method*.
pub(crate) fn run(run: &mut Run<'_>, mut point: Point, tolerance: f64) -> Ended {
    let mut shift = 0.0_f64;
    let mut noisy = 0;
    // The last point need not be the best one.
    let mut lowest: Option<Point> = None;
    let mut recent = std::collections::VecDeque::from([point.value]);
    loop {
        let Ok(hessian) = run.objective.hessian(&point.x) else {
            return Ended { point, stop: Stop::NoProgress };
        };
        let weights = hessian.weights();
        run.lower_floor(&point, &hessian.diagonal());
        let mut tau = 0.0;
        let factor = loop {
            if let Some(factor) = hessian.factor(tau, &weights) {
                break factor;
            }
            tau = if tau == 0.0 { (0.5 * shift).max(1e-3) } else { 2.0 * tau };
            if tau > 1e12 {
                return Ended { point, stop: Stop::NoProgress };
            }
        };
        shift = tau;
        let Some(direction) = factor.solve(&point.gradient) else {
            return Ended { point, stop: Stop::NoProgress };
        };
        let direction: Vec<f64> = direction.iter().map(|p| -p).collect();
        let slope = dot(&point.gradient, &direction);
        let length =
            |p: &[f64]| p.iter().zip(&weights).map(|(p, w)| (p * w).powi(2)).sum::<f64>().sqrt();
        let step = length(&direction);
        let extent = run.extent(&point.x, &weights);
        let flat = run.flat(&point, tolerance);
        // Beside a saddle steps shrink for ever: whoever judges it leaves along the negative curvature.
        let small = match tau == 0.0 {
            true => step <= tolerance * extent || (step <= tolerance.sqrt() * extent && flat),
            false => step <= tolerance * extent && flat,
        };
        if slope >= 0.0 {
            // With a definite matrix only a gradient of zero has no slope.
            let stop = if tau == 0.0 { Stop::SmallStep } else { Stop::NoProgress };
            return Ended { point, stop };
        }
        let noise = NOISE * point.value.abs();
        if -slope <= noise {
            noisy += 1;
        }
        let highest = recent.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut t = 1.0;
        let mut found = None;
        for _ in 0..HALVINGS {
            if let Ok(next) = run.point(moved(&point.x, t, &direction)) {
                let enough = next.value <= highest + DECREASE * t * slope;
                let level = -t * slope <= noise
                    && next.value <= point.value + noise
                    && run.slope(&next) <= run.slope(&point);
                if enough || level {
                    found = Some(next);
                    break;
                }
                t *= 0.5;
            } else {
                t *= 0.3;
            }
            if small {
                break;
            }
        }
        let Some(next) = found else {
            let stop = if small { Stop::SmallStep } else { Stop::NoProgress };
            return Ended { point, stop };
        };
        let kind = match (tau > 0.0, t < 1.0) {
            (true, _) => StepKind::Repaired,
            (false, true) => StepKind::Damped,
            (false, false) => StepKind::Newton,
        };
        if next.value > point.value && lowest.as_ref().is_none_or(|l| point.value < l.value) {
            lowest = Some(point);
        }
        point = next;
        if recent.len() == REMEMBERED {
            recent.pop_front();
        }
        recent.push_back(point.value);
        if let Some(stop) = run.accept(&point, t * step, kind, t) {
            let point = lowest.filter(|lowest| lowest.value < point.value).unwrap_or(point);
            return Ended { point, stop };
        }
        if small {
            return Ended { point, stop: Stop::SmallStep };
        }
        if noisy > NOISY_STEPS {
            return Ended { point, stop: Stop::NoProgress };
        }
    }
}
