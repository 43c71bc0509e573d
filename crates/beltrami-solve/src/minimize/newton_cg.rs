//! Newton's method from products with the Hessian, in a trust region.

use beltrami_linalg::Conjugate;

use super::objective::Divisor;
use super::outcome::StepKind;
use super::run::{Ended, Point, Run, Stop, dot, downhill, moved, norm};

/// Products for one step.
const MOST_PRODUCTS: usize = 400;
/// Reductions below this part of the value are rounding.
const NOISE: f64 = 8.0 * f64::EPSILON;
const NOISY_STEPS: usize = 6;

/// Steps by conjugate gradients, cut where they leave the region or meet negative curvature.
///
/// # References
/// Steihaug 1983, *The conjugate gradient method and trust regions in large scale optimization*; Nocedal and Wright 2006,
/// algorithm 7.2. Where there is a method to divide by the parts of the Hessian by one unknown alone, the conjugate
/// gradients are preconditioned with them.
pub(crate) fn run(run: &mut Run<'_>, mut point: Point, tolerance: f64) -> Ended {
    // A preconditioned first step is nearly Newton's, so that nothing is known against its length.
    let mut radius = match run.objective.offer().divisor {
        true => f64::INFINITY,
        false => norm(&point.x).max(1.0),
    };
    let mut noisy = 0;
    loop {
        if run.settled(&point, tolerance) {
            return Ended { point, stop: Stop::SmallGradient };
        }
        let Some(step) = steihaug(run, &point, radius) else {
            return Ended { point, stop: Stop::NoProgress };
        };
        let length = norm(&step.p);
        let noise = NOISE * point.value.abs();
        let tried = run.point(moved(&point.x, 1.0, &step.p));
        let ratio = match &tried {
            Err(_) => f64::NEG_INFINITY,
            Ok(next) if step.predicted <= noise => {
                noisy += 1;
                let level = next.value <= point.value + noise && noisy <= NOISY_STEPS;
                if level { 1.0 } else { -1.0 }
            }
            Ok(next) => (point.value - next.value) / step.predicted,
        };
        if ratio < 0.25 {
            radius = length * if ratio < -1.0 { 0.1 } else { 0.35 };
        } else if ratio > 0.75 && step.kind != StepKind::Newton {
            radius = radius.max(2.5 * length);
        }
        if let Ok(next) = tried
            && ratio > 1e-4
        {
            point = next;
            if let Some(stop) = run.accept(&point, length, step.kind, radius) {
                return Ended { point, stop };
            }
        }
        if radius <= f64::EPSILON * norm(&point.x).max(f64::MIN_POSITIVE) || noisy > NOISY_STEPS {
            return Ended { point, stop: Stop::NoProgress };
        }
    }
}

struct Step {
    p: Vec<f64>,
    predicted: f64,
    kind: StepKind,
}

fn steihaug(run: &mut Run<'_>, point: &Point, mut radius: f64) -> Option<Step> {
    let n = point.x.len();
    let first = norm(&point.gradient);
    // The residual falls with the gradient, so that convergence is superlinear (Nocedal and Wright 2006, section 7.1).
    let enough = first * first.sqrt().min(0.1);
    let mut p = vec![0.0; n];
    let divisor = run.objective.divisor(&point.x);
    let downhill = downhill(point);
    let divided_downhill = divided(divisor.as_deref(), &downhill)?;
    let mut state = Conjugate::new(downhill, divided_downhill);
    let mut hp = vec![0.0; n];
    let mut hd = vec![0.0; n];
    let mut kind = StepKind::Newton;
    for _ in 0..MOST_PRODUCTS.min(2 * n + 10) {
        run.objective.product(&point.x, state.direction(), &mut hd).ok()?;
        let d = state.direction();
        let bend = state.curvature(&hd);
        let alpha = state.length(bend);
        let next: Vec<f64> = p.iter().zip(d).map(|(p, d)| p + alpha * d).collect();
        if bend <= 0.0 || norm(&next) >= radius {
            if radius.is_infinite() {
                radius = norm(&point.x).max(1.0).max(norm(&p));
            }
            // To the boundary along `d`.
            let (a, b, c) = (dot(d, d), dot(&p, d), dot(&p, &p) - radius * radius);
            let t = (-b + (b * b - a * c).max(0.0).sqrt()) / a;
            p.iter_mut().zip(d).for_each(|(p, d)| *p += t * d);
            hp.iter_mut().zip(&hd).for_each(|(h, d)| *h += t * d);
            kind = if bend <= 0.0 { StepKind::NegativeCurvature } else { StepKind::Damped };
            break;
        }
        p = next;
        hp.iter_mut().zip(&hd).for_each(|(h, d)| *h += alpha * d);
        state.advance(alpha, &hd);
        if norm(state.residual()) <= enough {
            break;
        }
        state.turn(&divided(divisor.as_deref(), state.residual())?);
    }
    let predicted = -dot(&point.gradient, &p) - 0.5 * dot(&p, &hp);
    (predicted > 0.0).then_some(Step { p, predicted, kind })
}

/// The residual divided by the blocks.
fn divided(divisor: Option<&dyn Divisor>, r: &[f64]) -> Option<Vec<f64>> {
    divisor.map_or_else(|| Some(r.to_vec()), |divisor| divisor.divided(r))
}
